"""Times of day, durations and amounts of money as customers write them, in French and English."""

import re
from collections.abc import Iterator

from bots.nlu.understanding import Entity

TIME, DURATION, AMOUNT = "time", "duration", "amount"
QUANTITIES = frozenset({TIME, DURATION, AMOUNT})

_NOON = {"midi": 720, "noon": 720, "minuit": 0, "midnight": 0}
_TIME = re.compile(
    r"(?<![\w:.,/-])(?:"
    r"(?P<h>[01]?\d|2[0-4])\s?(?:h|heures?)(?:\s?(?P<m>[0-5]\d))?(?P<quarter>\s+et\s+(?:quart|demie))?"
    r"|(?P<h2>[01]?\d|2[0-3]):(?P<m2>[0-5]\d)\s?(?P<half2>[ap]\.?m\.?)?"
    r"|(?P<h3>1[0-2]|0?[1-9])\s?(?P<half3>[ap]\.?m\.?)"
    r"|(?P<word>midi|minuit|noon|midnight)"
    r")(?![\w/-]|[.,:]\d)",
    re.IGNORECASE,
)
_NUMBERS = {
    "un": 1, "une": 1, "a": 1, "an": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4,
    "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "neuf": 9, "nine": 9, "dix": 10,
    "ten": 10, "quinze": 15, "fifteen": 15, "vingt": 20, "twenty": 20, "trente": 30, "thirty": 30,
}  # fmt: skip
# ISO 8601: what stands before each unit.
_UNITS = {
    "minute": "PT{}M", "min": "PT{}M", "heure": "PT{}H", "hour": "PT{}H", "jour": "P{}D", "day": "P{}D",
    "semaine": "P{}W", "week": "P{}W", "mois": "P{}M", "month": "P{}M", "an": "P{}Y", "année": "P{}Y", "annee": "P{}Y",
    "year": "P{}Y",
}  # fmt: skip
_AFTER = r"(?:depuis|pendant|sous|durant|for|since|within)"
_DURATION = re.compile(
    rf"(?<!\w)(?P<after>{_AFTER}\s+)?(?P<n>\d{{1,3}}|{'|'.join(_NUMBERS)})\s+"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})s?(?!\w)",
    re.IGNORECASE,
)
_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "dollar": "USD",
    "dollars": "USD", "£": "GBP", "gbp": "GBP", "chf": "CHF", "pound": "GBP", "pounds": "GBP",
}  # fmt: skip
_FIGURE = r"\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<before>[€$£])\s?(?P<n1>{_FIGURE})"
    rf"|(?P<n2>{_FIGURE})\s?(?P<behind>€|\$|£|euros?|eur|dollars?|usd|gbp|chf|pounds?)(?:\s?(?P<cents>\d\d))?)(?!\w)",
    re.IGNORECASE,
)


def quantities(text: str) -> Iterator[Entity]:
    """No two overlapping. Values: `14:30`, ISO 8601 durations (`P3D`), amounts with their currency (`12.50 EUR`)."""
    lasting = list(_durations(text))
    spans = [(match.start(), match.end()) for match in _DURATION.finditer(text) if match["after"]]
    told = [one for one in lasting if any(start <= one.start < end for start, end in spans)]
    found: list[Entity] = []
    # "depuis 2 heures" is a duration, "à 2 heures" a time.
    for one in (*_amounts(text), *told, *_times(text), *lasting):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    yield from found


def _times(text: str) -> Iterator[Entity]:
    for match in _TIME.finditer(text):
        minutes = _minutes(match)
        if minutes is not None:
            value = f"{minutes // 60:02}:{minutes % 60:02}"
            yield Entity(kind=TIME, value=value, start=match.start(), end=match.end())


def _durations(text: str) -> Iterator[Entity]:
    for match in _DURATION.finditer(text):
        if match["n"].lower() in ("a", "an", "un", "une") and match["after"] is None:
            continue  # "un jour" is some day
        count = _NUMBERS.get(match["n"].lower()) or int(match["n"])
        value = _UNITS[match["unit"].lower()].format(count)
        yield Entity(kind=DURATION, value=value, start=match.start("n"), end=match.end())


def _amounts(text: str) -> Iterator[Entity]:
    for match in _AMOUNT.finditer(text):
        figure = _plain(match["n1"] or match["n2"])
        if match["cents"] and "." not in figure:
            figure = f"{figure}.{match['cents']}"
        currency = _CURRENCIES[(match["before"] or match["behind"]).lower()]
        yield Entity(kind=AMOUNT, value=f"{figure} {currency}", start=match.start(), end=match.end())


def _plain(figure: str) -> str:
    """`1 234,50`, `1,234.50` and `1.234,50` are 1234.50."""
    whole, separator, rest = figure, "", ""
    if found := re.search(r"[.,](\d{1,2})$", figure):
        whole, separator, rest = figure[: found.start()], ".", found[1]
    return re.sub(r"\D", "", whole) + separator + rest


def _minutes(match: re.Match[str]) -> int | None:
    if match["word"]:
        return _NOON[match["word"].lower()]
    hours = int(match["h"] or match["h2"] or match["h3"])
    minutes = int(match["m"] or match["m2"] or 0)
    half = (match["half2"] or match["half3"] or "").lower()
    if match["quarter"]:
        minutes = 15 if "quart" in match["quarter"] else 30
    if half:
        if hours > 12:
            return None
        hours = hours % 12 + (12 if half.startswith("p") else 0)
    return (hours % 24) * 60 + minutes
