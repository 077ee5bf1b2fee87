"""What follows from a change of users, roles, queues or entry points, whoever made it."""

from core.errors import NotAnAgent
from core.ids import UserId
from core.permissions import Permission
from core.signals import STAFF_CHANGED
from core.staff import User
from gateway.routes import Call
from routing.model import Presence
from routing.presence import set_presence
from storage.engine.transaction import SqlTx
from storage.roles import can
from storage.users import get_user


async def team_changed(call: Call) -> None:
    """Every node looks at its sessions again, and every console reads the team again."""
    call.parts.sign_in.forget()
    await call.parts.signals.publish(STAFF_CHANGED, {"team": True})


def duty_changed(tx: SqlTx, user: User, *, was: bool, agent: bool) -> None:
    """`was` says whether they worked at the desk until now, `agent` whether their roles let them from now on."""
    if was and not (user.active and agent):
        set_presence(tx, user.id, Presence.OFFLINE)  # what they hold goes back to its queues
    if not agent:
        tx.queues.leave_all(user.id)


def an_agent(tx: SqlTx, user_id: UserId) -> User:
    """Raises `NotAnAgent` for a user who does not work at the desk."""
    user = get_user(tx, user_id)
    if not can(tx, user, Permission.DESK_WORK):
        raise NotAnAgent(name=user.name)
    return user
