"""Orders looked up on an action server that speaks Rasa's protocol."""

from datetime import date
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.orders_http import HttpOrders, read_answer
from bots.ports import OrderState, OrderStatus
from core.errors import Malformed, TryLater


def slot(name, value):
    return {"event": "slot", "timestamp": None, "name": name, "value": value}


FOUND = {
    "events": [
        slot("order_state", "shipped"),
        slot("order_expected_on", "2026-11-25"),
        slot("order_carrier", "Mistral"),
        slot("order_tracking_url", "javascript:alert(1)"),
        {"event": "action", "name": "other"},
    ],
    "responses": [],
}


@pytest.fixture
async def action_server():
    """Answers what the test puts in `answer`, and keeps what it was asked."""
    asked = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(await request.json())
        status, body = server_answer["answer"]
        return (
            web.json_response(body, status=status) if not isinstance(body, str) else web.Response(text=body)
        )

    server_answer: dict[str, Any] = {"answer": (200, FOUND), "asked": asked}
    app = web.Application()
    app.router.add_post("/webhook", handle)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        server_answer["orders"] = HttpOrders(session, str(server.make_url("/webhook")))
        yield server_answer


async def test_the_action_server_is_asked_as_rasa_asks(action_server):
    await action_server["orders"].find("CF-10234")
    [call] = action_server["asked"]

    assert call["next_action"] == "action_order_status"
    assert call["tracker"]["slots"] == {"order_number": "CF-10234"}
    assert {"sender_id", "domain", "version"} <= call.keys()


async def test_slots_of_the_answer_become_the_order_and_odd_links_are_dropped(action_server):
    assert await action_server["orders"].find("CF-10234") == OrderStatus(
        number="CF-10234", state=OrderState.SHIPPED, expected_on=date(2026, 11, 25), carrier="Mistral"
    )


async def test_no_state_means_no_such_order(action_server):
    action_server["answer"] = (200, {"events": [slot("order_state", None)], "responses": []})

    assert await action_server["orders"].find("CF-10234") is None


async def test_a_failing_server_is_to_be_tried_later(action_server):
    action_server["answer"] = (500, {})

    with pytest.raises(TryLater):
        await action_server["orders"].find("CF-10234")


async def test_an_absent_server_is_to_be_tried_later():
    async with aiohttp.ClientSession() as session:
        with pytest.raises(TryLater):
            await HttpOrders(session, "http://127.0.0.1:9/webhook").find("CF-10234")


@pytest.mark.parametrize("body", ["no json", "x" * 300_000])
async def test_an_unreadable_answer_is_refused(action_server, body):
    action_server["answer"] = (200, body)

    with pytest.raises(Malformed):
        await action_server["orders"].find("CF-10234")


@pytest.mark.parametrize("body", [[], {}, {"events": [slot("order_state", "teleported")]}, {"events": [1]}])
def test_an_answer_of_another_shape_is_refused(body):
    with pytest.raises(Malformed):
        read_answer(body, "CF-10234")
