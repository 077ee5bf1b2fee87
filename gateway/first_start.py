"""The first start on an empty database: one queue that every channel leads to, and the bot that comes with us."""

from pathlib import Path
from typing import Any

from bots.model import WHOLE, VersionStatus
from bots.project import FIRST_LINE, Files, files_in
from core.ids import QueueId, new_id
from core.settings import Settings
from core.words import ChannelName, Language
from crm.conversations.model import EntryPoint
from routing.model import Queue
from storage.bots import (
    add_bot,
    add_version,
    bot_of,
    files_of,
    publish,
    replace_files,
    version_files,
    version_of,
)
from storage.engine.transaction import SqlTx

FIRST_QUEUE = {Language.FR: "Accueil", Language.EN: "Front desk"}
FIRST_BOT = "accueil"
FIRST_BOT_NAME = {Language.FR: "Accueil", Language.EN: "Front desk"}


def ensure_a_queue(tx: Any, settings: Settings) -> None:
    """Does nothing where an administrator, an earlier start or another node has been."""
    tx.lock("first-start")
    if tx.queues.all():
        return
    queue = Queue(id=QueueId(new_id()), name=FIRST_QUEUE[settings.business.language])
    tx.queues.insert(queue)
    bot = FIRST_BOT if settings.bot.enabled else ""
    for channel in ChannelName:
        tx.queues.put_entry_point(EntryPoint(channel=channel, address="", queue_id=queue.id, bot=bot))


def first_files(settings: Settings) -> Files:
    """What the first bot is made of; raises `BotFilesInvalid`."""
    return files_in(Path(settings.bot.folder) if settings.bot.folder else FIRST_LINE)


def ensure_a_bot(tx: SqlTx, settings: Settings, files: Files) -> None:
    """The first bot answers with these files, until a designer publishes something else: then it is theirs."""
    tx.lock("first-start")
    bot = bot_of(tx, FIRST_BOT)
    if bot is None:
        language = settings.business.language
        bot = add_bot(tx, FIRST_BOT, FIRST_BOT_NAME[language], language, files, None)
    elif not bot.live or any(version_of(tx, bot.id, one).by_id is not None for one in bot.live):
        return
    else:
        before = version_files(tx, next(iter(bot.live)))
        if before == files:
            return
        if (draft := files_of(tx, bot.id)) == before:
            replace_files(tx, bot.id, draft, files, None)
    version = add_version(tx, bot.id, files, None, status=VersionStatus.READY)
    publish(tx, bot.id, {version.id: WHOLE})
