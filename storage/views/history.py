"""What happened to a customer: every change of the file, the file as it was on a day, one timeline, and who looked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, or_, select, type_coerce

from core.ids import PartyId
from core.staff import Viewer
from crm.orders.model import decimal
from storage.engine.transaction import SqlTx
from storage.engine.types import Json
from storage.fields import unseen_by
from storage.merges import merges_of
from storage.orders import visited_by
from storage.schema import (
    audit_log,
    contact_points,
    conversations,
    facts,
    merges,
    orders,
    parties,
    postal_addresses,
    relationships,
    users,
    visits,
)
from storage.views.parties import WITH_FACTS, find, surviving
from storage.views.scope import visible

SAME_EDIT = timedelta(minutes=1)  # of one person: one entry of the timeline
Entry = dict[str, Any]


def changes(
    tx: SqlTx, viewer: Viewer, party_id: PartyId, field: str | None, before: int | None, limit: int
) -> dict[str, Any]:
    """Every value that was written, the newest first, with the one it took the place of and who wrote it."""
    party_id = find(tx, viewer, party_id)
    earlier = type_coerce(
        func.lag(facts.c.value).over(partition_by=facts.c.field, order_by=(facts.c.at, facts.c.id)), Json
    )
    mine = select(facts, earlier.label("was")).where(facts.c.party_id == party_id)
    told = mine.where(facts.c.field.not_in(unseen_by(tx, viewer))).subquery()
    query = (
        select(told, users.c.name.label("by_name"))
        .outerjoin(users, users.c.id == told.c.by_id)
        .order_by(told.c.id.desc())
        .limit(limit + 1)
    )
    if field is not None:
        query = query.where(told.c.field == field)
    if before is not None:
        query = query.where(told.c.id < before)
    rows = tx.conn.execute(query).mappings().all()
    shown = rows[:limit]
    return {
        "items": [_change(row) for row in shown],
        "next": str(shown[-1]["id"]) if len(rows) > limit else None,
    }


def as_of(tx: SqlTx, viewer: Viewer, party_id: PartyId, at: datetime) -> dict[str, Any]:
    """What the file said at that moment, by family."""
    party_id = find(tx, viewer, party_id)
    unseen = unseen_by(tx, viewer)
    known = [fact for fact in tx.parties.facts(party_id) if fact.at <= at and fact.field not in unseen]
    return {"at": at.isoformat(), "families": {one.value: surviving(known, one) for one in WITH_FACTS}}


def looks(tx: SqlTx, viewer: Viewer, party_id: PartyId, before: int | None, limit: int) -> dict[str, Any]:
    """Who opened the file, the last first."""
    party_id = find(tx, viewer, party_id)
    query = (
        select(audit_log.c.id, audit_log.c.at, users.c.id.label("user_id"), users.c.name)
        .join(users, users.c.id == audit_log.c.actor)
        .where(audit_log.c.object == party_id, audit_log.c.action == "party_read")
        .order_by(audit_log.c.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        query = query.where(audit_log.c.id < before)
    rows = tx.conn.execute(query).all()
    shown = rows[:limit]
    return {
        "items": [{"at": row.at.isoformat(), "user": {"id": row.user_id, "name": row.name}} for row in shown],
        "next": str(shown[-1].id) if len(rows) > limit else None,
    }


def timeline(
    tx: SqlTx,
    viewer: Viewer,
    party_id: PartyId,
    kinds: Sequence[str],
    before: datetime | None,
    limit: int,
) -> dict[str, Any]:
    """What happened, of the kinds asked for, the newest first. `next` is the moment that the next page goes back from.

    Entries of one moment stay together, so that a page may have a few more than `limit`.
    """
    party_id = find(tx, viewer, party_id)
    found = [entry for kind in kinds for entry in KINDS[kind](tx, viewer, party_id, before, limit + 1)]
    found.sort(key=lambda entry: (entry["at"], entry["id"]), reverse=True)
    shown = found[:limit]
    if len(found) > limit:
        last = shown[-1]["at"]
        shown += [entry for entry in found[limit:] if entry["at"] == last]
    more = len(found) > len(shown)
    return {
        "items": [{**entry, "at": entry["at"].isoformat()} for entry in shown],
        "next": shown[-1]["at"].isoformat() if more else None,
    }


def _change(row: RowMapping) -> Entry:
    return {
        "id": row["id"],
        "family": row["family"],
        "field": row["field"],
        "value": row["value"],
        "was": row["was"],
        "source": row["source"],
        "at": row["at"].isoformat(),
        "by": {"id": row["by_id"], "name": row["by_name"]} if row["by_name"] else None,
        "note": row["note"],
    }


def _earlier(column: ColumnElement[datetime], before: datetime | None) -> list[ColumnElement[bool]]:
    return [] if before is None else [column < before]


def _conversations(
    tx: SqlTx, viewer: Viewer, party_id: PartyId, before: datetime | None, limit: int
) -> list[Entry]:
    query = (
        select(conversations)
        .where(
            conversations.c.party_id == party_id,
            visible(viewer),
            *_earlier(conversations.c.last_activity_at, before),
        )
        .order_by(conversations.c.last_activity_at.desc())
        .limit(limit)
    )
    return [
        {
            "id": row["id"],
            "kind": "conversation",
            "at": row["last_activity_at"],
            "channel": row["channel"],
            "subject": row["subject"],
            "preview": row["preview"],
            "status": row["status"],
            "exchanges": row["last_position"],
        }
        for row in tx.conn.execute(query).mappings()
    ]


def _changes(
    tx: SqlTx, viewer: Viewer, party_id: PartyId, before: datetime | None, limit: int
) -> list[Entry]:
    """What one person wrote within a minute is one entry."""
    query = (
        select(facts, users.c.name.label("by_name"))
        .outerjoin(users, users.c.id == facts.c.by_id)
        .where(
            facts.c.party_id == party_id,
            facts.c.field.not_in(unseen_by(tx, viewer)),
            *_earlier(facts.c.at, before),
        )
        .order_by(facts.c.at.desc(), facts.c.id.desc())
        .limit(limit * 4)
    )
    found: list[Entry] = []
    for row in tx.conn.execute(query).mappings():
        told = {"family": row["family"], "field": row["field"], "value": row["value"]}
        last = found[-1] if found else None
        same = last and (last["by"], last["source"]) == (row["by_name"], row["source"])
        if last and same and last["at"] - row["at"] < SAME_EDIT:
            last["values"].append(told)
            continue
        found.append(
            {
                "id": str(row["id"]),
                "kind": "change",
                "at": row["at"],
                "by": row["by_name"],
                "source": row["source"],
                "note": row["note"],
                "values": [told],
            }
        )
    return found[:limit]


def _addresses(
    tx: SqlTx, viewer: Viewer, party_id: PartyId, before: datetime | None, limit: int
) -> list[Entry]:
    query = (
        select(contact_points)
        .where(contact_points.c.party_id == party_id, *_earlier(contact_points.c.created_at, before))
        .order_by(contact_points.c.created_at.desc())
        .limit(limit)
    )
    points = [
        {
            "id": row["id"],
            "kind": "address",
            "at": row["created_at"],
            "point": row["kind"],
            "value": row["value"],
            "source": row["source"],
        }
        for row in tx.conn.execute(query).mappings()
    ]
    return points + _places(tx, party_id, before, limit)


def _places(tx: SqlTx, party_id: PartyId, before: datetime | None, limit: int) -> list[Entry]:
    query = (
        select(postal_addresses)
        .where(postal_addresses.c.party_id == party_id, *_earlier(postal_addresses.c.created_at, before))
        .order_by(postal_addresses.c.created_at.desc())
        .limit(limit)
    )
    return [
        {
            "id": row["id"],
            "kind": "address",
            "at": row["created_at"],
            "point": "postal",
            "value": ", ".join(
                part for part in (row["street"], f"{row['postcode']} {row['city']}") if part.strip()
            ),
            "source": row["source"],
        }
        for row in tx.conn.execute(query).mappings()
    ]


def _merges(tx: SqlTx, viewer: Viewer, party_id: PartyId, before: datetime | None, limit: int) -> list[Entry]:
    """Those that stand, and those that were undone."""
    known = [one.id for one in merges_of(tx, party_id)]
    loser = parties.alias()
    query: Select[Any] = (
        select(merges, loser.c.name.label("loser_name"), users.c.name.label("by_name"))
        .join(loser, loser.c.id == merges.c.loser_id)
        .outerjoin(users, users.c.id == merges.c.by_id)
        .where(
            or_(merges.c.id.in_(known), merges.c.winner_id == party_id, merges.c.loser_id == party_id),
            *_earlier(merges.c.at, before),
        )
        .order_by(merges.c.at.desc())
        .limit(limit)
    )
    return [
        {
            "id": row["id"],
            "kind": "merge",
            "at": row["at"],
            "name": row["loser_name"],
            "by": row["by_name"],
            "undone": row["undone_at"] is not None,
        }
        for row in tx.conn.execute(query).mappings()
    ]


def _relationships(
    tx: SqlTx, viewer: Viewer, party_id: PartyId, before: datetime | None, limit: int
) -> list[Entry]:
    other = parties.alias()
    mine = relationships.c.from_id == party_id
    query = (
        select(relationships, other.c.name.label("other_name"), other.c.id.label("other_id"))
        .join(
            other,
            or_(
                and_(mine, other.c.id == relationships.c.to_id),
                and_(relationships.c.to_id == party_id, other.c.id == relationships.c.from_id),
            ),
        )
        .where(
            or_(mine, relationships.c.to_id == party_id),
            relationships.c.from_id != relationships.c.to_id,
            *_earlier(relationships.c.created_at, before),
        )
        .order_by(relationships.c.created_at.desc())
        .limit(limit)
    )
    return [
        {
            "id": row["id"],
            "kind": "relationship",
            "at": row["created_at"],
            "type": row["type"],
            "inverse": row["to_id"] == party_id,
            "other": {"id": row["other_id"], "name": row["other_name"]},
        }
        for row in tx.conn.execute(query).mappings()
    ]


def _orders(tx: SqlTx, viewer: Viewer, party_id: PartyId, before: datetime | None, limit: int) -> list[Entry]:
    query = (
        select(orders)
        .where(orders.c.party_id == party_id, *_earlier(orders.c.ordered_at, before))
        .order_by(orders.c.ordered_at.desc())
        .limit(limit)
    )
    return [
        {
            "id": row["id"],
            "kind": "order",
            "at": row["ordered_at"],
            "number": row["number"],
            "status": row["status"],
            "total": decimal(row["total"]),
            "currency": row["currency"],
        }
        for row in tx.conn.execute(query).mappings()
    ]


def _visits(tx: SqlTx, viewer: Viewer, party_id: PartyId, before: datetime | None, limit: int) -> list[Entry]:
    query = (
        select(visits)
        .where(visited_by(party_id), *_earlier(visits.c.at, before))
        .order_by(visits.c.at.desc())
        .limit(limit)
    )
    return [
        {"id": str(row["id"]), "kind": "visit", "at": row["at"], "url": row["url"]}
        for row in tx.conn.execute(query).mappings()
    ]


KINDS: Mapping[str, Callable[[SqlTx, Viewer, PartyId, datetime | None, int], list[Entry]]] = {
    "conversation": _conversations,
    "order": _orders,
    "visit": _visits,
    "change": _changes,
    "address": _addresses,
    "merge": _merges,
    "relationship": _relationships,
}
