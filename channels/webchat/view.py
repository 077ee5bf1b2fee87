"""The JSON a visitor sees: lines and the state of their conversation. Nothing of their file, nothing internal."""

from collections.abc import Callable
from typing import Any

from core.words import AuthorKind, Direction, HandlerKind
from crm.conversations.model import Attachment, Exchange, Status

FileUrl = Callable[[str, str], str]
SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def line_view(exchange: Exchange, author_name: str, file_url: FileUrl) -> dict[str, Any]:
    """One line, known by (`thread`, `position`); `client_id` is the widget's own, if it said it."""
    e = exchange
    mine = e.direction is Direction.INBOUND
    return {
        "thread": e.conversation_id,
        "position": e.position,
        "id": e.id,
        "client_id": e.meta.get("client_id") if mine else None,
        "author": AuthorKind.CUSTOMER.value if mine else e.author.value,
        "author_name": "" if mine else author_name,
        "text": e.text,
        "at": e.occurred_at.isoformat(),
        "attachments": [_file(a, file_url(e.id, a.id)) for a in e.attachments],
        **({"buttons": _buttons(e.meta)} if not mine and _buttons(e.meta) else {}),
    }


def state_view(thread: str, epoch: int, status: Status, handler: HandlerKind, name: str) -> dict[str, Any]:
    """Who holds the conversation now. `epoch` orders states: an older one that arrives late is ignored."""
    return {
        "thread": thread,
        "epoch": epoch,
        "status": "resolved" if status is Status.RESOLVED else "open",
        "handler": {"kind": handler.value, "name": name},
    }


def _file(attachment: Attachment, url: str) -> dict[str, Any]:
    return {
        "id": attachment.id,
        "name": attachment.name,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "inline": attachment.content_type in SHOWN_INLINE,
        "url": url,
    }


def _buttons(meta: dict[str, Any]) -> list[str]:
    """What a bot offers to answer by a tap: their titles, which are then said like any text."""
    offered = meta.get("buttons")
    if not isinstance(offered, list):
        return []
    titles = [b.get("title") if isinstance(b, dict) else b for b in offered]
    return [title for title in titles if isinstance(title, str) and title][:10]
