"""Work items and the decisions about them, in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, insert, select, update

from core.errors import NotFound
from core.ids import ConversationId, QueueId, UserId, WorkItemId
from core.words import AuthorKind, ChannelName, Direction
from crm.conversations.model import ExchangeKind
from routing.model import Background, Decision, Need, WorkItem, WorkState
from storage import rows
from storage.engine.prepared import Prepared
from storage.schema import conversations, decisions, exchanges, parties, work_items

INSERT = Prepared(insert(work_items))
UPDATE = Prepared(update(work_items).where(work_items.c.id == bindparam("b_id")))
BY_ID = Prepared(select(work_items).where(work_items.c.id == bindparam("item_id")).with_for_update())
LIVE = [WorkState.WAITING.value, WorkState.OFFERED.value, WorkState.ACCEPTED.value]
HELD = [WorkState.OFFERED.value, WorkState.ACCEPTED.value, WorkState.WRAPPING.value]
OF_CONVERSATION = select(work_items).where(
    work_items.c.conversation_id == bindparam("conversation_id"), work_items.c.state.in_(LIVE)
)
LIVE_OF, HELD_LIVE_OF = Prepared(OF_CONVERSATION), Prepared(OF_CONVERSATION.with_for_update())
HELD_BY = (
    select(work_items)
    .where(work_items.c.offered_to == bindparam("user_id"), work_items.c.state.in_(HELD))
    .order_by(work_items.c.queued_at, work_items.c.id)
    .with_for_update()
)
OFFERS_DUE = (
    select(work_items)
    .where(work_items.c.state == WorkState.OFFERED.value, work_items.c.offer_deadline <= bindparam("now"))
    .order_by(work_items.c.offer_deadline, work_items.c.id)
    .with_for_update()
)
WRAPS_DUE = (
    select(work_items)
    .where(work_items.c.state == WorkState.WRAPPING.value, work_items.c.wrap_until <= bindparam("now"))
    .order_by(work_items.c.wrap_until, work_items.c.id)
    .with_for_update()
)
PLACE = (work_items.c.priority.desc(), work_items.c.queued_at, work_items.c.id)
RANKED = (
    select(
        work_items,
        func.row_number()
        .over(partition_by=(work_items.c.queue_id, work_items.c.channel, work_items.c.skills), order_by=PLACE)
        .label("place"),
    )
    .where(work_items.c.state == WorkState.WAITING.value)
    .subquery()
)
WAITING = (
    select(RANKED)
    .where(RANKED.c.place <= bindparam("most"))
    .order_by(RANKED.c.priority.desc(), RANKED.c.queued_at, RANKED.c.id)
)
NEEDS = (
    select(work_items.c.queue_id, work_items.c.channel, work_items.c.skills)
    .where(work_items.c.state == WorkState.WAITING.value)
    .distinct()
)
FIRST = (
    select(work_items)
    .where(
        work_items.c.state == WorkState.WAITING.value,
        work_items.c.queue_id == bindparam("queue_id"),
        work_items.c.channel == bindparam("channel"),
        work_items.c.skills == bindparam("skills", type_=work_items.c.skills.type),
    )
    .order_by(*PLACE)
    .limit(bindparam("most"))
)
CONVERSATION_OF = select(work_items.c.conversation_id).where(work_items.c.id == bindparam("item_id"))
CONVERSATIONS_OF = (
    select(work_items.c.conversation_id)
    .where(
        work_items.c.offered_to == bindparam("user_id"),
        work_items.c.state.in_([WorkState.ACCEPTED.value, WorkState.WRAPPING.value]),
    )
    .order_by(work_items.c.conversation_id)
)
WITH_PARTY = (
    select(conversations, parties.c.name.label("party_name"))
    .join(parties, parties.c.id == conversations.c.party_id)
    .where(conversations.c.id == bindparam("conversation_id"))
)
EARLIER = (
    select(func.count())
    .select_from(conversations)
    .where(
        conversations.c.party_id == bindparam("party_id"), conversations.c.opened_at < bindparam("opened_at")
    )
)


def _last_text(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(exchanges.c.text)
        .where(exchanges.c.conversation_id == bindparam("conversation_id"), *conditions)
        .order_by(exchanges.c.position.desc())
        .limit(1)
    )


LAST_WORDS = _last_text(
    exchanges.c.direction == Direction.INBOUND.value, exchanges.c.kind == ExchangeKind.MESSAGE.value
)
LAST_NOTE = (
    select(exchanges.c.text, exchanges.c.author, exchanges.c.meta)
    .where(
        exchanges.c.conversation_id == bindparam("conversation_id"),
        exchanges.c.kind == ExchangeKind.NOTE.value,
    )
    .order_by(exchanges.c.position.desc())
    .limit(1)
)
NEXT_OFFER = select(func.min(work_items.c.offer_deadline)).where(
    work_items.c.state == WorkState.OFFERED.value
)
NEXT_WRAP = select(func.min(work_items.c.wrap_until)).where(work_items.c.state == WorkState.WRAPPING.value)


def _handover(author: str, meta: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return meta if author == AuthorKind.BOT.value and "handover" in meta else None


class SqlWorkItems:
    """Implements `routing.ports.WorkItems`."""

    def __init__(self, conn: Connection, now: datetime) -> None:
        self._conn = conn
        self._now = now

    def get(self, item_id: WorkItemId) -> WorkItem:
        row = BY_ID.first(self._conn, {"item_id": item_id})
        if row is None:
            raise NotFound(what="work item", id=item_id)
        return item_of(row)

    def conversation_of(self, item_id: WorkItemId) -> ConversationId:
        found = self._conn.execute(CONVERSATION_OF, {"item_id": item_id}).scalar()
        if found is None:
            raise NotFound(what="work item", id=item_id)
        return ConversationId(found)

    def conversations_of(self, user_id: UserId) -> Sequence[ConversationId]:
        found = self._conn.execute(CONVERSATIONS_OF, {"user_id": user_id}).scalars()
        return tuple(ConversationId(c) for c in found)

    def background(self, conversation_id: ConversationId) -> Background:
        wanted = {"conversation_id": conversation_id}
        row = self._conn.execute(WITH_PARTY, wanted).mappings().first()
        if row is None:
            raise NotFound(what="conversation", id=conversation_id)
        conversation = rows.conversation(row)
        note = self._conn.execute(LAST_NOTE, wanted).first()
        earlier = {"party_id": conversation.party_id, "opened_at": conversation.opened_at}
        return Background(
            conversation=conversation,
            party_name=row["party_name"],
            last_words=self._conn.execute(LAST_WORDS, wanted).scalar() or "",
            summary=note.text if note else "",
            handover=_handover(note.author, note.meta) if note else None,
            earlier_conversations=self._conn.execute(EARLIER, earlier).scalar_one(),
        )

    def live_of(self, conversation_id: ConversationId, *, hold: bool = True) -> WorkItem | None:
        query = HELD_LIVE_OF if hold else LIVE_OF
        row = query.first(self._conn, {"conversation_id": conversation_id})
        return item_of(row) if row else None

    def waiting(self, limit: int) -> Sequence[WorkItem]:
        return tuple(item_of(row) for row in self._conn.execute(WAITING, {"most": limit}).mappings())

    def needs(self) -> Sequence[Need]:
        return tuple(
            Need(queue_id=QueueId(row.queue_id), channel=ChannelName(row.channel), skills=row.skills)
            for row in self._conn.execute(NEEDS)
        )

    def first(self, need: Need, limit: int) -> Sequence[WorkItem]:
        wanted = {"queue_id": need.queue_id, "channel": need.channel.value, "skills": dict(need.skills)}
        found = self._conn.execute(FIRST, {**wanted, "most": limit}).mappings()
        return tuple(item_of(row) for row in found)

    def offers_due(self, now: datetime) -> Sequence[WorkItem]:
        return tuple(item_of(row) for row in self._conn.execute(OFFERS_DUE, {"now": now}).mappings())

    def wraps_due(self, now: datetime) -> Sequence[WorkItem]:
        return tuple(item_of(row) for row in self._conn.execute(WRAPS_DUE, {"now": now}).mappings())

    def held_by(self, user_id: UserId) -> Sequence[WorkItem]:
        return tuple(item_of(row) for row in self._conn.execute(HELD_BY, {"user_id": user_id}).mappings())

    def next_deadline(self) -> datetime | None:
        found = (self._conn.execute(query).scalar() for query in (NEXT_OFFER, NEXT_WRAP))
        return min((moment for moment in found if moment is not None), default=None)

    def insert(self, item: WorkItem) -> None:
        INSERT.run(self._conn, _values(item))

    def save(self, item: WorkItem) -> None:
        UPDATE.run(self._conn, {**_values(item), "b_id": item.id})

    def keep_decision(self, decision: Decision) -> None:
        self._conn.execute(
            insert(decisions),
            {
                "item_id": decision.item_id,
                "chosen": decision.chosen,
                "rule": decision.rule,
                "candidates": [dict(c) for c in decision.candidates],
                "at": self._now,
            },
        )

    def decisions(self, item_id: WorkItemId) -> Sequence[Decision]:
        found = self._conn.execute(
            select(decisions).where(decisions.c.item_id == item_id).order_by(decisions.c.id)
        )
        return tuple(
            Decision(item_id=item_id, chosen=row.chosen, rule=row.rule, candidates=tuple(row.candidates))
            for row in found
        )


def item_of(row: Mapping[Any, Any]) -> WorkItem:
    return WorkItem(
        id=WorkItemId(row["id"]),
        conversation_id=ConversationId(row["conversation_id"]),
        queue_id=QueueId(row["queue_id"]),
        channel=ChannelName(row["channel"]),
        state=WorkState(row["state"]),
        priority=row["priority"],
        skills=row["skills"],
        queued_at=row["queued_at"],
        offered_to=row["offered_to"],
        offer_deadline=row["offer_deadline"],
        accepted_at=row["accepted_at"],
        wrap_until=row["wrap_until"],
        ended_at=row["ended_at"],
        passed_by=tuple(row["passed_by"]),
    )


def _values(item: WorkItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "conversation_id": item.conversation_id,
        "queue_id": item.queue_id,
        "channel": item.channel.value,
        "state": item.state.value,
        "priority": item.priority,
        "skills": dict(item.skills),
        "queued_at": item.queued_at,
        "offered_to": item.offered_to,
        "offer_deadline": item.offer_deadline,
        "accepted_at": item.accepted_at,
        "wrap_until": item.wrap_until,
        "ended_at": item.ended_at,
        "passed_by": list(item.passed_by),
    }
