"""The event feed is kept short, and its numbers never begin anew."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.bus import Bus
from core.events import Event
from gateway.housekeeping import KEPT, Housekeeping
from storage.engine.feed import events_since
from tests.fixtures import open_for_test, sqlite_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked(Event):
    number: int


class SetClock:
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


async def test_old_events_are_forgotten_and_the_last_one_stays(tmp_path: Path) -> None:
    clock = SetClock()
    opened = await open_for_test(sqlite_settings(tmp_path), clock=clock)
    for number in range(3):
        await opened.store.write(lambda tx, n: tx.emit(Ticked(number=n)), number)
    clock.moment += KEPT + timedelta(days=1)
    forgotten = await Housekeeping(opened.store, clock).tidy()
    kept = await opened.store.read(events_since, 0, 10)
    await opened.store.write(lambda tx: tx.emit(Ticked(number=3)))
    later = await opened.store.read(events_since, kept[-1].seq, 10)
    await opened.close()
    assert (forgotten, [r.event for r in kept]) == (2, [Ticked(number=2)])
    assert [r.seq for r in later] == [kept[-1].seq + 1]


async def test_a_second_process_on_the_same_file_harms_no_numbering(tmp_path: Path) -> None:
    first = await open_for_test(sqlite_settings(tmp_path), Bus())
    second = await open_for_test(sqlite_settings(tmp_path), Bus())
    for opened in (first, second, first, second):
        await opened.store.write(lambda tx: tx.emit(Ticked(number=0)))
    found = await first.store.read(events_since, 0, 10)
    await first.close()
    await second.close()
    assert [r.seq for r in found] == [1, 2, 3, 4]
