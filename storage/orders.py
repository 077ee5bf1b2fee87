"""Orders, subscriptions, loyalty accounts and visits in SQL: told again they are the same, changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from sqlalchemy import Table, and_, delete, func, insert, select, update

from core.folding import numbers_of
from core.ids import PartyId, new_id
from crm.orders.model import (
    LoyaltyAccount,
    Order,
    OrderLine,
    OrderReturn,
    Subscription,
    decimal,
    figures,
)
from storage.engine.transaction import SqlTx
from storage.engine.upserts import insert_or_ignore
from storage.schema import (
    contact_points,
    loyalty_accounts,
    order_lines,
    order_returns,
    orders,
    party_numbers,
    subscriptions,
    visits,
)

KEEP_NUMBER = insert_or_ignore(party_numbers)
FIGURED = (orders.c.status, orders.c.currency, orders.c.ordered_at, orders.c.total, orders.c.returned)
MOST_OF_A_KIND = 100  # subscriptions or loyalty accounts that are shown
T = TypeVar("T", Order, Subscription, LoyaltyAccount)


def put_order(
    tx: SqlTx, order: Order, lines: Sequence[OrderLine], returns: Sequence[OrderReturn]
) -> tuple[Order, bool]:
    """The order as it is stored, and whether it is new. Its lines and returns take the place of those before."""
    stored, new = _put(tx, orders, order)
    for table in (order_lines, order_returns):
        tx.conn.execute(delete(table).where(table.c.order_id == stored.id))
    _add_parts(tx, order_lines, stored.id, [asdict(line) for line in lines])
    _add_parts(tx, order_returns, stored.id, [asdict(back) for back in returns])
    return stored, new


def put_subscription(tx: SqlTx, subscription: Subscription) -> tuple[Subscription, bool]:
    return _put(tx, subscriptions, subscription)


def put_loyalty_account(tx: SqlTx, account: LoyaltyAccount) -> tuple[LoyaltyAccount, bool]:
    return _put(tx, loyalty_accounts, account)


def orders_of(tx: SqlTx, party_id: PartyId, before: str | None, limit: int) -> dict[str, Any]:
    """With lines and returns, the newest first; `before` is the id of the last one of the page before."""
    query = select(orders).where(orders.c.party_id == party_id)
    if before is not None:
        last = tx.conn.execute(select(orders.c.ordered_at).where(orders.c.id == before)).scalar()
        if last is not None:
            earlier = orders.c.ordered_at < last
            query = query.where(earlier | and_(orders.c.ordered_at == last, orders.c.id < before))
    newest = query.order_by(orders.c.ordered_at.desc(), orders.c.id.desc()).limit(limit + 1)
    rows = tx.conn.execute(newest).mappings().all()
    shown = rows[:limit]
    ids = [row["id"] for row in shown]
    lines, returns = _parts(tx, order_lines, ids), _parts(tx, order_returns, ids)
    return {
        "items": [
            {**_order(row), "lines": lines.get(row["id"], []), "returns": returns.get(row["id"], [])}
            for row in shown
        ],
        "next": shown[-1]["id"] if len(rows) > limit else None,
    }


def behaviour_of(tx: SqlTx, party_id: PartyId) -> dict[str, Any]:
    """What the behavioural family shows: figures of the orders, subscriptions, loyalty accounts, visits."""
    told = tx.conn.execute(select(*FIGURED).where(orders.c.party_id == party_id)).mappings().all()
    counted = select(func.count(), func.max(visits.c.at, type_=visits.c.at.type)).where(visited_by(party_id))
    count, last = tx.conn.execute(counted).one()
    return {
        "orders": figures([dict(row) for row in told], tx.now),
        "subscriptions": [_subscription(row) for row in _all_of(tx, subscriptions, party_id)],
        "loyalty": [_account(row) for row in _all_of(tx, loyalty_accounts, party_id)],
        "visits": {"count": count, "last_at": last.isoformat() if last else None},
    }


def visited_by(party_id: PartyId) -> Any:
    """Made by somebody who is the party."""
    return visits.c.id.in_(
        select(visits.c.id)
        .join(
            contact_points,
            and_(contact_points.c.kind == visits.c.kind, contact_points.c.value == visits.c.value),
        )
        .where(contact_points.c.party_id == party_id)
    )


def _put(tx: SqlTx, table: Table, thing: T) -> tuple[T, bool]:
    """Under the lock of its name, so that the same told twice at once is one."""
    tx.lock(f"{table.name}:{thing.source}:{thing.number}")
    named = and_(table.c.source == thing.source, table.c.number == thing.number)
    known = tx.conn.execute(select(table.c.id, table.c.created_at).where(named)).first()
    if known is not None:
        thing = replace(thing, id=known.id, created_at=known.created_at)
        tx.conn.execute(update(table).where(table.c.id == thing.id), _plain(thing))
    else:
        thing = replace(thing, id=new_id())
        tx.conn.execute(insert(table), _plain(thing))
    if numbers := numbers_of(thing.number):
        rows = [{"party_id": thing.party_id, "word": word} for word in numbers]
        tx.conn.execute(KEEP_NUMBER, rows)
    return thing, known is None


def _add_parts(tx: SqlTx, table: Table, order_id: str, parts: Sequence[dict[str, Any]]) -> None:
    rows = [{**part, "order_id": order_id, "position": position} for position, part in enumerate(parts, 1)]
    if rows:
        tx.conn.execute(insert(table), rows)


def _plain(thing: Any) -> dict[str, Any]:
    return {name: getattr(value, "value", value) for name, value in asdict(thing).items()}


def _all_of(tx: SqlTx, table: Table, party_id: PartyId) -> Sequence[Any]:
    mine = select(table).where(table.c.party_id == party_id).order_by(table.c.id.desc()).limit(MOST_OF_A_KIND)
    return tx.conn.execute(mine).mappings().all()


def _order(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "source": row["source"],
        "number": row["number"],
        "status": row["status"],
        "currency": row["currency"],
        "ordered_at": row["ordered_at"].isoformat(),
        "total": decimal(row["total"]),
        "returned": decimal(row["returned"]),
        "channel": row["channel"],
    }


def _parts(tx: SqlTx, table: Table, ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    query = select(table).where(table.c.order_id.in_(ids)).order_by(table.c.order_id, table.c.position)
    for row in tx.conn.execute(query).mappings():
        part = {name: value for name, value in row.items() if name not in ("order_id", "position")}
        for amount in ("total", "amount"):
            if amount in part:
                part[amount] = decimal(part[amount])
        if "at" in part:
            part["at"] = part["at"].isoformat()
        found.setdefault(row["order_id"], []).append(part)
    return found


def _subscription(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "source": row["source"],
        "number": row["number"],
        "plan": row["plan"],
        "status": row["status"],
        "since": _day(row["since"]),
        "until": _day(row["until"]),
        "amount": decimal(row["amount"]),
        "currency": row["currency"],
        "every": row["every"],
    }


def _account(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "source": row["source"],
        "number": row["number"],
        "programme": row["programme"],
        "tier": row["tier"],
        "points": row["points"],
        "since": _day(row["since"]),
    }


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None
