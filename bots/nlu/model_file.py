"""Keeps a trained model on disk as plain arrays with a digest: reading one runs no code of it, as a
pickle would."""

import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from bots.errors import ModelUnreadable
from bots.nlu.classifier import Classifier, Thresholds
from bots.nlu.familiarity import Familiarity, Scale
from bots.nlu.features import Vocabulary, restored_space

FORMAT = 3


def save(classifier: Classifier, embedder: str, file: Path) -> str:
    """Writes the model and, beside it, its SHA-256, which is returned. `embedder` is the embedder's
    fingerprint."""
    facts = {
        "format": FORMAT,
        "embedder": embedder,
        "intents": classifier.intents,
        "temperature": classifier.temperature,
        "floor": classifier.thresholds.floor,
        "sure": classifier.thresholds.sure,
        "scales": [[scale.middle, scale.spread] for scale in _scales(classifier.familiarity)],
        "characters": classifier.space.characters.terms,
        "words": classifier.space.words.terms,
    }
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        facts=np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8),
        weights=classifier.weights,
        bias=classifier.bias,
        owners=classifier.owners.astype(np.int32),
        examples=classifier.familiarity.examples.astype(
            np.float16
        ),  # half the file; likeness is the same to 1e-3
        center=classifier.space.center,
        characters_idf=classifier.space.characters.idf,
        words_idf=classifier.space.words.idf,
    )
    content = stream.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file, content)
    _replace(_digest_file(file), digest.encode())
    return digest


def load(file: Path, embedder: str, digest: str | None = None) -> Classifier:
    """The model saved in `file`; raises `ModelUnreadable` unless its digest is the one pinned (default:
    beside it)."""
    try:
        content = file.read_bytes()
        pinned = digest or _digest_file(file).read_text(encoding="ascii").strip()
        if hashlib.sha256(content).hexdigest() != pinned:
            raise ModelUnreadable(
                file=str(file), problem="its digest is not the one written when it was trained"
            )
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return _classifier(json.loads(arrays["facts"].tobytes()), arrays, embedder, file)
    except (OSError, ValueError, KeyError, EOFError) as problem:
        raise ModelUnreadable(file=str(file), problem=str(problem)) from problem


def _classifier(facts: dict[str, Any], arrays: Any, embedder: str, file: Path) -> Classifier:
    if facts["format"] != FORMAT:
        raise ModelUnreadable(file=str(file), problem="it was written by another version")
    if facts["embedder"] != embedder:
        raise ModelUnreadable(file=str(file), problem="it was trained with other embeddings")
    confidence, nearness = (Scale(middle=middle, spread=spread) for middle, spread in facts["scales"])
    return Classifier(
        space=restored_space(
            Vocabulary(terms=tuple(facts["characters"]), idf=arrays["characters_idf"]),
            Vocabulary(terms=tuple(facts["words"]), idf=arrays["words_idf"]),
            arrays["center"],
        ),
        intents=tuple(facts["intents"]),
        weights=arrays["weights"],
        bias=arrays["bias"],
        owners=arrays["owners"].astype(np.int64),
        temperature=float(facts["temperature"]),
        familiarity=Familiarity(
            examples=arrays["examples"].astype(np.float32),
            confidence=confidence,
            nearness=nearness,
        ),
        thresholds=Thresholds(floor=float(facts["floor"]), sure=float(facts["sure"])),
    )


def _scales(familiarity: Familiarity) -> tuple[Scale, Scale]:
    return familiarity.confidence, familiarity.nearness


def _digest_file(file: Path) -> Path:
    return file.with_suffix(file.suffix + ".sha256")


def _replace(file: Path, content: bytes) -> None:
    """Another process that trains the same model at the same time sees a whole file or none."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(file)
