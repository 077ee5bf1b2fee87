"""Makes any string safe and cheap to understand: bounded, one line, without control characters."""

import re
import unicodedata

MAX_CHARS = (
    300  # the time to embed a text grows with its length, and an intent is told in its first sentences
)
_LOOKED_AT = 4 * MAX_CHARS  # of a longer text nothing more is even read


def clean(text: str) -> str:
    """At most `MAX_CHARS` characters in NFC, spaces collapsed, controls and lone surrogates removed."""
    head = unicodedata.normalize("NFC", text[:_LOOKED_AT])
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in head)
    kept = kept.encode("utf-8", "ignore").decode("utf-8")
    return " ".join(kept.split())[:MAX_CHARS].strip()


def has_words(text: str) -> bool:
    """Whether there is anything to understand: a letter or a digit."""
    return any(char.isalnum() for char in text)


def masked(text: str) -> str:
    """The text for counting n-grams: lower case, apostrophes alike, every digit a zero."""
    return re.sub(r"\d", "0", text.lower().replace("’", "'"))
