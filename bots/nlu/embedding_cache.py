"""Embeddings kept by their text, so that a bot of which a few examples changed trains in seconds.

Embedding is nearly all the time of a training. The file is a cache: whatever is wrong with it, it is made anew.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import structlog

from bots.nlu.embedding import Embedder, Matrix

AT_ONCE = 64  # texts between two words about how far it is
MOST = 300_000  # texts kept, some 250 MB
WAIT = 10  # seconds for another process that writes
log = structlog.get_logger(__name__)
Progress = Callable[[int, int], None]
"""Hears how many of how many texts are embedded."""


class CachedEmbedder:
    """Gives what `embedder` gives, from `file` where it was asked for before."""

    def __init__(self, embedder: Embedder, file: Path, progress: Progress = lambda done, total: None) -> None:
        self._embedder = embedder
        self._file = file
        self._progress = progress

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    def embed(self, texts: Sequence[str]) -> Matrix:
        keys = [hashlib.sha256(f"{self.fingerprint}/{text}".encode()).digest() for text in texts]
        found = self._read(keys)
        missing = list(dict.fromkeys(place for place, key in enumerate(keys) if key not in found))
        self._progress(len(texts) - len(missing), len(texts))
        for start in range(0, len(missing), AT_ONCE):
            places = missing[start : start + AT_ONCE]
            vectors = self._embedder.embed([texts[place] for place in places])
            fresh = {keys[place]: vector for place, vector in zip(places, vectors, strict=True)}
            found.update(fresh)
            self._write(fresh)
            self._progress(len(texts) - len(missing) + start + len(places), len(texts))
        if not texts:
            return self._embedder.embed(texts)
        return np.stack([found[key] for key in keys]).astype(np.float32)

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Matrix]:
        found: dict[bytes, Matrix] = {}
        try:
            with closing(self._open()) as db:
                for key in dict.fromkeys(keys):
                    row = db.execute("SELECT vector FROM embeddings WHERE key = ?", (key,)).fetchone()
                    if row is not None:
                        found[key] = np.frombuffer(row[0], dtype=np.float32)
        except sqlite3.Error as problem:
            self._begin_anew(problem)
            return {}
        return found

    def _write(self, fresh: dict[bytes, Matrix]) -> None:
        try:
            with closing(self._open()) as db, db:
                rows = [(key, vector.astype(np.float32).tobytes()) for key, vector in fresh.items()]
                db.executemany("INSERT OR REPLACE INTO embeddings (key, vector) VALUES (?, ?)", rows)
                db.execute(
                    "DELETE FROM embeddings WHERE rowid <= (SELECT max(rowid) FROM embeddings) - ?", (MOST,)
                )
        except sqlite3.Error as problem:
            self._begin_anew(problem)

    def _open(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._file, timeout=WAIT)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("CREATE TABLE IF NOT EXISTS embeddings (key BLOB UNIQUE NOT NULL, vector BLOB NOT NULL)")
        return db

    def _begin_anew(self, problem: sqlite3.Error) -> None:
        log.warning("bot.embedding_cache_discarded", file=str(self._file), problem=repr(problem))
        if isinstance(problem, sqlite3.DatabaseError) and not isinstance(problem, sqlite3.OperationalError):
            self._file.unlink(missing_ok=True)
