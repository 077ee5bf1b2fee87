"""Who saw which file: an entry of the audit log for each look, not for each refresh of the same look."""

from collections import OrderedDict
from time import monotonic

from core.ids import UserId
from core.store import Store
from storage import audit
from storage.engine.transaction import SqlTx

SAME_LOOK = 600.0  # seconds within which reading again is still the same look
REMEMBERED = 20_000


class Reads:
    """Remembers the looks of the last minutes on this node."""

    def __init__(self) -> None:
        self._looks: OrderedDict[tuple[str, str, str], float] = OrderedDict()

    async def note(self, store: Store, user_id: UserId, what: str, thing_id: str) -> None:
        """Call it after the thing was found, before it is shown."""
        look = (user_id, what, thing_id)
        now = monotonic()
        if now - self._looks.get(look, -SAME_LOOK) < SAME_LOOK:
            return
        await store.write(_note, user_id, f"{what}_read", thing_id)
        self._looks[look] = now
        self._looks.move_to_end(look)
        while len(self._looks) > REMEMBERED:
            self._looks.popitem(last=False)


def _note(tx: SqlTx, user_id: UserId, action: str, thing_id: str) -> None:
    audit.record(tx, user_id, action, thing_id)
