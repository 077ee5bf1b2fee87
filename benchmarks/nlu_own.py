"""The product's own NLU on a task, trained in one process and asked in another, as it is when it serves."""

import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

from benchmarks.nlu_task import Answer, Measured, Pairs, Task
from bots.nlu import classifier, model_file
from bots.nlu.cleaning import clean
from bots.nlu.embedding import Embedder, NoEmbedder, shared_embedder
from bots.nlu.lessons import lessons

EMBEDDERS: dict[str, Callable[[], Embedder]] = {"joined": shared_embedder, "n-grams": NoEmbedder}

Found = TypeVar("Found")


def measure_own(task: Task, features: str) -> Measured:
    with TemporaryDirectory() as folder:
        model = Path(folder) / "model.npz"
        seconds = _apart(_train, task.train, features, model)
        answers, memory = _apart(_ask, [text for text, _ in task.test], features, model)
    return Measured(answers=answers, train_seconds=seconds, memory=memory)


def _apart(work: Callable[..., Found], *told: object) -> Found:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *told).result()


def _train(train: Pairs, features: str, model: Path) -> float:
    embedder = EMBEDDERS[features]()
    started = perf_counter()
    texts = [clean(text) for text, _ in train]
    fitted = classifier.fit(lessons(texts, [intent for _, intent in train], embedder))
    model_file.save(fitted, embedder.fingerprint, model)
    return perf_counter() - started


def _ask(texts: list[str], features: str, model: Path) -> tuple[list[Answer], float]:
    embedder = EMBEDDERS[features]()
    fitted = model_file.load(model, embedder.fingerprint)
    answers = []
    for text in texts:
        started = perf_counter()
        cleaned = clean(text)
        judged = fitted.judge([cleaned], embedder.embed([cleaned]))
        best = int(judged.chances[0].argmax())
        answers.append(
            Answer(
                intent=fitted.intents[best],
                confidence=float(judged.chances[0, best]),
                score=float(judged.familiarity[0]),
                refused=not judged.familiar[0],
                ms=(perf_counter() - started) * 1000,
            )
        )
    return answers, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
