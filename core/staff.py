"""The people who work with the product, as every room knows them: who they are, what they may do, what they see."""

from dataclasses import dataclass
from datetime import datetime

from core.ids import QueueId, UserId
from core.permissions import Permission
from core.words import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A member of staff. `roles` are names of built-in roles and ids of own ones.

    `password_hash` is an Argon2id string, empty for one who cannot sign in by password.
    """

    id: UserId
    login: str
    name: str
    roles: frozenset[str]
    language: Language
    theme: str
    active: bool
    created_at: datetime
    password_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRole:
    """A role that an administrator made. `version` grows with each change."""

    id: str
    name: str
    permissions: frozenset[Permission]
    created_at: datetime
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Whom a read is made for. Agents see the conversations of their queues and those they hold."""

    user_id: UserId
    permissions: frozenset[Permission]
    queues: frozenset[QueueId]
    roles: frozenset[str] = frozenset()

    @property
    def sees_all_work(self) -> bool:
        """Every queue's events and the live page."""
        return Permission.LIVE_READ in self.permissions

    @property
    def sees_all_files(self) -> bool:
        """Every customer file and its conversations."""
        return Permission.CUSTOMERS_READ_ALL in self.permissions

    def can(self, permission: Permission) -> bool:
        return permission in self.permissions


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser. `token_hash` is the SHA-256 of the opaque token that only its cookie holds."""

    token_hash: str
    user_id: UserId
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    remote: str = ""  # the address it was opened from
