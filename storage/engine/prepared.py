"""Statements of the hot way: compiled once, and run on SQLite without what SQLAlchemy does anew at each execution.

On SQLite a message's eight statements cost SQLAlchemy more than SQLite (decision 0023). There they go to the driver
with the compiled words, its parameters converted by the columns' own types, and so do the rows. On PostgreSQL, where
the way to the server counts, SQLAlchemy runs them as ever. Rows are dicts by column name on both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import SQLCompiler

Parameters = Mapping[str, Any]
Row = dict[str, Any]
Convert = Callable[[Any], Any]


class Prepared:
    """A SELECT, INSERT or UPDATE. Each execution gives the same parameters; lists (`IN`) are constants only."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: _Compiled | None = None

    def first(self, conn: Connection, parameters: Parameters) -> Row | None:
        """The first row, if any."""
        if conn.dialect.name != "sqlite":
            found = conn.execute(self._statement, parameters).mappings().first()
            return dict(found) if found is not None else None
        compiled = self._for(conn, parameters)
        row = _driver(conn).execute(compiled.words, compiled.bound(parameters)).fetchone()
        return compiled.row(row) if row is not None else None

    def all(self, conn: Connection, parameters: Parameters) -> list[Row]:
        if conn.dialect.name != "sqlite":
            return [dict(row) for row in conn.execute(self._statement, parameters).mappings()]
        compiled = self._for(conn, parameters)
        found = _driver(conn).execute(compiled.words, compiled.bound(parameters)).fetchall()
        return [compiled.row(row) for row in found]

    def run(self, conn: Connection, parameters: Parameters) -> int:
        """How many rows it changed."""
        if conn.dialect.name != "sqlite":
            return conn.execute(self._statement, parameters).rowcount
        compiled = self._for(conn, parameters)
        return int(_driver(conn).execute(compiled.words, compiled.bound(parameters)).rowcount)

    def run_many(self, conn: Connection, parameters: Sequence[Parameters]) -> None:
        """Once with each; at least one."""
        if conn.dialect.name != "sqlite":
            conn.execute(self._statement, list(parameters))
            return
        compiled = self._for(conn, parameters[0])
        _driver(conn).executemany(compiled.words, [compiled.bound(one) for one in parameters])

    def _for(self, conn: Connection, parameters: Parameters) -> "_Compiled":
        if self._compiled is None:
            self._compiled = _compile(self._statement, conn, parameters)
        return self._compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    words: str
    slots: tuple[tuple[str | None, Any, Convert | None], ...]  # of each question mark: its name or constant
    names: tuple[str, ...]
    conversions: tuple[tuple[int, Convert], ...]

    def bound(self, parameters: Parameters) -> list[Any]:
        given = parameters
        return [
            constant if name is None else given[name] if convert is None else convert(given[name])
            for name, constant, convert in self.slots
        ]

    def row(self, found: Sequence[Any]) -> Row:
        values = list(found)
        for place, convert in self.conversions:
            values[place] = convert(values[place])
        return dict(zip(self.names, values, strict=True))


def _compile(statement: Executable, conn: Connection, parameters: Parameters) -> _Compiled:
    dialect = conn.dialect
    assert isinstance(dialect, DefaultDialect)
    compiled = statement.compile(dialect=dialect, column_keys=list(parameters))  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    expanded = compiled.construct_expanded_state(dict(parameters))
    slots: list[tuple[str | None, Any, Convert | None]] = []
    for name in expanded.positiontup or ():
        bind = compiled.binds.get(name)
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect) if bind is not None else None
        if name in parameters:
            slots.append((name, None, convert))
        else:
            constant = expanded.parameters[name]
            slots.append((None, convert(constant) if convert is not None else constant, None))
    columns = list(getattr(statement, "selected_columns", ())) or list(getattr(statement, "_returning", ()))
    readers = ((place, column.type.dialect_impl(dialect)) for place, column in enumerate(columns))
    conversions = ((place, kind.result_processor(dialect, None)) for place, kind in readers)
    return _Compiled(
        words=expanded.statement,
        slots=tuple(slots),
        names=tuple(column.key for column in columns),
        conversions=tuple((place, convert) for place, convert in conversions if convert is not None),
    )


def _driver(conn: Connection) -> Any:
    """The sqlite3 connection, inside whatever transaction it is in."""
    return conn.connection.driver_connection
