"""How far each member of staff has read each conversation: a mark that only goes forward.

The mark counts the customer's lines up to it, as the conversation counts them all, so that what is unread is one
minus the other, wherever it is computed.
"""

from core.ids import ConversationId, UserId
from core.words import HandlerKind
from crm.conversations.events import ConversationRead
from crm.conversations.model import Conversation, Handler, ReadingMark
from crm.conversations.views import reading_view
from crm.ports import CrmTx


def mark_read(tx: CrmTx, conversation_id: ConversationId, user_id: UserId, position: int) -> None:
    """The user has seen all up to `position`; a mark that is further already stays.

    Holding the conversation's row keeps the mark and a change of hands one after the other (`tell_mark`).
    """
    conversation = tx.conversations.get(conversation_id)
    reached = min(position, conversation.last_position)
    beyond = tx.exchanges.customer_lines_after(conversation_id, reached)
    mark = ReadingMark(
        user_id=user_id,
        conversation_id=conversation_id,
        position=reached,
        customer_lines=max(0, conversation.customer_lines - beyond),
    )
    if tx.reading.move(mark) and conversation.handler == Handler(kind=HandlerKind.AGENT, ref=user_id):
        _tell(tx, mark)


def tell_mark(tx: CrmTx, conversation: Conversation) -> None:
    """The agent who gets the conversation may have read in it before: their consoles keep marks of what they hold."""
    if conversation.handler.kind is not HandlerKind.AGENT:
        return
    mark = tx.reading.of(UserId(conversation.handler.ref), conversation.id)
    if mark is not None:
        _tell(tx, mark)


def _tell(tx: CrmTx, mark: ReadingMark) -> None:
    tx.emit(
        ConversationRead(
            user_id=mark.user_id, conversation_id=mark.conversation_id, reading=reading_view(mark)
        )
    )
