"""The router: wakes when work or room for it appears, or when something falls due, and makes the offers.

It holds nothing that matters: all state is in the store, and every pass is one transaction under the routing
lock, so any number of nodes may run a router and any of them may die.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from core.bus import Bus
from core.clock import Clock
from core.errors import StoreUnavailable
from core.events import Event, Recorded
from core.settings import RoutingSettings
from core.store import Store
from routing.ending import end_wraps
from routing.events import (
    OfferDeclined,
    OfferExpired,
    OfferWithdrawn,
    PresenceChanged,
    WorkItemContinued,
    WorkItemEnded,
    WorkItemQueued,
    WrapUpStarted,
)
from routing.matching import Limits
from routing.model import Presence
from routing.offers import expire_offers, keep_within_time, route
from routing.ports import RoutingTx
from routing.presence import given_up, mark_silent, take_off_duty
from routing.rules import Rules

WAKING = (
    WorkItemQueued,
    OfferDeclined,
    OfferExpired,
    OfferWithdrawn,
    WorkItemEnded,
    WorkItemContinued,
    WrapUpStarted,
)
SAFETY = timedelta(seconds=2)  # a pass at least that often: another node may have died before it routed
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0  # seconds, while the store is unavailable
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one pass did. `more`: it stopped at its limit, and there may be more to offer."""

    offers: int
    more: bool
    next_deadline: datetime | None


def take_turn(tx: RoutingTx, rules: Rules, limits: Limits) -> Turn:
    """One pass: what is due first, then the offers that can be made."""
    expire_offers(tx, rules)
    end_wraps(tx)
    made = route(tx, limits)
    return Turn(offers=len(made), more=len(made) == limits.offers, next_deadline=tx.work.next_deadline())


class Router:
    """Runs passes, one at a time; wakes that come during a pass make one more, however many they are."""

    def __init__(
        self, store: Store, bus: Bus, clock: Clock, settings: RoutingSettings, limits: Limits | None = None
    ) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._rules = Rules.of(settings)
        self._limits = limits or Limits()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = _nothing
        self._check_silence_at = clock.now()
        self._looked_at = datetime.max.replace(tzinfo=UTC)  # the clock, at the last pass

    async def start(self) -> None:
        """Begins with a pass over what the store holds. Consoles get time to report before silence counts."""
        self._check_silence_at = self._clock.now() + self._rules.unreachable_after
        self._unsubscribe = self._bus.subscribe(self._hear)
        self._task = asyncio.create_task(self._run(), name="router")

    async def stop(self) -> None:
        """Ends after the transaction under way; safe to call twice."""
        self._unsubscribe()
        self._unsubscribe = _nothing
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _hear(self, batch: Sequence[Recorded]) -> None:
        if any(_wakes(recorded.event) for recorded in batch):
            self._wake.set()

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            self._wake.clear()
            try:
                wait = await self._pass()
            except StoreUnavailable as error:
                log.warning("routing_waits_for_the_store", problem=str(error), seconds=pause)
            except Exception:
                log.exception("routing_pass_failed", seconds=pause)
            else:
                pause = FIRST_PAUSE
                await self._sleep(wait)
                continue
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _pass(self) -> float:
        """Answers how long to wait, in seconds, if nothing wakes the router before."""
        if self._clock_was_put_back():
            await self._store.write(keep_within_time, self._rules)
        turn = await self._store.write(take_turn, self._rules, self._limits)
        await self._look_for_silence()
        if turn.more:
            return 0.0
        until = min(self._clock.now() + SAFETY, self._check_silence_at)
        if turn.next_deadline is not None:
            until = min(until, turn.next_deadline)
        return max(0.0, (until - self._clock.now()).total_seconds())

    def _clock_was_put_back(self) -> bool:
        """Since the last pass; before the first one nobody knows."""
        now, before = self._clock.now(), self._looked_at
        self._looked_at = now
        if now >= before:
            return False
        self._check_silence_at = min(self._check_silence_at, now + self._rules.unreachable_after)
        return True

    async def _look_for_silence(self) -> None:
        now = self._clock.now()
        if now < self._check_silence_at:
            return
        self._check_silence_at = now + min(SAFETY, self._rules.unreachable_after / 3)
        for user_id in await self._store.write(mark_silent, now - self._rules.unreachable_after):
            log.info("agent_unreachable", user_id=user_id)
        gone = now - self._rules.return_after
        for user_id in await self._store.read(given_up, gone):
            await self._store.write(take_off_duty, user_id, gone)
            log.info("agent_taken_off_duty", user_id=user_id)

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # 3.11's wait_for loses a cancel that meets the wake
                await self._wake.wait()


def _nothing() -> None:
    """Stands for the end of a subscription that there is not."""


def _wakes(event: Event) -> bool:
    """Work that waits, room that appeared, or a new deadline."""
    if isinstance(event, PresenceChanged):
        agent = event.agent
        return bool(agent["presence"] == Presence.AVAILABLE and agent["load"] < agent["capacity"])
    return isinstance(event, WAKING)
