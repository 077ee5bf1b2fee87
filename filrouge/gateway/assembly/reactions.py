"""Who reacts to what inside the same transaction: the one place where the rooms' reactions meet."""

from collections import defaultdict

from filrouge.bots.reactions import ask_bot
from filrouge.channels.sms.asking import ask_later
from filrouge.channels.voice.reactions import free_call, ring_agent
from filrouge.core.events import Event
from filrouge.core.settings import RoutingSettings
from filrouge.core.store import Reaction
from filrouge.crm.conversations.events import DeliveryUpdated, ExchangeRecorded, HandlerChanged
from filrouge.routing import needs
from filrouge.routing.rules import Rules
from filrouge.storage.transaction import Reactions


def production_reactions(routing: RoutingSettings) -> Reactions:
    """The reactions of the product, in the order they run: work first, then what follows from it."""
    reactions: defaultdict[type[Event], list[Reaction]] = defaultdict(list)
    for event, own in needs.reactions(Rules.of(routing)).items():
        reactions[event].extend(own)
    reactions[ExchangeRecorded].append(ask_bot)
    reactions[DeliveryUpdated].append(ask_later)
    reactions[HandlerChanged] += [ring_agent, free_call]
    return dict(reactions)
