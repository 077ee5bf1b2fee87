"""Long work: it goes on by itself, is stopped, survives a crash, and writes its file."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.bus import Bus
from core.ids import UserId
from core.jobs import RUN_JOB, Job, JobStatus
from core.store import Store
from core.words import ContactKind
from crm.parties.model import Address
from gateway.jobs import Jobs
from gateway.party_jobs import AT_ONCE, EDITED_AT_ONCE, PARTY_JOBS, edit_parties
from routing.model import Queue
from storage.engine.opening import Opened
from storage.jobs import JOBS, start_job
from tests.fixtures import add_queue, sqlite_settings
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message
from tests.storage.many import add_parties


@pytest.fixture
async def front(any_opened: Opened, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_opened.store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


@pytest.fixture
async def queue(any_store: Store) -> Queue:
    return await add_queue(any_store, "Accueil")


@pytest.fixture
async def crm(front: Front) -> Person:
    return await front.person("crm", name="Inès Garnier")


class Crash(BaseException):
    """The process is gone; no handler of ours sees it."""


async def over(person: Person, job: dict[str, Any]) -> dict[str, Any]:
    async with asyncio.timeout(20):
        while True:
            found = next(one for one in (await person.get("/api/v1/jobs"))["items"] if one["id"] == job["id"])
            if found["status"] in ("done", "failed", "cancelled"):
                return found
            await asyncio.sleep(0.02)


async def run(opened: Opened) -> None:
    await opened.start_outbox({RUN_JOB: Jobs(opened.store, PARTY_JOBS).run})


async def test_an_export_has_everybody_once(front: Front, any_opened: Opened, crm: Person):
    await run(any_opened)
    await add_parties(front.store, 2 * AT_ONCE + 3)
    job = (await crm.post("/api/v1/parties/export"))["job"]
    done = await over(crm, job)
    file = await crm.call("GET", f"/api/v1/jobs/{job['id']}/file")
    rows = list(csv.reader(io.StringIO(file.body.decode("utf-8-sig")), delimiter=";"))

    assert job["status"] == "queued"
    assert (done["status"], done["done"], done["total"]) == ("done", 503, 503)
    assert file.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''clients-")
    assert rows[0][:3] == ["Nom", "E-mail", "Téléphone"]
    assert len(rows) == 504
    assert len({row[0] for row in rows[1:]}) == 503


async def test_a_name_that_is_a_formula_is_none_in_the_file(
    front: Front, any_opened: Opened, crm: Person, queue: Queue
):
    await run(any_opened)
    await a_message(front.store, queue)
    party = (await crm.get("/api/v1/parties", sort="name"))["items"][0]
    await crm.call("PATCH", f"/api/v1/parties/{party['id']}", json={"name": "=1+1"})
    job = (await crm.post("/api/v1/parties/export"))["job"]
    await over(crm, job)
    file = (await crm.call("GET", f"/api/v1/jobs/{job['id']}/file")).body.decode("utf-8-sig")

    assert file.splitlines()[1].startswith("'=1+1;;+33639980001;")


async def test_all_that_a_filter_finds_are_tagged(front: Front, any_opened: Opened, crm: Person):
    await run(any_opened)
    await add_parties(front.store, EDITED_AT_ONCE + 10)
    tag = (await crm.post("/api/v1/tags", name="Lot"))["tag"]
    untagged = {"field": "tags", "op": "empty"}
    job = (await crm.post("/api/v1/parties/tag-many", filter=untagged, add=[tag["id"]]))["job"]
    done = await over(crm, job)

    assert (done["status"], done["done"]) == ("done", EDITED_AT_ONCE + 10)
    assert (await crm.get("/api/v1/tags"))["items"][0]["parties"] == EDITED_AT_ONCE + 10


async def test_it_goes_on_where_the_crash_was(front: Front, any_opened: Opened, crm: Person):
    """The batches before it are neither lost nor done again."""
    await add_parties(front.store, 3 * EDITED_AT_ONCE)
    tag = (await crm.post("/api/v1/tags", name="Lot"))["tag"]
    counted: list[str] = []

    def dies(tx: Any, job: Job) -> Job:
        if len(counted) == 1:
            raise Crash
        counted.append(job.id)
        return edit_parties(tx, job)

    params = {"filter": {"all": []}, "add": [tag["id"]], "remove": []}
    job = await front.store.write(start_job, "tag_parties", UserId(crm.id), params)
    with pytest.raises(Crash):
        await Jobs(front.store, {"tag_parties": dies}).run({"job_id": job.id}, 0)
    half = await front.store.read(JOBS.get, job.id)
    await Jobs(front.store, PARTY_JOBS).run({"job_id": job.id}, 1)
    whole = await front.store.read(JOBS.get, job.id)

    assert (half.status, half.done) == (JobStatus.RUNNING, EDITED_AT_ONCE)
    assert (whole.status, whole.done) == (JobStatus.DONE, 3 * EDITED_AT_ONCE)


async def test_it_is_stopped_and_what_is_done_stays(front: Front, any_opened: Opened, crm: Person):
    await add_parties(front.store, 3 * EDITED_AT_ONCE)
    tag = (await crm.post("/api/v1/tags", name="Lot"))["tag"]
    first = asyncio.Event()

    def slowly(tx: Any, job: Job) -> Job:
        first.set()
        return edit_parties(tx, job)

    params = {"filter": {"all": []}, "add": [tag["id"]], "remove": []}
    job = await front.store.write(start_job, "tag_parties", UserId(crm.id), params)
    await front.store.write(slowly_once(slowly), job.id)
    stopped = await crm.call("POST", f"/api/v1/jobs/{job.id}/cancel")
    await Jobs(front.store, PARTY_JOBS).run({"job_id": job.id}, 0)

    assert stopped.body["job"]["status"] == "cancelled"
    assert (await crm.get("/api/v1/tags"))["items"][0]["parties"] == EDITED_AT_ONCE


def slowly_once(kind: Any) -> Any:
    def step(tx: Any, job_id: str) -> None:
        JOBS.save(tx, kind(tx, JOBS.to_change(tx, job_id)))

    return step


async def test_it_belongs_to_its_owner(front: Front, any_opened: Opened, crm: Person):
    await run(any_opened)
    other = await front.person("crm", name="Noé Roy")
    job = (await crm.post("/api/v1/parties/export"))["job"]
    await over(crm, job)

    assert (await other.get("/api/v1/jobs"))["items"] == []
    assert (await other.call("GET", f"/api/v1/jobs/{job['id']}/file")).status == 404
    assert (await other.call("POST", f"/api/v1/jobs/{job['id']}/cancel")).status == 404


async def test_without_the_permission_it_ends_with_the_reason(front: Front, any_opened: Opened, crm: Person):
    agent = await front.person("agent", name="Léo Petit")
    job = await front.store.write(start_job, "export_parties", UserId(agent.id), {"filter": {"all": []}})
    await run(any_opened)
    failed = await over(agent, {"id": job.id})

    assert failed["status"] == "failed"
    assert "customers.export" in failed["problem"]


async def test_what_breaks_unexpectedly_ends_too_and_says_so(front: Front, any_opened: Opened, crm: Person):
    def broken(tx: Any, job: Job) -> Job:
        raise ZeroDivisionError

    job = await front.store.write(start_job, "broken", UserId(crm.id), {})
    await Jobs(front.store, {"broken": broken}).run({"job_id": job.id}, 0)
    failed = await over(crm, {"id": job.id})

    assert (failed["status"], "log has the reason" in failed["problem"]) == ("failed", True)


async def test_a_wrong_filter_is_refused_before_anything_begins(crm: Person):
    answer = await crm.call("POST", "/api/v1/parties/export", json={"filter": {"field": "no", "op": "is"}})

    assert (answer.status, answer.code) == (422, "invalid_filter")
    assert (await crm.get("/api/v1/jobs"))["items"] == []


async def test_an_export_of_some_has_those(front: Front, any_opened: Opened, crm: Person, queue: Queue):
    await run(any_opened)
    await add_parties(front.store, 5)
    another = Address(kind=ContactKind.PHONE, value="+33639980099")
    await a_message(front.store, queue, sender=another)
    party = (await crm.get("/api/v1/parties", q="+33639980099"))["items"][0]
    by_ids = await over(crm, (await crm.post("/api/v1/parties/export", ids=[party["id"]]))["job"])
    by_text = await over(crm, (await crm.post("/api/v1/parties/export", q="06 39 98 00 99"))["job"])

    assert (by_ids["done"], by_text["done"]) == (1, 1)


async def test_many_are_changed_and_it_is_taken_back(front: Front, any_opened: Opened, crm: Person):
    await run(any_opened)
    await add_parties(front.store, EDITED_AT_ONCE + 5)
    tag = (await crm.post("/api/v1/tags", name="Lot"))["tag"]
    ids = [one["id"] for one in (await crm.get("/api/v1/parties", sort="name", limit=50))["items"]]
    facts = [{"field": "city", "value": "Brest"}]
    await crm.call("PATCH", f"/api/v1/parties/{ids[0]}", json={"facts": facts, "roles": ["press"]})

    told = {"stage": "active", "owner": crm.id, "add_roles": ["customer"], "add": [tag["id"]]}
    job = (
        await crm.post("/api/v1/parties/edit-many", **told, values=[{"field": "city", "value": "Nantes"}])
    )["job"]
    done = await over(crm, job)
    assert (done["status"], done["done"], done["undoable"]) == ("done", EDITED_AT_ONCE + 5, True)
    first = await crm.get(f"/api/v1/parties/{ids[0]}")
    assert (first["party"]["roles"], first["party"]["owner"]["id"]) == (["customer", "press"], crm.id)
    assert city(first) == "Nantes"
    facts = [{"field": "city", "value": "Lille"}]
    await crm.call("PATCH", f"/api/v1/parties/{ids[1]}", json={"facts": facts})

    undone = await over(crm, (await crm.post(f"/api/v1/jobs/{job['id']}/undo"))["job"])
    assert (undone["status"], undone["done"], undone["undoable"]) == ("done", EDITED_AT_ONCE + 5, False)
    first, second = [await crm.get(f"/api/v1/parties/{one}") for one in ids[:2]]
    assert (first["party"]["roles"], first["party"]["stage"], first["party"]["owner"]) == (
        ["press"],
        None,
        None,
    )
    assert (city(first), first["tags"]) == ("Brest", [])
    assert city(second) == "Lille"  # somebody wrote it since
    assert second["party"]["stage"] is None
    again = await crm.call("POST", f"/api/v1/jobs/{job['id']}/undo")
    assert (again.status, again.code) == (409, "wrong_state")


async def test_a_change_of_many_that_no_field_takes_is_refused_at_once(crm: Person):
    for values in ([{"field": "birth_date", "value": "hier"}], [{"field": "nothing", "value": "x"}]):
        answer = await crm.call("POST", "/api/v1/parties/edit-many", json={"values": values})
        assert answer.status == 422


async def test_somebody_elses_work_is_not_taken_back(front: Front, any_opened: Opened, crm: Person):
    await run(any_opened)
    await add_parties(front.store, 1)
    job = (await crm.post("/api/v1/parties/edit-many", stage="lost"))["job"]
    await over(crm, job)
    other = await front.person("crm")
    assert (await other.call("POST", f"/api/v1/jobs/{job['id']}/undo")).status == 404


def city(file: dict[str, Any]) -> Any:
    return next(
        (fact["value"] for fact in file["families"]["socio_demographic"] if fact["field"] == "city"), None
    )
