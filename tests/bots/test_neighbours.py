"""The examples near a text vote for their intents, and the names of intents are examples."""

import numpy as np

from bots.nlu.embedding import NoEmbedder
from bots.nlu.familiarity import neighbours
from bots.nlu.lessons import lessons

AXES = np.eye(4, dtype=np.float32)


def test_the_nearest_examples_count_most():
    found = neighbours(AXES, np.array([0, 1, 1, 2]), 3, AXES[:1])

    assert found.votes[0].argmax() == 0
    np.testing.assert_allclose(np.exp(found.votes).sum(axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(found.near, [1 / 3])


def test_an_intent_of_more_examples_wins_at_the_same_distance():
    between = np.array([[0, 0.5, 0.5, 0.5]], dtype=np.float32)

    assert neighbours(AXES, np.array([0, 1, 2, 2]), 3, between).votes[0].argmax() == 2


def test_without_embeddings_nobody_votes():
    nothing = np.zeros((3, 0), dtype=np.float32)
    found = neighbours(nothing, np.array([0, 1, 1]), 2, nothing[:2])

    assert found.votes.tolist() == [[0, 0], [0, 0]]
    assert found.near.tolist() == [0, 0]


def test_many_texts_at_once_are_told_what_each_is_told_alone():
    random = np.random.default_rng(3)
    examples = random.normal(size=(50, 8)).astype(np.float32)
    examples /= np.linalg.norm(examples, axis=1, keepdims=True)
    asked = np.tile(examples, (12, 1))
    owners = random.integers(0, 5, 50)
    whole = neighbours(examples, owners, 5, asked)
    alone = [neighbours(examples, owners, 5, asked[place : place + 1]) for place in (0, 255, 256, 599)]

    assert whole.votes.shape == (600, 5)
    np.testing.assert_allclose(
        whole.votes[[0, 255, 256, 599]], np.concatenate([one.votes for one in alone]), atol=1e-5
    )


def test_names_of_intents_are_read_as_words_but_out_of_scope_is_not():
    given = lessons(["où est mon colis", "il pleut"], ["order_status", "out_of_scope"], NoEmbedder())
    texts, names, embeddings = given.with_labels()

    assert texts == ("où est mon colis", "il pleut", "order status")
    assert names.tolist() == ["order_status", "out_of_scope", "order_status"]
    assert embeddings.shape == (3, 0)


def test_a_part_brings_the_labels_of_its_own_intents_alone():
    given = lessons(["a", "b", "c"], ["faq/hours", "order_status", "order_status"], NoEmbedder())

    assert given.part(np.array([1, 2])).labels == ("order status",)
    assert given.part(np.array([0])).labels == ("faq hours",)
