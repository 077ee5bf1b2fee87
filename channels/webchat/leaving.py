"""Visitors who left: their chat's live part is over once nobody of the session has been here for a while.

A socket that closes stores the task `webchat.left` for later; when it runs, on any node, the session's widgets are
asked whether they are there, and answer by themselves. What a killed process did not store, `forgotten` stores when
the next one starts.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from core.events import Finish, Task
from core.ids import ConversationId
from core.store import Store
from core.words import ChannelName
from crm.conversations.handling import leave_chat
from crm.conversations.model import Conversation, Status
from crm.ports import CrmTx

LEFT = "webchat.left"  # payload: conversation
ANSWER_WITHIN = 5.0  # seconds a widget has to say that it is there


class Rooms(Protocol):
    async def ask(self, session_id: str) -> asyncio.Future[None]:
        """Asks all widgets of the session; done when one answers."""
        ...


def look_later(tx: CrmTx, conversation_id: ConversationId, delay: float) -> None:
    """One question for each conversation, however often its sockets close meanwhile."""
    task = Task(kind=LEFT, payload={"conversation": conversation_id}, key=conversation_id, delay=delay)
    tx.enqueue(task)


def forgotten(tx: CrmTx, delay: float) -> None:
    for conversation_id in tx.conversations.live_chats():
        look_later(tx, conversation_id, delay)


class Leaving:
    """The task."""

    def __init__(self, store: Store, rooms: Rooms) -> None:
        self._store = store
        self._rooms = rooms

    async def look(self, payload: Mapping[str, Any], attempts: int) -> Finish | None:
        conversation_id = ConversationId(payload["conversation"])
        conversation = await self._store.read(lambda tx: tx.conversations.get(conversation_id))
        if not _is_live(conversation) or await self._is_here(conversation.reply_to):
            return None
        return lambda tx: _leave(tx, conversation)

    async def _is_here(self, session_id: str) -> bool:
        answered = await self._rooms.ask(session_id)
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await answered
        except TimeoutError:
            return False
        return True


def _is_live(conversation: Conversation) -> bool:
    return conversation.channel is ChannelName.WEBCHAT and conversation.status is not Status.RESOLVED


def _leave(tx: CrmTx, seen: Conversation) -> None:
    """Nothing, when the visitor wrote while they were looked for."""
    conversation = tx.conversations.get(seen.id)
    if _is_live(conversation) and conversation.customer_lines == seen.customer_lines:
        leave_chat(tx, conversation)
