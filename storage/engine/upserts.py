"""Inserts that pass over what is already there, in words both databases know.

Written as text because SQLAlchemy does not cache the compilation of its own ON CONFLICT clauses: on the hot way of an
inbound item that cost more than the statement itself.
"""

from collections.abc import Sequence

from sqlalchemy import Table, TextClause, bindparam, text


def insert_or_ignore(table: Table, *, leave_out: Sequence[str] = (), returning: str = "") -> TextClause:
    """`INSERT … ON CONFLICT DO NOTHING` of all columns but `leave_out`; parameters are named after the columns."""
    columns = [column for column in table.columns if column.name not in leave_out]
    names = ", ".join(f'"{column.name}"' for column in columns)
    values = ", ".join(f":{column.name}" for column in columns)
    tail = f" RETURNING {returning}" if returning else ""
    statement = text(f"INSERT INTO {table.name} ({names}) VALUES ({values}) ON CONFLICT DO NOTHING{tail}")  # noqa: S608
    return statement.bindparams(*(bindparam(column.name, type_=column.type) for column in columns))
