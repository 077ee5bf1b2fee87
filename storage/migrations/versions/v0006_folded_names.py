"""Texts are compared without case and accents by the database too, and customers are sorted by their folded names."""

import sqlalchemy as sa
from alembic import op

from core.folding import sort_key

revision = "0006"
down_revision = "0005"

PAGE = 2_000
PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
# As `core.folding.fold`: taken apart, without marks, in lower case, and with the letters that Unicode keeps whole.
FOLD = r"""
CREATE OR REPLACE FUNCTION fold(told text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT replace(replace(replace(replace(
    translate(lower(regexp_replace(normalize(told, NFKD), '[\u0300-\u036f]', '', 'g') COLLATE "und-x-icu"),
      'øđðłħıς', 'oddlhiσ'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'), 'ß', 'ss')
$$
"""
parties = sa.table("parties", *(sa.column(n, sa.Text) for n in ("id", "name", "sort_name")))


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(FOLD.replace(":", "\\:")))
    op.add_column("parties", sa.Column("sort_name", PLAIN, nullable=False, server_default=sa.text("''")))
    _fold_names()
    op.create_index("ix_parties_sort_name", "parties", ["sort_name", "id"], unique=False)
    op.create_index("ix_parties_created_at", "parties", ["created_at", "id"], unique=False)


def _fold_names() -> None:
    query = sa.select(parties.c.id, parties.c.name).order_by(parties.c.id).limit(PAGE)
    keep = parties.update().where(parties.c.id == sa.bindparam("b_id"))
    page = op.get_bind().execute(query).all()
    while page:
        op.get_bind().execute(keep, [{"b_id": row.id, "sort_name": sort_key(row.name)} for row in page])
        page = op.get_bind().execute(query.where(parties.c.id > page[-1].id)).all()
