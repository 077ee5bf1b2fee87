"""`make bench`: the figures that the service promises, each beside its floor, measured in the same minutes."""

import argparse
import platform

import uvloop
from rich.console import Console

from benchmarks import fanout, intake, mail, parties, smtp
from benchmarks.table import Row, show

SETS = {
    "intake": intake.measure,
    "intake-postgres": intake.measure_postgres,
    "mail": mail.measure,
    "smtp": smtp.measure,
    "fan-out": fanout.measure,
    "customers": parties.measure,
    "customers-postgres": parties.measure_postgres,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench BENCH_ARGS=…", description=__doc__)
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], help="which; all of them when none is named")
    parser.add_argument("--rounds", type=int, default=5, help="of each: the floor and ours in turn")
    parser.add_argument("--sizes", type=int, nargs="+", help="how many customers, for the sets about them")
    given = parser.parse_args()
    sizes = {"sizes": given.sizes} if given.sizes else {}
    rows: list[Row] = []
    for name in given.sets or list(SETS):
        rows += uvloop.run(SETS[name](given.rounds, **(sizes if name.startswith("customers") else {})))
    how = f"SQLite: WAL, synchronous=FULL; PostgreSQL: fsync; {intake.AT_ONCE} at once"
    Console().print(f"Python {platform.python_version()}; {how}")
    show(rows)


if __name__ == "__main__":
    main()
