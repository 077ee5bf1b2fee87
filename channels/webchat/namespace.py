"""The socket's edge: Socket.IO namespace `/chat`. Every payload is validated and counted before it is used.

What is told to visitors goes to rooms, so that it reaches them whichever node holds their socket; what a node
keeps of its own sockets (`_visitors`) is only what their next message needs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import socketio
import structlog
from socketio.exceptions import ConnectionRefusedError as Refusal

from channels.webchat import parse
from channels.webchat.payload import Payload
from channels.webchat.rates import Rates
from channels.webchat.session import Opened, Session
from channels.webchat.talk import Talk, Visitor, conversation_room, rooms
from core.errors import FilrougeError, StoreUnavailable, TooManyRequests
from crm.conversations.model import DeliveryState

Count = Callable[[str], None]
OnTyping = Callable[[str], Awaitable[None]]
Answer = Mapping[str, Any]
log = structlog.get_logger(__name__)


class ChatNamespace(socketio.AsyncNamespace):  # type: ignore[misc]  # the library ships no types
    """`/chat`. Registered before the channel starts; until then every connection is told to try later."""

    def __init__(self) -> None:
        super().__init__("/chat")
        self._talk: Talk | None = None
        self._rates = Rates()
        self._count: Count = lambda what: None
        self._on_typing: OnTyping | None = None
        self._trusted_proxies = 0
        self._visitors: dict[str, Visitor] = {}
        self._places: dict[str, int] = {}
        self._events: dict[
            str, tuple[type[Payload], str, Callable[[str, Visitor, Any], Awaitable[Answer]]]
        ] = {
            "say": (parse.Say, "say", self._say),
            "resume": (parse.Resume, "event", self._resume),
            "got": (parse.Mark, "event", self._got),
            "seen": (parse.Mark, "event", self._seen),
            "typing": (parse.Nothing, "typing", self._typing),
            "introduce": (parse.Introduction, "event", self._introduce),
        }

    def begin(
        self, talk: Talk, rates: Rates, count: Count, on_typing: OnTyping | None, trusted_proxies: int
    ) -> None:
        self._talk, self._rates, self._count = talk, rates, count
        self._on_typing, self._trusted_proxies = on_typing, trusted_proxies
        self._listen()

    def _listen(self) -> None:
        """Hears other nodes from the start: Socket.IO would begin at this node's first connection."""
        if self.attached and not self.server.manager_initialized:
            self.server.manager_initialized = True
            self.server.manager.initialize()

    def end(self) -> None:
        self._talk = None

    @property
    def attached(self) -> bool:
        return self.server is not None

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """Every event comes through here; one we do not know is answered, not looked up by name."""
        if event == "connect":
            return await self._connect(args[0], args[1], args[2] if len(args) > 2 else None)
        if event == "disconnect":
            await self._gone(args[0])
            return None
        return await self._receive(event, args[0], args[1:])

    # Connecting

    async def _connect(self, sid: str, environ: Mapping[str, Any], auth: object) -> None:
        if self._talk is None:
            raise _refusal("try_later", "The chat is starting; try again.")
        try:
            hello = parse.payload(parse.Hello, auth or {}, "greeting")
            opened, visitor = self._talk.open(hello)
            await self._admit(opened, hello, environ)
            welcome = await self._talk.welcome(opened, visitor, hello.after)
        except FilrougeError as error:
            self._count(f"connect_{_code(error)}")
            raise _refusal(_code(error), str(error)) from error
        if opened.refused:
            self._count("identity_refused")
            log.warning("webchat_identity_refused", reason=opened.refused, page=visitor.page)
        self._visitors[sid] = replace(visitor, thread=_thread(welcome))
        self.server.start_background_task(self._greet, sid, welcome)
        if hello.after is None:  # a line that came back is the same visit
            self.server.start_background_task(self._visited, visitor)

    async def _visited(self, visitor: Visitor) -> None:
        try:
            if self._talk is not None:
                await self._talk.visited(visitor)
        except FilrougeError as error:
            log.warning("webchat_visit_not_kept", problem=str(error))

    async def _admit(self, opened: Opened, hello: parse.Hello, environ: Mapping[str, Any]) -> None:
        new = hello.session is None or bool(opened.renewed)
        who = self._remote(environ) if new else opened.session.id
        await self._rates.hit("newcomer" if new else "connect", who)

    async def _gone(self, sid: str) -> None:
        visitor = self._visitors.pop(sid, None)
        self._places.pop(sid, None)
        if visitor is None or not visitor.thread or self._talk is None:
            return
        try:
            await self._talk.look_later(visitor)
        except StoreUnavailable:
            log.warning("webchat_leaving_unstored", thread=visitor.thread)

    async def ask(self, session_id: str) -> asyncio.Future[None]:
        """Asks the session's widgets, on whichever node, whether they are there; done when one answers."""
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def here(*_: Any) -> None:
            if not answered.done():
                answered.set_result(None)

        if any(visitor.session.id == session_id for visitor in self._visitors.values()):
            here()
        else:
            await self.emit("here", room=Session(id=session_id).room, callback=here)
        return answered

    async def _greet(self, sid: str, welcome: Answer) -> None:
        """Follows the connection's own acceptance: rooms can only be entered after it."""
        while not self.server.manager.is_connected(sid, self.namespace):
            if sid not in self._visitors:
                return
            await asyncio.sleep(0.005)
        visitor = self._visitors[sid]
        await self.enter_room(sid, visitor.session.room)
        await self._follow(sid, _thread(welcome))
        await self.emit("session", dict(welcome), to=sid)

    # Hearing

    async def _receive(self, event: str, sid: str, args: tuple[Any, ...]) -> Answer:
        visitor = self._visitors.get(sid)
        if visitor is None or self._talk is None:
            return _error("try_later", "Connect again.")
        try:
            if event not in self._events or len(args) > 1:
                await self._rates.hit("event", visitor.session.id)
                return _error("malformed", "This event is not known.")
            model, rate, handle = self._events[event]
            await self._rates.hit(rate, visitor.session.id)
            return await handle(sid, visitor, parse.payload(model, args[0] if args else {}, event))
        except FilrougeError as error:
            self._count(f"{event}_{_code(error)}")
            return _error(_code(error), str(error), **_facts(error))
        except Exception:
            log.exception("webchat_event_failed", chat_event=event)
            return _error("error", "Something went wrong on our side.")

    async def _say(self, sid: str, visitor: Visitor, said: parse.Say) -> Answer:
        assert self._talk is not None
        taken, answer = await self._talk.say(visitor, said)
        if not taken.accepted.duplicate:
            self._count("received")
            where = rooms(visitor.session.id, taken.accepted.conversation_id)
            await self.emit("line", answer["line"], room=list(where), skip_sid=sid)
        await self._follow(sid, taken.accepted.conversation_id)
        return answer

    async def _resume(self, sid: str, visitor: Visitor, resume: parse.Resume) -> Answer:
        assert self._talk is not None
        cursor = parse.Cursor(thread=resume.thread or visitor.thread, position=resume.after)
        caught = await self._talk.catch_up(visitor, cursor)
        await self._follow(sid, _thread(caught))
        return {"ok": True, "lines": caught["history"], **caught}

    async def _got(self, sid: str, visitor: Visitor, mark: parse.Mark) -> Answer:
        assert self._talk is not None
        await self._talk.mark(visitor, mark, DeliveryState.DELIVERED)
        return {"ok": True}

    async def _seen(self, sid: str, visitor: Visitor, mark: parse.Mark) -> Answer:
        assert self._talk is not None
        await self._talk.mark(visitor, mark, DeliveryState.READ)
        return {"ok": True}

    async def _typing(self, sid: str, visitor: Visitor, nothing: parse.Nothing) -> Answer:
        if self._on_typing is not None and visitor.thread:
            await self._on_typing(visitor.thread)
        return {"ok": True}

    async def _introduce(self, sid: str, visitor: Visitor, said: parse.Introduction) -> Answer:
        assert self._talk is not None
        self._visitors[sid] = await self._talk.introduce(visitor, said)
        return {"ok": True, "verified": visitor.sender.verified}

    # Telling

    async def tell_state(self, view: Mapping[str, Any]) -> None:
        """A conversation changed hands, or woke up."""
        if self._talk is not None and self.attached:
            await self.emit("state", await self._talk.state_of(view), room=conversation_room(view["id"]))

    async def tell_places(self) -> None:
        """Tells this node's waiting visitors their place in line, where it changed."""
        waiting = {sid: v.thread for sid, v in self._visitors.items() if v.thread}
        if self._talk is None or not waiting:
            return
        places = await self._talk.places()
        for sid, thread in waiting.items():
            place = places.get(thread)
            if place is None:
                self._places.pop(sid, None)
            elif self._places.get(sid) != place:
                self._places[sid] = place
                await self.emit("queue", {"thread": thread, "place": place, "estimate": None}, to=sid)

    async def _follow(self, sid: str, thread: str) -> None:
        """Puts the socket in the conversation's room, once."""
        visitor = self._visitors.get(sid)
        if visitor is None or not thread:
            return
        if visitor.thread != thread:
            self._visitors[sid] = replace(visitor, thread=thread)
        room = conversation_room(thread)
        if room not in self.rooms(sid):
            await self.enter_room(sid, room)

    def _remote(self, environ: Mapping[str, Any]) -> str:
        request = environ.get("aiohttp.request")
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if self._trusted_proxies and len(forwarded) >= self._trusted_proxies:
            return str(forwarded[-self._trusted_proxies]).strip()
        return str(getattr(request, "remote", "") or environ.get("REMOTE_ADDR", ""))


def _thread(caught: Answer) -> str:
    return str(caught["cursor"]["thread"]) if caught["cursor"] else ""


def _code(error: FilrougeError) -> str:
    return "try_later" if isinstance(error, StoreUnavailable) else error.code


def _facts(error: FilrougeError) -> dict[str, Any]:
    return {"after": error.facts["seconds"]} if isinstance(error, TooManyRequests) else {}


def _error(code: str, message: str, **facts: Any) -> Answer:
    return {"error": {"code": code, "message": message, **facts}}


def _refusal(code: str, message: str) -> Refusal:
    return Refusal(message, {"code": code})
