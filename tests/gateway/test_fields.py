"""Typed fields and ranked sources: what a value may be, which one wins, who sees it, what it was before."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.bus import Bus
from core.ids import PartyId
from core.store import Store
from crm.parties.model import Fact, Family
from gateway.field_jobs import FIELD_JOBS
from gateway.jobs import Jobs
from tests.fixtures import sqlite_settings
from tests.gateway.front import Answer, Front, Person

FIELDS = "/api/v1/fields"


@pytest.fixture
async def front(any_store: Store, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


@pytest.fixture
async def crm(front: Front) -> Person:
    return await front.person("crm", name="Inès Garnier")


async def defined(crm: Person, key: str, of: str, **more: Any) -> dict[str, Any]:
    body = {"key": key, "name": key.title(), "family": "socio_cultural", "type": of, **more}
    field: dict[str, Any] = (await crm.post(FIELDS, **body))["field"]
    return field


async def added(crm: Person, name: str, **more: Any) -> str:
    return str((await crm.post("/api/v1/parties", name=name, anyway=True, **more))["party"]["id"])


async def write(crm: Person, party: str, field: str, value: Any, **more: Any) -> Answer:
    facts = [{"field": field, "value": value, **more}]
    return await crm.call("PATCH", f"/api/v1/parties/{party}", json={"facts": facts})


async def kept(crm: Person, party: str, field: str, value: Any) -> Any:
    answer = await write(crm, party, field, value)
    assert answer.status == 200, answer.body
    return shown(answer.body, field)["value"]


def shown(file: dict[str, Any], field: str) -> dict[str, Any]:
    (one,) = (fact for family in file["families"].values() for fact in family if fact["field"] == field)
    return dict(one)


async def found(crm: Person, field: str, op: str, value: Any = None) -> list[str]:
    condition = {"field": f"field.{field}", "op": op, **({} if value is None else {"value": value})}
    answer = await crm.get("/api/v1/parties", filter=json.dumps(condition))
    return [one["name"] for one in answer["items"]]


async def test_one_wrong_value_keeps_the_others_from_being_written(crm: Person):
    lea = await added(crm, "Léa Martin")
    facts = [{"field": "city", "value": "Nantes"}, {"field": "birth_date", "value": "hier"}]
    answer = await crm.call("PATCH", f"/api/v1/parties/{lea}", json={"facts": facts, "name": "Léa Roux"})
    assert answer.code == "invalid_value"
    file = await crm.get(f"/api/v1/parties/{lea}")
    assert (file["party"]["name"], file["families"]["socio_demographic"]) == ("Léa Martin", [])


async def test_a_person_field_takes_a_customer_that_is_there(crm: Person):
    await defined(crm, "sponsor", "person")
    lea, tom = await added(crm, "Léa Martin"), await added(crm, "Tom Petit")
    file = (await write(crm, lea, "sponsor", tom)).body
    assert (shown(file, "sponsor")["value"], file["people"][tom]) == (tom, "Tom Petit")
    assert (await write(crm, lea, "sponsor", "nobody")).code == "invalid_input"
    assert (await write(crm, lea, "sponsor", lea)).code == "invalid_input"


async def test_a_field_of_organisations_is_none_of_a_person(crm: Person):
    lea = await added(crm, "Léa Martin")
    assert (await write(crm, lea, "turnover", "12 €")).code == "invalid_input"
    assert (await write(crm, lea, "no_such_field", "x")).code == "invalid_input"


async def test_a_value_can_be_emptied_and_what_it_was_stays_in_the_history(crm: Person):
    lea = await added(crm, "Léa Martin")
    await write(crm, lea, "city", "Nantes")
    await crm.call(
        "PATCH",
        f"/api/v1/parties/{lea}",
        json={"facts": [{"field": "city", "value": "Rennes"}], "note": "a déménagé"},
    )
    file = (await write(crm, lea, "city", None)).body
    assert shown(file, "city")["value"] is None
    changes = (await crm.get(f"/api/v1/parties/{lea}/changes", field="city"))["items"]
    assert [(one["was"], one["value"], one["note"]) for one in changes] == [
        ("Rennes", None, ""),
        ("Nantes", "Rennes", "a déménagé"),
        (None, "Nantes", ""),
    ]
    assert {one["by"]["name"] for one in changes} == {"Inès Garnier"}
    assert await found(crm, "city", "not_empty") == []


async def test_what_was_known_on_a_day(front: Front, crm: Person):
    lea = await added(crm, "Léa Martin")
    long_ago = datetime.now(UTC) - timedelta(days=200)

    def told(value: str, at: datetime) -> Fact:
        return Fact(
            family=Family.SOCIO_DEMOGRAPHIC, field="city", value=value, source="import", rank=30, at=at
        )

    for value, at in (("Brest", long_ago), ("Lille", long_ago + timedelta(days=100))):
        await front.store.write(lambda tx, fact: tx.parties.insert_fact(PartyId(lea), fact), told(value, at))
    for days, expected in ((150, "Brest"), (50, "Lille")):
        day = (datetime.now(UTC) - timedelta(days=days)).isoformat()
        then = await crm.get(f"/api/v1/parties/{lea}/as-of", at=day)
        assert shown(then, "city")["value"] == expected
    before = (datetime.now(UTC) - timedelta(days=300)).isoformat()
    assert (await crm.get(f"/api/v1/parties/{lea}/as-of", at=before))["families"]["socio_demographic"] == []


async def test_the_better_source_wins_and_an_administrator_says_which_is_better(front: Front, crm: Person):
    lea = await added(crm, "Léa Martin")
    for source, value in (("import", "Lille"), ("crm_v1", "Brest")):
        fact = Fact(
            family=Family.SOCIO_DEMOGRAPHIC,
            field="city",
            value=value,
            source=source,
            rank=60,
            at=datetime.now(UTC),
        )
        await front.store.write(lambda tx, fact: tx.parties.insert_fact(PartyId(lea), fact), fact)
    file = await crm.get(f"/api/v1/parties/{lea}")
    assert shown(file, "city")["value"] == "Lille"
    assert [other["value"] for other in shown(file, "city")["others"]] == ["Brest"]
    await crm.post("/api/v1/sources", key="crm_v1", name="Ancien CRM", rank=5)
    file = await crm.get(f"/api/v1/parties/{lea}")
    assert shown(file, "city")["value"] == "Brest"
    (job,) = (await crm.get("/api/v1/jobs"))["items"]
    assert await found(crm, "city", "is", "Brest") == []
    await Jobs(front.store, FIELD_JOBS).run({"job_id": job["id"]}, 0)
    assert await found(crm, "city", "is", "Brest") == ["Léa Martin"]


async def test_two_people_who_write_one_field(front: Front, crm: Person):
    tom = await front.person("crm", name="Tom Petit")
    lea = await added(crm, "Léa Martin")
    await write(crm, lea, "city", "Nantes")
    assert (await write(tom, lea, "city", "Rennes", was="Nantes")).status == 200
    answer = await write(crm, lea, "city", "Brest", was="Nantes")
    assert (answer.status, answer.code) == (409, "value_changed")
    (told,) = answer.body["error"]["details"]
    assert (told["field"], told["now"], told["by"]) == ("city", "Rennes", "Tom Petit")
    assert await kept(crm, lea, "city", "Brest") == "Brest"  # on purpose
    named = await crm.call(
        "PATCH", f"/api/v1/parties/{lea}", json={"name": "Léa Roux", "was_name": "Léa Marin"}
    )
    assert named.code == "value_changed"


async def test_a_field_for_some_roles_is_seen_by_them_alone(front: Front, crm: Person):
    await defined(crm, "iban", "text", readers=["crm"])
    boss = await front.person("supervisor")
    lea = await added(crm, "Léa Martin")
    await write(crm, lea, "iban", "FR76 XXXX")
    other = await added(crm, "Lea Martin")
    for path in (f"/api/v1/parties/{lea}", f"/api/v1/parties/{lea}/compare/{other}"):
        assert "FR76" in str(await crm.get(path))
        assert "FR76" not in str(await boss.get(path))
    assert "FR76" not in str(await boss.get(f"/api/v1/parties/{lea}/changes"))
    assert "FR76" not in str(await boss.get(f"/api/v1/parties/{lea}/timeline"))
    names = {one["name"] for one in (await boss.get("/api/v1/lists"))["lists"]["parties"]["fields"]}
    assert "field.iban" not in names
    assert (await write(boss, lea, "iban", "x")).code == "invalid_input"
    await write(crm, lea, "iban", "Sorbier 90817")
    for text in ("Sorbier", "90817"):
        assert (await boss.get("/api/v1/parties", q=text))["items"] == []
    (field,) = [one for one in (await crm.get(FIELDS))["items"] if one["key"] == "iban"]
    await crm.call("PATCH", f"{FIELDS}/{field['id']}", json={"readers": []})
    (job,) = (await crm.get("/api/v1/jobs"))["items"]
    await Jobs(front.store, FIELD_JOBS).run({"job_id": job["id"]}, 0)
    assert len((await boss.get("/api/v1/parties", q="Sorbier"))["items"]) == 1


async def test_lists_are_filtered_by_any_field(crm: Person):
    await defined(crm, "points", "number")
    await defined(crm, "colours", "choices", choices=["bleu", "vert", "gris"])
    await defined(crm, "vip", "yes_no")
    lea, tom = await added(crm, "Léa Martin"), await added(crm, "Tom Petit")
    for party, points, colours, vip, born in (
        (lea, 12, ["bleu", "vert"], True, "1984-03-21"),
        (tom, 300, ["gris"], False, "1999-12-01"),
    ):
        await write(crm, party, "points", points)
        await write(crm, party, "colours", colours)
        await write(crm, party, "vip", vip)
        await write(crm, party, "birth_date", born)
    await added(crm, "Zoé Nobody")
    assert await found(crm, "points", "more", 100) == ["Tom Petit"]
    assert await found(crm, "points", "is_not", 12) == ["Tom Petit", "Zoé Nobody"]
    assert await found(crm, "colours", "any_of", ["vert"]) == ["Léa Martin"]
    assert await found(crm, "colours", "none_of", ["vert"]) == ["Tom Petit", "Zoé Nobody"]
    assert await found(crm, "vip", "any_of", ["true"]) == ["Léa Martin"]
    assert await found(crm, "birth_date", "before", "1990-01-01") == ["Léa Martin"]
    assert await found(crm, "birth_date", "empty") == ["Zoé Nobody"]


async def test_a_search_finds_by_any_field(crm: Person):
    await defined(crm, "boat", "text")
    lea = await added(crm, "Léa Martin")
    await write(crm, lea, "boat", "Étoile des Glénan")
    await write(crm, lea, "customer_number", "CL-90817")
    for text in ("etoile", "Glénan", "90817"):
        assert [one["name"] for one in (await crm.get("/api/v1/parties", q=text))["items"]] == ["Léa Martin"]


async def test_definitions_that_cannot_be_are_refused(crm: Person):
    for body in (
        {"key": "x", "type": "choice"},
        {"key": "x", "type": "choice", "choices": ["a", "a"]},
        {"key": "x", "type": "number", "least": 5, "most": 1},
        {"key": "x", "type": "text", "pattern": "("},
        {"key": "x", "type": "text", "family": "relational"},
        {"key": "city", "type": "text"},
        {"key": "name", "type": "text"},
        {"key": "Ville", "type": "text"},
    ):
        answer = await crm.call(
            "POST", FIELDS, json={"name": "Un champ à part", "family": "socio_cultural", **body}
        )
        assert answer.status == 422, body


async def test_a_limit_is_taken_away_again(crm: Person):
    field = await defined(crm, "points", "number", least=0, most=10)
    path = f"{FIELDS}/{field['id']}"
    changed = (await crm.call("PATCH", path, json={"most": None, "name": None})).body["field"]
    assert (changed["least"], changed["most"], changed["name"]) == (0, None, "Points")
    lea = await added(crm, "Léa Martin")
    assert await kept(crm, lea, "points", 11) == 11


async def test_a_field_in_use_is_not_removed_but_hidden(crm: Person):
    field = await defined(crm, "boat", "text")
    lea = await added(crm, "Léa Martin")
    await write(crm, lea, "boat", "Étoile")
    assert (await crm.call("DELETE", f"{FIELDS}/{field['id']}")).code == "still_used"
    assert (await crm.call("DELETE", f"{FIELDS}/city")).code == "invalid_input"
    await crm.call("PATCH", f"{FIELDS}/{field['id']}", json={"hidden": True})
    assert "Étoile" not in str((await crm.get(f"/api/v1/parties/{lea}"))["families"])


async def test_roles_stage_owner_and_archiving(front: Front, crm: Person):
    lea = await added(crm, "Léa Martin", roles=["prospect"])
    answer = await crm.call(
        "PATCH",
        f"/api/v1/parties/{lea}",
        json={"roles": ["customer", "partner"], "stage": "active", "owner": crm.id},
    )
    party = answer.body["party"]
    assert (party["roles"], party["stage"]) == (["customer", "partner"], "active")
    assert party["owner"] == {"id": crm.id, "name": "Inès Garnier"}

    async def listed(**condition: Any) -> list[str]:
        return [
            one["name"] for one in (await crm.get("/api/v1/parties", filter=json.dumps(condition)))["items"]
        ]

    assert await listed(field="roles", op="any_of", value=["partner"]) == ["Léa Martin"]
    assert await listed(field="stage", op="any_of", value=["active"]) == ["Léa Martin"]
    assert await listed(field="owner", op="any_of", value=[crm.id]) == ["Léa Martin"]
    await crm.call("PATCH", f"/api/v1/parties/{lea}", json={"archived": True})
    assert await listed(field="stage", op="any_of", value=["active"]) == []
    assert await listed(field="archived", op="is", value=True) == ["Léa Martin"]
    await crm.call("PATCH", f"/api/v1/parties/{lea}", json={"archived": False, "owner": ""})
    assert (await crm.get(f"/api/v1/parties/{lea}"))["party"]["owner"] is None
    assert (await crm.call("PATCH", f"/api/v1/parties/{lea}", json={"owner": "nobody"})).status == 404
    changed = {one["field"] for one in (await crm.get(f"/api/v1/parties/{lea}/changes"))["items"]}
    assert {"roles", "stage", "owner", "name"} <= changed


async def test_a_merge_joins_the_roles_and_undoing_takes_them_apart(crm: Person):
    lea = await added(crm, "Léa Martin", roles=["customer"])
    other = await added(crm, "Léa Martin-Roux", roles=["press"])
    await crm.call("PATCH", f"/api/v1/parties/{other}", json={"stage": "loyal"})
    merge = (await crm.post("/api/v1/merges", winner=lea, loser=other))["merge"]
    party = (await crm.get(f"/api/v1/parties/{lea}"))["party"]
    assert (party["roles"], party["stage"]) == (["customer", "press"], "loyal")
    await crm.post(f"/api/v1/merges/{merge['id']}/undo")
    parties = [(await crm.get(f"/api/v1/parties/{one}"))["party"] for one in (lea, other)]
    assert [(one["roles"], one["stage"]) for one in parties] == [(["customer"], None), (["press"], "loyal")]


async def test_the_timeline_and_who_looked(front: Front, crm: Person):
    lea, shop = await added(crm, "Léa Martin"), await added(crm, "Boulangerie du Port", kind="organisation")
    await crm.post(f"/api/v1/parties/{lea}/contact-points", kind="email", value="lea@example.com")
    await crm.post(f"/api/v1/parties/{lea}/relationships", to=shop, type="works_for")
    other = await added(crm, "Léa Martain")
    await crm.post("/api/v1/merges", winner=lea, loser=other)
    boss = await front.person("supervisor", name="Rémi Chevalier")
    await boss.get(f"/api/v1/parties/{lea}")
    seen = await crm.get(f"/api/v1/parties/{lea}/timeline")
    kinds = [one["kind"] for one in seen["items"]]
    assert set(kinds) == {"merge", "relationship", "address", "change"}
    assert [one["at"] for one in seen["items"]] == sorted((one["at"] for one in seen["items"]), reverse=True)
    pages, cursor = [], None
    while True:
        page = await crm.get(
            f"/api/v1/parties/{lea}/timeline", limit=1, **({"cursor": cursor} if cursor else {})
        )
        pages += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert [one["id"] for one in pages if one["kind"] != "change"] == [
        one["id"] for one in seen["items"] if one["kind"] != "change"
    ]
    only = await crm.get(f"/api/v1/parties/{lea}/timeline", kinds="address")
    assert [one["value"] for one in only["items"]] == ["lea@example.com"]
    for path, cursor in (
        ("timeline", "yesterday"),
        ("timeline", "0001-01-01T00:00:00+14:00"),
        ("changes", "-1"),
        ("looks", "9" * 19),
        ("contact-points", "9" * 10),
    ):
        refused = await crm.call("GET", f"/api/v1/parties/{lea}/{path}", params={"cursor": cursor})
        assert (refused.status, refused.code) == (422, "invalid_input"), cursor
    looked = (await crm.get(f"/api/v1/parties/{lea}/looks"))["items"]
    assert [one["user"]["name"] for one in looked] == ["Rémi Chevalier"]
