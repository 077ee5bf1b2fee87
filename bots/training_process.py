"""Trains a bot in a process of its own: `python -m bots.training_process NICE`, the work as JSON on standard input.

It answers JSON lines: `{"done": …, "total": …}` while texts are embedded, at last `{"report": …}` or
`{"problem": …}`. The service that started it goes on meanwhile, and may kill it at any moment: a model is written
whole or not at all.
"""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

Work = Mapping[str, Any]
"""`files`, `language` where a file's name says none, `cache` (a folder)."""


def main() -> None:
    """`NICE` is by how much it gives way to the service."""
    with suppress(OSError):
        os.nice(int(sys.argv[1]))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, str(max(1, (os.cpu_count() or 2) - 1)))
    tell(trained(json.load(sys.stdin)))


def trained(work: Work) -> dict[str, Any]:
    """Never raises."""
    # Imported when the limits of threads are set, and not by who only starts the process.
    from bots.dialogue.script import script_of
    from bots.errors import BotFilesInvalid
    from bots.evaluation import report_of, scope_curve, summarise
    from bots.nlu import model_file
    from bots.nlu.embedding import shared_embedder
    from bots.nlu.embedding_cache import CachedEmbedder
    from bots.nlu.familiarity import KEPT
    from bots.nlu.understanding import OUT_OF_SCOPE
    from bots.project import kept_of
    from bots.training import examples_of, lists_of, model_in, train_and_try
    from core.words import Language

    started = perf_counter()
    cache = Path(work["cache"])
    embedder = CachedEmbedder(
        shared_embedder(),
        cache / "embeddings.sqlite3",
        lambda done, total: tell({"done": done, "total": total}),
    )
    try:
        script_of(work["files"])
        examples = examples_of(work["files"], default=Language(work["language"]))
        kept = kept_of(work["files"])
        interpreter, judged, tried = train_and_try(examples, embedder, lists_of(work["files"]), kept)
    except BotFilesInvalid as problem:
        return {"problem": str(problem)}
    model_file.save(interpreter.classifier, embedder.fingerprint, model_in(cache, examples, embedder, kept))
    known = [
        float(familiarity)
        for familiarity, one in zip(tried.familiarity, judged, strict=True)
        if one.expected != OUT_OF_SCOPE
    ]
    report = {
        **report_of(summarise(judged), judged),
        "scope": scope_curve(known, [float(one) for one in tried.strange]),
        "kept": KEPT if kept is None else kept,
        "floor": float(interpreter.classifier.thresholds.floor),
        "sure": float(interpreter.classifier.thresholds.sure),
        "embeddings": embedder.fingerprint != "none",
    }
    held = examples_of(work["files"], tests=True, default=Language(work["language"]))
    if held:
        report["held_out"] = _held_out(replace(interpreter, embedder=shared_embedder()), held)
    return {"report": {**report, "seconds": round(perf_counter() - started, 2)}}


def _held_out(interpreter: Any, held: Any) -> dict[str, Any]:
    """What the trained bot makes of the project's own test examples, which nothing was learnt from."""
    from bots.evaluation import Judged, report_of, summarise
    from bots.nlu.cleaning import clean
    from bots.nlu.understanding import OUT_OF_SCOPE

    judged = []
    for one in held:
        heard = interpreter.hear(clean(one.example.text))
        answered = heard.best.intent if heard.familiar else OUT_OF_SCOPE
        judged.append(
            Judged(
                text=one.example.text,
                expected=one.example.intent,
                answered=answered,
                confidence=heard.best.confidence,
            )
        )
    return report_of(summarise(judged), judged)


def tell(line: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
