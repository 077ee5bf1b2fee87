"""Orders with their lines and returns, subscriptions, loyalty accounts, and the figures made of them.

Amounts are whole hundredths of their currency.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from core.ids import PartyId

YEAR = timedelta(days=365)


class OrderStatus(StrEnum):
    OPEN = "open"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class SubscriptionStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Every(StrEnum):
    """How often a subscription is paid."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """`total` is of the whole line, whatever its quantity."""

    sku: str
    name: str
    quantity: float
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReturn:
    """What came back: of which line (its position from 1, None for the whole order), and what was paid back."""

    line: int | None
    quantity: float
    amount: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """`source` and `number` name it: what is told again is the same order, changed."""

    id: str
    party_id: PartyId
    source: str
    number: str
    status: OrderStatus
    currency: str
    ordered_at: datetime
    total: int
    returned: int
    channel: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    id: str
    party_id: PartyId
    source: str
    number: str
    plan: str
    status: SubscriptionStatus
    since: date | None
    until: date | None
    amount: int
    currency: str
    every: Every
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoyaltyAccount:
    id: str
    party_id: PartyId
    source: str
    number: str
    programme: str
    tier: str
    points: int
    since: date | None
    created_at: datetime


def figures(orders: Iterable[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    """Recency, frequency and amounts of `{status, currency, ordered_at, total, returned}`; cancelled ones do not count.

    Amounts are by currency, returns taken off. `recency_days` is since the last order, `last_year` counts 365 days.
    """
    kept = [order for order in orders if order["status"] != OrderStatus.CANCELLED.value]
    if not kept:
        return {
            "count": 0,
            "first_at": None,
            "last_at": None,
            "recency_days": None,
            "last_year": 0,
            "amounts": [],
        }
    moments = sorted(order["ordered_at"] for order in kept)
    return {
        "count": len(kept),
        "first_at": moments[0].isoformat(),
        "last_at": moments[-1].isoformat(),
        "recency_days": max(0, (now - moments[-1]).days),
        "last_year": sum(now - at <= YEAR for at in moments),
        "amounts": [_amounts(currency, kept) for currency in sorted({order["currency"] for order in kept})],
    }


def _amounts(currency: str, orders: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    mine = [order for order in orders if order["currency"] == currency]
    total, returned = sum(order["total"] for order in mine), sum(order["returned"] for order in mine)
    return {
        "currency": currency,
        "total": decimal(total - returned),
        "returned": decimal(returned),
        "average": decimal(round((total - returned) / len(mine))),
    }


def decimal(hundredths: int) -> str:
    """`1250` as `12.50`."""
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"
