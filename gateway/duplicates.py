"""Looks for duplicates of whoever's file changed, after the change and beside the traffic."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from core.errors import StoreUnavailable
from core.events import Finish
from core.ids import PartyId
from core.store import Store
from gateway.base_size import BaseSize
from storage import audit
from storage.duplicates import Alike, alike, keep_found, pairs_of
from storage.engine.transaction import SqlTx
from storage.match_keys import keep_keys
from storage.merges import merge

NO_DOUBT = 0.995
log = structlog.get_logger(__name__)


class Lookout:
    """The handler of `crm.duplicates.model.LOOK` tasks."""

    def __init__(self, store: Store, base: BaseSize, *, join_certain: bool = True) -> None:
        self._store = store
        self._join_certain = join_certain
        self._base = base

    async def look(self, payload: Mapping[str, Any], attempts: int) -> Finish | None:
        """First the keys, so that of two who came at the same time the later sees the other.

        All looks share a lane: people wait for messages, nobody for this. One that fails holds up no other.
        """
        party_id = PartyId(payload["party"])
        try:
            found = await self._found(party_id)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("duplicates_not_looked_for", party=party_id)
            return None
        return lambda tx: _conclude(tx, party_id, found, self._join_certain)

    async def _found(self, party_id: PartyId) -> list[Alike]:
        profile = await self._store.write(_keep_keys, party_id)
        if profile is None:
            return []
        base = await self._base.size(self._store)
        return await self._store.read(lambda tx: alike(tx, profile, base=base, but=party_id))


def _keep_keys(tx: SqlTx, party_id: PartyId) -> Any:
    return keep_keys(tx.conn, [party_id]).get(party_id)


def _conclude(tx: SqlTx, party_id: PartyId, found: Sequence[Alike], join_certain: bool) -> None:
    """Joins those about whom there is no doubt, by what is proved alone, unless there are several to choose from."""
    keep_found(tx, party_id, found)
    proved = [one.party_id for one in found if one.proved and one.probability >= NO_DOUBT]
    open_pairs = {pair.other_of(party_id) for pair in pairs_of(tx, party_id)}
    if not join_certain or len(proved) != 1 or proved[0] not in open_pairs:
        return
    winner, loser = sorted((party_id, proved[0]))  # ids are in order of time: the older file stays
    done = merge(tx, winner, loser, None)
    audit.record(tx, "identity", "parties_joined", winner, loser=loser, merge=done.id)
