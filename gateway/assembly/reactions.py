"""Who reacts to what inside the same transaction: the one place where the rooms' reactions meet."""

from collections import defaultdict

from bots.reactions import ask_bot
from channels.sms.asking import ask_later
from channels.voice.reactions import free_call, ring_agent
from core.events import Event
from core.settings import RoutingSettings
from core.store import Reaction
from crm.conversations.events import DeliveryUpdated, ExchangeRecorded, HandlerChanged
from routing import needs
from routing.rules import Rules
from storage.engine.transaction import Reactions


def production_reactions(routing: RoutingSettings) -> Reactions:
    """The reactions of the product, in the order they run: work first, then what follows from it."""
    reactions: defaultdict[type[Event], list[Reaction]] = defaultdict(list)
    for event, own in needs.reactions(Rules.of(routing)).items():
        reactions[event].extend(own)
    reactions[ExchangeRecorded].append(ask_bot)
    reactions[DeliveryUpdated].append(ask_later)
    reactions[HandlerChanged] += [ring_agent, free_call]
    return dict(reactions)
