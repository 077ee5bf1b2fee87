"""The chat's own transactions, on both databases."""

from datetime import UTC, datetime

from channels.webchat import history, parse
from channels.webchat.session import Sender, Session
from core.ids import new_id
from core.store import Store
from core.words import ChannelName, ContactKind
from crm.conversations.inbound import Inbound
from crm.conversations.joining import Limits
from crm.conversations.model import DeliveryState
from crm.parties.model import Address
from tests.fixtures import add_entry_point, add_queue


def a_message(session_id: str, text: str) -> Inbound:
    session = Session(id=session_id)
    sender = Sender(address=Address(kind=ContactKind.WEBCHAT, value=session_id))
    said = parse.Say(id=new_id(), text=text)
    return parse.message(said, session, sender, parse.Introduction(), datetime.now(UTC), 4000)


async def test_what_is_said_is_read_again_from_where_one_was(any_store: Store) -> None:
    await add_entry_point(any_store, await add_queue(any_store), ChannelName.WEBCHAT)
    session_id = new_id()
    first = await any_store.write(history.say, a_message(session_id, "un"), Limits())
    await any_store.write(history.say, a_message(session_id, "deux"), Limits())
    thread = first.accepted.conversation_id

    whole = await any_store.read(history.page, session_id)
    rest = await any_store.read(history.page, session_id, thread, 1)
    others = await any_store.read(history.page, new_id(), thread, 0)

    assert [line.text for line in whole.lines] == ["un", "deux"]
    assert [line.text for line in rest.lines] == ["deux"]
    assert (whole.fresh, rest.fresh, others.conversation) == (True, False, None)


async def test_reading_marks_and_places_needs_no_right_to_write(any_store: Store) -> None:
    await add_entry_point(any_store, await add_queue(any_store), ChannelName.WEBCHAT)
    session_id = new_id()
    said = await any_store.write(history.say, a_message(session_id, "un"), Limits())
    thread = said.accepted.conversation_id

    unmarked = await any_store.read(history.unmarked, session_id, thread, 1, DeliveryState.READ)

    assert unmarked == ()
    assert await any_store.read(history.places) == {thread: 1}
