"""Tags, and putting them on customers and conversations."""

from typing import Annotated, Any

from pydantic import Field

from core.ids import ConversationId, PartyId
from core.permissions import SIGNED_IN, Permission, needs
from core.staff import Viewer
from crm.conversations.views import conversation_view
from crm.tags.model import MOST, Colour, Tag
from gateway.resource import Resource, routes_of
from gateway.routes import Call, route
from gateway.shapes.basics import Count, Id, Input, Output, ShortName
from gateway.shapes.conversations import ConversationAnswer
from storage import audit
from storage.engine.transaction import SqlTx
from storage.tags import TAGS, forget_tag, tag_conversation, tag_party, uses
from storage.views import conversations, parties

Tags = Annotated[list[Id], Field(max_length=MOST)]


class NewTag(Input):
    name: ShortName
    colour: Colour = Colour.GREY


class TagChanges(Input):
    name: ShortName | None = None
    colour: Colour | None = None


class TagOut(Output):
    id: str
    name: str
    colour: Colour
    created_at: str
    version: int
    parties: Count
    conversations: Count


class TaggingBody(Input):
    add: Tags = Field(default_factory=list)
    remove: Tags = Field(default_factory=list)


class PartyTags(Output):
    tags: list[str]


def _before_remove(tx: SqlTx, viewer: Viewer, tag: Tag) -> None:
    forget_tag(tx, tag)


TAG_ROUTES = routes_of(
    Resource(
        path="/api/v1/tags",
        entities=TAGS,
        read=SIGNED_IN,
        write=needs(Permission.TAGS_MANAGE),
        create=NewTag,
        change=TagChanges,
        out=TagOut,
        facts=uses,
        before_remove=_before_remove,
    )
)


@route(
    "POST",
    "/api/v1/conversations/{conversation_id}/tags",
    access=needs(Permission.CONVERSATIONS_WRITE),
    summary="Put tags on a conversation, or take them off",
    tag="tags",
    body=TaggingBody,
    returns=ConversationAnswer,
)
async def tag_a_conversation(call: Call) -> dict[str, Any]:
    conversation_id = ConversationId(call.path["conversation_id"])
    return {
        "conversation": await call.parts.store.write(_conversation, call.viewer, conversation_id, call.body)
    }


@route(
    "POST",
    "/api/v1/parties/{party_id}/tags",
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="Put tags on a customer, or take them off",
    tag="tags",
    body=TaggingBody,
    returns=PartyTags,
)
async def tag_a_party(call: Call) -> dict[str, Any]:
    party_id = PartyId(call.path["party_id"])
    return {"tags": await call.parts.store.write(_party, call.viewer, party_id, call.body)}


def _conversation(
    tx: SqlTx, viewer: Viewer, conversation_id: ConversationId, body: TaggingBody
) -> dict[str, Any]:
    conversations.find(tx, viewer, conversation_id)
    conversation = tag_conversation(tx, conversation_id, body.add, body.remove)
    audit.record(tx, viewer.user_id, "conversation_tagged", conversation_id, **body.model_dump())
    return conversation_view(conversation, tx.parties.get(conversation.party_id).name)


def _party(tx: SqlTx, viewer: Viewer, party_id: PartyId, body: TaggingBody) -> list[str]:
    party_id = parties.find(tx, viewer, party_id)
    after = tag_party(tx, party_id, body.add, body.remove)
    audit.record(tx, viewer.user_id, "party_tagged", party_id, **body.model_dump())
    return list(after)
