"""Adds members of staff from a shell, before anyone can sign in."""

from collections.abc import Sequence
from typing import Any

from core.bus import Bus
from core.clock import SystemClock
from core.errors import NotFound
from core.ids import UserId, new_id
from core.settings import Settings
from core.staff import User
from core.words import Language, Role
from gateway.assembly.reactions import production_reactions
from gateway.first_start import ensure_a_queue
from gateway.sign_in import Passwords
from storage import audit, users
from storage.engine.opening import open_store


async def add_user(
    settings: Settings,
    login: str,
    name: str,
    roles: Sequence[Role],
    language: Language,
    password: str,
    queues: Sequence[str],
) -> UserId:
    """Raises `LoginTaken`, `PasswordLength`, or `NotFound` for a queue."""
    hashed = await Passwords().hash(password)
    clock = SystemClock()
    opened = await open_store(
        settings, clock=clock, bus=Bus(), reactions=production_reactions(settings.routing)
    )
    user = User(
        id=UserId(new_id()),
        login=login.strip().lower(),
        name=name.strip(),
        roles=frozenset(roles),
        language=language,
        theme="auto",
        active=True,
        created_at=clock.now(),
        password_hash=hashed,
    )
    try:
        await opened.store.write(ensure_a_queue, settings)
        await opened.store.write(_insert, user, queues)
    finally:
        await opened.close()
    return user.id


def _insert(tx: Any, user: User, queues: Sequence[str]) -> None:
    users.insert_user(tx, user)
    known = {queue.name: queue.id for queue in tx.queues.all()}
    for name in queues:
        if name not in known:
            raise NotFound(what="queue", id=f"“{name}” (there are: {', '.join(known) or 'none yet'})")
        tx.queues.add_member(known[name], user.id)
    audit.record(tx, "shell", "user_added", user.id, roles=sorted(user.roles))
