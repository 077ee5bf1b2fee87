"""Roles that administrators made, and what any set of roles lets one do."""

from collections.abc import Iterable

from sqlalchemy import select

from core.permissions import BUILT_IN, Permission
from core.staff import OwnRole, User
from storage.engine.entities import Entities
from storage.engine.transaction import SqlTx
from storage.schema import roles, users

ROLES = Entities(what="role", table=roles, model=OwnRole)


def permissions_of(tx: SqlTx, names: Iterable[str]) -> frozenset[Permission]:
    """What the roles bring together; `names` are built-in roles' names and own roles' ids."""
    found: set[Permission] = set()
    own: list[str] = []
    for name in names:
        if name in BUILT_IN:
            found |= BUILT_IN[name]
        else:
            own.append(name)
    if own:
        query = select(roles.c.permissions).where(roles.c.id.in_(own))
        for (brought,) in tx.conn.execute(query):
            found.update(permission for permission in Permission if permission in brought)
    return frozenset(found)


def can(tx: SqlTx, user: User, permission: Permission) -> bool:
    """Whether the user's roles bring it, active or not."""
    return permission in permissions_of(tx, user.roles)


def users_with(tx: SqlTx, role_id: str) -> list[str]:
    """Ids of the users who have the role, active or not."""
    found = tx.conn.execute(select(users.c.id, users.c.roles).order_by(users.c.id))
    return [row.id for row in found if role_id in row.roles]
