"""Customers as a list: what it shows, and by what it is filtered and sorted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, exists, func, select, true

from core.filters.model import Field, FieldType
from core.staff import Viewer
from core.words import ChannelName, ContactKind, Language
from crm.conversations.model import Status
from crm.fields.model import FieldDefinition, ValueType
from crm.parties.model import PartyKind, PartyRole, Stage
from storage.engine.listing import Listed, Listing
from storage.engine.transaction import SqlTx
from storage.fields import fields_for
from storage.party_roles import roles_of_parties
from storage.schema import contact_points, conversations, parties, party_roles, party_tags, party_values
from storage.tags import has_tag, tags_of_parties
from storage.views.scope import knows_party

ARCHIVED = "archived"
SHOWN_POINTS = 10  # contact points of a row
OF_FIELD = "field."  # before the key of a field of the file
OPEN = conversations.c.status != Status.RESOLVED.value
OF_PARTY = conversations.c.party_id == parties.c.id


def _address(kind: ContactKind) -> ColumnElement[Any]:
    """The one that is written to first."""
    of_kind = and_(contact_points.c.party_id == parties.c.id, contact_points.c.kind == kind.value)
    return (
        select(contact_points.c.value)
        .where(of_kind)
        .order_by(contact_points.c.preferred.desc(), contact_points.c.id)
        .limit(1)
        .scalar_subquery()
    )


def _on_channel(wanted: Sequence[str] | None) -> ColumnElement[bool]:
    talked = select(conversations.c.id).where(OF_PARTY)
    return exists(talked if wanted is None else talked.where(conversations.c.channel.in_(wanted)))


def _in_role(wanted: Sequence[str] | None) -> ColumnElement[bool]:
    held = select(party_roles.c.party_id)
    if wanted is not None:
        held = held.where(party_roles.c.role.in_(wanted))
    return parties.c.id.in_(held)


def _scope(viewer: Viewer) -> ColumnElement[bool]:
    return and_(parties.c.merged_into.is_(None), knows_party(viewer, parties.c.id))


def shape(tx: SqlTx, viewer: Viewer, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
    """Rows with the columns of `PARTIES`, as lists show them."""
    ids = [row["id"] for row in rows]
    points, tags, talk = _points(tx, ids), tags_of_parties(tx, ids), _talk(tx, ids)
    roles = roles_of_parties(tx, ids)
    return [
        {
            "id": row["id"],
            "kind": row["kind"],
            "name": row["name"],
            "language": row["language"],
            "created_at": row["created_at"].isoformat(),
            "stage": row["stage"],
            "owner_id": row["owner_id"],
            "archived": row["archived_at"] is not None,
            "roles": list(roles.get(row["id"], ())),
            "contact_points": points.get(row["id"], []),
            "tags": list(tags.get(row["id"], ())),
            **talk.get(row["id"], {"open": 0, "conversations": 0, "last_at": None}),
        }
        for row in rows
    ]


def _points(tx: SqlTx, ids: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    order = (contact_points.c.preferred.desc(), contact_points.c.id)
    place = func.row_number().over(partition_by=contact_points.c.party_id, order_by=order)
    ranked = (
        select(contact_points.c.party_id, contact_points.c.kind, contact_points.c.value, place.label("place"))
        .where(contact_points.c.party_id.in_(ids))
        .subquery()
    )
    query = select(ranked).where(ranked.c.place <= SHOWN_POINTS).order_by(ranked.c.place)
    points: dict[str, list[dict[str, str]]] = {}
    for row in tx.conn.execute(query):
        points.setdefault(row.party_id, []).append({"kind": row.kind, "value": row.value})
    return points


def _talk(tx: SqlTx, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    query = (
        select(
            conversations.c.party_id,
            func.count().label("conversations"),
            func.count().filter(OPEN).label("open"),
            func.max(conversations.c.last_activity_at).label("last_at"),
        )
        .where(conversations.c.party_id.in_(ids))
        .group_by(conversations.c.party_id)
    )
    return {
        row.party_id: {
            "open": row.open,
            "conversations": row.conversations,
            "last_at": row.last_at.isoformat(),
        }
        for row in tx.conn.execute(query)
    }


LAST_AT = (
    select(func.max(conversations.c.last_activity_at, type_=conversations.c.last_activity_at.type))
    .where(OF_PARTY)
    .scalar_subquery()
)
OPEN_COUNT = select(func.count()).where(OF_PARTY, OPEN).scalar_subquery()

PARTIES = Listing(
    what="customers",
    table=parties,
    id=parties.c.id,
    columns=(
        parties.c.id,
        parties.c.kind,
        parties.c.name,
        parties.c.language,
        parties.c.created_at,
        parties.c.stage,
        parties.c.owner_id,
        parties.c.archived_at,
    ),
    listed=(
        Listed(field=Field(name="name", type=FieldType.TEXT), value=parties.c.name, sort=parties.c.sort_name),
        Listed(
            field=Field(name="kind", type=FieldType.CHOICE, choices=tuple(kind.value for kind in PartyKind)),
            value=parties.c.kind,
        ),
        Listed(field=Field(name="email", type=FieldType.TEXT), value=_address(ContactKind.EMAIL)),
        Listed(field=Field(name="phone", type=FieldType.TEXT), value=_address(ContactKind.PHONE)),
        Listed(
            field=Field(
                name="language", type=FieldType.CHOICE, choices=tuple(language.value for language in Language)
            ),
            value=parties.c.language,
        ),
        Listed(
            field=Field(
                name="roles", type=FieldType.CHOICES, choices=tuple(role.value for role in PartyRole)
            ),
            has=_in_role,
        ),
        Listed(
            field=Field(name="stage", type=FieldType.CHOICE, choices=tuple(stage.value for stage in Stage)),
            value=parties.c.stage,
        ),
        Listed(field=Field(name="owner", type=FieldType.PERSON), value=parties.c.owner_id),
        Listed(field=Field(name=ARCHIVED, type=FieldType.YES_NO), value=parties.c.archived_at.is_not(None)),
        Listed(
            field=Field(name="tags", type=FieldType.LINKS),
            has=has_tag(party_tags, party_tags.c.party_id, parties.c.id),
        ),
        Listed(
            field=Field(
                name="channels", type=FieldType.CHOICES, choices=tuple(name.value for name in ChannelName)
            ),
            has=_on_channel,
        ),
        Listed(field=Field(name="open", type=FieldType.NUMBER), value=OPEN_COUNT),
        Listed(field=Field(name="last_at", type=FieldType.MOMENT), value=LAST_AT),
        Listed(
            field=Field(name="created_at", type=FieldType.MOMENT),
            value=parties.c.created_at,
            sort=parties.c.created_at,
        ),
    ),
    scope=_scope,
    shape=shape,
    default_sort="name",
)

TYPES = {
    ValueType.TEXT: FieldType.TEXT,
    ValueType.LINK: FieldType.TEXT,
    ValueType.NUMBER: FieldType.NUMBER,
    ValueType.MONEY: FieldType.MONEY,
    ValueType.DATE: FieldType.DATE,
    ValueType.CHOICE: FieldType.CHOICE,
    ValueType.CHOICES: FieldType.CHOICES,
    ValueType.YES_NO: FieldType.CHOICE,
    ValueType.PERSON: FieldType.LINK,
}
BY_NUMBER = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.DATE})


def party_listing(tx: SqlTx, viewer: Viewer) -> Listing:
    """`PARTIES` with the fields of the file that the viewer may see."""
    return replace(PARTIES, listed=(*PARTIES.listed, *map(_listed, fields_for(tx, viewer).values())))


def unarchived(filtered: str) -> ColumnElement[bool] | None:
    """Lists leave the archived out, unless their filter asks about them."""
    return None if f'"{ARCHIVED}"' in filtered else parties.c.archived_at.is_(None)


def _listed(of: FieldDefinition) -> Listed:
    filtered = TYPES[of.type]
    choices = ("true", "false") if of.type is ValueType.YES_NO else of.choices
    field = Field(name=f"{OF_FIELD}{of.key}", type=filtered, choices=choices)
    if filtered is FieldType.CHOICES:
        return Listed(field=field, has=lambda wanted: _holding(of.key, _one_of(wanted)))
    column = party_values.c.number if filtered in BY_NUMBER else party_values.c.value
    return Listed(field=field, value=column, within=lambda condition: _holding(of.key, condition))


def _one_of(wanted: Sequence[str] | None) -> ColumnElement[bool]:
    return true() if wanted is None else party_values.c.value.in_(wanted)


def _holding(key: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return parties.c.id.in_(select(party_values.c.party_id).where(party_values.c.field == key, condition))
