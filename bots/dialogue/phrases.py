"""Times, days, weeks and numbers in words that read and sound natural in both languages."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from babel.dates import format_date, get_day_names

from bots.dialogue.hours import MIDNIGHT, Span, WeeklyHours
from core.words import Language

_FR = Language.FR


def clock(minutes: int, language: Language) -> str:
    """`9 h 30`, `midi`; `9:30 am`, `noon`. Minutes since midnight."""
    if minutes % MIDNIGHT == 0:
        return "minuit" if language is _FR else "midnight"
    if minutes == MIDNIGHT // 2:
        return "midi" if language is _FR else "noon"
    hour, minute = divmod(minutes, 60)
    if language is _FR:
        return f"{hour} h {minute:02}" if minute else f"{hour} h"
    half = "am" if hour < 12 else "pm"
    return f"{(hour - 1) % 12 + 1}:{minute:02} {half}" if minute else f"{(hour - 1) % 12 + 1} {half}"


def clock_of(moment: datetime, language: Language) -> str:
    return clock(moment.hour * 60 + moment.minute, language)


def spans(day: Sequence[Span], language: Language) -> str:
    """`de 9 h à midi et de 14 h à 18 h`."""
    shape = "de {} à {}" if language is _FR else "from {} to {}"
    return _listed(
        [shape.format(clock(one.opens, language), clock(one.closes, language)) for one in day], language
    )


def week(hours: WeeklyHours, language: Language) -> str:
    """`du lundi au vendredi de 9 h à 18 h et le samedi de 9 h à midi`; empty if never open."""
    parts = []
    for day_spans, group in groupby(range(7), key=lambda day: tuple(hours.week.get(day, ()))):
        days = list(group)
        if day_spans:
            parts.append(f"{_days(days[0], days[-1], language)} {spans(day_spans, language)}")
    link = ", et " if language is _FR else ", and "
    return link.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def day(day: date, today: date, language: Language, *, article: bool = False) -> str:
    """`aujourd'hui`, `demain`, `lundi 4 mai`; with the article `le lundi 4 mai`; `on Monday 4 May`."""
    near = {0: ("aujourd'hui", "today"), 1: ("demain", "tomorrow")}.get((day - today).days)
    if near is not None:
        return near[0] if language is _FR else near[1]
    full = format_date(day, "EEEE d MMMM", locale=language.value)
    if language is _FR:
        return f"le {full}" if article else full
    return f"on {full}"


def plain_day(day: date, language: Language) -> str:
    """`4 mai`, `4 May`."""
    return format_date(day, "d MMMM", locale=language.value)


def moment(then: datetime, now: datetime, language: Language) -> str:
    """`demain à 9 h`, `lundi 4 mai à 9 h`; both moments in the business's time zone."""
    shape = "{} à {}" if language is _FR else "{} at {}"
    return shape.format(day(then.date(), now.date(), language), clock_of(then, language))


def spelled(number: str) -> str:
    """An order number that can be heard: `C F, 1 0 2 3 4`."""
    letters = " ".join(char for char in number if char.isalpha())
    digits = " ".join(char for char in number if char.isdigit())
    return ", ".join(part for part in (letters, digits) if part)


def _days(first: int, last: int, language: Language) -> str:
    names = get_day_names("wide", locale=language.value)
    if first == last:
        return f"le {names[first]}" if language is _FR else f"on {names[first]}"
    if last == first + 1:
        return (
            f"le {names[first]} et le {names[last]}"
            if language is _FR
            else f"on {names[first]} and {names[last]}"
        )
    return f"du {names[first]} au {names[last]}" if language is _FR else f"{names[first]} to {names[last]}"


def _listed(parts: Sequence[str], language: Language) -> str:
    link = " et " if language is _FR else " and "
    return link.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def with_buttons(text: str, choices: Sequence[tuple[str, str]], voice: bool) -> str:
    """Buttons for channels that have none: numbered below the text; on the telephone, named after it."""
    titles = [title for title, _ in choices if title]
    if not titles:
        return text
    if voice:
        return f"{text} {', '.join(titles)}."
    return "\n".join([text, *(f"{number}. {title}" for number, title in enumerate(titles, start=1))]).strip()
