"""A filter means the same in SQL, on both databases, as it does in Python."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    exists,
    func,
    insert,
    literal,
    select,
)

from core.errors import InvalidFilter
from core.filters.matches import matches
from core.filters.model import OPERATORS, Field, FieldType, Op
from core.filters.parse import names_of, parse, parse_json
from core.folding import fold
from core.store import Store
from storage.engine.filters import Source, compile_filter
from storage.engine.types import Moment

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
NAME = Field(name="name", type=FieldType.TEXT)
AGE = Field(name="age", type=FieldType.NUMBER)
SEEN = Field(name="seen", type=FieldType.MOMENT)
STATE = Field(name="state", type=FieldType.CHOICE, choices=("new", "open", "done"))
ACTIVE = Field(name="active", type=FieldType.YES_NO)
TAGS = Field(name="tags", type=FieldType.LINKS)
FIELDS = names_of([NAME, AGE, SEEN, STATE, ACTIVE, TAGS])

tables = MetaData()
things = Table(
    "filtered_things",
    tables,
    Column("id", Integer, primary_key=True),
    Column("name", Text),
    Column("age", Integer),
    Column("seen", Moment),
    Column("state", String(16)),
    Column("active", Boolean),
)
thing_tags = Table(
    "filtered_tags",
    tables,
    Column("thing_id", Integer, primary_key=True),
    Column("tag", Text, primary_key=True),
)


def has_tag(values: Any) -> Any:
    mine = select(thing_tags.c.tag).where(thing_tags.c.thing_id == things.c.id)
    return exists(mine if values is None else mine.where(thing_tags.c.tag.in_(values)))


SOURCES = {
    "tags": Source(field=TAGS, has=has_tag),
    **{f.name: Source(field=f, value=things.c[f.name]) for f in (NAME, AGE, SEEN, STATE, ACTIVE)},
}

words = st.text("aàéEçœßÉŁøŞ %_\\'x", min_size=1, max_size=4).filter(str.strip)
moments = st.integers(-40, 40).map(lambda days: NOW + timedelta(days=days))
numbers = st.one_of(st.integers(-3, 3), st.decimals(-3, 3, places=1).map(str))
tags = st.lists(st.sampled_from(["vip", "press", "late"]), min_size=1, max_size=3, unique=True)
spans = st.fixed_dictionaries(
    {"count": st.integers(1, 50), "unit": st.sampled_from(["hours", "days", "weeks"])}
)
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "name": words,
    "age": numbers,
    "seen": moments.map(datetime.isoformat),
    "active": st.booleans(),
}


def pair(values: st.SearchStrategy[Any], key: Any) -> st.SearchStrategy[list[Any]]:
    return st.tuples(values, values).map(lambda two: sorted(two, key=key))


@st.composite
def conditions(draw: Any) -> dict[str, Any]:
    field = draw(st.sampled_from(list(FIELDS.values())))
    op = draw(st.sampled_from(OPERATORS[field.type]))
    told: dict[str, Any] = {"field": field.name, "op": op.value}
    if op in (Op.EMPTY, Op.NOT_EMPTY):
        return told
    if op in (Op.ANY_OF, Op.NONE_OF, Op.ALL_OF):
        names = tags if field is TAGS else st.lists(st.sampled_from(STATE.choices), min_size=1, unique=True)
        return {**told, "value": draw(names)}
    if op in (Op.IN_LAST, Op.NOT_IN_LAST, Op.IN_NEXT):
        return {**told, "value": draw(spans)}
    if op is Op.BETWEEN:
        key = Decimal if field is AGE else datetime.fromisoformat
        return {**told, "value": draw(pair(VALUES[field.name].map(str), key))}
    return {**told, "value": draw(VALUES[field.name])}


filters = st.recursive(
    conditions(),
    lambda inner: st.dictionaries(
        st.sampled_from(["all", "any", "not"]), st.lists(inner, max_size=3), min_size=1, max_size=1
    ),
    max_leaves=5,
)
rows = st.fixed_dictionaries(
    {
        "name": st.none() | st.just("") | words,
        "age": st.none() | st.integers(-3, 3),
        "seen": st.none() | moments,
        "state": st.none() | st.sampled_from(STATE.choices),
        "active": st.none() | st.booleans(),
        "tags": st.just([]) | tags,
    }
)


async def test_sql_and_python_agree(any_store: Store) -> None:
    found: list[tuple[Any, Any]] = []

    @settings(max_examples=150, deadline=None, database=None)
    @given(st.lists(filters, min_size=1, max_size=6), st.lists(rows, min_size=1, max_size=6))
    def gather(asked: list[Any], stored: list[Any]) -> None:
        found.append((asked, stored))

    gather()

    def compare(tx: Any) -> list[Any]:
        tables.create_all(tx.conn)
        differences = [
            (asked, stored)
            for asked, stored in found
            if in_sql(tx, asked, stored) != in_python(asked, stored)
        ]
        tables.drop_all(tx.conn)
        return differences

    assert len(found) > 50
    assert await any_store.write(compare) == []


def in_sql(tx: Any, asked: list[Any], stored: list[Any]) -> list[list[int]]:
    tx.conn.execute(thing_tags.delete())
    tx.conn.execute(things.delete())
    for number, row in enumerate(stored):
        tx.conn.execute(insert(things), {"id": number, **{k: v for k, v in row.items() if k != "tags"}})
        for tag in row["tags"]:
            tx.conn.execute(insert(thing_tags), {"thing_id": number, "tag": tag})
    queries = [
        select(things.c.id).where(compile_filter(parse(one, FIELDS), SOURCES, NOW)).order_by(things.c.id)
        for one in asked
    ]
    return [list(tx.conn.execute(query).scalars()) for query in queries]


def in_python(asked: list[Any], stored: list[Any]) -> list[list[int]]:
    return [
        [number for number, row in enumerate(stored) if matches(parse(one, FIELDS), row, NOW)]
        for one in asked
    ]


async def test_both_databases_fold_letters_as_python_does(any_store: Store) -> None:
    letters = [chr(code) for code in [*range(0x20, 0x180), *range(0x391, 0x3CA), *range(0x410, 0x450)]]
    letters = [letter for letter in letters if letter.isalpha()]

    def folded(tx: Any) -> list[str]:
        return [tx.conn.execute(select(func.fold(literal(letter)))).scalar_one() for letter in letters]

    answers = await any_store.read(folded)
    assert {
        letter: answer for letter, answer in zip(letters, answers, strict=True) if answer != fold(letter)
    } == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "not JSON"),
        ("[]", "a filter is an object"),
        ('{"all": [], "any": []}', "a condition has field, op and value"),
        ('{"field": "shoe", "op": "is", "value": 1}', "there is no field 'shoe'; there are active, age"),
        ('{"field": "age", "op": "contains", "value": 1}', "age knows is, is_not"),
        ('{"field": "age", "op": "is", "value": "x"}', "age wants a number"),
        ('{"field": "age", "op": "is", "value": true}', "age wants a number"),
        ('{"field": "age", "op": "is", "value": "NaN"}', "age wants a number"),
        ('{"field": "age", "op": "between", "value": [3, 1]}', "the smaller value first"),
        ('{"field": "seen", "op": "before", "value": "31/03/2026"}', "a date such as 2026-03-31"),
        ('{"field": "seen", "op": "in_last", "value": {"count": 0, "unit": "days"}}', "a count from 1"),
        ('{"field": "state", "op": "any_of", "value": ["gone"]}', "new, open, done, not gone"),
        ('{"field": "state", "op": "any_of", "value": []}', "a list of 1 to 500"),
        ('{"field": "name", "op": "is", "value": " "}', "a text of 1 to 200"),
        ('{"field": "active", "op": "is", "value": "yes"}', "true or false"),
        ('{"all": [' * 6 + "]}" * 6, "more than 5 levels"),
        (
            '{"all": [' + ",".join(['{"field": "name", "op": "empty"}'] * 101) + "]}",
            "more than 5 levels or 100",
        ),
        (" " * 9_000 + "{}", "longer than 8192"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_ask_instead(text: str, problem: str) -> None:
    with pytest.raises(InvalidFilter) as refused:
        parse_json(text, FIELDS)
    assert problem in str(refused.value)
