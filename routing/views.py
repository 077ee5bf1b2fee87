"""The JSON shapes of work items and agents, the same in events, on the API and in the console."""

from typing import Any

from routing.model import Agent, WorkItem


def item_view(item: WorkItem) -> dict[str, Any]:
    """A work item for lists, pops and the wall."""
    return {
        "id": item.id,
        "conversation_id": item.conversation_id,
        "queue_id": item.queue_id,
        "channel": item.channel.value,
        "state": item.state.value,
        "priority": item.priority,
        "skills": dict(item.skills),
        "queued_at": item.queued_at.isoformat(),
        "offered_to": item.offered_to,
        "offer_deadline": item.offer_deadline.isoformat() if item.offer_deadline else None,
        "accepted_at": item.accepted_at.isoformat() if item.accepted_at else None,
        "wrap_until": item.wrap_until.isoformat() if item.wrap_until else None,
    }


def agent_view(agent: Agent) -> dict[str, Any]:
    """An agent for their own header and the wall."""
    return {
        "user_id": agent.user_id,
        "presence": agent.presence.value,
        "reason": agent.reason,
        "since": agent.since.isoformat(),
        "capacity": agent.capacity,
        "load": agent.load,
        "skills": dict(agent.skills),
        "queues": sorted(agent.queues),
        "misses": agent.misses,
        "on_call": agent.on_call,
        "wrapping": agent.wrapping,
    }
