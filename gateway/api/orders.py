"""Orders, subscriptions and loyalty accounts, told by shops and other applications; a customer's figures."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, StringConstraints, model_validator
from sqlalchemy import select

from core.errors import FilrougeError, InvalidInput
from core.ids import PartyId
from core.permissions import Permission, needs
from core.staff import Viewer
from crm.conversations.events import PartyChanged
from crm.orders.model import (
    Every,
    LoyaltyAccount,
    Order,
    OrderLine,
    OrderReturn,
    OrderStatus,
    Subscription,
    SubscriptionStatus,
)
from gateway.api.duplicates import WrittenPoint
from gateway.api.fields import FieldKey
from gateway.routes import Call, route
from gateway.shapes.basics import NO_NUL, Count, Id, Input, Output, Page
from gateway.typed_addresses import typed_address
from storage import audit
from storage.engine.transaction import SqlTx
from storage.orders import behaviour_of, orders_of, put_loyalty_account, put_order, put_subscription
from storage.schema import parties, party_values
from storage.views.parties import find

MOST = 500  # told at once
MOST_PARTS = 500  # lines, or returns, of one order
Number = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=NO_NUL)
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_NUL)]
Amount = Annotated[Decimal, Field(ge=-(10**12), le=10**12, decimal_places=2)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Quantity = Annotated[float, Field(gt=0, le=1e9)]


class Whose(Input):
    """The customer: by id, by an address of theirs, or by their customer number. Exactly one of the three."""

    party: Id | None = None
    contact: WrittenPoint | None = None
    customer_number: Number | None = None

    @model_validator(mode="after")
    def _one(self) -> "Whose":
        if sum(one is not None for one in (self.party, self.contact, self.customer_number)) != 1:
            raise ValueError("give exactly one of party, contact and customer_number")
        return self


class Told(Input):
    """`source` and `number` name the thing: told again, it is changed, not doubled."""

    customer: Whose
    source: FieldKey = "api"
    number: Number


class WrittenLine(Input):
    sku: Line = ""
    name: Line
    quantity: Quantity = 1
    total: Amount


class WrittenReturn(Input):
    """`line` is the position of the order's line, from 1; without, it is about the whole order."""

    line: Annotated[int, Field(ge=1, le=MOST_PARTS)] | None = None
    quantity: Quantity = 1
    amount: Amount
    at: AwareDatetime
    reason: Line = ""


class WrittenOrder(Told):
    """`total` is what was paid; without, the sum of the lines."""

    status: OrderStatus = OrderStatus.OPEN
    currency: Currency = "EUR"
    ordered_at: AwareDatetime
    total: Amount | None = None
    channel: Line = ""
    lines: Annotated[list[WrittenLine], Field(max_length=MOST_PARTS)] = Field(default_factory=list)
    returns: Annotated[list[WrittenReturn], Field(max_length=MOST_PARTS)] = Field(default_factory=list)


class WrittenSubscription(Told):
    plan: Line
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    since: date | None = None
    until: date | None = None
    amount: Amount = Decimal(0)
    currency: Currency = "EUR"
    every: Every = Every.MONTH


class WrittenAccount(Told):
    programme: Line
    tier: Line = ""
    points: Annotated[int, Field(ge=-(10**12), le=10**12)] = 0
    since: date | None = None


class Orders(Input):
    items: Annotated[list[WrittenOrder], Field(min_length=1, max_length=MOST)]


class Subscriptions(Input):
    items: Annotated[list[WrittenSubscription], Field(min_length=1, max_length=MOST)]


class Accounts(Input):
    items: Annotated[list[WrittenAccount], Field(min_length=1, max_length=MOST)]


class RefusedItem(Output):
    """`index` is its place in what was sent, from 0."""

    index: int
    number: str
    code: str
    message: str


class Taken(Output):
    added: Count
    changed: Count
    refused: list[RefusedItem]


class LineOut(Output):
    sku: str
    name: str
    quantity: float
    total: str


