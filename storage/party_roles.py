"""What parties are to the business, in SQL."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, insert, select

from core.ids import PartyId
from crm.parties.model import PartyRole
from storage.engine.transaction import SqlTx
from storage.schema import party_roles

ORDER = {role.value: position for position, role in enumerate(PartyRole)}


def roles_of_parties(tx: SqlTx, party_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The roles of each that has any, in the order of `PartyRole`."""
    query = select(party_roles.c.party_id, party_roles.c.role).where(party_roles.c.party_id.in_(party_ids))
    found: dict[str, list[str]] = {}
    for row in tx.conn.execute(query):
        found.setdefault(row.party_id, []).append(row.role)
    return {party_id: tuple(sorted(roles, key=ORDER.__getitem__)) for party_id, roles in found.items()}


def set_roles(tx: SqlTx, party_id: PartyId, wanted: Iterable[PartyRole]) -> tuple[str, ...]:
    """Makes these the party's roles; one that was there keeps since when."""
    tx.lock(f"party roles:{party_id}")
    before = set(roles_of_parties(tx, [party_id]).get(party_id, ()))
    after = {role.value for role in wanted}
    mine = party_roles.c.party_id == party_id
    if gone := before - after:
        tx.conn.execute(delete(party_roles).where(mine, party_roles.c.role.in_(gone)))
    if new := sorted(after - before):
        tx.conn.execute(
            insert(party_roles), [{"party_id": party_id, "role": role, "since": tx.now} for role in new]
        )
    return tuple(sorted(after, key=ORDER.__getitem__))
