"""Answers about bots."""

from datetime import datetime
from typing import Any

from bots.limits import Unplayed
from bots.model import VersionStatus
from bots.project import Kind
from core.words import ChannelName, Language
from gateway.shapes.basics import Count, Output


class UnderstoodOut(Output):
    id: str
    at: datetime
    channel: ChannelName
    text: str
    intent: str
    confidence: float
    out_of_scope: bool
    language: str


class UnderstoodList(Output):
    items: list[UnderstoodOut]


class VersionOut(Output):
    """`report` is its evaluation, with one version only: figures, confusion matrix, mistakes, the scope curve."""

    id: str
    number: int
    status: VersionStatus
    note: str
    by_id: str | None
    problem: str
    created_at: datetime
    trained_at: datetime | None
    published_at: datetime | None
    report: dict[str, Any] | None = None


class VersionList(Output):
    items: list[VersionOut]


class BotOut(Output):
    """`live`: the share of the conversations in per cent by version. `changed`: the draft is not the newest version."""

    id: str
    key: str
    name: str
    language: Language
    created_at: datetime
    live: dict[str, int]
    newest: VersionOut | None
    changed: bool


class BotList(Output):
    items: list[BotOut]


class BotPart(Output):
    """`value` is Rasa's own structure; null where there is no such part (any more)."""

    kind: Kind
    name: str
    value: Any
    etag: str


class UnplayedNote(Output):
    """Something of a project that is kept and written back, but not played here."""

    what: Unplayed
    name: str


class BotDraft(Output):
    language: Language
    parts: list[BotPart]
    unplayed: list[UnplayedNote]


class BotFile(Output):
    path: str
    text: str
    etag: str


class BotFiles(Output):
    items: list[BotFile]


class RankedIntent(Output):
    intent: str
    confidence: float


class WeighedWord(Output):
    text: str
    weight: float


class NearExample(Output):
    text: str
    intent: str
    likeness: float


class Explanation(Output):
    """Out of scope is what is less familiar than `floor`; from `sure` on a guess is acted upon."""

    ranking: list[RankedIntent]
    familiarity: float | None = None
    floor: float | None = None
    sure: float | None = None
    words: list[WeighedWord]
    nearest: list[NearExample]


class FoundEntity(Output):
    kind: str
    value: str
    start: Count
    end: Count


class BotTried(Output):
    replies: list[str]
    state: dict[str, Any]
    language: Language
    intent: str | None
    confidence: float | None
    sure: bool
    out_of_scope: bool
    entities: list[FoundEntity]
    rule: list[str]
    slots: dict[str, str]
    handover: str | None
    end: bool
    why: Explanation


class ReviewedUtterance(Output):
    """`count` exchanges said the same; `exchange_ids` are theirs."""

    text: str
    channel: ChannelName
    at: datetime
    intent: str
    confidence: float
    out_of_scope: bool
    language: Language
    count: Count
    exchange_ids: list[str]


class UtteranceReview(Output):
    items: list[ReviewedUtterance]


class UnknownRequests(Output):
    """Sentences that are like each other and that no intent is for, the most typical first."""

    name: str
    language: Language
    texts: list[str]
    exchange_ids: list[str]


class UnknownRequestList(Output):
    items: list[UnknownRequests]


class BotDay(Output):
    day: str
    conversations: Count
    handed_over: Count
    reasons: dict[str, int]


class BotTalks(Output):
    days: list[BotDay]
