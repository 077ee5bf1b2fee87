"""Who may be meant where nobody is found: names that sound so, and words, addresses and numbers one slip away."""

from collections.abc import Sequence
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import ColumnElement, Select, Subquery, exists, false, or_, select

from core.folding import numbers_of
from core.slips import SHORTEST, slips_of
from core.staff import Viewer
from crm.identity.blocking import keys_of_names
from storage.engine.transaction import SqlTx
from storage.schema import contact_points, match_keys, party_numbers, party_words
from storage.views.finding import NUMBER, address_parts, begins, seen, value_begins

MOST_COMPARED = 5_000  # e-mail addresses that have one half of what was typed
SHORTEST_NUMBER = 8  # digits of a telephone number
MOST_SLIPS = 2  # in an e-mail address


def near(tx: SqlTx, viewer: Viewer, text: str, words: Sequence[str], dial: str) -> list[Select[Any]]:
    """Ids of parties, as `seen` gives them."""
    if NUMBER.fullmatch(text):
        return [seen(viewer, _near_telephone(text, dial)), *_near_numbers(viewer, text)]
    if "@" in text:
        return [seen(viewer, _near_email(tx, text.lower()))]
    return [*_near_words(viewer, words), *_near_numbers(viewer, text)]


def _near_words(viewer: Viewer, words: Sequence[str]) -> list[Select[Any]]:
    """Each word may have its slip; the rarest is looked up, the others are looked for in what it finds."""
    if not any(len(word) >= SHORTEST for word in words):
        return []
    first, *others = sorted(words, key=lambda word: len(word) < SHORTEST)
    meant = select(party_words.c.party_id).where(party_words.c.word.in_((first, *slips_of(first)))).subquery()
    also = [_has_one_like(meant, word) for word in others]
    found = [seen(viewer, select(meant.c.party_id).where(*also))]
    if keys := keys_of_names(words):
        found.append(seen(viewer, select(match_keys.c.party_id).where(match_keys.c.key.in_(keys))))
    return found


def _has_one_like(meant: Subquery, word: str) -> ColumnElement[bool]:
    """A name that begins with the word or is a slip away from it."""
    name = party_words.c.word
    like = or_(begins(name, word), name.in_(slips_of(word)) if len(word) >= SHORTEST else false())
    held = select(name).where(party_words.c.party_id == meant.c.party_id, like)
    return exists(held.correlate(meant))


def _near_numbers(viewer: Viewer, text: str) -> list[Select[Any]]:
    others = tuple(other for number in numbers_of(text)[:1] for other in slips_of(number))
    if not others:
        return []
    return [seen(viewer, select(party_numbers.c.party_id).where(party_numbers.c.word.in_(others)))]


def _near_telephone(text: str, dial: str) -> Select[Any]:
    whole = [number for number in address_parts(text, dial)[0] if len(number) > SHORTEST_NUMBER]
    meant = [f"+{other}" for number in whole for other in slips_of(number.removeprefix("+"))]
    return select(contact_points.c.party_id).where(contact_points.c.value.in_(meant))


def _near_email(tx: SqlTx, typed: str) -> Select[Any]:
    """Of two halves one is without the slip; what has it is compared with the whole."""
    middle = (typed.index("@") + 1) // 2
    value = contact_points.c.value
    halves = [value_begins(tx, typed[:middle])] if middle > 1 else []
    halves.append(begins(contact_points.c.backwards, typed[middle:][::-1]))
    meant: list[str] = []
    for half in halves:
        held = tx.conn.execute(select(value).where(half).limit(MOST_COMPARED)).scalars()
        meant += [one for one in held if _slips_between(typed, one) <= MOST_SLIPS]
    return select(contact_points.c.party_id).where(value.in_(meant[:100]))


def _slips_between(one: str, other: str) -> int:
    return DamerauLevenshtein.distance(one, other, score_cutoff=MOST_SLIPS)
