"""How well and how fast texts are understood, on public sets of intents.

    python -m benchmarks.nlu FOLDER [--sets banking77 clinc150 rasa firstline] [--limit N] [--rasa .cache/rasa]

FOLDER holds any of `banking77_train/train.csv` (text,category), `clinc150_small/train_val.json` (train, val,
oos_train, oos_val) and `rasa/**/nlu.yml`. What is not there is left out. BANKING77 and the Rasa examples come
without a test set: a fifth is held out, always the same. `firstline` is the product's own bot on its own test set.
"""

import argparse
import csv
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.nlu_task import Measured, Pairs, Task
from benchmarks.rasa_nlu import measure_rasa
from bots.evaluation import evaluate
from bots.nlu import classifier
from bots.nlu.cleaning import clean
from bots.nlu.embedding import Embedder, NoEmbedder, shared_embedder
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
        yield held_out("BANKING77", thinned(pairs, limit))


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


def measure(task: Task, embedder: Embedder) -> Measured:
    started = perf_counter()
    texts = [clean(text) for text, _ in task.train]
    fitted = classifier.fit(texts, [intent for _, intent in task.train], embedder.embed(texts))
    trained = perf_counter() - started
    durations: list[float] = []

    def parse(text: str) -> tuple[str, float, bool]:
        begun = perf_counter()
        cleaned = clean(text)
        chances, familiar = fitted.judge([cleaned], embedder.embed([cleaned]))
        durations.append((perf_counter() - begun) * 1000)
        best = int(chances[0].argmax())
        return fitted.intents[best], float(chances[0, best]), not familiar[0]

    quality = evaluate(task.test, parse)
    slow = sorted(durations)[int(len(durations) * 0.95)]
    return Measured(quality=quality, train_seconds=trained, parse_ms=median(durations), parse_p95_ms=slow)


SETS: dict[str, Callable[[Path, int], Iterator[Task]]] = {
    "banking77": banking77,
    "clinc150": clinc150,
    "rasa": rasa,
    "firstline": firstline,
}


def main() -> None:
    arguments = argparse.ArgumentParser(
        description="Accuracy and speed of the NLU on public sets of intents."
    )
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--sets", nargs="+", choices=sorted(SETS), default=list(SETS))
    arguments.add_argument("--limit", type=int, default=0, help="examples an intent for training; 0: all")
    arguments.add_argument("--rasa", type=Path, help="an environment with Rasa: its rows beside ours")
    arguments.add_argument("--pipelines", nargs="+", choices=("light", "diet"), default=("light", "diet"))
    given = arguments.parse_args()
    heads = (
        "set",
        "features",
        "train",
        "test",
        "accuracy",
        "macro F1",
        "OOS recall",
        "ECE",
        "parse ms",
        "p95",
        "train s",
    )
    print("{:26} {:10} {:>6} {:>5} {:>8} {:>8} {:>10} {:>6} {:>8} {:>6} {:>8}".format(*heads))
    for name in given.sets:
        for task in SETS[name](given.folder, given.limit):
            for features, embedder in (("joined", shared_embedder()), ("n-grams", NoEmbedder())):
                show(task, features, measure(task, embedder))
            for pipeline in given.pipelines if given.rasa else ():
                show(task, f"rasa {pipeline}"[:10], measure_rasa(task, pipeline, given.rasa.absolute()))


def show(task: Task, features: str, measured: Measured) -> None:
    quality = measured.quality
    outside = "" if quality.out_of_scope_recall is None else f"{quality.out_of_scope_recall:.3f}"
    print(
        f"{task.name:26} {features:10} {len(task.train):6} {len(task.test):5} {quality.accuracy:8.3f}"
        f" {quality.macro_f1:8.3f} {outside:>10} {quality.calibration_error:6.3f} {measured.parse_ms:8.1f}"
        f" {measured.parse_p95_ms:6.1f} {measured.train_seconds:8.1f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
