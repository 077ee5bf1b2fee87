"""Looks for duplicates of whoever's file changed, after the change and beside the traffic."""

import asyncio
from collections.abc import Mapping
from time import monotonic
from typing import Any

from core.events import Finish
from core.ids import PartyId
from core.store import Store
from storage.duplicates import alike, base_size, keep_found
from storage.engine.transaction import SqlTx
from storage.match_keys import keep_keys

COUNT_EVERY = 600.0  # seconds between two counts of the whole base


class Lookout:
    """The handler of `crm.duplicates.model.LOOK` tasks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._one_at_a_time = asyncio.Lock()  # people wait for messages, nobody for this
        self._base = 0
        self._counted = -COUNT_EVERY

    async def look(self, payload: Mapping[str, Any], attempts: int) -> Finish:
        """First the keys, so that of two who came at the same time the later sees the other."""
        party_id = PartyId(payload["party"])
        async with self._one_at_a_time:
            profile = await self._store.write(_keep_keys, party_id)
            base = await self.base()
            found = (
                await self._store.read(lambda tx: alike(tx, profile, base=base, but=party_id))
                if profile
                else []
            )
        return lambda tx: keep_found(tx, party_id, found)

    async def base(self) -> int:
        """About how many parties there are."""
        if monotonic() - self._counted >= COUNT_EVERY:
            self._base = await self._store.read(base_size)
            self._counted = monotonic()
        return self._base


def _keep_keys(tx: SqlTx, party_id: PartyId) -> Any:
    return keep_keys(tx.conn, [party_id]).get(party_id)
