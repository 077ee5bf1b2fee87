"""The web chat without its sockets: what a visitor's doings become in the store, and what they are answered."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from channels.contract import Ground
from channels.webchat import history, hours, parse
from channels.webchat.leaving import look_later
from channels.webchat.session import Opened, Sender, Session, Sessions
from channels.webchat.view import line_view, state_view
from core.ids import ConversationId
from core.words import AuthorKind, ChannelName, HandlerKind, Language
from crm.conversations.inbound import Inbound
from crm.conversations.model import Conversation, DeliveryState, Exchange, Status

NameOf = Callable[[str], Awaitable[str]]
NAME_KEPT = timedelta(minutes=5)
NAMES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One connected widget. Several may share a session: tabs."""

    session: Session
    sender: Sender
    language: Language
    page: str
    entry: str
    introduction: parse.Introduction
    thread: str = ""  # the conversation it is in, once known


class Names:
    """Agents' names, remembered a little: each line and state wants one."""

    def __init__(self, name_of: NameOf) -> None:
        self._name_of = name_of
        self._known: dict[str, tuple[str, datetime]] = {}

    async def of(self, user_id: str, now: datetime) -> str:
        known = self._known.get(user_id)
        if known and now - known[1] < NAME_KEPT:
            return known[0]
        name = await self._name_of(user_id)
        if len(self._known) >= NAMES:
            self._known.clear()
        self._known[user_id] = (name, now)
        return name


