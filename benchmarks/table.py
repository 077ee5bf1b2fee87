"""One row a promise: our figure, the floor's, their ratio, what was promised."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    ours: float
    floor: float
    ratio: float
    promise: str


def show(rows: list[Row]) -> None:
    """Prints the table."""
    table = Table("What", "Ours", "Floor", "Ratio", "Promise")
    for row in rows:
        table.add_row(row.what, f"{row.ours:,.1f}", f"{row.floor:,.1f}", f"{row.ratio:.2f}", row.promise)
    Console(width=120).print(table)
