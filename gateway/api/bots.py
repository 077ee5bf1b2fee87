"""Bots for their designers: the draft part by part, training, versions, publishing, trying, and the review."""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Annotated, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from aiohttp import web
from pydantic import Field, StringConstraints

from bots.dialogue.hours import WeeklyHours
from bots.dialogue.outcome import BotContext
from bots.errors import BotFilesInvalid
from bots.limits import notes_on
from bots.masking import masked_data
from bots.model import BotDefinition, BotVersion, DraftChanged, VersionStatus
from bots.project import (
    FIRST_LINE,
    MOST_CHARACTERS,
    MOST_FILES,
    Files,
    Kind,
    check_files,
    files_in,
    parts_of,
    with_part,
)
from core.errors import InvalidInput, NameTaken, TooLarge
from core.folding import fold
from core.jobs import job_view
from core.permissions import Permission, needs
from core.staff import Viewer
from core.words import ChannelName, Language
from gateway.api.jobs import JobAnswer
from gateway.routes import Call, read_bounded, route
from gateway.shapes.basics import NO_NUL, Id, Input, Name
from gateway.shapes.bots import (
    BotDraft,
    BotFiles,
    BotList,
    BotOut,
    BotPart,
    BotTalks,
    BotTried,
    UnderstoodList,
    UnknownRequestList,
    UtteranceReview,
    VersionList,
    VersionOut,
)
from storage import audit
from storage.bots import (
    BOTS,
    add_bot,
    bot_of,
    files_of,
    judge,
    publish,
    put_files,
    remove_bot,
    replace_files,
    start_training,
    version_files,
    version_of,
    versions_of,
)
from storage.engine.transaction import SqlTx
from storage.views.bots import talks, to_review, understood

READ, WRITE = needs(Permission.BOTS_READ), needs(Permission.BOTS_WRITE)
PUBLISH = needs(Permission.BOTS_PUBLISH)
TRIES = 5  # to write a part into files that others change at the same time
MOST_ZIPPED = 8_388_608  # bytes
MOST_GROUPED = 1_000  # utterances
BACKGROUND = 300  # examples of the bot that new requests are seen against
UNSURE = 0.5  # a guess less likely than that is none
ANSWERED = timedelta(days=30)


class UnderstoodQuery(Input):
    limit: Annotated[int, Field(ge=1, le=500)] = 200


class NewBot(Input):
    """`like`: the id of the bot to begin with a copy of; empty for the one that comes with the product."""

    name: Name
    language: Language = Language.FR
    like: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] = ""


class BotChanges(Input):
    name: Name


class PartBody(Input):
    """`value` null takes the part away. `was`: the etag of the part as the writer saw it, "" for a new one."""

    kind: Kind
    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
    value: Any = None
    was: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] = ""


class FileBody(Input):
    """`text` null takes the file away. `was`: the etag of the file as the writer saw it."""

    path: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
    text: str | None
    was: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] = ""


class TrainBody(Input):
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)] = ""


class Shares(Input):
    """Which versions answer, by id, each with its share of the conversations in per cent; 100 together."""

    shares: Annotated[dict[Id, Annotated[int, Field(ge=0, le=100)]], Field(max_length=10)]


class TryBody(Input):
    """`version`: an id, or empty for the draft with the ears of the newest trained version. `state` as answered."""

    text: Annotated[str, StringConstraints(max_length=2_000, pattern=NO_NUL)]
    version: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] = ""
    channel: ChannelName = ChannelName.WEBCHAT
    state: dict[str, Any] | None = None


class Judgement(Input):
    """`intent` null: these teach nothing. `text` becomes an example of the intent."""

    exchange_ids: Annotated[list[Id], Field(min_length=1, max_length=1_000)]
    intent: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] | None
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000, pattern=NO_NUL)] = ""
    language: Language = Language.FR


