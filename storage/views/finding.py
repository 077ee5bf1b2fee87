"""What a search for customers is made of: ranges of indexes, and who of those found may be seen."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, column, exists, func, literal_column, select, table

from core.staff import Viewer
from storage.engine.transaction import SqlTx
from storage.schema import contact_points, party_words
from storage.views.scope import knows_party

MOST_LOOKED_AT = 30_000  # of those that begin with the longest word, or with the address
MOST_RANKED = 2_000
MOST_COUNTED = 3_000  # names that begin with a word; more of them are many
MIDDLES = table("middles", column("word"))  # full text by trigrams; not in the metadata, being SQLite's own
LAST = "\U0010ffff"  # sorts behind every letter
NUMBER = re.compile(r"[+0-9][0-9 ().\-/]*")
SHORTEST_END = 3  # digits
OF_ADDRESSES = re.compile(r"[@.]")


def seen(
    viewer: Viewer, candidates: Select[Any], others: Sequence[str] = (), *, inside: bool = False
) -> Select[Any]:
    """Those of the candidates that the viewer may see and whose names have the other words too."""
    looked_at = candidates.subquery()
    name = party_words.c.word
    also = [
        has(looked_at.c.party_id, name.contains(word) if inside else begins(name, word)) for word in others
    ]
    seen = select(looked_at).where(*also, knows_party(viewer, looked_at.c.party_id))
    if "word" in looked_at.c:
        seen = seen.order_by(looked_at.c.word)
    return select(seen.limit(MOST_RANKED).subquery().c.party_id)


def address_parts(text: str, dial: str) -> tuple[list[str], list[str]]:
    """What an address that is meant begins with, or ends with."""
    if not NUMBER.fullmatch(text):
        plain = text.lower()
        return [plain], [plain] if OF_ADDRESSES.search(plain) else []
    digits = re.sub(r"\D", "", text).removeprefix("00")
    significant = digits.lstrip("0")
    beginnings = [f"+{digits}"]
    if dial and digits.startswith("0") and significant:
        beginnings.append(f"+{dial}{significant}")
    return beginnings, [significant] if len(significant) >= SHORTEST_END else []


def contains(tx: SqlTx, held: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Of at least three characters. PostgreSQL has an index of trigrams on the column, SQLite a table of all texts."""
    if tx.postgres:
        return held.contains(part, autoescape=True)
    quoted = '"' + part.replace('"', '""') + '"'
    texts = select(MIDDLES.c.word).where(literal_column(MIDDLES.name).op("MATCH")(quoted))
    return held.in_(texts.limit(MOST_LOOKED_AT))


def begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    return and_(column >= beginning, column < beginning + LAST)


def value_begins(tx: SqlTx, beginning: str) -> ColumnElement[bool]:
    """PostgreSQL compares addresses in its own language's order; these operators, and the index, go by bytes."""
    value = contact_points.c.value
    if not tx.postgres:
        return begins(value, beginning)
    return and_(value.bool_op("~>=~")(beginning), value.bool_op("~<~")(beginning + LAST))


def by_rarity(tx: SqlTx, words: Sequence[str]) -> list[str]:
    """The word that the fewest names begin with first, for what it finds is looked through one by one."""
    if len(words) <= 1:
        return list(words)
    held = (
        select(party_words.c.party_id).where(begins(party_words.c.word, word)).limit(MOST_COUNTED)
        for word in words
    )
    counts = tx.conn.execute(
        select(*(select(func.count()).select_from(one.subquery()).scalar_subquery() for one in held))
    ).one()
    return [
        word for _, _, word in sorted((n, -len(word), word) for n, word in zip(counts, words, strict=True))
    ]


def has(party_id: ColumnElement[str], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A word of the party's name is so."""
    word = select(party_words.c.word).where(party_words.c.party_id == party_id, condition)
    return exists(word.correlate_except(party_words))
