"""How well duplicates are found: at entry and in batch, beside exact matching, on public sets of people.

    python -m benchmarks.identity FOLDER

FOLDER holds `febrl/dataset1.csv`, `febrl/dataset2.csv` and `splink_fake_1000/fake_1000.csv`, each with its own columns.
"""

import argparse
import csv
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from crm.identity.blocking import keys_of
from crm.identity.names import split_name
from crm.identity.profile import Profile, place, unique
from crm.identity.scoring import DEFAULT, Score, Weights, score

Pair = tuple[int, int]
MOST_OF_A_KEY = 200


@dataclass(frozen=True, slots=True)
class People:
    name: str
    profiles: Sequence[Profile]
    who: Sequence[str]  # the true person of each

    def pairs(self) -> set[Pair]:
        groups: dict[str, list[int]] = defaultdict(list)
        for index, who in enumerate(self.who):
            groups[who].append(index)
        return {(a, b) for group in groups.values() for i, b in enumerate(group) for a in group[:i]}


@dataclass(frozen=True, slots=True)
class Figures:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def measured(found: Iterable[Pair], true: set[Pair]) -> Figures:
    told = set(found)
    right = len(told & true)
    return Figures(right / len(told) if told else 1.0, right / len(true))


def febrl(path: Path) -> People:
    rows = _rows(path)
    who = [re.sub(r"rec-(\d+)-.*", r"\1", row["rec_id"]) for row in rows]
    return People(f"febrl {path.stem[-1]}", [_febrl_profile(row) for row in rows], who)


def splink_fake(path: Path) -> People:
    rows = _rows(path)
    profiles = [
        Profile(
            name=split_name(row["first_name"], row["surname"]),
            birth=_date(row["dob"]),
            emails=unique([row["email"].lower()]),
            places=(place(city=row["city"]),) if row["city"] else (),
        )
        for row in rows
    ]
    return People("splink_fake_1000", profiles, [row["cluster"] for row in rows])


def candidates(people: People) -> set[Pair]:
    """The pairs that are compared when the records come in one after another."""
    index: dict[int, list[int]] = defaultdict(list)
    pairs: set[Pair] = set()
    for new, profile in enumerate(people.profiles):
        for key in keys_of(profile):
            if len(index[key]) <= MOST_OF_A_KEY:
                pairs.update((old, new) for old in index[key])
            index[key].append(new)
    return pairs


def scored(people: People, pairs: Iterable[Pair], weights: Weights) -> dict[Pair, Score]:
    return {(a, b): score(people.profiles[a], people.profiles[b], weights) for a, b in pairs}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.identity", description=__doc__)
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    table = Table("set", "how", "precision", "recall", "F1", "blocking recall", "compared", "ms a record")
    sets = [febrl(given.folder / "febrl" / f"dataset{n}.csv") for n in (1, 2)]
    sets.append(splink_fake(given.folder / "splink_fake_1000" / "fake_1000.csv"))
    for people in sets:
        _measure(table, people)
    Console(width=140).print(table)


def _measure(table: Table, people: People) -> None:
    true = people.pairs()
    begun = time.perf_counter()
    pairs = candidates(people)
    scores = scored(people, pairs, DEFAULT)
    took = (time.perf_counter() - begun) / len(people.profiles) * 1000
    blocking = f"{len(pairs & true) / len(true):.3f}"

    def row(how: str, found: Iterable[Pair], *more: str) -> None:
        figures = measured(found, true)
        shown = (f"{figure:.3f}" for figure in (figures.precision, figures.recall, figures.f1))
        table.add_row(people.name, how, *shown, *more)

    base = len(people.profiles)
    sure = {pair: found.probability(base) for pair, found in scores.items()}
    likely = [pair for pair, probability in sure.items() if probability >= DEFAULT.likely]
    compared = (blocking, f"{len(pairs):,}", f"{took:.2f}")
    row("exact matching", exact(people))
    row("at entry, certain", (p for p, chance in sure.items() if chance >= DEFAULT.certain), *compared)
    row("at entry, likely", likely, *compared)
    row("in batch, likely and joined", joined(likely), *compared)


def exact(people: People) -> set[Pair]:
    """What most desks do: the same address or number, or the same names and birth date."""
    index: dict[object, list[int]] = defaultdict(list)
    for number, profile in enumerate(people.profiles):
        for value in (*profile.emails, *profile.person_numbers):
            index[value].append(number)
        if profile.birth and profile.name.given and profile.name.family:
            index[profile.name, profile.birth].append(number)
    return {(a, b) for group in index.values() for i, b in enumerate(group) for a in group[:i]}


def joined(pairs: Iterable[Pair]) -> set[Pair]:
    """All pairs of those that hang together."""
    group: dict[int, set[int]] = {}
    for a, b in pairs:
        both = group.get(a, {a}) | group.get(b, {b})
        group.update(dict.fromkeys(both, both))
    return {(a, b) for whole in group.values() for a in whole for b in whole if a < b}


def _febrl_profile(row: dict[str, str]) -> Profile:
    home = place(row["address_1"], number=row["street_number"], postcode=row["postcode"], city=row["suburb"])
    return Profile(
        name=split_name(row["given_name"], row["surname"]),
        birth=_date(row["date_of_birth"]),
        places=(home,),
        person_numbers=unique([row["soc_sec_id"]]),
    )


def _date(text: str) -> date | None:
    told = text.replace("-", "")
    try:
        return date(int(told[:4]), int(told[4:6]), int(told[6:8]))
    except ValueError:
        return None


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return [{name.strip(): value.strip() for name, value in row.items()} for row in csv.DictReader(file)]


if __name__ == "__main__":
    main()
