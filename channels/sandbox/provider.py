"""The provider's REST API, as far as our adapters use it, under /sandbox/provider/2010-04-01/.

Same paths, same forms, same JSON, same error bodies: the adapters cannot tell the difference.
"""

import base64
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web
from multidict import MultiMapping

from channels.sandbox.errors import ProviderRefusalError, missing, not_found, unauthorised
from channels.sandbox.model import Leg, Message, Room
from channels.sandbox.switchboard import Switchboard
from core.errors import InvalidInput
from crm.identity.normalise import phone_address

ROOT = "/sandbox/provider/2010-04-01/Accounts/{account}"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ProviderApi:
    """Routes of the account `account`, whose password is `auth_token`."""

    def __init__(self, board: Switchboard, *, account: str, auth_token: str, country: str) -> None:
        self._board = board
        self._account = account
        self._expected = base64.b64encode(f"{account}:{auth_token}".encode()).decode()
        self._country = country

    def routes(self) -> Sequence[web.RouteDef]:
        return [
            web.get(f"{ROOT}.json", self._guard(self._get_account)),
            web.post(f"{ROOT}/Messages.json", self._guard(self._create_message)),
            web.get(f"{ROOT}/Messages.json", self._guard(self._list_messages)),
            web.get(f"{ROOT}/Messages/{{sid}}.json", self._guard(self._get_message)),
            web.post(f"{ROOT}/Calls.json", self._guard(self._create_call)),
            web.get(f"{ROOT}/Calls.json", self._guard(self._list_calls)),
            web.get(f"{ROOT}/Calls/{{sid}}.json", self._guard(self._get_call)),
            web.post(f"{ROOT}/Calls/{{sid}}.json", self._guard(self._update_call)),
            web.get(f"{ROOT}/Conferences.json", self._guard(self._list_rooms)),
            web.get(f"{ROOT}/Conferences/{{sid}}.json", self._guard(self._get_room)),
            web.get(f"{ROOT}/Conferences/{{sid}}/Participants.json", self._guard(self._list_participants)),
            web.post(
                f"{ROOT}/Conferences/{{sid}}/Participants/{{call}}.json",
                self._guard(self._update_participant),
            ),
        ]

    def _guard(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                self._check_credentials(request)
                return await handler(request)
            except ProviderRefusalError as refusal:
                return refusal.response()

        return guarded

    def _check_credentials(self, request: web.Request) -> None:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic" or not secrets.compare_digest(given.encode(), self._expected.encode()):
            raise unauthorised()
        if request.match_info["account"] != self._account:
            raise not_found(request.path)

    async def _get_account(self, request: web.Request) -> web.Response:
        facts = {"sid": self._account, "friendly_name": "Sandbox", "status": "active", "type": "Trial"}
        return web.json_response(facts)

    async def _create_message(self, request: web.Request) -> web.Response:
        form = await request.post()
        to = self._number(_need(form, "To"))
        sender = _text(form, "From") or _text(form, "MessagingServiceSid")
        if not sender:
            raise ProviderRefusalError(400, 21603, "A 'From' phone number is required.")
        body = _text(form, "Body")
        if not body:
            raise ProviderRefusalError(400, 21602, "Message body is required.")
        if len(body) > 1600:
            raise ProviderRefusalError(
                400, 21617, "The concatenated message body exceeds the 1600 character limit"
            )
        message = self._board.text_to_customer(sender, to, body, _text(form, "StatusCallback"))
        return web.json_response(message.as_provider(self._account), status=201)

    async def _list_messages(self, request: web.Request) -> web.Response:
        found = [m for m in reversed(self._board.messages) if _fits(request.query, m.sender, m.to)]
        return self._page("messages", [m.as_provider(self._account) for m in found], request)

    async def _get_message(self, request: web.Request) -> web.Response:
        return web.json_response(self._message(request).as_provider(self._account))

    async def _create_call(self, request: web.Request) -> web.Response:
        form = await request.post()
        to, sender = _need(form, "To"), _need(form, "From")
        if not to.startswith("client:"):
            to = self._number(to)
        leg = self._board.ring(
            sender=sender,
            to=to,
            url=_need(form, "Url"),
            callback=_text(form, "StatusCallback"),
            events=[str(event) for event in form.getall("StatusCallbackEvent", [])],
            seconds=float(_text(form, "Timeout") or 60),
        )
        return web.json_response(leg.as_provider(self._account), status=201)

    async def _list_calls(self, request: web.Request) -> web.Response:
        status = request.query.get("Status")
        found = [
            leg
            for leg in reversed(self._board.legs.values())
            if _fits(request.query, leg.sender, leg.to) and status in (None, leg.status)
        ]
        return self._page("calls", [leg.as_provider(self._account) for leg in found], request)

    async def _get_call(self, request: web.Request) -> web.Response:
        return web.json_response(self._leg(request, "sid").as_provider(self._account))

    async def _update_call(self, request: web.Request) -> web.Response:
        leg = self._leg(request, "sid")
        form = await request.post()
        if leg.over:
            raise ProviderRefusalError(400, 21220, "Call is not in-progress. Cannot redirect.")
        if _text(form, "Status") in ("completed", "canceled"):
            self._board.hang_up(leg)
        elif url := _text(form, "Url"):
            self._board.redirect(leg, url)
        return web.json_response(leg.as_provider(self._account))

    async def _list_rooms(self, request: web.Request) -> web.Response:
        name, status = request.query.get("FriendlyName"), request.query.get("Status")
        rooms = (room.as_provider(self._account) for room in reversed(self._board.rooms.values()))
        found = [r for r in rooms if name in (None, r["friendly_name"]) and status in (None, r["status"])]
        return self._page("conferences", found, request)

    async def _get_room(self, request: web.Request) -> web.Response:
        return web.json_response(self._room(request).as_provider(self._account))

    async def _list_participants(self, request: web.Request) -> web.Response:
        room = self._room(request)
        return self._page(
            "participants", [self._participant(room, leg) for leg in room.legs.values()], request
        )

    async def _update_participant(self, request: web.Request) -> web.Response:
        room = self._room(request)
        leg = room.legs.get(request.match_info["call"])
        if leg is None:
            raise not_found(request.path)
        form = await request.post()
        if url := _text(form, "AnnounceUrl"):
            self._board.announce_later(leg, url)
        return web.json_response(self._participant(room, leg))

    def _participant(self, room: Room, leg: Leg) -> dict[str, Any]:
        return {
            "account_sid": self._account,
            "call_sid": leg.sid,
            "conference_sid": room.sid,
            "muted": False,
            "hold": False,
            "coaching": False,
            "status": "connected",
            "start_conference_on_enter": True,
            "end_conference_on_exit": leg.sid in room.ends_with,
        }

    def _page(self, name: str, items: list[dict[str, Any]], request: web.Request) -> web.Response:
        """One page; the sandbox has no second one."""
        size = request.query.get("PageSize", "50")
        most = int(size) if size.isascii() and size.isdigit() else 50
        facts = {
            name: items[:most],
            "page": 0,
            "page_size": most,
            "start": 0,
            "end": max(0, len(items[:most]) - 1),
            "uri": request.path_qs,
            "first_page_uri": request.path_qs,
            "next_page_uri": None,
            "previous_page_uri": None,
        }
        return web.json_response(facts)

    def _number(self, raw: str) -> str:
        try:
            return phone_address(raw, self._country).value
        except InvalidInput as error:
            message = f"The 'To' number {raw} is not a valid phone number."
            raise ProviderRefusalError(400, 21211, message) from error

    def _message(self, request: web.Request) -> Message:
        sid = request.match_info["sid"]
        for message in self._board.messages:
            if message.sid == sid:
                return message
        raise not_found(request.path)

    def _leg(self, request: web.Request, name: str) -> Leg:
        leg = self._board.legs.get(request.match_info[name])
        if leg is None:
            raise not_found(request.path)
        return leg

    def _room(self, request: web.Request) -> Room:
        room = self._board.rooms.get(request.match_info["sid"])
        if room is None or room.over:
            raise not_found(request.path)
        return room


def _text(form: MultiMapping[Any], name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _need(form: MultiMapping[Any], name: str) -> str:
    value = _text(form, name)
    if not value:
        raise missing(name)
    return value


def _fits(query: Mapping[str, str], sender: str, to: str) -> bool:
    return query.get("From") in (None, sender) and query.get("To") in (None, to)
