"""The glossary and the screens say the same words in both languages."""

import json
import re
from functools import cache

import pytest

from tests.house.prose import ROOT, read

ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ENTRY = re.compile(r'^  "([^"]+)":\s*((?:.|\n)*?),\n(?=  "|\})', re.MULTILINE)
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
# What nobody in a French contact centre says.
NOT_SAID = re.compile(r"mur en direct|mis de côté|de côté|\bissue\b", re.IGNORECASE)


def terms() -> dict[str, str]:
    """English to French, of the rows that are on screen."""
    rows = [row for row in ROW.findall(read("docs/glossary.md")) if row[0] != "English"]
    return {row[0]: row[1] for row in rows if row[3] != "not shown yet"}


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of the console by key; plural forms one after the other."""
    found = {}
    for file in sorted((ROOT / "agent_console/web").glob(f"*/strings/{language}.js")):
        for key, value in ENTRY.findall(file.read_text("utf-8")):
            found[key] = " ".join(json.loads(f'"{text}"') for text in TEXT.findall(value))
    return found


def test_the_catalogues_are_read_whole() -> None:
    assert len(catalogue("fr")) > 500
    assert catalogue("fr").keys() == catalogue("en").keys()


@pytest.mark.parametrize(("english", "french"), terms().items())
def test_a_term_is_used_on_screen_in_both_languages(english: str, french: str) -> None:
    def uses(language: str, term: str) -> set[str]:
        return {key for key, text in catalogue(language).items() if term.lower() in text.lower()}

    assert uses("en", english) & uses("fr", french)


def test_a_text_that_is_a_term_is_that_term_in_the_other_language() -> None:
    french_of = {english.lower(): french.lower() for english, french in terms().items()}
    english_of = {french: english for english, french in french_of.items()}
    wrong = {
        key: (text, catalogue("fr")[key])
        for key, text in catalogue("en").items()
        if (wanted := french_of.get(text.lower()))
        and catalogue("fr")[key].lower() not in (wanted, f"{wanted}s", wanted.removesuffix("s"))
    }
    wrong |= {
        key: (catalogue("en")[key], text)
        for key, text in catalogue("fr").items()
        if (wanted := english_of.get(text.lower()))
        and catalogue("en")[key].lower() not in (wanted, f"{wanted}s", wanted.removesuffix("s"))
    }
    assert wrong == {}


def test_nothing_is_said_that_a_french_contact_centre_would_not_say() -> None:
    assert {key: text for key, text in catalogue("fr").items() if NOT_SAID.search(text)} == {}
