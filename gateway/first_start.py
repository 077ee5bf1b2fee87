"""The first start on an empty database: one queue that every channel leads to, so that nothing is refused."""

from typing import Any

from core.ids import QueueId, new_id
from core.settings import Settings
from core.words import ChannelName, Language
from crm.conversations.model import EntryPoint
from routing.model import Queue

FIRST_QUEUE = {Language.FR: "Accueil", Language.EN: "Front desk"}
FIRST_BOT = "accueil"


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
