"""Tags in SQL: what they are, what they are on, and how things are found by them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, exists, func, insert, select, text

from core.errors import InvalidInput, NotFound
from core.ids import ConversationId, PartyId
from crm.conversations.model import Conversation
from crm.conversations.views import conversation_view
from crm.tags.events import ConversationTagged, PartyTagged
from crm.tags.model import MOST, Tag
from storage.engine.entities import Entities
from storage.engine.transaction import SqlTx
from storage.schema import conversation_tags, party_tags, tags

TAGS = Entities(what="tag", table=tags, model=Tag)
WITHOUT = {
    True: text(
        "UPDATE conversations SET tags = tags - :tag WHERE id IN"
        " (SELECT conversation_id FROM conversation_tags WHERE tag_id = :tag)"
    ),
    False: text(
        "UPDATE conversations SET tags ="
        " (SELECT json_group_array(value) FROM json_each(conversations.tags) WHERE value <> :tag)"
        " WHERE id IN (SELECT conversation_id FROM conversation_tags WHERE tag_id = :tag)"
    ),
}


def tag_conversation(
    tx: SqlTx, conversation_id: ConversationId, add: Iterable[str], remove: Iterable[str]
) -> Conversation:
    """Adds and removes tags; who does the other at the same time is not undone. Raises `NotFound` for a tag."""
    conversation = tx.conversations.get(conversation_id)
    after = _after(tx, conversation.tags, add, remove)
    if after == conversation.tags:
        return conversation
    conversation = replace(conversation, tags=after)
    tx.conversations.save(conversation)
    _link(tx, conversation_tags, conversation_tags.c.conversation_id, conversation.id, after)
    name = tx.parties.get(conversation.party_id).name
    tx.emit(ConversationTagged(conversation=conversation_view(conversation, name)))
    return conversation


def tag_party(tx: SqlTx, party_id: PartyId, add: Iterable[str], remove: Iterable[str]) -> tuple[str, ...]:
    """As `tag_conversation`, for a customer; answers the tags they have now."""
    tx.lock(f"party tags:{party_id}")
    before = tags_of_parties(tx, [party_id]).get(party_id, ())
    after = _after(tx, before, add, remove)
    if after != before:
        _link(tx, party_tags, party_tags.c.party_id, party_id, after)
        tx.emit(PartyTagged(party_id=party_id, tags=after))
    return after


def forget_tag(tx: SqlTx, tag: Tag) -> None:
    """Takes it off everything it is on."""
    tx.conn.execute(WITHOUT[tx.postgres], {"tag": tag.id})
    for table in (conversation_tags, party_tags):
        tx.conn.execute(delete(table).where(table.c.tag_id == tag.id))


def tags_of_parties(tx: SqlTx, party_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The tags of each customer that has any, the oldest tag first."""
    query = (
        select(party_tags.c.party_id, party_tags.c.tag_id)
        .where(party_tags.c.party_id.in_(party_ids))
        .order_by(party_tags.c.tag_id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in tx.conn.execute(query):
        found[row.party_id] = (*found.get(row.party_id, ()), row.tag_id)
    return found


def uses(tx: SqlTx, tag_ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """How many customers and conversations have each tag."""
    counts: dict[str, dict[str, int]] = {tag_id: {"parties": 0, "conversations": 0} for tag_id in tag_ids}
    for name, table in (("parties", party_tags), ("conversations", conversation_tags)):
        query = (
            select(table.c.tag_id, func.count()).where(table.c.tag_id.in_(tag_ids)).group_by(table.c.tag_id)
        )
        for tag_id, count in tx.conn.execute(query):
            counts[tag_id][name] = count
    return counts


def has_tag(
    table: Table, owner: Column[str], thing: ColumnElement[str]
) -> Callable[[Sequence[str] | None], ColumnElement[bool]]:
    """For filters: whether the thing has one of the tags, or any."""

    def has(wanted: Sequence[str] | None) -> ColumnElement[bool]:
        linked = select(table.c.tag_id).where(owner == thing)
        return exists(linked if wanted is None else linked.where(table.c.tag_id.in_(wanted)))

    return has


def _after(tx: SqlTx, before: Collection[str], add: Iterable[str], remove: Iterable[str]) -> tuple[str, ...]:
    wanted = set(add)
    known = set(tx.conn.execute(select(tags.c.id).where(tags.c.id.in_(sorted(wanted)))).scalars())
    for missing in sorted(wanted - known):
        raise NotFound(what="tag", id=missing)
    after = tuple(sorted((set(before) | wanted) - set(remove)))
    if len(after) > MOST:
        raise InvalidInput(problem=f"{MOST} tags are the most one thing can have; remove one first")
    return after


def _link(tx: SqlTx, table: Table, owner: Column[str], thing_id: str, wanted: Sequence[str]) -> None:
    tx.conn.execute(delete(table).where(owner == thing_id, table.c.tag_id.not_in(wanted)))
    linked = set(tx.conn.execute(select(table.c.tag_id).where(owner == thing_id)).scalars())
    missing = [{owner.name: thing_id, "tag_id": tag_id} for tag_id in wanted if tag_id not in linked]
    if missing:
        tx.conn.execute(insert(table), missing)
