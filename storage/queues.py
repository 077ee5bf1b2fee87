"""Queues and where conversations enter, in SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.errors import NotFound
from core.ids import QueueId, UserId
from core.words import ChannelName
from crm.conversations.model import EntryPoint
from routing.model import Queue
from storage.schema import entry_points, queue_members, queues

BY_ID = select(queues).where(queues.c.id == bindparam("queue_id"))
ALL = select(queues).order_by(queues.c.name)


class SqlQueues:
    """Implements `routing.ports.Queues`, and what administrators change."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def get(self, queue_id: QueueId) -> Queue:
        row = self._conn.execute(BY_ID, {"queue_id": queue_id}).mappings().first()
        if row is None:
            raise NotFound(what="queue", id=queue_id)
        return _queue(row)

    def all(self) -> Sequence[Queue]:
        return tuple(_queue(row) for row in self._conn.execute(ALL).mappings())

    def insert(self, queue: Queue) -> None:
        self._conn.execute(insert(queues), _values(queue))

    def save(self, queue: Queue) -> None:
        self._conn.execute(
            update(queues).where(queues.c.id == bindparam("b_id")), {**_values(queue), "b_id": queue.id}
        )

    def add_member(self, queue_id: QueueId, user_id: UserId, rank: int = 1) -> None:
        """Puts the user on the queue, or changes their rank there."""
        statement = self._keep(queue_members).values(queue_id=queue_id, user_id=user_id, rank=rank)
        self._conn.execute(
            statement.on_conflict_do_update(
                index_elements=["queue_id", "user_id"], set_={"rank": statement.excluded.rank}
            )
        )

    def leave_all(self, user_id: UserId) -> None:
        """Takes the user off every queue."""
        self._conn.execute(delete(queue_members).where(queue_members.c.user_id == user_id))

    def remove_member(self, queue_id: QueueId, user_id: UserId) -> None:
        self._conn.execute(
            delete(queue_members).where(
                queue_members.c.queue_id == queue_id, queue_members.c.user_id == user_id
            )
        )

    def entry_points(self) -> Sequence[EntryPoint]:
        found = self._conn.execute(
            select(entry_points).order_by(entry_points.c.channel, entry_points.c.address)
        )
        return tuple(
            EntryPoint(
                channel=ChannelName(row.channel),
                address=row.address,
                queue_id=QueueId(row.queue_id),
                bot=row.bot,
            )
            for row in found
        )

    def put_entry_point(self, entry: EntryPoint) -> None:
        """Sets where conversations of one address go."""
        statement = self._keep(entry_points).values(
            channel=entry.channel.value, address=entry.address, queue_id=entry.queue_id, bot=entry.bot
        )
        self._conn.execute(
            statement.on_conflict_do_update(
                index_elements=["channel", "address"],
                set_={"queue_id": statement.excluded.queue_id, "bot": statement.excluded.bot},
            )
        )

    def remove_entry_point(self, channel: ChannelName, address: str) -> None:
        """From now on the channel's general entry point serves the address."""
        self._conn.execute(
            delete(entry_points).where(
                entry_points.c.channel == channel.value, entry_points.c.address == address
            )
        )

    @property
    def _keep(self) -> Any:
        return pg_insert if self._conn.dialect.name == "postgresql" else sqlite_insert


def _queue(row: Mapping[Any, Any]) -> Queue:
    return Queue(
        id=QueueId(row["id"]),
        name=row["name"],
        language=row["language"],
        offer_seconds={ChannelName(k): v for k, v in row["offer_seconds"].items()},
        target_seconds=row["target_seconds"],
        priority=row["priority"],
    )


def _values(queue: Queue) -> dict[str, Any]:
    return {
        "id": queue.id,
        "name": queue.name,
        "language": queue.language,
        "offer_seconds": {k.value: v for k, v in queue.offer_seconds.items()},
        "target_seconds": queue.target_seconds,
        "priority": queue.priority,
    }
