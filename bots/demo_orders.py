"""The demo shop's order book: invented orders in every state, dated from today so that they never grow
stale."""

from datetime import date, timedelta

from bots.ports import OrderState, OrderStatus
from core.clock import Clock, SystemClock

# number: state, days since it took that state, days until delivery (None: no longer to come), carrier
BOOK: dict[str, tuple[OrderState, int, int | None, str | None]] = {
    "CF-10234": (OrderState.SHIPPED, 1, 2, "Transports Mistral"),
    "CF-10377": (OrderState.OUT_FOR_DELIVERY, 0, 0, "Transports Mistral"),
    "CF-10415": (OrderState.PREPARING, 0, 4, None),
    "CF-10502": (OrderState.DELIVERED, 3, None, "Vélo Express"),
    "CF-10630": (OrderState.DELAYED, 2, 5, "Vélo Express"),
    "CF-10788": (OrderState.RECEIVED, 0, 6, None),
    "CF-10871": (OrderState.CANCELLED, 5, None, None),
    "CF-10999": (OrderState.RETURNED, 4, None, "Transports Mistral"),
}


class DemoOrders:
    """Implements the `Orders` port from the book above; knows an order by its full number or its digits."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._numbers = {number.removeprefix("CF-"): number for number in BOOK}

    async def find(self, order_number: str) -> OrderStatus | None:
        wanted = order_number.strip().upper()
        number = self._numbers.get(wanted, wanted)
        if number not in BOOK:
            return None
        return self._status(number, self._clock.now().date())

    def _status(self, number: str, today: date) -> OrderStatus:
        state, age, due, carrier = BOOK[number]
        moving = state in {OrderState.SHIPPED, OrderState.OUT_FOR_DELIVERY, OrderState.DELAYED}
        return OrderStatus(
            number=number,
            state=state,
            since=today - timedelta(days=age),
            expected_on=None if due is None else today + timedelta(days=due),
            carrier=carrier,
            tracking_url=f"https://suivi.example.com/{number}" if moving else None,
        )
