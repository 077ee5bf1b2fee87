"""Who an answer by e-mail goes to. Everyone the customer brought in stays in the thread until an agent takes them off.

A second person who answers does not replace the asker: the answer goes to both, with the others in copy.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import InvalidInput
from core.words import Assurance, ContactKind
from crm.conversations.model import Conversation, Participant
from crm.identity.normalise import NAMELESS, typed_email_address
from crm.ports import CrmTx

MOST = 20  # people one answer goes to


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """Addresses as they are written to. Each stands once; `to` has at least one."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()


def usual_recipients(tx: CrmTx, conversation: Conversation) -> Recipients:
    """Who the next answer goes to unless the agent says otherwise: the last writer and the asker, others in copy."""
    on_it = [p for p in tx.conversations.participants(conversation.id) if p.address.kind is ContactKind.EMAIL]
    holders = {p.address: tx.parties.find(p.address) for p in on_it}
    askers = {address for address, held in holders.items() if held and held[0].id == conversation.party_id}
    blocked = {
        address for address, held in holders.items() if held and held[1].assurance is Assurance.BLOCKED
    }
    to = [] if conversation.reply_to.startswith(NAMELESS) else [conversation.reply_to]
    if conversation.customer not in askers:
        to += [_where(p) for p in on_it if p.wrote and p.address in askers - blocked]
    others = [
        _where(p) for p in on_it if p.address not in askers | blocked and p.address != conversation.customer
    ]
    named = _once(to)[:MOST]
    return Recipients(to=named, cc=_once(one for one in others if one not in named)[: MOST - len(named)])


def typed_recipients(to: Iterable[str], cc: Iterable[str]) -> Recipients:
    """What an agent chose. Raises `InvalidInput` for what is no address, for nobody, and for too many."""
    named = _once(typed_email_address(one).value for one in to)
    copied = _once(typed_email_address(one).value for one in cc)
    copied = tuple(one for one in copied if one not in named)
    if not named:
        raise InvalidInput(problem="Name at least one person in “To”")
    if len(named) + len(copied) > MOST:
        raise InvalidInput(problem=f"An answer goes to {MOST} people at most; take some off")
    return Recipients(to=named, cc=copied)


def _where(participant: Participant) -> str:
    return participant.reply_to or participant.address.value


def _once(addresses: Iterable[str]) -> tuple[str, ...]:
    """Each once, whatever their case."""
    return tuple({address.lower(): address for address in reversed(list(addresses))}.values())[::-1]