class Talk:
    """Runs the transactions of `history.py` for visitors and shows their outcome."""

    def __init__(self, ground: Ground, sessions: Sessions, names: Names) -> None:
        self._ground = ground
        self._settings = ground.settings.webchat
        self._business = ground.settings.business
        self.sessions = sessions
        self._names = names

    def open(self, hello: parse.Hello) -> tuple[Opened, Visitor]:
        opened = self.sessions.open(hello.session, hello.identity, self._ground.clock.now())
        visitor = Visitor(
            session=opened.session,
            sender=opened.sender,
            language=parse.language_of(hello.language) or self._business.language,
            page=hello.page,
            entry=hello.entry,
            introduction=hello.visitor or parse.Introduction(),
        )
        return opened, visitor

    async def welcome(self, opened: Opened, visitor: Visitor, after: parse.Cursor | None) -> dict[str, Any]:
        """All a widget needs to show the chat as it stands."""
        now = self._ground.clock.now()
        opening = hours.next_opening(self._business, now)
        return {
            "token": opened.token,
            "session_id": opened.session.id,
            "upload": opened.upload_ticket,
            "renewed": opened.renewed,
            "verified": visitor.sender.verified,
            "identity": opened.refused and "refused",
            "name": visitor.sender.name,
            "business": self._business.name,
            "online": hours.is_open(self._business, now),
            "opens_at": opening.isoformat() if opening else None,
            "limits": {"text": self._settings.max_text, "file": self._settings.max_file},
            **await self.catch_up(visitor, after or parse.Cursor()),
        }

    async def visited(self, visitor: Visitor) -> None:
        """Keeps which page they are on, where the settings ask for it: without what follows `?` or `#`."""
        page = parse.page_address(visitor.page)
        if self._settings.visits and page:
            now = self._ground.clock.now()
            await self._ground.store.write(history.visit, visitor.sender.address, page, now)

    async def catch_up(self, visitor: Visitor, after: parse.Cursor) -> dict[str, Any]:
        """The history since the widget's cursor, the next cursor, and the state."""
        page = await self._ground.store.read(history.page, visitor.session.id, after.thread, after.position)
        shown: dict[str, Any] = {"history": await self.lines(page.lines), "fresh": page.fresh}
        conversation = page.conversation
        if conversation is None:
            return {**shown, "cursor": None, "state": None, "handler": None, "queue": None}
        state = await self.state(conversation)
        place = await self.place(conversation.id) if conversation.handler.kind is HandlerKind.QUEUE else None
        return {
            **shown,
            "cursor": {"thread": conversation.id, "position": conversation.last_position},
            "state": state,
            "handler": state["handler"],
            "queue": {"place": place, "estimate": None} if place else None,
        }

    async def say(self, visitor: Visitor, said: parse.Say) -> tuple[history.Said, dict[str, Any]]:
        """Takes a message; it is committed when this returns."""
        inbound = parse.message(
            said,
            visitor.session,
            visitor.sender,
            visitor.introduction,
            self._ground.clock.now(),
            self._settings.max_text,
            language=visitor.language,
            entry=visitor.entry,
            page=visitor.page,
        )
        return await self._take(inbound)

    async def look_later(self, visitor: Visitor) -> None:
        """A socket of the visitor closed: whether they have left shows in a while."""
        thread = ConversationId(visitor.thread)
        await self._ground.store.write(look_later, thread, float(self._settings.gone_after))

    async def upload(
        self, ticket: str, client_id: str, name: str, data: bytes
    ) -> tuple[history.Said, dict[str, Any]]:
        """Takes a file as a message of its own."""
        session, sender = self.sessions.uploader(ticket)
        now = self._ground.clock.now()
        inbound = parse.upload(client_id, name, data, session, sender, now, self._settings.max_file)
        return await self._take(inbound)

    async def introduce(self, visitor: Visitor, said: parse.Introduction) -> Visitor:
        """Keeps a claim. A verified customer has nothing to claim."""
        if visitor.sender.verified:
            return visitor
        visitor = replace(visitor, introduction=said)
        carrier = Inbound(
            channel=ChannelName.WEBCHAT,
            account=visitor.session.id,
            provider_id="",
            sender=visitor.sender.address,
            sender_name=parse.clean(said.name),
            business_address=visitor.entry,
            text="",
            occurred_at=self._ground.clock.now(),
            claims=parse.claims(said),
        )
        await self._ground.store.write(history.introduce, carrier)
        return visitor

    async def mark(self, visitor: Visitor, mark: parse.Mark, state: DeliveryState) -> None:
        what = (visitor.session.id, mark.thread or visitor.thread, mark.position, state)
        if await self._ground.store.read(history.unmarked, *what):
            await self._ground.store.write(history.mark, *what)

    async def lines(self, exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
        return [await self.line(exchange) for exchange in exchanges]

    async def line(self, exchange: Exchange) -> dict[str, Any]:
        name = ""
        if exchange.author is AuthorKind.AGENT:
            name = await self._names.of(exchange.author_ref, self._ground.clock.now())
        return line_view(exchange, name, self._file_url)

    async def state(self, conversation: Conversation) -> dict[str, Any]:
        c = conversation
        return await self._state(c.id, c.epoch, c.status, c.handler.kind, c.handler.ref)

    async def state_of(self, view: Mapping[str, Any]) -> dict[str, Any]:
        """The state from the conversation view that events carry."""
        handler = view["handler"]
        return await self._state(
            view["id"], view["epoch"], Status(view["status"]), HandlerKind(handler["kind"]), handler["ref"]
        )

    async def places(self) -> Mapping[str, int]:
        return await self._ground.store.read(history.places)

    async def place(self, conversation_id: str) -> int | None:
        return (await self.places()).get(conversation_id)

    async def _take(self, inbound: Inbound) -> tuple[history.Said, dict[str, Any]]:
        said = await self._ground.store.write(history.say, inbound, self._ground.limits)
        taken = said.accepted
        answer = {
            "ok": True,
            "position": taken.position,
            "line": await self.line(said.exchange),
            "state": await self._state(
                taken.conversation_id, taken.epoch, Status.OPEN, taken.handler.kind, taken.handler.ref
            )
            if not taken.duplicate
            else None,
        }
        return said, answer

    async def _state(
        self, thread: str, epoch: int, status: Status, kind: HandlerKind, ref: str
    ) -> dict[str, Any]:
        name = await self._names.of(ref, self._ground.clock.now()) if kind is HandlerKind.AGENT else ""
        return state_view(thread, epoch, status, kind, name)

    def _file_url(self, exchange_id: str, attachment_id: str) -> str:
        return f"/widget/api/file?f={self.sessions.file_ticket(exchange_id, attachment_id)}"


def rooms(session_id: str, conversation_id: str) -> Sequence[str]:
    """Where a line is told: all tabs of the session, and the other sessions of one verified customer."""
    return [f"session:{session_id}", conversation_room(conversation_id)]


def conversation_room(conversation_id: str) -> str:
    return f"conversation:{conversation_id}"
