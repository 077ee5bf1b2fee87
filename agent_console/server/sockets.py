"""The `/console` namespace: pushes events to consoles as they happen, and lets one that was away catch up.

A console says `resume {since}` after it connected; from then on it gets every event it may hear, in order, each
once or more, never less: what is committed while the answer is being read waits and goes into the same answer.
Every node serves its own sockets only; the bus of each node carries the events of all.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import socketio
import structlog

from agent_console.server.visibility import NOBODY, event_json, visible_to
from agent_console.server.watching import TYPING_LASTS, Watching
from core.bus import Bus
from core.clock import Clock
from core.errors import FilrougeError, Forbidden, StoreUnavailable
from core.events import Recorded
from core.ids import ConversationId, new_id
from core.permissions import SIGNED_IN, Access, Permission, needs
from core.signals import STAFF_CHANGED, TYPING, WATCHING, Signals
from core.staff import Session, Viewer
from core.store import Store
from crm.conversations.events import PartyEvent
from routing.presence import seen
from storage import sessions
from storage.engine.feed import events_since
from storage.engine.transaction import SqlTx
from storage.views import conversations, parties
from storage.views.feed import feed_bounds
from storage.views.parties import Reach

NAMESPACE = "/console"
# What a console may say, and who may say it.
ACCESS: Mapping[str, Access] = {
    "resume": SIGNED_IN,
    "ping": SIGNED_IN,
    "watch": needs(Permission.CONVERSATIONS_READ),
}
MOST_MISSED = 1000  # events of the feed; who missed more reads a new snapshot
LOOK_AGAIN = 5.0  # seconds between looks at sessions and memberships
MOST_QUEUED = 256  # packets a console may be behind before it is cut off, to come back and catch up

log = structlog.get_logger(__name__)
Identify = Callable[[str], Awaitable[tuple[Session | None, Viewer | None]]]


@dataclass(slots=True)
class Desk:
    """One connected console.

    `held` gathers what happens while it catches up; `sent` is the seq up to which it has been told everything.
    """

    sid: str
    token_hash: str
    viewer: Viewer
    live: bool = False
    catching_up: bool = False
    sent: int = 0
    held: list[Recorded] = field(default_factory=list)


class ConsoleSockets(socketio.AsyncNamespace):  # type: ignore[misc]  # socketio ships no types
    """Give it to the socket server, then `start`; `stop` at the end."""

    def __init__(
        self,
        *,
        store: Store,
        bus: Bus,
        signals: Signals,
        clock: Clock,
        identify: Identify,
        public_url: str = "",
        cookie: str = "filrouge_session",
        count: Callable[[int], None] = lambda connected: None,
    ) -> None:
        super().__init__(NAMESPACE)
        self._store = store
        self._bus = bus
        self._signals = signals
        self._clock = clock
        self._identify = identify
        self._public_url = public_url
        self._cookie = cookie
        self._count = count
        self._desks: dict[str, Desk] = {}
        self._node = new_id()
        self._watching = Watching()
        self._errands: set[asyncio.Task[None]] = set()
        self._pending: list[Recorded] = []
        self._flusher: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._unsubscribe: list[Callable[[], None]] = []

    async def start(self) -> None:
        self._unsubscribe = [self._bus.subscribe(self.hear), self._signals.subscribe(self._signal)]
        self._tasks = [asyncio.create_task(self._look_again(), name="console-sessions")]

    async def stop(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        tasks = [*self._tasks, *self._errands, *([self._flusher] if self._flusher else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """What a console says is answered, whatever it is: a client's mistake is told, ours is logged."""
        if event in ("connect", "disconnect"):
            return await super().trigger_event(event, *args)
        said = {"resume": self.on_resume, "ping": self.on_ping, "watch": self.on_watch}.get(event)
        if said is None:
            return _problem("invalid_input", "There is no such event here")
        structlog.contextvars.bind_contextvars(correlation=new_id())
        try:
            self._check(args[0], ACCESS[event])
            return await said(args[0], args[1] if len(args) > 1 else None)
        except FilrougeError as error:
            return _problem(error.code, str(error))
        except Exception:
            log.exception("console_event_failed", event_name=event)
            return _problem("error", "Something went wrong on our side")

    def _check(self, sid: str, access: Access) -> None:
        desk = self._desks.get(sid)
        if desk is not None and not access.allows(desk.viewer.permissions):
            raise Forbidden(permission=str(access))

    # What consoles say

    async def on_connect(self, sid: str, environ: Mapping[str, Any], auth: Any = None) -> None:
        if not _own_origin(environ, self._public_url):
            raise _refusal("cross_site", "The console is opened from its own site only.")
        token = _cookie(str(environ.get("HTTP_COOKIE", "")), self._cookie)
        try:
            session, viewer = await self._identify(token)
        except StoreUnavailable as error:
            raise _refusal(error.code, str(error)) from error
        if session is None or viewer is None:
            raise _refusal("not_signed_in", "Sign in first.")
        self._desks[sid] = Desk(sid=sid, token_hash=session.token_hash, viewer=viewer)
        self._count(len(self._desks))

    async def on_disconnect(self, sid: str, reason: str = "") -> None:
        self._desks.pop(sid, None)
        self._count(len(self._desks))
        for conversation_id in self._watching.leave(sid):
            await self._tell_watchers(conversation_id)

    async def on_resume(self, sid: str, data: Any) -> dict[str, Any]:
        """Everything after `since` that this console may hear, or `reset` when that is too far back."""
        since = data.get("since") if isinstance(data, Mapping) else None
        desk = self._desks.get(sid)
        if desk is None or not isinstance(since, int) or isinstance(since, bool) or since < 0:
            return _problem("invalid_input", "since is the seq of the last event you know")
        desk.live, desk.catching_up, desk.held = False, True, []
        try:
            return await self._catch_up(desk, since)
        finally:
            desk.catching_up, desk.held = False, []

    async def on_ping(self, sid: str, data: Any) -> dict[str, Any]:
        """A sign of life: keeps the agent reachable."""
        desk = self._desks.get(sid)
        if desk is None:
            return _problem("not_signed_in", "Sign in first.")
        if desk.viewer.can(Permission.DESK_WORK):
            await self._store.write(_seen, desk.viewer)
        return {"now": self._clock.now().isoformat()}

    async def on_watch(self, sid: str, data: Any) -> dict[str, Any]:
        """Says which conversation the console shows, so that others see who else is there."""
        desk = self._desks.get(sid)
        wanted = data.get("conversation_id") if isinstance(data, Mapping) else None
        if desk is None or not (wanted is None or (isinstance(wanted, str) and len(wanted) <= 64)):
            return _problem("invalid_input", "conversation_id is an id or null")
        if wanted is not None:
            await self._store.read(conversations.find, desk.viewer, ConversationId(wanted))
        changed = self._watching.watch(sid, desk.viewer.user_id, wanted)
        for conversation_id in changed:
            await self._tell_watchers(conversation_id)
        return {"ok": True}

    # What happens

    async def hear(self, batch: Sequence[Recorded]) -> None:
        """Listens to the bus. Never waits for a console: a batch that comes while another is sent joins the next."""
        for desk in self._desks.values():
            if desk.catching_up:
                desk.held.extend(batch)
        self._pending.extend(batch)
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.create_task(self._flush(), name="console-push")

    async def refresh(self) -> None:
        """Looks at sessions, roles and memberships again: who was signed out is cut off, who sees more sees it."""
        hashes = sorted({desk.token_hash for desk in self._desks.values()})
        if not hashes:
            return
        live = await self._store.read(sessions.live_sessions, hashes)
        for desk in tuple(self._desks.values()):
            found = live.get(desk.token_hash)
            if found is None:
                await self.disconnect(desk.sid)
            else:
                desk.viewer = found[1]

    async def _look_again(self) -> None:
        """Also says again who watches here, for nodes that started since."""
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            try:
                await self.refresh()
                for conversation_id in self._watching.shown():
                    await self._tell_watchers(conversation_id)
            except Exception:
                log.warning("console_sessions_unread", exc_info=True)

    async def _catch_up(self, desk: Desk, since: int) -> dict[str, Any]:
        missed, seq = await self._missed(since)
        if missed is None:
            return {"seq": seq, "reset": True}
        reaches: dict[str, Reach] = {}
        while True:
            everything = [*missed, *(recorded for recorded in desk.held if recorded.seq > seq)]
            unknown = sorted(_parties(everything) - reaches.keys())
            if not unknown:
                break
            reaches.update(await self._store.read(parties.reach_of, unknown))
        # No await from the last look at `held` to the answer: nothing can fall between the two.
        desk.live = True
        desk.sent = everything[-1].seq if everything else seq
        told = [event_json(r) for r in everything if _may_hear(desk.viewer, r, reaches)]
        return {"seq": desk.sent, "events": told}

    async def _missed(self, since: int) -> tuple[tuple[Recorded, ...] | None, int]:
        """What the feed has after `since` and how far it goes; None when that is unknown or too much."""
        first, last = await self._store.read(feed_bounds)
        if since > last or since < first - 1:
            return None, last
        missed = await self._store.read(events_since, since, MOST_MISSED)
        if len(missed) == MOST_MISSED:
            return None, last
        return missed, missed[-1].seq if missed else since

    async def _flush(self) -> None:
        while self._pending:
            batch, self._pending = self._pending, []
            try:
                wanted = sorted(_parties(batch))
                reaches = await self._store.read(parties.reach_of, wanted) if wanted else {}
            except FilrougeError:
                log.warning("console_reach_unread", exc_info=True)
                await self._cut_off(tuple(self._desks.values()))
                continue
            await self._push(batch, reaches)

    async def _push(self, batch: Sequence[Recorded], reaches: Mapping[str, Reach]) -> None:
        """One packet for all consoles that hear the same; one that does not keep up is cut off to come back."""
        packets: dict[tuple[int, ...], list[str]] = {}
        slow: list[Desk] = []
        heard: dict[Viewer, list[Recorded]] = {}
        for desk in self._desks.values():
            if not desk.live:
                continue
            if self._backlog(desk.sid) > MOST_QUEUED:
                slow.append(desk)
                continue
            if desk.viewer not in heard:
                heard[desk.viewer] = [r for r in batch if _may_hear(desk.viewer, r, reaches)]
            told = tuple(r.seq for r in heard[desk.viewer] if r.seq > desk.sent)
            desk.sent = max(desk.sent, batch[-1].seq)
            if told:
                packets.setdefault(told, []).append(desk.sid)
        await self._emit(batch, packets)
        await self._cut_off(slow)

    async def _emit(self, batch: Sequence[Recorded], packets: Mapping[tuple[int, ...], list[str]]) -> None:
        wanted = {seq for told in packets for seq in told}
        json = {recorded.seq: event_json(recorded) for recorded in batch if recorded.seq in wanted}
        for told, sids in packets.items():
            await self._tell(sids, "events", [json[seq] for seq in told])

    async def _tell(self, sids: Sequence[str], name: str, data: Any) -> None:
        """To sockets of this node, not through the message queue between nodes."""
        await self.server.emit(name, data, room=list(sids), namespace=NAMESPACE, ignore_queue=True)

    def _backlog(self, sid: str) -> int:
        eio_sid = self.server.manager.eio_sid_from_sid(sid, NAMESPACE)
        socket = self.server.eio.sockets.get(eio_sid)
        return socket.queue.qsize() if socket is not None else 0

    async def _cut_off(self, desks: Sequence[Desk]) -> None:
        for desk in desks:
            desk.live = False
            with suppress(KeyError):
                await self.disconnect(desk.sid)

    # Who looks on

    async def _signal(self, name: str, data: Mapping[str, Any]) -> None:
        if name == STAFF_CHANGED:
            await self.refresh()
            if data.get("team"):
                await self._tell(tuple(self._desks), "staff", {})
        elif name == WATCHING and data["node"] != self._node:
            self._watching.hear(data["node"], data["conversation_id"], data["users"])
            await self._show_watchers(data["conversation_id"])
        elif name == TYPING and data["who"] == "agent":
            await self._agent_types(data["conversation_id"], data["user_id"])
        elif name == TYPING:
            sids = self._watching.consoles(data["conversation_id"])
            if sids:
                said = {"conversation_id": data["conversation_id"], "who": "customer"}
                await self._tell(sids, "typing", said)

    async def _agent_types(self, conversation_id: str, user_id: str) -> None:
        self._watching.type(conversation_id, user_id)
        await self._show_watchers(conversation_id)
        loop = asyncio.get_running_loop()
        loop.call_later(TYPING_LASTS + 0.1, lambda: self._later(self._show_watchers(conversation_id)))

    def _later(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _tell_watchers(self, conversation_id: str) -> None:
        """To this node's consoles, and to the other nodes."""
        users = self._watching.here(conversation_id)
        said = {"node": self._node, "conversation_id": conversation_id, "users": users}
        await self._signals.publish(WATCHING, said)
        await self._show_watchers(conversation_id)

    async def _show_watchers(self, conversation_id: str) -> None:
        sids = self._watching.consoles(conversation_id)
        if sids:
            users = self._watching.everyone(conversation_id)
            await self._tell(sids, "watchers", {"conversation_id": conversation_id, "users": users})


def _seen(tx: SqlTx, viewer: Viewer) -> None:
    seen(tx, viewer.user_id)


def _parties(batch: Sequence[Recorded]) -> set[str]:
    return {recorded.event.party_id for recorded in batch if isinstance(recorded.event, PartyEvent)}


def _may_hear(viewer: Viewer, recorded: Recorded, reaches: Mapping[str, Reach]) -> bool:
    event = recorded.event
    reach = reaches.get(event.party_id, NOBODY) if isinstance(event, PartyEvent) else NOBODY
    return visible_to(viewer, recorded, reach)


def _own_origin(environ: Mapping[str, Any], public_url: str) -> bool:
    """A page of a neighbouring site would carry our cookie along; a program sends no Origin."""
    origin = str(environ.get("HTTP_ORIGIN", ""))
    host = str(environ.get("HTTP_HOST", ""))
    public = urlsplit(public_url)
    return origin in ("", f"http://{host}", f"https://{host}", f"{public.scheme}://{public.netloc}")


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _problem(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def _refusal(code: str, message: str) -> Exception:
    refused: Exception = socketio.exceptions.ConnectionRefusedError(message, {"code": code})
    return refused
