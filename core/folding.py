"""Names as they are looked up: words without case and accents.

The words are kept with each party (`storage/parties.py`), so that a search is a range of an index and both databases
find the same. Who changes what is kept here writes a migration that keeps it anew for all.
"""

import re
import unicodedata

LONGEST = 64  # characters of a word
LONGEST_KEY = 200  # characters; PostgreSQL indexes 2,700 bytes at most
MOST = 32  # words of one name
WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"\d{7,}")  # who is called by their telephone number only is found by their address
# Letters that Unicode does not take apart.
WHOLE = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i"}
)


def fold(text: str) -> str:
    """Without case and accents; wide and joined letters as plain ones."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(WHOLE)


def sort_key(name: str) -> str:
    """What a list is sorted by: folded, and short enough for an index."""
    return fold(name)[:LONGEST_KEY]


def words_of(text: str) -> tuple[str, ...]:
    """The text's words, folded, each once, in their order."""
    words = (word[:LONGEST] for word in WORD.findall(fold(text)) if not NUMBER.fullmatch(word))
    return tuple(dict.fromkeys(words))[:MOST]
