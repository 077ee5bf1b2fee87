"""Fields, operators and filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FieldType(StrEnum):
    """What a field holds. `choices` and `links` hold several values, the others one or none."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    LINK = "link"
    LINKS = "links"
    PERSON = "person"


class Op(StrEnum):
    """What a condition asks. Texts are compared without case and accents."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    STARTS_WITH = "starts_with"
    LESS = "less"
    MORE = "more"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    IN_LAST = "in_last"
    NOT_IN_LAST = "not_in_last"
    IN_NEXT = "in_next"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    ALL_OF = "all_of"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"


_PRESENCE = (Op.EMPTY, Op.NOT_EMPTY)
_TEXT = (Op.CONTAINS, Op.NOT_CONTAINS, Op.IS, Op.IS_NOT, Op.STARTS_WITH, *_PRESENCE)
_AMOUNT = (Op.IS, Op.IS_NOT, Op.LESS, Op.MORE, Op.AT_LEAST, Op.AT_MOST, Op.BETWEEN, *_PRESENCE)
_TIME = (Op.IN_LAST, Op.NOT_IN_LAST, Op.IN_NEXT, Op.BEFORE, Op.AFTER, Op.BETWEEN, *_PRESENCE)
_ONE = (Op.ANY_OF, Op.NONE_OF, *_PRESENCE)
_SEVERAL = (Op.ANY_OF, Op.ALL_OF, Op.NONE_OF, *_PRESENCE)

OPERATORS: Mapping[FieldType, tuple[Op, ...]] = {
    FieldType.TEXT: _TEXT,
    FieldType.NUMBER: _AMOUNT,
    FieldType.MONEY: _AMOUNT,
    FieldType.DATE: _TIME,
    FieldType.MOMENT: _TIME,
    FieldType.CHOICE: _ONE,
    FieldType.CHOICES: _SEVERAL,
    FieldType.YES_NO: (Op.IS,),
    FieldType.LINK: _ONE,
    FieldType.LINKS: _SEVERAL,
    FieldType.PERSON: _ONE,
}
"""The operators of each type, the usual one first."""

SEVERAL = frozenset({FieldType.CHOICES, FieldType.LINKS})
WITHOUT_VALUE = frozenset(_PRESENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field as filters and lists know it. `choices` are the values a choice may have; empty means any."""

    name: str
    type: FieldType
    choices: tuple[str, ...] = ()
    sortable: bool = False

    @property
    def operators(self) -> tuple[Op, ...]:
        return OPERATORS[self.type]


class Unit(StrEnum):
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"  # of 30 days


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A length of time before or after now."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`value` has the type that the field and the operator ask for (`parse.py` sees to it):

    a folded text, a Decimal, a datetime, a bool, a `Span`, a pair of these for `between`, a tuple of texts for
    `any_of`, `all_of` and `none_of`, and None for `empty` and `not_empty`.
    """

    field: Field
    op: Op
    value: Any = None


class Joint(StrEnum):
    ALL = "all"
    ANY = "any"
    NOT = "not"  # none of the parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Without parts, `all` and `not` let everything through and `any` nothing."""

    joint: Joint
    parts: "tuple[Filter, ...]"


Filter = Condition | Group
EVERYTHING = Group(joint=Joint.ALL, parts=())
