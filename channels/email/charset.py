"""From bytes to text when the label may lie: what is valid UTF-8 is UTF-8, what claims Latin-1 is Windows-1252."""

import codecs
import re

# Control characters (line feed and tab aside), lone surrogates, and the marks that turn writing direction around:
# the first two no database takes, the last make a name or a file's ending read as another.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
SPACES = re.compile(r"\s+")
LATIN = {"ascii", "iso8859-1", "cp1252", "latin_1"}
# Python calls these text encodings; none is a charset of mail, and some take quadratic time or make surrogates.
NOT_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}


def decode(data: bytes, declared: str = "") -> str:
    """The text, always: by the declared charset where it fits the bytes, by the likeliest where it does not."""
    if data.isascii() and not _escapes(declared):
        return data.decode("ascii")
    name = _codec(declared)
    if name not in LATIN and name not in ("", "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            pass  # the label lies
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def clean(text: str) -> str:
    """Line feeds for all line ends, and none of the characters that a store or a reader stumbles over."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return UNSAFE.sub("", text)


def one_line(text: str, limit: int) -> str:
    """A header's or a name's text: one line, at most `limit` characters."""
    return SPACES.sub(" ", clean(text[: limit * 4])).strip()[:limit].strip()


def _codec(declared: str) -> str:
    try:
        name = codecs.lookup(declared.strip().strip("\"'")[:40]).name if declared else ""
    except (LookupError, ValueError):
        return ""
    return "" if name in NOT_CHARSETS else name


def _escapes(declared: str) -> bool:
    """Charsets that write other letters in ASCII bytes."""
    return declared[:8].lower().startswith(("iso-2022", "utf-7", "utf-16", "utf-32", "hz", "unicode"))
