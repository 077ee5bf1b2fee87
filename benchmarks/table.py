"""One row a promise: our figure, the floor's, their ratio in each round, what was promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Row:
    """`ours` and `floor` have one figure a round; those of one round were measured in the same minute."""

    what: str
    ours: Sequence[float]
    floor: Sequence[float]
    promise: str

    @property
    def ratios(self) -> list[float]:
        return [mine / least for mine, least in zip(self.ours, self.floor, strict=True)]


def show(rows: list[Row]) -> None:
    """Prints the table: medians, and the ratio of the best and the worst round."""
    table = Table("What", "Ours", "Floor", "Ratio", "Rounds", "Promise")
    for row in rows:
        ratios = row.ratios
        spread = f"{min(ratios):.2f}–{max(ratios):.2f} of {len(ratios)}" if len(ratios) > 1 else "1"
        figures = (f"{median(row.ours):,.1f}", f"{median(row.floor):,.1f}", f"{median(ratios):.2f}")
        table.add_row(row.what, *figures, spread, row.promise)
    Console(width=130).print(table)
