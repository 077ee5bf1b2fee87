"""Orders with lines and returns, subscriptions, loyalty accounts, and visits of the web site."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.engine.types import Moment
from storage.schema.metadata import Id, Serial, metadata

orders = Table(
    "orders",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
    Column("source", String(64), nullable=False),
    Column("number", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("ordered_at", Moment, nullable=False),
    Column("total", BigInteger, nullable=False),  # hundredths
    Column("returned", BigInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("source", "number"),
    Index("ix_orders_party_id_ordered_at", "party_id", "ordered_at"),
)

order_lines = Table(
    "order_lines",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("sku", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("quantity", Float, nullable=False),
    Column("total", BigInteger, nullable=False),
)

order_returns = Table(
    "order_returns",
    metadata,
    Column("order_id", Id, ForeignKey("orders.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("line", Integer),
    Column("quantity", Float, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
    Column("source", String(64), nullable=False),
    Column("number", Text, nullable=False),
    Column("plan", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("every", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("source", "number"),
)

loyalty_accounts = Table(
    "loyalty_accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
    Column("source", String(64), nullable=False),
    Column("number", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("since", Date),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("source", "number"),
)

# By the visitor's address, which is a contact point of the party they are.
visits = Table(
    "visits",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_visits_value_at", "value", "at"),
)
