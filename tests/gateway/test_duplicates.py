"""Duplicates and merges through the front door: found, proposed, decided, made one, made two again."""

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.bus import Bus
from core.ids import PartyId
from core.store import Store
from crm.parties.model import Address
from gateway.base_size import BaseSize
from gateway.duplicate_jobs import DUPLICATE_JOBS, FIND, find_duplicates, learn_weights
from gateway.duplicates import Lookout
from gateway.jobs import Jobs
from routing.model import Queue
from storage.jobs import JOBS
from tests.fixtures import add_queue, sqlite_settings
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message

BORN = "1984-03-12"


@pytest.fixture
async def front(any_store: Store, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


@pytest.fixture
async def queue(any_store: Store) -> Queue:
    return await add_queue(any_store, "Accueil")


@pytest.fixture
async def crm(front: Front) -> Person:
    return await front.person("crm", name="Inès Garnier")


async def added(crm: Person, name: str, **told: Any) -> str:
    file = await crm.post("/api/v1/parties", name=name, anyway=False, **told)
    return str(file["party"]["id"])


async def looked(front: Front, *party_ids: str, join_certain: bool = False) -> None:
    """The tasks run, as the outbox runs them."""
    lookout = Lookout(front.store, BaseSize(), join_certain=join_certain)
    for party_id in party_ids:
        finish = await lookout.look({"party": party_id}, 0)
        assert finish is not None
        await front.store.write(finish)


async def test_who_is_written_down_twice_is_told_so_while_writing(front: Front, crm: Person):
    known = await added(crm, "Léa Martin", birth_date=BORN)
    await looked(front, known)
    found = await crm.post("/api/v1/duplicates/check", name="MARTAIN lea", birth_date=BORN)
    refused = await crm.call("POST", "/api/v1/parties", json={"name": "MARTAIN lea", "birth_date": BORN})
    assert [item["party"]["id"] for item in found["items"]] == [known]
    assert {reason["field"] for reason in found["items"][0]["reasons"]} == {
        "birth_date",
        "family_name",
        "given_name",
    }
    assert (refused.status, refused.body["error"]["code"]) == (409, "possible_duplicates")
    assert [one["id"] for one in refused.body["error"]["details"][0]["parties"]] == [known]


async def test_a_form_half_filled_finds_nobody_and_breaks_nothing(crm: Person):
    points = [{"kind": "email", "value": "lea@"}, {"kind": "phone", "value": "06"}]
    found = await crm.post("/api/v1/duplicates/check", name="Lé", contact_points=points)
    assert found == {"items": []}


async def test_who_is_none_of_those_found_is_not_proposed_again(front: Front, crm: Person):
    known = await added(crm, "Léa Martin", birth_date=BORN)
    await looked(front, known)
    other = await crm.post("/api/v1/parties", name="Léa Martin", birth_date=BORN, anyway=True)
    await looked(front, other["party"]["id"], known)
    assert (await crm.get("/api/v1/duplicates"))["items"] == []


async def two(front: Front, crm: Person) -> tuple[str, str]:
    """Léa, written down twice before anybody looked."""
    one = await added(
        crm, "Léa Martin", birth_date=BORN, contact_points=[{"kind": "phone", "value": "06 39 98 10 01"}]
    )
    other = await added(crm, "Lea MARTAIN", birth_date=BORN)
    await looked(front, one, other)
    return one, other


async def test_a_pair_is_listed_merged_and_split_again(front: Front, crm: Person):
    one, other = await two(front, crm)
    (pair,) = (await crm.get("/api/v1/duplicates"))["items"]
    assert {pair["one"]["id"], pair["other"]["id"]} == {one, other}
    side = await crm.get(f"/api/v1/parties/{one}/compare/{other}")
    assert side["counts"][one]["contact_points"] == 1
    done = (await crm.post("/api/v1/merges", winner=one, loser=other, take=["name"]))["merge"]
    file = await crm.get(f"/api/v1/parties/{other}")
    assert (file["party"]["id"], file["party"]["name"]) == (one, "Lea MARTAIN")
    assert (await crm.get("/api/v1/duplicates"))["total"] == 0
    (listed,) = (await crm.get(f"/api/v1/parties/{one}/merges"))["items"]
    assert (listed["loser_name"], listed["by_name"]) == ("Lea MARTAIN", "Inès Garnier")
    shown = await crm.get(f"/api/v1/merges/{done['id']}")
    assert shown["unclear"] == []
    await crm.post(f"/api/v1/merges/{done['id']}/undo")
    names = [(await crm.get(f"/api/v1/parties/{party}"))["party"]["name"] for party in (one, other)]
    assert names == ["Léa Martin", "Lea MARTAIN"]
    again = await crm.call("POST", f"/api/v1/merges/{done['id']}/undo", json={})
    assert again.status == 422


async def test_two_who_are_not_the_same_stay_so_until_somebody_takes_it_back(front: Front, crm: Person):
    one, other = await two(front, crm)
    await crm.post("/api/v1/duplicates/not-same", one=one, other=other)
    await looked(front, one, other)
    assert (await crm.get("/api/v1/duplicates"))["items"] == []
    (said,) = (await crm.get("/api/v1/duplicates?state=not_same"))["items"]
    assert said["state"] == "not_same"
    await crm.post("/api/v1/duplicates/reopen", one=one, other=other)
    assert (await crm.get("/api/v1/duplicates"))["total"] == 1


async def test_bad_decisions_are_refused_with_the_reason(front: Front, crm: Person):
    one, _ = await two(front, crm)
    itself = await crm.call("POST", "/api/v1/merges", json={"winner": one, "loser": one})
    nobody = await crm.call("POST", "/api/v1/merges", json={"winner": one, "loser": "nobody"})
    cursor = await crm.call("GET", "/api/v1/duplicates?cursor=1_2")
    take = await crm.call("POST", "/api/v1/merges", json={"winner": one, "loser": "x", "take": ["; DROP"]})
    assert [answer.status for answer in (itself, nobody, cursor, take)] == [422, 404, 422, 422]
    assert "one customer already" in itself.body["error"]["message"]


async def test_an_agent_decides_about_those_they_know(front: Front, crm: Person, queue: Queue):
    agent = await front.person("agent", name="Camille Roux", queues=[queue])
    taken = await a_message(front.store, queue)
    mine = (await crm.get("/api/v1/parties?q=0639980001"))["items"][0]["id"]
    await crm.call(
        "PATCH",
        f"/api/v1/parties/{mine}",
        json={"name": "Léa Martin", "facts": [{"family": "identity", "field": "birth_date", "value": BORN}]},
    )
    stranger = await added(crm, "Lea MARTAIN", birth_date=BORN)
    unknown = await agent.call("POST", "/api/v1/merges", json={"winner": mine, "loser": stranger})
    await looked(front, mine, stranger)
    (likely,) = (await agent.get(f"/api/v1/parties/{mine}/duplicates"))["items"]
    assert (unknown.status, likely["party"]["id"]) == (404, stranger)
    done = (await agent.post("/api/v1/merges", winner=mine, loser=stranger))["merge"]
    await agent.post(f"/api/v1/merges/{done['id']}/undo")
    assert (await agent.call("GET", "/api/v1/duplicates")).status == 403
    assert taken.conversation_id


async def test_a_look_that_fails_holds_up_no_other(
    front: Front, crm: Person, monkeypatch: pytest.MonkeyPatch
):
    known = await added(crm, "Léa Martin", birth_date=BORN)

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("gateway.duplicates.alike", broken)
    assert await Lookout(front.store, BaseSize()).look({"party": known}, 0) is None


async def test_who_is_not_an_agents_to_see_is_told_by_name_alone(front: Front, crm: Person, queue: Queue):
    agent = await front.person("agent", name="Camille Roux", queues=[queue])
    points = [{"kind": "phone", "value": "06 39 98 10 01"}]
    known = await added(crm, "Léa Martin", birth_date=BORN, contact_points=points)
    await looked(front, known)
    typed = {
        "name": "Léa Martin",
        "birth_date": BORN,
        "contact_points": [{"kind": "email", "value": "l@example.com"}],
    }
    (found,) = (await agent.post("/api/v1/duplicates/check", **typed))["items"]
    (whole,) = (await crm.post("/api/v1/duplicates/check", **typed))["items"]
    assert (found["party"]["name"], found["party"]["contact_points"]) == ("Léa Martin", [])
    assert "0639981001" not in str(found).replace("+33", "0").replace(" ", "")
    assert (len(whole["party"]["contact_points"]), whole["party"]["facts"] != []) == (1, True)


async def test_those_about_whom_there_is_no_doubt_become_one_by_themselves(front: Front, crm: Person):
    told = {"birth_date": BORN, "numbers": {"customer_number": "CF-10234"}}
    one = await added(crm, "Léa Martin", **told)
    other = await added(crm, "Lea MARTAIN", **told)
    await looked(front, one, other, join_certain=True)
    file = await crm.get(f"/api/v1/parties/{other}")
    (done,) = (await crm.get(f"/api/v1/parties/{one}/merges"))["items"]
    assert (file["party"]["id"], done["by_id"], done["loser_id"]) == (one, None, other)


async def test_what_is_only_claimed_joins_nobody(front: Front, crm: Person):
    one = await added(crm, "Léa Martin", contact_points=[{"kind": "phone", "value": "06 39 98 10 01"}])
    other = await added(crm, "Léa Martin")

    def claim(tx: Any) -> None:
        (held,) = tx.parties.contact_points(PartyId(one))
        tx.parties.insert_claim(PartyId(other), Address(kind=held.kind, value=held.value), tx.now)

    await front.store.write(claim)
    await looked(front, one, other, join_certain=True)
    (pair,) = (await crm.get("/api/v1/duplicates"))["items"]
    assert pair["probability"] > 0.98
    assert (await crm.get(f"/api/v1/parties/{one}/merges"))["items"] == []


async def test_the_whole_base_is_gone_through_as_long_work(front: Front, crm: Person):
    one = await added(crm, "Léa Martin", birth_date=BORN)
    other = await added(crm, "Lea MARTAIN", birth_date=BORN)
    for number in range(60):
        await added(crm, f"Visiteur{number} Nom{number}")
    job = (await crm.post("/api/v1/duplicates/search"))["job"]
    await Jobs(front.store, {FIND: find_duplicates}).run({"job_id": job["id"]}, 0)
    (ended,) = (await crm.get("/api/v1/jobs"))["items"]
    (pair,) = (await crm.get("/api/v1/duplicates"))["items"]
    assert (ended["status"], ended["done"]) == ("done", 124)
    assert {pair["one"]["id"], pair["other"]["id"]} == {one, other}


async def test_the_list_goes_on_page_by_page(front: Front, crm: Person):
    names = ["Léa Martin", "Lea Martin", "Léa MARTAIN", "Lea Marten"]
    ids = [await added(crm, name, birth_date=BORN) for name in names]
    await looked(front, *ids)
    seen: list[frozenset[str]] = []
    cursor = ""
    while True:
        page = await crm.get(f"/api/v1/duplicates?limit=2{cursor}")
        seen += [frozenset((pair["one"]["id"], pair["other"]["id"])) for pair in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == page["total"] == 6


async def test_the_base_teaches_what_its_duplicates_look_like(front: Front, crm: Person):
    """Enough doubles that the weights are learned; pairs drawn are judged, and tell how good the proposals are."""
    dice = random.Random(11)
    ids = []
    for number in range(45):
        born = f"19{dice.randint(40, 99)}-0{dice.randint(1, 9)}-{dice.randint(10, 28)}"
        name = f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}{number}"
        for mail in ("a", "b"):
            points = [{"kind": "email", "value": f"{mail}{number}@example.com"}]
            told = {"name": name, "birth_date": born, "contact_points": points, "anyway": True}
            ids.append((await crm.post("/api/v1/parties", **told))["party"]["id"])
    assert (await crm.get("/api/v1/duplicates/quality"))["learned"] is None
    job = (await crm.post("/api/v1/duplicates/learn"))["job"]
    await Jobs(front.store, DUPLICATE_JOBS).run({"job_id": job["id"]}, 0)
    quality = await crm.get("/api/v1/duplicates/quality")
    assert quality["learned"]["by"] == "Inès Garnier"
    assert 40 <= quality["learned"]["doubles"] <= 50
    assert quality["drawn"] > 0
    assert (quality["judged"], quality["precision"], quality["recall"]) == (0, None, None)
    (pair, *_) = (await crm.get("/api/v1/duplicates", state="sample"))["items"]
    await crm.post("/api/v1/merges", winner=pair["one"]["id"], loser=pair["other"]["id"])
    quality = await crm.get("/api/v1/duplicates/quality")
    assert (quality["judged"], quality["recall"]) == (1, 1.0)
    rows = (await crm.get("/api/v1/duplicates", state="sample"))["items"]
    assert pair["one"]["id"] not in {one for row in rows for one in (row["one"]["id"], row["other"]["id"])}


async def test_learning_goes_on_where_it_was(front: Front, crm: Person):
    for number in range(60):
        await crm.post("/api/v1/parties", name=f"{GIVEN[number % 10]} {FAMILY[number % 7]}", anyway=True)
    job = (await crm.post("/api/v1/duplicates/learn"))["job"]

    def step(tx: Any) -> Any:
        held = JOBS.to_change(tx, job["id"])
        return JOBS.save(tx, learn_weights(tx, held))

    half = await front.store.write(step)
    whole = await front.store.write(step)
    assert (half.done, whole.done, whole.status.value) == (50, 60, "done")
    assert whole.place == {"base": 60, "learned": False}  # names alone say too little


GIVEN = "Léa Thomas Zoé Amina Julien Margaux Oliver Grace Karim Chloé".split()
FAMILY = "Martin Girard Fontaine Diallo Perrot Delorme Bennett".split()
