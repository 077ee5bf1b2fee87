"""Alive, ready, counted."""

import asyncio
from pathlib import Path

from core.bus import Bus
from core.store import Store
from routing.model import Queue
from tests.fixtures import sqlite_settings
from tests.gateway.front import Front
from tests.gateway.scenes import a_message


async def well() -> None: ...


async def away() -> None:
    raise ConnectionError("Redis does not answer at redis://10.0.0.9")


async def silent() -> None:
    await asyncio.Event().wait()


async def test_a_process_that_answers_is_alive(front: Front):
    assert await front.nobody().get("/healthz") == {"status": "ok"}


async def test_it_is_ready_when_the_store_answers(front: Front):
    assert await front.nobody().get("/readyz") == {"status": "ok", "checks": {"store": "ok"}}


async def test_what_is_not_well_is_named(store: Store, bus: Bus, tmp_path: Path):
    front = await Front.open(store, bus, sqlite_settings(tmp_path), checks={"redis": away, "mail": well})
    answer = await front.nobody().call("GET", "/readyz")
    await front.close()

    assert answer.status == 503
    assert answer.body["checks"] == {
        "store": "ok",
        "redis": "Redis does not answer at redis://10.0.0.9",
        "mail": "ok",
    }


async def test_a_check_that_never_ends_counts_as_failed(store: Store, bus: Bus, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("gateway.health.PATIENCE", 0.05)
    front = await Front.open(store, bus, sqlite_settings(tmp_path), checks={"mail": silent})
    answer = await front.nobody().call("GET", "/readyz")
    await front.close()

    assert answer.body["checks"]["mail"] == "no answer within 0.05 seconds"


async def test_requests_exchanges_and_queues_are_counted(front: Front, queue: Queue):
    nobody = front.nobody()
    await nobody.call("GET", "/healthz")
    await a_message(front.store, queue)
    text = (await nobody.get("/metrics")).decode()

    assert 'filrouge_requests_total{method="GET",route="/healthz",status="200"} 1.0' in text
    assert 'filrouge_exchanges_total{author="customer",channel="sms",direction="inbound"} 1.0' in text
    assert 'filrouge_waiting{queue="Accueil"} 1.0' in text


async def test_counts_are_for_this_network_only(front: Front):
    answer = await front.nobody().call("GET", "/metrics", headers={"X-Forwarded-For": "203.0.113.9"})

    assert (answer.status, answer.code) == (403, "outside_network")


async def test_ids_never_become_labels(front: Front):
    await front.nobody().call("GET", "/api/v1/conversations/some-id")

    assert "some-id" not in front.parts.metrics.render().decode()
