"""Things of one kind that are one row each: tags, saved views, roles and whatever else staff looks after by form.

A noun with rules of its own (conversations, work items) has a module of its own instead; here is what the plain ones
share: reading, writing, and versions by which two people who change the same thing notice each other.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, RowMapping, Table, delete, insert, select, update

from core.errors import ChangedMeanwhile, NotFound
from storage.engine.transaction import SqlTx


class Entity(Protocol):
    """A frozen dataclass whose fields are the table's columns. `version` begins at 1 and grows with each change."""

    @property
    def id(self) -> str: ...

    @property
    def version(self) -> int: ...


M = TypeVar("M", bound=Any)  # an `Entity`; a TypeVar cannot say "a dataclass with these"


@dataclass(frozen=True, kw_only=True)
class Entities(Generic[M]):
    """All of one kind. `what` names it in errors and in the audit log."""

    what: str
    table: Table
    model: type[M]

    @cached_property
    def _adapter(self) -> TypeAdapter[M]:
        return TypeAdapter(self.model)

    def get(self, tx: SqlTx, thing_id: str) -> M:
        """Raises `NotFound`."""
        found = self.find(tx, thing_id)
        if found is None:
            raise NotFound(what=self.what, id=thing_id)
        return found

    def find(self, tx: SqlTx, thing_id: str) -> M | None:
        row = tx.conn.execute(select(self.table).where(self.table.c.id == thing_id)).mappings().first()
        return self.of(row) if row else None

    def all(self, tx: SqlTx, where: ColumnElement[bool] | None = None) -> tuple[M, ...]:
        """In the order they were made; for kinds of which there are dozens."""
        query = select(self.table).order_by(self.table.c.id)
        rows = tx.conn.execute(query if where is None else query.where(where)).mappings()
        return tuple(self.of(row) for row in rows)

    def to_change(self, tx: SqlTx, thing_id: str, expected: int | None = None) -> M:
        """As `get`, and nobody else changes it until the end of the transaction.

        Raises `ChangedMeanwhile` when its version is not the `expected` one.
        """
        tx.lock(f"{self.what}:{thing_id}")
        thing = self.get(tx, thing_id)
        if expected is not None and thing.version != expected:
            raise ChangedMeanwhile(what=self.what, expected=expected, version=thing.version)
        return thing

    def insert(self, tx: SqlTx, thing: M) -> M:
        tx.conn.execute(insert(self.table), self._values(thing))
        return thing

    def save(self, tx: SqlTx, thing: M) -> M:
        """Stores it as its next version, which is answered. Take it from `to_change` first."""
        saved: M = replace(thing, version=thing.version + 1)
        tx.conn.execute(update(self.table).where(self.table.c.id == thing.id), self._values(saved))
        return saved

    def remove(self, tx: SqlTx, thing: M) -> None:
        tx.conn.execute(delete(self.table).where(self.table.c.id == thing.id))

    def of(self, row: RowMapping | Mapping[str, Any]) -> M:
        """The thing of a row of the table; what the model has a default for may be missing."""
        told = {f.name: row[f.name] for f in fields(self.model) if f.name in row}
        return self._adapter.validate_python(told)

    def _values(self, thing: M) -> dict[str, Any]:
        return {name: _plain(value) for name, value in asdict(thing).items()}


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value
