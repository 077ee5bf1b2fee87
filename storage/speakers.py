"""Who is speaking, where several people use one address: a family's mailbox, a company's switchboard."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from core.errors import InvalidInput
from core.ids import ConversationId, PartyId, UserId
from crm.conversations.model import Conversation
from crm.conversations.views import conversation_view
from crm.merges.events import ConversationMoved
from crm.parties.model import Address
from storage.duplicates import say_not_same
from storage.engine.transaction import SqlTx
from storage.engine.upserts import insert_or_ignore
from storage.schema import address_users, parties

KEEP = insert_or_ignore(address_users)
MOST = 50  # people of one address


def speakers_of(tx: SqlTx, address: Address) -> list[dict[str, Any]]:
    """`{id, name, kind}` of those who use the address, its holder first; nobody while it is one person's."""
    held = tx.parties.find(address)
    if held is None or not held[1].shared:
        return []
    query = (
        select(parties.c.id, parties.c.name, parties.c.kind)
        .join(address_users, address_users.c.party_id == parties.c.id)
        .where(_at(address), parties.c.merged_into.is_(None))
        .order_by(address_users.c.at, parties.c.id)
    )
    found = [{"id": row.id, "name": row.name, "kind": row.kind} for row in tx.conn.execute(query)]
    return sorted(found, key=lambda one: one["id"] != held[0].id)


def say_speaker(tx: SqlTx, conversation_id: ConversationId, party_id: PartyId, by: UserId) -> Conversation:
    """Gives the conversation to who is speaking, and remembers that they use its address too.

    They and the address's holder are two, which is remembered as well. Raises `InvalidInput` beyond `MOST` people.
    """
    conversation = tx.conversations.get(conversation_id)
    speaker = tx.parties.get(party_id)
    address = conversation.customer
    if held := tx.parties.find(address):
        holder, point = held
        users = [one["id"] for one in speakers_of(tx, address)] or [holder.id]
        if speaker.id != holder.id and speaker.id not in users:
            if len(users) >= MOST:
                raise InvalidInput(problem=f"{MOST} people are the most that one address can have")
            _keep(tx, address, [holder.id, speaker.id], by)
            tx.parties.save_contact_point(replace(point, shared=True))
            say_not_same(tx, holder.id, speaker.id, by)
    if conversation.party_id != speaker.id:
        conversation = replace(conversation, party_id=speaker.id)
        tx.conversations.save(conversation)
        tx.emit(ConversationMoved(conversation=conversation_view(conversation, speaker.name)))
    return conversation


def _keep(tx: SqlTx, address: Address, party_ids: Sequence[str], by: UserId) -> None:
    rows = [
        {
            "kind": address.kind.value,
            "value": address.value,
            "party_id": party_id,
            "at": tx.now,
            "by_id": by,
        }
        for party_id in party_ids
    ]
    tx.conn.execute(KEEP, rows)


def _at(address: Address) -> Any:
    return (address_users.c.kind == address.kind.value) & (address_users.c.value == address.value)
