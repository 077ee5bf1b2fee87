"""Which conversation an inbound exchange joins: the rules (a)–(d) of the contact history, first that fits.

(a) the one it refers to; (b) the party's open one on the same channel and business address; (c) the party's open
one on another channel, when recent and surely the same person's; (d) a new one. E-mail knows (a) and (d) only:
another subject is another matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.settings import HistorySettings
from core.words import Assurance, ChannelName, ContactKind
from crm.conversations.inbound import Inbound
from crm.conversations.model import Conversation, Status
from crm.parties.model import ContactPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How old a conversation may be and still be joined."""

    reopen_within: timedelta = timedelta(hours=72)
    hop_within: timedelta = timedelta(hours=24)


def limits_of(settings: HistorySettings) -> Limits:
    return Limits(
        reopen_within=timedelta(seconds=settings.reopen_within),
        hop_within=timedelta(seconds=settings.hop_within),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """The conversation to join, or None for a new one that follows `follows`."""

    conversation: Conversation | None = None
    follows: Conversation | None = None


def by_reference(referred: Conversation, now: datetime, limits: Limits) -> Join:
    """Rule (a): joined if it is not resolved, or was so recently; else followed by a new one."""
    if referred.status is not Status.RESOLVED:
        return Join(conversation=referred)
    resolved_at = referred.resolved_at or referred.last_activity_at
    if now - resolved_at < limits.reopen_within:
        return Join(conversation=referred)
    return Join(follows=referred)


def by_party(
    inbound: Inbound,
    point: ContactPoint,
    others: Sequence[ContactPoint],
    open_ones: Sequence[Conversation],
    now: datetime,
    limits: Limits,
) -> Join:
    """Rules (b), (c) and (d). `others` are the party's contact points, `open_ones` last active first."""
    if inbound.channel is ChannelName.EMAIL:
        return Join()
    for candidate in open_ones:
        if candidate.channel is inbound.channel and candidate.business_address == inbound.business_address:
            return Join(conversation=candidate)
    for candidate in open_ones:
        recent = now - candidate.last_activity_at < limits.hop_within
        if recent and candidate.channel is not inbound.channel and _same_person(candidate, point, others):
            return Join(conversation=candidate)
    return Join()


def _same_person(candidate: Conversation, point: ContactPoint, others: Sequence[ContactPoint]) -> bool:
    """Both addresses verified, or both the same telephone number: a claimed address is not enough."""
    if candidate.customer.kind is point.kind is ContactKind.PHONE and candidate.customer.value == point.value:
        return True
    theirs = next(
        (o for o in others if o.kind is candidate.customer.kind and o.value == candidate.customer.value), None
    )
    return (
        theirs is not None
        and theirs.assurance is Assurance.VERIFIED
        and point.assurance is Assurance.VERIFIED
    )