class ReturnOut(Output):
    line: int | None
    quantity: float
    amount: str
    at: datetime
    reason: str


class OrderOut(Output):
    id: str
    source: str
    number: str
    status: OrderStatus
    currency: str
    ordered_at: datetime
    total: str
    returned: str
    channel: str
    lines: list[LineOut]
    returns: list[ReturnOut]


class OrderList(Output):
    items: list[OrderOut]
    next: str | None


class Amounts(Output):
    currency: str
    total: str
    returned: str
    average: str


class OrderFigures(Output):
    count: Count
    first_at: datetime | None
    last_at: datetime | None
    recency_days: int | None
    last_year: Count
    amounts: list[Amounts]


class SubscriptionOut(Output):
    id: str
    source: str
    number: str
    plan: str
    status: SubscriptionStatus
    since: date | None
    until: date | None
    amount: str
    currency: str
    every: Every


class AccountOut(Output):
    id: str
    source: str
    number: str
    programme: str
    tier: str
    points: int
    since: date | None


class Visits(Output):
    count: Count
    last_at: datetime | None


class Behaviour(Output):
    orders: OrderFigures
    subscriptions: list[SubscriptionOut]
    loyalty: list[AccountOut]
    visits: Visits


@route(
    "POST",
    "/api/v1/orders",
    access=needs(Permission.ORDERS_WRITE),
    summary="Tell orders, with lines and returns; what cannot be taken is answered, the rest is kept",
    tag="orders",
    body=Orders,
    returns=Taken,
)
async def tell_orders(call: Call) -> dict[str, Any]:
    return await _take(call, "orders", _put_order)


@route(
    "POST",
    "/api/v1/subscriptions",
    access=needs(Permission.ORDERS_WRITE),
    summary="Tell subscriptions, as orders are told",
    tag="orders",
    body=Subscriptions,
    returns=Taken,
)
async def tell_subscriptions(call: Call) -> dict[str, Any]:
    return await _take(call, "subscriptions", _put_subscription)


@route(
    "POST",
    "/api/v1/loyalty-accounts",
    access=needs(Permission.ORDERS_WRITE),
    summary="Tell loyalty accounts, as orders are told",
    tag="orders",
    body=Accounts,
    returns=Taken,
)
async def tell_accounts(call: Call) -> dict[str, Any]:
    return await _take(call, "loyalty_accounts", _put_account)


@route(
    "GET",
    "/api/v1/parties/{party_id}/orders",
    access=needs(Permission.CUSTOMERS_READ),
    summary="A customer's orders with lines and returns, the newest first",
    tag="orders",
    query=Page,
    returns=OrderList,
)
async def list_orders(call: Call) -> dict[str, Any]:
    page: Page = call.query
    return await call.parts.store.read(_orders, call.viewer, _id(call), page.cursor, page.limit)


