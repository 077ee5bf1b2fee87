"""Unknown requests are sorted into groups, each with a name from its own words."""

import numpy as np
import pytest

from bots.nlu.clusters import clusters_of
from bots.nlu.embedding import shared_embedder
from bots.project import FIRST_LINE
from bots.training import read_examples
from core.words import Language

GIFTS = [
    "je voudrais acheter une carte cadeau",
    "vendez-vous des cartes cadeaux",
    "une carte cadeau de 50 euros",
    "comment utiliser ma carte cadeau",
]
PARKING = [
    "où se garer près du magasin",
    "y a-t-il un parking pour se garer",
    "peut-on se garer devant le magasin",
]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Among what else a bot is asked that was not built for it."""
    others = [
        one.example.text
        for one in read_examples(FIRST_LINE)
        if one.language is Language.FR and one.example.intent == "out_of_scope"
    ]
    return [*others[:40], *GIFTS, *others[40:], *PARKING]


def test_requests_like_each_other_are_one_group_with_a_name_of_their_own_words(texts: list[str]) -> None:
    found = clusters_of(texts, shared_embedder().embed(texts))
    groups = {one.name: {texts[place] for place in one.places} for one in found}
    (gifts,) = (group for group in groups.values() if GIFTS[0] in group)
    (parking,) = (group for group in groups.values() if PARKING[0] in group)
    assert gifts >= set(GIFTS)
    assert parking == set(PARKING)
    assert {"carte_cadeau", "garer_magasin"} <= groups.keys()
    assert sum(map(len, groups.values())) < len(texts) / 2


def test_too_few_or_no_embeddings_are_no_groups() -> None:
    assert clusters_of(["a", "b"], np.ones((2, 3), dtype=np.float32)) == []
    assert clusters_of(["a", "b", "c"], np.zeros((3, 0), dtype=np.float32)) == []
    assert clusters_of([], np.zeros((0, 4), dtype=np.float32)) == []


def test_the_same_requests_are_grouped_alike_and_words_without_letters_still_get_a_name() -> None:
    same = np.ones((4, 3), dtype=np.float32)
    (one,) = clusters_of(["1", "2", "3", "4"], same)
    assert one.name == "new_intent"
    assert len(one.places) == 4
