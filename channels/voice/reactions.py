"""How a call follows its conversation's changes of hands: as tasks stored in the same transaction."""

from dataclasses import replace

from channels.voice.calls import IN_ROOM, RELEASE, hang_up, is_leg, lane, ring, save_call
from core.events import Task
from core.ids import ConversationId
from core.words import HandlerKind
from crm.conversations.events import HandlerChanged
from crm.conversations.model import Call, CallState
from crm.ports import CrmTx


def ring_agent(tx: CrmTx, event: HandlerChanged) -> None:
    """An agent took a conversation whose customer is on the telephone: their own telephone is rung."""
    call = _call_in_room(tx, event)
    handler = event.conversation["handler"]
    if call is None or handler["kind"] != HandlerKind.AGENT:
        return
    call = _free_agent(tx, call)
    ring(tx, call, handler["ref"], event.conversation["epoch"])


def free_call(tx: CrmTx, event: HandlerChanged) -> None:
    """The agent gave the conversation away: their leg ends; resolved, the call itself ends."""
    call = _call_in_room(tx, event)
    if call is None:
        return
    kind = event.conversation["handler"]["kind"]
    if kind == HandlerKind.QUEUE:
        _free_agent(tx, call)
    elif kind == HandlerKind.NOBODY:
        hang_up(tx, call.id, call.id)


def _call_in_room(tx: CrmTx, event: HandlerChanged) -> Call | None:
    call = tx.calls.of_conversation(ConversationId(event.conversation["id"]))
    return call if call is not None and call.state in IN_ROOM else None


def _free_agent(tx: CrmTx, call: Call) -> Call:
    """Ends the present agent's leg, if any; the customer, when they were talking, is put on hold again."""
    if is_leg(call.agent_leg):
        payload = {"call": call.id, "leg": call.agent_leg, "redirect": call.state is CallState.TALKING}
        tx.enqueue(Task(kind=RELEASE, payload=payload, lane=lane(call.id)))
    if not call.agent_leg and call.state is CallState.HOLDING:
        return call
    conversation = tx.conversations.get(call.conversation_id)
    return save_call(tx, replace(call, state=CallState.HOLDING, agent_leg=""), conversation)
