"""Orders, subscriptions, loyalty accounts, visits."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Moment

revision = "0014"
down_revision = "0013"

ID = sa.String(length=36)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "orders",
        *_named(),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("ordered_at", Moment(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("returned", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        *_keys("orders"),
    )
    op.create_index("ix_orders_party_id_ordered_at", "orders", ["party_id", "ordered_at"])
    op.create_table(
        "order_lines",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_lines_order_id")),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_lines")),
    )
    op.create_table(
        "order_returns",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer()),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_returns_order_id")),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_returns")),
    )
    op.create_table(
        "subscriptions",
        *_named(),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("every", sa.String(length=16), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        *_keys("subscriptions"),
    )
    op.create_index("ix_subscriptions_party_id", "subscriptions", ["party_id"])
    op.create_table(
        "loyalty_accounts",
        *_named(),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("created_at", Moment(), nullable=False),
        *_keys("loyalty_accounts"),
    )
    op.create_index("ix_loyalty_accounts_party_id", "loyalty_accounts", ["party_id"])
    op.create_table(
        "visits",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
    )
    op.create_index("ix_visits_value_at", "visits", ["value", "at"])


def _named() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", ID, nullable=False),
        sa.Column("party_id", ID, nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
    )


def _keys(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f(f"fk_{table}_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("source", "number", name=op.f(f"uq_{table}_source_number")),
    )
