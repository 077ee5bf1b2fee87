"""Bots in SQL: their drafts file by file, their versions, and what designers said of utterances."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, update

from bots.model import (
    TRAIN,
    TRAIN_JOB,
    WHOLE,
    BotDefinition,
    BotVersion,
    DraftChanged,
    VersionNotReady,
    VersionStatus,
)
from core.errors import InvalidInput, NotFound, StillUsed
from core.events import EntityChanged
from core.ids import UserId, new_id
from core.jobs import Job
from core.permissions import Permission
from core.words import Language
from storage.engine.entities import Entities
from storage.engine.transaction import SqlTx
from storage.jobs import start_job
from storage.schema import bot_files, bot_labels, bot_versions, bots, entry_points, exchanges

BOTS = Entities(what="bot", table=bots, model=BotDefinition)
BRIEF = [column for column in bot_versions.c if column.name not in ("files", "report")]


def bot_of(tx: SqlTx, key: str) -> BotDefinition | None:
    """The one that entry points name so."""
    return next(iter(BOTS.all(tx, bots.c.key == key)), None)


def add_bot(
    tx: SqlTx, key: str, name: str, language: Language, files: Mapping[str, str], by_id: UserId | None
) -> BotDefinition:
    bot = BotDefinition(id=new_id(), key=key, name=name, language=language, created_at=tx.now)
    BOTS.insert(tx, bot)
    put_files(tx, bot.id, {}, files, by_id)
    return bot


def files_of(tx: SqlTx, bot_id: str) -> dict[str, str]:
    """The draft."""
    query = select(bot_files.c.path, bot_files.c.text).where(bot_files.c.bot_id == bot_id)
    return {row.path: row.text for row in tx.conn.execute(query.order_by(bot_files.c.path))}


def put_files(
    tx: SqlTx,
    bot_id: str,
    was: Mapping[str, str],
    now: Mapping[str, str | None],
    by_id: UserId | None,
) -> None:
    """Writes files of the draft; None takes one away. Raises `DraftChanged` where one is not as it `was`."""
    tx.lock(f"bot draft:{bot_id}")
    there = files_of(tx, bot_id)
    for path, text in now.items():
        if there.get(path) != was.get(path):
            raise DraftChanged(name=path)
        here = (bot_files.c.bot_id == bot_id) & (bot_files.c.path == path)
        told = {"text": text, "changed_at": tx.now, "by_id": by_id}
        if text is None:
            tx.conn.execute(delete(bot_files).where(here))
        elif path in there:
            tx.conn.execute(update(bot_files).where(here), told)
        else:
            tx.conn.execute(insert(bot_files), {"bot_id": bot_id, "path": path, **told})
    tell_bot(tx, bot_id, "draft", {"by_id": by_id, "at": tx.now.isoformat(), "files": sorted(now)})


def replace_files(
    tx: SqlTx, bot_id: str, was: Mapping[str, str], files: Mapping[str, str], by_id: UserId | None
) -> None:
    """These and no others become the draft. Raises `DraftChanged` as `put_files`."""
    put_files(tx, bot_id, was, {**dict.fromkeys(was.keys() - files.keys()), **files}, by_id)


def add_version(
    tx: SqlTx,
    bot_id: str,
    files: Mapping[str, str],
    by_id: UserId | None,
    *,
    note: str = "",
    status: VersionStatus = VersionStatus.TRAINING,
) -> BotVersion:
    """The draft as it is, numbered on."""
    tx.lock(f"bot versions:{bot_id}")
    last = select(func.max(bot_versions.c.number)).where(bot_versions.c.bot_id == bot_id)
    version = BotVersion(
        id=new_id(),
        bot_id=bot_id,
        number=(tx.conn.execute(last).scalar() or 0) + 1,
        status=status,
        note=note,
        by_id=by_id,
        created_at=tx.now,
    )
    tx.conn.execute(insert(bot_versions), {**_version_values(version), "files": dict(files)})
    tell_bot(tx, bot_id, version.id, {"status": version.status.value})
    return version


def start_training(tx: SqlTx, bot_id: str, by_id: UserId, note: str = "") -> tuple[BotVersion, Job]:
    """Trains the draft as it is now, beside the service."""
    version = add_version(tx, bot_id, files_of(tx, bot_id), by_id, note=note)
    params = {"bot_id": bot_id, "version_id": version.id}
    return version, start_job(tx, TRAIN_JOB, by_id, params, task=TRAIN)


def version_of(tx: SqlTx, bot_id: str, version_id: str) -> BotVersion:
    """With its report. Raises `NotFound` for another bot's."""
    columns = [*BRIEF, bot_versions.c.report]
    query = select(*columns).where(bot_versions.c.id == version_id, bot_versions.c.bot_id == bot_id)
    row = tx.conn.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="version", id=version_id)
    return _version(row)


