"""Conversations: lists, one with its timeline, and what an agent does in it."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from core.errors import StaleHandler
from core.filters.parse import parse_json
from core.ids import ConversationId, DeliveryId, ExchangeId, PartyId, QueueId, new_id
from core.permissions import Permission, needs
from core.signals import TYPING
from core.staff import Viewer
from core.words import AuthorKind, ChannelName, HandlerKind
from crm.conversations import handling, reply
from crm.conversations.model import Conversation, Handler
from crm.conversations.reading import mark_read
from crm.conversations.recipients import MOST as MOST_RECIPIENTS
from crm.conversations.recipients import typed_recipients
from crm.conversations.views import conversation_view, delivery_view, exchange_view
from gateway.lists import FilterText
from gateway.routes import Call, route
from gateway.shapes.basics import NO_NUL, Id, Input, Key, LongText, Page, Small, Words
from gateway.shapes.conversations import (
    ConversationAnswer,
    ConversationList,
    ConversationPage,
    DeliveryAnswer,
    ExchangeAnswer,
    ExchangePage,
    RecipientsOut,
    Why,
)
from storage.engine.transaction import SqlTx
from storage.uploads import uploaded
from storage.views import conversations as views
from storage.views.conversation_list import CONVERSATIONS, conversation_list
from storage.views.conversations import View

MOST_FILES = 10  # in one reply
TRANSFERRED, TAKEN = "transferred", "taken"


Addresses = Annotated[
    list[Annotated[str, StringConstraints(strip_whitespace=True, max_length=320, pattern=NO_NUL)]],
    Field(max_length=MOST_RECIPIENTS),
]


class ListQuery(Page):
    view: View = View.MINE
    queue: Id | None = None
    party: Id | None = None
    filter: FilterText = ""


class ExchangesQuery(Input):
    before: Small | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ReplyBody(Input):
    epoch: Small
    text: LongText = ""
    key: Key = Field(description="Made by the caller; the same key again is the same reply.")
    channel: ChannelName | None = None
    attachments: Annotated[list[Id], Field(max_length=MOST_FILES)] = Field(default_factory=list)
    to: Annotated[
        Addresses | None,
        Field(description="Of an e-mail: who it goes to. Left out: the last writer and the asker."),
    ] = None
    cc: Annotated[Addresses, Field(description="Who gets a copy; counts only with `to`.")] = Field(
        default_factory=list
    )


class NoteBody(Input):
    text: LongText
    key: Key


class TransferBody(Input):
    epoch: Small
    queue_id: Id
    message: LongText = ""


class ResolveBody(Input):
    epoch: Small
    outcome: Annotated[Words, StringConstraints(strip_whitespace=True, min_length=1)]
    note: LongText = ""


class EpochBody(Input):
    epoch: Small


class ReadBody(Input):
    position: Small


@route(
    "GET",
    "/api/v1/conversations",
    access=needs(Permission.CONVERSATIONS_READ),
    summary="A list of conversations, last active first",
    tag="conversations",
    query=ListQuery,
    returns=ConversationList,
)
async def list_conversations(call: Call) -> dict[str, Any]:
    query: ListQuery = call.query
    return await call.parts.store.read(
        conversation_list,
        call.viewer,
        query.view,
        queue=QueueId(query.queue) if query.queue else None,
        party=PartyId(query.party) if query.party else None,
        wanted=parse_json(query.filter, CONVERSATIONS.fields),
        cursor=query.cursor,
        limit=query.limit,
    )


@route(
    "GET",
    "/api/v1/conversations/{conversation_id}",
    access=needs(Permission.CONVERSATIONS_READ),
    summary="One conversation with the end of its timeline",
    tag="conversations",
    returns=ConversationPage,
)
async def get_conversation(call: Call) -> dict[str, Any]:
    page = await call.parts.store.read(views.conversation_page, call.viewer, _id(call))
    await call.parts.reads.note(call.parts.store, call.viewer.user_id, "conversation", _id(call))
    return page


@route(
    "GET",
    "/api/v1/conversations/{conversation_id}/exchanges",
    access=needs(Permission.CONVERSATIONS_READ),
    summary="An earlier page of the timeline",
    tag="conversations",
    query=ExchangesQuery,
    returns=ExchangePage,
)
async def get_exchanges(call: Call) -> dict[str, Any]:
    query: ExchangesQuery = call.query
    return await call.parts.store.read(views.exchange_page, call.viewer, _id(call), query.before, query.limit)


@route(
    "GET",
    "/api/v1/conversations/{conversation_id}/why",
    access=needs(Permission.CONVERSATIONS_READ),
    summary="Why the conversation was offered to whom",
    tag="conversations",
    returns=Why,
)
async def get_why(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(views.why, call.viewer, _id(call))


@route(
    "POST",
    "/api/v1/conversations/{conversation_id}/replies",
    access=needs(Permission.DESK_WORK),
    summary="Answer the customer",
    tag="conversations",
    body=ReplyBody,
    returns=ExchangeAnswer,
)
async def post_reply(call: Call) -> dict[str, Any]:
    return {"exchange": await call.parts.store.write(_reply, call.viewer, _id(call), call.body)}


@route(
    "GET",
    "/api/v1/conversations/{conversation_id}/recipients",
    access=needs(Permission.CONVERSATIONS_READ),
    summary="Who the next e-mail goes to unless it says otherwise",
    tag="conversations",
    returns=RecipientsOut,
)
async def get_recipients(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(views.recipients, call.viewer, _id(call))


@route(
    "POST",
    "/api/v1/conversations/{conversation_id}/notes",
    access=needs(Permission.CONVERSATIONS_WRITE),
    summary="Leave an internal note",
    tag="conversations",
    body=NoteBody,
    returns=ConversationAnswer,
)
async def post_note(call: Call) -> dict[str, Any]:
    return {"conversation": await call.parts.store.write(_note, call.viewer, _id(call), call.body)}


@route(
    "POST",
    "/api/v1/conversations/{conversation_id}/transfer",
    access=needs(Permission.DESK_WORK),
    summary="Hand what I hold to a queue",
    tag="conversations",
    body=TransferBody,
    returns=ConversationAnswer,
)
async def transfer(call: Call) -> dict[str, Any]:
    return {"conversation": await call.parts.store.write(_transfer, call.viewer, _id(call), call.body)}


@route(
    "POST",
    "/api/v1/conversations/{conversation_id}/resolve",
    access=needs(Permission.DESK_WORK),
    summary="End what I hold, with its outcome",
    tag="conversations",
    body=ResolveBody,
    returns=ConversationAnswer,
)
async def resolve(call: Call) -> dict[str, Any]:
    return {"conversation": await call.parts.store.write(_resolve, call.viewer, _id(call), call.body)}


@route(
    "POST",
    "/api/v1/conversations/{conversation_id}/take",
    access=needs(Permission.DESK_WORK),
    summary="Take by hand what nobody, a bot, a queue or a colleague holds",
    tag="conversations",
    body=EpochBody,
    returns=ConversationAnswer,
)
async def take(call: Call) -> dict[str, Any]:
    return {"conversation": await call.parts.store.write(_take, call.viewer, _id(call), call.body)}


@route(
    "POST",
    "/api/v1/conversations/{conversation_id}/typing",
    access=needs(Permission.DESK_WORK),
    summary="Say that I am writing an answer; not stored",
    tag="conversations",
)
async def post_typing(call: Call) -> None:
    conversation = await call.parts.store.read(views.find, call.viewer, _id(call))
    said = {"conversation_id": conversation.id, "who": "agent", "user_id": call.viewer.user_id}
    await call.parts.signals.publish(TYPING, said)


@route(
    "POST",
    "/api/v1/conversations/{conversation_id}/read",
    access=needs(Permission.CONVERSATIONS_READ),
    summary="Say how far I have read; it never goes back",
    tag="conversations",
    body=ReadBody,
)
async def post_read(call: Call) -> None:
    body: ReadBody = call.body
    await call.parts.store.write(_read, call.viewer, _id(call), body.position)


@route(
    "POST",
    "/api/v1/deliveries/{delivery_id}/resend",
    access=needs(Permission.DESK_WORK),
    summary="Try a failed delivery again",
    tag="conversations",
    returns=DeliveryAnswer,
)
async def resend(call: Call) -> dict[str, Any]:
    delivery_id = DeliveryId(call.path["delivery_id"])
    return {"delivery": await call.parts.store.write(_resend, call.viewer, delivery_id)}


def _id(call: Call) -> ConversationId:
    return ConversationId(call.path["conversation_id"])


def _me(viewer: Viewer) -> Handler:
    return Handler(kind=HandlerKind.AGENT, ref=viewer.user_id)


def _view(tx: SqlTx, conversation: Conversation) -> dict[str, Any]:
    """Read again: reactions to the command may have changed it."""
    after = tx.conversations.get(conversation.id)
    return conversation_view(after, tx.parties.get(after.party_id).name)


def _reply(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId, body: ReplyBody) -> dict[str, Any]:
    views.find(tx, viewer, conversation_id)
    exchange = reply.send_reply(
        tx,
        reply.Reply(
            conversation_id=conversation_id,
            holder=_me(viewer),
            epoch=body.epoch,
            text=body.text,
            key=body.key,
            channel=body.channel,
            files=uploaded(tx, viewer.user_id, body.attachments),
            recipients=typed_recipients(body.to, body.cc) if body.to is not None else None,
        ),
    )
    return exchange_view(exchange, tx.deliveries.of_exchange(exchange.id))


def _note(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId, body: NoteBody) -> dict[str, Any]:
    conversation = views.find(tx, viewer, conversation_id)
    mark = ExchangeId(new_id())
    if tx.exchanges.claim(f"note:{conversation_id}", f"{viewer.user_id}:{body.key}", mark) == mark:
        conversation = reply.add_note(tx, conversation_id, viewer.user_id, body.text)
    return _view(tx, conversation)


def _transfer(
    tx: SqlTx, viewer: Viewer, conversation_id: ConversationId, body: TransferBody
) -> dict[str, Any]:
    views.find(tx, viewer, conversation_id)
    queue = tx.queues.get(QueueId(body.queue_id))
    conversation = handling.hand_to_queue(
        tx,
        conversation_id,
        _me(viewer),
        body.epoch,
        queue_id=queue.id,
        reason=TRANSFERRED,
        summary=body.message.strip(),
        by=(AuthorKind.AGENT, viewer.user_id),
    )
    return _view(tx, conversation)


def _resolve(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId, body: ResolveBody) -> dict[str, Any]:
    views.find(tx, viewer, conversation_id)
    conversation = handling.resolve(
        tx, conversation_id, _me(viewer), body.epoch, outcome=body.outcome, note=body.note
    )
    return _view(tx, conversation)


def _take(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId, body: EpochBody) -> dict[str, Any]:
    """Taking what one holds already changes nothing."""
    views.find(tx, viewer, conversation_id)
    conversation = tx.conversations.get(conversation_id)
    if conversation.handler == _me(viewer):
        return _view(tx, conversation)
    if conversation.epoch != body.epoch:
        raise StaleHandler(
            conversation_id=conversation.id, handler=conversation.handler, epoch=conversation.epoch
        )
    return _view(tx, handling.assign(tx, conversation_id, viewer.user_id, TAKEN))


def _read(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId, position: int) -> None:
    views.find(tx, viewer, conversation_id)
    mark_read(tx, conversation_id, viewer.user_id, position)


def _resend(tx: SqlTx, viewer: Viewer, delivery_id: DeliveryId) -> dict[str, Any]:
    views.conversation_of_delivery(tx, viewer, delivery_id)
    return delivery_view(reply.resend(tx, delivery_id))
