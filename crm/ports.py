"""What the customer file and the contact history need of a transaction. `storage` implements it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from core.ids import ConversationId, DeliveryId, ExchangeId, PartyId, UserId
from core.store import Tx
from core.words import ChannelName
from crm.conversations.model import (
    Call,
    Conversation,
    Delivery,
    EntryPoint,
    Exchange,
    Participant,
    ReadingMark,
    SetAsideItem,
)
from crm.parties.model import Address, ContactPoint, Fact, Party


class Parties(Protocol):
    def get(self, party_id: PartyId) -> Party:
        """The live party; a merged one's id leads to the party it became. Raises `NotFound`."""
        ...

    def find(self, address: Address) -> tuple[Party, ContactPoint] | None:
        """The live party that holds the address, in one read."""
        ...

    def touch(self, party_id: PartyId) -> None:
        """What the party is compared by changed: who may be the same is looked for after the transaction."""
        ...

    def insert(self, party: Party) -> None: ...

    def save(self, party: Party) -> None: ...

    def contact_points(self, party_id: PartyId) -> tuple[ContactPoint, ...]:
        """Preferred first, then oldest first."""
        ...

    def insert_contact_point(self, point: ContactPoint) -> None: ...

    def save_contact_point(self, point: ContactPoint) -> None: ...

    def insert_fact(self, party_id: PartyId, fact: Fact) -> None: ...

    def facts(self, party_id: PartyId) -> tuple[Fact, ...]: ...

    def insert_visit(self, address: Address, url: str, at: datetime) -> None:
        """Keeps that whoever has the address looked at a page of the web site."""
        ...

    def insert_claim(self, party_id: PartyId, address: Address, at: datetime) -> None:
        """Keeps that the party said the address is theirs; the same claim twice is one."""
        ...


class Conversations(Protocol):
    def get(self, conversation_id: ConversationId) -> Conversation:
        """Inside a write, the row is held until its end. Raises `NotFound`."""
        ...

    def open_of(self, party_id: PartyId) -> tuple[Conversation, ...]:
        """The party's conversations that are not resolved, last active first; held like `get`."""
        ...

    def open_at(self, address: Address) -> tuple[Conversation, ...]:
        """Those not resolved of anybody who uses a shared address, written from it; else as `open_of`."""
        ...

    def referred_to(self, references: Iterable[str]) -> Conversation | None:
        """The conversation of the first reference that is known; held like `get`."""
        ...

    def insert(self, conversation: Conversation) -> None: ...

    def save(self, conversation: Conversation) -> None: ...

    def announce(self, references: Iterable[str], conversation_id: ConversationId) -> None:
        """Makes the references lead here; one that already leads somewhere keeps doing so."""
        ...

    def join(self, conversation_id: ConversationId, addresses: Iterable[Address]) -> None:
        """Puts people on the conversation, each once."""
        ...

    def joined_by_writing(self, conversation_id: ConversationId, writer: Address, reply_to: str) -> None:
        """Puts who wrote on the conversation, with where an answer to them goes."""
        ...

    def live_chats(self) -> tuple[ConversationId, ...]:
        """Web chats that are not resolved, of the last day."""
        ...

    def participants(self, conversation_id: ConversationId) -> tuple[Participant, ...]: ...

    def is_on(self, conversation_id: ConversationId, address: Address) -> bool: ...

    def entry_point(self, channel: ChannelName, address: str) -> EntryPoint:
        """The most exact one: this address, then the channel's, then the first queue without a bot."""
        ...


class Exchanges(Protocol):
    def claim(self, scope: str, key: str, exchange_id: ExchangeId) -> ExchangeId:
        """Ties (scope, key) to an exchange for ever; answers the exchange it is tied to, an earlier one if any."""
        ...

    def append(self, exchange: Exchange) -> None:
        """Stores it, with the bytes of its attachments."""
        ...

    def get(self, exchange_id: ExchangeId) -> Exchange: ...

    def with_files(self, exchange_id: ExchangeId) -> Exchange:
        """The exchange with the bytes of its attachments."""
        ...

    def visible_lines(self, conversation_id: ConversationId, after: int, limit: int) -> tuple[Exchange, ...]:
        """What the customer may see, oldest first: the last `limit` messages beyond position `after`."""
        ...

    def customer_lines_after(self, conversation_id: ConversationId, position: int) -> int:
        """How many exchanges beyond `position` the customer wrote."""
        ...


class ReadingMarks(Protocol):
    def of(self, user_id: UserId, conversation_id: ConversationId) -> ReadingMark | None: ...

    def move(self, mark: ReadingMark) -> bool:
        """Keeps the mark; False, and nothing done, when one as far or further is kept already."""
        ...


class Deliveries(Protocol):
    def get(self, delivery_id: DeliveryId) -> Delivery: ...

    def of_exchange(self, exchange_id: ExchangeId) -> Delivery | None: ...

    def by_provider_id(self, channel: ChannelName, provider_id: str) -> Delivery | None: ...

    def insert(self, delivery: Delivery) -> None: ...

    def save(self, delivery: Delivery) -> None: ...


class Calls(Protocol):
    def get(self, call_id: str) -> Call | None: ...

    def of_conversation(self, conversation_id: ConversationId) -> Call | None:
        """The last one that has not ended."""
        ...

    def insert(self, call: Call) -> None: ...

    def save(self, call: Call) -> None: ...


class SetAside(Protocol):
    def insert(self, item: SetAsideItem) -> bool:
        """False if (channel, account, provider_id) was already set aside."""
        ...

    def get(self, set_aside_id: str) -> SetAsideItem: ...

    def save(self, item: SetAsideItem) -> None: ...


class CrmTx(Tx, Protocol):
    """A transaction on the customer file and the contact history."""

    @property
    def parties(self) -> Parties: ...

    @property
    def conversations(self) -> Conversations: ...

    @property
    def exchanges(self) -> Exchanges: ...

    @property
    def reading(self) -> ReadingMarks: ...

    @property
    def deliveries(self) -> Deliveries: ...

    @property
    def calls(self) -> Calls: ...

    @property
    def set_aside(self) -> SetAside: ...
