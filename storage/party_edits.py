"""What staff and other applications write into a customer's file: checked by its fields, kept with who, when and why.

Every value is a fact that stays: what wins is shown, what it was before is the history. Name, language, roles, stage,
owner and archiving are the party's own columns, and facts beside them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from core.errors import InvalidInput, NotFound, ValueChanged
from core.ids import PartyId, UserId
from core.staff import Viewer
from core.words import Language
from crm.conversations.events import PartyChanged
from crm.fields.model import FieldDefinition, ValueType
from crm.fields.values import checked
from crm.parties.model import STAFF, STAFF_RANK, Fact, Family, Party, PartyRole, Stage
from storage.engine.transaction import SqlTx
from storage.fields import check_person, fields_for
from storage.party_roles import roles_of_parties, set_roles
from storage.schema import users

UNASKED: Any = object()
ASIDE = ("stage", "owner", "roles")  # kept as facts of the relational family


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenValue:
    """`was`: what the writer saw there; when it is something else now, nothing is written."""

    field: str
    value: Any
    was: Any = UNASKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What is not given stays; an `owner` of "" is nobody."""

    name: str | None = None
    language: Language | None = None
    stage: Stage | None = None
    no_stage: bool = False  # takes the stage away
    owner: str | None = None
    roles: tuple[PartyRole, ...] | None = None
    archived: bool | None = None
    values: Sequence[WrittenValue] = field(default_factory=tuple)
    note: str = ""
    source: str = STAFF
    rank: int = STAFF_RANK
    was_name: Any = UNASKED


def edit(tx: SqlTx, viewer: Viewer, party_id: PartyId, edits: Edits) -> Party:
    """All of it or nothing. Raises `InvalidValue`, `InvalidInput`, `ValueChanged` and `NotFound`."""
    tx.lock(f"party:{party_id}")
    before = tx.parties.get(party_id)
    known = fields_for(tx, viewer)
    told = [_fact(tx, known, before, value, edits, viewer.user_id) for value in edits.values]
    _check_meanwhile(tx, before, edits)
    after = replace(
        before,
        name=edits.name or before.name,
        language=edits.language or before.language,
        stage=None if edits.no_stage else edits.stage or before.stage,
        owner_id=before.owner_id if edits.owner is None else _owner(tx, edits.owner),
        archived_at=_archived(tx, before, edits.archived),
    )
    own = (Family.IDENTITY, "name", after.name, before.name)
    aside: list[tuple[Family, str, Any, Any]] = [
        (Family.RELATIONAL, "stage", after.stage, before.stage),
        (Family.RELATIONAL, "owner", after.owner_id, before.owner_id),
    ]
    if edits.roles is not None:
        had = roles_of_parties(tx, [before.id]).get(before.id, ())
        aside.append(
            (Family.RELATIONAL, "roles", _stored(set_roles(tx, before.id, edits.roles)), _stored(had))
        )
    told += [
        _made(tx, family, name, value, edits, viewer.user_id)
        for family, name, value, was in (own, *aside)
        if value != was
    ]
    if after != before:
        tx.parties.save(after)
    for fact in told:
        tx.parties.insert_fact(before.id, fact)
    tx.emit(PartyChanged(party_id=before.id, name=after.name))
    return after


def first_values(tx: SqlTx, party: Party, values: Iterable[WrittenValue], viewer: Viewer) -> list[Fact]:
    """The facts of a party that is being written down, its name first."""
    edits, known = Edits(), fields_for(tx, viewer)
    named = _made(tx, Family.IDENTITY, "name", party.name, edits, viewer.user_id)
    return [named, *(_fact(tx, known, party, value, edits, viewer.user_id) for value in values)]


def _fact(
    tx: SqlTx,
    known: dict[str, FieldDefinition],
    party: Party,
    written: WrittenValue,
    edits: Edits,
    by: UserId,
) -> Fact:
    of = known.get(written.field)
    if of is None:
        raise InvalidInput(
            problem=f"There is no field {written.field}; take one of {', '.join(sorted(known))}"
        )
    if of.party_kind is not None and of.party_kind is not party.kind:
        raise InvalidInput(problem=f"The field {of.key} is none of a {party.kind.value}")
    value = checked(of, written.value)
    if of.type is ValueType.PERSON and value is not None:
        value = check_person(tx, value)
        if value == party.id:
            raise InvalidInput(problem=f"The field {of.key} takes another customer, not the same one")
    return _made(tx, of.family, of.key, value, edits, by)


def _made(tx: SqlTx, family: Family, name: str, value: Any, edits: Edits, by: UserId) -> Fact:
    return Fact(
        family=family,
        field=name,
        value=value,
        source=edits.source,
        rank=edits.rank,
        at=tx.now,
        by_id=by,
        note=edits.note,
    )


def _check_meanwhile(tx: SqlTx, party: Party, edits: Edits) -> None:
    """Raises `ValueChanged` for a field that holds something else than its writer saw."""
    if edits.was_name is not UNASKED and edits.was_name != party.name != edits.name:
        raise ValueChanged(field="name", now=party.name, **_who(tx, _last(tx, party.id, "name")))
    asked = [value for value in edits.values if value.was is not UNASKED]
    if not asked:
        return
    won: dict[str, Fact] = {}
    for fact in tx.parties.facts(party.id):
        won.setdefault(fact.field, fact)
    for value in asked:
        now = won.get(value.field)
        present = now.value if now else None
        if present not in (value.was, value.value):
            raise ValueChanged(field=value.field, now=present, **_who(tx, now))


def _last(tx: SqlTx, party_id: PartyId, name: str) -> Fact | None:
    told = [fact for fact in tx.parties.facts(party_id) if fact.field == name]
    return max(told, key=lambda fact: fact.at, default=None)


def _who(tx: SqlTx, fact: Fact | None) -> dict[str, Any]:
    if fact is None:
        return {"by": "", "at": ""}
    name = tx.conn.execute(select(users.c.name).where(users.c.id == fact.by_id)).scalar()
    return {"by": name or fact.source, "at": fact.at.isoformat()}


def _owner(tx: SqlTx, user_id: str) -> UserId | None:
    if not user_id:
        return None
    if tx.conn.execute(select(users.c.id).where(users.c.id == user_id, users.c.active)).first() is None:
        raise NotFound(what="user", id=user_id)
    return UserId(user_id)


def _archived(tx: SqlTx, party: Party, wanted: bool | None) -> Any:
    if wanted is None:
        return party.archived_at
    return (party.archived_at or tx.now) if wanted else None


def _stored(roles: Sequence[str]) -> list[str] | None:
    return list(roles) or None
