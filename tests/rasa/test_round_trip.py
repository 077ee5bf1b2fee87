"""A Rasa project is imported, changed, exported, and trained by a real Rasa: both answer a script of fifty turns alike.

`make test-rasa` runs it, where Python 3.10 is found.
"""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bots.dialogue.script import script_of
from bots.no_orders import NoOrders
from bots.project import Kind, parts_of, with_part
from bots.runtime import Bot
from bots.training import load_or_train
from core.words import Language
from tests.bots.conftest import at_shop
from tests.servers.process import free_port

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(600)]
RASA = Path(os.environ.get("FILROUGE_RASA", ".cache/rasa"))
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false"}
CONTEXT = replace(at_shop(), default_language=Language.EN)
FOLDER = Path(__file__).parent / "booking"
SCRIPT = """
hello | great | how much is it | bye
good morning | i feel awful | yes please | where can i park | goodbye
hey there | terrible | no way
i want to book a table | in Nantes | we are 2 people | a table by the window | bye
book a table please | for 4 people | where can i park | Rennes | no wish at all | how much is it
table booking | near Brest | how much is it | 6 | by the door | goodbye
how much is it | hello | wonderful day | where can i park | how much is it
reserve a table | stop the booking | hello | so so | of course
what does it cost | is there parking | see you later
hi | perfect | i would like a table in Lyon | we are 2 people | quiet please | bye bye
hello | i am sad | not really | book a table please
"""


def turns() -> list[tuple[str, list[str]]]:
    lines = [line for line in SCRIPT.strip().splitlines() if line]
    return [(f"customer {at}", [one.strip() for one in line.split("|")]) for at, line in enumerate(lines)]


def exported() -> dict[str, str]:
    """As our studio leaves it: one example and one answer are other ones."""
    files = {path.relative_to(FOLDER).as_posix(): path.read_text() for path in FOLDER.rglob("*.yml")}
    greet = parts_of(files, Language.EN)[Kind.INTENT, "greet"].value
    greet["examples"]["en"].append("a very good day to you")
    files |= with_part(files, Kind.INTENT, "greet", greet, Language.EN)
    return files | with_part(files, Kind.RESPONSE, "utter_bye", [{"text": "Goodbye, then"}], Language.EN)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for path, text in exported().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    done = subprocess.run(
        [(RASA / "bin/rasa").absolute(), "train"],
        cwd=folder,
        env={**os.environ, **QUIET},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return folder


@pytest.fixture
async def rasa(project: Path) -> AsyncIterator[str]:
    """The address of the trained bot, run by Rasa itself."""
    port = free_port()
    with (project / "log").open("w") as log:
        process = subprocess.Popen(
            [(RASA / "bin/rasa").absolute(), "run", "--enable-api", "--port", str(port)],
            cwd=project,
            env={**os.environ, **QUIET},
            stdout=log,
            stderr=log,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as http:
            for _ in range(600):
                assert process.poll() is None, (project / "log").read_text()[-4000:]
                try:
                    async with http.get(f"{url}/status") as answer:
                        if answer.status == 200 and (await answer.json()).get("model_file"):
                            break
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.2)
            yield url
    finally:
        process.terminate()
        process.wait(30)


async def rasas(url: str) -> list[list[list[str]]]:
    """What Rasa answers: texts, of each turn of each customer."""
    talks = []
    async with aiohttp.ClientSession() as http:
        for sender, said in turns():
            talk = []
            for text in said:
                body = {"sender": sender, "message": text}
                async with http.post(f"{url}/webhooks/rest/webhook", json=body) as answer:
                    talk.append([one["text"] for one in json.loads(await answer.text()) if "text" in one])
            talks.append(talk)
    return talks


async def ours(files: dict[str, str], cache: Path) -> list[list[list[str]]]:
    """What we answer, without the sentence that says that this is a bot, and without buttons below a text."""
    interpreter = await asyncio.to_thread(load_or_train, files, cache, None, Language.EN)
    bot = Bot(interpreter, script_of(files), NoOrders())
    talks = []
    for _, said in turns():
        state = None
        talk = []
        for place, text in enumerate(said):
            answer = await bot.answer(text, state, CONTEXT)
            state = answer.state
            replies = answer.replies[1:] if place == 0 else answer.replies
            talk.append([reply.splitlines()[0] for reply in replies])
        talks.append(talk)
    return talks


async def test_the_same_script_gets_the_same_answers(rasa: str, tmp_path: Path) -> None:
    assert sum(len(said) for _, said in turns()) >= 50
    theirs, mine = await rasas(rasa), await ours(exported(), tmp_path)
    for (sender, said), wanted, got in zip(turns(), theirs, mine, strict=True):
        assert list(zip(said, got, strict=True)) == list(zip(said, wanted, strict=True)), sender
