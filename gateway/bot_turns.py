"""The bot's turns: the task `bot.turn`, from what the customer said to replies or a handover, in one transaction.

The bot thinks outside any transaction; what it decided is written with the handler's epoch checked, so that a bot
whose conversation was taken by a human meanwhile says nothing more.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog

from bots.brake import Braked, Line, why_braked
from bots.dialogue.hours import WeeklyHours
from bots.dialogue.outcome import BotContext, Handover
from core.events import Finish
from core.ids import ConversationId, ExchangeId
from core.settings import Settings
from core.store import Store
from core.words import AuthorKind, ChannelName, HandlerKind, Language
from crm.conversations.handling import hand_to_queue, set_language
from crm.conversations.model import Conversation, Exchange, Handler
from crm.conversations.reply import Reply, send_reply
from storage.views.bots import talk_with_bots

# Its numerical libraries take seconds to load, and the bot is loaded in a thread of its own.
if TYPE_CHECKING:
    from bots.runtime import Bot, BotAnswer

LOOPING = "looping"  # why a conversation is in its queue after the brake
SHOWN = 200  # characters of what was last heard
log = structlog.get_logger(__name__)
Brake = Callable[[Sequence[Line], datetime], Braked | None]
BotOf = Callable[[str, str], Awaitable["Bot | None"]]


class BotTurns:
    """Runs `bot.turn` tasks. `bot_of` gives the bot that answers a conversation by its name; None where none does."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        bot_of: BotOf,
        *,
        brake: Brake = why_braked,
        count: Callable[[ChannelName, str], None] = lambda channel, what: None,
    ) -> None:
        self._store = store
        self._bot_of = bot_of
        self._brake = brake
        self._count = count
        self._enabled = settings.bot.enabled
        business = settings.business
        self._business = business
        self._hours = WeeklyHours.from_settings(dict(business.hours.items()), business.time_zone)

    async def take(self, payload: Mapping[str, Any], attempts: int) -> Finish | None:
        """One turn; the answer writes it, or nothing when the conversation changed hands meanwhile."""
        conversation_id = ConversationId(payload["conversation_id"])
        conversation, exchange, state = await self._store.read(
            scene, conversation_id, ExchangeId(payload["exchange_id"])
        )
        holder = Handler(kind=HandlerKind.BOT, ref=payload["bot"])
        if conversation.handler != holder or conversation.epoch != payload["epoch"]:
            return None
        if not self._enabled:
            return _without_bot(conversation_id, holder, payload["epoch"])
        lines = await self._store.read(talk_with_bots, conversation.party_id, exchange.id)
        if braked := self._brake(lines, exchange.recorded_at):
            self._count(conversation.channel, "bot_braked")
            log.warning("bot_braked", conversation_id=conversation_id, why=braked.value)
            return lambda tx: _fall_silent(tx, conversation, exchange, holder, payload["epoch"], braked)
        bot = await self._bot_of(payload["bot"], conversation_id)
        if bot is None:
            return _without_bot(conversation_id, holder, payload["epoch"])
        answer = await bot.answer(exchange.text, state, self._context(conversation))
        return lambda tx: write_turn(tx, conversation_id, exchange, holder, payload["epoch"], answer)

    def _context(self, conversation: Conversation) -> BotContext:
        return BotContext(
            channel=conversation.channel,
            hours=self._hours,
            business=self._business.name,
            default_language=conversation.language or self._business.language,
            country=self._business.country,
        )


def _without_bot(conversation_id: ConversationId, holder: Handler, epoch: int) -> Finish:
    return lambda tx: hand_to_queue(tx, conversation_id, holder, epoch, reason="bot_disabled")


def _fall_silent(
    tx: Any, conversation: Conversation, exchange: Exchange, holder: Handler, epoch: int, braked: Braked
) -> None:
    """Hands the conversation to its queue with the reason, and says nothing: a word more would be answered."""
    present = tx.conversations.get(conversation.id)
    if present.handler != holder or present.epoch != epoch:
        return
    hand_to_queue(
        tx,
        conversation.id,
        holder,
        epoch,
        reason=LOOPING,
        summary=f"{LOOPING}: {braked.value}",
        by=(AuthorKind.BOT, holder.ref),
        meta={
            "topic": None,
            "slots": {},
            "looked_up": [],
            "said": [exchange.text[:SHOWN]],
            "language": (conversation.language or Language.FR).value,
            "braked": braked.value,
        },
    )
    tx.bots.forget(conversation.id)


def scene(
    tx: Any, conversation_id: ConversationId, exchange_id: ExchangeId
) -> tuple[Conversation, Exchange, dict[str, Any] | None]:
    """What the bot needs to know, in one read."""
    return (
        tx.conversations.get(conversation_id),
        tx.exchanges.get(exchange_id),
        tx.bots.state(conversation_id),
    )


def write_turn(
    tx: Any,
    conversation_id: ConversationId,
    exchange: Exchange,
    holder: Handler,
    epoch: int,
    answer: "BotAnswer",
) -> None:
    """Replies, the dialogue's state and the handover, together; nothing when a human has taken over."""
    conversation = tx.conversations.get(conversation_id)
    if conversation.handler != holder or conversation.epoch != epoch:
        log.info("bot_turn_dropped", conversation_id=conversation_id, handler=str(conversation.handler))
        return
    set_language(tx, conversation_id, answer.language)
    for number, text in enumerate(_as_messages(conversation.channel, answer.replies)):
        send_reply(
            tx,
            Reply(
                conversation_id=conversation_id,
                holder=holder,
                epoch=epoch,
                text=text,
                key=f"bot:{exchange.id}:{number}",
                meta=_understood(answer) if number == 0 else {},
            ),
        )
    tx.bots.save(conversation_id, answer.state)
    if answer.handover is not None:
        _hand_over(tx, conversation_id, holder, epoch, answer)


def _as_messages(channel: ChannelName, replies: tuple[str, ...]) -> tuple[str, ...]:
    """A chat takes several short lines, and a voice pauses between them; a letter or a text message is one."""
    if channel is ChannelName.EMAIL:
        return ("\n\n".join(replies),)
    if channel is ChannelName.SMS:
        return ("\n".join(replies),)
    return replies


def _hand_over(
    tx: Any, conversation_id: ConversationId, holder: Handler, epoch: int, answer: "BotAnswer"
) -> None:
    handover = answer.handover
    assert handover is not None
    hand_to_queue(
        tx,
        conversation_id,
        holder,
        epoch,
        reason=handover.reason.value,
        summary=handover.summary,
        by=(AuthorKind.BOT, holder.ref),
        meta=_facts(handover),
    )
    # A conversation that comes back to the bot later begins afresh; the history keeps what was said.
    tx.bots.forget(conversation_id)


def _facts(handover: Handover) -> dict[str, Any]:
    """What the summary tells, as data: each reader's console says it in the reader's language."""
    return {
        "topic": handover.topic,
        "slots": dict(handover.slots),
        "looked_up": list(handover.looked_up),
        "said": list(handover.last_utterances),
        "language": handover.language.value,
    }


def _understood(answer: "BotAnswer") -> dict[str, Any]:
    heard = answer.understanding
    if heard is None:
        return {}
    return {
        "intent": heard.intent,
        "confidence": round(heard.confidence, 4),
        "out_of_scope": heard.out_of_scope,
        "language": heard.language.value,
    }
