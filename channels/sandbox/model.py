"""What the sandbox's telephone network holds: messages, legs of calls, rooms. In memory and bounded."""

import asyncio
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
MOST_LINES = 300


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Message:
    """A text message, either way."""

    sid: str
    sender: str
    to: str
    body: str
    inbound: bool  # from a customer to the business
    status: str
    at: datetime = field(default_factory=now)
    error_code: int | None = None

    def as_provider(self, account: str) -> dict[str, Any]:
        stamp = format_datetime(self.at)
        return {
            "sid": self.sid,
            "account_sid": account,
            "from": self.sender,
            "to": self.to,
            "body": self.body,
            "status": self.status,
            "direction": "inbound" if self.inbound else "outbound-api",
            "date_created": stamp,
            "date_updated": stamp,
            "date_sent": stamp,
            "error_code": self.error_code,
            "error_message": None,
            "num_segments": "1",
            "num_media": "0",
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{account}/Messages/{self.sid}.json",
        }

    def as_seen(self) -> dict[str, Any]:
        """As the customer's telephone shows it."""
        return {
            "sid": self.sid,
            "mine": self.inbound,
            "text": self.body,
            "at": self.at.isoformat(),
            "status": self.status,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something heard on a leg. `who`: me (on this leg), voice (the provider's), other (in the room)."""

    who: str
    text: str
    at: datetime = field(default_factory=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A running transcription of what goes in on a leg."""

    sid: str
    url: str
    language: str


@dataclass(slots=True, kw_only=True, eq=False)
class Leg:
    """One telephone's part of a call: a customer's that came in, or an agent's that we were asked to ring."""

    sid: str
    sender: str
    to: str
    inbound: bool
    status: str
    status_callback: str
    status_events: frozenset[str] = frozenset({"completed"})
    url: str = ""
    at: datetime = field(default_factory=now)
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=MOST_LINES))
    inputs: asyncio.Queue[Mapping[str, str]] = field(default_factory=lambda: asyncio.Queue(maxsize=20))
    listening: bool = False
    transcripts: list[Transcript] = field(default_factory=list)
    spoken: int = 0
    room: "Room | None" = None
    left: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    @property
    def over(self) -> bool:
        return self.status in OVER

    @property
    def seconds(self) -> int:
        began = self.answered_at or self.ended_at or now()
        return max(0, round(((self.ended_at or now()) - began).total_seconds()))

    def fields(self, account: str) -> dict[str, str]:
        """What every webhook about the leg carries."""
        return {
            "AccountSid": account,
            "ApiVersion": "2010-04-01",
            "CallSid": self.sid,
            "CallStatus": self.status,
            "Direction": "inbound" if self.inbound else "outbound-api",
            "From": self.sender,
            "To": self.to,
        }

    def as_provider(self, account: str) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "account_sid": account,
            "from": self.sender,
            "to": self.to,
            "status": self.status,
            "direction": "inbound" if self.inbound else "outbound-api",
            "date_created": format_datetime(self.at),
            "start_time": format_datetime(self.answered_at) if self.answered_at else None,
            "end_time": format_datetime(self.ended_at) if self.ended_at else None,
            "duration": str(self.seconds) if self.over else None,
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{account}/Calls/{self.sid}.json",
        }

    def as_seen(self) -> dict[str, Any]:
        """As the telephone that it is on shows it."""
        return {
            "sid": self.sid,
            "from": self.sender,
            "to": self.to,
            "status": self.status,
            "listening": self.listening,
            "in_room": self.room is not None,
            "talking": self.room is not None and self.room.started,
            "started_at": self.at.isoformat(),
            "seconds": self.seconds,
            "lines": [{"who": line.who, "text": line.text, "at": line.at.isoformat()} for line in self.lines],
        }


@dataclass(slots=True, kw_only=True, eq=False)
class Room:
    """A conference."""

    sid: str
    name: str
    callback: str = ""
    started: bool = False
    over: bool = False
    sequence: int = 0
    legs: dict[str, Leg] = field(default_factory=dict)
    ends_with: set[str] = field(default_factory=set)  # legs whose leaving ends the room
    starts: asyncio.Event = field(default_factory=asyncio.Event)
    at: datetime = field(default_factory=now)

    def as_provider(self, account: str) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "account_sid": account,
            "friendly_name": self.name,
            "status": "completed" if self.over else "in-progress" if self.started else "init",
            "date_created": format_datetime(self.at),
            "date_updated": format_datetime(self.at),
            "region": "ie1",
            "uri": f"/2010-04-01/Accounts/{account}/Conferences/{self.sid}.json",
        }
