"""Bots from a shell, so that one can live in a repository: imported, trained, tried and published by a script."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bots.action_server import HttpActions
from bots.demo_orders import DemoOrders
from bots.dialogue.hours import WeeklyHours
from bots.dialogue.outcome import BotContext
from bots.dialogue.script import script_of
from bots.errors import BotFilesInvalid
from bots.limits import Note, notes_on
from bots.model import WHOLE, BotDefinition, BotVersion, VersionStatus
from bots.no_orders import NoActions
from bots.project import Files, files_in, parts_of
from bots.testing import Failure, play, stories_to_try
from core.bus import Bus
from core.clock import SystemClock
from core.errors import NotFound
from core.settings import Settings
from core.words import ChannelName, Language
from gateway.assembly.reactions import production_reactions
from gateway.bot_training import train_beside
from storage import audit
from storage.bots import (
    BOTS,
    add_bot,
    add_version,
    bot_of,
    end_training,
    files_of,
    publish,
    replace_files,
    versions_of,
)
from storage.engine.opening import Opened, open_store
from storage.engine.transaction import SqlTx

WHO = "shell"
COMMAND = (sys.executable, "-m", "bots.training_process", "0")
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    parts: int
    notes: tuple[Note, ...]


async def import_project(
    settings: Settings, key: str, folder: Path, language: Language, name: str = ""
) -> Imported:
    """The folder's files become the draft, of a new bot where there is none by that key. Raises `BotFilesInvalid`."""
    files = files_in(folder)
    parts = parts_of(files, language)
    async with _opened(settings) as opened:
        await opened.store.write(_replace, key, name or key, language, files)
    return Imported(parts=len(parts), notes=notes_on(files, actions=bool(settings.bot.actions_url)))


async def export_project(settings: Settings, key: str, folder: Path) -> int:
    """Writes the draft's files, and answers how many; others in the folder stay."""
    async with _opened(settings) as opened:
        files = await opened.store.read(lambda tx: files_of(tx, _bot(tx, key).id))
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return len(files)


async def list_bots(settings: Settings) -> list[tuple[BotDefinition, list[BotVersion]]]:
    async with _opened(settings) as opened:
        return await opened.store.read(lambda tx: [(bot, versions_of(tx, bot.id)) for bot in BOTS.all(tx)])


async def train_draft(settings: Settings, key: str, note: str, tell: Tell) -> BotVersion:
    """The draft becomes a version, trained in a process of its own; `problem` says why it failed, where it did."""

    async def told(done: int, total: int) -> bool:
        tell(done, total)
        return False

    async with _opened(settings) as opened:
        bot, files, version = await opened.store.write(_begin, key, note)
        work = {
            "files": files,
            "language": bot.language.value,
            "cache": str((settings.server.data_dir / "models").resolve()),
        }
        try:
            line = await train_beside(work, told, COMMAND)
        except BaseException:
            failed = replace(version, status=VersionStatus.FAILED, problem="It was interrupted.")
            await opened.store.write(end_training, failed)
            raise
        return await opened.store.write(_end, version, line)


async def publish_version(settings: Settings, key: str, number: int | None, share: int) -> BotVersion:
    """A version by its number, the newest trained one by default. Less than all of the conversations is shared with
    what answers now. Raises `NotFound`, `VersionNotReady`, `InvalidInput`."""
    async with _opened(settings) as opened:
        return await opened.store.write(_publish, key, number, share)


async def draft_of(settings: Settings, key: str) -> tuple[Files, Language]:
    async with _opened(settings) as opened:
        return await opened.store.read(lambda tx: (files_of(tx, _bot(tx, key).id), _bot(tx, key).language))


async def try_project(settings: Settings, files: Files, language: Language) -> tuple[int, list[Failure]]:
    """Plays the project's test stories: (how many there are, those that go otherwise). Raises `BotFilesInvalid`."""
    import aiohttp

    from bots.runtime import Bot
    from bots.training import load_or_train

    stories = stories_to_try(files)
    if not stories:
        raise BotFilesInvalid(file="tests", problem="no file with `test` in its name has `stories`")
    script = script_of(files)
    cache = settings.server.data_dir / "models"
    interpreter = await asyncio.to_thread(load_or_train, files, cache, None, language)
    business = settings.business
    context = BotContext(
        channel=ChannelName.WEBCHAT,
        hours=WeeklyHours.from_settings(dict(business.hours.items()), business.time_zone),
        business=business.name,
        default_language=language,
        country=business.country,
    )
    async with aiohttp.ClientSession() as http:
        url = settings.bot.actions_url
        actions = HttpActions(http, url) if url else NoActions()
        bot = Bot(interpreter, script, DemoOrders(), actions=actions)
        found = [await play(bot, script, story, context) for story in stories]
    return len(stories), [one for one in found if one is not None]


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Opened]:
    opened = await open_store(
        settings, clock=SystemClock(), bus=Bus(), reactions=production_reactions(settings.routing)
    )
    try:
        yield opened
    finally:
        await opened.close()


def _bot(tx: SqlTx, key: str) -> BotDefinition:
    bot = bot_of(tx, key)
    if bot is None:
        known = ", ".join(sorted(one.key for one in BOTS.all(tx)))
        raise NotFound(what="bot", id=f"“{key}” (there are: {known or 'none yet'})")
    return bot


def _replace(tx: SqlTx, key: str, name: str, language: Language, files: Files) -> None:
    bot = bot_of(tx, key)
    if bot is None:
        bot = add_bot(tx, key, name, language, files, None)
    else:
        replace_files(tx, bot.id, files_of(tx, bot.id), files, None)
    audit.record(tx, WHO, "bot_draft_replaced", bot.id, files=len(files))


def _begin(tx: SqlTx, key: str, note: str) -> tuple[BotDefinition, dict[str, str], BotVersion]:
    bot = _bot(tx, key)
    files = files_of(tx, bot.id)
    version = add_version(tx, bot.id, files, None, note=note)
    audit.record(tx, WHO, "bot_trained", bot.id, version=version.number)
    return bot, files, version


def _end(tx: SqlTx, version: BotVersion, line: Mapping[str, Any]) -> BotVersion:
    if "report" not in line:
        problem = str(line.get("problem", ""))
        return end_training(tx, replace(version, status=VersionStatus.FAILED, problem=problem))
    ready = replace(version, status=VersionStatus.READY, report=line["report"], trained_at=tx.now)
    return end_training(tx, ready)


def _publish(tx: SqlTx, key: str, number: int | None, share: int) -> BotVersion:
    bot = _bot(tx, key)
    wanted = next(
        (
            one
            for one in versions_of(tx, bot.id)
            if one.number == number or (number is None and one.status is VersionStatus.READY)
        ),
        None,
    )
    if wanted is None:
        raise NotFound(what="version", id=str(number or "trained"))
    others = {one: part for one, part in bot.live.items() if one != wanted.id}
    total = sum(others.values())
    shares = {wanted.id: share if total else WHOLE}
    left = WHOLE - shares[wanted.id]
    for place, (one, part) in enumerate(others.items()):
        last = place == len(others) - 1
        shares[one] = left if last else left * part // max(1, total)
        left -= shares[one]
        total -= part
    publish(tx, bot.id, shares)
    audit.record(tx, WHO, "bot_published", bot.id, live=shares)
    return wanted
