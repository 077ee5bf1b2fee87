"""The model of the customer file: its fields, and how much each source of values is worth."""

import re
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from core.errors import InvalidInput, StillUsed
from core.permissions import SIGNED_IN, Permission, needs
from core.staff import Viewer
from crm.fields.model import LONGEST, MOST_CHOICES, FieldDefinition, ValueType, check
from crm.parties.model import Family, PartyKind
from crm.sources.model import BEST, WORST, Source
from gateway.field_jobs import KEEP
from gateway.resource import Resource, routes_of
from gateway.shapes.basics import NO_NUL, Id, Input, Output, ShortName, Small
from storage.engine.transaction import SqlTx
from storage.fields import FIELDS, SOURCES, gave_values, is_used
from storage.jobs import start_job

FieldKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
English = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60, pattern=NO_NUL)]
Choices = Annotated[list[ShortName], Field(max_length=MOST_CHOICES)]
Bound = Annotated[float, Field(ge=-1e15, le=1e15)]
Longest = Annotated[int, Field(ge=1, le=LONGEST)]
Pattern = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
Readers = Annotated[list[Id], Field(max_length=50)]
Rank = Annotated[int, Field(ge=BEST, le=WORST)]
RESERVED = frozenset({"name", "language", "stage", "owner", "roles"})


class NewField(Input):
    """`key` names the field for other applications and never changes."""

    key: FieldKey
    name: ShortName
    english: English = ""
    family: Family
    type: ValueType
    party_kind: PartyKind | None = None
    choices: Choices = Field(default_factory=list)
    least: Bound | None = None
    most: Bound | None = None
    longest: Longest | None = None
    pattern: Pattern = ""
    position: Small = 1_000
    in_head: bool = False
    readers: Readers = Field(default_factory=list)
    hidden: bool = False


class FieldChanges(Input):
    """Key and type stay what they are, for the values there are."""

    name: ShortName | None = None
    english: English | None = None
    family: Family | None = None
    choices: Choices | None = None
    least: Bound | None = None
    most: Bound | None = None
    longest: Longest | None = None
    pattern: Pattern | None = None
    position: Small | None = None
    in_head: bool | None = None
    readers: Readers | None = None
    hidden: bool | None = None


class FieldOut(Output):
    id: str
    key: str
    name: str
    english: str
    family: Family
    type: ValueType
    party_kind: PartyKind | None
    choices: list[str]
    least: float | None
    most: float | None
    longest: int | None
    pattern: str
    position: int
    in_head: bool
    readers: list[str]
    hidden: bool
    built_in: bool
    created_at: str
    version: int


class NewSource(Input):
    """Of two sources the one with the lower rank is believed."""

    key: FieldKey
    name: ShortName
    english: English = ""
    rank: Rank


class SourceChanges(Input):
    name: ShortName | None = None
    english: English | None = None
    rank: Rank | None = None


class SourceOut(Output):
    id: str
    key: str
    name: str
    english: str
    rank: int
    built_in: bool
    created_at: str
    version: int


def _check_field(tx: SqlTx, viewer: Viewer, before: FieldDefinition | None, after: FieldDefinition) -> None:
    check(after)
    if before is None and after.key in RESERVED:
        raise InvalidInput(problem=f"{after.key} is taken by what every customer has; choose another key")
    if after.pattern:
        try:
            re.compile(after.pattern)
        except re.error as error:
            raise InvalidInput(problem=f"The pattern cannot be used: {error}") from error
    _check_key(FIELDS.all(tx), after)
    if before is not None and (before.readers, before.hidden) != (after.readers, after.hidden):
        start_job(tx, KEEP, viewer.user_id, {"field": after.key})


def _check_key(others: Any, after: Any) -> None:
    if any(other.key == after.key and other.id != after.id for other in others):
        raise InvalidInput(problem=f"There is a {after.key} already; choose another key")


def _keep_field(tx: SqlTx, viewer: Viewer, field: FieldDefinition) -> None:
    """Raises `InvalidInput` for a built-in field, and `StillUsed` while customers have a value in it."""
    if field.built_in:
        raise InvalidInput(problem="This field is built in; hide it instead")
    if is_used(tx, field):
        raise StillUsed(what="field", name=field.name, count="some", users="customers")


def _check_source(tx: SqlTx, viewer: Viewer, before: Source | None, after: Source) -> None:
    """Another rank may make other values win."""
    _check_key(SOURCES.all(tx), after)
    if before is None or before.rank != after.rank:
        start_job(tx, KEEP, viewer.user_id, {"source": after.key})


def _keep_source(tx: SqlTx, viewer: Viewer, source: Source) -> None:
    """Raises `InvalidInput` for a built-in source, and `StillUsed` while there are values from it."""
    if source.built_in:
        raise InvalidInput(problem="This source is built in; change its rank instead")
    if gave_values(tx, source):
        raise StillUsed(what="source", name=source.name, count="some", users="values")


FIELD_ROUTES = routes_of(
    Resource(
        path="/api/v1/fields",
        entities=FIELDS,
        read=SIGNED_IN,
        write=needs(Permission.CUSTOMERS_MODEL),
        create=NewField,
        change=FieldChanges,
        out=FieldOut,
        emptied=frozenset({"least", "most", "longest"}),
        before_save=_check_field,
        before_remove=_keep_field,
    )
)
SOURCE_ROUTES = routes_of(
    Resource(
        path="/api/v1/sources",
        entities=SOURCES,
        read=SIGNED_IN,
        write=needs(Permission.CUSTOMERS_MODEL),
        create=NewSource,
        change=SourceChanges,
        out=SourceOut,
        before_save=_check_source,
        before_remove=_keep_source,
    )
)
