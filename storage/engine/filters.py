"""Filters as SQL: the same answers on both databases as `core.filters.matches` gives in Python."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, cast, false, func, literal, not_, or_, true
from sqlalchemy.types import Integer

from core.filters.matches import length
from core.filters.model import SEVERAL, Condition, Field, FieldType, Filter, Joint, Op, Span
from storage.engine.types import Moment

Has = Callable[[Sequence[str] | None], ColumnElement[bool]]
"""Whether a thing has one of the values; with None, whether it has any at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a field's value is: an expression, or for fields of several values the question whether one is there.

    With `within`, `value` is a column of another table, and a condition on it is answered by what `within` makes of it:
    that the thing has such a row there.
    """

    field: Field
    value: ColumnElement[Any] | None = None
    has: Has | None = None
    within: Callable[[ColumnElement[bool]], ColumnElement[bool]] | None = None


def compile_filter(wanted: Filter, sources: Mapping[str, Source], now: datetime) -> ColumnElement[bool]:
    """The condition of a query. `now` is the moment that relative dates count from."""
    if isinstance(wanted, Condition):
        source = sources[wanted.field.name]
        if wanted.field.type in SEVERAL:
            return _several(wanted, source)
        return _one(wanted, source, now)
    return _JOINTS[wanted.joint]([compile_filter(part, sources, now) for part in wanted.parts])


_JOINTS: Mapping[Joint, Callable[[list[ColumnElement[bool]]], ColumnElement[bool]]] = {
    Joint.ALL: lambda parts: and_(true(), *parts),
    Joint.ANY: lambda parts: or_(false(), *parts),
    Joint.NOT: lambda parts: not_(or_(false(), *parts)),
}


def _several(condition: Condition, source: Source) -> ColumnElement[bool]:
    assert source.has is not None
    match condition.op:
        case Op.ANY_OF:
            return source.has(condition.value)
        case Op.ALL_OF:
            return and_(*(source.has((value,)) for value in condition.value))
        case Op.NONE_OF:
            return not_(source.has(condition.value))
        case Op.EMPTY:
            return not_(source.has(None))
        case _:
            return source.has(None)


def _one(condition: Condition, source: Source, now: datetime) -> ColumnElement[bool]:
    assert source.value is not None
    value, op = source.value, condition.op
    if source.within is not None:
        return _one_within(condition, value, source.within, now)
    nothing = _nothing(value, condition.field)
    if op is Op.EMPTY:
        return nothing
    if op is Op.NOT_EMPTY:
        return not_(nothing)
    asked = _asked(value, condition, now)
    # Nothing has none of the values and contains no text, but no order either: NULL must not decide it.
    if op in (Op.IS_NOT, Op.NOT_CONTAINS, Op.NONE_OF, Op.NOT_IN_LAST):
        return or_(nothing, asked)
    return and_(not_(nothing), asked)


def _one_within(
    condition: Condition,
    value: ColumnElement[Any],
    within: Callable[[ColumnElement[bool]], ColumnElement[bool]],
    now: datetime,
) -> ColumnElement[bool]:
    op = condition.op
    if op in (Op.EMPTY, Op.NOT_EMPTY):
        return within(true()) if op is Op.NOT_EMPTY else not_(within(true()))
    asked = within(_asked(value, condition, now))
    if op in (Op.IS_NOT, Op.NOT_CONTAINS, Op.NONE_OF, Op.NOT_IN_LAST):
        return or_(not_(within(true())), asked)
    return asked


def _nothing(value: ColumnElement[Any], field: Field) -> ColumnElement[bool]:
    if field.type in (FieldType.TEXT, FieldType.CHOICE, FieldType.LINK, FieldType.PERSON):
        return or_(value.is_(None), value == literal(""))
    return value.is_(None)


def _asked(value: ColumnElement[Any], condition: Condition, now: datetime) -> ColumnElement[bool]:
    op, wanted = condition.op, condition.value
    if op is Op.ANY_OF:
        return value.in_(wanted)
    if op is Op.NONE_OF:
        return value.not_in(wanted)
    if isinstance(wanted, Span):
        return _within(value, op, wanted, now)
    if condition.field.type is FieldType.TEXT:
        return _text(func.fold(value), op, wanted)
    if isinstance(wanted, tuple):
        (column, low), (_, high) = _bound(value, wanted[0]), _bound(value, wanted[1])
        return and_(column >= low, _bound(value, wanted[1])[0] <= high)
    return _COMPARISONS[op](*_bound(value, wanted))


def _text(folded: ColumnElement[str], op: Op, wanted: str) -> ColumnElement[bool]:
    match op:
        case Op.CONTAINS:
            return folded.contains(wanted, autoescape=True)
        case Op.NOT_CONTAINS:
            return not_(folded.contains(wanted, autoescape=True))
        case Op.STARTS_WITH:
            return folded.startswith(wanted, autoescape=True)
        case Op.IS:
            return folded == wanted
        case _:
            return folded != wanted


def _within(value: ColumnElement[Any], op: Op, span: Span, now: datetime) -> ColumnElement[bool]:
    here = _moment(value, now)
    match op:
        case Op.IN_LAST:
            return and_(value >= _moment(value, now - length(span)), value <= here)
        case Op.NOT_IN_LAST:
            return value < _moment(value, now - length(span))
        case _:
            return and_(value >= here, value <= _moment(value, now + length(span)))


def _moment(value: ColumnElement[Any], at: datetime) -> ColumnElement[Any]:
    """As the column keeps moments: seconds since 1970 where it is a number."""
    return literal(at.timestamp(), Float()) if isinstance(value.type, Float) else literal(at, Moment())


def _bound(value: ColumnElement[Any], wanted: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The two sides of a comparison, in types that both databases compare."""
    if isinstance(wanted, datetime):
        return value, _moment(value, wanted)
    if isinstance(wanted, Decimal):
        if wanted == int(wanted):
            return value, literal(int(wanted))
        column = cast(value, Float) if isinstance(value.type, Integer) else value
        return column, literal(float(wanted), Float())
    return value, literal(wanted)


_COMPARISONS: Mapping[Op, Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[bool]]] = {
    Op.IS: lambda column, wanted: column == wanted,
    Op.IS_NOT: lambda column, wanted: column != wanted,
    Op.LESS: lambda column, wanted: column < wanted,
    Op.MORE: lambda column, wanted: column > wanted,
    Op.AT_LEAST: lambda column, wanted: column >= wanted,
    Op.AT_MOST: lambda column, wanted: column <= wanted,
    Op.BEFORE: lambda column, wanted: column < wanted,
    Op.AFTER: lambda column, wanted: column >= wanted,
}
