"""The contract every channel keeps, so that the rest of the product knows no vendor.

A channel has a frozen `manifest`; it turns what comes in into the history's words with pure functions
(`parse` in its `parse.py`, no I/O, raising `Malformed`), hands it over with `await ground.store.write(accept, …)`
and tells its source "accepted" only after that returned; and it sends with `send`, whose vendor's errors are
mapped to `TryLater`, `CredentialsBad` or `Refused`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import aiohttp

from core.bus import Bus
from core.clock import Clock
from core.settings import Settings
from core.store import Store
from core.words import ChannelName, ContactKind
from crm.conversations.joining import Limits
from crm.conversations.model import Attachment, DeliveryState


class Capability(StrEnum):
    """What a channel can do; the console offers nothing else."""

    TEXT = "text"
    HTML = "html"
    ATTACHMENTS = "attachments"
    SUBJECT = "subject"
    DELIVERED = "delivered"  # the vendor tells when it was delivered
    READ = "read"
    TYPING = "typing"
    CALL = "call"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a channel is, can do and bears. Sizes in characters and bytes; None: no limit."""

    name: ChannelName
    contact_kind: ContactKind
    capabilities: frozenset[Capability]
    max_text: int | None = None
    max_attachment: int | None = None
    max_inbound: int = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a channel stands on while it runs; made by the assembly, given to `start`."""

    store: Store
    bus: Bus
    clock: Clock
    settings: Settings
    secret: str  # signs what we hand out and want back: reply addresses, chat tokens
    http: aiohttp.ClientSession
    limits: Limits
    count: Callable[[ChannelName, str], None]  # (channel, what) to the metrics
    receiving: bool = True  # false for `filrouge check`: nothing is fetched or listened for


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One delivery to make, with all that is needed to make it.

    `references` are the announced references of its conversation on this channel, oldest first (an e-mail's
    In-Reply-To and References). `in_doubt_since`: an earlier attempt began then and its end is not known; a
    channel that can ask its vendor what became of it does so before it sends again.
    """

    delivery_id: str
    exchange_id: str
    conversation_id: str
    sender: str
    recipient: str
    text: str
    subject: str
    language: str
    author_name: str
    attachments: tuple[Attachment, ...] = ()  # with their data
    references: tuple[str, ...] = ()
    automatic: bool = False  # a machine wrote it (RFC 3834), not an agent
    in_doubt_since: datetime | None = None
    also_to: tuple[str, ...] = ()  # of a mail: the others it is addressed to
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The vendor took it. `announces` are references by which an answer will find the conversation."""

    provider_id: str
    state: DeliveryState = DeliveryState.SENT
    announces: tuple[str, ...] = ()
    reason: str | None = None  # what went wrong all the same: one of several addresses was refused


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRequest:
    """An HTTP request as a webhook sees it; the body is whole, read and bounded by the front door."""

    method: str
    path: str  # as routed, without the query
    url: str  # the public URL the sender called, with its query, which signatures cover
    headers: Mapping[str, str]  # names in lower case
    query: Mapping[str, str]
    body: bytes
    remote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebReply:
    status: int = 200
    body: bytes | str = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A public route of a channel. `handle` raises the tree's errors; the front door maps them:

    `BadSignature` 403, `Malformed` 400, `TooLarge` 413, `StoreUnavailable` 503 with Retry-After; all are counted.
    """

    method: str
    path: str
    handle: Callable[[WebRequest], Awaitable[WebReply]]
    max_body: int = 1_048_576
    summary: str = ""  # for the OpenAPI document


class Channel(Protocol):
    """An adapter. `start` before anything else; `stop` ends all it started and lets what is under way finish."""

    @property
    def manifest(self) -> Manifest: ...

    def webhooks(self) -> Sequence[Webhook]: ...

    def namespaces(self) -> Sequence[Any]:
        """Socket.IO namespaces (`socketio.AsyncNamespace`) to register, if any."""
        ...

    async def start(self, ground: Ground) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, outbound: Outbound) -> Sent: ...

    async def check(self) -> None:
        """Tries the configured servers for `filrouge check`; raises what `send` would."""
        ...
