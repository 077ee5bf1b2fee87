"""When people are there: the business's week in its own time zone, with split shifts and days off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
_HORIZON = 400  # days looked ahead for an opening


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """Minutes since midnight on the wall clock; `closes` is at most 24 × 60."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyHours:
    """`week` by weekday, Monday is 0; a day without spans is closed, as are the dates in `closed_on`."""

    time_zone: str
    week: Mapping[int, tuple[Span, ...]]
    closed_on: frozenset[date] = field(default_factory=frozenset)

    @classmethod
    def from_settings(
        cls,
        hours: Mapping[str, Sequence[tuple[str, str]]],
        time_zone: str,
        closed_on: frozenset[date] = frozenset(),
    ) -> "WeeklyHours":
        """From `{"mon": [("09:00", "12:30"), ("13:30", "18:00")], …}`; spans that never open are left out."""
        week = {}
        for number, name in enumerate(DAY_NAMES):
            spans = (
                Span(opens=_minutes(opens), closes=_minutes(closes)) for opens, closes in hours.get(name, ())
            )
            week[number] = tuple(sorted(span for span in spans if span.closes > span.opens))
        return cls(time_zone=time_zone, week=week, closed_on=closed_on)

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.time_zone))

    def spans(self, day: date) -> tuple[Span, ...]:
        return () if day in self.closed_on else self.week.get(day.weekday(), ())

    def is_open(self, now: datetime) -> bool:
        return self._span_at(self.local(now)) is not None

    def closing(self, now: datetime) -> datetime | None:
        """When the present opening ends; None when closed, or when it does not end within a week."""
        moment = self.local(now)
        span = self._span_at(moment)
        for _ in range(8):
            if span is None:
                return None
            day = moment.date()
            end = self._at(day, span.closes)
            if span.closes < MIDNIGHT:
                return end
            moment = self._at(day + timedelta(days=1), 0)
            span = self._span_at(moment)
            if span is None:
                return end
        return None

    def next_opening(self, now: datetime) -> datetime | None:
        """The first opening after now; None if there is none for a year."""
        moment = self.local(now)
        for ahead in range(_HORIZON):
            day = moment.date() + timedelta(days=ahead)
            for span in self.spans(day):
                opens = self._at(day, span.opens)
                if opens > moment:
                    return opens
        return None

    def _span_at(self, moment: datetime) -> Span | None:
        minute = moment.hour * 60 + moment.minute
        return next((span for span in self.spans(moment.date()) if span.opens <= minute < span.closes), None)

    def _at(self, day: date, minutes: int) -> datetime:
        """Wall-clock arithmetic: nine o'clock stays nine o'clock when the clocks change."""
        return datetime.combine(day, time(), tzinfo=ZoneInfo(self.time_zone)) + timedelta(minutes=minutes)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return min(MIDNIGHT, int(hours) * 60 + int(minutes))
