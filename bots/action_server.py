"""A server of the business's own that does what bots cannot, on the protocol of Rasa's action servers (`rasa-sdk` 3.x).

`POST {next_action, sender_id, tracker, domain, version}`; the answer has `events` (slots) and `responses` (texts).
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp

from bots.dialogue.outcome import ActionCall, ActionDone
from bots.nlu.understanding import Understanding
from core.errors import Malformed, TryLater
from core.words import ChannelName

MAX_ANSWER = 262_144  # bytes
MOST_TEXTS, LONGEST_TEXT = 20, 4_000  # of one answer, each in characters
PROTOCOL = "3.6.21"
_SENDER = "filrouge"


class ActionServer:
    """The session is the caller's, to share and to close."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, timeout_seconds: float = 4.0) -> None:
        self._session = session
        self._url = url
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def ask(
        self, action: str, slots: Mapping[str, str], latest: Mapping[str, Any] | None = None
    ) -> Any:
        """The answer as JSON. Raises `TryLater` when the server cannot answer, `Malformed` when it cannot be read."""
        try:
            async with self._session.post(
                self._url, json=_call(action, slots, latest), timeout=self._timeout, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise TryLater(
                        service="The action server", problem=f"it answered {response.status}", after=None
                    )
                return await _bounded_json(response)
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise TryLater(service="The action server", problem=repr(problem), after=None) from problem


class HttpActions:
    """Implements the `Actions` port."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, timeout_seconds: float = 4.0) -> None:
        self._server = ActionServer(session, url, timeout_seconds=timeout_seconds)

    async def run(self, action: ActionCall, heard: Understanding, channel: ChannelName) -> ActionDone:
        latest = {
            "text": heard.text,
            "intent": {"name": heard.intent, "confidence": heard.confidence},
            "entities": [
                {"entity": one.kind, "value": one.value, "start": one.start, "end": one.end}
                for one in heard.entities
            ],
            "input_channel": channel.value,
        }
        return read_done(await self._server.ask(action.name, action.slots, latest))


def read_done(body: Any) -> ActionDone:
    """Raises `Malformed`."""
    try:
        events = [one for one in body.get("events") or () if isinstance(one, Mapping)]
        slots = {
            str(one["name"]): None if one.get("value") is None else str(one["value"])
            for one in events
            if one.get("event") == "slot"
        }
        wanted = [str(one["name"]) for one in events if one.get("event") == "followup" and one.get("name")]
        said = tuple(_said(body.get("responses") or ()))[:MOST_TEXTS]
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise Malformed(what="action server's answer", problem=repr(problem)) from problem
    return ActionDone(slots=slots, said=said, then=wanted[-1] if wanted else "")


def _said(responses: Any) -> Iterator[str | tuple[str, Mapping[str, str]]]:
    for one in responses:
        if key := one.get("response") or one.get("template"):
            own = {"response", "template", "text", "buttons", "elements", "custom", "image", "attachment"}
            yield str(key), {str(name): str(value) for name, value in one.items() if name not in own}
        elif text := one.get("text"):
            yield str(text)[:LONGEST_TEXT]


def _call(action: str, slots: Mapping[str, str], latest: Mapping[str, Any] | None) -> dict[str, Any]:
    told = {"text": "", "intent": {"name": None, "confidence": 0.0}, "entities": [], **(latest or {})}
    tracker = {
        "sender_id": _SENDER,
        "slots": dict(slots),
        "latest_message": told,
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
        "latest_input_channel": told.get("input_channel", "filrouge"),
    }
    domain: dict[str, Any] = {
        "intents": [],
        "entities": [],
        "slots": {},
        "responses": {},
        "actions": [action],
    }
    return {
        "next_action": action,
        "sender_id": _SENDER,
        "tracker": tracker,
        "domain": domain,
        "version": PROTOCOL,
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
