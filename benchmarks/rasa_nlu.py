"""The same split understood by a real Rasa, in an environment of its own (`scripts/rasa_env.sh` makes one).

Two pipelines: `diet`, the one that `rasa init` writes, and `light`, without TensorFlow's classifier. A text is refused
where Rasa's FallbackClassifier says `nlu_fallback` or the answer is the intent `out_of_scope`.
"""

import json
import os
import subprocess
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import yaml

from benchmarks.nlu_task import Answer, Measured, Task
from bots.nlu.understanding import OUT_OF_SCOPE

FALLBACK = "nlu_fallback"
_START: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
_END: dict[str, Any] = {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1}
PIPELINES: dict[str, list[dict[str, Any]]] = {
    "light": [*_START, {"name": "LogisticRegressionClassifier"}, _END],
    "diet": [*_START, {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True}, _END],
}
PARSER = """
import asyncio, json, resource, sys, time
from rasa.core.agent import Agent

async def main():
    agent = Agent.load(sys.argv[1])
    for line in sys.stdin:
        started = time.perf_counter()
        found = await agent.parse_message(json.loads(line))
        ranking = [one for one in found["intent_ranking"] if one["name"] != "nlu_fallback"]
        best = ranking[0] if ranking else found["intent"]
        told = {"intent": best["name"], "confidence": best["confidence"], "said": found["intent"]["name"]}
        print("ANSWER" + json.dumps({**told, "ms": (time.perf_counter() - started) * 1000}), flush=True)
    print("MEMORY" + str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))

asyncio.run(main())
"""
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false"}


def measure_rasa(task: Task, pipeline: str, rasa: Path) -> Measured:
    """`rasa` is the environment's folder. Raises `CalledProcessError` with what Rasa wrote."""
    with TemporaryDirectory() as folder:
        project = Path(folder)
        _write(task, PIPELINES[pipeline], project)
        started = perf_counter()
        _run([str(rasa / "bin/rasa"), "train", "nlu", "--config", "config.yml", "--nlu", "nlu.yml"], project)
        seconds = perf_counter() - started
        (model,) = (project / "models").iterdir()
        asked = "".join(json.dumps(text) + "\n" for text, _ in task.test)
        told = _run([str(rasa / "bin/python"), "-c", PARSER, str(model)], project, asked)
    found = [json.loads(line[6:]) for line in told.splitlines() if line.startswith("ANSWER")]
    (memory,) = (float(line[6:]) for line in told.splitlines() if line.startswith("MEMORY"))
    answers = [
        Answer(
            intent=one["intent"],
            confidence=one["confidence"],
            score=0.0 if one["intent"] == OUT_OF_SCOPE else one["confidence"],
            refused=one["said"] in (FALLBACK, OUT_OF_SCOPE),
            ms=one["ms"],
        )
        for one in found
    ]
    return Measured(answers=answers, train_seconds=seconds, memory=memory)


def _write(task: Task, pipeline: list[dict[str, Any]], project: Path) -> None:
    by_intent: dict[str, list[str]] = defaultdict(list)
    for text, intent in task.train:
        by_intent[intent].append(" ".join(text.split()))
    entries = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
        for intent, texts in by_intent.items()
    ]
    (project / "nlu.yml").write_text(
        yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True, sort_keys=False)
    )
    config = {"recipe": "default.v1", "language": "en", "pipeline": pipeline}
    (project / "config.yml").write_text(yaml.safe_dump(config, sort_keys=False))


def _run(command: list[str], folder: Path, asked: str = "") -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **QUIET},
        input=asked,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise subprocess.CalledProcessError(
            done.returncode, command[0], done.stdout[-2000:], done.stderr[-4000:]
        )
    return done.stdout
