"""The console's snapshot: what one member of staff has on the desk, at one moment of the event feed.

`snapshot + events = the next snapshot` holds for it: what is in here is exactly what the console's reducer keeps.
"""

from typing import Any

from sqlalchemy import exists, select

from core.ids import ConversationId
from core.permissions import Permission
from core.staff import Viewer
from crm.conversations.model import Call, CallState
from crm.conversations.views import call_view
from routing.model import Queue, WorkItem, WorkState
from routing.pop import pop_view
from routing.views import agent_view, item_view
from storage.engine.feed import last_seq
from storage.engine.transaction import SqlTx
from storage.schema import agents, calls, conversations, reading_marks, users, work_items
from storage.users import get_user
from storage.views.conversations import NAMED, summaries
from storage.views.queues import queue_list
from storage.views.scope import held
from storage.views.users import account_view
from storage.work import HELD, item_of

MOST_CONVERSATIONS = 500


def snapshot(tx: SqlTx, viewer: Viewer) -> dict[str, Any]:
    """All the console needs to start; events after `seq` bring it up to date."""
    seq = last_seq(tx)
    mine = NAMED.where(held(viewer)).order_by(conversations.c.id).limit(MOST_CONVERSATIONS)
    work = _work(tx, viewer)
    return {
        "seq": seq,
        "me": {"user": account_view(tx, get_user(tx, viewer.user_id)), "agent": _agent(tx, viewer)},
        "queues": queue_list(tx),
        "users": [
            {"id": row.id, "name": row.name}
            for row in tx.conn.execute(select(users.c.id, users.c.name).order_by(users.c.name, users.c.id))
        ],
        "offers": [_offer(tx, item) for item in work if item.state is WorkState.OFFERED],
        "conversations": summaries(tx.conn.execute(mine).mappings()),
        "reads": _reads(tx, viewer),
        "calls": _calls(tx, viewer),
        "wraps": [item_view(item) for item in work if item.state is WorkState.WRAPPING],
    }


def _agent(tx: SqlTx, viewer: Viewer) -> dict[str, Any] | None:
    known = exists(select(agents.c.user_id).where(agents.c.user_id == viewer.user_id))
    if not viewer.can(Permission.DESK_WORK) or not tx.conn.execute(select(known)).scalar():
        return None
    return agent_view(tx.agents.get(viewer.user_id))


def _work(tx: SqlTx, viewer: Viewer) -> list[WorkItem]:
    """What they are offered, hold or wrap up; read without holding the rows, unlike `tx.work.held_by`."""
    query = (
        select(work_items)
        .where(work_items.c.offered_to == viewer.user_id, work_items.c.state.in_(HELD))
        .order_by(work_items.c.id)
    )
    return [item_of(row) for row in tx.conn.execute(query).mappings()]


def _offer(tx: SqlTx, item: WorkItem) -> dict[str, Any]:
    queue: Queue = tx.queues.get(item.queue_id)
    decisions = tx.work.decisions(item.id)
    chosen = next((d for d in reversed(decisions) if d.chosen == item.offered_to), None)
    pop = pop_view(item, queue, tx.work.background(item.conversation_id), chosen)
    return {"item": item_view(item), "pop": pop}


def _reads(tx: SqlTx, viewer: Viewer) -> list[dict[str, Any]]:
    """How far they have read in what they hold."""
    query = (
        select(reading_marks)
        .join(conversations, conversations.c.id == reading_marks.c.conversation_id)
        .where(held(viewer), reading_marks.c.user_id == viewer.user_id)
        .order_by(reading_marks.c.conversation_id)
    )
    return [
        {
            "conversation_id": row.conversation_id,
            "position": row.position,
            "customer_lines": row.customer_lines,
        }
        for row in tx.conn.execute(query)
    ]


def _calls(tx: SqlTx, viewer: Viewer) -> list[dict[str, Any]]:
    query = (
        select(calls)
        .join(conversations, conversations.c.id == calls.c.conversation_id)
        .where(held(viewer), calls.c.state != CallState.ENDED.value)
        .order_by(calls.c.id)
    )
    found = tx.conn.execute(query).mappings()
    return [
        call_view(
            Call(
                **{
                    **row,
                    "state": CallState(row["state"]),
                    "conversation_id": ConversationId(row["conversation_id"]),
                }
            )
        )
        for row in found
    ]
