"""Who is speaking in a conversation from an address that several people use."""

from typing import Any

from pydantic import model_validator

from core.ids import ConversationId, PartyId, new_id
from core.permissions import Permission, needs
from core.staff import Viewer
from crm.conversations.views import conversation_view
from crm.parties.model import Party, PartyKind
from gateway.routes import Call, route
from gateway.shapes.basics import Id, Input, Name, Output
from gateway.shapes.conversations import ConversationAnswer
from storage import audit
from storage.engine.transaction import SqlTx
from storage.party_edits import first_values
from storage.speakers import say_speaker, speakers_of
from storage.views import conversations as views
from storage.views.parties import find


class SpeakerBody(Input):
    """Somebody of the base, or with `name` somebody new. Exactly one of the two."""

    party: Id | None = None
    name: Name | None = None

    @model_validator(mode="after")
    def _one(self) -> "SpeakerBody":
        if (self.party is None) == (self.name is None):
            raise ValueError("give either party or name")
        return self


class SpeakerOut(Output):
    id: str
    name: str
    kind: PartyKind


class Speakers(Output):
    """Nobody while the address is one person's."""

    items: list[SpeakerOut]
    speaking: str


@route(
    "GET",
    "/api/v1/conversations/{conversation_id}/speakers",
    access=needs(Permission.CONVERSATIONS_READ),
    summary="Who uses the address that the customer writes or calls from, and who is speaking",
    tag="conversations",
    returns=Speakers,
)
async def get_speakers(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(_speakers, call.viewer, _id(call))


@route(
    "PUT",
    "/api/v1/conversations/{conversation_id}/speaker",
    access=needs(Permission.CONVERSATIONS_WRITE),
    summary="Say who is speaking: the conversation becomes theirs, the address stays shared",
    tag="conversations",
    body=SpeakerBody,
    returns=ConversationAnswer,
)
async def put_speaker(call: Call) -> dict[str, Any]:
    return {"conversation": await call.parts.store.write(_say, call.viewer, _id(call), call.body)}


def _id(call: Call) -> ConversationId:
    return ConversationId(call.path["conversation_id"])


def _speakers(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId) -> dict[str, Any]:
    views.find(tx, viewer, conversation_id)
    conversation = tx.conversations.get(conversation_id)
    return {"items": speakers_of(tx, conversation.customer), "speaking": conversation.party_id}


def _say(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId, body: SpeakerBody) -> dict[str, Any]:
    views.find(tx, viewer, conversation_id)
    if body.party is not None:
        users = {one["id"] for one in speakers_of(tx, tx.conversations.get(conversation_id).customer)}
        party_id = PartyId(body.party)
        speaker = party_id if party_id in users else find(tx, viewer, party_id)
    else:
        speaker = _new(tx, viewer, body.name or "")
    conversation = say_speaker(tx, conversation_id, speaker, viewer.user_id)
    audit.record(tx, viewer.user_id, "speaker_said", conversation_id, party=speaker)
    return conversation_view(conversation, tx.parties.get(speaker).name)


def _new(tx: SqlTx, viewer: Viewer, name: str) -> PartyId:
    party = Party(id=PartyId(new_id()), kind=PartyKind.PERSON, name=name, language=None, created_at=tx.now)
    tx.parties.insert(party)
    for fact in first_values(tx, party, [], viewer):
        tx.parties.insert_fact(party.id, fact)
    return party.id
