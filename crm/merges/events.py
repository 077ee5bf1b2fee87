"""What consoles hear of merges."""

from dataclasses import dataclass

from crm.conversations.events import ConversationEvent, PartyEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class PartiesMerged(PartyEvent):
    """`merged_id` is part of `party_id` now."""

    merged_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeUndone(PartyEvent):
    """`merged_id` stands for itself again."""

    merged_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMoved(ConversationEvent):
    """It belongs to another customer than before."""
