"""Items and agents as short as a test wants them, and the strategies that draw whole floors."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from core.ids import ConversationId, QueueId, UserId, WorkItemId
from core.words import ChannelName
from routing.model import UNITS, Agent, Presence, WorkItem, WorkState

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUEUE = QueueId("sales")
QUEUES = (QUEUE, QueueId("support"))


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def an_item(name: str = "i1", *, at: float = 0, **fields: Any) -> WorkItem:
    values: dict[str, Any] = {
        "id": WorkItemId(name),
        "conversation_id": ConversationId(f"conversation-{name}"),
        "queue_id": QUEUE,
        "channel": ChannelName.WEBCHAT,
        "state": WorkState.WAITING,
        "priority": 0,
        "skills": {},
        "queued_at": after(at),
    }
    return WorkItem(**(values | fields))


def an_agent(name: str = "anne", *, idle_from: float = 0, **fields: Any) -> Agent:
    values: dict[str, Any] = {
        "user_id": UserId(name),
        "presence": Presence.AVAILABLE,
        "reason": "",
        "since": NOON,
        "idle_since": after(idle_from),
        "capacity": 100,
        "load": 0,
        "skills": {},
        "queues": frozenset({QUEUE}),
    }
    return Agent(**(values | fields))


skills = st.dictionaries(st.sampled_from(["fr", "en", "billing"]), st.integers(1, 5), max_size=2)
names = [f"agent-{n}" for n in range(6)]


@st.composite
def agents(draw: st.DrawFn) -> list[Agent]:
    return [
        an_agent(
            name,
            idle_from=draw(st.integers(-600, 0)),
            presence=draw(st.sampled_from([Presence.AVAILABLE, Presence.AVAILABLE, Presence.ON_BREAK])),
            capacity=draw(st.sampled_from([0, 40, 100, 200])),
            load=draw(st.sampled_from([0, 20, 25, 100])),
            skills=draw(skills),
            queues=draw(st.frozensets(st.sampled_from(QUEUES))),
            on_call=draw(st.booleans()),
            wrapping=draw(st.sampled_from([False, False, True])),
        )
        for name in draw(st.lists(st.sampled_from(names), unique=True))
    ]


@st.composite
def items(draw: st.DrawFn) -> list[WorkItem]:
    return [
        an_item(
            f"item-{number}",
            at=draw(st.integers(-300, 0)),
            queue_id=draw(st.sampled_from(QUEUES)),
            channel=draw(st.sampled_from(list(UNITS))),
            priority=draw(st.integers(0, 2)),
            skills=draw(skills),
            passed_by=tuple(draw(st.lists(st.sampled_from(names), unique=True, max_size=3))),
        )
        for number in range(draw(st.integers(0, 12)))
    ]
