"""What an agent said aloud on a call: part of the history, with nothing to deliver."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.ids import ConversationId, ExchangeId, new_id
from core.words import AuthorKind, ChannelName, Direction
from crm.conversations.events import ExchangeRecorded
from crm.conversations.model import Exchange, ExchangeKind, Status
from crm.conversations.views import PREVIEW, conversation_view, exchange_view
from crm.ports import CrmTx


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One utterance of the agent `user_id`; `key` makes the same report of it twice one exchange."""

    conversation_id: ConversationId
    user_id: str
    text: str
    key: str
    occurred_at: datetime
    meta: dict[str, Any] = field(default_factory=dict)


def record_spoken(tx: CrmTx, spoken: Spoken) -> Exchange:
    """Records the utterance once. It needs no epoch: it was heard, whoever holds the conversation now."""
    conversation = tx.conversations.get(spoken.conversation_id)
    exchange_id = ExchangeId(new_id())
    earlier = tx.exchanges.claim(f"spoken:{conversation.id}", spoken.key, exchange_id)
    if earlier != exchange_id:
        return tx.exchanges.get(earlier)
    after = replace(
        conversation,
        last_position=conversation.last_position + 1,
        last_activity_at=tx.now,
        waiting_since=None,
        status=Status.WAITING if conversation.status is Status.OPEN else conversation.status,
        preview=spoken.text[:PREVIEW],
        preview_author=AuthorKind.AGENT,
    )
    exchange = Exchange(
        id=exchange_id,
        conversation_id=after.id,
        position=after.last_position,
        channel=ChannelName.VOICE,
        kind=ExchangeKind.MESSAGE,
        direction=Direction.OUTBOUND,
        author=AuthorKind.AGENT,
        author_ref=spoken.user_id,
        text=spoken.text,
        html=None,
        meta=dict(spoken.meta),
        occurred_at=spoken.occurred_at,
        recorded_at=tx.now,
    )
    tx.conversations.save(after)
    tx.exchanges.append(exchange)
    name = tx.parties.get(after.party_id).name
    tx.emit(ExchangeRecorded(conversation=conversation_view(after, name), exchange=exchange_view(exchange)))
    return exchange
