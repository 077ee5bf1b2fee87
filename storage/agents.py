"""Agents as routing sees them, and the log of their presence, in SQL."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, func, insert, select, update

from core.errors import NotFound
from core.ids import QueueId, UserId
from core.words import ChannelName
from routing.model import TEXTS, UNITS, Agent, Presence, WorkState
from storage.schema import agents, presence_log, queue_members, user_skills, work_items
from storage.work import HELD

OFF_DUTY = (Presence.OFFLINE.value,)
SILENT = (Presence.OFFLINE.value, Presence.UNREACHABLE.value)
DEFAULT_CAPACITY = 100  # units; `routing.model.UNITS` says what each channel takes
CALLS = ((ChannelName.VOICE, WorkState.OFFERED), (ChannelName.VOICE, WorkState.ACCEPTED))
ON_DUTY = select(agents).where(agents.c.presence.not_in(OFF_DUTY)).order_by(agents.c.user_id)

# Statements stand here, made once: SQLAlchemy keeps what it compiled by the statement's own cached key.
BY_ID = select(agents).where(agents.c.user_id == bindparam("user_id"))
IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
SKILLS = select(user_skills).where(user_skills.c.user_id.in_(IDS))
MEMBERSHIPS = select(queue_members).where(queue_members.c.user_id.in_(IDS))
HOLDINGS = (
    select(work_items.c.offered_to, work_items.c.channel, work_items.c.state, func.count().label("n"))
    .where(work_items.c.offered_to.in_(IDS), work_items.c.state.in_(HELD))
    .group_by(work_items.c.offered_to, work_items.c.channel, work_items.c.state)
)


class SqlAgents:
    """Implements `routing.ports.Agents`."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def get(self, user_id: UserId) -> Agent:
        row = self._conn.execute(BY_ID, {"user_id": user_id}).first()
        if row is None:
            raise NotFound(what="agent", id=user_id)
        return self._load([row])[0]

    def on_duty(self) -> Sequence[Agent]:
        return self._load(self._conn.execute(ON_DUTY).all())

    def all(self) -> Sequence[Agent]:
        """Everyone who works on queues, on duty or not."""
        return self._load(self._conn.execute(select(agents).order_by(agents.c.user_id)).all())

    def add(self, user_id: UserId, at: datetime, capacity: int = DEFAULT_CAPACITY) -> None:
        """Makes the user an agent, offline."""
        self._conn.execute(
            insert(agents),
            {
                "user_id": user_id,
                "presence": Presence.OFFLINE.value,
                "reason": "",
                "since": at,
                "idle_since": at,
                "capacity": capacity,
                "misses": 0,
                "last_seen": None,
            },
        )
        self._log(user_id, Presence.OFFLINE, "", at)

    def set_presence(self, user_id: UserId, presence: Presence, reason: str, at: datetime) -> None:
        self._change(user_id, presence=presence.value, reason=reason, since=at)
        self._conn.execute(
            update(presence_log)
            .where(presence_log.c.user_id == user_id, presence_log.c.until.is_(None))
            .values(until=at)
        )
        self._log(user_id, presence, reason, at)

    def previous_presence(self, user_id: UserId) -> tuple[Presence, str]:
        """What the agent was before the present state, with its reason; offline when nothing is known."""
        query = (
            select(presence_log.c.presence, presence_log.c.reason)
            .where(presence_log.c.user_id == user_id, presence_log.c.until.is_not(None))
            .order_by(presence_log.c.id.desc())
            .limit(1)
        )
        row = self._conn.execute(query).first()
        return (Presence(row.presence), row.reason) if row else (Presence.OFFLINE, "")

    def set_misses(self, user_id: UserId, misses: int) -> None:
        self._change(user_id, misses=misses)

    def set_idle_since(self, user_id: UserId, at: datetime) -> None:
        self._change(user_id, idle_since=at)

    def seen(self, user_id: UserId, at: datetime) -> None:
        self._change(user_id, last_seen=at)

    def silent_since(self, before: datetime) -> Sequence[UserId]:
        query = (
            select(agents.c.user_id)
            .where(agents.c.presence.not_in(SILENT), agents.c.last_seen < before)
            .order_by(agents.c.user_id)
        )
        return tuple(UserId(u) for u in self._conn.execute(query).scalars())

    def set_skills(self, user_id: UserId, skills: dict[str, int]) -> None:
        """Replaces the user's skills."""
        self._conn.execute(user_skills.delete().where(user_skills.c.user_id == user_id))
        if skills:
            self._conn.execute(
                insert(user_skills),
                [{"user_id": user_id, "skill": s, "level": level} for s, level in skills.items()],
            )

    def _change(self, user_id: UserId, **values: Any) -> None:
        self._conn.execute(update(agents).where(agents.c.user_id == user_id).values(**values))

    def _log(self, user_id: UserId, presence: Presence, reason: str, at: datetime) -> None:
        self._conn.execute(
            insert(presence_log),
            {"user_id": user_id, "presence": presence.value, "reason": reason, "since": at, "until": None},
        )

    def _load(self, found: Sequence[Row[Any]]) -> tuple[Agent, ...]:
        ids = [row.user_id for row in found]
        if not ids:
            return ()
        skills, queues, held = self._skills(ids), self._queues(ids), self._held(ids)
        return tuple(
            Agent(
                user_id=UserId(row.user_id),
                presence=Presence(row.presence),
                reason=row.reason,
                since=row.since,
                idle_since=row.idle_since,
                capacity=row.capacity,
                load=sum(UNITS[channel] * n for (channel, _), n in held[row.user_id].items()),
                offers=sum(n for (_, state), n in held[row.user_id].items() if state is WorkState.OFFERED),
                text_offers=sum(
                    UNITS[channel] * n
                    for (channel, state), n in held[row.user_id].items()
                    if state is WorkState.OFFERED and channel in TEXTS
                ),
                on_call=any(pair in held[row.user_id] for pair in CALLS),
                wrapping=any(state is WorkState.WRAPPING for _, state in held[row.user_id]),
                skills=skills[row.user_id],
                queues=frozenset(queues[row.user_id]),
                misses=row.misses,
                last_seen=row.last_seen,
            )
            for row in found
        )

    def _skills(self, ids: Sequence[str]) -> defaultdict[str, dict[str, int]]:
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for row in self._conn.execute(SKILLS, {"ids": ids}):
            found[row.user_id][row.skill] = row.level
        return found

    def _queues(self, ids: Sequence[str]) -> defaultdict[str, set[QueueId]]:
        found: defaultdict[str, set[QueueId]] = defaultdict(set)
        for row in self._conn.execute(MEMBERSHIPS, {"ids": ids}):
            found[row.user_id].add(QueueId(row.queue_id))
        return found

    def _held(self, ids: Sequence[str]) -> defaultdict[str, dict[tuple[ChannelName, WorkState], int]]:
        """How many items each holds, by channel and state."""
        found: defaultdict[str, dict[tuple[ChannelName, WorkState], int]] = defaultdict(dict)
        for row in self._conn.execute(HOLDINGS, {"ids": ids}):
            found[row.offered_to][ChannelName(row.channel), WorkState(row.state)] = row.n
        return found
