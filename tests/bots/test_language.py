"""The bot answers in the customer's language, also when they write two letters."""

import pytest

from bots.nlu import language as language_module
from bots.nlu.language import LanguageModel, learn
from bots.project import FIRST_LINE
from bots.training import read_examples
from core.words import Language

FR, EN = Language.FR, Language.EN


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return learn((one.example.text, one.language) for one in read_examples(FIRST_LINE))


@pytest.mark.parametrize(
    "text", ["bonjour", "oui", "non", "slt", "colis", "merci bcp", "c nul", "où est mon colis ?"]
)
def test_french_is_heard_from_one_word(model, text):
    assert model.detect(text, None, EN) is FR


@pytest.mark.parametrize(
    "text", ["hi", "yes", "no", "wheres my ordr", "opening times pls", "my parcel", "thx, see you"]
)
def test_english_is_heard_from_one_word(model, text):
    assert model.detect(text, None, FR) is EN


@pytest.mark.parametrize(
    "text", ["ok", "12345", "CF-10234", "🙂", "", "menu", "agent", "super", "+33639980001"]
)
def test_words_of_both_languages_change_nothing(model, text):
    assert model.detect(text, FR, FR) is FR
    assert model.detect(text, EN, FR) is EN


def test_a_conversation_switches_when_the_customer_clearly_does(model):
    assert model.detect("sorry, can we do this in English?", FR, FR) is EN
    assert model.detect("en fait je préfère parler français", EN, EN) is FR


def test_an_order_number_with_a_french_word_is_french(model):
    assert model.detect("commande 10234", None, EN) is FR


@pytest.mark.parametrize("text", ["Guten Tag, wo ist meine Bestellung?", "hola, ¿dónde está mi pedido?"])
def test_a_language_the_bot_does_not_speak_keeps_the_conversation_in_one_it_does(model, text):
    assert model.detect(text, EN, FR) in {FR, EN}


def test_without_the_detector_the_examples_alone_tell(model, monkeypatch):
    monkeypatch.setattr(language_module, "_detector", lambda: None)

    assert model.detect("je voudrais suivre ma commande", EN, EN) is FR
    assert model.detect("I would like to track my order", FR, FR) is EN
