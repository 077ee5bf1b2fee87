"""What a member of staff may do: permissions, and the one table of what each role brings.

Routes and socket events name a permission, never a role. Roles are what people have: the five built-in ones, and
those an administrator makes out of permissions. A permission says which doors open; the query that finds a thing
still decides whether that one is the caller's to see.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.words import Role


class Permission(StrEnum):
    """Named `<what>.<act>`; the words are stable, since roles are stored with them."""

    DESK_WORK = "desk.work"  # be offered conversations, answer, transfer, resolve
    CONVERSATIONS_READ = "conversations.read"
    CONVERSATIONS_WRITE = "conversations.write"  # notes and tags
    CUSTOMERS_READ = "customers.read"
    CUSTOMERS_WRITE = "customers.write"
    CUSTOMERS_MERGE = "customers.merge"  # make two files one, take it back, say that two are not the same
    CUSTOMERS_READ_ALL = "customers.read_all"  # with their conversations, whatever the queue
    CUSTOMERS_MODEL = "customers.model"  # which fields, sources and kinds of relationships there are
    CUSTOMERS_EXPORT = "customers.export"
    ORDERS_WRITE = "orders.write"  # tell orders, subscriptions and loyalty accounts
    TAGS_MANAGE = "tags.manage"
    VIEWS_SHARE = "views.share"
    BOTS_READ = "bots.read"
    BOTS_WRITE = "bots.write"  # drafts, training, and what customers said
    BOTS_PUBLISH = "bots.publish"  # which version answers customers
    LIVE_READ = "live.read"
    SET_ASIDE_READ = "set_aside.read"
    SET_ASIDE_REPLAY = "set_aside.replay"
    USERS_READ = "users.read"
    USERS_MANAGE = "users.manage"  # whoever gives roles can give themselves any
    ROLES_MANAGE = "roles.manage"
    SKILLS_MANAGE = "skills.manage"
    QUEUES_READ = "queues.read"
    QUEUES_MANAGE = "queues.manage"
    ENTRY_POINTS_READ = "entry_points.read"
    ENTRY_POINTS_MANAGE = "entry_points.manage"
    AUDIT_READ = "audit.read"


P = Permission
_FILES = {
    P.CONVERSATIONS_READ,
    P.CONVERSATIONS_WRITE,
    P.CUSTOMERS_READ,
    P.CUSTOMERS_WRITE,
    P.CUSTOMERS_MERGE,
}
_SUPERVISION = {
    *_FILES,
    P.CUSTOMERS_READ_ALL,
    P.TAGS_MANAGE,
    P.VIEWS_SHARE,
    P.LIVE_READ,
    P.SET_ASIDE_READ,
    P.SET_ASIDE_REPLAY,
    P.USERS_READ,
    P.SKILLS_MANAGE,
    P.QUEUES_READ,
    P.QUEUES_MANAGE,
    P.ENTRY_POINTS_READ,
}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.AGENT: frozenset({*_FILES, P.DESK_WORK}),
    Role.SUPERVISOR: frozenset(_SUPERVISION),
    Role.DESIGNER: frozenset({P.BOTS_READ, P.BOTS_WRITE, P.BOTS_PUBLISH}),
    Role.CRM: frozenset(
        {
            *_FILES,
            P.CUSTOMERS_READ_ALL,
            P.CUSTOMERS_EXPORT,
            P.CUSTOMERS_MODEL,
            P.ORDERS_WRITE,
            P.TAGS_MANAGE,
            P.VIEWS_SHARE,
        }
    ),
    Role.ADMIN: frozenset(
        {
            *_SUPERVISION,
            P.CUSTOMERS_EXPORT,
            P.CUSTOMERS_MODEL,
            P.ORDERS_WRITE,
            P.BOTS_READ,
            P.BOTS_WRITE,
            P.BOTS_PUBLISH,
            P.USERS_MANAGE,
            P.ROLES_MANAGE,
            P.ENTRY_POINTS_MANAGE,
            P.AUDIT_READ,
        }
    ),
}
BUILT_IN: Mapping[str, frozenset[Permission]] = {
    role.value: permissions for role, permissions in ROLE_PERMISSIONS.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Whom something is for: `public` for anyone, else those with the permission; without one, all staff.

    Staff is who has at least one permission: a role that brings none opens nothing.
    """

    public: bool = False
    permission: Permission | None = None

    def allows(self, permissions: Iterable[Permission]) -> bool:
        if self.public:
            return True
        held = frozenset(permissions)
        return bool(held) if self.permission is None else self.permission in held

    def __str__(self) -> str:
        if self.public:
            return "anyone"
        return self.permission.value if self.permission else "all staff"


PUBLIC = Access(public=True)
SIGNED_IN = Access()


def needs(permission: Permission) -> Access:
    """Those whose roles bring the permission."""
    return Access(permission=permission)
