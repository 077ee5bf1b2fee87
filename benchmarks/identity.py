"""How well duplicates are found: at entry and in batch, beside exact matching and splink, on public sets of people.

    python -m benchmarks.identity FOLDER

FOLDER holds `febrl/dataset1.csv`, `febrl/dataset2.csv` and `splink_fake_1000/fake_1000.csv`, each with its own columns.
"""

import argparse
import csv
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from crm.identity.blocking import keys_of
from crm.identity.names import split_name
from crm.identity.profile import Profile, place, unique
from crm.identity.scoring import DEFAULT, Score, Weights, score
from crm.identity.training import counted, learn

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
    row("in batch, untrained", _batch(sure, DEFAULT), *compared)
    learned = learn(counted(scores.values()), base)
    weights = learned.weights if learned else DEFAULT
    trained = {pair: one.probability(base) for pair, one in scored(people, pairs, weights).items()}
    row("in batch, trained on the set", _batch(trained, weights), *compared)
    for how, found in by_splink(people):
        row(how, found)


def _batch(sure: Mapping[Pair, float], weights: Weights) -> set[Pair]:
    """The likely pairs, and those whom sure ones bring together."""
    likely = {pair for pair, probability in sure.items() if probability >= weights.likely}
    return likely | joined(pair for pair, probability in sure.items() if probability >= weights.together)


def by_splink(people: People) -> Iterator[tuple[str, set[Pair]]]:
    """What plain splink finds with the comparisons of its own library, where it is installed (`pip install splink`).

    At its default of even odds, and at the threshold that is the best for the set, which nobody knows beforehand.
    """
    try:
        found = splinked(people)
    except ImportError:
        return
    true = people.pairs()
    yield "splink, at .5", {pair for pair, chance in found.items() if chance >= 0.5}
    ways = [
        {p for p, chance in found.items() if chance >= least} for least in (0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
    ]
    yield "splink, at its best threshold", max(ways, key=lambda pairs: measured(pairs, true).f1)


def splinked(people: People) -> dict[Pair, float]:
    """Probabilities by splink 4 or later on DuckDB: as its guide for deduplicating people sets it up."""
    import pandas
    import splink
    import splink.comparison_library as cl

    rows = [
        {
            "unique_id": index,
            "given": " ".join(one.name.given) or None,
            "family": " ".join(one.name.family) or None,
            "born": one.birth.isoformat() if one.birth else None,
            "email": one.emails[0] if one.emails else None,
            "street": one.places[0].street_line or None if one.places else None,
            "postcode": one.places[0].postcode or None if one.places else None,
            "city": one.places[0].city or None if one.places else None,
            "number": one.person_numbers[0] if one.person_numbers else None,
        }
        for index, one in enumerate(people.profiles)
    ]
    table = pandas.DataFrame(rows)
    known = [name for name in table.columns[1:] if table[name].notna().sum() > len(rows) / 10]
    comparisons = {
        "given": cl.JaroWinklerAtThresholds("given", [0.92, 0.8]),
        "family": cl.JaroWinklerAtThresholds("family", [0.92, 0.8]),
        "born": cl.DamerauLevenshteinAtThresholds("born", [1, 2]),
        "email": cl.JaroWinklerAtThresholds("email", [0.92, 0.8]),
        "street": cl.JaroWinklerAtThresholds("street", [0.92]),
        "postcode": cl.LevenshteinAtThresholds("postcode", [1]),
        "city": cl.JaroWinklerAtThresholds("city", [0.92]),
        "number": cl.LevenshteinAtThresholds("number", [1, 2]),
    }
    blocks = [splink.block_on(*names) for names in _blocks(known)]
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=[comparisons[name] for name in known],
        blocking_rules_to_generate_predictions=blocks,
    )
    api = splink.DuckDBAPI()
    data = api.register(table) if hasattr(api, "register") else table
    linker = splink.Linker(data, settings) if hasattr(api, "register") else splink.Linker(data, settings, api)
    linker.training.estimate_probability_two_random_records_match(
        [splink.block_on("given", "family", "born")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for names in (("given", "family"), ("born",)):
        linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on(*names))
    predicted = linker.inference.predict(threshold_match_probability=0.001)
    as_rows = predicted.as_duckdbpyrelation().select("unique_id_l, unique_id_r, match_probability").fetchall()
    return {(min(a, b), max(a, b)): chance for a, b, chance in as_rows}


def _blocks(known: Sequence[str]) -> list[tuple[str, ...]]:
    wanted = [
        ("given", "family"),
        ("born",),
        ("email",),
        ("number",),
        ("family", "postcode"),
        ("given", "postcode"),
        ("family", "city"),
        ("given", "city"),
        ("street",),
    ]
    return [names for names in wanted if set(names) <= set(known)]


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
