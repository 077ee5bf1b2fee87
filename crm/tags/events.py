"""What happens to the tags of things. That a tag itself changed is an `EntityChanged` of kind `tag`."""

from dataclasses import dataclass

from crm.conversations.events import ConversationEvent, PartyEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationTagged(ConversationEvent):
    """`conversation` has the tags it has now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyTagged(PartyEvent):
    tags: tuple[str, ...]
