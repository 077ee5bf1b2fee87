"""Finding customers by words of their names, by addresses, and by numbers of orders or contracts they wrote about.

First by beginnings (of addresses also by ends): each condition is a range of an index (`core/folding.py`), and who may
see a customer is one of them. The longest word, which the fewest names have, is looked up, the others are looked for
in what it finds. What begins with one letter or two is much: how many are looked at and ranked is bounded, the exact
ones first. Where that finds few, whoever has the text in the middle follows, which reads the words one by one.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    case,
    exists,
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
from storage.engine.transaction import SqlTx
from storage.schema import (
    contact_points,
    conversation_numbers,
    conversations,
    parties,
    party_numbers,
    party_words,
)
from storage.views.party_list import PARTIES, shape
from storage.views.scope import knows_party, visible

MOST_LOOKED_AT = 30_000  # of those that begin with the longest word, or with the address
MOST_RANKED = 2_000
MOST_WORDS = 8
LAST = "\U0010ffff"  # sorts behind every letter
NUMBER = re.compile(r"[+0-9][0-9 ().\-/]*")
SHORTEST_END = 3  # digits
SHORTEST_INSIDE_NUMBER = 4  # digits
SHORTEST_INSIDE_WORD = 3  # letters
PEOPLE = select(*PARTIES.columns).where(parties.c.merged_into.is_(None))
OF_ADDRESSES = re.compile(r"[@.]")


def search(tx: SqlTx, viewer: Viewer, text: str, *, dial: str = "", limit: int = 20) -> list[dict[str, Any]]:
    """Customers, those whose words are exactly the ones asked for first, then the last active.

    `dial` is the country code that national telephone numbers are completed with. Without a text: the newest.
    """
    if not text:
        newest = PEOPLE.where(knows_party(viewer, parties.c.id)).order_by(parties.c.id.desc()).limit(limit)
        return shape(tx, viewer, tx.conn.execute(newest).mappings().all())
    words = words_of(text)[:MOST_WORDS]
    rows = _ranked(tx, words, _beginning(tx, viewer, text, words, dial), limit)
    if len(rows) < limit and (inside := _inside(viewer, text, words)):
        known = {row["id"] for row in rows}
        more = _ranked(tx, words, inside, limit)
        rows += [row for row in more if row["id"] not in known][: limit - len(rows)]
    return shape(tx, viewer, rows)


def matching(tx: SqlTx, text: str, *, dial: str = "") -> ColumnElement[bool]:
    """Whether a customer is found by the text, for lists; who may see them is the list's own condition."""
    everybody = Viewer(
        user_id=UserId(""), permissions=frozenset({Permission.CUSTOMERS_READ_ALL}), queues=frozenset()
    )
    words = words_of(text)[:MOST_WORDS]
    found = [*_beginning(tx, everybody, text, words, dial), *_inside(everybody, text, words)]
    return parties.c.id.in_(select(union(*found).subquery().c.party_id))


def _ranked(tx: SqlTx, words: Sequence[str], selects: Sequence[Select[Any]], limit: int) -> list[RowMapping]:
    found = union(*selects).subquery()
    query = PEOPLE.join(found, found.c.party_id == parties.c.id).limit(limit)
    query = query.order_by(_exactness(words).desc(), _last_active().desc(), parties.c.name, parties.c.id)
    return list(tx.conn.execute(query).mappings())


def _beginning(tx: SqlTx, viewer: Viewer, text: str, words: Sequence[str], dial: str) -> list[Select[Any]]:
    found = [_seen(viewer, _with_address(tx, text, dial))]
    if words:
        first, *others = sorted(words, key=len, reverse=True)
        found.append(_seen(viewer, _with_word(_begins(party_words.c.word, first)), others))
    if numbers := numbers_of(text):
        found += _with_number(viewer, partial(_begins, beginning=max(numbers, key=len)))
    return found


def _inside(viewer: Viewer, text: str, words: Sequence[str]) -> list[Select[Any]]:
    """Whoever has the text in the middle of a word, an address or a number; of a short text, nobody."""
    digits = re.sub(r"\D", "", text) if NUMBER.fullmatch(text) else ""
    if digits:
        if len(digits) < SHORTEST_INSIDE_NUMBER:
            return []
        numbers = _with_number(viewer, partial(_contains, part=digits))
        return [_seen(viewer, _has_address(digits)), *numbers]
    found: list[Select[Any]] = []
    if len(text) >= SHORTEST_INSIDE_WORD and not text.isspace():
        found.append(_seen(viewer, _has_address(text.lower())))
    if words and min(map(len, words)) >= SHORTEST_INSIDE_WORD:
        first, *others = sorted(words, key=len, reverse=True)
        found.append(_seen(viewer, _with_word(party_words.c.word.contains(first)), others, inside=True))
    for number in numbers_of(text):
        found += _with_number(viewer, partial(_contains, part=number))
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
    return [_seen(viewer, of_fact), select(of_talk.subquery().c.party_id)]


def _has_address(part: str) -> Select[Any]:
    held = contact_points.c.value.contains(part, autoescape=True)
    return select(contact_points.c.party_id).where(held).limit(MOST_LOOKED_AT)


def _with_address(tx: SqlTx, text: str, dial: str) -> Select[Any]:
    beginnings, ends = _address_parts(text, dial)
    conditions = [_value_begins(tx, beginning) for beginning in beginnings]
    conditions += [_begins(contact_points.c.backwards, end[::-1]) for end in ends]
    return select(contact_points.c.party_id).where(or_(*conditions)).limit(MOST_LOOKED_AT)


def _seen(
    viewer: Viewer, candidates: Select[Any], others: Sequence[str] = (), *, inside: bool = False
) -> Select[Any]:
    """Those of the candidates that the viewer may see and whose names have the other words too."""
    looked_at = candidates.subquery()
    name = party_words.c.word
    also = [
        _has(looked_at.c.party_id, name.contains(word) if inside else _begins(name, word)) for word in others
    ]
    seen = select(looked_at).where(*also, knows_party(viewer, looked_at.c.party_id))
    if "word" in looked_at.c:
        seen = seen.order_by(looked_at.c.word)
    return select(seen.limit(MOST_RANKED).subquery().c.party_id)


def _address_parts(text: str, dial: str) -> tuple[list[str], list[str]]:
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


def _contains(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    return column.contains(part, autoescape=True)


def _begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    return and_(column >= beginning, column < beginning + LAST)


def _value_begins(tx: SqlTx, beginning: str) -> ColumnElement[bool]:
    """PostgreSQL compares addresses in its own language's order; these operators, and the index, go by bytes."""
    value = contact_points.c.value
    if not tx.postgres:
        return _begins(value, beginning)
    return and_(value.bool_op("~>=~")(beginning), value.bool_op("~<~")(beginning + LAST))


def _exactness(words: Sequence[str]) -> ColumnElement[int]:
    """How many of the words the name has whole."""
    total: ColumnElement[int] = literal(0)
    for word in words:
        total = total + case((_has(parties.c.id, party_words.c.word == word), 1), else_=0)
    return total


def _has(party_id: ColumnElement[str], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A word of the party's name is so."""
    word = select(party_words.c.word).where(party_words.c.party_id == party_id, condition)
    return exists(word.correlate_except(party_words))


def _last_active() -> ColumnElement[Any]:
    """Of one without a conversation, when they were made."""
    last = (
        select(func.max(conversations.c.last_activity_at))
        .where(conversations.c.party_id == parties.c.id)
        .scalar_subquery()
    )
    return func.coalesce(last, parties.c.created_at)
