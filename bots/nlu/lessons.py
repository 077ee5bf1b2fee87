"""The examples a classifier learns from, beside the names of their intents, which are examples too."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bots.nlu.embedding import Embedder, Matrix
from bots.nlu.understanding import OUT_OF_SCOPE

Names = NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """`texts`, `names` and `embeddings` are of one length; so are `known`, `labels` and `label_embeddings`."""

    texts: tuple[str, ...]
    names: Names
    embeddings: Matrix
    known: Names  # the intents, each once
    labels: tuple[str, ...]  # what their names say
    label_embeddings: Matrix

    def __len__(self) -> int:
        return len(self.texts)

    def part(self, places: NDArray[np.int64]) -> "Lessons":
        """Some of the examples, with the labels of their intents alone."""
        names = self.names[places]
        kept = np.flatnonzero(np.isin(self.known, names))
        return Lessons(
            texts=tuple(self.texts[one] for one in places),
            names=names,
            embeddings=self.embeddings[places],
            known=self.known[kept],
            labels=tuple(self.labels[one] for one in kept),
            label_embeddings=self.label_embeddings[kept],
        )

    def with_labels(self) -> tuple[tuple[str, ...], Names, Matrix]:
        """(texts, names, embeddings) of the examples and of the labels."""
        return (
            (*self.texts, *self.labels),
            np.concatenate([self.names, self.known]),
            np.concatenate([self.embeddings, self.label_embeddings]),
        )


def lessons(texts: Sequence[str], intents: Sequence[str], embedder: Embedder) -> Lessons:
    """Embeds all of them. What is out of scope has no label: its name says nothing of what people write."""
    names = np.asarray(intents, dtype=np.str_)
    known = np.unique(names[names != OUT_OF_SCOPE])
    labels = tuple(" ".join(str(name).replace("_", " ").replace("/", " ").split()) for name in known)
    embeddings = embedder.embed([*texts, *labels])
    return Lessons(
        texts=tuple(texts),
        names=names,
        embeddings=embeddings[: len(texts)],
        known=known,
        labels=labels,
        label_embeddings=embeddings[len(texts) :],
    )
