"""A bot as staff know it: what its designers write, its trained versions, and which of them answer customers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from core.errors import FilrougeError
from core.words import Language

TRAIN = "bot.train"
TRAIN_JOB = "train_bot"
WHOLE = 100  # per cent of the conversations


class VersionStatus(StrEnum):
    TRAINING = "training"
    READY = "ready"
    FAILED = "failed"


class VersionNotReady(FilrougeError):
    """Only what was trained can answer customers."""

    code = "version_not_ready"
    message = "Version {number} is not trained; train it before it is published."


class DraftChanged(FilrougeError):
    """Somebody else changed the same part of the draft; show what it is now."""

    code = "draft_changed"
    message = "{name} was changed by somebody else meanwhile."


@dataclass(frozen=True, slots=True, kw_only=True)
class BotDefinition:
    """`key` is how entry points name it, and never changes.

    `live` says which versions answer, each with its share of the conversations in per cent, which are 100 together;
    empty before the first publication. `language` is spoken where the name of a file says no other.
    """

    id: str
    key: str
    name: str
    language: Language
    created_at: datetime
    live: Mapping[str, int] = field(default_factory=dict)
    version: int = 1

    def version_for(self, conversation_id: str) -> str | None:
        """The id of the version that answers a conversation, the same one for its whole life while shares stay."""
        place = int(sha256(conversation_id.encode()).hexdigest()[:8], 16) % WHOLE
        for version_id, share in sorted(self.live.items()):
            if place < share:
                return version_id
            place -= share
        return next(iter(self.live), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotVersion:
    """The draft as it was when somebody trained it. `report` is its evaluation; empty where there was none."""

    id: str
    bot_id: str
    number: int
    status: VersionStatus
    note: str
    by_id: str | None
    created_at: datetime
    problem: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    trained_at: datetime | None = None
    published_at: datetime | None = None
    version: int = 1
