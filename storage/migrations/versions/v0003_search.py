"""What customers are found by: the words of their names, their addresses from either end."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

from core.folding import words_of

revision = "0003"
down_revision = "0002"

PAGE = 2_000
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
parties = sa.table("parties", sa.column("id", sa.String), sa.column("name", sa.Text))
party_words = sa.table("party_words", sa.column("party_id", sa.String), sa.column("word", sa.Text))
points = sa.table("contact_points", *(sa.column(n, sa.Text) for n in ("id", "value", "backwards")))


def upgrade() -> None:
    op.create_table(
        "party_words",
        sa.Column("party_id", sa.String(length=36), nullable=False),
        sa.Column("word", PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_party_words_party_id")),
        sa.PrimaryKeyConstraint("party_id", "word", name=op.f("pk_party_words")),
        sqlite_with_rowid=False,
    )
    op.add_column(
        "contact_points", sa.Column("backwards", PLAIN, nullable=False, server_default=sa.text("''"))
    )
    _keep_words()
    _turn_addresses()
    op.create_index("ix_party_words_word", "party_words", ["word", "party_id"], unique=False)
    op.create_index(
        "ix_contact_points_value",
        "contact_points",
        ["value"],
        unique=False,
        postgresql_ops={"value": "text_pattern_ops"},
    )
    op.create_index("ix_contact_points_backwards", "contact_points", ["backwards"], unique=False)
    op.drop_index("ix_parties_name", table_name="parties")


def _keep_words() -> None:
    for page in _pages(parties.c.id, parties.c.name):
        rows = [{"party_id": row.id, "word": word} for row in page for word in words_of(row.name)]
        if rows:
            op.get_bind().execute(party_words.insert(), rows)


def _turn_addresses() -> None:
    turn = points.update().where(points.c.id == sa.bindparam("b_id"))
    for page in _pages(points.c.id, points.c.value):
        rows = [{"b_id": row.id, "backwards": row.value[::-1]} for row in page]
        op.get_bind().execute(turn, rows)


def _pages(
    key: sa.ColumnElement[str], told: sa.ColumnElement[str]
) -> Iterator[Sequence[sa.Row[tuple[str, str]]]]:
    """All rows, a page at a time, by their id: a million of them need not lie in memory."""
    query = sa.select(key, told).order_by(key).limit(PAGE)
    page = op.get_bind().execute(query).all()
    while page:
        yield page
        page = op.get_bind().execute(query.where(key > page[-1][0])).all()
