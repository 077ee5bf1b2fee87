"""The screen pop: who it is, what they want and why this agent is asked, as JSON for the console."""

from typing import Any

from crm.conversations.views import conversation_view
from routing.model import Background, Decision, Queue, WorkItem, offer_time


def pop_view(
    item: WorkItem, queue: Queue, background: Background, decision: Decision | None
) -> dict[str, Any]:
    """What an offer shows. The same for as long as the offer stands, so that a snapshot equals the event."""
    conversation = background.conversation
    offered_at = (
        item.offer_deadline - offer_time(queue, item.channel) if item.offer_deadline else item.queued_at
    )
    return {
        "conversation": conversation_view(conversation, background.party_name),
        "party": {"id": conversation.party_id, "name": background.party_name},
        "queue": {"id": queue.id, "name": queue.name},
        "language": conversation.language.value if conversation.language else None,
        "last_words": background.last_words,
        "summary": background.summary,
        "handover": background.handover,
        "earlier_conversations": background.earlier_conversations,
        "offered_at": offered_at.isoformat(),
        "waiting_seconds": max(0, int((offered_at - item.queued_at).total_seconds())),
        "why": {"rule": decision.rule, "passed": list(item.passed_by)} if decision else None,
    }
