"""Postal addresses in SQL. Nothing is written over: a changed one ends, and another takes its place."""

from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import RowMapping, func, insert, select, update

from core.errors import InvalidInput, NotFound
from core.ids import PartyId, UserId, new_id
from crm.addresses.model import PostalAddress, Use, country_name, lines_of
from storage.engine.transaction import SqlTx
from storage.schema import postal_addresses

MOST = 100  # of one party that hold
LIVE = postal_addresses.c.ended_at.is_(None)


def addresses_of(tx: SqlTx, party_id: PartyId) -> list[PostalAddress]:
    """Those that hold, the preferred one first, then the oldest."""
    mine = select(postal_addresses).where(postal_addresses.c.party_id == party_id, LIVE)
    order = (postal_addresses.c.preferred.desc(), postal_addresses.c.created_at, postal_addresses.c.id)
    return [_of(row) for row in tx.conn.execute(mine.order_by(*order)).mappings()]


def add_address(tx: SqlTx, address: PostalAddress) -> PostalAddress:
    """The first one is the preferred one. Raises `InvalidInput` beyond `MOST`."""
    tx.lock(f"addresses:{address.party_id}")
    mine = select(func.count()).where(postal_addresses.c.party_id == address.party_id, LIVE)
    count = tx.conn.execute(mine).scalar_one()
    if count >= MOST:
        raise InvalidInput(problem=f"{MOST} postal addresses are the most one customer can have")
    address = replace(address, id=new_id(), preferred=address.preferred or not count)
    if address.preferred:
        _prefer_none(tx, address.party_id)
    tx.conn.execute(insert(postal_addresses), _values(address))
    tx.parties.touch(address.party_id)
    tx.parties.keep_searchable(tx.parties.get(address.party_id))
    return address


def change_address(
    tx: SqlTx, party_id: PartyId, address_id: str, by: UserId, parts: dict[str, Any]
) -> PostalAddress:
    """Raises `NotFound` for one that ended, or is another's."""
    before = end_address(tx, party_id, address_id, by)
    wanted = {
        **_values(before),
        **parts,
        "created_at": tx.now,
        "by_id": by,
        "ended_at": None,
        "ended_by": None,
    }
    return add_address(tx, _of(wanted))


def end_address(tx: SqlTx, party_id: PartyId, address_id: str, by: UserId) -> PostalAddress:
    tx.lock(f"addresses:{party_id}")
    mine = (postal_addresses.c.id == address_id, postal_addresses.c.party_id == party_id, LIVE)
    row = tx.conn.execute(select(postal_addresses).where(*mine)).mappings().first()
    if row is None:
        raise NotFound(what="postal address", id=address_id)
    tx.conn.execute(
        update(postal_addresses)
        .where(postal_addresses.c.id == address_id)
        .values(ended_at=tx.now, ended_by=by)
    )
    tx.parties.touch(party_id)
    return _of(row)


def address_view(address: PostalAddress) -> dict[str, Any]:
    """As the file shows it."""
    parts = ("id", "recipient", "company", "street", "postcode", "city", "district", "region", "sorting_code")
    return {
        **{name: getattr(address, name) for name in parts},
        "use": address.use.value,
        "country": address.country,
        "preferred": address.preferred,
        "source": address.source,
        "created_at": address.created_at.isoformat(),
        "country_name": country_name(address.country),
        "lines": list(lines_of(address)),
    }


def _prefer_none(tx: SqlTx, party_id: PartyId) -> None:
    mine = postal_addresses.c.party_id == party_id
    tx.conn.execute(update(postal_addresses).where(mine, LIVE).values(preferred=False))


def _of(row: RowMapping | dict[str, Any]) -> PostalAddress:
    told = {field.name: row[field.name] for field in fields(PostalAddress)}
    return PostalAddress(**{**told, "use": Use(told["use"])})


def _values(address: PostalAddress) -> dict[str, Any]:
    return {**asdict(address), "use": address.use.value}
