"""What could not be read, kept raw, in SQL."""

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from core.errors import NotFound
from core.words import ChannelName
from crm.conversations.model import SetAsideItem
from storage.engine.upserts import insert_or_ignore
from storage.schema import set_aside

KEEP = insert_or_ignore(set_aside)


class SqlSetAside:
    """Implements `crm.ports.SetAside`."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def insert(self, item: SetAsideItem) -> bool:
        return bool(self._conn.execute(KEEP, _values(item)).rowcount)

    def get(self, set_aside_id: str) -> SetAsideItem:
        found = self._conn.execute(select(set_aside).where(set_aside.c.id == set_aside_id))
        row = found.mappings().first()
        if row is None:
            raise NotFound(what="set-aside item", id=set_aside_id)
        return item_of(row)

    def save(self, item: SetAsideItem) -> None:
        statement = update(set_aside).where(set_aside.c.id == bindparam("b_id"))
        self._conn.execute(statement, {**_values(item), "b_id": item.id})


def item_of(row: RowMapping) -> SetAsideItem:
    return SetAsideItem(**{**row, "channel": ChannelName(row["channel"])})


def _values(item: SetAsideItem) -> dict[str, object]:
    return {
        "id": item.id,
        "channel": item.channel.value,
        "account": item.account,
        "provider_id": item.provider_id,
        "reason": item.reason,
        "raw": item.raw,
        "at": item.at,
        "replayed_at": item.replayed_at,
    }
