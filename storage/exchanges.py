"""Exchanges, their files, and the keys that make each inbound item one exchange, in SQL."""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select

from core.errors import NotFound
from core.ids import ConversationId, ExchangeId
from core.words import AuthorKind, Direction
from crm.conversations.model import Attachment, Exchange, ExchangeKind
from storage import rows
from storage.blobs import keep_blob
from storage.engine.prepared import Prepared
from storage.engine.upserts import insert_or_ignore
from storage.numbers import keep_numbers
from storage.schema import attachments, blobs, exchange_keys, exchanges

CLAIM = Prepared(insert_or_ignore(exchange_keys))
CLAIMED = select(exchange_keys.c.exchange_id).where(
    exchange_keys.c.scope == bindparam("scope"), exchange_keys.c.key == bindparam("key")
)
APPEND = Prepared(insert(exchanges))
BY_ID = select(exchanges).where(exchanges.c.id == bindparam("exchange_id"))
VISIBLE = (
    select(exchanges)
    .where(
        exchanges.c.conversation_id == bindparam("conversation_id"),
        exchanges.c.position > bindparam("after"),
        exchanges.c.direction != Direction.INTERNAL.value,
        exchanges.c.kind == ExchangeKind.MESSAGE.value,
    )
    .order_by(exchanges.c.position.desc())
    .limit(bindparam("most"))
)
CUSTOMER_LINES_AFTER = (
    select(func.count())
    .select_from(exchanges)
    .where(
        exchanges.c.conversation_id == bindparam("conversation_id"),
        exchanges.c.position > bindparam("position"),
        exchanges.c.author == AuthorKind.CUSTOMER.value,
    )
)


class SqlExchanges:
    """Implements `crm.ports.Exchanges`."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def claim(self, scope: str, key: str, exchange_id: ExchangeId) -> ExchangeId:
        values = {"scope": scope, "key": key, "exchange_id": exchange_id}
        if CLAIM.run(self._conn, values):
            return exchange_id
        return ExchangeId(self._conn.execute(CLAIMED, {"scope": scope, "key": key}).scalar_one())

    def append(self, exchange: Exchange) -> None:
        APPEND.run(
            self._conn,
            {
                "id": exchange.id,
                "conversation_id": exchange.conversation_id,
                "position": exchange.position,
                "channel": exchange.channel.value,
                "kind": exchange.kind.value,
                "direction": exchange.direction.value,
                "author": exchange.author.value,
                "author_ref": exchange.author_ref,
                "text": exchange.text,
                "html": exchange.html,
                "meta": exchange.meta,
                "has_attachments": bool(exchange.attachments),
                "occurred_at": exchange.occurred_at,
                "recorded_at": exchange.recorded_at,
            },
        )
        keep_numbers(self._conn, exchange.conversation_id, exchange.text)
        for item in exchange.attachments:
            self._attach(exchange.id, item)

    def get(self, exchange_id: ExchangeId) -> Exchange:
        row = self._conn.execute(BY_ID, {"exchange_id": exchange_id}).mappings().first()
        if row is None:
            raise NotFound(what="exchange", id=exchange_id)
        return self.load([row])[0]

    def with_files(self, exchange_id: ExchangeId) -> Exchange:
        """The exchange with the bytes of its attachments."""
        row = self._conn.execute(BY_ID, {"exchange_id": exchange_id}).mappings().first()
        if row is None:
            raise NotFound(what="exchange", id=exchange_id)
        found = self._conn.execute(
            select(attachments, blobs.c.data)
            .join(blobs, blobs.c.sha256 == attachments.c.sha256)
            .where(attachments.c.exchange_id == exchange_id)
            .order_by(attachments.c.id)
        ).mappings()
        return rows.exchange(row, tuple(rows.attachment(a, a["data"]) for a in found))

    def visible_lines(self, conversation_id: ConversationId, after: int, limit: int) -> tuple[Exchange, ...]:
        """What the customer may see, oldest first: the last `limit` messages beyond position `after`."""
        found = self._conn.execute(
            VISIBLE, {"conversation_id": conversation_id, "after": after, "most": limit}
        ).mappings()
        return self.load(list(reversed(found.all())))

    def customer_lines_after(self, conversation_id: ConversationId, position: int) -> int:
        wanted = {"conversation_id": conversation_id, "position": position}
        return self._conn.execute(CUSTOMER_LINES_AFTER, wanted).scalar_one()

    def load(self, found: Sequence[RowMapping]) -> tuple[Exchange, ...]:
        """Exchanges of rows of the table, with their attachments (without the bytes), in the rows' order."""
        with_files = [row["id"] for row in found if row["has_attachments"]]
        files: dict[str, list[Attachment]] = {}
        if with_files:
            query = (
                select(attachments)
                .where(attachments.c.exchange_id.in_(with_files))
                .order_by(attachments.c.id)
            )
            for file in self._conn.execute(query).mappings():
                files.setdefault(file["exchange_id"], []).append(rows.attachment(file))
        return tuple(rows.exchange(row, tuple(files.get(row["id"], ()))) for row in found)

    def _attach(self, exchange_id: ExchangeId, item: Attachment) -> None:
        if item.data is not None:
            keep_blob(self._conn, item.sha256, item.data)
        self._conn.execute(
            insert(attachments),
            {
                "id": item.id,
                "exchange_id": exchange_id,
                "name": item.name,
                "content_type": item.content_type,
                "size": item.size,
                "sha256": item.sha256,
                "content_id": item.content_id,
            },
        )
