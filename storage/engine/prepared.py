"""Statements of the hot way: compiled once, and run without what SQLAlchemy does anew at each execution.

A message's statements cost SQLAlchemy more than the database (decision 0023). In transactions that write they go to
the driver with the compiled words, its parameters converted by the columns' own types, and so do the rows. In
PostgreSQL's reading transactions, which SQLAlchemy begins, it runs them as ever. Rows are dicts by column name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, Executable
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import await_only

Parameters = Mapping[str, Any]
Row = dict[str, Any]
Convert = Callable[[Any], Any]
OURS = "ours"  # the execution option of a connection to PostgreSQL whose transaction we began ourselves


class Prepared:
    """A SELECT, INSERT or UPDATE. Each execution gives the same parameters; lists (`IN`) are constants only."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def first(self, conn: Connection, parameters: Parameters) -> Row | None:
        """The first row, if any."""
        if (driver := _driver(conn)) is None:
            found = conn.execute(self._statement, parameters).mappings().first()
            return dict(found) if found is not None else None
        compiled = self._for(conn, parameters)
        row = driver.first(compiled.words, compiled.bound(parameters))
        return compiled.row(row) if row is not None else None

    def all(self, conn: Connection, parameters: Parameters) -> list[Row]:
        if (driver := _driver(conn)) is None:
            return [dict(row) for row in conn.execute(self._statement, parameters).mappings()]
        compiled = self._for(conn, parameters)
        return [compiled.row(row) for row in driver.all(compiled.words, compiled.bound(parameters))]

    def run(self, conn: Connection, parameters: Parameters) -> int:
        """How many rows it changed."""
        if (driver := _driver(conn)) is None:
            return conn.execute(self._statement, parameters).rowcount
        compiled = self._for(conn, parameters)
        return driver.run(compiled.words, compiled.bound(parameters))

    def run_many(self, conn: Connection, parameters: Sequence[Parameters]) -> None:
        """Once with each; at least one."""
        if (driver := _driver(conn)) is None:
            conn.execute(self._statement, list(parameters))
            return
        compiled = self._for(conn, parameters[0])
        driver.run_many(compiled.words, [compiled.bound(one) for one in parameters])

    def _for(self, conn: Connection, parameters: Parameters) -> "_Compiled":
        compiled = self._compiled.get(conn.dialect.name)
        if compiled is None:
            compiled = self._compiled[conn.dialect.name] = _compile(self._statement, conn, parameters)
        return compiled


class _Driver(Protocol):
    def first(self, words: str, values: Sequence[Any]) -> Sequence[Any] | None: ...

    def all(self, words: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]: ...

    def run(self, words: str, values: Sequence[Any]) -> int: ...

    def run_many(self, words: str, values: Sequence[Sequence[Any]]) -> None: ...


@dataclass(frozen=True, slots=True)
class _Sqlite:
    connection: Any

    def first(self, words: str, values: Sequence[Any]) -> Sequence[Any] | None:
        found: Sequence[Any] | None = self.connection.execute(words, values).fetchone()
        return found

    def all(self, words: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        found: Sequence[Sequence[Any]] = self.connection.execute(words, values).fetchall()
        return found

    def run(self, words: str, values: Sequence[Any]) -> int:
        return int(self.connection.execute(words, values).rowcount)

    def run_many(self, words: str, values: Sequence[Sequence[Any]]) -> None:
        self.connection.executemany(words, values)


@dataclass(frozen=True, slots=True)
class _Postgres:
    connection: Any

    def first(self, words: str, values: Sequence[Any]) -> Sequence[Any] | None:
        found: Sequence[Any] | None = await_only(self.connection.fetchrow(words, *values))
        return found

    def all(self, words: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        found: Sequence[Sequence[Any]] = await_only(self.connection.fetch(words, *values))
        return found

    def run(self, words: str, values: Sequence[Any]) -> int:
        status: str = await_only(self.connection.execute(words, *values))
        return int(status.rpartition(" ")[2])  # "INSERT 0 1", "UPDATE 3"

    def run_many(self, words: str, values: Sequence[Sequence[Any]]) -> None:
        await_only(self.connection.executemany(words, values))


def _driver(conn: Connection) -> _Driver | None:
    """The driver's connection inside the present transaction; None where SQLAlchemy is to run it."""
    if conn.dialect.name == "sqlite":
        return _Sqlite(conn.connection.driver_connection)
    if conn.get_execution_options().get(OURS):
        return _Postgres(conn.connection.driver_connection)
    return None


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
