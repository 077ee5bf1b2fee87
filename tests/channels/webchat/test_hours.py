"""Offline hours follow the business's own clock."""

from datetime import UTC, datetime

import pytest

from channels.webchat.hours import is_open, next_opening
from core.settings import BusinessSettings

BUSINESS = BusinessSettings()  # Europe/Paris, Monday to Friday, 09:00-12:30 and 13:30-18:00


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), True),  # Monday, 9 o'clock in Paris
        (datetime(2026, 3, 2, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 2, 12, 0, tzinfo=UTC), False),  # lunch
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), True),  # the day after the change to summer time
        (datetime(2026, 3, 1, 10, 0, tzinfo=UTC), False),  # Sunday
    ],
)
def test_open_is_what_the_shifts_say(now: datetime, wanted: bool) -> None:
    assert is_open(BUSINESS, now) is wanted


def test_the_next_opening_skips_the_weekend_and_the_change_of_clocks() -> None:
    friday_evening = datetime(2026, 3, 27, 18, 0, tzinfo=UTC)

    assert next_opening(BUSINESS, friday_evening) == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)


def test_no_hours_at_all_means_always() -> None:
    always = BusinessSettings(hours={})

    assert is_open(always, datetime(2026, 3, 1, 3, 0, tzinfo=UTC))
    assert next_opening(always, datetime(2026, 3, 1, 3, 0, tzinfo=UTC)) is None
