"""Designers change a draft part by part, train it beside the service, publish it, and learn from what customers say."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from bots.model import TRAIN, DraftChanged
from bots.nlu.understanding import Understanding
from bots.runtime import BotAnswer
from bots.training_process import trained
from core.bus import Bus
from core.words import ChannelName, ContactKind, HandlerKind, Language
from crm.conversations.handling import change_handler
from crm.conversations.model import Handler
from crm.parties.model import Address
from gateway.bot_training import COMMAND, BotTraining
from gateway.bot_turns import write_turn
from storage.bots import BOTS, bot_of, put_files
from storage.engine.opening import Opened
from tests.fixtures import add_entry_point, add_queue, sqlite_settings
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message
from tests.small_bot import SMALL, small_project, zipped

EAGER = (*COMMAND[:-1], "0")  # beside the other tests it would wait for minutes
DIES = (sys.executable, "-c", "import os; os.kill(os.getpid(), 9)")
WAITS = (
    sys.executable,
    "-c",
    """
import json, sys, time
json.load(sys.stdin)
for done in range(10_000):
    print(json.dumps({"done": done, "total": 10_000}), flush=True)
    time.sleep(0.05)
""",
)


@pytest.fixture
async def front(any_opened: Opened, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_opened.store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


@pytest.fixture
async def lucas(front: Front) -> Person:
    return await front.person("designer", name="Lucas Petit")


@pytest.fixture
async def bot(lucas: Person) -> dict[str, Any]:
    made = await lucas.post("/api/v1/bots", name="Service après-vente")
    answer = await imported(lucas, made["id"], small_project())
    assert answer.status == 200, answer.body
    return await lucas.get(f"/api/v1/bots/{made['id']}")


async def imported(person: Person, bot_id: str, files: dict[str, str]) -> Any:
    return await person.call("POST", f"/api/v1/bots/{bot_id}/import", data=zipped(files))


async def part(person: Person, bot: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    draft = await person.get(f"/api/v1/bots/{bot['id']}/draft")
    return next(one for one in draft["parts"] if (one["kind"], one["name"]) == (kind, name))


async def put(person: Person, bot: dict[str, Any], **body: Any) -> Any:
    return await person.call("PUT", f"/api/v1/bots/{bot['id']}/draft/parts", json=body)


async def ended(person: Person, job: dict[str, Any]) -> dict[str, Any]:
    """A process that trains loads its libraries first, beside busy ones for long."""
    async with asyncio.timeout(100):
        while True:
            found: dict[str, Any]
            found = next(one for one in (await person.get("/api/v1/jobs"))["items"] if one["id"] == job["id"])
            if found["status"] in ("done", "failed", "cancelled"):
                return found
            await asyncio.sleep(0.05)


async def train(opened: Opened, person: Person, bot: dict[str, Any], folder: Path) -> dict[str, Any]:
    await opened.start_outbox({TRAIN: BotTraining(opened.store, folder / "models", EAGER).train})
    job = (await person.post(f"/api/v1/bots/{bot['id']}/train", note="Premier essai"))["job"]
    found = await ended(person, job)
    assert found["status"] == "done", found
    (version, *_) = (await person.get(f"/api/v1/bots/{bot['id']}/versions"))["items"]
    return version


async def test_a_bot_begins_as_the_one_that_comes_with_the_product_or_as_another(lucas: Person) -> None:
    first = await lucas.post("/api/v1/bots", name="Été à la mer", language="fr")
    draft = await lucas.get(f"/api/v1/bots/{first['id']}/draft")
    assert {part["name"] for part in draft["parts"] if part["kind"] == "intent"} >= {"greet", "order_status"}
    assert (first["key"], first["live"], first["changed"]) == ("ete-a-la-mer", {}, True)
    copy = await lucas.post("/api/v1/bots", name="Copie", like=first["id"])
    assert (await lucas.get(f"/api/v1/bots/{copy['id']}/draft"))["parts"] == draft["parts"]
    again = await lucas.call("POST", "/api/v1/bots", json={"name": "ETE a la mer"})
    assert (again.status, again.body["error"]["code"]) == (422, "name_taken")


async def test_an_intent_is_changed_and_two_designers_do_not_overwrite_each_other(
    front: Front, lucas: Person, bot: dict[str, Any]
) -> None:
    zoe = await front.person("designer", name="Zoé Blanc")
    seen = await part(lucas, bot, "intent", "greet")
    value = seen["value"]
    mine = {**value, "examples": {"fr": [*value["examples"]["fr"], "hello"]}}
    theirs = {**value, "examples": {"fr": [*value["examples"]["fr"], "hé"]}}
    first = await put(lucas, bot, kind="intent", name="greet", value=mine, was=seen["etag"])
    second = await put(zoe, bot, kind="intent", name="greet", value=theirs, was=seen["etag"])
    assert (first.status, second.status, second.body["error"]["code"]) == (200, 409, "draft_changed")
    assert (await part(zoe, bot, "intent", "greet"))["value"] == mine


async def test_parts_of_one_file_are_changed_at_the_same_time(
    front: Front, lucas: Person, bot: dict[str, Any]
) -> None:
    names = list(SMALL)
    seen = [await part(lucas, bot, "intent", name) for name in names]
    answers = await asyncio.gather(
        *(
            put(
                lucas,
                bot,
                kind="intent",
                name=one["name"],
                value={**one["value"], "examples": {"fr": [*one["value"]["examples"]["fr"], "de plus"]}},
                was=one["etag"],
            )
            for one in seen
        )
    )
    assert [answer.status for answer in answers] == [200] * len(names)
    for name in names:
        assert (await part(lucas, bot, "intent", name))["value"]["examples"]["fr"] == [
            *SMALL[name],
            "de plus",
        ]


async def test_a_part_is_added_and_taken_away(lucas: Person, bot: dict[str, Any]) -> None:
    told = {"examples": {"fr": ["je déménage"], "en": ["I am moving"]}, "options": None}
    made = await put(lucas, bot, kind="intent", name="move", value=told)
    assert made.body["value"] == told
    twice = await put(lucas, bot, kind="intent", name="move", value=told)
    assert twice.body["error"]["code"] == "draft_changed"
    gone = await put(lucas, bot, kind="intent", name="move", value=None, was=made.body["etag"])
    assert (gone.status, gone.body["etag"]) == (200, "")
    wrong = await put(lucas, bot, kind="response", name="utter_x", value="bonjour")
    assert (wrong.status, wrong.body["error"]["code"]) == (422, "bot_files_invalid")


async def test_a_file_is_written_as_yaml_and_a_wrong_one_is_refused_with_its_line(
    lucas: Person, bot: dict[str, Any]
) -> None:
    path = f"/api/v1/bots/{bot['id']}/draft/files"
    file = next(one for one in (await lucas.get(path))["items"] if one["path"] == "data/rules.yml")
    body = {"path": file["path"], "text": "# Les nôtres.\n" + file["text"], "was": file["etag"]}
    assert (await lucas.call("PUT", path, json=body)).status == 200
    late = await lucas.call("PUT", path, json=body)
    assert (late.status, late.body["error"]["code"]) == (409, "draft_changed")
    for text in ("a: [1", "- x", "nlu: x"):
        bad = await lucas.call("PUT", path, json={"path": "data/more.yml", "text": text, "was": ""})
        assert (bad.status, bad.body["error"]["code"]) == (422, "bot_files_invalid"), text
        assert "data/more.yml" in bad.body["error"]["message"]


async def test_a_project_comes_out_as_it_went_in(lucas: Person, bot: dict[str, Any]) -> None:
    packed = await lucas.get(f"/api/v1/bots/{bot['id']}/export")
    with ZipFile(BytesIO(packed)) as opened:
        found = {name: opened.read(name).decode() for name in opened.namelist()}
    assert found == small_project()


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 422),
        (b"PK\x03\x04 no archive", 422),
        (zipped({"README.md": "x"}), 422),
        (zipped({"domain.yml": "a: [1"}), 422),
        (zipped({"../../etc/x.yml": "a: 1"}), 422),
        (zipped({f"n{number}.yml": "a: 1" for number in range(300)}), 413),
    ],
)
async def test_an_archive_that_is_none_changes_nothing(
    lucas: Person, bot: dict[str, Any], raw: bytes, status: int
) -> None:
    before = await lucas.get(f"/api/v1/bots/{bot['id']}/draft")
    answer = await lucas.call("POST", f"/api/v1/bots/{bot['id']}/import", data=raw)
    assert answer.status == status, answer.body
    assert await lucas.get(f"/api/v1/bots/{bot['id']}/draft") == before


async def test_it_is_trained_evaluated_published_shared_out_and_rolled_back(
    any_opened: Opened, front: Front, lucas: Person, bot: dict[str, Any], tmp_path: Path
) -> None:
    version = await train(any_opened, lucas, bot, tmp_path)
    assert (version["number"], version["status"], version["note"]) == (1, "ready", "Premier essai")
    path = f"/api/v1/bots/{bot['id']}"
    report = (await lucas.get(f"{path}/versions/{version['id']}"))["report"]
    assert report["examples"] == sum(map(len, SMALL.values()))
    assert set(report["intents"]) == set(SMALL)
    assert sum(count for *_, count in report["confusion"]) == report["examples"]
    assert sum(report["confidence"]["right"]) == round(report["accuracy"] * report["examples"])
    assert report["held_out"]["examples"] == 1

    live = await lucas.post(f"{path}/publish", shares={version["id"]: 100})
    assert live["live"] == {version["id"]: 100}
    found = await front.store.read(bot_of, bot["key"])
    assert found is not None
    assert found.version_for("any conversation") == version["id"]

    seen = await part(lucas, bot, "intent", "greet")
    value = {**seen["value"], "examples": {"fr": [*SMALL["greet"], "hello"]}}
    assert (await put(lucas, bot, kind="intent", name="greet", value=value, was=seen["etag"])).status == 200
    assert (await lucas.get(path))["changed"]
    job = (await lucas.post(f"{path}/train"))["job"]
    assert (await ended(lucas, job))["status"] == "done"
    second = (await lucas.get(f"{path}/versions"))["items"][0]
    shared = await lucas.post(f"{path}/publish", shares={version["id"]: 75, second["id"]: 25})
    assert shared["live"] == {version["id"]: 75, second["id"]: 25}
    both = await front.store.read(BOTS.get, bot["id"])
    chosen = [both.version_for(f"conversation {number}") for number in range(400)]
    assert 60 <= chosen.count(second["id"]) <= 140
    assert chosen == [both.version_for(f"conversation {number}") for number in range(400)]
    back = await lucas.post(f"{path}/publish", shares={version["id"]: 100})
    assert back["live"] == {version["id"]: 100}
    restored = await lucas.post(f"{path}/versions/{version['id']}/restore")
    assert next(one for one in restored["parts"] if one["name"] == "greet")["value"] == seen["value"]


@pytest.mark.parametrize("shares", [{"": 100}, {"nobody": 100}])
async def test_only_a_trained_version_is_published(
    lucas: Person, bot: dict[str, Any], shares: dict[str, int]
) -> None:
    answer = await lucas.call("POST", f"/api/v1/bots/{bot['id']}/publish", json={"shares": shares})
    assert answer.status in (404, 422)


async def test_a_training_that_dies_is_said_and_the_service_goes_on(
    any_opened: Opened, lucas: Person, bot: dict[str, Any], tmp_path: Path
) -> None:
    await any_opened.start_outbox({TRAIN: BotTraining(any_opened.store, tmp_path, DIES).train})
    job = (await lucas.post(f"/api/v1/bots/{bot['id']}/train"))["job"]
    died = await ended(lucas, job)
    assert (died["status"], "out of memory" in died["problem"]) == ("failed", True)
    (version,) = (await lucas.get(f"/api/v1/bots/{bot['id']}/versions"))["items"]
    assert version["status"] == "failed"
    refused = await lucas.call(
        "POST", f"/api/v1/bots/{bot['id']}/publish", json={"shares": {version["id"]: 100}}
    )
    assert (refused.status, refused.body["error"]["code"]) == (409, "version_not_ready")


async def test_a_training_is_stopped_by_who_began_it(
    any_opened: Opened, lucas: Person, bot: dict[str, Any], tmp_path: Path
) -> None:
    await any_opened.start_outbox({TRAIN: BotTraining(any_opened.store, tmp_path, WAITS).train})
    job = (await lucas.post(f"/api/v1/bots/{bot['id']}/train"))["job"]
    async with asyncio.timeout(30):
        while not (await lucas.get("/api/v1/jobs"))["items"][0]["total"]:
            await asyncio.sleep(0.02)
    await lucas.post(f"/api/v1/jobs/{job['id']}/cancel")
    async with asyncio.timeout(30):
        while (await lucas.get(f"/api/v1/bots/{bot['id']}/versions"))["items"][0]["status"] != "failed":
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("nlu", "problem"),
    [
        ("nlu: []\n", "at least two intents"),
        ("nlu:\n- intent: greet\n  examples: |\n    - bonjour\n", "at least two intents"),
    ],
)
async def test_too_few_examples_are_said(
    any_opened: Opened, lucas: Person, bot: dict[str, Any], tmp_path: Path, nlu: str, problem: str
) -> None:
    assert (await imported(lucas, bot["id"], {**small_project(), "data/nlu.fr.yml": nlu})).status == 200
    await any_opened.start_outbox({TRAIN: BotTraining(any_opened.store, tmp_path, EAGER).train})
    job = (await lucas.post(f"/api/v1/bots/{bot['id']}/train"))["job"]
    failed = await ended(lucas, job)
    assert failed["status"] == "failed"
    assert problem in failed["problem"]


async def test_the_draft_is_tried_and_says_why(
    any_opened: Opened, lucas: Person, bot: dict[str, Any], tmp_path: Path
) -> None:
    version = await train(any_opened, lucas, bot, tmp_path)
    path = f"/api/v1/bots/{bot['id']}/try"
    first = await lucas.post(path, text="vos horaires s'il vous plaît")
    assert (first["intent"], first["rule"]) == ("opening_hours", ["action_opening_hours"])
    assert first["replies"]
    why = first["why"]
    assert why["ranking"][0]["intent"] == "opening_hours"
    assert [word["text"] for word in why["words"]] == ["vos", "horaires", "s'il", "vous", "plaît"]
    assert max(why["words"], key=lambda word: word["weight"])["text"] == "horaires"
    assert why["nearest"][0] == {
        "text": "vos horaires",
        "intent": "opening_hours",
        "likeness": why["nearest"][0]["likeness"],
    }
    then = await lucas.post(path, text="je veux une personne", state=first["state"], version=version["id"])
    assert then["handover"] == "asked_for_a_person"
    nothing = await lucas.post(path, text=" … ")
    assert nothing["why"]["ranking"] == []


async def talked(front: Front, queue: Any, text: str, confidence: float, last: int) -> None:
    holder = Handler(kind=HandlerKind.BOT, ref="sav")
    accepted = await a_message(
        front.store, queue, text, sender=Address(kind=ContactKind.PHONE, value=f"+336399800{last:02d}")
    )
    exchange = await front.store.read(lambda tx: tx.exchanges.get(accepted.exchange_id))
    held = await front.store.write(
        lambda tx: change_handler(tx, tx.conversations.get(accepted.conversation_id), holder, "test")
    )
    heard = Understanding(text=text, language=Language.FR, intent="greet", confidence=confidence)
    answer = BotAnswer(replies=("Oui ?",), state={}, language=Language.FR, understanding=heard)
    await front.store.write(write_turn, held.id, exchange, holder, held.epoch, answer)


async def test_what_customers_said_is_judged_and_becomes_examples(front: Front, lucas: Person) -> None:
    made = await lucas.post("/api/v1/bots", name="SAV")
    queue = await add_queue(front.store, "Accueil")
    await talked(front, queue, "Mon numéro a changé : 06 39 98 12 34, lea@example.com", 0.31, 1)
    await talked(front, queue, "Je déménage", 0.4, 2)
    await talked(front, queue, "je demenage", 0.55, 3)
    path = f"/api/v1/bots/{made['id']}"
    assert (await lucas.get(f"{path}/unknown"))["items"] == []  # two sentences are no group
    items = (await lucas.get(f"{path}/review"))["items"]
    assert [(item["text"], item["count"]) for item in items] == [
        ("Mon numéro a changé : (téléphone), (e-mail)", 1),
        ("je demenage", 2),
    ]
    answer = await lucas.call(
        "POST",
        f"{path}/review",
        json={
            "exchange_ids": items[1]["exchange_ids"],
            "intent": "move",
            "text": "Je déménage",
            "language": "fr",
        },
    )
    assert answer.status == 204, answer.body
    aside = {"exchange_ids": items[0]["exchange_ids"], "intent": None}
    assert (await lucas.call("POST", f"{path}/review", json=aside)).status == 204
    assert (await lucas.get(f"{path}/review"))["items"] == []
    draft = await lucas.get(f"{path}/draft")
    move = next(one for one in draft["parts"] if one["name"] == "move")
    assert move["value"]["examples"] == {"fr": ["Je déménage"]}
    days = (await lucas.get(f"{path}/talks"))["days"]
    assert [(day["conversations"], day["handed_over"]) for day in days] == [(3, 0)]


async def test_a_bot_is_removed_when_no_entry_point_leads_to_it(front: Front, lucas: Person) -> None:
    made = await lucas.post("/api/v1/bots", name="SAV")
    queue = await add_queue(front.store, "Accueil")
    await add_entry_point(front.store, queue, ChannelName.SMS, bot="sav")
    used = await lucas.call("DELETE", f"/api/v1/bots/{made['id']}")
    assert (used.status, used.body["error"]["code"]) == (409, "still_used")
    other = await lucas.post("/api/v1/bots", name="Autre")
    assert (await lucas.call("DELETE", f"/api/v1/bots/{other['id']}")).status == 204
    assert [one["name"] for one in (await lucas.get("/api/v1/bots"))["items"]] == ["SAV"]


async def test_who_only_reads_bots_changes_none(front: Front, lucas: Person, bot: dict[str, Any]) -> None:
    agent = await front.person("agent", name="Nadia Roy")
    assert (await agent.call("GET", "/api/v1/bots")).status == 403
    assert (await put(agent, bot, kind="entity", name="x", value=True)).status == 403


async def test_a_draft_that_changed_in_between_is_not_overwritten(front: Front, bot: dict[str, Any]) -> None:
    with pytest.raises(DraftChanged):
        await front.store.write(put_files, bot["id"], {"domain.yml": "old"}, {"domain.yml": "new: 1"}, None)


def test_the_training_process_answers_in_lines(tmp_path: Path) -> None:
    work = {"files": small_project(), "language": "fr", "cache": str(tmp_path)}
    line = trained(work)
    assert json.loads(json.dumps(line))["report"]["examples"] == 16
    assert (tmp_path / "embeddings.sqlite3").exists()
    (tmp_path / "embeddings.sqlite3").write_bytes(b"no database")
    assert trained(work)["report"]["examples"] == 16
