"""A filter from its JSON form, checked against the fields it may name.

{"all": [{"field": "name", "op": "contains", "value": "martin"},
         {"any": [{"field": "tags", "op": "any_of", "value": ["…"]},
                  {"field": "created_at", "op": "in_last", "value": {"count": 7, "unit": "days"}}]}]}
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from core.errors import InvalidFilter
from core.filters.model import (
    EVERYTHING,
    WITHOUT_VALUE,
    Condition,
    Field,
    FieldType,
    Filter,
    Group,
    Joint,
    Op,
    Span,
    Unit,
)
from core.folding import fold

DEEPEST = 5
MOST_PARTS = 100
MOST_VALUES = 500
LONGEST = 8_192  # characters of JSON
LONGEST_TEXT = 200
LARGEST = Decimal(10) ** 15
LONGEST_SPAN = 10_000
Fields = Mapping[str, Field]


def parse_json(text: str, fields: Fields) -> Filter:
    """As `parse`, from text; an empty text is a filter that lets everything through."""
    if not text.strip():
        return EVERYTHING
    if len(text) > LONGEST:
        raise InvalidFilter(problem=f"it is longer than {LONGEST} characters")
    try:
        return parse(json.loads(text), fields)
    except (ValueError, RecursionError) as error:
        raise InvalidFilter(problem="it is not JSON") from error


def parse(raw: Any, fields: Fields) -> Filter:
    """Raises `InvalidFilter`, which names the field and what it wants."""
    parts = [0]
    return _filter(raw, fields, 1, parts)


def _filter(raw: Any, fields: Fields, depth: int, parts: list[int]) -> Filter:
    parts[0] += 1
    if depth > DEEPEST or parts[0] > MOST_PARTS:
        raise InvalidFilter(problem=f"it has more than {DEEPEST} levels or {MOST_PARTS} conditions")
    if not isinstance(raw, dict):
        raise InvalidFilter(problem="a filter is an object: a condition, or a group with all, any or not")
    joints = [joint for joint in Joint if joint.value in raw]
    if len(joints) == 1 and len(raw) == 1 and isinstance(raw[joints[0].value], list):
        inner = raw[joints[0].value]
        return Group(joint=joints[0], parts=tuple(_filter(one, fields, depth + 1, parts) for one in inner))
    if not {"field", "op"} <= raw.keys() <= {"field", "op", "value"}:
        raise InvalidFilter(problem="a condition has field, op and value; a group has all, any or not alone")
    return _condition(raw, fields)


def _condition(raw: Mapping[str, Any], fields: Fields) -> Condition:
    field = fields.get(raw["field"]) if isinstance(raw["field"], str) else None
    if field is None:
        raise InvalidFilter(
            problem=f"there is no field {raw['field']!r}; there are {', '.join(sorted(fields))}"
        )
    if raw["op"] not in field.operators:
        raise InvalidFilter(problem=f"{field.name} knows {', '.join(field.operators)}, not {raw['op']!r}")
    op = Op(raw["op"])
    if op in WITHOUT_VALUE:
        return Condition(field=field, op=op)
    return Condition(field=field, op=op, value=_value(field, op, raw.get("value")))


def _value(field: Field, op: Op, raw: Any) -> Any:
    if op in (Op.ANY_OF, Op.ALL_OF, Op.NONE_OF):
        return _names(field, raw)
    if op in (Op.IN_LAST, Op.NOT_IN_LAST, Op.IN_NEXT):
        return _span(field, raw)
    read = _READERS[field.type]
    if op is not Op.BETWEEN:
        return read(field, raw)
    if not isinstance(raw, list) or len(raw) != 2:
        raise _wants(field, "a list of two values, from and to")
    low, high = (read(field, one) for one in raw)
    if low > high:
        raise _wants(field, "the smaller value first")
    return low, high


def _names(field: Field, raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or not 0 < len(raw) <= MOST_VALUES:
        raise _wants(field, f"a list of 1 to {MOST_VALUES} values")
    if not all(isinstance(one, str) and 0 < len(one) <= LONGEST_TEXT for one in raw):
        raise _wants(field, f"texts of at most {LONGEST_TEXT} characters")
    if field.choices and (unknown := set(raw) - set(field.choices)):
        raise _wants(field, f"{', '.join(field.choices)}, not {', '.join(sorted(unknown))}")
    return tuple(dict.fromkeys(raw))


def _span(field: Field, raw: Any) -> Span:
    if isinstance(raw, dict) and raw.keys() == {"count", "unit"} and raw["unit"] in list(Unit):
        count = raw["count"]
        if isinstance(count, int) and not isinstance(count, bool) and 0 < count <= LONGEST_SPAN:
            return Span(count=count, unit=Unit(raw["unit"]))
    raise _wants(field, f"a count from 1 to {LONGEST_SPAN} and a unit of {', '.join(Unit)}")


def _text(field: Field, raw: Any) -> str:
    if not isinstance(raw, str) or not 0 < len(raw.strip()) <= LONGEST_TEXT or "\0" in raw:
        raise _wants(field, f"a text of 1 to {LONGEST_TEXT} characters")
    return fold(raw.strip())


def _amount(field: Field, raw: Any) -> Decimal:
    try:
        if isinstance(raw, bool):
            raise InvalidOperation
        amount = Decimal(str(raw))
    except InvalidOperation as error:
        raise _wants(field, "a number") from error
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise _wants(field, f"a number between -{LARGEST:f} and {LARGEST:f}")
    return amount


def _moment(field: Field, raw: Any) -> datetime:
    """A moment, or the beginning of a day in UTC."""
    try:
        if not isinstance(raw, str):
            raise ValueError(raw)
        if len(raw) == 10:
            return datetime.combine(date.fromisoformat(raw), time(), UTC)
        moment = datetime.fromisoformat(raw)
    except ValueError as error:
        raise _wants(field, "a date such as 2026-03-31, or a moment such as 2026-03-31T12:00:00Z") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _yes_no(field: Field, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise _wants(field, "true or false")
    return raw


def _wants(field: Field, what: str) -> InvalidFilter:
    return InvalidFilter(problem=f"{field.name} wants {what}")


_READERS: Mapping[FieldType, Callable[[Field, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _amount,
    FieldType.MONEY: _amount,
    FieldType.DATE: _moment,
    FieldType.MOMENT: _moment,
    FieldType.YES_NO: _yes_no,
}


def names_of(fields: Sequence[Field]) -> Fields:
    """The fields by name."""
    return {field.name: field for field in fields}
