"""Who gets which work: a pure function of the state and the moment, hence easy to test, explain and simulate.

Work goes in order of place: priority, then calls before chats before texts, then how long it has waited. An agent is
asked when they are available, not in wrap-up, a member of the queue, skilled enough and have room; one thing at a time,
but a call pushes the open offer of a text aside. A second call is never added to one. Of those who can be asked the
longest idle is; who already let the item pass is asked only when nobody else is left.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.ids import QueueId, UserId, WorkItemId
from core.words import ChannelName
from routing.model import UNITS, URGENCY, Agent, Decision, Need, Presence, WorkItem


class Exclusion(StrEnum):
    """Why an agent of the queue cannot be asked now."""

    NOT_AVAILABLE = "not_available"
    IN_WRAP_UP = "in_wrap_up"
    ON_CALL = "on_call"
    LACKS_SKILL = "lacks_skill"
    NO_ROOM = "no_room"
    HAS_OFFER = "has_offer"


class Rule(StrEnum):
    """What decided."""

    LONGEST_IDLE = "longest_idle"
    ASKED_AGAIN = "asked_again"  # all who could take it had let it pass
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one pass does at most, and how many candidates a decision keeps."""

    offers: int = 100
    candidates: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    item_id: WorkItemId
    user_id: UserId


def match(
    items: Iterable[WorkItem], agents: Iterable[Agent], now: datetime, limits: Limits
) -> tuple[tuple[Assignment, ...], tuple[Decision, ...]]:
    """The assignments of one pass, highest place first, and for each the decision that led to it."""
    floor = Floor(agents)
    hopeless: set[tuple[object, ...]] = set()
    assignments: list[Assignment] = []
    decisions: list[Decision] = []
    for item in sorted(items, key=place):
        if len(assignments) == limits.offers:
            break
        if kind_of_need(item) in hopeless:
            continue
        members = floor.members(item.queue_id)
        chosen = choose(item, members)
        if chosen is None:
            hopeless.add(kind_of_need(item))
            continue
        assignments.append(Assignment(item_id=item.id, user_id=chosen.user_id))
        decisions.append(_decision(item, chosen, members, now, limits))
        floor.give(chosen, item, now)
    return tuple(assignments), tuple(decisions)


def explain(item: WorkItem, agents: Iterable[Agent], now: datetime, limits: Limits) -> Decision:
    """Why the item is where it is: who would get it now, or what keeps each agent of its queue from it."""
    members = Floor(agents).members(item.queue_id)
    return _decision(item, choose(item, members), members, now, limits)


def place(item: WorkItem) -> tuple[int, int, datetime, WorkItemId]:
    """Sorts work: priority, then how urgent its channel is, then how long the need has waited."""
    return (-item.priority, URGENCY[item.channel], item.queued_at, item.id)


def kind_of_need(item: WorkItem | Need) -> tuple[object, ...]:
    """The need as something to compare."""
    return (item.queue_id, item.channel, frozenset(item.skills.items()))


def room(need: Need, members: Iterable[Agent]) -> int:
    """How many items of the need one pass can give to the members of its queue at most: one to each."""
    return sum(exclusion(need, agent) is None for agent in members)


def exclusion(item: WorkItem | Need, agent: Agent) -> Exclusion | None:
    """What keeps a member of the item's queue from being asked; None when they can be."""
    if agent.presence is not Presence.AVAILABLE:
        return Exclusion.NOT_AVAILABLE
    if agent.wrapping:
        return Exclusion.IN_WRAP_UP
    if agent.on_call and item.channel is ChannelName.VOICE:
        return Exclusion.ON_CALL
    if any(agent.skills.get(name, 0) < level for name, level in item.skills.items()):
        return Exclusion.LACKS_SKILL
    call = item.channel is ChannelName.VOICE
    if agent.load - (agent.text_offers if call else 0) + UNITS[item.channel] > agent.capacity:
        return Exclusion.NO_ROOM
    if agent.offers and not (call and agent.text_offers):
        return Exclusion.HAS_OFFER
    return None


def choose(item: WorkItem, members: Iterable[Agent]) -> Agent | None:
    """The agent to ask now."""
    able = (agent for agent in members if exclusion(item, agent) is None)
    return min(able, key=lambda agent: _turn(item, agent), default=None)


class Floor:
    """The agents during one pass: what a pass gives is counted before it gives more."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        self._agents = {agent.user_id: agent for agent in agents}
        self._members: defaultdict[QueueId, list[UserId]] = defaultdict(list)
        for agent in self._agents.values():
            for queue_id in agent.queues:
                self._members[queue_id].append(agent.user_id)

    def members(self, queue_id: QueueId) -> Sequence[Agent]:
        return [self._agents[user_id] for user_id in self._members.get(queue_id, ())]

    def give(self, agent: Agent, item: WorkItem, now: datetime) -> None:
        self._agents[agent.user_id] = replace(
            agent,
            load=agent.load - agent.text_offers * (item.channel is ChannelName.VOICE) + UNITS[item.channel],
            offers=1,
            text_offers=0,  # what this very pass gives it does not take away again
            on_call=agent.on_call or item.channel is ChannelName.VOICE,
            idle_since=now,
        )


def _turn(item: WorkItem, agent: Agent) -> tuple[bool, bool, datetime, UserId]:
    """Whose turn it is, first: an agent who holds work is not idle, however long ago they were given some."""
    return (agent.user_id in item.passed_by, agent.load > 0, agent.idle_since, agent.user_id)


def _decision(
    item: WorkItem, chosen: Agent | None, members: Iterable[Agent], now: datetime, limits: Limits
) -> Decision:
    rule = Rule.LONGEST_IDLE
    if chosen is None:
        rule = Rule.NOBODY
    elif chosen.user_id in item.passed_by:
        rule = Rule.ASKED_AGAIN
    ranked = sorted(members, key=lambda agent: (exclusion(item, agent) is not None, *_turn(item, agent)))
    return Decision(
        item_id=item.id,
        chosen=chosen.user_id if chosen else None,
        rule=rule.value,
        candidates=tuple(_candidate(item, agent, now) for agent in ranked[: limits.candidates]),
    )


def _candidate(item: WorkItem, agent: Agent, now: datetime) -> dict[str, Any]:
    excluded = exclusion(item, agent)
    return {
        "user_id": agent.user_id,
        "excluded": excluded.value if excluded else None,
        "presence": agent.presence.value,
        "idle_seconds": max(0, int((now - agent.idle_since).total_seconds())),
        "load": agent.load,
        "capacity": agent.capacity,
        "passed": agent.user_id in item.passed_by,
    }
