"""Whether one thing passes a filter: what `storage/engine/filters.py` asks of the database, asked of a mapping."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from core.filters.model import SEVERAL, Condition, Filter, Group, Joint, Op, Span, Unit
from core.folding import fold

HOURS = {Unit.HOURS: 1, Unit.DAYS: 24, Unit.WEEKS: 7 * 24, Unit.MONTHS: 30 * 24}


def matches(wanted: Filter, thing: Mapping[str, Any], now: datetime) -> bool:
    """`thing` has a value by field name: str, int, Decimal, aware datetime, bool, a collection for several, or None."""
    if isinstance(wanted, Group):
        parts = (matches(part, thing, now) for part in wanted.parts)
        match wanted.joint:
            case Joint.ALL:
                return all(parts)
            case Joint.ANY:
                return any(parts)
            case Joint.NOT:
                return not any(parts)
    return _holds(wanted, thing.get(wanted.field.name), now)


def length(span: Span) -> timedelta:
    return timedelta(hours=span.count * HOURS[span.unit])


def _holds(condition: Condition, value: Any, now: datetime) -> bool:
    op, wanted = condition.op, condition.value
    if condition.field.type in SEVERAL:
        return _SEVERAL[op](set(value or ()), set(wanted or ()))
    if value is None or value == "":
        return op in _TRUE_OF_NOTHING
    if op is Op.NOT_EMPTY:
        return True
    if isinstance(value, str) and op not in (Op.ANY_OF, Op.NONE_OF):
        value = fold(value)
    if isinstance(wanted, Span):
        return _within(op, value, length(wanted), now)
    test = _ONE.get(op)
    return test is not None and test(value, wanted)


def _within(op: Op, value: datetime, span: timedelta, now: datetime) -> bool:
    match op:
        case Op.IN_LAST:
            return now - span <= value <= now
        case Op.NOT_IN_LAST:
            return value < now - span
        case _:
            return now <= value <= now + span


_TRUE_OF_NOTHING = frozenset({Op.EMPTY, Op.IS_NOT, Op.NOT_CONTAINS, Op.NONE_OF, Op.NOT_IN_LAST})
"""Who never wrote has not written in the last week either, and has no name that contains “x”."""

_ONE: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.IS: lambda value, wanted: value == wanted,
    Op.IS_NOT: lambda value, wanted: value != wanted,
    Op.CONTAINS: lambda value, wanted: wanted in value,
    Op.NOT_CONTAINS: lambda value, wanted: wanted not in value,
    Op.STARTS_WITH: lambda value, wanted: value.startswith(wanted),
    Op.LESS: lambda value, wanted: value < wanted,
    Op.MORE: lambda value, wanted: value > wanted,
    Op.AT_LEAST: lambda value, wanted: value >= wanted,
    Op.AT_MOST: lambda value, wanted: value <= wanted,
    Op.BETWEEN: lambda value, wanted: wanted[0] <= value <= wanted[1],
    Op.BEFORE: lambda value, wanted: value < wanted,
    Op.AFTER: lambda value, wanted: value >= wanted,
    Op.ANY_OF: lambda value, wanted: value in wanted,
    Op.NONE_OF: lambda value, wanted: value not in wanted,
}

_SEVERAL: Mapping[Op, Callable[[set[str], set[str]], bool]] = {
    Op.ANY_OF: lambda values, wanted: bool(values & wanted),
    Op.ALL_OF: lambda values, wanted: wanted <= values,
    Op.NONE_OF: lambda values, wanted: not values & wanted,
    Op.EMPTY: lambda values, wanted: not values,
    Op.NOT_EMPTY: lambda values, wanted: bool(values),
}
