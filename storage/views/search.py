"""Finding customers by words of their names, by addresses, and by numbers of orders or contracts they wrote about.

First by beginnings (of addresses also by ends): each condition is a range of an index (`core/folding.py`), and who may
see a customer is one of them. The longest word, which the fewest names have, is looked up, the others are looked for
in what it finds. What begins with one letter or two is much: how many are looked at and ranked is bounded, the exact
ones first. Where that finds few, whoever has the text in the middle follows, by an index of trigrams. Where
that finds nobody either, a slip is forgiven (`storage/views/near_matches.py`).
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    RowMapping,
    Select,
    case,
    false,
    func,
    literal,
    or_,
    select,
    union,
)

from core.folding import numbers_of, words_of
from core.ids import UserId
from core.permissions import Permission
from core.staff import Viewer
from storage.engine.plans import plan_for_values
from storage.engine.transaction import SqlTx
from storage.schema import (
    contact_points,
    conversation_numbers,
    conversations,
    parties,
    party_numbers,
    party_words,
)
from storage.views.finding import (
    MOST_LOOKED_AT,
    MOST_RANKED,
    NUMBER,
    address_parts,
    begins,
    by_rarity,
    contains,
    has,
    seen,
    value_begins,
)
from storage.views.near_matches import near
from storage.views.party_list import PARTIES, shape
from storage.views.scope import knows_party, visible

MOST_WORDS = 8
SHORTEST_INSIDE_NUMBER = 4  # digits
SHORTEST_INSIDE_WORD = 3  # letters
PEOPLE = select(*PARTIES.columns).where(parties.c.merged_into.is_(None))


class Matching(NamedTuple):
    """Whom a list is narrowed to; `near`: nobody has the text, these have what is nearly the same."""

    condition: ColumnElement[bool]
    near: bool


def search(tx: SqlTx, viewer: Viewer, text: str, *, dial: str = "", limit: int = 20) -> dict[str, Any]:
    """Customers, those whose words are exactly the ones asked for first, then the last active; `near` as `Matching`.

    `dial` is the country code that national telephone numbers are completed with. Without a text: the newest.
    """
    if not text:
        newest = PEOPLE.where(knows_party(viewer, parties.c.id)).order_by(parties.c.id.desc()).limit(limit)
        return {"items": shape(tx, viewer, tx.conn.execute(newest).mappings().all()), "near": False}
    plan_for_values(tx)
    words = by_rarity(tx, words_of(text)[:MOST_WORDS])
    rows = _ranked(tx, words, _beginning(tx, viewer, text, words, dial), limit)
    if len(rows) < limit and (inside := _inside(tx, viewer, text, words)):
        known = {row["id"] for row in rows}
        more = _ranked(tx, words, inside, limit)
        rows += [row for row in more if row["id"] not in known][: limit - len(rows)]
    exact = bool(rows)
    if not exact and (meant := near(tx, viewer, text, words, dial)):
        rows = _ranked(tx, words, meant, limit)
    return {"items": shape(tx, viewer, rows), "near": bool(rows) and not exact}


def matching(tx: SqlTx, text: str, *, dial: str = "", like: bool | None = None) -> Matching:
    """Whether a customer is found by the text, for lists; who may see them is the list's own condition.

    `like` says which is meant, those who have the text or those who have nearly the same; by default whoever is there.
    """
    everybody = Viewer(
        user_id=UserId(""), permissions=frozenset({Permission.CUSTOMERS_READ_ALL}), queues=frozenset()
    )
    plan_for_values(tx)
    words = by_rarity(tx, words_of(text)[:MOST_WORDS])
    found = union(*_beginning(tx, everybody, text, words, dial), *_inside(tx, everybody, text, words))
    if like is None:
        like = tx.conn.execute(select(found.subquery().c.party_id).limit(1)).first() is None
    if like:
        meant = near(tx, everybody, text, words, dial)
        return Matching(_among(union(*meant)) if meant else false(), near=bool(meant))
    return Matching(_among(found), near=False)


def _among(found: CompoundSelect[Any]) -> ColumnElement[bool]:
    return parties.c.id.in_(select(found.subquery().c.party_id))


def _ranked(tx: SqlTx, words: Sequence[str], selects: Sequence[Select[Any]], limit: int) -> list[RowMapping]:
    found = union(*selects).subquery()
    query = PEOPLE.join(found, found.c.party_id == parties.c.id).limit(limit)
    query = query.order_by(_exactness(words).desc(), _last_active().desc(), parties.c.name, parties.c.id)
    return list(tx.conn.execute(query).mappings())


def _beginning(tx: SqlTx, viewer: Viewer, text: str, words: Sequence[str], dial: str) -> list[Select[Any]]:
    found = [seen(viewer, _with_address(tx, text, dial))]
    if words:
        first, *others = words
        found.append(seen(viewer, _with_word(begins(party_words.c.word, first)), others))
    if numbers := numbers_of(text):
        found += _with_number(viewer, partial(begins, beginning=max(numbers, key=len)))
    return found


def _inside(tx: SqlTx, viewer: Viewer, text: str, words: Sequence[str]) -> list[Select[Any]]:
    """Whoever has the text in the middle of a word, an address or a number; of a short text, nobody."""
    digits = re.sub(r"\D", "", text) if NUMBER.fullmatch(text) else ""
    if digits:
        if len(digits) < SHORTEST_INSIDE_NUMBER:
            return []
        numbers = _with_number(viewer, partial(contains, tx, part=digits))
        return [seen(viewer, _has_address(tx, digits)), *numbers]
    found: list[Select[Any]] = []
    if len(text) >= SHORTEST_INSIDE_WORD and not text.isspace():
        found.append(seen(viewer, _has_address(tx, text.lower())))
    if words and min(map(len, words)) >= SHORTEST_INSIDE_WORD:
        first, *others = words
        found.append(seen(viewer, _with_word(contains(tx, party_words.c.word, first)), others, inside=True))
    for number in numbers_of(text):
        found += _with_number(viewer, partial(contains, tx, part=number))
    return found


def _with_word(condition: ColumnElement[bool]) -> Select[Any]:
    """The exact ones first, for the index is in the order of the words."""
    named = select(party_words.c.party_id, party_words.c.word).where(condition)
    return named.order_by(party_words.c.word).limit(MOST_LOOKED_AT)


def _with_number(
    viewer: Viewer, condition: Callable[[ColumnElement[str]], ColumnElement[bool]]
) -> list[Select[Any]]:
    """Of a fact of the file, or of what was written in a conversation that the viewer may see."""
    of_fact = select(party_numbers.c.party_id).where(condition(party_numbers.c.word)).limit(MOST_LOOKED_AT)
    told = select(conversation_numbers.c.conversation_id).where(condition(conversation_numbers.c.word))
    ids = told.limit(MOST_LOOKED_AT).subquery()
    of_talk = (
        select(conversations.c.party_id)
        .join(ids, ids.c.conversation_id == conversations.c.id)
        .where(visible(viewer))
        .limit(MOST_RANKED)
    )
    return [seen(viewer, of_fact), select(of_talk.subquery().c.party_id)]


def _has_address(tx: SqlTx, part: str) -> Select[Any]:
    held = contains(tx, contact_points.c.value, part)
    return select(contact_points.c.party_id).where(held).limit(MOST_LOOKED_AT)


def _with_address(tx: SqlTx, text: str, dial: str) -> Select[Any]:
    beginnings, ends = address_parts(text, dial)
    conditions = [value_begins(tx, beginning) for beginning in beginnings]
    conditions += [begins(contact_points.c.backwards, end[::-1]) for end in ends]
    return select(contact_points.c.party_id).where(or_(*conditions)).limit(MOST_LOOKED_AT)


def _exactness(words: Sequence[str]) -> ColumnElement[int]:
    """How many of the words the name has whole."""
    total: ColumnElement[int] = literal(0)
    for word in words:
        total = total + case((has(parties.c.id, party_words.c.word == word), 1), else_=0)
    return total


def _last_active() -> ColumnElement[Any]:
    """Of one without a conversation, when they were made."""
    last = (
        select(func.max(conversations.c.last_activity_at))
        .where(conversations.c.party_id == parties.c.id)
        .scalar_subquery()
    )
    return func.coalesce(last, parties.c.created_at)
