"""How well and how fast texts are understood, on public sets of intents.

    python -m benchmarks.nlu FOLDER [--sets banking77 …] [--systems joined n-grams light diet] [--rasa .cache/rasa]

FOLDER holds any of `banking77_train/train.csv` (text,category), `clinc150_small/train_val.json` (train, val,
oos_train, oos_val), `rasa/**/nlu.yml` and `rasa/**/nlu-FR.md`. What is not there is left out. BANKING77 and the Rasa
examples come without a test set: a fifth is held out, always the same. `firstline` is the product's own bot on its own
test set. `light` and `diet` are pipelines of a real Rasa 3.6, on the same split and the same cores. A test set of some
ten texts says little, of calibration nothing: read those rows together.
"""

import argparse
import csv
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.nlu_own import EMBEDDERS, measure_own
from benchmarks.nlu_task import AMOUNTS, SHARES, Measured, Pairs, Task, figures
from benchmarks.rasa_nlu import PIPELINES, measure_rasa
from bots.nlu.understanding import OUT_OF_SCOPE
from bots.project import FIRST_LINE
from bots.rasa_format import read_nlu
from bots.training import read_examples


def held_out(name: str, pairs: Pairs) -> Task:
    """One of five examples of every intent, chosen once and for all; an intent too small to split is left out."""
    enough = {intent for intent, count in Counter(intent for _, intent in pairs).items() if count >= 5}
    by_intent: dict[str, list[str]] = {}
    for text, intent in pairs:
        if intent in enough:
            by_intent.setdefault(intent, []).append(text)
    train: Pairs = []
    test: Pairs = []
    for intent, texts in sorted(by_intent.items()):
        shuffled = sorted(set(texts))
        random.Random(7).shuffle(shuffled)
        cut = max(1, len(shuffled) // 5)
        test += [(text, intent) for text in shuffled[:cut]]
        train += [(text, intent) for text in shuffled[cut:]]
    return Task(name=name, train=train, test=test)


def banking77(folder: Path, limit: int) -> Iterator[Task]:
    file = folder / "banking77_train" / "train.csv"
    if file.exists():
        with file.open(encoding="utf-8", newline="") as stream:
            pairs = [(row["text"], row["category"]) for row in csv.DictReader(stream)]
        whole = held_out("BANKING77", thinned(pairs, limit))
        yield whole
        yield Task(name="BANKING77, 10 an intent", train=few(whole.train, 10), test=whole.test)


def few(pairs: Pairs, count: int) -> Pairs:
    """`count` examples of every intent, drawn once and for all."""
    shuffled = list(pairs)
    random.Random(11).shuffle(shuffled)
    return thinned(shuffled, count)


def clinc150(folder: Path, limit: int) -> Iterator[Task]:
    file = folder / "clinc150_small" / "train_val.json"
    if file.exists():
        content = json.loads(file.read_text(encoding="utf-8"))
        renamed = {
            part: [(text, OUT_OF_SCOPE if intent == "oos" else intent) for text, intent in pairs]
            for part, pairs in content.items()
        }
        train, test = thinned(renamed["train"], limit), renamed["val"] + renamed["oos_val"]
        yield Task(name="CLINC150", train=train, test=test)
        yield Task(name="CLINC150 + out of scope", train=train + renamed["oos_train"], test=test)


def rasa(folder: Path, limit: int) -> Iterator[Task]:
    for file in sorted((folder / "rasa").rglob("nlu.yml")):
        examples = read_nlu(file.read_text(encoding="utf-8"), file.name).examples
        yield held_out(
            f"Rasa {file.parent.name}", thinned([(one.text, one.intent) for one in examples], limit)
        )


def rasa_fr(folder: Path, limit: int) -> Iterator[Task]:
    for file in sorted((folder / "rasa").rglob("nlu-FR.md")):
        pairs, intent = [], ""
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                intent = line.removeprefix("## intent:") if line.startswith("## intent:") else ""
            elif line.startswith("- ") and intent:
                pairs.append((re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line[2:].strip()), intent))
        yield held_out(f"Rasa {file.parent.name} fr", thinned(pairs, limit))


def firstline(folder: Path, limit: int) -> Iterator[Task]:
    train = [(one.example.text, one.example.intent) for one in read_examples(FIRST_LINE)]
    test = [(one.example.text, one.example.intent) for one in read_examples(FIRST_LINE, "test")]
    yield Task(name="first-level bot", train=thinned(train, limit), test=test)


def thinned(pairs: Pairs, limit: int) -> Pairs:
    """At most `limit` examples an intent; 0 means all."""
    if not limit:
        return pairs
    seen: Counter[str] = Counter()
    kept = []
    for text, intent in pairs:
        seen[intent] += 1
        if seen[intent] <= limit:
            kept.append((text, intent))
    return kept


SETS: dict[str, Callable[[Path, int], Iterator[Task]]] = {
    "banking77": banking77,
    "clinc150": clinc150,
    "rasa": rasa,
    "rasa-fr": rasa_fr,
    "firstline": firstline,
}


def main() -> None:
    arguments = argparse.ArgumentParser(
        description="Accuracy and speed of the NLU on public sets of intents."
    )
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--sets", nargs="+", choices=sorted(SETS), default=list(SETS))
    arguments.add_argument("--limit", type=int, default=0, help="examples an intent for training; 0: all")
    arguments.add_argument("--systems", nargs="+", choices=[*EMBEDDERS, *PIPELINES], default=list(EMBEDDERS))
    arguments.add_argument("--rasa", type=Path, help="the environment with Rasa that light and diet need")
    given = arguments.parse_args()
    if given.rasa is None and (asked := set(given.systems) & set(PIPELINES)):
        arguments.error(f"{', '.join(sorted(asked))}: say with --rasa where an environment with Rasa is")
    heads = " ".join(f"{name:>8}" for name in (*SHARES, *AMOUNTS))
    print(f"{'set':26} {'system':8} {'train':>6} {'test':>5} {heads}")
    for name in given.sets:
        for task in SETS[name](given.folder, given.limit):
            for system in given.systems:
                if not task.test:
                    continue
                if system in EMBEDDERS:
                    show(task, system, measure_own(task, system))
                else:
                    show(task, system, measure_rasa(task, system, given.rasa.absolute()))


def show(task: Task, system: str, measured: Measured) -> None:
    found = figures(task, measured)
    shares = [f"{found[name]:8.3f}" if name in found else " " * 8 for name in SHARES]
    cells = " ".join([*shares, *(f"{found[name]:8.1f}" for name in AMOUNTS)])
    print(f"{task.name:26} {system:8} {len(task.train):6} {len(task.test):5} {cells}", flush=True)


if __name__ == "__main__":
    main()