def versions_of(tx: SqlTx, bot_id: str) -> list[BotVersion]:
    """Newest first, without their reports."""
    query = select(*BRIEF).where(bot_versions.c.bot_id == bot_id).order_by(bot_versions.c.number.desc())
    return [_version(row) for row in tx.conn.execute(query).mappings()]


def version_files(tx: SqlTx, version_id: str) -> dict[str, str]:
    found = tx.conn.execute(select(bot_versions.c.files).where(bot_versions.c.id == version_id)).scalar()
    if found is None:
        raise NotFound(what="version", id=version_id)
    return dict(found)


def end_training(tx: SqlTx, version: BotVersion) -> BotVersion:
    """Stores what became of it."""
    values = {name: value for name, value in _version_values(version).items() if name != "id"}
    tx.conn.execute(update(bot_versions).where(bot_versions.c.id == version.id), values)
    tell_bot(tx, version.bot_id, version.id, {"status": version.status.value})
    return version


def publish(tx: SqlTx, bot_id: str, shares: Mapping[str, int]) -> BotDefinition:
    """From now on these versions answer, each its share of the conversations. None at all: the bot is silent.

    Raises `VersionNotReady`, and `InvalidInput` for shares that are not 100 together.
    """
    bot = BOTS.to_change(tx, bot_id)
    wanted = {version_id: share for version_id, share in shares.items() if share}
    for version_id in wanted:
        version = version_of(tx, bot_id, version_id)
        if version.status is not VersionStatus.READY:
            raise VersionNotReady(number=version.number)
    if wanted and (sum(wanted.values()) != WHOLE or min(wanted.values()) < 0):
        raise InvalidInput(problem="the shares of the versions must be 100 together")
    new = wanted.keys() - bot.live.keys()
    tx.conn.execute(update(bot_versions).where(bot_versions.c.id.in_(new)), {"published_at": tx.now})
    bot = BOTS.save(tx, replace(bot, live=wanted))
    tell_bot(tx, bot_id, "live", {"live": dict(wanted)})
    return bot


def judge(tx: SqlTx, bot_id: str, exchange_ids: Iterable[str], intent: str | None, by_id: UserId) -> None:
    """Takes what was said out of the review; `intent` None: it teaches nothing."""
    said = select(exchanges.c.id).where(exchanges.c.id.in_(list(exchange_ids)))
    rows = [
        {"exchange_id": exchange_id, "bot_id": bot_id, "intent": intent, "by_id": by_id, "at": tx.now}
        for exchange_id in tx.conn.execute(said).scalars()
    ]
    if rows:
        tx.conn.execute(
            delete(bot_labels).where(bot_labels.c.exchange_id.in_([r["exchange_id"] for r in rows]))
        )
        tx.conn.execute(insert(bot_labels), rows)
        tell_bot(tx, bot_id, "review", {"judged": [row["exchange_id"] for row in rows]})


def remove_bot(tx: SqlTx, bot_id: str) -> None:
    """With its draft and its versions. Raises `StillUsed` while an entry point leads to it."""
    bot = BOTS.to_change(tx, bot_id)
    used = select(func.count()).select_from(entry_points).where(entry_points.c.bot == bot.key)
    if count := tx.conn.execute(used).scalar():
        raise StillUsed(what="bot", name=bot.name, count=count, users="entry points")
    for table in (bot_files, bot_labels, bot_versions):
        tx.conn.execute(delete(table).where(table.c.bot_id == bot_id))
    BOTS.remove(tx, bot)
    tx.emit(EntityChanged(kind="bot", id=bot_id, data=None, permission=Permission.BOTS_READ.value))


def tell_bot(tx: SqlTx, bot_id: str, what: str, data: Mapping[str, Any]) -> None:
    """To whoever may read bots: something of this one is another now."""
    data = {"bot_id": bot_id, **data}
    tx.emit(EntityChanged(kind="bot", id=what, data=data, permission=Permission.BOTS_READ.value))


def _version(row: RowMapping) -> BotVersion:
    told = dict(row)
    return BotVersion(**{**told, "status": VersionStatus(told["status"])})


def _version_values(version: BotVersion) -> dict[str, Any]:
    return {**asdict(version), "status": version.status.value, "report": dict(version.report)}