@route(
    "GET",
    "/api/v1/bots/understood",
    access=READ,
    summary="What customers lately said to bots and what was understood, newest first",
    tag="bots",
    query=UnderstoodQuery,
    returns=UnderstoodList,
)
async def list_understood(call: Call) -> dict[str, Any]:
    query: UnderstoodQuery = call.query
    return {"items": await call.parts.store.read(understood, query.limit)}


@route("GET", "/api/v1/bots", access=READ, summary="All bots", tag="bots", returns=BotList)
async def list_bots(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(lambda tx: [_bot_view(tx, bot) for bot in BOTS.all(tx)])}


@route(
    "POST",
    "/api/v1/bots",
    access=WRITE,
    summary="Add a bot",
    tag="bots",
    body=NewBot,
    returns=BotOut,
    status=201,
)
async def make_bot(call: Call) -> dict[str, Any]:
    shipped = await asyncio.to_thread(files_in, FIRST_LINE)
    return await call.parts.store.write(_add, call.viewer, call.body, shipped)


@route("GET", "/api/v1/bots/{bot_id}", access=READ, summary="One bot", tag="bots", returns=BotOut)
async def get_bot(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(lambda tx: _bot_view(tx, BOTS.get(tx, _id(call))))


@route(
    "PATCH",
    "/api/v1/bots/{bot_id}",
    access=WRITE,
    summary="Rename a bot",
    tag="bots",
    body=BotChanges,
    returns=BotOut,
)
async def rename_bot(call: Call) -> dict[str, Any]:
    return await call.parts.store.write(_rename, call.viewer, _id(call), call.body.name)


@route("DELETE", "/api/v1/bots/{bot_id}", access=PUBLISH, summary="Remove a bot", tag="bots", status=204)
async def delete_bot(call: Call) -> None:
    await call.parts.store.write(_remove, call.viewer, _id(call))


@route(
    "GET",
    "/api/v1/bots/{bot_id}/draft",
    access=READ,
    summary="The draft as parts: intents, responses, rules, stories, forms, slots …",
    tag="bots",
    returns=BotDraft,
)
async def get_bot_draft(call: Call) -> dict[str, Any]:
    bot, files = await call.parts.store.read(_draft, _id(call))
    return await asyncio.to_thread(_draft_view, bot, files, bool(call.parts.settings.bot.actions_url))


@route(
    "PUT",
    "/api/v1/bots/{bot_id}/draft/parts",
    access=WRITE,
    summary="Write one part of the draft; the rest of its file stays as it is",
    tag="bots",
    body=PartBody,
    returns=BotPart,
)
async def put_bot_part(call: Call) -> dict[str, Any]:
    body: PartBody = call.body
    return await _put_part(call, body.kind, body.name, lambda before: body.value, body.was)


@route(
    "GET",
    "/api/v1/bots/{bot_id}/draft/files",
    access=READ,
    summary="The draft as the YAML files of a Rasa project",
    tag="bots",
    returns=BotFiles,
)
async def get_bot_files(call: Call) -> dict[str, Any]:
    _, files = await call.parts.store.read(_draft, _id(call))
    return {"items": [_file_view(path, text) for path, text in files.items()]}


@route(
    "PUT",
    "/api/v1/bots/{bot_id}/draft/files",
    access=WRITE,
    summary="Write one file of the draft",
    tag="bots",
    body=FileBody,
    returns=BotFiles,
)
async def put_bot_file(call: Call) -> dict[str, Any]:
    body: FileBody = call.body
    _, files = await call.parts.store.read(_draft, _id(call))
    there = files.get(body.path)
    if body.was != ("" if there is None else _etag(there)):
        raise DraftChanged(name=body.path)
    after = {path: text for path, text in {**files, body.path: body.text}.items() if text is not None}
    await asyncio.to_thread(_checked, after)
    await call.parts.store.write(put_files, _id(call), files, {body.path: body.text}, call.viewer.user_id)
    return {"items": [_file_view(path, text) for path, text in sorted(after.items())]}


@route(
    "GET",
    "/api/v1/bots/{bot_id}/export",
    access=READ,
    summary="The draft as a Rasa project, zipped",
    tag="bots",
    sends="application/zip",
)
async def export_bot(call: Call) -> web.Response:
    bot, files = await call.parts.store.read(_draft, _id(call))
    packed = await asyncio.to_thread(_zipped, files)
    headers = {"Content-Disposition": f'attachment; filename="{bot.key}.zip"'}
    return web.Response(body=packed, content_type="application/zip", headers=headers)


@route(
    "POST",
    "/api/v1/bots/{bot_id}/import",
    access=WRITE,
    summary="Replace the draft by a zipped Rasa project: the raw body",
    tag="bots",
    takes="application/octet-stream",
    returns=BotDraft,
)
async def import_bot(call: Call) -> dict[str, Any]:
    raw = await read_bounded(call.request, MOST_ZIPPED, "a project")
    files = await asyncio.to_thread(_unzipped, raw)
    bot = await call.parts.store.write(_replace_draft, call.viewer, _id(call), files)
    return await asyncio.to_thread(_draft_view, bot, files, bool(call.parts.settings.bot.actions_url))


@route(
    "POST",
    "/api/v1/bots/{bot_id}/train",
    access=WRITE,
    summary="Train the draft as a new version, in a process of its own",
    tag="bots",
    body=TrainBody,
    returns=JobAnswer,
    status=202,
)
async def train_bot(call: Call) -> dict[str, Any]:
    _, files = await call.parts.store.read(_draft, _id(call))
    await asyncio.to_thread(_checked, files)
    return {"job": await call.parts.store.write(_train, call.viewer, _id(call), call.body.note)}


@route(
    "GET",
    "/api/v1/bots/{bot_id}/versions",
    access=READ,
    summary="The versions of a bot, newest first",
    tag="bots",
    returns=VersionList,
)
async def list_bot_versions(call: Call) -> dict[str, Any]:
    return {"items": [_version_view(one) for one in await call.parts.store.read(versions_of, _id(call))]}


@route(
    "GET",
    "/api/v1/bots/{bot_id}/versions/{version_id}",
    access=READ,
    summary="One version with its evaluation",
    tag="bots",
    returns=VersionOut,
)
async def get_bot_version(call: Call) -> dict[str, Any]:
    version = await call.parts.store.read(version_of, _id(call), call.path["version_id"])
    return {**_version_view(version), "report": dict(version.report)}


@route(
    "POST",
    "/api/v1/bots/{bot_id}/versions/{version_id}/restore",
    access=WRITE,
    summary="Make the draft what it was when a version was trained",
    tag="bots",
    returns=BotDraft,
)
async def restore_bot_version(call: Call) -> dict[str, Any]:
    version = await call.parts.store.read(version_of, _id(call), call.path["version_id"])
    files = await call.parts.store.read(version_files, version.id)
    bot = await call.parts.store.write(_replace_draft, call.viewer, _id(call), files)
    return await asyncio.to_thread(_draft_view, bot, files, bool(call.parts.settings.bot.actions_url))


@route(
    "POST",
    "/api/v1/bots/{bot_id}/publish",
    access=PUBLISH,
    summary="Say which versions answer customers, each with its share; an earlier one rolls back",
    tag="bots",
    body=Shares,
    returns=BotOut,
)
async def publish_bot(call: Call) -> dict[str, Any]:
    return await call.parts.store.write(_publish, call.viewer, _id(call), call.body.shares)


@route(
    "POST",
    "/api/v1/bots/{bot_id}/try",
    access=READ,
    summary="One turn of a test chat, with why it went so; nothing is stored",
    tag="bots",
    body=TryBody,
    returns=BotTried,
)
async def try_bot(call: Call) -> dict[str, Any]:
    body: TryBody = call.body
    bot, files, ears = await call.parts.store.read(_to_try, _id(call), body.version)
    talker = await call.parts.bots.made_of(files, ears, bot.language)
    business = call.parts.settings.business
    context = BotContext(
        channel=body.channel,
        hours=WeeklyHours.from_settings(dict(business.hours.items()), business.time_zone),
        business=business.name,
        default_language=bot.language,
        country=business.country,
    )
    return await talker.try_out(body.text, body.state, context)


@route(
    "GET",
    "/api/v1/bots/{bot_id}/review",
    access=READ,
    summary="What customers said that nobody judged yet, the least sure first; personal data masked",
    tag="bots",
    query=UnderstoodQuery,
    returns=UtteranceReview,
)
async def review_utterances(call: Call) -> dict[str, Any]:
    query: UnderstoodQuery = call.query
    return {"items": await call.parts.store.read(_to_review, _id(call), query.limit)}


@route(
    "POST",
    "/api/v1/bots/{bot_id}/review",
    access=WRITE,
    summary="Say what was meant: it becomes an example of the draft; or that it teaches nothing",
    tag="bots",
    body=Judgement,
    status=204,
)
async def judge_utterances(call: Call) -> None:
    body: Judgement = call.body
    text = " ".join(masked_data(body.text).split())
    if body.intent is not None and text:
        await _put_part(
            call, Kind.INTENT, body.intent, lambda before: _with_example(before, body.language, text)
        )
    await call.parts.store.write(judge, _id(call), body.exchange_ids, body.intent, call.viewer.user_id)


@route(
    "GET",
    "/api/v1/bots/{bot_id}/unknown",
    access=READ,
    summary="What customers ask that no intent is for, in groups that could become one",
    tag="bots",
    returns=UnknownRequestList,
)
async def list_unknown_requests(call: Call) -> dict[str, Any]:
    items = await call.parts.store.read(_to_review, _id(call), MOST_GROUPED)
    strange = [one for one in items if one["out_of_scope"] or one["confidence"] < UNSURE]
    bot, files = await call.parts.store.read(_draft, _id(call))
    known = await asyncio.to_thread(_some_examples, files, bot.language)
    return {"items": await call.parts.bots.grouped(strange, known)}


@route(
    "GET",
    "/api/v1/bots/{bot_id}/talks",
    access=READ,
    summary="Day by day: conversations of the bot, how many it handed over, and why",
    tag="bots",
    returns=BotTalks,
)
async def list_bot_talks(call: Call) -> dict[str, Any]:
    def read(tx: SqlTx) -> list[dict[str, Any]]:
        return talks(tx, BOTS.get(tx, _id(call)).key, tx.now - ANSWERED)

    return {"days": await call.parts.store.read(read)}


def _id(call: Call) -> str:
    return call.path["bot_id"]


async def _put_part(call: Call, kind: Kind, name: str, change: Any, was: str | None = None) -> dict[str, Any]:
    """Reads, changes and writes, anew when the file changed in between. `was` None: whatever is there."""
    for attempt in range(TRIES):
        bot, files = await call.parts.store.read(_draft, _id(call))
        parts = await asyncio.to_thread(parts_of, files, bot.language)
        before = parts.get((kind, name))
        if was is not None and was != (before.etag if before else ""):
            raise DraftChanged(name=name)
        value = change(before.value if before else None)
        changed = await asyncio.to_thread(_changed, files, kind, name, value, bot.language)
        try:
            await call.parts.store.write(put_files, bot.id, files, changed, call.viewer.user_id)
        except DraftChanged:
            if attempt == TRIES - 1:
                raise
            continue
        after = await asyncio.to_thread(parts_of, {**files, **changed}, bot.language)
        return _part_view(after[kind, name]) if (kind, name) in after else _gone(kind, name)
    raise DraftChanged(name=name)


def _changed(files: Files, kind: Kind, name: str, value: Any, language: Language) -> dict[str, str]:
    changed = with_part(files, kind, name, value, language)
    check_files({**files, **changed})
    return changed


def _with_example(before: Any, language: Language, text: str) -> dict[str, Any]:
    intent = before or {"examples": {}, "options": None}
    lines = list(intent["examples"].get(language.value, ()))
    if fold(text) not in {fold(line if isinstance(line, str) else line["text"]) for line in lines}:
        lines.append(text)
    return {**intent, "examples": {**intent["examples"], language.value: lines}}


def _some_examples(files: Files, language: Language) -> list[str]:
    """Of every part of the bot."""
    lines = [
        line if isinstance(line, str) else str(line["text"])
        for part in parts_of(files, language).values()
        if part.kind is Kind.INTENT
        for spoken in part.value["examples"].values()
        for line in spoken
    ]
    return lines[:: max(1, len(lines) // BACKGROUND)]


def _checked(files: Files) -> None:
    """Raises `BotFilesInvalid` where the files cannot be read as a project at all."""
    check_files(files)
    parts_of(files)


def _draft(tx: SqlTx, bot_id: str) -> tuple[BotDefinition, dict[str, str]]:
    return BOTS.get(tx, bot_id), files_of(tx, bot_id)


def _to_try(tx: SqlTx, bot_id: str, version_id: str) -> tuple[BotDefinition, dict[str, str], dict[str, str]]:
    """(the bot, what it says, what its ears were trained on)."""
    bot = BOTS.get(tx, bot_id)
    if version_id:
        files = version_files(tx, version_of(tx, bot_id, version_id).id)
        return bot, files, files
    draft = files_of(tx, bot_id)
    ready = (one for one in versions_of(tx, bot_id) if one.status is VersionStatus.READY)
    newest = next(ready, None)
    return bot, draft, version_files(tx, newest.id) if newest else draft


def _to_review(tx: SqlTx, bot_id: str, limit: int) -> list[dict[str, Any]]:
    return to_review(tx, BOTS.get(tx, bot_id).key, limit)


def _add(tx: SqlTx, viewer: Viewer, body: NewBot, shipped: Files) -> dict[str, Any]:
    tx.lock("bots")
    if any(fold(one.name) == fold(body.name) for one in BOTS.all(tx)):
        raise NameTaken(what="bot", name=body.name)
    files = files_of(tx, BOTS.get(tx, body.like).id) if body.like else shipped
    bot = add_bot(tx, _free_key(tx, body.name), body.name, body.language, files, viewer.user_id)
    audit.record(tx, viewer.user_id, "bot_added", bot.id, name=bot.name)
    return _bot_view(tx, bot)


def _free_key(tx: SqlTx, name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:50] or "bot"
    keys = (plain if number == 1 else f"{plain}-{number}" for number in range(1, 10_000))
    return next(key for key in keys if bot_of(tx, key) is None)


def _rename(tx: SqlTx, viewer: Viewer, bot_id: str, name: str) -> dict[str, Any]:
    bot = BOTS.to_change(tx, bot_id)
    if any(fold(one.name) == fold(name) and one.id != bot_id for one in BOTS.all(tx)):
        raise NameTaken(what="bot", name=name)
    bot = BOTS.save(tx, replace(bot, name=name))
    audit.record(tx, viewer.user_id, "bot_renamed", bot.id, name=name)
    return _bot_view(tx, bot)


def _remove(tx: SqlTx, viewer: Viewer, bot_id: str) -> None:
    bot = BOTS.get(tx, bot_id)
    remove_bot(tx, bot_id)
    audit.record(tx, viewer.user_id, "bot_removed", bot_id, name=bot.name)


def _replace_draft(tx: SqlTx, viewer: Viewer, bot_id: str, files: Files) -> BotDefinition:
    replace_files(tx, bot_id, files_of(tx, bot_id), files, viewer.user_id)
    audit.record(tx, viewer.user_id, "bot_draft_replaced", bot_id, files=len(files))
    return BOTS.get(tx, bot_id)


def _train(tx: SqlTx, viewer: Viewer, bot_id: str, note: str) -> dict[str, Any]:
    BOTS.get(tx, bot_id)
    version, job = start_training(tx, bot_id, viewer.user_id, note)
    audit.record(tx, viewer.user_id, "bot_trained", bot_id, version=version.number)
    return job_view(job)


def _publish(tx: SqlTx, viewer: Viewer, bot_id: str, shares: Mapping[str, int]) -> dict[str, Any]:
    bot = publish(tx, bot_id, shares)
    audit.record(tx, viewer.user_id, "bot_published", bot_id, live=dict(bot.live))
    return _bot_view(tx, bot)


def _bot_view(tx: SqlTx, bot: BotDefinition) -> dict[str, Any]:
    newest = next(iter(versions_of(tx, bot.id)), None)
    return {
        "id": bot.id,
        "key": bot.key,
        "name": bot.name,
        "language": bot.language.value,
        "created_at": bot.created_at.isoformat(),
        "live": dict(bot.live),
        "newest": _version_view(newest) if newest else None,
        "changed": newest is None or version_files(tx, newest.id) != files_of(tx, bot.id),
    }


def _version_view(version: BotVersion) -> dict[str, Any]:
    return {
        "id": version.id,
        "number": version.number,
        "status": version.status.value,
        "note": version.note,
        "by_id": version.by_id,
        "problem": version.problem,
        "created_at": version.created_at.isoformat(),
        "trained_at": _iso(version.trained_at),
        "published_at": _iso(version.published_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _draft_view(bot: BotDefinition, files: Files, actions: bool) -> dict[str, Any]:
    parts = parts_of(files, bot.language)
    return {
        "language": bot.language.value,
        "parts": [_part_view(part) for part in parts.values()],
        "unplayed": [{"what": one.what.value, "name": one.name} for one in notes_on(files, actions=actions)],
    }


def _part_view(part: Any) -> dict[str, Any]:
    return {"kind": part.kind.value, "name": part.name, "value": part.value, "etag": part.etag}


def _gone(kind: Kind, name: str) -> dict[str, Any]:
    return {"kind": kind.value, "name": name, "value": None, "etag": ""}


def _file_view(path: str, text: str) -> dict[str, Any]:
    return {"path": path, "text": text, "etag": _etag(text)}


def _etag(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _zipped(files: Files) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as packed:
        for path, text in sorted(files.items()):
            packed.writestr(ZipInfo(path, (1980, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


def _unzipped(raw: bytes) -> dict[str, str]:
    """The YAML files of the archive, without the folder they all stand in; raises where it is none, or too much."""
    try:
        with ZipFile(BytesIO(raw)) as packed:
            entries = [one for one in packed.infolist() if re.search(r"\.ya?ml$", one.filename)]
            if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_CHARACTERS:
                raise TooLarge(
                    what="a project", limit=f"{MOST_FILES} files of {MOST_CHARACTERS:,} characters"
                )
            found = {one.filename: packed.read(one).decode("utf-8") for one in entries}
    except (BadZipFile, UnicodeDecodeError, OSError, RuntimeError, NotImplementedError) as problem:
        raise InvalidInput(problem=f"send a zip archive of a Rasa project: {problem}") from problem
    tops = {path.partition("/")[0] for path in found}
    if len(tops) == 1 and all("/" in path for path in found):
        found = {path.partition("/")[2]: text for path, text in found.items()}
    # What a project keeps beside its bot is not the bot's.
    kept = {path: text for path, text in found.items() if not re.search(r"(^|/)(\.[^./]|__MACOSX)", path)}
    if not kept:
        raise BotFilesInvalid(file="project", problem="the archive has no .yml file")
    _checked(kept)
    return kept
