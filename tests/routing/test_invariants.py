"""Any commands in any order keep routing's promises: drawn at random, run on a real store, checked after each."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from core.errors import FilrougeError
from core.ids import ConversationId, UserId
from core.words import ChannelName, HandlerKind
from crm.conversations.handling import return_to_queue
from crm.conversations.model import Conversation, Status
from routing.ending import finish_wrap
from routing.model import UNITS, Agent, Presence, WorkItem, WorkState
from routing.offers import accept_offer, decline_offer
from routing.presence import mark_silent, seen, set_presence, take_off_duty
from routing.states import ENDED, HELD
from tests.fixtures import sqlite_settings
from tests.routing.floor import Floor, every_item, open_floor

R = TypeVar("R")
NEED = {WorkState.WAITING, WorkState.OFFERED, WorkState.ACCEPTED}
SAID = [p for p in Presence if p is not Presence.UNREACHABLE]
some = st.integers(0, 30)  # picks one of what there is


class Shift(RuleBasedStateMachine):
    """One floor, three agents of different room, customers on every channel."""

    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.agents: list[UserId] = []
        self.conversations: list[ConversationId] = []
        self.places: dict[str, Any] = {}

    def run(self, work: Coroutine[Any, Any, R]) -> R | None:
        """The command's answer, or None when it was refused, which is always allowed."""
        try:
            return self.runner.run(work)
        except FilrougeError:
            return None

    @initialize()
    def open(self) -> None:
        shutil.copytree(self.migrated, self.folder, dirs_exist_ok=True)
        self.floor: Floor = self.runner.run(open_floor(sqlite_settings(self.folder)))
        for name, capacity in (("Anne", 100), ("Bruno", 45), ("Chloé", 20)):
            self.agents.append(self.runner.run(self.floor.agent(name, capacity=capacity)))
        for customer in (1, 2, 3):  # begins in the middle of the day, with some work in hand
            self.customer_writes(ChannelName.SMS, customer, routed=True)
        for _ in range(2):
            self.accept(0)

    def teardown(self) -> None:
        if hasattr(self, "floor"):
            self.runner.run(self.floor.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    @rule(channel=st.sampled_from(list(ChannelName)), customer=st.integers(1, 6), routed=st.booleans())
    def customer_writes(self, channel: ChannelName, customer: int, routed: bool) -> None:
        conversation = self.run(self.floor.customer_writes(channel, customer))
        if conversation and conversation not in self.conversations:
            self.conversations.append(conversation)
        if routed:
            self.router_passes()

    @rule()
    def router_passes(self) -> None:
        self.run(self.floor.route())

    @rule(which=some)
    def accept(self, which: int) -> None:
        if item := self.pick(which, WorkState.OFFERED):
            self.run(self.floor.store.write(accept_offer, item.id, self.holder(item)))

    @rule(which=some)
    def decline(self, which: int) -> None:
        if item := self.pick(which, WorkState.OFFERED):
            self.run(self.floor.store.write(decline_offer, item.id, self.holder(item)))

    @rule(which=some)
    def finish_notes(self, which: int) -> None:
        if item := self.pick(which, WorkState.WRAPPING):
            self.run(self.floor.store.write(finish_wrap, item.id, self.holder(item)))

    @rule(seconds=st.sampled_from([1, 15, 31, 61, 301]))
    def time_passes(self, seconds: int) -> None:
        self.run(self.floor.time_passes(seconds))

    @rule(who=st.integers(0, 2), presence=st.sampled_from([Presence.AVAILABLE, *SAID]))
    def agent_says(self, who: int, presence: Presence) -> None:
        self.run(self.floor.store.write(set_presence, self.agents[who], presence))

    @rule(who=st.integers(0, 2))
    def console_speaks(self, who: int) -> None:
        self.run(self.floor.store.write(seen, self.agents[who]))

    @rule()
    def consoles_fall_silent(self) -> None:
        self.run(self.floor.store.write(mark_silent, self.floor.clock.now() - timedelta(seconds=45)))

    @rule(who=st.integers(0, 2))
    def agent_is_given_up(self, who: int) -> None:
        self.run(self.floor.store.write(take_off_duty, self.agents[who], self.floor.clock.now()))

    @rule(which=some)
    def resolve(self, which: int) -> None:
        if self.conversations:
            self.run(self.floor.resolve(self.conversations[which % len(self.conversations)]))

    @rule(which=some)
    def transfer(self, which: int) -> None:
        if item := self.pick(which, WorkState.ACCEPTED):
            self.run(self.floor.transfer(item.conversation_id, self.floor.queue))

    @rule(which=some, who=st.integers(0, 2))
    def take_by_hand(self, which: int, who: int) -> None:
        if self.conversations:
            conversation = self.conversations[which % len(self.conversations)]
            self.run(self.floor.take_by_hand(conversation, self.agents[who]))

    @rule(which=some)
    def telephone_of_the_agent_does_not_answer(self, which: int) -> None:
        if item := self.pick(which, WorkState.ACCEPTED):
            self.run(self.floor.store.write(return_to_queue, item.conversation_id, "agent_leg_busy"))

    @invariant()
    def promises_hold(self) -> None:
        if not hasattr(self, "floor"):
            return
        items, agents, conversations = self.runner.run(self.floor.store.read(self.everything))
        self.no_agent_is_above_capacity(items, agents)
        self.every_conversation_has_the_item_its_holder_says(items, conversations)
        self.each_state_has_what_it_needs(items)
        self.nobody_loses_his_place(items)

    def everything(self, tx: Any) -> tuple[list[WorkItem], list[Agent], list[Conversation]]:
        """The whole floor in one read."""
        return (
            every_item(tx),
            [tx.agents.get(user_id) for user_id in self.agents],
            [tx.conversations.get(conversation_id) for conversation_id in self.conversations],
        )

    def no_agent_is_above_capacity(self, items: list[WorkItem], agents: list[Agent]) -> None:
        load = Counter[str]()
        for item in items:
            if item.state in HELD:
                load[self.holder(item)] += UNITS[item.channel]
        for agent in agents:
            assert agent.load == load[agent.user_id] <= agent.capacity
            assert agent.presence is not Presence.OFFLINE or agent.load == 0
            offered = [i for i in items if i.offered_to == agent.user_id and i.state is WorkState.OFFERED]
            assert agent.presence is Presence.AVAILABLE or not offered

    def every_conversation_has_the_item_its_holder_says(
        self, items: list[WorkItem], conversations: list[Conversation]
    ) -> None:
        for conversation in conversations:
            needs = [i for i in items if i.conversation_id == conversation.id and i.state in NEED]
            if conversation.handler.kind is HandlerKind.QUEUE:
                (need,) = needs
                assert need.state in (WorkState.WAITING, WorkState.OFFERED)
                assert need.queue_id == conversation.handler.ref
            elif conversation.handler.kind is HandlerKind.AGENT:
                (need,) = needs
                assert (need.state, need.offered_to) == (WorkState.ACCEPTED, conversation.handler.ref)
            else:
                assert conversation.status is Status.RESOLVED
                assert needs == []

    def each_state_has_what_it_needs(self, items: list[WorkItem]) -> None:
        for item in items:
            assert (item.offer_deadline is not None) == (item.state is WorkState.OFFERED)
            assert (item.wrap_until is not None) == (item.state is WorkState.WRAPPING)
            assert (item.ended_at is not None) == (item.state in ENDED)
            assert item.offered_to is not None or item.state not in HELD
            assert item.offered_to is None or item.state is not WorkState.WAITING

    def nobody_loses_his_place(self, items: list[WorkItem]) -> None:
        for item in items:
            assert self.places.setdefault(item.id, item.queued_at) == item.queued_at

    def pick(self, which: int, state: WorkState) -> WorkItem | None:
        found = [i for i in self.runner.run(self.floor.items()) if i.state is state]
        return found[which % len(found)] if found else None

    @staticmethod
    def holder(item: WorkItem) -> UserId:
        assert item.offered_to is not None
        return item.offered_to


SHORT = settings(
    max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(SHORT, max_examples=400, stateful_step_count=60)


def prove(migrated: Path, how: settings) -> None:
    shift = type("Shift", (Shift,), {"migrated": migrated})
    run_state_machine_as_test(shift, settings=how)


def test_no_sequence_of_commands_breaks_a_promise(migrated: Path) -> None:
    prove(migrated, SHORT)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_no_longer_sequence_does_either(migrated: Path) -> None:
    prove(migrated, LONG)
