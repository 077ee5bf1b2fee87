"""Signing in: Argon2id passwords, opaque server-side sessions, and a brake on guessing.

A session's token is known to its cookie alone; the store keeps its SHA-256. Sessions slide: each use moves their
end, at most once a minute, up to an absolute limit. A revoked one is dead within `CACHE` seconds on every node.
"""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic, time
from typing import Any

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import StorageError
from redis.exceptions import RedisError

from core.clock import Clock
from core.errors import PasswordLength, SignInRefused, TooManyRequests
from core.ids import UserId
from core.staff import Session, User, Viewer
from core.store import Store
from storage import audit, sessions, users
from storage.engine.transaction import SqlTx

log = structlog.get_logger(__name__)
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
EXTEND_EVERY = timedelta(minutes=1)
CACHE = 3.0  # seconds
CACHED_SESSIONS = 10_000
BY_LOGIN: RateLimitItem = RateLimitItemPerMinute(10, 5)  # tries of one login in five minutes, right or wrong
BY_ADDRESS: RateLimitItem = RateLimitItemPerMinute(60, 5)  # failures from one address in five minutes
HASHES_AT_ONCE = 2  # each takes 64 MiB and a core for a tenth of a second
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1024


class Passwords:
    """Argon2id in threads, a few at a time, so that a flood of sign-ins cannot take the machine."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(HASHES_AT_ONCE)
        self._decoy = ""

    async def hash(self, password: str) -> str:
        """Raises `PasswordLength` for one that is too short or absurdly long."""
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise PasswordLength(shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, stored: str, password: str) -> bool:
        """False as slowly for a login that does not exist (`stored` empty) as for a wrong password."""
        if not stored and not self._decoy:
            self._decoy = await self.hash(secrets.token_urlsafe())  # takes as long as one look at it
            return False
        async with self._slots:
            right = await asyncio.to_thread(self._matches, stored or self._decoy, password)
        return right and stored != ""

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


class Brake:
    """Counts tries by login and failures by address; with Redis for all nodes together.

    While Redis is away each node counts for itself: signing in goes on, and so does the braking.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._shared = _shared_limiter(redis_url) if redis_url else self._own

    async def before(self, login: str, address: str) -> None:
        """Raises `TooManyRequests` when it is time to stop guessing."""
        await self._counted(lambda limiter: _check(limiter, login, address))

    async def failed(self, address: str) -> None:
        await self._counted(lambda limiter: limiter.hit(BY_ADDRESS, "address", address))

    async def succeeded(self, login: str) -> None:
        await self._counted(lambda limiter: limiter.clear(BY_LOGIN, "login", login))

    async def _counted(self, count: Callable[[MovingWindowRateLimiter], Awaitable[object]]) -> None:
        try:
            await count(self._shared)
        except (RedisError, StorageError, OSError) as error:
            log.warning("brake_counts_alone", problem=str(error))
            await count(self._own)


def _shared_limiter(redis_url: str) -> MovingWindowRateLimiter:
    options: dict[str, Any] = {"socket_connect_timeout": 1, "socket_timeout": 1}
    return MovingWindowRateLimiter(RedisStorage(f"async+{redis_url}", implementation="redispy", **options))


async def _check(limiter: MovingWindowRateLimiter, login: str, address: str) -> None:
    if not await limiter.test(BY_ADDRESS, "address", address):
        raise TooManyRequests(seconds=await _wait(limiter, BY_ADDRESS, "address", address))
    if not await limiter.hit(BY_LOGIN, "login", login):
        raise TooManyRequests(seconds=await _wait(limiter, BY_LOGIN, "login", login))


async def _wait(limiter: MovingWindowRateLimiter, item: RateLimitItem, *key: str) -> int:
    stats = await limiter.get_window_stats(item, *key)
    return max(1, round(stats.reset_time - time()))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A fresh session: `token` goes into the cookie and nowhere else."""

    token: str
    user: User
    session: Session


def token_hash(token: str) -> str:
    """What the store keeps of a token."""
    return sha256(token.encode()).hexdigest()


class SignIn:
    """Opens, finds and ends sessions."""

    def __init__(self, store: Store, clock: Clock, passwords: Passwords, brake: Brake) -> None:
        self._store = store
        self._clock = clock
        self.passwords = passwords
        self._brake = brake
        self._cache: OrderedDict[str, tuple[float, Session, Viewer]] = OrderedDict()

    async def open(self, login: str, password: str, address: str) -> SignedIn:
        """Raises `TooManyRequests` or `SignInRefused`; both ends of it are in the audit log."""
        login = login.strip().lower()
        await self._brake.before(login, address)
        user = await self._store.read(users.user_by_login, login)
        stored = user.password_hash if user is not None and user.active else ""
        if not await self.passwords.verify(stored, password) or user is None:
            await self._brake.failed(address)
            await self._store.write(_refused, login, address)
            raise SignInRefused
        await self._brake.succeeded(login)
        token = secrets.token_urlsafe(32)
        session = self._new_session(token, user.id, address)
        await self._store.write(_open, session)
        return SignedIn(token=token, user=user, session=session)

    async def identify(self, token: str) -> tuple[Session | None, Viewer | None]:
        """Whose token it is, or (None, None). At most `CACHE` seconds old."""
        if not token or len(token) > 256:
            return None, None
        hashed = token_hash(token)
        cached = self._cache.get(hashed)
        if cached is not None and monotonic() - cached[0] < CACHE:
            return cached[1], cached[2]
        found = (await self._store.read(sessions.live_sessions, [hashed])).get(hashed)
        if found is None:
            self._cache.pop(hashed, None)
            return None, None
        session, viewer = found
        if self._clock.now() - session.seen_at > EXTEND_EVERY:
            await self._store.write(sessions.extend_session, hashed, self._end(session))
        self._remember(hashed, session, viewer)
        return session, viewer

    async def close(self, session: Session) -> None:
        """Signs out this browser."""
        await self._store.write(_close, session)
        self.forget()

    async def close_all(self, user_id: UserId, actor: str) -> int:
        """Signs the user out everywhere."""
        ended = await self._store.write(_close_all, user_id, actor)
        self.forget()
        return ended

    def forget(self) -> None:
        """Drops what is cached: roles, memberships or sessions changed."""
        self._cache.clear()

    def _remember(self, hashed: str, session: Session, viewer: Viewer) -> None:
        self._cache[hashed] = (monotonic(), session, viewer)
        self._cache.move_to_end(hashed)
        while len(self._cache) > CACHED_SESSIONS:
            self._cache.popitem(last=False)

    def _new_session(self, token: str, user_id: UserId, address: str) -> Session:
        now = self._clock.now()
        return Session(
            token_hash=token_hash(token),
            user_id=user_id,
            created_at=now,
            seen_at=now,
            expires_at=now + IDLE,
            remote=address,
        )

    def _end(self, session: Session) -> datetime:
        return min(self._clock.now() + IDLE, session.created_at + LONGEST)


def _refused(tx: SqlTx, login: str, address: str) -> None:
    audit.record(tx, login, "sign_in_refused", "", address=address)


def _open(tx: SqlTx, session: Session) -> None:
    sessions.insert_session(tx, session)
    audit.record(tx, session.user_id, "sign_in", "", address=session.remote)


def _close(tx: SqlTx, session: Session) -> None:
    sessions.end_session(tx, session.token_hash)
    audit.record(tx, session.user_id, "sign_out")


def _close_all(tx: SqlTx, user_id: UserId, actor: str) -> int:
    ended = sessions.end_sessions_of(tx, user_id)
    audit.record(tx, actor, "sessions_ended", user_id, ended=ended)
    return ended
