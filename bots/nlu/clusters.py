"""What customers ask that no intent is for, sorted into groups that each could become one."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from bots.nlu.embedding import Matrix
from core.folding import fold

FEWEST = 3  # sentences of a group
MOST = 20  # groups
FARTHEST = 0.6  # mean cosine distance within a group
NAMED_BY = 2  # words
SMALLEST = 1e-6
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """`places`: which of the texts, the most typical first; `name` is made of the words that set it apart."""

    name: str
    places: tuple[int, ...]


def clusters_of(texts: Sequence[str], embeddings: Matrix, background: Matrix | None = None) -> list[Cluster]:
    """The largest first; texts that are like no others are in none.

    All sentences share much of their direction: what is common to `background` (the texts themselves by default, where
    they are many) does not count.
    """
    if len(texts) < FEWEST or not embeddings.shape[1]:
        return []
    common = embeddings if background is None or len(background) < FEWEST else background
    away = embeddings - common.mean(axis=0)
    away[np.linalg.norm(away, axis=1) < SMALLEST, 0] = 1.0  # where all are the same
    directions = away / np.linalg.norm(away, axis=1, keepdims=True)
    grouping = AgglomerativeClustering(
        n_clusters=None, metric="cosine", linkage="average", distance_threshold=FARTHEST
    )
    labels = grouping.fit_predict(directions)
    everywhere = Counter(word for text in texts for word in _words(text))
    found = []
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        if len(places) < FEWEST:
            continue
        middle = directions[places].mean(axis=0)
        typical = places[np.argsort(-(directions[places] @ middle))]
        found.append(
            Cluster(
                name=_name([texts[int(place)] for place in places], everywhere),
                places=tuple(int(place) for place in typical),
            )
        )
    return sorted(found, key=lambda one: -len(one.places))[:MOST]


def _name(texts: Sequence[str], everywhere: Counter[str]) -> str:
    """Words that most of these have and few of the others do."""
    here = Counter(word for text in texts for word in _words(text))
    weight = {
        word: count * count / everywhere[word] for word, count in here.items() if count > 1 or len(texts) == 1
    }
    best = sorted(weight, key=lambda word: (-weight[word], -len(word), word))[:NAMED_BY]
    return "_".join(best) or "new_intent"


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold(text)))
