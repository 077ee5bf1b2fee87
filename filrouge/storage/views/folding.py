"""Names compared without case and accents, the same way on both databases.

It reads every name, which is fine for tens of thousands; a larger base wants a folded, indexed column.
"""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, String, func, type_coerce

from filrouge.storage.transaction import SqlTx

ACCENTED = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿšžčćđłńśźżőűœæß"
PLAIN = "aaaaaaceeeeiiiinoooooouuuuyyszccdlnszzouoas"


def fold(text: str) -> str:
    """Lower case, each accented letter as its plain one."""
    lowered = unicodedata.normalize("NFC", text).lower()
    return lowered.translate(str.maketrans(ACCENTED, PLAIN))


def folded(tx: SqlTx, column: ColumnElement[str]) -> ColumnElement[str]:
    """`fold` of a column, computed by the database."""
    if tx.postgres:
        return func.translate(func.lower(column), ACCENTED, PLAIN)
    connection: Any = tx.conn.connection.driver_connection
    connection.create_function("filrouge_fold", 1, fold, deterministic=True)
    return type_coerce(func.filrouge_fold(column), String)
