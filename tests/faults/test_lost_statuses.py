"""What the provider tells while the product is down finds nobody: afterwards it is asked, and all is as if told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.sandbox.model import Leg
from channels.sms import asking
from channels.voice import calls, looking
from core.ids import UserId
from crm.conversations.handling import assign, resolve
from crm.conversations.model import Call, CallState, Conversation
from routing.ending import finish_wrap
from routing.model import Agent, Presence
from storage.schema import exchanges
from tests.faults.service import OURS, THEIRS, Service, running
from tests.fixtures import add_user
from tests.running import until

VOICE = {"FILROUGE_VOICE__ENABLED": "true", "FILROUGE_VOICE__NUMBER": OURS}
EVERY = 0.3  # seconds


@pytest.fixture
async def service(
    tmp_path: Path, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Service]:
    monkeypatch.setattr(calls, "LOOK_EVERY", EVERY)
    monkeypatch.setattr(looking, "QUIET", timedelta(0))
    monkeypatch.setattr(asking, "AFTER", (EVERY, EVERY))
    async with running(tmp_path, model_cache, **VOICE) as service:
        yield service


@dataclass(slots=True, kw_only=True)
class Ringing:
    """A customer on the telephone of a running service."""

    service: Service
    leg: Leg

    async def call(self) -> Call:
        found = await self._known()
        assert found is not None
        return found

    async def _known(self) -> Call | None:
        """None until the product took it."""
        found: Call | None = await self.service.store.read(lambda tx: tx.calls.get(self.leg.sid))
        return found

    async def state(self, state: CallState) -> Call:
        async def reached() -> Call | None:
            call = await self._known()
            return call if call is not None and call.state is state else None

        found: Call = await until(reached)
        return found

    async def conversation(self) -> Conversation:
        conversation_id = (await self.call()).conversation_id
        found: Conversation = await self.service.store.read(lambda tx: tx.conversations.get(conversation_id))
        return found

    async def ends(self) -> list[dict[str, Any]]:
        rows = await self.service.store.read(lambda tx: tx.conn.execute(exchanges.select()).mappings().all())
        return [row["meta"] for row in rows if row["meta"].get("event") == "call_ended"]

    async def talk_to_agent(self) -> UserId:
        """An agent takes the call and answers their telephone."""
        user = await add_user(self.service.store)
        conversation = await self.conversation()

        def take(tx: Any) -> None:
            tx.agents.set_presence(user, Presence.AVAILABLE, "", tx.now)
            assign(tx, conversation.id, user, "test")

        await self.service.store.write(take)
        self.service.provider.board.answer(await until(self._agents_leg))
        await self.state(CallState.TALKING)
        return user

    async def _agents_leg(self) -> Leg | None:
        legs = self.service.provider.board.legs.values()
        return next((leg for leg in legs if not leg.inbound and leg.status == "ringing"), None)

    async def hang_up_unheard(self) -> None:
        """While the product is down; it comes back afterwards."""
        await self.service.stop()
        self.service.provider.lose_statuses()
        self.service.provider.board.hang_up(self.leg)
        self.service.provider.lose_statuses(False)
        await self.service.start()


async def dialled(service: Service) -> Ringing:
    ringing = Ringing(service=service, leg=service.provider.board.call_from_customer(THEIRS, OURS))
    await ringing.state(CallState.HOLDING)
    return ringing


async def agent(service: Service, user: UserId) -> Agent:
    found: Agent = await service.store.read(lambda tx: tx.agents.get(user))
    return found


async def test_a_talk_that_ended_while_the_product_was_down_is_over_with_its_duration(
    service: Service,
) -> None:
    ringing = await dialled(service)
    await ringing.talk_to_agent()
    await ringing.hang_up_unheard()
    await ringing.state(CallState.ENDED)
    (end,) = await ringing.ends()
    assert (end["status"], end["duration"], "abandoned" in end) == ("completed", ringing.leg.seconds, False)


async def test_its_agent_resolves_has_his_wrap_up_and_is_free(service: Service) -> None:
    ringing = await dialled(service)
    user = await ringing.talk_to_agent()
    await ringing.hang_up_unheard()
    await ringing.state(CallState.ENDED)
    held = await ringing.conversation()
    await service.store.write(resolve, held.id, held.handler, held.epoch, outcome="answered")
    wrapping = await agent(service, user)
    (item,) = await service.store.read(lambda tx: tx.work.held_by(user))
    await service.store.write(finish_wrap, item.id, user)
    assert (wrapping.wrapping, (await agent(service, user)).load) == (True, 0)


async def test_a_caller_who_gave_up_while_the_product_was_down_waits_no_more(service: Service) -> None:
    ringing = await dialled(service)
    await ringing.hang_up_unheard()
    await ringing.state(CallState.ENDED)
    conversation = await ringing.conversation()
    assert (conversation.status.value, conversation.outcome) == ("resolved", "abandoned")


async def test_a_call_that_goes_on_through_a_restart_goes_on(service: Service) -> None:
    ringing = await dialled(service)
    await ringing.talk_to_agent()
    await service.stop()
    await service.start()
    before = service.provider.questions
    await until(lambda: _asked(service, before + 4))  # two looks at two legs
    assert (await ringing.call()).state is CallState.TALKING
    assert ringing.leg.status == "in-progress"


async def _asked(service: Service, times: int) -> bool:
    return service.provider.questions >= times


@pytest.mark.parametrize("mood", ["failing", "busy"])
async def test_a_provider_that_cannot_say_is_asked_until_it_can(service: Service, mood: str) -> None:
    ringing = await dialled(service)
    service.provider.mood = mood
    await ringing.hang_up_unheard()
    await until(lambda: _asked(service, 1))
    live = (await ringing.call()).state
    service.provider.mood = "well"
    await ringing.state(CallState.ENDED)
    assert (live, len(await ringing.ends())) == (CallState.HOLDING, 1)


async def test_a_call_the_provider_has_forgotten_is_lost(service: Service) -> None:
    ringing = await dialled(service)
    await service.stop()
    del service.provider.board.legs[ringing.leg.sid]
    await service.start()
    await ringing.state(CallState.ENDED)
    assert [end["status"] for end in await ringing.ends()] == ["lost"]


@pytest.mark.parametrize(("number", "state"), [(THEIRS, "delivered"), ("+33639980404", "failed")])
async def test_the_fate_of_a_message_that_nobody_heard_is_asked_for(
    service: Service, number: str, state: str
) -> None:
    assert (await service.customer_writes(sender=number)).status == 200
    service.provider.lose_statuses()
    delivery_id = await service.agent_replies()
    await service.until(delivery_id, "sent", state)
    await service.stop()
    await service.start()
    assert (await service.until(delivery_id, state)).reason in (None, "undelivered (30003)")
