"""What the classifier sees of a text: its embedding beside TF-IDF weighted n-grams of characters and
words.

Embeddings know that "parcel" and "package" are alike, n-grams know the shop's own words and typing errors.
Joined they were better than either on every set measured (benchmarks/nlu.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from bots.nlu.cleaning import masked
from bots.nlu.embedding import Matrix

EMBEDDING_WEIGHT = 2.0  # by cross-validation, flat between 2 and 3; the two n-gram blocks have norm 1 each
MAX_NGRAMS = 40_000  # of each kind; bounds a model of 10,000 examples to some tens of megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A fitted n-gram counter in plain arrays, so that a stored model holds data only and no code."""

    terms: tuple[str, ...]
    idf: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSpace:
    """Turns texts with their embeddings into rows; made by `fit_space` or read from a file."""

    characters: Vocabulary
    words: Vocabulary
    center: Matrix  # mean embedding: e5 vectors all lie in one narrow cone, what tells them apart is the rest
    counters: tuple[Any, Any]

    def directions(self, embeddings: Matrix) -> Matrix:
        """Unit vectors by which texts are compared, shape (texts, dimensions)."""
        return _around(self.center, embeddings)

    def rows(self, texts: Sequence[str], embeddings: Matrix) -> csr_matrix:
        plain = [masked(text) for text in texts]
        blocks = [counter.transform(plain) for counter in self.counters]
        blocks.append(csr_matrix(_around(self.center, embeddings) * EMBEDDING_WEIGHT))
        return hstack(blocks).tocsr()


def fit_space(texts: Sequence[str], embeddings: Matrix) -> FeatureSpace:
    plain = [masked(text) for text in texts]
    rare = 2 if len(texts) > 100 else 1
    fitted = (_counter("char_wb", (2, 4), min_df=rare).fit(plain), _counter("word", (1, 2)).fit(plain))
    characters, words = (
        Vocabulary(terms=tuple(counter.get_feature_names_out()), idf=counter.idf_) for counter in fitted
    )
    center = embeddings.mean(axis=0, dtype=np.float64).astype(np.float32)
    return FeatureSpace(characters=characters, words=words, center=center, counters=fitted)


def restored_space(characters: Vocabulary, words: Vocabulary, center: Matrix) -> FeatureSpace:
    counters = (
        _restored(_counter("char_wb", (2, 4), vocabulary=characters.terms), characters),
        _restored(_counter("word", (1, 2), vocabulary=words.terms), words),
    )
    return FeatureSpace(characters=characters, words=words, center=center, counters=counters)


def _counter(analyzer: str, ngrams: tuple[int, int], **options: Any) -> Any:
    pattern = None if analyzer == "char_wb" else r"(?u)\b\w+\b"  # one-letter words count: "à", "y", "2"
    return TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=ngrams,
        token_pattern=pattern,
        sublinear_tf=True,
        lowercase=False,
        max_features=None if "vocabulary" in options else MAX_NGRAMS,
        dtype=np.float64,
        **options,
    )


def _restored(counter: Any, vocabulary: Vocabulary) -> Any:
    counter.idf_ = vocabulary.idf
    return counter


def _around(center: Matrix, embeddings: Matrix) -> Matrix:
    moved = embeddings - center
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    directions: Matrix = moved / np.maximum(length, 1e-9)
    return directions
