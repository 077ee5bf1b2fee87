"""Fetches a mailbox: told of new mail by IDLE, looking for itself now and then in case nobody tells.

One thread a mailbox, because IMAPClient blocks. A mail is flagged as seen only after it was committed; when
the line or the process dies in between, it is fetched again and recognised. Mail that people have read before
us (flag Seen) is theirs; marking it unread gives it to us.
"""

import asyncio
import contextlib
import random
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from imapclient import SEEN, IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from core.errors import CredentialsBad, TryLater
from core.settings import ImapSettings

KEYWORD = b"$Filrouge"  # what we fetched, also for a person who looks at the mailbox
COMMAND_PATIENCE = 30.0  # seconds for one answer of the server
SLICE = 0.5  # seconds between looks at the stop sign while IDLE waits
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
CREDENTIALS_WAIT = 60.0  # seconds: servers lock out who tries faster
BATCH = 50  # mails fetched at once, at most
BATCH_BYTES = 16_777_216
HEAD_OF_TOO_LARGE = 65_536
HELD = 5.0  # seconds after which a line is trusted again
SKIPPED_AFTER = 3  # times a mail, fetched by itself, broke the line
SKIPPED_FOR = 600.0  # seconds such a mail lets the others pass

R = TypeVar("R")
TakeAll = Callable[[Sequence[bytes]], Coroutine[Any, Any, list[bool]]]
SetAside = Callable[[bytes, str], Coroutine[Any, Any, object]]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What the reader does with what it fetched; runs on the loop."""

    take_all: TakeAll
    set_aside: SetAside
    max_message: int


def sign_in(settings: ImapSettings) -> IMAPClient:
    """A client signed in, with the folder open. Raises `CredentialsBad` or `TryLater`."""
    service = f"IMAP {settings.host}:{settings.port}"
    try:
        client = IMAPClient(
            settings.host,
            port=settings.port,
            ssl=settings.tls,
            ssl_context=ssl.create_default_context() if settings.tls else None,
            timeout=COMMAND_PATIENCE,
        )
    except (OSError, IMAPClientError) as error:
        raise TryLater(service=service, problem=str(error), after=None) from error
    try:
        client.login(settings.user, settings.password.get_secret_value())
        client.select_folder(settings.folder)
    except LoginError as error:
        _drop(client)
        if "UNAVAILABLE" in str(error) or "temporar" in str(error).lower():
            raise TryLater(service=service, problem=str(error), after=None) from error
        raise CredentialsBad(service=service, problem=str(error)) from error
    except (OSError, IMAPClientError) as error:
        _drop(client)
        raise TryLater(service=service, problem=str(error), after=None) from error
    return client


class MailboxReader:
    """Reads one mailbox until it is stopped; heals by itself. `problem` says what is wrong now, "" for nothing."""

    def __init__(self, settings: ImapSettings, hands: Hands) -> None:
        self._settings = settings
        self._hands = hands
        self._loop = asyncio.get_running_loop()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"imap {settings.user}", daemon=True)
        self._broke: dict[int, tuple[int, float]] = {}  # by uid: how often, and when the last time
        self.problem = "not connected yet"

    def start(self) -> None:
        self._thread.start()

    async def stop(self) -> None:
        """Lets the mail under way be committed and flagged, then ends."""
        self._stopping.set()
        await asyncio.to_thread(self._thread.join, COMMAND_PATIENCE)

    def _run(self) -> None:
        wait = FIRST_WAIT
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._session()
            except CredentialsBad as error:
                self._trouble(error)
                wait = CREDENTIALS_WAIT
            except (TryLater, OSError, IMAPClientError) as error:
                self._trouble(error)
            except Exception as error:
                log.exception("imap_failed", user=self._settings.user)
                self.problem = str(error)
            else:
                return
            if time.monotonic() - began > HELD:
                wait = FIRST_WAIT
            self._stopping.wait(wait * random.uniform(0.75, 1.25))  # noqa: S311 - spreads reconnections, guards nothing
            wait = min(wait * 2, LONGEST_WAIT)

    def _trouble(self, error: Exception) -> None:
        self.problem = str(error) or type(error).__name__
        log.warning("imap_interrupted", user=self._settings.user, problem=self.problem)

    def _session(self) -> None:
        client = sign_in(self._settings)
        try:
            idles = client.has_capability("IDLE")
            retry = FIRST_WAIT
            self.problem = ""
            while not self._stopping.is_set():
                if self._drain(client):
                    retry = FIRST_WAIT
                    self._wait(client, self._settings.poll, idles=idles)
                else:  # the store could not take all of it
                    self._wait(client, min(retry, self._settings.poll), idles=False)
                    retry = min(retry * 2, LONGEST_WAIT)
        finally:
            _drop(client)

    def _wait(self, client: IMAPClient, seconds: float, *, idles: bool) -> None:
        """Until the server tells of something, the time is over, or we stop."""
        if not idles:
            self._stopping.wait(seconds)
            client.noop()
            return
        client.idle()
        deadline = time.monotonic() + seconds
        while not self._stopping.is_set() and (left := deadline - time.monotonic()) > 0:
            asked = time.monotonic()
            told = client.idle_check(timeout=min(left, SLICE))
            if any(b"BYE" in item[:2] for item in told):
                raise TryLater(service="IMAP", problem="the server said BYE", after=None)
            if any(b"EXISTS" in item[:2] or b"RECENT" in item[:2] for item in told):
                break
            if not told and time.monotonic() - asked < min(left, SLICE) / 4:
                raise TryLater(service="IMAP", problem="the line was cut", after=None)
        client.idle_done()

    def _drain(self, client: IMAPClient) -> bool:
        """Takes all there is; False when some of it must be tried again soon."""
        uids = [
            uid for uid in client.search(["UNSEEN", "UNKEYWORD", KEYWORD.decode()]) if not self._given_up(uid)
        ]
        complete = True
        for batch in self._batches(client, uids):
            if self._stopping.is_set():
                return True
            complete &= self._take(client, batch)
        return complete

    def _batches(self, client: IMAPClient, uids: Sequence[int]) -> Iterator[list[int]]:
        """Batches of bounded size; a mail that is too large is put aside on the way, by its beginning."""
        limit = 1 if self._broke else BATCH
        for start in range(0, len(uids), BATCH):
            chunk = uids[start : start + BATCH]
            sizes = {
                uid: data.get(b"RFC822.SIZE", 0) for uid, data in client.fetch(chunk, ["RFC822.SIZE"]).items()
            }
            batch: list[int] = []
            total = 0
            for uid in chunk:
                if uid not in sizes:
                    continue  # someone deleted it meanwhile
                if sizes[uid] > self._hands.max_message:
                    self._refuse(client, uid, sizes[uid])
                    continue
                if batch and (len(batch) == limit or total + sizes[uid] > BATCH_BYTES):
                    yield batch
                    batch, total = [], 0
                batch.append(uid)
                total += sizes[uid]
            if batch:
                yield batch

    def _take(self, client: IMAPClient, uids: list[int]) -> bool:
        raws = self._fetch(client, uids)
        if not raws:
            return True
        safe = self._on_loop(self._hands.take_all(list(raws.values())))
        done = [uid for uid, good in zip(raws, safe, strict=True) if good]
        if done:
            self._flag(client, done)
        return all(safe)

    def _fetch(self, client: IMAPClient, uids: list[int]) -> dict[int, bytes]:
        try:
            answer = client.fetch(uids, ["BODY.PEEK[]"])
        except (OSError, IMAPClientError, ValueError):
            for uid in uids:
                times = self._broke.get(uid, (0, 0.0))[0] + (len(uids) == 1)
                self._broke[uid] = (times, time.monotonic())
                if times >= SKIPPED_AFTER:
                    log.error("imap_mail_skipped", user=self._settings.user, uid=uid, times=times)
            raise
        for uid in uids:
            self._broke.pop(uid, None)
        return {uid: answer[uid][b"BODY[]"] for uid in uids if answer.get(uid, {}).get(b"BODY[]")}

    def _given_up(self, uid: int) -> bool:
        """One mail that the server cannot hand over must not keep the others waiting; its turn comes again."""
        times, last = self._broke.get(uid, (0, 0.0))
        return times >= SKIPPED_AFTER and time.monotonic() - last < SKIPPED_FOR

    def _refuse(self, client: IMAPClient, uid: int, size: int) -> None:
        answer = client.fetch([uid], [f"BODY.PEEK[]<0.{HEAD_OF_TOO_LARGE}>"]).get(uid, {})
        start = next((value for key, value in answer.items() if key.startswith(b"BODY[]")), b"") or b""
        self._on_loop(
            self._hands.set_aside(start, f"it has {size} bytes, more than {self._hands.max_message}")
        )
        self._flag(client, [uid])

    def _flag(self, client: IMAPClient, uids: list[int]) -> None:
        try:
            client.add_flags(uids, [SEEN, KEYWORD], silent=True)
        except IMAPClientError:  # a server that keeps no keywords of ours
            client.add_flags(uids, [SEEN], silent=True)

    def _on_loop(self, work: Coroutine[Any, Any, R]) -> R:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _drop(client: IMAPClient) -> None:
    with contextlib.suppress(Exception):
        client.shutdown()
