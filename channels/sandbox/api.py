"""The customer's side by HTTP, for the page and for scripts, under /sandbox/api. JSON both ways.

POST sms {from, text, to?}                       a customer texts          → {message}
GET  sms?number=                                 their telephone's messages  → {messages}
POST calls {from, to?}                           they call                  → {call}
GET  calls?number=                               their calls, newest first   → {calls}
GET  calls/{sid}                                 what they hear             → {call}
POST calls/{sid}/say {text} · /key {digits} · /hangup                      → {call}
POST mail {from, subject, text, name?, in_reply_to?, references?, cc?}     → {message_id}
GET  mail?address=                               their mailbox               → {mails}
GET  handset/{user_id}                           an agent's telephone      → {calls}
POST handset/{user_id}/answer · /say {text} · /hangup                      → {call}
GET  traffic · POST traffic {per_minute}         simulated customers       → {per_minute, made}
GET  setting                                     who and what there is     → {customers, agents, numbers, …}
GET  events                                      server-sent events: what changed, of whom
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from aiohttp import web

from channels.sandbox.errors import ProviderRefusalError
from channels.sandbox.model import Leg
from channels.sandbox.switchboard import Switchboard
from channels.sandbox.traffic import Traffic
from core.errors import FilrougeError, InvalidInput, NotFound
from core.settings import Settings
from crm.identity.normalise import email_address, phone_address

ROOT = "/sandbox/api"
MOST_TEXT = 10_000
BEAT = 15.0  # seconds between two signs that the line of events is open
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
STATUSES = {"not_found": 404, "settings": 500}


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody to play; invented."""

    name: str
    phone: str
    email: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handset:
    """An agent whose telephone can be played."""

    user_id: str
    name: str


class Mails(Protocol):
    """What is needed of the sandbox's mailbox."""

    async def send(
        self,
        *,
        sender: str,
        sender_name: str,
        to: str,
        subject: str,
        text: str,
        in_reply_to: str | None = None,
        references: tuple[str, ...] = (),
        cc: tuple[str, ...] = (),
    ) -> str:
        """Answers the Message-ID."""
        ...

    def messages(self, address: str) -> Sequence[Any]: ...

    def subscribe(self, callback: Callable[..., Any], /) -> Any:
        """Calls it whenever a mail came or went."""
        ...


class News:
    """Tells every open page what changed."""

    def __init__(self) -> None:
        self._lines: set[asyncio.Queue[dict[str, str] | None]] = set()

    def publish(self, what: str, whose: str) -> None:
        for line in self._lines:
            if not line.full():  # a page that does not read is told by the next change
                line.put_nowait({"what": what, "whose": whose})

    async def close(self, app: web.Application) -> None:
        """Ends every open line, which would else hold the server's end up."""
        for line in self._lines:
            while not line.empty():
                line.get_nowait()
            line.put_nowait(None)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        response.content_type = "text/event-stream"
        await response.prepare(request)
        line: asyncio.Queue[dict[str, str] | None] = asyncio.Queue(maxsize=500)
        self._lines.add(line)
        try:
            await response.write(b"retry: 1000\n\n")
            while (said := await self._next(line)) is not None:
                await response.write(said)
        except ConnectionResetError:
            pass  # the page was closed
        finally:
            self._lines.discard(line)
        return response

    async def _next(self, line: asyncio.Queue[dict[str, str] | None]) -> bytes | None:
        try:
            async with asyncio.timeout(BEAT):
                news = await line.get()
        except TimeoutError:
            return b": still here\n\n"
        return None if news is None else f"data: {json.dumps(news)}\n\n".encode()


