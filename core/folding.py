"""What is looked up: words without case and accents, and reference numbers (of an order, a contract, an invoice).

Both are kept with what they were read from (`storage/parties.py`, `storage/exchanges.py`), so that a search is a range
of an index and both databases find the same. Who changes what is kept here writes a migration that keeps it anew.
"""

import re
import unicodedata

LONGEST = 64  # characters of a word
LONGEST_KEY = 200  # characters; PostgreSQL indexes 2,700 bytes at most
MOST = 32  # words of one name
WORD = re.compile(r"[^\W_]+")
TELEPHONE = re.compile(r"\d{7,}")  # who is called by their telephone number only is found by their address
JOINED = re.compile(r"[^\W_]+(?:[-_/.][^\W_]+)*")
DIGIT = re.compile(r"\d")
NUMBER_LENGTHS = range(4, 41)  # characters
FEWEST_DIGITS = 3
SEARCHED = 20_000  # characters of a text
MOST_NUMBERS = 32  # of one text
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
    words = (word[:LONGEST] for word in WORD.findall(fold(text)) if not TELEPHONE.fullmatch(word))
    return tuple(dict.fromkeys(words))[:MOST]


def numbers_of(text: str) -> tuple[str, ...]:
    """What may be a reference number, folded: `CF-10234` as `cf10234`, and as `10234` for who leaves out the rest."""
    found: dict[str, None] = {}
    for token in JOINED.findall(text[:SEARCHED]):
        if DIGIT.search(token):
            parts = re.split(r"[-_/.]", fold(token))
            found.update(dict.fromkeys(word for word in ("".join(parts), *parts) if _is_number(word)))
    return tuple(found)[:MOST_NUMBERS]


def _is_number(word: str) -> bool:
    return len(word) in NUMBER_LENGTHS and sum(map(str.isdecimal, word)) >= FEWEST_DIGITS
