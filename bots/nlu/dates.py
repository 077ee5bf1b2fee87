"""Dates as customers say them, in a small French and English grammar: "demain", "le 14 juillet", "on
Sunday".

A general date parser found dates in half the sentences that had none; opening hours only need these forms.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from bots.nlu.understanding import Entity

DATE = "date"
_DAYS = {
    "avant-hier": -2, "hier": -1, "yesterday": -1,
    "aujourd'hui": 0, "ce matin": 0, "ce midi": 0, "cet apres-midi": 0, "ce soir": 0, "today": 0,
    "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
    "demain": 1, "tomorrow": 1, "apres-demain": 2, "apres demain": 2, "day after tomorrow": 2,
}  # fmt: skip
_WEEKDAYS = {
    "lundi": 0, "mardi": 1, "mercredi": 2, "jeudi": 3, "vendredi": 4, "samedi": 5, "dimanche": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
_MONTHS = {
    "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8,
    "septembre": 9, "octobre": 10, "novembre": 11, "decembre": 12,
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10, "november": 11, "december": 12,
}  # fmt: skip


def _any(words: dict[str, int]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_GRAMMAR = re.compile(
    rf"""(?<!\w)(?:
      (?P<relative>{_any(_DAYS)})
    | (?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\s(?:of\s)?(?P<month>{_any(_MONTHS)})(?:\s(?P<year>20\d\d))?
    |
    (?P<en_month>{_any(_MONTHS)})\s(?:the\s)?(?P<en_day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<en_year>20\d\d))?
    | (?P<num_day>\d{{1,2}})/(?P<num_month>\d{{2}})(?:/(?P<num_year>20\d\d))?
    | (?P<weekday>{_any(_WEEKDAYS)})s?
    )(?!\w)""".replace("avant\\-", "avant[ -]"),
    re.VERBOSE,
)


def dates(text: str, today: date) -> Iterator[Entity]:
    """Every date in the text as an ISO date; one without a year is the next to come, day before month in
    figures."""
    for match in _GRAMMAR.finditer(_plain(text)):
        day = _day(match, today)
        if day is not None:
            yield Entity(kind=DATE, value=day.isoformat(), start=match.start(), end=match.end())


def _plain(text: str) -> str:
    """Lower case without accents, character for character, so that offsets stay true."""
    stripped = (unicodedata.normalize("NFD", char)[0].lower()[:1] or char for char in text.replace("’", "'"))
    return "".join(stripped)


def _day(match: re.Match[str], today: date) -> date | None:
    if match["relative"]:
        return today + timedelta(days=_DAYS[match["relative"]])
    if match["weekday"]:
        return today + timedelta(days=(_WEEKDAYS[match["weekday"]] - today.weekday()) % 7)
    if match["num_day"]:
        return _calendar(match["num_day"], int(match["num_month"]), match["num_year"], today)
    if match["day"]:
        return _calendar(match["day"], _MONTHS[match["month"]], match["year"], today)
    return _calendar(match["en_day"], _MONTHS[match["en_month"]], match["en_year"], today)


def _calendar(day: str, month: int, year: str | None, today: date) -> date | None:
    years = (
        [int(year)] if year else range(today.year, today.year + 9)
    )  # the 29th of February may be years away
    for candidate in years:
        try:
            found = date(candidate, month, int(day))
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None
