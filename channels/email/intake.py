"""The way of one raw mail into the store: parsed, then accepted or set aside; never lost, never in the way.

Whoever hands a mail over may tell its source "accepted" as soon as `take` returned: by then it is committed.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from hashlib import sha256
from typing import Any

import structlog

from channels.contract import Ground
from channels.email.bounces import Report
from channels.email.parse import Echo, parse
from channels.email.threading import Own
from core.errors import Malformed, NotFound, StoreUnavailable
from core.ids import new_id
from core.words import ChannelName
from crm.conversations.accept import accept
from crm.conversations.events import InboundSetAside
from crm.conversations.inbound import Inbound
from crm.conversations.joining import Limits
from crm.conversations.model import SetAsideItem
from crm.conversations.reply import record_status
from crm.ports import CrmTx

BIG = 65_536  # bytes; parsing a bigger mail would keep the loop waiting, so a thread does it
log = structlog.get_logger(__name__)


class Taken(StrEnum):
    """What became of a mail; also the name it is counted by."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REPORT = "report"
    ECHO = "echo"
    SET_ASIDE = "set_aside"


class UnknownReport(Malformed):
    """A bounce or receipt of a mail that is none of ours: kept for someone to look at."""

    code = "unknown_report"
    message = "The {what} is about a mail we do not know: {problem}"


class Intake:
    """Takes mails of one mailbox."""

    def __init__(self, ground: Ground, own: Own) -> None:
        self._ground = ground
        self._own = own

    async def take(self, raw: bytes, recipients: Sequence[str] = ()) -> Taken:
        """Commits the mail, whatever it is, and answers what became of it. Raises `StoreUnavailable` only."""
        try:
            taken = await self._ground.store.write(
                record, await self._parse(raw, recipients), self._ground.limits
            )
        except StoreUnavailable:
            raise
        except Malformed as error:
            taken = await self.set_aside(raw, str(error))
        except Exception as error:
            log.exception("mail_failed", account=self._own.address)
            taken = await self.set_aside(
                raw, f"it could not be recorded ({type(error).__name__}: {error})"[:500]
            )
        self._ground.count(ChannelName.EMAIL, taken.value)
        return taken

    async def take_all(self, raws: Sequence[bytes]) -> list[bool]:
        """Takes several at once, so that they share a commit; answers for each whether it is safe now."""
        results = await asyncio.gather(*(self.take(raw) for raw in raws), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, StoreUnavailable):
                log.error("mail_not_kept", account=self._own.address, exc_info=result)
        return [isinstance(result, Taken) for result in results]

    async def set_aside(self, raw: bytes, reason: str) -> Taken:
        """Keeps the raw mail, visible and replayable; its like once."""
        item = SetAsideItem(
            id=new_id(),
            channel=ChannelName.EMAIL,
            account=self._own.address,
            provider_id=sha256(raw).hexdigest(),
            reason=reason,
            raw=raw,
            at=self._ground.clock.now(),
        )
        await self._ground.store.write(put_aside, item)
        return Taken.SET_ASIDE

    async def replay(self, item: SetAsideItem) -> Taken:
        """Tries a mail set aside again. Raises `Malformed` when it still cannot be read."""
        return await self._ground.store.write(
            replayed, item, await self._parse(item.raw, ()), self._ground.limits
        )

    async def _parse(self, raw: bytes, recipients: Sequence[str]) -> Inbound | Report | Echo:
        arguments: dict[str, Any] = {
            "trusted_mx": self._ground.settings.email.trusted_mx,
            "recipients": recipients,
        }
        now = self._ground.clock.now()
        if len(raw) <= BIG:
            return parse(raw, self._own, now, **arguments)
        return await asyncio.to_thread(parse, raw, self._own, now, **arguments)


def record(tx: CrmTx, parsed: Inbound | Report | Echo, limits: Limits) -> Taken:
    """What one parsed mail changes. Raises `UnknownReport`."""
    if isinstance(parsed, Echo):
        return Taken.ECHO
    if isinstance(parsed, Inbound):
        return Taken.DUPLICATE if accept(tx, parsed, limits).duplicate else Taken.ACCEPTED
    if parsed.state is None:
        return Taken.REPORT
    try:
        known = record_status(
            tx,
            ChannelName.EMAIL,
            parsed.state,
            provider_id=parsed.message_id,
            delivery_id=parsed.delivery_id,
            reason=parsed.reason,
            about=parsed.recipient,
        )
    except NotFound:
        known = False
    if not known:
        raise UnknownReport(what="report", problem=parsed.message_id)
    return Taken.REPORT


def put_aside(tx: CrmTx, item: SetAsideItem) -> None:
    if tx.set_aside.insert(item):
        tx.emit(InboundSetAside(set_aside_id=item.id, channel=item.channel.value, reason=item.reason))


def replayed(tx: CrmTx, item: SetAsideItem, parsed: Inbound | Report | Echo, limits: Limits) -> Taken:
    taken = record(tx, parsed, limits)
    tx.set_aside.save(replace(item, replayed_at=tx.now))
    return taken
