"""From bytes to text when the label may lie, or is missing.

What is valid UTF-8 is UTF-8; what claims Latin-1 is Windows-1252; what claims a standard is read with the vendor's
superset that programs really wrote. Without a usable label the mail's other labels are asked, then charset-normalizer.
"""

import codecs
import re

from charset_normalizer import from_bytes

# Control characters (line feed and tab aside), lone surrogates, and the marks that turn writing direction around:
# the first two no database takes, the last make a name or a file's ending read as another.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
SURROGATES = re.compile("[\ud800-\udfff]")  # some codecs make them of what is no text
SPACES = re.compile(r"\s+")
LATIN = {"ascii", "iso8859-1", "cp1252", "latin_1"}
# Python calls these text encodings; none is a charset of mail, and some take quadratic time or make surrogates.
NOT_CHARSETS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "hz",
    "big5": "cp950",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
}
# What mail is written in where nothing says so; the first of those that fit equally well wins.
LIKELY = [
    "cp1252",
    "gb18030",
    "cp932",
    "big5",
    "cp949",
    "euc_jp",
    "koi8_r",
    "cp1251",
    "cp1250",
    "cp1253",
    "cp1255",
]
LIKELY += ["cp1256", "cp874"]
GUESSED_FROM = 4_096  # bytes
LABEL = re.compile(rb"""(?i)charset\s*=\s*["']?([a-z0-9._-]{2,40})""")
LABELLED_WITHIN = 100_000  # bytes
WESTERN = set("àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØŒÙÚÛÜÝ€«»“”‘’„…–—•°§£²³©®\xa0ºª¿¡ŠšŽž")
KANA = {chr(code) for code in range(0x3041, 0x3097)} | {chr(code) for code in range(0x30A1, 0x30FB)}
ENOUGH_KANA, MOSTLY = 0.15, 0.8
COMMON_HAN = set(
    "的一是不了在有我他这這中大来來上个個们們到说說国國和地也子时時道出而要于於就下得可你年生您好请請谢謝订訂单單"
)
MOST_ACCENTS = 0.4  # of the letters of the words that have any
ISO_2022_JP = re.compile(rb"\x1b(\$B|\$@|\(B|\(J|\(I|\$\(D)")


def decode(data: bytes, declared: str = "", hint: str = "") -> str:
    """The text, always: by the declared charset where it fits the bytes, by the likeliest where it does not.

    `hint` is what the rest of the mail says (`hint_of`).
    """
    if data.isascii() and not _escapes(declared):
        return data.decode("ascii")
    name = _codec(declared)
    if name.startswith("iso2022_jp"):
        return _iso_2022_jp(data)
    if name not in LATIN and name not in ("", "utf-8"):
        told = _try(data, name)
        if told is not None:
            return told
    utf8 = _try(data, "utf-8")
    if utf8 is not None:
        return utf8
    if name in LATIN - {"ascii"}:
        return data.decode("cp1252", "replace")
    hinted = _codec(hint)
    told = _try(data, hinted) if hinted and hinted not in LATIN else None
    return told if told is not None else data.decode(_guess(data), "replace")


def hint_of(raw: bytes) -> str:
    """The charset a mail names anywhere that says more than Latin or UTF-8; else the likeliest; "" for neither."""
    for label in LABEL.findall(raw[:LABELLED_WITHIN]):
        name = _codec(label.decode("ascii"))
        if name and name not in LATIN and name != "utf-8" and not name.startswith("iso2022"):
            return name
    words = _not_ascii(raw[:LABELLED_WITHIN])
    if not words or _try(words, "utf-8") is not None:
        return ""
    guess = _guess(words)
    return "" if guess == "cp1252" else guess


def _not_ascii(data: bytes) -> bytes:
    """The words that need a charset, as many as tell enough of it."""
    return b" ".join(word for word in data.split() if not word.isascii())[:GUESSED_FROM]


def _try(data: bytes, name: str) -> str | None:
    try:
        return SURROGATES.sub("\ufffd", data.decode(SUPERSETS.get(name, name)))
    except (LookupError, ValueError):
        return None  # the label lies


def _guess(data: bytes) -> str:
    """Western text is told by its few accents; for the rest a library looks at how well languages fit."""
    words = _not_ascii(data[:LABELLED_WITHIN])
    western = words.decode("cp1252", "replace")
    accents = [c for c in western if c > "\x7f"]
    letters = [c for c in western if c.isalpha()]
    if all(c in WESTERN for c in accents) and len(accents) <= max(1, MOST_ACCENTS * len(letters)):
        return "cp1252"
    if eastern := _east_asian(words):
        return eastern
    best = from_bytes(words, cp_isolation=LIKELY, threshold=0.5).best()
    return best.encoding if best is not None else "cp1252"


def _east_asian(words: bytes) -> str:
    """By what each language cannot do without: Japanese its kana, Korean its common syllables, Chinese its commonest
    characters. "" where none of them shows."""
    for codec in ("cp932", "euc_jp"):
        text = _try(words, codec) or ""
        if sum(c in KANA for c in text) > ENOUGH_KANA * len(text.replace(" ", "")):
            return codec
    try:
        korean = words.decode("euc_kr")  # not its superset, in which anything is a rare syllable
    except UnicodeDecodeError:
        korean = ""
    wide = [c for c in korean if c > "\x7f"]
    if wide and sum("\uac00" <= c <= "\ud7a3" for c in wide) > MOSTLY * len(wide):
        return "cp949"
    found = {codec: sum(c in COMMON_HAN for c in _try(words, codec) or "") for codec in ("gb2312", "big5")}
    best = max(found, key=lambda codec: found[codec])
    return SUPERSETS[best] if found[best] else ""


def _iso_2022_jp(data: bytes) -> str:
    """With the rows that vendors added (①, ㈱), which the standard library's codec refuses."""
    told: list[str] = []
    double, at = False, 0
    for escape in [*ISO_2022_JP.finditer(data), None]:
        piece = data[at : escape.start() if escape else len(data)]
        told.append(_jis_rows(piece) if double else piece.decode("utf-8", "replace"))
        if escape:
            double, at = escape[1] in (b"$B", b"$@"), escape.end()
    return "".join(told)


def _jis_rows(piece: bytes) -> str:
    """Pairs of seven-bit bytes, as Shift_JIS writes the same characters."""
    out = bytearray()
    for high, low in zip(piece[::2], piece[1::2], strict=False):
        row = (high - 0x21) // 2 + 0x81
        out.append(row if row <= 0x9F else row + 0x40)
        if high % 2:
            out.append(low + (0x1F if low < 0x60 else 0x20))
        else:
            out.append(low + 0x7E)
    return out.decode("cp932", "replace")


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
