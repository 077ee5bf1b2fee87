"""Lists: any table shown page by page, filtered and sorted by its declared fields, in the same way everywhere.

Pages go on from the last row shown (a keyset, not an offset), so that rows which come in meanwhile neither double nor
hide others, and the hundredth page costs what the first did.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, Select, func, literal, select, tuple_

from core.errors import InvalidInput
from core.filters.model import EVERYTHING, Field, Filter
from core.filters.parse import names_of
from core.staff import Viewer
from storage.engine.filters import Source, compile_filter
from storage.engine.plans import plan_for_values
from storage.engine.transaction import SqlTx

MOST_COUNTED = 10_000  # a longer list is “more than 10,000”
Scope = Callable[[Viewer], ColumnElement[bool]]
Shape = Callable[[SqlTx, Viewer, Sequence[RowMapping]], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Source):
    """A field of a list. `sort` is the expression it is sorted by, never NULL; None where it is not sortable."""

    sort: ColumnElement[Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is listed. `columns` are read; `scope` is who may see which rows; `shape` turns rows into answers.

    `default_sort` is a field's name, with a minus before it for the largest first.
    """

    what: str
    table: FromClause
    id: ColumnElement[str]
    columns: Sequence[ColumnElement[Any]]
    listed: Sequence[Listed]
    scope: Scope
    shape: Shape
    default_sort: str

    @property
    def fields(self) -> Mapping[str, Field]:
        return names_of([one.field for one in self.listed])

    @property
    def sources(self) -> Mapping[str, Listed]:
        return {one.field.name: one for one in self.listed}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """`also` is a further condition of the caller's own, such as a search."""

    filter: Filter = EVERYTHING
    sort: str = ""
    cursor: str | None = None
    limit: int = 50
    counted: bool = False
    also: ColumnElement[bool] | None = None


def list_page(tx: SqlTx, viewer: Viewer, listing: Listing, query: ListQuery) -> dict[str, Any]:
    """`items`, `next` (a cursor or None), and where asked for `total`, which is None beyond `MOST_COUNTED`."""
    plan_for_values(tx)
    key, descending = _sort(listing, query.sort or listing.default_sort)
    found = found_in(tx, viewer, listing, query)
    page = found.add_columns(*listing.columns, key.label("sort_key"), listing.id.label("sort_id"))
    if query.cursor is not None:
        page = page.where(_beyond(listing, query, key, descending))
    order = (key.desc(), listing.id.desc()) if descending else (key, listing.id)
    rows = tx.conn.execute(page.order_by(*order).limit(query.limit + 1)).mappings().all()
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    answer: dict[str, Any] = {
        "items": listing.shape(tx, viewer, shown),
        "next": _cursor(query.sort or listing.default_sort, shown[-1]) if more else None,
    }
    if query.counted:
        answer["total"] = _count(tx, found)
    return answer


def found_in(tx: SqlTx, viewer: Viewer, listing: Listing, query: ListQuery) -> Select[Any]:
    """All that the query finds, as a SELECT without columns yet: for counts and for commands on many."""
    conditions = [listing.scope(viewer)]
    if query.filter is not EVERYTHING:
        conditions.append(compile_filter(query.filter, listing.sources, tx.now))
    if query.also is not None:
        conditions.append(query.also)
    return select().select_from(listing.table).where(*conditions)


def _sort(listing: Listing, sort: str) -> tuple[ColumnElement[Any], bool]:
    source = listing.sources.get(sort.removeprefix("-"))
    if source is None or source.sort is None:
        sortable = sorted(one.field.name for one in listing.listed if one.sort is not None)
        raise InvalidInput(problem=f"The list is sorted by {', '.join(sortable)}, not by {sort}")
    return source.sort, sort.startswith("-")


def _count(tx: SqlTx, found: Select[Any]) -> int | None:
    some = found.add_columns(literal(1)).limit(MOST_COUNTED + 1).subquery()
    count: int = tx.conn.execute(select(func.count()).select_from(some)).scalar_one()
    return count if count <= MOST_COUNTED else None


def _cursor(sort: str, row: RowMapping) -> str:
    key = row["sort_key"]
    plain = {"moment": key.isoformat()} if isinstance(key, datetime) else key
    packed = json.dumps([sort, plain, row["sort_id"]], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _beyond(
    listing: Listing, query: ListQuery, key: ColumnElement[Any], descending: bool
) -> ColumnElement[bool]:
    value, thing_id = _from_cursor(query.cursor or "", query.sort or listing.default_sort)
    here = tuple_(literal(value, key.type), literal(thing_id))
    row = tuple_(key, listing.id)
    return row < here if descending else row > here


def _from_cursor(cursor: str, sort: str) -> tuple[Any, str]:
    """Raises `InvalidInput` for what no page of this list in this order handed out."""
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        made_for, value, thing_id = json.loads(packed)
        if isinstance(value, dict):
            value = datetime.fromisoformat(value["moment"])
        if (
            made_for != sort
            or not isinstance(thing_id, str)
            or not isinstance(value, str | int | float | datetime)
        ):
            raise ValueError(made_for)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        problem = (
            "The cursor was not handed out by a page of this list in this order; start from the first page"
        )
        raise InvalidInput(problem=problem) from error
    return value, thing_id
