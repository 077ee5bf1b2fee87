"""Attachments: names made safe, types found in the bytes instead of believed."""

import re

import filetype

from channels.email.charset import one_line
from crm.conversations.inbound import InboundFile

MAX_NAME = 120
SNIFFED = 8_192  # bytes looked at
FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')
TEXTS = {
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/plain": "txt",
    "text/vcard": "vcf",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "message/delivery-status": "txt",
}
WHAT = {
    "text/calendar": "invitation",
    "text/vcard": "contact",
    "message/rfc822": "message",
    "message/delivery-status": "message",
}
# Text that a browser would run: called what it is, so that whoever serves it can refuse to show it.
ACTIVE = (
    ("text/html", (b"<!doctype html", b"<html", b"<script", b"<head", b"<body")),
    ("image/svg+xml", (b"<svg",)),
)


def inbound_file(name: str, declared: str, data: bytes, content_id: str = "") -> InboundFile:
    """The file as the history keeps it."""
    found, ending = sniff(data, declared)
    return InboundFile(
        name=safe_name(name) or f"{what_it_is(found)}.{ending}",
        content_type=found,
        data=data,
        content_id=one_line(content_id, 300),
    )


def what_it_is(content_type: str) -> str:
    """What a file without a name is called: words that French and English share."""
    main = content_type.partition("/")[0]
    return main if main in ("image", "audio", "video") else WHAT.get(content_type, "document")


def numbered(name: str, number: int) -> str:
    """The name of the second and later ones of a mail: `image-2.png`."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}-{number}.{ending}"


def safe_name(name: str) -> str:
    """A name of one folder's entry: no path, nothing hidden, nothing that turns its ending around."""
    last = re.split(r"[\\/]", one_line(name, 600))[-1]
    last = FORBIDDEN.sub("_", last).strip(" .")
    if len(last) <= MAX_NAME:
        return last
    stem, dot, ending = last.rpartition(".")
    return f"{stem[: MAX_NAME - 12]}.{ending[:10]}" if dot else last[:MAX_NAME]


def sniff(data: bytes, declared: str) -> tuple[str, str]:
    """(content type, file ending) by what the bytes are; `declared` only chooses among kinds of text."""
    start = data[:SNIFFED]
    kind = filetype.guess(start)
    if kind is not None:
        return str(kind.mime), str(kind.extension)
    if declared == "message/rfc822":
        return declared, "eml"
    if not _is_text(start):
        return "application/octet-stream", "bin"
    lower = start.lower()
    for active, marks in ACTIVE:
        if any(mark in lower for mark in marks):
            return active, "svg" if active == "image/svg+xml" else "html"
    return (declared, TEXTS[declared]) if declared in TEXTS else ("text/plain", "txt")


def _is_text(start: bytes) -> bool:
    if b"\0" in start:
        return False
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # not just a letter cut in two
            return sum(byte < 32 and byte not in (9, 10, 13) for byte in start) == 0
    return True
