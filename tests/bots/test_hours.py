"""Opening hours in the business's own time zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.dialogue import phrases
from bots.dialogue.hours import WeeklyHours
from core.words import Language
from tests.bots.conftest import SHOP_HOURS

FR, EN = Language.FR, Language.EN
ALWAYS = WeeklyHours.from_settings(
    {day: [("00:00", "24:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, "Europe/Paris"
)
NEVER = WeeklyHours.from_settings({}, "Europe/Paris")


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (utc(23, 8), True),  # Monday, nine in Paris
        (utc(23, 7, 59), False),
        (utc(23, 11, 30), False),  # 12:30, the lunch break begins
        (utc(23, 12, 30), True),
        (utc(28, 10, 59), True),  # Saturday
        (utc(29, 10), False),  # Sunday
    ],
)
def test_it_is_open_by_the_clock_on_the_wall(moment, is_open):
    assert SHOP_HOURS.is_open(moment) is is_open


def test_the_next_opening_is_found_across_the_weekend():
    assert SHOP_HOURS.next_opening(utc(28, 12)) == utc(30, 8)


def test_nine_oclock_stays_nine_oclock_when_the_clocks_change():
    assert SHOP_HOURS.next_opening(utc(24, 12, month=10)) == utc(
        26, 8, month=10
    )  # winter time since the 25th
    assert SHOP_HOURS.next_opening(utc(28, 12, month=3)) == utc(30, 7, month=3)  # summer time since the 29th


def test_a_day_off_is_closed():
    christmas = WeeklyHours(
        time_zone="Europe/Paris", week=SHOP_HOURS.week, closed_on=frozenset({date(2026, 12, 25)})
    )

    assert not christmas.is_open(utc(25, 9, month=12))
    assert christmas.next_opening(utc(25, 9, month=12)) == utc(26, 9, month=12)


def test_a_line_that_never_closes_has_no_closing_time():
    assert ALWAYS.is_open(utc(29, 3))
    assert ALWAYS.closing(utc(29, 3)) is None


def test_a_business_without_hours_never_opens():
    assert not NEVER.is_open(utc(23, 9))
    assert NEVER.next_opening(utc(23, 9)) is None
    assert phrases.week(NEVER, FR) == ""


def test_an_opening_past_midnight_closes_the_next_day():
    late = WeeklyHours.from_settings({"fri": [("20:00", "24:00")], "sat": [("00:00", "02:00")]}, "UTC")

    assert late.closing(utc(27, 21)) == utc(28, 2)


def test_the_week_is_told_in_groups():
    assert phrases.week(SHOP_HOURS, FR) == (
        "du lundi au vendredi de 9 h à 12 h 30 et de 13 h 30 à 18 h, et le samedi de 10 h à midi"
    )
    assert phrases.week(SHOP_HOURS, EN) == (
        "Monday to Friday from 9 am to 12:30 pm and from 1:30 pm to 6 pm, and on Saturday from 10 am to noon"
    )


@pytest.mark.parametrize(
    ("minutes", "french", "english"),
    [(0, "minuit", "midnight"), (545, "9 h 05", "9:05 am"), (720, "midi", "noon"), (1080, "18 h", "6 pm")],
)
def test_times_are_told_as_people_tell_them(minutes, french, english):
    assert (phrases.clock(minutes, FR), phrases.clock(minutes, EN)) == (french, english)


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=2 * 365 * 24 * 60))
def test_the_next_opening_is_open_and_not_past(minutes):
    now = utc(1, 0, month=1) + timedelta(minutes=minutes)
    opening = SHOP_HOURS.next_opening(now)

    assert opening is not None
    assert opening > now
    assert SHOP_HOURS.is_open(opening)
