"""Orders asked of the business's own action server, on the protocol of Rasa's action servers (`rasa-sdk`
3.x).

`POST {next_action, sender_id, tracker, domain, version}`; the answer's `slot` events carry what was found.
A team that has an action server for Rasa points `bot.orders_url` at it and adds the slots below.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import aiohttp

from bots.ports import OrderState, OrderStatus
from core.errors import Malformed, TryLater

ACTION = "action_order_status"
MAX_ANSWER = 262_144  # bytes
_SENDER = "filrouge"


class HttpOrders:
    """Implements the `Orders` port. Slots read from the answer: `order_state` (a value of `OrderState`,
    or null where there is no such order), `order_number`, `order_since`, `order_expected_on`,
    `order_carrier`, `order_tracking_url`.

    The session is the caller's, to share and to close.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, *, timeout_seconds: float = 4.0) -> None:
        self._session = session
        self._url = url
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def find(self, order_number: str) -> OrderStatus | None:
        """Raises `TryLater` when the server cannot answer, `Malformed` when its answer cannot be read."""
        try:
            async with self._session.post(
                self._url, json=_call(order_number), timeout=self._timeout, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise TryLater(
                        service="The action server", problem=f"it answered {response.status}", after=None
                    )
                body = await _bounded_json(response)
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise TryLater(service="The action server", problem=repr(problem), after=None) from problem
        return read_answer(body, order_number)


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


def _call(order_number: str) -> dict[str, Any]:
    tracker = {
        "sender_id": _SENDER,
        "slots": {"order_number": order_number},
        "latest_message": {"text": "", "intent": {"name": None, "confidence": 0.0}, "entities": []},
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
        "latest_input_channel": "filrouge",
    }
    domain: dict[str, Any] = {
        "intents": [],
        "entities": [],
        "slots": {},
        "responses": {},
        "actions": [ACTION],
    }
    return {
        "next_action": ACTION,
        "sender_id": _SENDER,
        "tracker": tracker,
        "domain": domain,
        "version": "3.6.21",
    }


async def _bounded_json(response: aiohttp.ClientResponse) -> Any:
    content = await response.content.read(MAX_ANSWER + 1)
    while len(content) <= MAX_ANSWER and (more := await response.content.read(MAX_ANSWER + 1 - len(content))):
        content += more
    if len(content) > MAX_ANSWER:
        raise Malformed(what="action server's answer", problem=f"it is larger than {MAX_ANSWER} bytes")
    try:
        return json.loads(content)
    except ValueError as problem:
        raise Malformed(what="action server's answer", problem=str(problem)) from problem


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
