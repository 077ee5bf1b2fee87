"""Cursors: where a list goes on, as (moment, id) in one opaque word. Pages stay right while rows come in."""

import re
from datetime import UTC, datetime

from core.errors import InvalidInput
from storage.engine.types import EPOCH, MICROSECOND

NUMBER = re.compile(r"\d{1,18}", re.ASCII)
CURSOR = re.compile(r"(\d{1,17})_([0-9A-Za-z-]{1,64})", re.ASCII)


def to_cursor(moment: datetime, thing_id: str) -> str:
    return f"{(moment - EPOCH) // MICROSECOND}_{thing_id}"


def from_cursor(cursor: str) -> tuple[datetime, str]:
    """Raises `InvalidInput` for what no page handed out."""
    match = CURSOR.fullmatch(cursor)
    if match is None:
        raise foreign_cursor()
    return EPOCH + int(match[1]) * MICROSECOND, match[2]


def number_of(cursor: str | None, digits: int = 18) -> int | None:
    """Of a list that goes on by one number. Raises `InvalidInput` as `from_cursor`."""
    if cursor is not None and not (NUMBER.fullmatch(cursor) and len(cursor) <= digits):
        raise foreign_cursor()
    return None if cursor is None else int(cursor)


def moment_of(cursor: str | None) -> datetime | None:
    """Of a list that goes on by one moment, in ISO 8601. Raises `InvalidInput` as `from_cursor`."""
    if cursor is None:
        return None
    try:
        return datetime.fromisoformat(cursor).astimezone(UTC)
    except (ValueError, OverflowError):
        raise foreign_cursor() from None


def foreign_cursor() -> InvalidInput:
    """What is said of a cursor that no page handed out."""
    return InvalidInput(problem="The cursor is none that a page handed out; start from the first page")
