"""When the business's day began, where it is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def start_of_day(now: datetime, time_zone: str) -> datetime:
    """Midnight of the day that `now` belongs to in the time zone, in UTC."""
    local = now.astimezone(ZoneInfo(time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
