"""Values that can be found by their shape: order numbers, addresses, telephone numbers, dates, quantities."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

import phonenumbers

from bots.nlu.dates import dates
from bots.nlu.quantities import quantities
from bots.nlu.understanding import Entity

ORDER_NUMBER = "order_number"
EMAIL = "email"
PHONE = "phone"

_POSSIBLE = (
    phonenumbers.Leniency.POSSIBLE
)  # new ranges, and those kept for fiction, are "invalid" to the library
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-zA-Z]{2,24}(?!\w)")
# Speech and hurried fingers put blanks between the parts: "C F 10 234", "cf10234".
_PREFIXED = re.compile(
    r"(?<![\w-])([A-Za-z])[ .]?([A-Za-z])(?P<link>[ .-]{0,3})(\d(?:[ .]?\d){4})(?![ .-]?\d|\w)"
)
_BARE = re.compile(r"(?<![\w/.,+-])#?(\d{5,8})(?![\w/]|[.,-]\d)")
_SPELLED = re.compile(r"(?<![\w/.,+-])(\d(?: \d){4,7}|\d{2} \d{3})(?! ?\d|[\w/]|[.,-]\d)")
# Two-letter words that may stand before a number without being a part of it.
_LITTLE_WORDS = frozenset(
    {
        *(
            "au",
            "ce",
            "da",
            "de",
            "do",
            "du",
            "em",
            "en",
            "es",
            "et",
            "eu",
            "il",
            "je",
            "la",
            "le",
            "ma",
            "ne",
        ),
        *("ni", "nr", "no", "on", "ou", "où", "sa", "se", "si", "ta", "te", "tu", "un", "va"),
        *(
            "ai",
            "al",
            "am",
            "an",
            "as",
            "at",
            "be",
            "by",
            "go",
            "he",
            "id",
            "if",
            "in",
            "is",
            "it",
            "me",
            "mr",
        ),
        *("my", "of", "oh", "ok", "or", "pm", "so", "su", "to", "up", "us", "we"),
    }
)
_DIGITS = {
    "zero": "0", "oh": "0", "un": "1", "one": "1", "deux": "2", "two": "2", "trois": "3", "three": "3",
    "quatre": "4", "four": "4", "cinq": "5", "five": "5", "six": "6", "sept": "7", "seven": "7", "huit": "8",
    "eight": "8", "neuf": "9", "nine": "9", "zéro": "0",
}  # fmt: skip
_SAID = re.compile(
    rf"(?<!\w)(?:{'|'.join(_DIGITS)})(?:[ ,-]+(?:{'|'.join(_DIGITS)})){{4,7}}(?!\w)", re.IGNORECASE
)


def find_entities(text: str, today: date, region: str) -> tuple[Entity, ...]:
    """In the order of the text, no two overlapping: what is part of an address or a date is no order
    number.

    `region` is the country of telephone numbers without a `+`, as two letters.
    """
    found: list[Entity] = []
    finders = (
        _emails(text),
        dates(text, today),
        _prefixed(text),
        _phones(text, region),
        quantities(text),
        _numbers(text),
    )
    for finder in finders:
        found.extend(one for one in finder if not overlaps(one, found))
    return tuple(sorted(found, key=lambda one: one.start))


def overlaps(one: Entity, others: Sequence[Entity]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _emails(text: str) -> Iterator[Entity]:
    for match in _EMAIL.finditer(text):
        yield Entity(kind=EMAIL, value=match[0].lower(), start=match.start(), end=match.end())


def _phones(text: str, region: str) -> Iterator[Entity]:
    for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=_POSSIBLE):
        if sum(char.isdigit() for char in match.raw_string) < 9:  # shorter ones are order numbers here
            continue
        value = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        yield Entity(kind=PHONE, value=value, start=match.start, end=match.end)


def _prefixed(text: str) -> Iterator[Entity]:
    for match in _PREFIXED.finditer(text):
        letters = match[1] + match[2]
        if "-" not in match["link"] and letters.lower() in _LITTLE_WORDS:
            continue
        digits = re.sub(r"\D", "", match[4])
        yield Entity(
            kind=ORDER_NUMBER, value=f"{letters.upper()}-{digits}", start=match.start(), end=match.end()
        )


def _numbers(text: str) -> Iterator[Entity]:
    for pattern in (_BARE, _SPELLED):
        for match in pattern.finditer(text):
            digits = re.sub(r"\D", "", match[1])
            yield Entity(kind=ORDER_NUMBER, value=digits, start=match.start(), end=match.end())
    for match in _SAID.finditer(text):
        digits = "".join(_DIGITS[word] for word in re.split(r"[ ,-]+", match[0].lower()))
        yield Entity(kind=ORDER_NUMBER, value=digits, start=match.start(), end=match.end())
