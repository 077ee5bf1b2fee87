"""What is worked out from other tables and kept, and worked out anew when newer code does it otherwise.

A migration changes tables; it cannot call the code that fills these, which reads tables of later versions. So they are
filled at the end of an upgrade, when all tables are what the code names.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from core.ids import PartyId
from storage.match_keys import keep_keys
from storage.parties import SqlParties
from storage.schema import facts, kept, parties

PAGE = 1_000


def keep_anew(conn: Connection) -> None:
    """Fills what is of an older version than the code's; reads nothing when all is up to date."""
    known = {row.name: row.version for row in conn.execute(select(kept))}
    for name, (version, fill) in FILLS.items():
        if known.get(name) != version:
            fill(conn)
            conn.execute(delete(kept).where(kept.c.name == name))
            conn.execute(insert(kept), {"name": name, "version": version})


def _match_keys(conn: Connection) -> None:
    for page in _pages(conn):
        keep_keys(conn, page)


def _values(conn: Connection) -> None:
    """By what lists are filtered and searches find, of those who have more than a name."""
    of_file = SqlParties(conn)
    for page in _pages(conn):
        told = select(facts.c.party_id.distinct()).where(facts.c.field != "name", facts.c.party_id.in_(page))
        for party_id in conn.execute(told).scalars().all():
            of_file.keep_searchable(of_file.get(PartyId(party_id)))


def _pages(conn: Connection) -> Iterator[Sequence[str]]:
    query = select(parties.c.id).where(parties.c.merged_into.is_(None)).order_by(parties.c.id).limit(PAGE)
    page = conn.execute(query).scalars().all()
    while page:
        yield page
        page = conn.execute(query.where(parties.c.id > page[-1])).scalars().all()


FILLS: Mapping[str, tuple[int, Callable[[Connection], None]]] = {
    "match_keys": (1, _match_keys),
    "party_values": (1, _values),
}
"""By name: the version, which whoever changes how it is worked out counts up, and what fills it."""
