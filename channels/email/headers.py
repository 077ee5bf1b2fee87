"""Reads header fields as people write them: encoded words, raw 8-bit, addresses, Message-IDs, dates.

Nothing here raises on bad input; what cannot be read is left out. Fields are cut before they are taken apart,
because the standard library's readers of addresses and encoded words are slow or deep on hostile ones.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import Parser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from channels.email.charset import decode, one_line

MAX_HEAD = 262_144  # bytes of one part's header block
MAX_FIELD = 16_384  # characters of one field
MAX_ID = 250
MAX_BROKEN = 5  # lines
OLD_NAME = re.compile(r"(?m)^([A-Za-z][A-Za-z0-9-]{1,40})[ \t]+:")  # RFC 5322 §4.5
NEXT_HEADER = re.compile(
    r"(?i)(?:from|to|cc|subject|date|message-id|received|return-path|delivered-to|reply-to|content-[a-z-]+|mime-version|x-[\w-]+)\s*:"
)
ID = re.compile(r"<([^<>\s]{1,250})>")
BARE_ID = re.compile(r"[^\s<>,;\"]{1,200}@[^\s<>,;\"]{1,200}")
ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]]{1,64}@[^\s<>@,;:\"()\[\]]{3,190}")
ONE = re.compile(
    r"""\s*(?:"?([^"<>,;:()\[\]\\@]*?)"?\s*<)?([^\s<>@,;:"()\[\]]{1,64}@[^\s<>@,;:"()\[\]]{3,190})>?\s*"""
)
LATE = timedelta(minutes=10)
EARLY = timedelta(days=30)
HEAD_PARSER = Parser(policy=compat32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Someone in a header; `address` as written, without display name."""

    name: str
    address: str


def parse_head(data: bytes, hint: str = "") -> tuple[Message, bytes]:
    """The header block, and what of it was no header at all (a body without the empty line before it).

    A broken line among headers is skipped, with the lines it has spoiled. `hint` is the charset of raw 8-bit text.
    """
    block = OLD_NAME.sub(r"\1:", decode(data[:MAX_HEAD], "", hint))
    head = HEAD_PARSER.parsestr(block, headersonly=True)
    rest = _rest(head)
    for _ in range(MAX_BROKEN):
        _broken, _, after = rest.partition("\n")
        if not NEXT_HEADER.match(after):
            break
        more = HEAD_PARSER.parsestr(after, headersonly=True)
        for name, value in more.items():
            head[name] = value
        rest = _rest(more)
    return head, rest.encode("utf-8", "replace")


def _rest(head: Message) -> str:
    rest = head.get_payload()
    return rest if isinstance(rest, str) else ""


def text(head: Message, name: str, limit: int = 1000) -> str:
    """The field in one readable line; "" when it is missing."""
    return decoded(str(head.get(name) or ""), limit)


def decoded(value: str, limit: int = 1000) -> str:
    """Encoded words (RFC 2047) read, also the badly made ones."""
    value = value[:MAX_FIELD]
    if "=?" in value:
        try:
            chunks = decode_header(value)
        except (MessageError, ValueError, LookupError):
            chunks = [(value, None)]
        value = "".join(
            chunk if isinstance(chunk, str) else decode(chunk, charset or "utf-8")
            for chunk, charset in chunks
        )
    return one_line(value, limit)


def mailboxes(head: Message, *names: str, limit: int = 50) -> tuple[Mailbox, ...]:
    """The addresses of the fields, in order, each once."""
    found: dict[str, Mailbox] = {}
    for name in names:
        for value in head.get_all(name, ()):
            for mailbox in _mailboxes(str(value)[:MAX_FIELD]):
                found.setdefault(mailbox.address.lower(), mailbox)
                if len(found) == limit:
                    return tuple(found.values())
    return tuple(found.values())


def _mailboxes(value: str) -> list[Mailbox]:
    if usual := ONE.fullmatch(value):
        return [Mailbox(name=decoded(usual[1] or "", 200), address=usual[2])]
    try:
        pairs = getaddresses([value.replace("\n", " ").replace("\r", " ")])
    except (RecursionError, ValueError, IndexError):
        pairs = []
    good = [
        Mailbox(name=decoded(name, 200), address=address)
        for name, address in pairs
        if ADDRESS.fullmatch(address)
    ]
    if good:
        return good
    plain = decoded(value, MAX_FIELD)  # the whole field may be one encoded word
    return [Mailbox(name="", address=address.rstrip(".")) for address in ADDRESS.findall(plain)]


def message_ids(head: Message, name: str, limit: int = 50) -> tuple[str, ...]:
    """Message-IDs without their brackets, oldest first; the last `limit` ones."""
    value = " ".join(str(v) for v in head.get_all(name, ()))[-MAX_FIELD:]
    found = ID.findall(value) or BARE_ID.findall(value)
    return tuple(dict.fromkeys(one_line(item, MAX_ID) for item in found))[-limit:]


def written_at(head: Message, received_at: datetime) -> datetime:
    """When it was written, if the sender's clock can be believed; else when it came."""
    try:
        at = parsedate_to_datetime(str(head.get("Date") or "")[:100])
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return received_at
    return at if received_at - EARLY <= at <= received_at + LATE else received_at
