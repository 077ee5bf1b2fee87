"""What the history's property test stands on: a clock, a provider that remembers, and the whole store in one read."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from channels.contract import Outbound, Sent
from core.errors import CredentialsBad, Refused, TryLater
from crm.conversations.model import Conversation, Exchange
from routing.model import WorkItem
from storage import rows, schema
from storage.work import item_of

Row = Mapping[str, Any]


class TurnedClock:
    """Stands where the test turned it."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def turn(self, by: timedelta) -> None:
        self._now += by


class Fate(Enum):
    """What becomes of one attempt to send."""

    TAKEN = "taken"
    TAKEN_UNHEARD = "taken, and the answer never arrives"
    AWAY = "away"
    REFUSED = "refused"
    NOT_KNOWN = "our credentials are bad"
    KILLED_BEFORE = "we die before the provider hears of it"
    KILLED_AFTER = "we die after the provider took it"


class Killed(BaseException):
    """kill -9: nothing of ours runs after it."""


class Vendor:
    """A channel whose vendor takes, refuses or stays silent as `fate` says, and knows what it took."""

    def __init__(self) -> None:
        self.fate = Fate.TAKEN
        self.taken: dict[str, str] = {}  # its id → our delivery
        self.times: Counter[str] = Counter()
        self._forgotten: set[str] = set()

    async def send(self, outbound: Outbound) -> Sent:
        found = [sid for sid, mine in self.taken.items() if mine == outbound.delivery_id]
        live = [sid for sid in found if sid not in self._forgotten]
        if outbound.in_doubt_since and live:
            return Sent(provider_id=live[0], announces=(f"sent:{live[0]}",))
        if self.fate is Fate.KILLED_BEFORE:
            raise Killed
        if self.fate is Fate.AWAY:
            raise TryLater(service="vendor", problem="away", after=None)
        if self.fate is Fate.REFUSED:
            raise Refused(service="vendor", problem="no such number")
        if self.fate is Fate.NOT_KNOWN:
            raise CredentialsBad(service="vendor", problem="who are you?")
        sid = f"SM{len(self.taken):032d}"
        self.taken[sid] = outbound.delivery_id
        self.times[outbound.delivery_id] += 1
        if self.fate is Fate.KILLED_AFTER:
            raise Killed
        if self.fate is Fate.TAKEN_UNHEARD:
            raise TryLater(service="vendor", problem="no answer", after=None, in_doubt=True)
        return Sent(provider_id=sid, announces=(f"sent:{sid}",))

    def sent_anew(self, delivery_id: str) -> None:
        """A person asked to send it again: what was taken before is another matter."""
        self._forgotten |= {sid for sid, mine in self.taken.items() if mine == delivery_id}
        self.times[delivery_id] = 0


@dataclass(frozen=True)
class History:
    """Everything the history is made of, by id."""

    conversations: dict[str, Conversation]
    exchanges: dict[str, Exchange]
    keys: dict[tuple[str, str], str]
    points: dict[tuple[str, str], Row]
    participants: frozenset[tuple[str, str, str]]
    references: dict[str, str]
    deliveries: dict[str, Row]
    items: dict[str, WorkItem]
    tasks: dict[int, Row] = field(default_factory=dict)
    events: int = 0

    def of(self, conversation_id: str) -> list[Exchange]:
        mine = [e for e in self.exchanges.values() if e.conversation_id == conversation_id]
        return sorted(mine, key=lambda e: e.position)


def whole_history(tx: Any) -> History:
    def every(table: Any) -> list[Row]:
        return [dict(row) for row in tx.conn.execute(table.select()).mappings()]

    return History(
        conversations={r["id"]: rows.conversation(r) for r in every(schema.conversations)},
        exchanges={r["id"]: rows.exchange(r) for r in every(schema.exchanges)},
        keys={(r["scope"], r["key"]): r["exchange_id"] for r in every(schema.exchange_keys)},
        points={(r["kind"], r["value"]): r for r in every(schema.contact_points)},
        participants=frozenset(
            (r["conversation_id"], r["kind"], r["value"]) for r in every(schema.participants)
        ),
        references={r["reference"]: r["conversation_id"] for r in every(schema.conversation_references)},
        deliveries={r["id"]: r for r in every(schema.deliveries)},
        items={r["id"]: item_of(r) for r in every(schema.work_items)},
        tasks={r["id"]: r for r in every(schema.outbox)},
        events=len(every(schema.events)),
    )
