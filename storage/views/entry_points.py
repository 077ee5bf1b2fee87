"""Where conversations enter, as administrators see it."""

from typing import Any

from storage.engine.transaction import SqlTx


def entry_point_list(tx: SqlTx) -> list[dict[str, Any]]:
    """By channel and address; the empty address stands for all of a channel's."""
    return [
        {
            "channel": entry.channel.value,
            "address": entry.address,
            "queue_id": entry.queue_id,
            "bot": entry.bot,
        }
        for entry in tx.queues.entry_points()
    ]
