"""The fields of the customer file: what each holds, where it stands, who may see it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import InvalidInput
from crm.parties.model import Family, PartyKind

MOST_CHOICES = 200
LONGEST = 2_000  # characters of a text


class ValueType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    LINK = "link"
    PERSON = "person"  # another party of the base


WITH_CHOICES = frozenset({ValueType.CHOICE, ValueType.CHOICES})
WITH_LIMITS = frozenset({ValueType.NUMBER, ValueType.MONEY})


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDefinition:
    """`key` names the field in values and never changes; `name` and `english` are what people read.

    `party_kind`: whose field it is; without, everybody's. `least` and `most` bound a number or an amount, `longest`
    and `pattern` a text. `position` orders the fields of a family; `in_head` puts the value at the top of the page.
    `readers` are the roles that see it; without any, all do. A `hidden` field keeps its values and is shown to nobody.
    """

    id: str
    key: str
    name: str
    english: str = ""
    family: Family
    type: ValueType
    party_kind: PartyKind | None = None
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    pattern: str = ""
    position: int = 0
    in_head: bool = False
    readers: tuple[str, ...] = ()
    hidden: bool = False
    built_in: bool = False
    created_at: datetime
    version: int = 1


Fields = Mapping[str, FieldDefinition]
"""By key."""


def check(field: FieldDefinition) -> None:
    """Raises `InvalidInput` for a definition that nothing could be written into."""
    if field.family in (Family.COORDINATES, Family.RELATIONAL):
        raise InvalidInput(
            problem=f"The family {field.family.value} has no fields of its own; choose another"
        )
    if field.type in WITH_CHOICES:
        if not field.choices:
            raise InvalidInput(problem="Give the field at least one choice")
        if len(set(field.choices)) != len(field.choices):
            raise InvalidInput(problem="Two choices of the field are the same; leave one out")
    if field.least is not None and field.most is not None and field.least > field.most:
        raise InvalidInput(problem="The least value is above the most; exchange them")


def readable(fields: Iterable[FieldDefinition], roles: Iterable[str]) -> dict[str, FieldDefinition]:
    """Those that somebody with the roles may see, by key."""
    held = frozenset(roles)
    return {field.key: field for field in fields if is_read(field.hidden, field.readers, held)}


def is_read(hidden: bool, readers: Iterable[str], roles: frozenset[str]) -> bool:
    """Whether somebody with the roles may see a field of these readers; without readers it is everybody's."""
    return not hidden and (not readers or not roles.isdisjoint(readers))