@route(
    "GET",
    "/api/v1/parties/{party_id}/behaviour",
    access=needs(Permission.CUSTOMERS_READ),
    summary="A customer's figures: orders by recency, frequency and amount, subscriptions, loyalty, visits",
    tag="orders",
    returns=Behaviour,
)
async def get_behaviour(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(_behaviour, call.viewer, _id(call))


def _id(call: Call) -> PartyId:
    return PartyId(call.path["party_id"])


def _orders(tx: SqlTx, viewer: Viewer, party_id: PartyId, cursor: str | None, limit: int) -> dict[str, Any]:
    return orders_of(tx, find(tx, viewer, party_id), cursor, limit)


def _behaviour(tx: SqlTx, viewer: Viewer, party_id: PartyId) -> dict[str, Any]:
    return behaviour_of(tx, find(tx, viewer, party_id))


async def _take(call: Call, what: str, put: Callable[[SqlTx, PartyId, Any], bool]) -> dict[str, Any]:
    country = call.parts.settings.business.country
    return await call.parts.store.write(_put_all, call.viewer, what, call.body.items, put, country)


def _put_all(
    tx: SqlTx,
    viewer: Viewer,
    what: str,
    items: list[Any],
    put: Callable[[SqlTx, PartyId, Any], bool],
    country: str,
) -> dict[str, Any]:
    """In one transaction; each is checked before it is written, so that one refused leaves nothing behind."""
    added = changed = 0
    refused: list[dict[str, Any]] = []
    told: set[PartyId] = set()
    for index, item in enumerate(items):
        try:
            party_id = _whose(tx, item.customer, country)
            new = put(tx, party_id, item)
        except FilrougeError as error:
            refused.append({"index": index, "number": item.number, "code": error.code, "message": str(error)})
            continue
        added, changed = added + new, changed + (not new)
        told.add(party_id)
    if told:
        audit.record(tx, viewer.user_id, f"{what}_told", "", added=added, changed=changed)
    for party_id in sorted(told):
        tx.emit(PartyChanged(party_id=party_id, name=tx.parties.get(party_id).name))
    return {"added": added, "changed": changed, "refused": refused}


def _whose(tx: SqlTx, whose: Whose, country: str) -> PartyId:
    """Raises `InvalidInput` when nobody is named by it, or several are."""
    if whose.party is not None:
        return tx.parties.get(PartyId(whose.party)).id
    if whose.contact is not None:
        found = tx.parties.find(typed_address(whose.contact.kind, whose.contact.value, country))
        if found is None:
            raise InvalidInput(problem=f"No customer has the address {whose.contact.value}")
        return found[0].id
    query = (
        select(party_values.c.party_id)
        .join(parties, parties.c.id == party_values.c.party_id)
        .where(
            party_values.c.field == "customer_number",
            party_values.c.value == whose.customer_number,
            parties.c.merged_into.is_(None),
        )
        .limit(2)
    )
    ids = tx.conn.execute(query).scalars().all()
    if len(ids) != 1:
        how = "No customer has" if not ids else "Several customers have"
        raise InvalidInput(problem=f"{how} the customer number {whose.customer_number}")
    return PartyId(ids[0])


def _put_order(tx: SqlTx, party_id: PartyId, told: WrittenOrder) -> bool:
    for back in told.returns:
        if back.line is not None and back.line > len(told.lines):
            raise InvalidInput(problem=f"A return is of line {back.line}; the order has {len(told.lines)}")
    total = told.total if told.total is not None else sum((line.total for line in told.lines), Decimal(0))
    order = Order(
        id="",
        party_id=party_id,
        source=told.source,
        number=told.number,
        status=told.status,
        currency=told.currency,
        ordered_at=told.ordered_at,
        total=_hundredths(total),
        returned=sum(_hundredths(back.amount) for back in told.returns),
        channel=told.channel,
        created_at=tx.now,
    )
    lines = [
        OrderLine(sku=line.sku, name=line.name, quantity=line.quantity, total=_hundredths(line.total))
        for line in told.lines
    ]
    returns = [
        OrderReturn(
            line=back.line,
            quantity=back.quantity,
            amount=_hundredths(back.amount),
            at=back.at,
            reason=back.reason,
        )
        for back in told.returns
    ]
    return put_order(tx, order, lines, returns)[1]


def _put_subscription(tx: SqlTx, party_id: PartyId, told: WrittenSubscription) -> bool:
    if told.since and told.until and told.until < told.since:
        raise InvalidInput(problem="The subscription ends before it begins; exchange since and until")
    kept = told.model_dump(exclude={"customer", "amount"})
    thing = Subscription(**kept, id="", party_id=party_id, amount=_hundredths(told.amount), created_at=tx.now)
    return put_subscription(tx, thing)[1]


def _put_account(tx: SqlTx, party_id: PartyId, told: WrittenAccount) -> bool:
    thing = LoyaltyAccount(
        **told.model_dump(exclude={"customer"}), id="", party_id=party_id, created_at=tx.now
    )
    return put_loyalty_account(tx, thing)[1]


def _hundredths(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value())
