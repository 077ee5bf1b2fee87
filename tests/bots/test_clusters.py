"""Unknown requests are sorted into groups, each with a name from its own words."""

import numpy as np
import pytest

from bots.nlu.clusters import clusters_of
from bots.nlu.embedding import Matrix, shared_embedder
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


@pytest.fixture(scope="module")
def background() -> Matrix:
    return shared_embedder().embed([one.example.text for one in read_examples(FIRST_LINE)][::4])


def groups_of(texts: list[str], background: Matrix) -> list[tuple[set[str], set[str]]]:
    """(words of the name, texts) of each group."""
    found = clusters_of(texts, shared_embedder().embed(texts), background)
    return [(set(one.name.split("_")), {texts[place] for place in one.places}) for one in found]


def test_requests_like_each_other_are_one_group_with_a_name_of_their_own_words(
    texts: list[str], background: Matrix
) -> None:
    groups = groups_of(texts, background)
    (gifts,) = (group for group in groups if GIFTS[0] in group[1])
    (parking,) = (group for group in groups if PARKING[0] in group[1])
    assert gifts[1] >= set(GIFTS)
    assert parking[1] == set(PARKING)
    assert (gifts[0], parking[0]) == ({"carte", "cadeau"}, {"garer", "magasin"})
    assert sum(len(members) for _, members in groups) < len(texts) / 2


def test_a_few_requests_are_grouped_too(background: Matrix) -> None:
    few = [*GIFTS, *PARKING, "mon chat dort beaucoup", "ma commande est bizarre"]
    assert [members for _, members in groups_of(few, background)] == [set(GIFTS), set(PARKING)]


def test_too_few_or_no_embeddings_are_no_groups() -> None:
    assert clusters_of(["a", "b"], np.ones((2, 3), dtype=np.float32)) == []
    assert clusters_of(["a", "b", "c"], np.zeros((3, 0), dtype=np.float32)) == []
    assert clusters_of([], np.zeros((0, 4), dtype=np.float32)) == []


def test_the_same_requests_are_grouped_alike_and_words_without_letters_still_get_a_name() -> None:
    same = np.ones((4, 3), dtype=np.float32)
    (one,) = clusters_of(["1", "2", "3", "4"], same)
    assert one.name == "new_intent"
    assert len(one.places) == 4
