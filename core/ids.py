"""Identifiers: time-ordered UUIDs (version 7, RFC 9562 §5.7) as text, one `NewType` for each thing named.

Time order keeps index pages warm on insert and lets a list be sorted by id where a date is missing.
"""

from typing import NewType

from uuid_utils import uuid7

PartyId = NewType("PartyId", str)
ContactPointId = NewType("ContactPointId", str)
ConversationId = NewType("ConversationId", str)
ExchangeId = NewType("ExchangeId", str)
DeliveryId = NewType("DeliveryId", str)
AttachmentId = NewType("AttachmentId", str)
UserId = NewType("UserId", str)
QueueId = NewType("QueueId", str)
WorkItemId = NewType("WorkItemId", str)
TaskId = NewType("TaskId", str)
SetAsideId = NewType("SetAsideId", str)


def new_id() -> str:
    """A fresh identifier of 36 characters; ids made later by one process sort later."""
    return str(uuid7())
