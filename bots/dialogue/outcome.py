"""What a turn is given beside the customer's words, and what it may decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bots.dialogue.hours import WeeklyHours
from bots.dialogue.state import DialogueState
from bots.ports import OrderStatus
from core.words import ChannelName, Language


@dataclass(frozen=True, slots=True, kw_only=True)
class BotContext:
    """The business and the channel a turn takes place in. Voice gets short texts that can be spoken."""

    channel: ChannelName
    hours: WeeklyHours
    business: str = "Filrouge"
    default_language: Language = Language.FR
    staff_language: Language | None = None  # of the handover's summary; None: the customer's
    country: str = "FR"  # of telephone numbers without a +
    order_example: str = "CF-10234"

    @property
    def voice(self) -> bool:
        return self.channel is ChannelName.VOICE


class HandoverReason(StrEnum):
    ASKED = "asked_for_a_person"
    COMPLAINT = "complaint"
    TOPIC = "topic_for_an_adviser"
    NOT_UNDERSTOOD = "not_understood"
    OUT_OF_SCOPE = "out_of_scope"
    NO_ORDER_NUMBER = "no_order_number"
    ORDER_NOT_FOUND = "order_not_found"
    ORDER_PROBLEM = "order_problem"
    BOT_FAILED = "bot_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What the person who takes over gets: `summary` is one text, the rest is the same as data."""

    reason: HandoverReason
    language: Language  # the customer's, for routing by skill
    summary: str
    topic: str | None = None  # the intent it is about
    slots: Mapping[str, str] = field(default_factory=dict)
    looked_up: tuple[str, ...] = ()  # orders that were told already
    last_utterances: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCall:
    """Something to find out before the turn can be finished by `resume`."""

    name: str
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFound:
    order: OrderStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNotFound:
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFailed:
    """No answer came, whatever the reason."""

    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDone:
    """What the business's server did: slots it set (None takes one away), and what it said: texts, and keys of the
    bot's own responses with their values. `then`: the action it wants next."""

    slots: Mapping[str, str | None] = field(default_factory=dict)
    said: tuple[str | tuple[str, Mapping[str, str]], ...] = ()
    then: str = ""


ActionResult = OrderFound | OrderNotFound | ActionFailed | ActionDone


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Replies in the order to send, in the customer's language. Either `action` is set, and `resume`
    finishes the turn, or there is at least one reply. `end`: the customer has finished; a call may be
    hung up."""

    state: DialogueState
    replies: tuple[str, ...] = ()
    handover: Handover | None = None
    action: ActionCall | None = None
    end: bool = False
