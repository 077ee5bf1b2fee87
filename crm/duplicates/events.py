"""What happens to possible duplicates."""

from dataclasses import dataclass

from crm.conversations.events import PartyEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicatesChanged(PartyEvent):
    """Who this party may be the same as is not what it was."""
