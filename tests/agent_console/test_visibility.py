"""Who hears which event: the pure rule, case by case."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agent_console.server.visibility import event_json, visible_to
from core.events import REGISTRY, EntityChanged, Event, Recorded
from core.ids import QueueId, UserId
from core.permissions import ROLE_PERMISSIONS
from core.staff import Viewer
from core.words import Role
from crm.conversations.events import (
    CallChanged,
    ConversationOpened,
    ConversationRead,
    DeliveryUpdated,
    HandlerChanged,
    InboundSetAside,
    PartyChanged,
)
from crm.tags.events import PartyTagged
from routing.events import OfferWithdrawn, PresenceChanged, WorkItemQueued
from storage.views.parties import Reach


def viewer(*roles: Role, queues: tuple[str, ...] = ("q1",)) -> Viewer:
    return Viewer(
        user_id=UserId("me"),
        permissions=frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles)),
        queues=frozenset(QueueId(queue) for queue in queues),
    )


AGENT = viewer(Role.AGENT)


def conversation(queue: str, kind: str = "queue", ref: str = "") -> dict[str, Any]:
    return {"id": "c1", "queue_id": queue, "handler": {"kind": kind, "ref": ref}}


def item(queue: str, offered_to: str | None = None) -> dict[str, Any]:
    return {"id": "w1", "queue_id": queue, "offered_to": offered_to}


def recorded(event: Event) -> Recorded:
    return Recorded(seq=1, at=datetime(2026, 3, 4, tzinfo=UTC), event=event)


HEARD = {
    "a conversation of my queue": ConversationOpened(conversation=conversation("q1")),
    "one I hold, of another queue": ConversationOpened(conversation=conversation("q2", "agent", "me")),
    "one that just left my hands": HandlerChanged(
        conversation=conversation("q2"), previous="agent:me", reason="transferred"
    ),
    "work of my queue": WorkItemQueued(item=item("q1")),
    "an offer of mine": WorkItemQueued(item=item("q2", "me")),
    "an offer taken back from me": OfferWithdrawn(item=item("q2"), user_id="me"),
    "a delivery of my queue": DeliveryUpdated(
        conversation_id="c1", exchange_id="e1", queue_id="q1", delivery={}
    ),
    "a delivery of what I hold": DeliveryUpdated(
        conversation_id="c1", exchange_id="e1", queue_id="q2", delivery={}, handler="agent:me"
    ),
    "a call of what I hold": CallChanged(conversation_id="c1", queue_id="q2", call={}, handler="agent:me"),
    "my own presence": PresenceChanged(agent={"user_id": "me"}),
}
NOT_HEARD = {
    "a conversation of another queue": ConversationOpened(conversation=conversation("q2")),
    "one a colleague holds elsewhere": ConversationOpened(conversation=conversation("q2", "agent", "you")),
    "a queue that is called like me": ConversationOpened(conversation=conversation("q2", "queue", "me")),
    "work of another queue": WorkItemQueued(item=item("q2", "you")),
    "a delivery elsewhere": DeliveryUpdated(
        conversation_id="c1", exchange_id="e1", queue_id="q2", delivery={}, handler="agent:you"
    ),
    "a colleague's presence": PresenceChanged(agent={"user_id": "you"}),
    "what was set aside": InboundSetAside(set_aside_id="s1", channel="email", reason="no sender"),
    "a customer I do not know": PartyChanged(party_id="p1", name="Léa"),
}


@pytest.mark.parametrize("event", HEARD.values(), ids=HEARD.keys())
def test_an_agent_hears_of(event: Event):
    assert visible_to(AGENT, recorded(event))


@pytest.mark.parametrize("event", NOT_HEARD.values(), ids=NOT_HEARD.keys())
def test_an_agent_does_not_hear_of(event: Event):
    assert not visible_to(AGENT, recorded(event))


@pytest.mark.parametrize("event", [*HEARD.values(), *NOT_HEARD.values()], ids=[*HEARD, *NOT_HEARD])
def test_supervisors_hear_all_and_designers_nothing(event: Event):
    assert visible_to(viewer(Role.SUPERVISOR, queues=()), recorded(event))
    assert visible_to(viewer(Role.ADMIN, queues=()), recorded(event))
    assert not visible_to(viewer(Role.DESIGNER), recorded(event))


def test_how_far_someone_read_concerns_nobody_else():
    mine, theirs = (
        recorded(ConversationRead(user_id=user, conversation_id="c1", reading={})) for user in ("me", "you")
    )
    someone = [viewer(Role.AGENT), viewer(Role.SUPERVISOR), viewer(Role.ADMIN)]

    assert [visible_to(me, mine) for me in someone] == [True, True, True]
    assert [visible_to(me, theirs) for me in someone] == [False, False, False]


def test_news_of_a_customer_reaches_those_of_his_queues_and_those_who_hold_his_conversations():
    event = recorded(PartyChanged(party_id="p1", name="Léa"))

    assert visible_to(AGENT, event, Reach(queues=frozenset({"q1"}), holders=frozenset()))
    assert visible_to(AGENT, event, Reach(queues=frozenset({"q2"}), holders=frozenset({"me"})))
    assert not visible_to(AGENT, event, Reach(queues=frozenset({"q2"}), holders=frozenset({"you"})))


def test_news_of_any_customer_reaches_who_looks_after_the_whole_base():
    for event in (PartyChanged(party_id="p1", name="Léa"), PartyTagged(party_id="p1", tags=("t1",))):
        assert visible_to(viewer(Role.CRM, queues=()), recorded(event))
        assert not visible_to(viewer(Role.DESIGNER, queues=()), recorded(event))


def test_an_entity_is_heard_of_by_who_may_read_it_or_by_its_owner_alone():
    role = EntityChanged(kind="role", id="r1", data=None, permission="users.read")
    mine = EntityChanged(kind="job", id="j1", data={}, user_id="me")
    tag = EntityChanged(kind="tag", id="t1", data={})
    theirs = EntityChanged(kind="saved_view", id="v1", data={}, user_id="you")

    heard = [visible_to(AGENT, recorded(event)) for event in (role, mine, tag, theirs)]
    assert heard == [False, True, True, False]
    assert visible_to(viewer(Role.SUPERVISOR), recorded(role))
    assert not visible_to(viewer(Role.SUPERVISOR), recorded(theirs))


def test_an_event_nobody_thought_of_reaches_no_agent():
    class Unheard(Event):
        pass

    try:
        assert not visible_to(AGENT, recorded(Unheard()))
    finally:
        del REGISTRY["Unheard"]


def test_consoles_get_an_event_with_its_seq_its_time_and_its_name():
    assert event_json(recorded(PartyChanged(party_id="p1", name="Léa"))) == {
        "seq": 1,
        "at": "2026-03-04T00:00:00+00:00",
        "name": "PartyChanged",
        "data": {"party_id": "p1", "name": "Léa"},
    }
