"""`make bench`: the figures that the service promises, each beside its floor, measured in the same minutes."""

import argparse
import platform

import uvloop
from rich.console import Console

from benchmarks import intake, mail
from benchmarks.table import Row, show

SETS = {"intake": intake.measure, "mail": mail.measure}


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench BENCH_ARGS=…", description=__doc__)
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], help="which; all of them when none is named")
    chosen = parser.parse_args().sets or list(SETS)
    rows: list[Row] = []
    for name in chosen:
        rows += uvloop.run(SETS[name]())
    Console().print(
        f"Python {platform.python_version()}, SQLite, WAL, synchronous=FULL, {intake.AT_ONCE} at once"
    )
    show(rows)


if __name__ == "__main__":
    main()
