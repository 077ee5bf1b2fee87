"""Orders asked of the business's own action server, on the protocol of Rasa's action servers (`rasa-sdk`
3.x).

`POST {next_action, sender_id, tracker, domain, version}`; the answer's `slot` events carry what was found.
A team that has an action server for Rasa points `bot.orders_url` at it and adds the slots below.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import aiohttp

from bots.action_server import ActionServer
from bots.ports import OrderState, OrderStatus
from core.errors import Malformed

ACTION = "action_order_status"


class HttpOrders:
    """Implements the `Orders` port. Slots read from the answer: `order_state` (a value of `OrderState`,
    or null where there is no such order), `order_number`, `order_since`, `order_expected_on`,
    `order_carrier`, `order_tracking_url`.

    The session is the caller's, to share and to close.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, *, timeout_seconds: float = 4.0) -> None:
        self._server = ActionServer(session, url, timeout_seconds=timeout_seconds)

    async def find(self, order_number: str) -> OrderStatus | None:
        """Raises `TryLater` when the server cannot answer, `Malformed` when its answer cannot be read."""
        return read_answer(await self._server.ask(ACTION, {"order_number": order_number}), order_number)


def read_answer(body: Any, order_number: str) -> OrderStatus | None:
    """The order in an action server's answer, or None where it knows none."""
    try:
        slots = {
            event["name"]: event.get("value") for event in body["events"] if event.get("event") == "slot"
        }
        if not slots.get("order_state"):
            return None
        return OrderStatus(
            number=str(slots.get("order_number") or order_number),
            state=OrderState(slots["order_state"]),
            since=_date(slots, "order_since"),
            expected_on=_date(slots, "order_expected_on"),
            carrier=_text(slots, "order_carrier"),
            tracking_url=_link(slots, "order_tracking_url"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Malformed(what="action server's answer", problem=repr(problem)) from problem


def _date(slots: Mapping[str, Any], name: str) -> date | None:
    value = slots.get(name)
    return date.fromisoformat(str(value)[:10]) if value else None


def _text(slots: Mapping[str, Any], name: str) -> str | None:
    value = slots.get(name)
    return str(value)[:100] if value else None


def _link(slots: Mapping[str, Any], name: str) -> str | None:
    """Only web addresses are passed on to customers."""
    value = str(slots.get(name) or "")
    return value if value.startswith(("https://", "http://")) and len(value) <= 500 else None
