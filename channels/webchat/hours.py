"""Whether somebody is there now, and when next, from the business's hours in its own time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from core.settings import BusinessSettings

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def is_open(business: BusinessSettings, now: datetime) -> bool:
    """True within one of the day's shifts; no hours at all means always."""
    if not any(business.hours.values()):
        return True
    here = now.astimezone(ZoneInfo(business.time_zone))
    return any(begin <= here < end for begin, end in _shifts(business, here))


def next_opening(business: BusinessSettings, now: datetime) -> datetime | None:
    """The next moment a shift begins within a week, in UTC; None when it is open, or never opens."""
    if is_open(business, now):
        return None
    here = now.astimezone(ZoneInfo(business.time_zone))
    for days in range(8):
        for begin, _ in sorted(_shifts(business, here + timedelta(days=days))):
            if begin > here:
                return begin.astimezone(UTC)
    return None


def _shifts(business: BusinessSettings, day: datetime) -> list[tuple[datetime, datetime]]:
    """The shifts of that calendar day. Built from wall times, so a change to summer time moves nothing."""
    name = DAYS[day.weekday()]
    return [(_at(day, begin), _at(day, end)) for begin, end in business.hours.get(name, [])]  # type: ignore[call-overload]


def _at(day: datetime, clock: str) -> datetime:
    hour, minute = (int(part) for part in clock.split(":"))
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    if hour == 24:
        return midnight + timedelta(days=1)
    return midnight.replace(hour=hour, minute=minute)
