"""How many segments a text takes on the air: what the customer's operator bills, and where it may be cut.

GSM 03.38 (3GPP TS 23.038 §6.2.1) has 160 septets alone, 153 in each part of a longer one; a single character
outside it turns the whole text to UCS-2: 70 units alone, 67 in each part. Parts are filled character by
character, because a character of two units is never cut in two.
"""

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # two septets each


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """`units` are septets (GSM-7) or 16-bit units (UCS-2)."""

    encoding: str
    units: int
    count: int


def count_segments(text: str) -> Segments:
    """Segments of `text`; an empty text takes none."""
    gsm = all(c in BASIC or c in EXTENDED for c in text)
    sizes = [_septets(c) if gsm else _units(c) for c in text]
    alone, part = (160, 153) if gsm else (70, 67)
    total = sum(sizes)
    encoding = "GSM-7" if gsm else "UCS-2"
    if total <= alone:
        return Segments(encoding=encoding, units=total, count=min(1, total))
    return Segments(encoding=encoding, units=total, count=_parts(sizes, part))


def _parts(sizes: list[int], part: int) -> int:
    parts, room = 1, part
    for size in sizes:
        if size > room:
            parts, room = parts + 1, part
        room -= size
    return parts


def _septets(character: str) -> int:
    return 2 if character in EXTENDED else 1


def _units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1
