"""The reference numbers that a conversation is about, for the search: of its subject and of what was written."""

from sqlalchemy import Connection

from core.folding import numbers_of
from core.ids import ConversationId
from storage.engine.prepared import Prepared
from storage.engine.upserts import insert_or_ignore
from storage.schema import conversation_numbers

KEEP = Prepared(insert_or_ignore(conversation_numbers))


def keep_numbers(conn: Connection, conversation_id: ConversationId, text: str) -> None:
    if numbers := numbers_of(text):
        KEEP.run_many(conn, [{"conversation_id": conversation_id, "word": word} for word in numbers])
