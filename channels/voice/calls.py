"""What happens to a call, as transactions: it begins, a turn is taken, it is held, joined, freed and over."""

from dataclasses import dataclass, replace
from typing import Any

from channels.telephony import questions
from channels.voice.parse import Gathered, Heard, said, utterance
from core.events import Task
from core.words import AuthorKind, ChannelName, Direction, HandlerKind, Language
from crm.conversations.accept import Accepted, accept
from crm.conversations.events import CallChanged
from crm.conversations.handling import hand_to_queue, record_internal, return_to_queue
from crm.conversations.inbound import Inbound
from crm.conversations.joining import Limits
from crm.conversations.model import (
    Call,
    CallState,
    Conversation,
    Delivery,
    DeliveryState,
    Exchange,
    ExchangeKind,
    Handler,
    Status,
)
from crm.conversations.reply import end_attempt
from crm.conversations.speech import Spoken, record_spoken
from crm.conversations.views import call_view
from crm.ports import CrmTx

RING = "voice.ring"  # payload: call, user, epoch
RELEASE = "voice.release"  # payload: call, leg, redirect
HANG_UP = "voice.hang_up"  # payload: leg
LOOK = "voice.look"  # payload: call
LOOK_EVERY = 60.0  # seconds between two looks at a call that lives
LOOK_BACK = 20  # exchanges before a turn in which an answer may still wait to be spoken
IN_ROOM = (CallState.HOLDING, CallState.TALKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A call with its conversation, as they are now."""

    call: Call
    conversation: Conversation

    @property
    def by_bot(self) -> bool:
        return self.conversation.handler.kind is HandlerKind.BOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What there is to say to the caller after `position`; `ready` when it is time to."""

    scene: Scene
    lines: tuple[tuple[Exchange, Delivery], ...]

    @property
    def ready(self) -> bool:
        return bool(self.lines) or not self.scene.by_bot or self.scene.call.state is CallState.ENDED

    @property
    def texts(self) -> list[str]:
        return [exchange.text for exchange, _ in self.lines]


def find_scene(tx: CrmTx, call_id: str) -> Scene | None:
    call = tx.calls.get(call_id)
    return Scene(call=call, conversation=tx.conversations.get(call.conversation_id)) if call else None


def begin_call(tx: CrmTx, inbound: Inbound, limits: Limits) -> Scene:
    """Takes the call into the history and keeps its row, once."""
    accepted = accept(tx, inbound, limits)
    conversation = tx.conversations.get(accepted.conversation_id)
    known = tx.calls.get(inbound.provider_id)
    if known is not None:
        return Scene(call=known, conversation=conversation)
    by_bot = conversation.handler.kind is HandlerKind.BOT
    call = Call(
        id=inbound.provider_id,
        conversation_id=conversation.id,
        state=CallState.BOT if by_bot else CallState.HOLDING,
        from_number=inbound.sender.value,
        to_number=inbound.business_address,
        conference="",
        agent_leg="",
        started_at=tx.now,
    )
    tx.calls.insert(call)
    look_later(tx, call.id)
    _tell(tx, call, conversation)
    _ring_if_held_by_agent(tx, call, conversation)
    return Scene(call=call, conversation=conversation)


def take_words(
    tx: CrmTx, gathered: Gathered, language: Language, account: str, limits: Limits
) -> Accepted | None:
    """What the caller said, into the history; None when the call is not known."""
    call = tx.calls.get(gathered.call_id)
    if call is None:
        return None
    return accept(tx, said(call, gathered, language, account=account, now=tx.now), limits)


def look_at_turn(tx: CrmTx, call_id: str, position: int) -> Turn | None:
    """What there is to say after the utterance at `position`, without changing anything.

    An answer to an earlier turn that came too late to be spoken then is said now; one that was spoken for
    this very turn is said again, because the provider asks twice when our answer did not reach it.
    """
    scene = find_scene(tx, call_id)
    if scene is None:
        return None
    lines = tx.exchanges.visible_lines(scene.conversation.id, max(0, position - LOOK_BACK), 2 * LOOK_BACK)
    ours = [e for e in lines if e.direction is Direction.OUTBOUND and e.channel is ChannelName.VOICE]
    pairs = ((exchange, tx.deliveries.of_exchange(exchange.id)) for exchange in ours)
    to_say = tuple((e, d) for e, d in pairs if d is not None and _to_say(e, d, position))
    return Turn(scene=scene, lines=to_say)


def take_turn(tx: CrmTx, call_id: str, position: int) -> Turn | None:
    """Ends the deliveries of what is said now, and holds the call when a human is to answer."""
    turn = look_at_turn(tx, call_id, position)
    if turn is None:
        return None
    for _, delivery in turn.lines:
        end_attempt(tx, delivery.id, DeliveryState.DELIVERED, provider_id=f"{call_id}:{delivery.id}")
    scene = turn.scene
    if scene.call.state is CallState.BOT and scene.conversation.handler.kind in (
        HandlerKind.QUEUE,
        HandlerKind.AGENT,
    ):
        scene = replace(scene, call=hold_call(tx, scene))
    return replace(turn, scene=scene)


def hold_call(tx: CrmTx, scene: Scene) -> Call:
    """The bot is done with the call; who holds the conversation already is rung at once."""
    call = save_call(tx, replace(scene.call, state=CallState.HOLDING), scene.conversation)
    _ring_if_held_by_agent(tx, call, scene.conversation)
    return call


def give_up_bot(tx: CrmTx, call_id: str, reason: str) -> None:
    """The bot cannot help on this call: its conversation goes to its queue, once."""
    scene = find_scene(tx, call_id)
    if scene is None or not scene.by_bot or scene.call.state is CallState.ENDED:
        return
    conversation = scene.conversation
    hand_to_queue(tx, conversation.id, conversation.handler, conversation.epoch, reason=reason)


def enter_room(tx: CrmTx, call_id: str, conference_id: str, leg_id: str) -> bool:
    """Someone entered the call's room; the agent's entering begins the talk. False: the call is not known."""
    scene = find_scene(tx, call_id)
    if scene is None:
        return False
    call = scene.call
    if call.state is CallState.ENDED:
        if leg_id != call.id:
            hang_up(tx, call.id, leg_id)
        return True
    if leg_id == call.id:
        tx.calls.save(replace(call, conference=conference_id))
    elif call.agent_leg == leg_id:
        talking = replace(
            call,
            state=CallState.TALKING,
            conference=conference_id,
            answered_at=call.answered_at or tx.now,
        )
        save_call(tx, talking, scene.conversation)
    return True


def adopt_leg(tx: CrmTx, call_id: str, leg_id: str, epoch: int) -> bool:
    """Notes which leg is the agent's. False: they are not wanted any more, and the leg is to be ended."""
    scene = find_scene(tx, call_id)
    if scene is None or scene.call.state is CallState.ENDED:
        return False
    if scene.call.agent_leg == asked_for(epoch):
        tx.calls.save(replace(scene.call, agent_leg=leg_id))
        return True
    return scene.call.agent_leg == leg_id


def agent_leg_over(tx: CrmTx, call_id: str, leg_id: str, epoch: int, word: str) -> None:
    """The agent's leg ended: the talk is over, or, unanswered, the customer goes back to the queue."""
    scene = find_scene(tx, call_id)
    if scene is None or scene.call.state is CallState.ENDED:
        return
    if scene.call.agent_leg not in (leg_id, asked_for(epoch)):
        return
    call, conversation = scene.call, scene.conversation
    by_agent = conversation.handler.kind is HandlerKind.AGENT
    if call.state is CallState.TALKING and by_agent:
        hang_up(tx, call.id, call.id)
        return
    save_call(tx, replace(call, agent_leg="", state=CallState.HOLDING), conversation)
    if by_agent:
        return_to_queue(tx, conversation.id, f"agent_leg_{word}")


def end_call(tx: CrmTx, call_id: str, seconds: int | None, word: str) -> bool:
    """The customer's leg is over, once; what it was goes into the history. False: the call is not known."""
    scene = find_scene(tx, call_id)
    if scene is None:
        return False
    call, conversation = scene.call, scene.conversation
    if call.state is CallState.ENDED:
        return True
    duration = seconds if seconds is not None else int((tx.now - call.started_at).total_seconds())
    meta: dict[str, Any] = {"event": "call_ended", "call": call.id, "duration": duration, "status": word}
    if call.state is CallState.HOLDING:
        meta["abandoned"] = True
    after = record_internal(tx, conversation, ExchangeKind.SYSTEM, "", (AuthorKind.SYSTEM, ""), meta)
    save_call(tx, replace(call, state=CallState.ENDED, ended_at=tx.now), after)
    if is_leg(call.agent_leg):
        hang_up(tx, call.id, call.agent_leg)
    return True


def hear(tx: CrmTx, call_id: str, leg: str, heard: Heard, account: str, limits: Limits) -> bool:
    """Words from the room into the history, under who said them. False: nobody of this call said them."""
    scene = find_scene(tx, call_id)
    if scene is None:
        return False
    call = scene.call
    by_customer = (leg == "customer") == heard.by_this_leg
    if by_customer:
        accept(tx, _customer_words(tx, scene, heard, account), limits)
        return True
    return call.answered_at is not None and _agent_words(tx, scene, heard)


def save_call(tx: CrmTx, call: Call, conversation: Conversation) -> Call:
    tx.calls.save(call)
    _tell(tx, call, conversation)
    return call


def hang_up(tx: CrmTx, call_id: str, leg_id: str) -> None:
    tx.enqueue(Task(kind=HANG_UP, payload={"leg": leg_id}, lane=lane(call_id), key=leg_id))


def look_later(tx: CrmTx, call_id: str) -> None:
    """Asks the provider by and by whether the call still lives, whatever is told us until then."""
    task = Task(
        kind=LOOK,
        payload={"call": call_id},
        lane=questions.lane(LOOK, call_id),
        key=call_id,
        delay=LOOK_EVERY,
    )
    tx.enqueue(task)


def ring(tx: CrmTx, call: Call, user_id: str, epoch: int) -> None:
    payload = {"call": call.id, "user": user_id, "epoch": epoch}
    tx.enqueue(Task(kind=RING, payload=payload, lane=lane(call.id), key=f"{call.id}:{epoch}"))


def asked_for(epoch: int) -> str:
    """Stands for the agent's leg from before the provider is asked for it until its id is known."""
    return f"?{epoch}"


def is_leg(agent_leg: str) -> bool:
    return bool(agent_leg) and not agent_leg.startswith("?")


def lane(call_id: str) -> str:
    """One thing at a time happens to a call."""
    return f"call:{call_id}"


def _to_say(exchange: Exchange, delivery: Delivery, position: int) -> bool:
    if delivery.state is DeliveryState.QUEUED:
        return True
    return exchange.position > position and delivery.state is DeliveryState.DELIVERED


def _ring_if_held_by_agent(tx: CrmTx, call: Call, conversation: Conversation) -> None:
    if conversation.handler.kind is HandlerKind.AGENT:
        ring(tx, call, conversation.handler.ref, conversation.epoch)


def _customer_words(tx: CrmTx, scene: Scene, heard: Heard, account: str) -> Inbound:
    """Last words that are reported after the conversation was resolved are kept, but do not reopen it."""
    words = utterance(
        scene.call,
        provider_id=heard.key,
        text=heard.text,
        language=None,
        confidence=heard.confidence,
        account=account,
        now=tx.now,
        meta={"transcript": True},
    )
    return replace(words, automatic=scene.conversation.status is Status.RESOLVED)


def _agent_words(tx: CrmTx, scene: Scene, heard: Heard) -> bool:
    handler: Handler = scene.conversation.handler
    spoken = Spoken(
        conversation_id=scene.conversation.id,
        user_id=handler.ref if handler.kind is HandlerKind.AGENT else "",
        text=heard.text,
        key=heard.key,
        occurred_at=tx.now,
        meta={"transcript": True, "call": scene.call.id},
    )
    record_spoken(tx, spoken)
    return True


def _tell(tx: CrmTx, call: Call, conversation: Conversation) -> None:
    tx.emit(
        CallChanged(
            conversation_id=conversation.id,
            queue_id=conversation.queue_id,
            call=call_view(call),
            handler=str(conversation.handler),
        )
    )
