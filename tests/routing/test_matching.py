"""Who gets which work: by example, then by properties that hold on every floor."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.ids import UserId, WorkItemId
from core.words import ChannelName
from routing.matching import Exclusion, Limits, exclusion, explain, kind_of_need, match, place, room
from routing.model import UNITS, Agent, Need, Presence, WorkItem
from tests.routing.builders import NOON, agents, an_agent, an_item, items

LIMITS = Limits()


def pairs(
    work: list[WorkItem], people: list[Agent], limits: Limits = LIMITS
) -> list[tuple[WorkItemId, UserId]]:
    assignments, _ = match(work, people, NOON, limits)
    return [(a.item_id, a.user_id) for a in assignments]


def room_for(item: WorkItem, people: list[Agent]) -> int:
    need = Need(queue_id=item.queue_id, channel=item.channel, skills=item.skills)
    return room(need, [agent for agent in people if item.queue_id in agent.queues])


def test_the_longest_idle_agent_is_asked() -> None:
    people = [an_agent("anne", idle_from=-10), an_agent("bruno", idle_from=-60)]

    assert pairs([an_item()], people) == [("i1", "bruno")]


def test_of_two_idle_as_long_the_smaller_id_is_asked() -> None:
    assert pairs([an_item()], [an_agent("bruno"), an_agent("anne")]) == [("i1", "anne")]


def test_an_agent_who_holds_work_is_not_idle_however_long_ago_he_was_given_it() -> None:
    people = [an_agent("anne", idle_from=-900, load=25), an_agent("bruno", idle_from=-5)]

    assert pairs([an_item()], people) == [("i1", "bruno")]


def test_priority_comes_before_time_and_time_before_id() -> None:
    work = [an_item("b", at=-5), an_item("a", at=-5), an_item("old", at=-50), an_item("vip", priority=1)]
    people = [an_agent(f"agent-{n}") for n in range(4)]

    assert [item for item, _ in pairs(work, people)] == ["vip", "old", "a", "b"]


def test_calls_come_before_chats_and_chats_before_texts_where_priority_does_not_say_otherwise() -> None:
    work = [
        an_item("mail", at=-900, channel=ChannelName.EMAIL),
        an_item("text", at=-800, channel=ChannelName.SMS),
        an_item("chat", at=-60, channel=ChannelName.WEBCHAT),
        an_item("call", at=-5, channel=ChannelName.VOICE),
        an_item("vip", channel=ChannelName.EMAIL, priority=1),
    ]
    people = [an_agent(f"agent-{n}") for n in range(5)]

    assert [item for item, _ in pairs(work, people)] == ["vip", "call", "chat", "mail", "text"]


def test_one_pass_offers_each_agent_one_thing() -> None:
    work = [an_item(f"i{n}", at=n) for n in range(4)]
    people = [an_agent("anne", idle_from=-9), an_agent("bruno"), an_agent("chloé", capacity=20)]

    assert pairs(work, people) == [("i0", "anne"), ("i1", "bruno")]


def test_who_has_an_open_offer_is_not_asked_but_for_a_call_that_pushes_a_text_aside() -> None:
    chat, call = an_item("chat"), an_item("call", channel=ChannelName.VOICE)
    with_text = an_agent("anne", load=20, offers=1, text_offers=20)
    with_chat = an_agent("anne", load=25, offers=1)

    assert pairs([chat], [with_text]) == pairs([chat], [with_chat]) == pairs([call], [with_chat]) == []
    assert pairs([call], [with_text]) == [("call", "anne")]
    assert exclusion(chat, with_text) is Exclusion.HAS_OFFER


def test_a_call_needs_the_room_that_the_text_pushed_aside_leaves() -> None:
    call = an_item("call", channel=ChannelName.VOICE)

    assert pairs([call], [an_agent("anne", load=45, offers=1, text_offers=20)]) == []


def test_a_second_call_is_never_added_to_one_even_where_there_is_room() -> None:
    calls = [an_item("c1", channel=ChannelName.VOICE), an_item("c2", at=1, channel=ChannelName.VOICE)]

    assert pairs(calls, [an_agent(capacity=300)]) == [("c1", "anne")]


def test_the_room_for_a_need_is_that_of_the_agents_who_can_serve_it() -> None:
    chat = an_item(skills={"fr": 1})
    people = [
        an_agent("anne", skills={"fr": 2}, load=30),
        an_agent("bruno"),
        an_agent("chloé", skills={"fr": 1}, presence=Presence.ON_BREAK),
        an_agent("denis", skills={"fr": 1}, capacity=200),
    ]

    assert room_for(chat, people) == 2
    assert room_for(replace(chat, channel=ChannelName.VOICE), people) == 1


def test_who_let_it_pass_is_asked_last() -> None:
    item = an_item(passed_by=("anne",))
    people = [an_agent("anne", idle_from=-60), an_agent("bruno", load=25)]

    assert pairs([item], people) == [("i1", "bruno")]


def test_who_let_it_pass_is_asked_again_when_there_is_nobody_else() -> None:
    _, (decision,) = match([an_item(passed_by=("anne",))], [an_agent("anne")], NOON, LIMITS)

    assert (decision.chosen, decision.rule) == ("anne", "asked_again")


def test_a_demand_nobody_meets_does_not_hold_up_the_work_behind_it() -> None:
    work = [an_item("dutch", at=-60, skills={"nl": 1}), an_item("french", skills={"fr": 1})]

    assert pairs(work, [an_agent(skills={"fr": 2})]) == [("french", "anne")]


def test_a_decision_says_what_excluded_each_candidate() -> None:
    people = [
        an_agent("anne", presence=Presence.ON_BREAK),
        an_agent("bruno", wrapping=True),
        an_agent("chloe", skills={"fr": 1}),
        an_agent("denis", skills={"fr": 3}, load=90),
        an_agent("elise", skills={"fr": 3}, queues=frozenset()),
        an_agent("farid", skills={"fr": 3}),
    ]
    decision = explain(an_item(skills={"fr": 2}), people, NOON, LIMITS)

    assert {c["user_id"]: c["excluded"] for c in decision.candidates} == {
        "farid": None,
        "anne": "not_available",
        "bruno": "in_wrap_up",
        "chloe": "lacks_skill",
        "denis": "no_room",
    }
    assert decision.chosen == "farid"


def test_a_decision_keeps_no_more_candidates_than_wanted_and_the_chosen_among_them() -> None:
    people = [an_agent(f"agent-{n:03}", idle_from=-n) for n in range(50)]

    decision = explain(an_item(), people, NOON, Limits(candidates=5))

    assert len(decision.candidates) == 5
    assert decision.candidates[0]["user_id"] == decision.chosen == "agent-049"


def test_a_pass_stops_at_its_limit() -> None:
    work = [an_item(f"i{n}", at=n) for n in range(4)]

    assert len(pairs(work, [an_agent(f"agent-{n}") for n in range(4)], Limits(offers=2))) == 2


@given(items(), agents())
def test_no_agent_is_ever_above_his_capacity_and_no_item_goes_to_two(
    work: list[WorkItem], people: list[Agent]
) -> None:
    given_out = pairs(work, people)
    channel = {item.id: item.channel for item in work}
    load = Counter({agent.user_id: agent.load for agent in people})
    for item_id, user_id in given_out:
        load[user_id] += UNITS[channel[item_id]]

    asked = {user_id for _, user_id in given_out}
    assert all(load[a.user_id] <= a.capacity for a in people if a.user_id in asked)
    assert len({item_id for item_id, _ in given_out}) == len(given_out)


@given(items(), agents())
def test_each_assignment_is_one_that_could_be_made(work: list[WorkItem], people: list[Agent]) -> None:
    by_item = {item.id: item for item in work}
    by_agent = {agent.user_id: agent for agent in people}

    for item_id, user_id in pairs(work, people):
        item, agent = by_item[item_id], by_agent[user_id]
        assert item.queue_id in agent.queues
        assert exclusion(item, agent) is None


@given(items(), agents())
def test_an_item_is_passed_over_only_when_nobody_could_take_it_at_its_turn(
    work: list[WorkItem], people: list[Agent]
) -> None:
    given_out = dict(pairs(work, people))
    floor = {agent.user_id: agent for agent in people}
    for item in sorted(work, key=place):
        able = [a for a in floor.values() if item.queue_id in a.queues and exclusion(item, a) is None]
        assert (item.id in given_out) == bool(able)
        if able:
            taker = floor[given_out[item.id]]
            voice = item.channel is ChannelName.VOICE
            floor[taker.user_id] = replace(
                taker,
                load=taker.load + UNITS[item.channel] - taker.text_offers * voice,
                on_call=taker.on_call or voice,
                offers=1,
                text_offers=0,
            )


@given(items(), agents(), st.randoms(use_true_random=False))
def test_the_order_in_which_the_state_is_read_changes_nothing(
    work: list[WorkItem], people: list[Agent], random: object
) -> None:
    expected = match(work, people, NOON, LIMITS)
    random.shuffle(work)  # type: ignore[attr-defined]
    random.shuffle(people)  # type: ignore[attr-defined]

    assert match(work, people, NOON, LIMITS) == expected


@given(items(), agents())
def test_of_each_need_no_more_items_count_than_its_agents_have_room_for(
    work: list[WorkItem], people: list[Agent]
) -> None:
    needs: dict[tuple[object, ...], list[WorkItem]] = {}
    for item in sorted(work, key=place):
        needs.setdefault(kind_of_need(item), []).append(item)
    worth_reading = [item for equal in needs.values() for item in equal[: room_for(equal[0], people)]]

    assert match(worth_reading, people, NOON, LIMITS) == match(work, people, NOON, LIMITS)


@given(items(), agents())
def test_every_assignment_comes_with_its_decision(work: list[WorkItem], people: list[Agent]) -> None:
    assignments, decisions = match(work, people, NOON, LIMITS)

    assert [(a.item_id, a.user_id) for a in assignments] == [(d.item_id, d.chosen) for d in decisions]
    for decision in decisions:
        assert decision.candidates[0]["user_id"] == decision.chosen
        assert decision.candidates[0]["excluded"] is None
