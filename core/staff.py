"""The people who work with the product, as every room knows them: who they are, what they may do, what they see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.ids import QueueId, UserId
from core.words import Language, Role

ALL_SEEING = frozenset({Role.SUPERVISOR, Role.ADMIN})
FILE_READERS = ALL_SEEING | {Role.CRM}  # look after the whole customer base, hence read all of its history


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A member of staff. `password_hash` is an Argon2id string, empty for one who cannot sign in by password."""

    id: UserId
    login: str
    name: str
    roles: frozenset[Role]
    language: Language
    theme: str
    active: bool
    created_at: datetime
    password_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Whom a read is made for. An agent sees the conversations of his queues and those he holds."""

    user_id: UserId
    roles: frozenset[Role]
    queues: frozenset[QueueId]

    @property
    def sees_all_work(self) -> bool:
        """Every queue's events and the wall: supervisors and administrators."""
        return bool(self.roles & ALL_SEEING)

    @property
    def sees_all_files(self) -> bool:
        """Every customer file and its conversations."""
        return bool(self.roles & FILE_READERS)

    def has(self, roles: Iterable[Role]) -> bool:
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One signed-in browser. `token_hash` is the SHA-256 of the opaque token that only its cookie holds."""

    token_hash: str
    user_id: UserId
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    remote: str = ""  # the address it was opened from
