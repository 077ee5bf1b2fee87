"""What customers are found by besides names and addresses: the numbers of orders and contracts in texts and facts."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from core.folding import numbers_of
from storage.engine.upserts import insert_or_ignore

revision = "0009"
down_revision = "0008"

PAGE = 2_000
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
exchanges = sa.table("exchanges", *(sa.column(n, sa.Text) for n in ("id", "conversation_id", "text")))
conversations = sa.table("conversations", *(sa.column(n, sa.Text) for n in ("id", "subject")))
facts = sa.table(
    "facts", sa.column("id", sa.Integer), sa.column("party_id", sa.Text), sa.column("value", sa.JSON)
)


def upgrade() -> None:
    of_conversations = _table("conversation_numbers", "conversation_id", "conversations")
    of_parties = _table("party_numbers", "party_id", "parties")
    _fill(of_conversations, "conversation_id", exchanges.c.id, exchanges.c.conversation_id, exchanges.c.text)
    _fill(
        of_conversations, "conversation_id", conversations.c.id, conversations.c.id, conversations.c.subject
    )
    _fill(of_parties, "party_id", facts.c.id, facts.c.party_id, facts.c.value)
    op.create_index("ix_conversation_numbers_word", "conversation_numbers", ["word", "conversation_id"])
    op.create_index("ix_party_numbers_word", "party_numbers", ["word", "party_id"])


def _table(name: str, column: str, target: str) -> sa.Table:
    return op.create_table(
        name,
        sa.Column(column, sa.String(length=36), nullable=False),
        sa.Column("word", PLAIN, nullable=False),
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{name}_{column}")),
        sa.PrimaryKeyConstraint(column, "word", name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _fill(
    table: sa.Table,
    column: str,
    key: sa.ColumnElement[Any],
    holder: sa.ColumnElement[str],
    told: sa.ColumnElement[Any],
) -> None:
    keep = insert_or_ignore(table)
    for page in _pages(key, holder, told):
        rows = [{column: row[1], "word": word} for row in page for word in numbers_of(_text(row[2]))]
        if rows:
            op.get_bind().execute(keep, rows)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _pages(
    key: sa.ColumnElement[Any], *told: sa.ColumnElement[Any]
) -> Iterator[Sequence[sa.Row[tuple[Any, ...]]]]:
    """All rows, a page at a time: a million of them need not lie in memory."""
    query = sa.select(key, *told).order_by(key).limit(PAGE)
    page = op.get_bind().execute(query).all()
    while page:
        yield page
        page = op.get_bind().execute(query.where(key > page[-1][0])).all()
