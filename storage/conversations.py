"""Conversations, what refers to them, and who is on them, in SQL."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, true, update

from core.errors import NotFound
from core.ids import ConversationId, PartyId, QueueId
from core.words import ChannelName, ContactKind
from crm.conversations.model import Conversation, EntryPoint, Participant, Status
from crm.parties.model import Address
from storage import rows
from storage.engine.prepared import Prepared
from storage.engine.upserts import insert_or_ignore
from storage.numbers import keep_numbers
from storage.schema import (
    address_users,
    conversation_references,
    conversations,
    entry_points,
    participants,
    queues,
)

OWN = "conv:"  # a reference that names its conversation itself
INSERT = Prepared(insert(conversations))
UPDATE = Prepared(update(conversations).where(conversations.c.id == bindparam("b_id")))
# `FOR UPDATE` is left out by SQLite's dialect, which has one writer anyway.
OF_ID = select(conversations).where(conversations.c.id == bindparam("conversation_id"))
BY_ID, HELD_BY_ID = Prepared(OF_ID), Prepared(OF_ID.with_for_update())
HELD_OPEN_OF = Prepared(
    select(conversations)
    .where(conversations.c.party_id == bindparam("party_id"), conversations.c.status != Status.RESOLVED.value)
    .order_by(conversations.c.last_activity_at.desc(), conversations.c.id.desc())
    .limit(20)
    .with_for_update()
)
HELD_OPEN_AT = Prepared(
    select(conversations)
    .where(
        conversations.c.customer_kind == bindparam("kind"),
        conversations.c.customer_value == bindparam("value"),
        conversations.c.party_id.in_(
            select(address_users.c.party_id).where(
                address_users.c.kind == bindparam("kind"), address_users.c.value == bindparam("value")
            )
        ),
        conversations.c.status != Status.RESOLVED.value,
    )
    .order_by(conversations.c.last_activity_at.desc(), conversations.c.id.desc())
    .limit(20)
    .with_for_update()
)
LIVE_CHATS = select(conversations.c.id).where(
    conversations.c.channel == ChannelName.WEBCHAT.value,
    conversations.c.status != Status.RESOLVED.value,
    conversations.c.last_activity_at > bindparam("after"),
)
ANNOUNCE = Prepared(insert_or_ignore(conversation_references))
JOIN = Prepared(insert_or_ignore(participants))
WROTE = (
    update(participants)
    .where(
        participants.c.conversation_id == bindparam("b_id"),
        participants.c.kind == bindparam("b_kind"),
        participants.c.value == bindparam("b_value"),
    )
    .values(wrote=true(), reply_to=bindparam("b_reply_to"))
)
ON = (
    select(participants)
    .where(participants.c.conversation_id == bindparam("conversation_id"))
    .order_by(participants.c.kind, participants.c.value)
)
REFERENCES = select(conversation_references).where(
    conversation_references.c.reference.in_(bindparam("references", expanding=True))
)
ENTRIES = select(entry_points).where(
    entry_points.c.channel == bindparam("channel"),
    entry_points.c.address.in_(bindparam("addresses", expanding=True)),
)
IS_ON = select(participants.c.value).where(
    participants.c.conversation_id == bindparam("conversation_id"),
    participants.c.kind == bindparam("kind"),
    participants.c.value == bindparam("value"),
)


class SqlConversations:
    """Implements `crm.ports.Conversations`."""

    def __init__(self, conn: Connection, now: datetime) -> None:
        self._conn = conn
        self._now = now

    def get(self, conversation_id: ConversationId) -> Conversation:
        row = self._held().first(self._conn, {"conversation_id": conversation_id})
        if row is None:
            raise NotFound(what="conversation", id=conversation_id)
        return rows.conversation(row)

    def _held(self) -> Prepared:
        return BY_ID if self._conn.get_execution_options().get("reading") else HELD_BY_ID

    def open_of(self, party_id: PartyId) -> tuple[Conversation, ...]:
        found = HELD_OPEN_OF.all(self._conn, {"party_id": party_id})
        return tuple(rows.conversation(row) for row in found)

    def open_at(self, address: Address) -> tuple[Conversation, ...]:
        found = HELD_OPEN_AT.all(self._conn, {"kind": address.kind.value, "value": address.value})
        return tuple(rows.conversation(row) for row in found)

    def referred_to(self, references: Iterable[str]) -> Conversation | None:
        wanted = list(references)
        known = {
            row.reference: row.conversation_id
            for row in self._conn.execute(REFERENCES, {"references": wanted})
        }
        for reference in wanted:
            target = known.get(reference) or (reference.startswith(OWN) and reference.removeprefix(OWN))
            row = self._held().first(self._conn, {"conversation_id": target}) if target else None
            if row:
                return rows.conversation(row)
        return None

    def insert(self, conversation: Conversation) -> None:
        INSERT.run(self._conn, rows.conversation_values(conversation))
        keep_numbers(self._conn, conversation.id, conversation.subject)

    def save(self, conversation: Conversation) -> None:
        values = rows.conversation_values(conversation)
        UPDATE.run(self._conn, {**values, "b_id": values["id"]})

    def announce(self, references: Iterable[str], conversation_id: ConversationId) -> None:
        values = [
            {"reference": r, "conversation_id": conversation_id, "at": self._now}
            for r in dict.fromkeys(references)
        ]
        if values:
            ANNOUNCE.run_many(self._conn, values)

    def join(self, conversation_id: ConversationId, addresses: Iterable[Address]) -> None:
        values = [
            {
                "conversation_id": conversation_id,
                "kind": a.kind.value,
                "value": a.value,
                "wrote": False,
                "reply_to": "",
            }
            for a in addresses
        ]
        if values:
            JOIN.run_many(self._conn, values)

    def joined_by_writing(self, conversation_id: ConversationId, writer: Address, reply_to: str) -> None:
        who = {"kind": writer.kind.value, "value": writer.value}
        wrote = {"conversation_id": conversation_id, "wrote": True, "reply_to": reply_to}
        if not JOIN.run(self._conn, {**who, **wrote}):
            told = {"b_id": conversation_id, "b_reply_to": reply_to}
            self._conn.execute(WROTE, {**told, "b_kind": writer.kind.value, "b_value": writer.value})

    def live_chats(self) -> tuple[ConversationId, ...]:
        found = self._conn.execute(LIVE_CHATS, {"after": self._now - timedelta(days=1)}).scalars()
        return tuple(ConversationId(one) for one in found)

    def participants(self, conversation_id: ConversationId) -> tuple[Participant, ...]:
        found = self._conn.execute(ON, {"conversation_id": conversation_id})
        return tuple(
            Participant(
                address=Address(kind=ContactKind(row.kind), value=row.value),
                wrote=row.wrote,
                reply_to=row.reply_to,
            )
            for row in found
        )

    def is_on(self, conversation_id: ConversationId, address: Address) -> bool:
        found = self._conn.execute(
            IS_ON,
            {"conversation_id": conversation_id, "kind": address.kind.value, "value": address.value},
        )
        return found.first() is not None

    def entry_point(self, channel: ChannelName, address: str) -> EntryPoint:
        found = self._conn.execute(ENTRIES, {"channel": channel.value, "addresses": [address, ""]}).all()
        for row in sorted(found, key=lambda r: r.address, reverse=True):
            return EntryPoint(
                channel=channel, address=row.address, queue_id=QueueId(row.queue_id), bot=row.bot
            )
        first = self._conn.execute(select(queues.c.id).order_by(queues.c.id).limit(1)).scalar()
        if first is None:
            raise NotFound(what="queue", id="(none is defined yet: add one)")
        return EntryPoint(channel=channel, address="", queue_id=QueueId(first), bot="")