class SandboxApi:
    def __init__(
        self,
        *,
        board: Switchboard,
        settings: Settings,
        traffic: Traffic,
        news: News,
        customers: Sequence[Customer],
        agents: Callable[[], Awaitable[Sequence[Handset]]],
        mailbox: Mails | None,
        sign_identity: Callable[[Mapping[str, str]], Mapping[str, Any]] | None,
    ) -> None:
        self._board = board
        self._settings = settings
        self._traffic = traffic
        self._news = news
        self._customers = customers
        self._agents = agents
        self._mailbox = mailbox
        self._sign_identity = sign_identity

    def routes(self) -> Sequence[web.RouteDef]:
        post, get = self._post, self._get
        return [
            get("/setting", self._setting),
            web.get(f"{ROOT}/events", self._news.serve),
            post("/sms", self._send_sms),
            get("/sms", self._list_sms),
            post("/calls", self._begin_call),
            get("/calls", self._list_calls),
            get("/calls/{sid}", self._get_call),
            post("/calls/{sid}/say", self._say),
            post("/calls/{sid}/key", self._key),
            post("/calls/{sid}/hangup", self._hang_up),
            post("/mail", self._send_mail),
            get("/mail", self._list_mail),
            get("/handset/{user_id}", self._get_handset),
            post("/handset/{user_id}/answer", self._answer),
            post("/handset/{user_id}/say", self._say),
            post("/handset/{user_id}/hangup", self._hang_up),
            get("/traffic", self._get_traffic),
            post("/traffic", self._set_traffic),
        ]

    def _get(self, path: str, handler: Callable[[web.Request], Awaitable[dict[str, Any]]]) -> web.RouteDef:
        return web.get(ROOT + path, _answered(handler))

    def _post(self, path: str, handler: Callable[[web.Request], Awaitable[dict[str, Any]]]) -> web.RouteDef:
        return web.post(ROOT + path, _answered(handler))

    # The setting

    async def _setting(self, request: web.Request) -> dict[str, Any]:
        return {
            "business": self._settings.business.name,
            "numbers": {"sms": self._settings.sms.number, "voice": self._settings.voice.number},
            "address": self._settings.email.address if self._mailbox else "",
            "customers": [{**asdict(c), "identity": self._identity(c)} for c in self._customers],
            "agents": [asdict(agent) for agent in await self._agents()],
            "webchat": self._settings.webchat.enabled,
            "per_minute": self._traffic.per_minute,
        }

    def _identity(self, customer: Customer) -> Mapping[str, Any] | None:
        if self._sign_identity is None:
            return None
        return self._sign_identity({"email": customer.email, "name": customer.name})

    # Text messages

    async def _send_sms(self, request: web.Request) -> dict[str, Any]:
        form = await _form(request)
        sender, to = self._number(form, "from"), _text(form, "to", self._settings.sms.number)
        message = await self._board.text_from_customer(sender, to, _text(form, "text"))
        return {"message": message.as_seen()}

    async def _list_sms(self, request: web.Request) -> dict[str, Any]:
        number = self._number(request.query, "number")
        mine = (m for m in self._board.messages if number in (m.sender, m.to))
        return {"messages": [m.as_seen() for m in mine][-200:]}

    # Calls

    async def _begin_call(self, request: web.Request) -> dict[str, Any]:
        form = await _form(request)
        sender = "anonymous" if form.get("from") == "anonymous" else self._number(form, "from")
        leg = self._board.call_from_customer(sender, _text(form, "to", self._settings.voice.number))
        return {"call": leg.as_seen()}

    async def _list_calls(self, request: web.Request) -> dict[str, Any]:
        number = self._number(request.query, "number")
        legs = (leg for leg in reversed(self._board.legs.values()) if leg.inbound and leg.sender == number)
        return {"calls": [leg.as_seen() for leg in legs][:20]}

    async def _get_call(self, request: web.Request) -> dict[str, Any]:
        return {"call": (await self._leg(request)).as_seen()}

    async def _say(self, request: web.Request) -> dict[str, Any]:
        leg = await self._leg(request)
        self._board.say(leg, _text(await _form(request), "text"))
        return {"call": leg.as_seen()}

    async def _key(self, request: web.Request) -> dict[str, Any]:
        leg = await self._leg(request)
        digits = _text(await _form(request), "digits")
        if not set(digits) <= set("0123456789*#"):
            raise InvalidInput(problem="Keys are 0 to 9, * and #")
        self._board.press(leg, digits)
        return {"call": leg.as_seen()}

    async def _hang_up(self, request: web.Request) -> dict[str, Any]:
        leg = await self._leg(request)
        self._board.hang_up(leg, "busy" if leg.status == "ringing" else "completed")
        return {"call": leg.as_seen()}

    # The agents' telephones

    async def _get_handset(self, request: web.Request) -> dict[str, Any]:
        return {"calls": [leg.as_seen() for leg in self._handset(request)[:10]]}

    async def _answer(self, request: web.Request) -> dict[str, Any]:
        leg = await self._leg(request)
        self._board.answer(leg)
        return {"call": leg.as_seen()}

    # Mail

    async def _send_mail(self, request: web.Request) -> dict[str, Any]:
        form = await _form(request)
        sender = email_address(_text(form, "from")).value
        references, copied = form.get("references", []), form.get("cc", [])
        message_id = await self._mail().send(
            sender=sender,
            sender_name=str(form.get("name", ""))[:200],
            to=_text(form, "to", self._settings.email.address),
            subject=str(form.get("subject", ""))[:500],
            text=_text(form, "text"),
            in_reply_to=str(form["in_reply_to"]) if form.get("in_reply_to") else None,
            references=tuple(map(str, references)) if isinstance(references, list) else (),
            cc=tuple(email_address(str(one)).value for one in copied) if isinstance(copied, list) else (),
        )
        return {"message_id": message_id}

    async def _list_mail(self, request: web.Request) -> dict[str, Any]:
        found = self._mail().messages(request.query.get("address", "").strip().lower())
        return {
            "mails": [
                {
                    "message_id": m.message_id,
                    "sender": m.sender,
                    "to": m.to,
                    "subject": m.subject,
                    "text": m.text,
                    "at": m.at.isoformat(),
                    "in_reply_to": m.in_reply_to,
                    "references": list(m.references),
                    "mine": m.outgoing,
                }
                for m in found
            ][-100:]
        }

    # Traffic

    async def _get_traffic(self, request: web.Request) -> dict[str, Any]:
        return {"per_minute": self._traffic.per_minute, "made": self._traffic.made}

    async def _set_traffic(self, request: web.Request) -> dict[str, Any]:
        rate = (await _form(request)).get("per_minute")
        if not isinstance(rate, int | float) or isinstance(rate, bool) or not 0 <= rate <= 600:
            raise InvalidInput(problem="per_minute is a number from 0 to 600")
        self._traffic.set_rate(float(rate))
        return await self._get_traffic(request)

    # What requests name

    async def _leg(self, request: web.Request) -> Leg:
        if "user_id" in request.match_info:
            live = [leg for leg in self._handset(request) if not leg.over]
            if not live:
                raise NotFound(what="call on the telephone of", id=request.match_info["user_id"])
            return live[0]
        leg = self._board.legs.get(request.match_info["sid"])
        if leg is None or not leg.inbound:
            raise NotFound(what="call", id=request.match_info["sid"])
        return leg

    def _handset(self, request: web.Request) -> list[Leg]:
        user_id = request.match_info["user_id"]
        addresses = (self._settings.voice.agent_address.format(user_id=user_id), user_id)
        return [leg for leg in reversed(self._board.legs.values()) if not leg.inbound and leg.to in addresses]

    def _number(self, values: Mapping[str, Any], name: str) -> str:
        return phone_address(str(values.get(name, "")), self._settings.business.country).value

    def _mail(self) -> Mails:
        if self._mailbox is None:
            raise InvalidInput(problem="E-mail is switched off in the settings")
        return self._mailbox


def _answered(handler: Callable[[web.Request], Awaitable[dict[str, Any]]]) -> Handler:
    """Answers JSON, and errors as the REST API does."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(await handler(request), headers={"Cache-Control": "no-store"})
        except ProviderRefusalError as refusal:
            return _error(409, "wrong_state", str(refusal))
        except FilrougeError as error:
            return _error(STATUSES.get(error.code, 422), error.code, str(error))

    return answer


def _error(status: int, code: str, message: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message, "details": []}}, status=status)


async def _form(request: web.Request) -> dict[str, Any]:
    """The JSON object of the request. Its content type keeps other sites' forms out."""
    if request.content_type != "application/json":
        raise InvalidInput(problem="Send JSON, with its content type")
    try:
        form = json.loads(await request.text())
    except (ValueError, RecursionError) as error:
        raise InvalidInput(problem="The body is not JSON") from error
    if not isinstance(form, dict):
        raise InvalidInput(problem="The body is not a JSON object")
    return form


def _text(form: Mapping[str, Any], name: str, default: str = "") -> str:
    value = form.get(name) or default
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(problem=f"{name} is missing")
    if len(value) > MOST_TEXT:
        raise InvalidInput(problem=f"{name} is longer than {MOST_TEXT} characters")
    return value
