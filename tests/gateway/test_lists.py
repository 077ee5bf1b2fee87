"""Lists: filtered, sorted and paged in the same way everywhere, by what `GET /lists` says."""

import json

import pytest

from tests.gateway.front import Front, Person
from tests.storage.many import add_parties


@pytest.fixture
async def crm(front: Front) -> Person:
    return await front.person("crm", name="Inès Garnier")


async def test_pages_follow_each_other_without_gap_or_repetition(front: Front, crm: Person):
    ids = await add_parties(front.store, 130)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await crm.get("/api/v1/parties", sort="-name", limit=50, **cursor)
        seen += [party["id"] for party in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert seen == ids[::-1]


async def test_what_is_found_is_counted(front: Front, crm: Person):
    await add_parties(front.store, 30)
    wanted = json.dumps({"any": [{"field": "name", "op": "contains", "value": "0000"}]})
    page = await crm.get("/api/v1/parties", filter=wanted, counted="true", limit=5)

    assert (len(page["items"]), page["total"]) == (5, 10)


async def test_a_search_narrows_a_list(front: Front, crm: Person):
    await add_parties(front.store, 3)
    await add_parties(front.store, 2, name="Société")
    page = await crm.get("/api/v1/parties", q="societe", sort="name", counted="true")

    assert [party["name"] for party in page["items"]] == ["Société 00000", "Société 00001"]


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "{"},
        {"filter": '{"field": "no", "op": "is"}'},
        {"sort": "tags"},
        {"sort": "-nothing"},
        {"cursor": "zzz", "sort": "name"},
        {"limit": "0"},
        {"limit": "201"},
    ],
)
async def test_a_wrong_query_is_told(crm: Person, query: dict[str, str]):
    answer = await crm.call("GET", "/api/v1/parties", params=query)

    assert answer.status == 422
    assert answer.code in ("invalid_filter", "invalid_input")


async def test_every_list_says_what_it_knows(crm: Person):
    lists = (await crm.get("/api/v1/lists"))["lists"]

    assert set(lists) == {"parties", "conversations"}
    for told in lists.values():
        names = [field["name"] for field in told["fields"]]
        assert told["default_sort"].removeprefix("-") in names
        assert all(field["operators"] for field in told["fields"])


async def test_an_agent_lists_those_they_know(front: Front, agent: Person):
    await add_parties(front.store, 3)

    assert (await agent.get("/api/v1/parties", sort="name"))["items"] == []
