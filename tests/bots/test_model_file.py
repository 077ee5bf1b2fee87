"""A stored model is data with a digest, or it is not used."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from bots import training
from bots.errors import BotFilesInvalid, ModelUnreadable
from bots.nlu import classifier, model_file
from bots.nlu.embedding import NoEmbedder, shared_embedder
from bots.nlu.lessons import lessons

TEXTS = [
    "où est mon colis",
    "suivre ma commande",
    "vos horaires",
    "vous ouvrez quand",
    "un conseiller",
    "parler à quelqu'un",
]
INTENTS = ["order", "order", "hours", "hours", "human", "human"]
NOTHING = NoEmbedder().embed(TEXTS)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    file = tmp_path / "model.npz"
    model_file.save(classifier.fit(lessons(TEXTS, INTENTS, NoEmbedder())), "none", file)
    return file


def test_a_model_read_back_says_the_same(stored):
    before = classifier.fit(lessons(TEXTS, INTENTS, NoEmbedder()))
    after = model_file.load(stored, "none")

    assert after.thresholds == before.thresholds
    np.testing.assert_allclose(
        after.judge(TEXTS, NOTHING).chances, before.judge(TEXTS, NOTHING).chances, rtol=1e-5, atol=1e-7
    )


def test_one_changed_byte_is_noticed(stored):
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.write_bytes(bytes(content))

    with pytest.raises(ModelUnreadable, match="digest"):
        model_file.load(stored, "none")


def test_a_pinned_digest_overrules_the_one_beside_the_file(stored):
    with pytest.raises(ModelUnreadable, match="digest"):
        model_file.load(stored, "none", digest="0" * 64)


def test_a_model_of_other_embeddings_is_refused(stored):
    with pytest.raises(ModelUnreadable, match="other embeddings"):
        model_file.load(stored, "another fingerprint")


def test_a_missing_model_is_refused(tmp_path):
    with pytest.raises(ModelUnreadable):
        model_file.load(tmp_path / "absent.npz", "none")


def test_a_stored_model_holds_no_pickled_object(stored):
    with zipfile.ZipFile(stored) as archive:
        headers = [archive.read(name)[:128] for name in archive.namelist()]

    assert headers
    assert not any(b"'|O'" in header for header in headers)


def folder_with(tmp_path: Path, examples: str) -> Path:
    (tmp_path / "nlu.fr.yml").write_text(f'version: "3.1"\nnlu:\n{examples}', encoding="utf-8")
    return tmp_path


def shop(extra: str = "") -> str:
    return (
        "- intent: order\n  examples: |\n    - où est mon colis\n    - suivre ma commande\n"
        f"- intent: hours\n  examples: |\n    - vos horaires\n    - vous ouvrez quand\n{extra}"
    )


def test_a_model_is_trained_once_and_again_when_the_examples_change(tmp_path):
    cache = tmp_path / "cache"
    training.load_or_train(folder_with(tmp_path, shop()), cache, NoEmbedder())
    training.load_or_train(tmp_path, cache, NoEmbedder())
    once = len(list(cache.glob("*.npz")))
    training.load_or_train(folder_with(tmp_path, shop("    - c'est ouvert ?\n")), cache, NoEmbedder())

    assert (once, len(list(cache.glob("*.npz")))) == (1, 2)


def test_a_damaged_model_is_trained_afresh(tmp_path):
    cache = tmp_path / "cache"
    training.load_or_train(folder_with(tmp_path, shop()), cache, NoEmbedder())
    file = next(cache.glob("*.npz"))
    file.write_bytes(b"rubbish")

    training.load_or_train(tmp_path, cache, NoEmbedder())

    assert model_file.load(file, "none").intents == ("hours", "order")


@pytest.mark.parametrize(
    ("examples", "problem"),
    [
        ("- intent: a\n  examples: |\n    - un\n    - deux\n", "two intents"),
        (
            "- intent: a\n  examples: |\n    - un\n    - deux\n- intent: b\n  examples: |\n    - trois\n",
            "examples: b",
        ),
    ],
)
def test_too_few_examples_are_named(tmp_path, examples, problem):
    with pytest.raises(BotFilesInvalid, match=problem):
        training.load_or_train(folder_with(tmp_path, examples), tmp_path, NoEmbedder())


def test_the_embedding_model_is_there_and_pinned_by_its_digest():
    embedder = shared_embedder()
    parcel, package, weather = embedder.embed(
        ["where is my parcel", "où est mon colis", "it is raining in Rome"]
    )

    assert len(embedder.fingerprint) == 64
    assert parcel @ package > parcel @ weather
