"""Cursors: where a list goes on, as (moment, id) in one opaque word. Pages stay right while rows come in."""

import re
from datetime import datetime

from core.errors import InvalidInput
from storage.engine.types import EPOCH, MICROSECOND

CURSOR = re.compile(r"(\d{1,17})_([0-9A-Za-z-]{1,64})", re.ASCII)


def to_cursor(moment: datetime, thing_id: str) -> str:
    return f"{(moment - EPOCH) // MICROSECOND}_{thing_id}"


def from_cursor(cursor: str) -> tuple[datetime, str]:
    """Raises `InvalidInput` for what no page handed out."""
    match = CURSOR.fullmatch(cursor)
    if match is None:
        raise InvalidInput(problem="The cursor is none that a page handed out; start from the first page")
    return EPOCH + int(match[1]) * MICROSECOND, match[2]
