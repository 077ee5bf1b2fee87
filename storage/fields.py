"""The definitions of fields, and the sources of values, in SQL."""

from collections.abc import Collection

from sqlalchemy import select

from core.errors import InvalidInput, NotFound
from core.ids import PartyId
from core.staff import Viewer
from crm.fields.model import FieldDefinition, is_read, readable
from crm.sources.model import Source
from storage.engine.entities import Entities
from storage.engine.prepared import Prepared
from storage.engine.transaction import SqlTx
from storage.schema import facts, fields, party_values, sources

FIELDS = Entities(what="field", table=fields, model=FieldDefinition)
READERS = Prepared(select(fields.c.key, fields.c.hidden, fields.c.readers))
SOURCES = Entities(what="source", table=sources, model=Source)


def fields_for(tx: SqlTx, viewer: Viewer) -> dict[str, FieldDefinition]:
    """Those the viewer may see, by key, in their order."""
    return readable(ordered(FIELDS.all(tx)), viewer.roles)


def unseen_by(tx: SqlTx, viewer: Viewer) -> frozenset[str]:
    """The keys of the fields that the viewer may not see; a value whose field nobody defined is everybody's."""
    roles = frozenset(viewer.roles)
    rows = READERS.all(tx.conn, {})
    return frozenset(row["key"] for row in rows if not is_read(row["hidden"], row["readers"], roles))


def ordered(every: Collection[FieldDefinition]) -> list[FieldDefinition]:
    return sorted(every, key=lambda field: (field.position, field.key))


def is_used(tx: SqlTx, field: FieldDefinition) -> bool:
    """Whether a customer has a value in it."""
    held = select(party_values.c.party_id).where(party_values.c.field == field.key).limit(1)
    return tx.conn.execute(held).first() is not None


def gave_values(tx: SqlTx, source: Source) -> bool:
    """Whether a value came from it."""
    told = select(facts.c.id).where(facts.c.source == source.key).limit(1)
    return tx.conn.execute(told).first() is not None


def check_person(tx: SqlTx, party_id: str) -> str:
    """The live customer's id. Raises `InvalidInput` when there is none."""
    try:
        return tx.parties.get(PartyId(party_id)).id
    except NotFound:
        raise InvalidInput(problem=f"There is no customer {party_id}") from None
