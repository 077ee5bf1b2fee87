"""Orders, subscriptions and loyalty accounts: told once or twice, shown with their figures, moved by merges."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.bus import Bus
from core.store import Store
from crm.orders.model import decimal, figures
from tests.fixtures import sqlite_settings
from tests.gateway.front import Front, Person

NOW = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
async def front(any_store: Store, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


@pytest.fixture
async def crm(front: Front) -> Person:
    return await front.person("crm", name="Inès Garnier")


async def added(crm: Person, name: str, **more: Any) -> str:
    return str((await crm.post("/api/v1/parties", name=name, anyway=True, **more))["party"]["id"])


def order(customer: dict[str, Any], number: str, **more: Any) -> dict[str, Any]:
    lines = [
        {"sku": "T-1", "name": "Tabouret", "quantity": 2, "total": "118.00"},
        {"name": "Livraison", "total": "9.90"},
    ]
    at = "2026-10-02T10:00:00+00:00"
    return {
        "customer": customer,
        "source": "shop",
        "number": number,
        "ordered_at": at,
        "lines": lines,
        **more,
    }


async def test_an_order_is_told_twice_and_is_one(crm: Person):
    lea = await added(crm, "Léa Martin")
    assert await crm.post("/api/v1/orders", items=[order({"party": lea}, "CF-10234")]) == {
        "added": 1,
        "changed": 0,
        "refused": [],
    }
    back = {"line": 1, "quantity": 1, "amount": "59.00", "at": "2026-10-20T10:00:00Z", "reason": "cassé"}
    again = order({"party": lea}, "CF-10234", status="delivered", returns=[back])
    assert (await crm.post("/api/v1/orders", items=[again]))["changed"] == 1
    (shown,) = (await crm.get(f"/api/v1/parties/{lea}/orders"))["items"]
    assert (shown["total"], shown["returned"], shown["status"]) == ("127.90", "59.00", "delivered")
    assert [line["name"] for line in shown["lines"]] == ["Tabouret", "Livraison"]
    assert shown["returns"][0]["reason"] == "cassé"
    figured = (await crm.get(f"/api/v1/parties/{lea}/behaviour"))["orders"]
    assert (figured["count"], figured["amounts"]) == (
        1,
        [{"currency": "EUR", "total": "68.90", "returned": "59.00", "average": "68.90"}],
    )
    timeline = (await crm.get(f"/api/v1/parties/{lea}/timeline", kinds="order"))["items"]
    assert [(one["number"], one["total"]) for one in timeline] == [("CF-10234", "127.90")]


async def test_the_customer_is_named_by_address_or_number(crm: Person):
    lea = await added(crm, "Léa Martin", contact_points=[{"kind": "phone", "value": "06 39 98 12 34"}])
    facts = [{"field": "customer_number", "value": "CL-7"}]
    await crm.call("PATCH", f"/api/v1/parties/{lea}", json={"facts": facts})
    told = await crm.post(
        "/api/v1/orders",
        items=[
            order({"contact": {"kind": "phone", "value": "+33 6 39 98 12 34"}}, "A-1"),
            order({"customer_number": "CL-7"}, "A-2"),
            order({"customer_number": "CL-8"}, "A-3"),
            order({"party": "nobody"}, "A-4"),
            order(
                {"party": lea}, "A-5", returns=[{"line": 9, "amount": "1.00", "at": "2026-10-20T10:00:00Z"}]
            ),
        ],
    )
    assert told["added"] == 2
    assert [(one["index"], one["number"], one["code"]) for one in told["refused"]] == [
        (2, "A-3", "invalid_input"),
        (3, "A-4", "not_found"),
        (4, "A-5", "invalid_input"),
    ]
    assert len((await crm.get(f"/api/v1/parties/{lea}/orders"))["items"]) == 2
    bad = await crm.call("POST", "/api/v1/orders", json={"items": [order({}, "A-6")]})
    assert bad.status == 422


async def test_an_order_is_found_by_its_number(crm: Person):
    lea = await added(crm, "Léa Martin")
    await crm.post("/api/v1/orders", items=[order({"party": lea}, "CF-10234")])
    await crm.call("PATCH", f"/api/v1/parties/{lea}", json={"name": "Léa Roux"})
    for text in ("CF-10234", "10234", "0234"):
        found = (await crm.get("/api/v1/parties", q=text))["items"]
        assert [one["name"] for one in found] == ["Léa Roux"]


async def test_orders_are_paged(crm: Person):
    lea = await added(crm, "Léa Martin")
    items = [
        order({"party": lea}, f"N-{n}", ordered_at=f"2026-10-{n // 2 + 1:02d}T10:00:00Z") for n in range(9)
    ]
    await crm.post("/api/v1/orders", items=items)
    numbers, cursor = [], None
    while True:
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        page = await crm.get(f"/api/v1/parties/{lea}/orders", limit=2, **more)
        numbers += [one["number"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(numbers) == len(set(numbers)) == 9
    assert numbers[0] == "N-8"


async def test_subscriptions_and_loyalty(crm: Person):
    lea = await added(crm, "Léa Martin")
    base = {"customer": {"party": lea}, "source": "shop"}
    plan = {**base, "number": "S-1", "plan": "Atelier mensuel", "amount": "29.00", "since": "2026-01-01"}
    assert (await crm.post("/api/v1/subscriptions", items=[plan]))["added"] == 1
    ended = {**plan, "status": "ended", "until": "2025-01-01"}
    assert (await crm.post("/api/v1/subscriptions", items=[ended]))["refused"][0]["code"] == "invalid_input"
    card = {**base, "number": "L-1", "programme": "Copeaux", "tier": "Argent", "points": 320}
    assert (await crm.post("/api/v1/loyalty-accounts", items=[card]))["added"] == 1
    shown = await crm.get(f"/api/v1/parties/{lea}/behaviour")
    assert [(one["plan"], one["amount"], one["every"]) for one in shown["subscriptions"]] == [
        ("Atelier mensuel", "29.00", "month")
    ]
    assert [(one["tier"], one["points"]) for one in shown["loyalty"]] == [("Argent", 320)]


async def test_a_merge_moves_orders_and_gives_them_back(crm: Person):
    lea, other = await added(crm, "Léa Martin"), await added(crm, "Léa Martin-Roux")
    await crm.post("/api/v1/orders", items=[order({"party": lea}, "A-1"), order({"party": other}, "A-2")])
    merge = (await crm.post("/api/v1/merges", winner=lea, loser=other))["merge"]
    assert merge["counts"]["orders"] == 1
    await crm.post("/api/v1/orders", items=[order({"party": other}, "A-3")])
    assert (await crm.get(f"/api/v1/parties/{lea}/behaviour"))["orders"]["count"] == 3
    (asked,) = (await crm.get(f"/api/v1/merges/{merge['id']}"))["unclear"]
    assert (asked["what"], asked["label"]) == ("orders", "A-3")
    await crm.post(f"/api/v1/merges/{merge['id']}/undo", give=[asked["ref"]])
    counts = [(await crm.get(f"/api/v1/parties/{one}/behaviour"))["orders"]["count"] for one in (lea, other)]
    assert counts == [1, 2]


async def test_an_agent_does_not_tell_orders(front: Front, crm: Person):
    agent = await front.person("agent")
    lea = await added(crm, "Léa Martin")
    answer = await agent.call("POST", "/api/v1/orders", json={"items": [order({"party": lea}, "A-1")]})
    assert answer.status == 403


def test_figures_leave_cancelled_orders_out():
    def of(days: int, total: int, status: str = "delivered", currency: str = "EUR", back: int = 0) -> Any:
        return {
            "status": status,
            "currency": currency,
            "ordered_at": NOW - timedelta(days=days),
            "total": total,
            "returned": back,
        }

    told = figures(
        [of(400, 1000), of(30, 5000, back=2000), of(10, 999, "cancelled"), of(60, 700, currency="CHF")], NOW
    )
    assert (told["count"], told["recency_days"], told["last_year"]) == (3, 30, 2)
    assert told["amounts"] == [
        {"currency": "CHF", "total": "7.00", "returned": "0.00", "average": "7.00"},
        {"currency": "EUR", "total": "40.00", "returned": "20.00", "average": "20.00"},
    ]
    assert figures([of(10, 999, "cancelled")], NOW)["count"] == 0
    assert [decimal(n) for n in (0, 5, -1250, 100)] == ["0.00", "0.05", "-12.50", "1.00"]
