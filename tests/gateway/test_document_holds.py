"""The live server against its own document: invented requests, answers held against their descriptions."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from core.bus import Bus
from gateway.app import all_routes
from gateway.openapi import document
from tests.fixtures import add_queue, open_for_test, sqlite_settings
from tests.gateway.front import Front
from tests.gateway.scenes import a_message, offered

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
ROUTES = [route for route in all_routes() if route.handle.__name__ not in ("sign_out", "change_password")]
SCHEMA = schemathesis.openapi.from_dict(document(ROUTES, (), version="1", server="http://127.0.0.1"))


def read(found: Any) -> Any:
    """The operation; one that cannot be read from the document stops the run."""
    assert isinstance(found, Ok), found.err()
    return found.ok()


OPERATIONS = [read(found) for found in SCHEMA.get_all_operations()]


class Live:
    """A server on its own thread, with a little of everything in its store, and an all-round member of staff."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = self.token = ""
        self.known: dict[str, str] = {}
        self.ready = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_until_complete, args=(self.run(),), daemon=True)

    async def run(self) -> None:
        self.over = asyncio.Event()
        bus = Bus()
        opened = await open_for_test(sqlite_settings(self.folder), bus)
        front = await Front.open(opened.store, bus, sqlite_settings(self.folder))
        queue = await add_queue(opened.store)
        person = await front.person("agent", "supervisor", "crm", "admin", queues=[queue])
        await person.call("PUT", "/api/v1/presence", json={"presence": "available"})
        await a_message(opened.store, queue)
        await offered(opened.store)
        conversation = (await person.get("/api/v1/conversations", view="all"))["items"][0]
        item = (await person.get("/api/v1/console/snapshot"))["offers"][0]["item"]
        page = await person.get(f"/api/v1/conversations/{conversation['id']}")
        colleague = await front.person("agent", name="Léo Petit")
        self.url, self.token = front.url, person.token
        self.known = {
            "conversation_id": conversation["id"],
            "party_id": conversation["party_id"],
            "exchange_id": page["exchanges"][0]["id"],
            "item_id": item["id"],
            "queue_id": queue.id,
            "user_id": colleague.id,
        }
        self.ready.set()
        await self.over.wait()
        await front.close()
        await opened.close()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    live = Live(tmp_path_factory.mktemp("live"))
    live.thread.start()
    assert live.ready.wait(20)
    yield live
    live.loop.call_soon_threadsafe(live.over.set)
    live.thread.join(10)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_server_keeps_to_its_document(operation: Any, live: Live) -> None:
    @settings(
        max_examples=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def holds(case: schemathesis.Case) -> None:
        case.cookies = {"filrouge_session": live.token}
        given_names = case.path_parameters or {}
        case.path_parameters = {name: live.known.get(name, value) for name, value in given_names.items()}
        case.call_and_validate(base_url=live.url, checks=CHECKS)

    holds()
