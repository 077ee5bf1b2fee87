"""Relationships between customers: typed, dated, from both sides, through merges and back."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.bus import Bus
from core.store import Store
from tests.fixtures import sqlite_settings
from tests.gateway.front import Front, Person


@pytest.fixture
async def front(any_store: Store, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


@pytest.fixture
async def crm(front: Front) -> Person:
    return await front.person("crm", name="Inès Garnier")


async def added(crm: Person, name: str, kind: str = "person") -> str:
    return str((await crm.post("/api/v1/parties", name=name, kind=kind, anyway=True))["party"]["id"])


async def relate(crm: Person, one: str, other: str, of: str, **more: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (
        await crm.post(f"/api/v1/parties/{one}/relationships", to=other, type=of, **more)
    )["items"]
    return items


async def related(crm: Person, party: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await crm.get(f"/api/v1/parties/{party}/relationships"))["items"]
    return items


async def test_a_relationship_is_seen_from_both_sides(crm: Person):
    lea, shop = await added(crm, "Léa Martin"), await added(crm, "Boulangerie du Port", "organisation")
    (mine,) = await relate(crm, lea, shop, "works_for", since="2024-03-01", note="apprentie")
    (theirs,) = await related(crm, shop)
    assert (mine["inverse"], mine["other"]["name"], mine["current"]) == (False, "Boulangerie du Port", True)
    assert (theirs["inverse"], theirs["other"]["name"], theirs["note"]) == (True, "Léa Martin", "apprentie")


async def test_it_ends_and_begins_again(crm: Person):
    lea, shop = await added(crm, "Léa Martin"), await added(crm, "Boulangerie du Port", "organisation")
    (link,) = await relate(crm, lea, shop, "works_for", since="2020-01-01")
    path = f"/api/v1/parties/{lea}/relationships/{link['id']}"
    ended = await crm.call("PATCH", path, json={"until": "2022-12-31"})
    assert [item["current"] for item in ended.body["items"]] == [False]
    both = await relate(crm, lea, shop, "works_for", since="2024-01-01")
    assert [item["current"] for item in both] == [False, True]
    removed = await crm.call("DELETE", path)
    assert len(removed.body["items"]) == 1


async def test_what_cannot_be_is_refused_with_the_reason(crm: Person):
    lea, tom = await added(crm, "Léa Martin"), await added(crm, "Tom Girard")
    top, middle, low = [
        await added(crm, f"Groupe {name}", "organisation") for name in ("Un", "Deux", "Trois")
    ]

    async def refused(one: str, other: str, of: str, **more: Any) -> str:
        body = {"to": other, "type": of, **more}
        answer = await crm.call("POST", f"/api/v1/parties/{one}/relationships", json=body)
        assert answer.status in (404, 422), answer.body
        return str(answer.body["error"]["message"])

    assert "themselves" in await refused(lea, lea, "same_household")
    assert "would have to be an organisation" in await refused(lea, tom, "works_for")
    assert "before it begins" in await refused(
        lea, tom, "same_household", since="2024-02-02", until="2024-01-01"
    )
    await refused(lea, tom, "no-such-type")
    await relate(crm, lea, tom, "same_household")
    assert "already" in await refused(tom, lea, "same_household")
    await relate(crm, low, middle, "subsidiary_of")
    await relate(crm, middle, top, "subsidiary_of")
    assert "circle" in await refused(top, low, "subsidiary_of")
    assert "another one already" in await refused(low, top, "subsidiary_of")


async def test_own_types_are_made_and_kept_while_they_are_used(crm: Person):
    of = (await crm.post("/api/v1/relationship-types", name="Parrain de", inverse="Filleul de"))[
        "relationship_type"
    ]
    lea, tom = await added(crm, "Léa Martin"), await added(crm, "Tom Girard")
    await relate(crm, lea, tom, of["id"])
    path = f"/api/v1/relationship-types/{of['id']}"
    kept = await crm.call("DELETE", path, headers={"If-Match": '"1"'})
    shown = (await crm.get("/api/v1/relationship-types"))["items"]
    assert (kept.status, shown[0]["relationships"]) == (409, 1)


async def test_merging_moves_relationships_and_undoing_gives_them_back(crm: Person):
    lea, twice = await added(crm, "Léa Martin"), await added(crm, "Lea Martain")
    shop = await added(crm, "Boulangerie du Port", "organisation")
    await relate(crm, twice, shop, "works_for", note="le samedi")
    await relate(crm, lea, twice, "same_household")
    done = (await crm.post("/api/v1/merges", winner=lea, loser=twice))["merge"]
    assert [item["note"] for item in await related(crm, lea)] == ["le samedi"]
    await crm.post(f"/api/v1/merges/{done['id']}/undo")
    assert [item["type"] for item in await related(crm, lea)] == ["same_household"]
    assert {item["type"] for item in await related(crm, twice)} == {"works_for", "same_household"}
