"""Looking after calls whose end nobody told us: what the provider says of a leg, and what becomes of the call."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.telephony.questions import TRIES
from channels.voice import looking
from channels.voice.adapter import VoiceChannel
from channels.voice.calls import LOOK, LOOK_EVERY, begin_call, end_call
from channels.voice.parse import parse_call
from core.clock import SystemClock
from core.errors import TryLater
from core.words import ChannelName, HandlerKind
from crm.conversations.handling import assign
from crm.conversations.joining import Limits
from crm.conversations.model import Call, CallState
from routing.model import Presence
from storage.engine.opening import Opened
from storage.schema import calls, exchanges, outbox
from tests.channels.asked import Asked, asked_provider
from tests.channels.telephone import ACCOUNT, CUSTOMER, NUMBER
from tests.fixtures import add_entry_point, add_queue, add_user

CALL, LEG = "CA" + "1" * 32, "CA" + "2" * 32
ALIVE = {"sid": CALL, "status": "in-progress", "duration": None}
OVER = {"sid": CALL, "status": "completed", "duration": "42"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """A caller on hold, and the provider that knows of them."""

    provider: Asked
    channel: VoiceChannel
    opened: Opened

    async def look(self, attempts: int = 0) -> Any:
        """What one look wants written, unless it is put off."""
        return await self.channel.tasks()[LOOK]({"call": CALL}, attempts)

    async def look_and_write(self, attempts: int = 0) -> None:
        finish = await self.look(attempts)
        if finish is not None:
            await self.opened.store.write(finish)

    async def call(self) -> Any:
        return (await self._rows(calls))[0]

    async def ended(self) -> list[tuple[str, int]]:
        """The calls' ends in the history: the provider's word and the seconds."""
        metas = [row["meta"] for row in await self._rows(exchanges)]
        return [(m["status"], m["duration"]) for m in metas if m.get("event") == "call_ended"]

    async def to_come(self) -> int:
        """Looks that are stored."""
        return sum(row["kind"] == LOOK for row in await self._rows(outbox))

    async def give_to_agent(self, state: CallState) -> None:
        """An agent took the conversation, and their leg is there."""
        user = await add_user(self.opened.store)

        def give(tx: Any) -> None:
            tx.agents.set_presence(user, Presence.AVAILABLE, "", tx.now)
            call: Call = tx.calls.get(CALL)
            assign(tx, call.conversation_id, user, "test")
            tx.calls.save(replace(tx.calls.get(CALL), agent_leg=LEG, state=state))

        await self.opened.store.write(give)

    async def held_by(self) -> HandlerKind:
        conversation_id = (await self.call())["conversation_id"]
        conversation = await self.opened.store.read(lambda tx: tx.conversations.get(conversation_id))
        return HandlerKind(conversation.handler.kind)

    async def _rows(self, table: Any) -> list[Any]:
        return list(await self.opened.store.read(lambda tx: tx.conn.execute(table.select()).mappings().all()))


@pytest.fixture
async def line(any_opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    monkeypatch.setattr(looking, "QUIET", timedelta(0))
    queue = await add_queue(any_opened.store)
    await add_entry_point(any_opened.store, queue, ChannelName.VOICE)
    form = {"CallSid": CALL, "AccountSid": ACCOUNT, "From": CUSTOMER, "To": NUMBER}
    inbound = parse_call(form, country="FR", now=SystemClock().now(), hidden_name="")
    await any_opened.store.write(begin_call, inbound, Limits())
    async with asked_provider(any_opened, tmp_path) as (provider, ground):
        provider.answers = {CALL: ALIVE, LEG: {**ALIVE, "sid": LEG}}
        channel = VoiceChannel()
        await channel.start(ground)
        yield Line(provider=provider, channel=channel, opened=any_opened)


async def test_a_call_is_looked_at_from_its_beginning_on(line: Line) -> None:
    (task,) = [row for row in await line._rows(outbox) if row["kind"] == LOOK]
    due_in = (task["due_at"] - (await line.call())["started_at"]).total_seconds()
    assert due_in == pytest.approx(LOOK_EVERY, abs=1)


async def test_a_call_that_is_over_ends_with_the_providers_word_and_seconds(line: Line) -> None:
    line.provider.answers[CALL] = OVER
    await line.look_and_write()
    assert (await line.call())["state"] == CallState.ENDED
    assert await line.ended() == [("completed", 42)]
    assert line.provider.counted == ["voice:call_found_over"]


async def test_a_call_that_goes_on_stays_and_is_looked_at_again(line: Line) -> None:
    await line.opened.store.write(lambda tx: tx.conn.execute(outbox.delete()))
    await line.look_and_write()
    assert (await line.call())["state"] == CallState.HOLDING
    assert (await line.ended(), await line.to_come()) == ([], 1)


async def test_a_call_the_provider_does_not_know_is_lost(line: Line) -> None:
    line.provider.answers = {}
    await line.look_and_write()
    assert await line.ended() == [("lost", 0)]


async def test_two_that_look_at_once_end_a_call_once(line: Line) -> None:
    line.provider.answers[CALL] = OVER
    await asyncio.gather(line.look_and_write(), line.look_and_write())
    await line.opened.store.write(end_call, CALL, 43, "completed")
    assert len(await line.ended()) == 1


async def test_a_call_that_ended_is_asked_about_no_more(line: Line) -> None:
    await line.opened.store.write(end_call, CALL, 42, "completed")
    assert await line.look() is None
    assert line.provider.questions == []


async def test_a_call_on_which_something_was_just_heard_is_left_alone(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "QUIET", timedelta(seconds=60))
    await line.look_and_write()
    assert (line.provider.questions, await line.to_come()) == ([], 1)


@pytest.mark.parametrize("state", [CallState.HOLDING, CallState.TALKING])
async def test_an_agents_leg_that_is_over_is_noticed_too(line: Line, state: CallState) -> None:
    """Unanswered, the caller goes back to the queue; after a talk, the call itself is to end."""
    await line.give_to_agent(state)
    line.provider.answers[LEG] = {"sid": LEG, "status": "completed", "duration": "3"}
    await line.look_and_write()
    hang_ups = [row["payload"]["leg"] for row in await line._rows(outbox) if row["kind"] == "voice.hang_up"]
    talked = state is CallState.TALKING
    assert await line.held_by() is (HandlerKind.AGENT if talked else HandlerKind.QUEUE)
    assert hang_ups == ([CALL] if talked else [])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {"code": 20500, "message": "Internal Server Error"}),
        (429, {"code": 20429, "message": "Too Many Requests"}),
        (401, {"code": 20003, "message": "Authenticate"}),
        (400, {"code": 20001, "message": "Bad Request"}),
        (404, "a page of another server"),
    ],
)
async def test_a_provider_that_does_not_say_changes_nothing(line: Line, status: int, body: Any) -> None:
    line.provider.status, line.provider.body = status, body
    with pytest.raises(TryLater):
        await line.look()
    assert await line.ended() == []


async def test_a_busy_provider_is_left_alone_for_as_long_as_it_asks(line: Line) -> None:
    line.provider.status, line.provider.headers = 429, {"Retry-After": "7"}
    with pytest.raises(TryLater) as caught:
        await line.look()
    assert caught.value.facts["after"] == 7.0


@pytest.mark.parametrize("nonsense", [[], "well", 7, {"status": ["completed"], "duration": {}}])
async def test_nonsense_ends_no_call(line: Line, nonsense: Any) -> None:
    line.provider.answers[CALL] = nonsense
    await asyncio.gather(line.look_and_write(), return_exceptions=True)
    assert await line.ended() == []


async def test_one_question_without_an_answer_does_not_hold_up_the_others_for_ever(line: Line) -> None:
    line.provider.status = 500
    await line.look_and_write(attempts=TRIES)
    assert (await line.ended(), await line.to_come()) == ([], 1)
