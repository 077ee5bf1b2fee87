"""A small contact centre on a real store: one queue, its agents, its customers, a clock the test turns."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from core.bus import Bus
from core.events import Event
from core.ids import ConversationId, UserId, WorkItemId
from core.settings import Settings
from core.words import ChannelName, ContactKind
from crm.conversations.accept import accept
from crm.conversations.events import CallChanged
from crm.conversations.handling import assign, hand_to_queue, resolve
from crm.conversations.joining import Limits as JoinLimits
from crm.conversations.model import Call, CallState, Conversation, Handler
from crm.conversations.views import call_view
from crm.parties.model import Address
from routing.ending import end_wraps
from routing.events import OfferMade
from routing.matching import Limits
from routing.model import Agent, Presence, Queue, WorkItem
from routing.needs import reactions
from routing.offers import expire_offers, route
from routing.presence import set_presence
from routing.rules import Rules
from storage.engine.feed import events_since
from storage.engine.opening import Opened, open_store
from storage.schema import work_items
from storage.work import item_of
from tests.fixtures import add_entry_point, add_queue, add_user, an_inbound
from tests.routing.builders import NOON

E = TypeVar("E", bound=Event)
RULES = Rules(misses_before_break=2, wrap_up=timedelta(seconds=30))


class ManualClock:
    """Stands still until the test turns it."""

    def __init__(self) -> None:
        self._now = NOON

    def now(self) -> datetime:
        return self._now

    def turn(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class Floor:
    """What a test does on the floor, in the words of the people there."""

    def __init__(self, opened: Opened, bus: Bus, clock: Any) -> None:
        self.store = opened.store
        self.bus = bus
        self.clock = clock
        self.queue: Queue
        self._opened = opened
        self._customers = 0

    async def close(self) -> None:
        await self._opened.close()

    async def events(self, kind: type[E]) -> list[E]:
        """What happened of this kind, in commit order."""
        feed = await self.store.read(events_since, 0, 10_000)
        return [recorded.event for recorded in feed if isinstance(recorded.event, kind)]

    async def agent(self, name: str, *, available: bool = True, **fields: Any) -> UserId:
        user_id = await add_user(self.store, name, queues=[self.queue], **fields)
        if available:
            await self.store.write(set_presence, user_id, Presence.AVAILABLE)
        return user_id

    async def customer_writes(
        self, channel: ChannelName = ChannelName.SMS, customer: int | None = None, **fields: Any
    ) -> ConversationId:
        """A message of a new customer, unless `customer` names one of before."""
        if customer is None:
            self._customers += 1
            customer = self._customers
        kind, value = ContactKind.PHONE, f"+3363998{customer:04}"
        if channel is ChannelName.WEBCHAT:
            kind, value = ContactKind.WEBCHAT, f"visitor-{customer}"
        if channel is ChannelName.EMAIL:
            kind, value = ContactKind.EMAIL, f"customer-{customer}@example.com"
        inbound = an_inbound(
            channel=channel,
            sender=Address(kind=kind, value=value),
            occurred_at=self.clock.now(),
            business_address=f"business-{channel.value}",
            **fields,
        )
        accepted = await self.store.write(accept, inbound, JoinLimits())
        return accepted.conversation_id

    async def customer_calls(self, customer: int | None = None) -> tuple[ConversationId, Call]:
        conversation_id = await self.customer_writes(ChannelName.VOICE, customer)
        call = Call(
            id=f"CA-{conversation_id}",
            conversation_id=conversation_id,
            state=CallState.HOLDING,
            from_number="+33639980001",
            to_number="+33199000000",
            conference="",
            agent_leg="",
            started_at=self.clock.now(),
        )
        await self.store.write(lambda tx: tx.calls.insert(call))
        return conversation_id, call

    async def customer_hangs_up(self, conversation_id: ConversationId, call: Call) -> None:
        def hang_up(tx: Any) -> None:
            view = call_view(call) | {"state": CallState.ENDED.value}
            tx.emit(CallChanged(conversation_id=conversation_id, queue_id=self.queue.id, call=view))

        await self.store.write(hang_up)

    async def route(self) -> tuple[OfferMade, ...]:
        return await self.store.write(route, Limits())

    async def time_passes(self, seconds: float) -> None:
        """The clock turns, and what fell due is done."""
        self.clock.turn(seconds)
        await self.store.write(expire_offers, RULES)
        await self.store.write(end_wraps)

    async def resolve(self, conversation_id: ConversationId) -> Conversation:
        now = await self.conversation(conversation_id)
        return await self.store.write(resolve, conversation_id, now.handler, now.epoch, outcome="answered")

    async def transfer(self, conversation_id: ConversationId, queue: Queue) -> Conversation:
        now = await self.conversation(conversation_id)
        return await self.store.write(
            hand_to_queue, conversation_id, now.handler, now.epoch, queue_id=queue.id, reason="transfer"
        )

    async def take_by_hand(self, conversation_id: ConversationId, user_id: UserId) -> Conversation:
        return await self.store.write(assign, conversation_id, user_id, "taken")

    async def conversation(self, conversation_id: ConversationId) -> Conversation:
        return await self.store.read(lambda tx: tx.conversations.get(conversation_id))

    async def handler(self, conversation_id: ConversationId) -> Handler:
        return (await self.conversation(conversation_id)).handler

    async def person(self, user_id: UserId) -> Agent:
        return await self.store.read(lambda tx: tx.agents.get(user_id))

    async def item(self, conversation_id: ConversationId) -> WorkItem:
        """The last item of the conversation."""
        return [i for i in await self.items() if i.conversation_id == conversation_id][-1]

    async def offered_item(self, user_id: UserId) -> WorkItemId:
        """The item the agent is offered."""
        (item,) = [i for i in await self.items() if i.offered_to == user_id and i.offer_deadline]
        return item.id

    async def items(self) -> list[WorkItem]:
        return await self.store.read(every_item)


def every_item(tx: Any) -> list[WorkItem]:
    """Of all states, oldest first."""
    rows = tx.conn.execute(work_items.select().order_by(work_items.c.id)).mappings()
    return [item_of(row) for row in rows]


async def open_floor(settings: Settings, clock: Any = None) -> Floor:
    """A floor with one queue that every channel leads to; opened twice on the same settings, restarted."""
    clock, bus = clock or ManualClock(), Bus()
    opened = await open_store(settings, clock=clock, bus=bus, reactions=reactions(RULES))
    floor = Floor(opened, bus, clock)
    known = await floor.store.read(lambda tx: tx.queues.all())
    if known:
        floor.queue = known[0]
        return floor
    floor.queue = await add_queue(floor.store)
    for channel in ChannelName:
        await add_entry_point(floor.store, floor.queue, channel)
    return floor
