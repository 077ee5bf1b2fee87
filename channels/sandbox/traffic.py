"""Simulated customers at a chosen rate, so that the wall moves: texts, mails and calls, in both languages."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

import structlog

from channels.sandbox.model import Leg
from channels.sandbox.switchboard import Switchboard

PHRASES = (
    "Bonjour, quels sont vos horaires ?",
    "Où en est ma commande 100234 ?",
    "Je voudrais parler à un conseiller.",
    "Mon colis est arrivé abîmé.",
    "Je n'arrive pas à me connecter à mon compte.",
    "Pouvez-vous m'envoyer un duplicata de facture ?",
    "Hello, when are you open?",
    "Where is my order 100456?",
    "I would like to speak to someone, please.",
    "My parcel arrived damaged.",
    "How do I return an item?",
)
PEOPLE = 60  # simulated telephones: +33 6 39 98 10 00 and on, reserved for fiction
MOST_AT_ONCE = 40
SendMail = Callable[[str, str, str], Awaitable[None]]  # (address, subject, text)
log = structlog.get_logger(__name__)


class Traffic:
    """Arrivals are a Poisson process of `per_minute`; calls hold the line for half a minute or so."""

    def __init__(
        self,
        board: Switchboard,
        *,
        sms_to: str,
        call_to: str,
        send_mail: SendMail | None,
        seed: int | None = None,
    ) -> None:
        self._board = board
        self._sms_to = sms_to
        self._call_to = call_to
        self._send_mail = send_mail
        self._chance = random.Random(seed)  # noqa: S311 - nothing secret is drawn
        self._beat: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.per_minute = 0.0
        self.made = 0

    def set_rate(self, per_minute: float) -> None:
        self.per_minute = per_minute
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None
        if per_minute > 0:
            self._beat = asyncio.create_task(self._arrivals(), name="sandbox-traffic")

    async def stop(self) -> None:
        self.set_rate(0)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _arrivals(self) -> None:
        while True:
            await asyncio.sleep(self._chance.expovariate(self.per_minute / 60))
            if len(self._running) >= MOST_AT_ONCE:
                continue
            task = asyncio.create_task(self._arrive())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            self.made += 1

    async def _arrive(self) -> None:
        way = self._chance.choice(self._ways())
        person = self._chance.randrange(PEOPLE)
        try:
            await way(person, self._chance.choice(PHRASES))
        except Exception:
            log.exception("sandbox_traffic_failed")

    def _ways(self) -> Sequence[Callable[[int, str], Awaitable[None]]]:
        ways: list[Callable[[int, str], Awaitable[None]]] = []
        if self._sms_to:
            ways += [self._text, self._text]
        if self._call_to:
            ways.append(self._call)
        if self._send_mail is not None:
            ways.append(self._mail)
        return ways or [self._nothing]

    async def _text(self, person: int, phrase: str) -> None:
        await self._board.text_from_customer(_number(person), self._sms_to, phrase)

    async def _mail(self, person: int, phrase: str) -> None:
        assert self._send_mail is not None
        await self._send_mail(f"client{person}@example.com", phrase[:40], phrase)

    async def _call(self, person: int, phrase: str) -> None:
        leg: Leg = self._board.call_from_customer(_number(person), self._call_to)
        await asyncio.sleep(self._chance.uniform(2, 5))
        if not leg.over:
            self._board.say(leg, phrase)
        await asyncio.sleep(self._chance.uniform(15, 60))
        self._board.hang_up(leg)

    async def _nothing(self, person: int, phrase: str) -> None:
        """No channel is on that could carry it."""


def _number(person: int) -> str:
    return f"+33639981{person:03d}"
