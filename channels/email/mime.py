"""Takes a raw message apart into its parts, without recursion, in bounded depth and number.

The standard library reads each part's header; the bodies are cut here, on the bytes. Its own body parser goes
through every line in Python: a 25 MB mail would hold the interpreter for a second, and a mail nested a thousand deep
ends in `RecursionError` after minutes.
"""

import binascii
import re
from dataclasses import dataclass
from email.message import Message

from channels.email.charset import hint_of
from channels.email.headers import decoded, parse_head

MAX_DEPTH = 20
MAX_PARTS = 200
BLANK_LINE = re.compile(rb"\r?\n\r?\n")
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One entity of a message. `raw` is its body as transferred; `parts` are set for a multipart that could be cut."""

    head: Message
    kind: str  # content type, lower case
    raw: bytes
    parts: tuple["Part", ...] = ()
    whole: bytes = b""  # header and body, for a message kept as a file
    hint: str = ""  # the charset that the mail names elsewhere, or seems to have

    @property
    def charset(self) -> str:
        value = self.head.get_param("charset", "")
        return value[2] if isinstance(value, tuple) else str(value)

    @property
    def name(self) -> str:
        """The file name as the sender gave it, "" for none."""
        try:
            return decoded(self.head.get_filename() or "", 300)
        except (ValueError, TypeError, LookupError):
            return ""

    @property
    def disposition(self) -> str:
        return str(self.head.get("Content-Disposition") or "").split(";")[0].strip().lower()

    @property
    def content_id(self) -> str:
        return str(self.head.get("Content-ID") or "")[:300].strip().strip("<>").strip()

    def content(self) -> bytes:
        """The body with its transfer encoding undone, as well as it can be."""
        encoding = str(self.head.get("Content-Transfer-Encoding") or "")[:100].split(";")[0].strip().lower()
        if encoding == "base64":
            return _base64(self.raw)
        if encoding in ("quoted-printable", "quoted_printable", "qp"):
            return binascii.a2b_qp(self.raw)
        if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
            return _uuencoded(self.raw)
        return self.raw


class _Budget:
    """How many more parts one message may have; what exceeds it stays in the last part, unread."""

    def __init__(self) -> None:
        self.left = MAX_PARTS

    def take(self) -> bool:
        self.left -= 1
        return self.left >= 0


def read(raw: bytes) -> Part:
    """The message as a tree of parts."""
    if raw.startswith((b"From ", b">From ")):  # an mbox line before the headers
        raw = raw[raw.find(b"\n") + 1 :]
    return _part(raw.lstrip(b"\r\n"), "text/plain", 0, _Budget(), hint_of(raw))


def _part(raw: bytes, default: str, depth: int, budget: _Budget, hint: str) -> Part:
    head, body = _split_head(raw, hint)
    kind = head.get_content_type() if head.get("Content-Type") else default
    parts: tuple[Part, ...] = ()
    if kind.startswith("multipart/") and depth < MAX_DEPTH:
        inner = "message/rfc822" if kind == "multipart/digest" else "text/plain"
        parts = tuple(_part(piece, inner, depth + 1, budget, hint) for piece in _pieces(head, body, budget))
        if not parts:
            kind = "text/plain"  # no boundary, or none of it in the body: what is there is shown
            del head["Content-Transfer-Encoding"]  # a multipart has none
    return Part(head=head, kind=kind, raw=body, parts=parts, whole=raw, hint=hint)


def _split_head(raw: bytes, hint: str) -> tuple[Message, bytes]:
    if raw.startswith((b"\n", b"\r\n")):
        return parse_head(b"")[0], raw.lstrip(b"\r\n")
    blank = BLANK_LINE.search(raw)
    head, rest = parse_head(raw[: blank.start()] if blank else raw, hint)
    body = raw[blank.end() :] if blank else b""
    if rest:
        body = rest + b"\n\n" + body
    return head, body


def _pieces(head: Message, body: bytes, budget: _Budget) -> list[bytes]:
    """The bodies between the boundary's lines; a missing last line closes at the end (RFC 2046 §5.1.2)."""
    try:
        boundary = head.get_boundary()
    except (ValueError, TypeError, LookupError):
        boundary = None
    if not boundary:
        return []
    mark = b"--" + boundary.encode("utf-8", "replace")
    pieces: list[bytes] = []
    begin = -1
    at = body.find(mark)
    while at != -1:
        if at and body[at - 1 : at] != b"\n":
            at = body.find(mark, at + len(mark))
            continue
        line_end = body.find(b"\n", at)
        line_end = len(body) if line_end == -1 else line_end
        tail = body[at + len(mark) : line_end].strip()
        if tail in (b"", b"--"):
            if begin != -1:
                pieces.append(_without_last_newline(body[begin:at]))
            begin = line_end + 1
            if tail or not budget.take():
                return pieces
        at = body.find(mark, line_end)
    if begin != -1 and begin < len(body):
        pieces.append(body[begin:])
    return pieces


def _without_last_newline(piece: bytes) -> bytes:
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece[:-1] if piece.endswith(b"\n") else piece


def _base64(raw: bytes) -> bytes:
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        letters = NOT_BASE64.sub(b"", raw)
        letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _uuencoded(raw: bytes) -> bytes:
    begin = re.search(rb"(?m)^begin [0-7]{3,4} [^\n]*\n", raw)
    if begin is None:
        return raw
    out: list[bytes] = []
    for line in raw[begin.end() :].splitlines():
        if line.strip() in (b"end", b"`"):
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue  # a damaged line loses its 45 bytes, not the file
    return b"".join(out)
