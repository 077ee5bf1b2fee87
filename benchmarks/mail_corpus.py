"""Reads a folder of raw mails and of answers with known new text: how many crash, how many come out right, how fast.

    python -m benchmarks.mail_corpus FOLDER

FOLDER holds `mail/` (raw `*.eml` anywhere below) and `replies/`: `*/cases*.json` (a list of
{"eml", "expected_reply"}) and `*/emails/*.txt` (bodies, which are only split).
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from channels.email import replies
from channels.email.bounces import Report
from channels.email.parse import Echo, parse
from channels.email.threading import Own
from core.errors import Malformed

OWN = Own(address="support@example.com", secret="benchmark")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ROUNDS = 5


def outcome(raw: bytes) -> str:
    """What parsing made of a mail, in a word."""
    try:
        parsed = parse(raw, OWN, NOW)
    except Malformed:
        return "malformed"
    except Exception as error:
        return f"CRASH {type(error).__name__}"
    if isinstance(parsed, Report | Echo):
        return type(parsed).__name__.lower()
    return "read" if parsed.text or parsed.files or parsed.subject else "read, empty"


def expected_replies(folder: Path) -> Iterator[tuple[Path, str]]:
    for cases in sorted(folder.glob("*/cases*.json")):
        for case in json.loads(cases.read_text("utf-8")):
            yield cases.parent / case["eml"], case["expected_reply"]


def new_text(raw: bytes) -> str:
    """The new text with its signature, which the expected texts hold too, in one line."""
    try:
        parsed = parse(raw, OWN, NOW)
    except Malformed:
        return ""
    if isinstance(parsed, Report | Echo):
        return ""
    return words(f"{parsed.text} {parsed.meta.get('signature', '')}")


def words(text: str) -> str:
    return " ".join(text.split())


def milliseconds(raws: list[bytes]) -> float:
    """The best of some rounds, a mail."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for raw in raws:
            outcome(raw)
        best = min(best, time.perf_counter() - began)
    return best * 1000 / max(len(raws), 1)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("folder", type=Path)
    folder = arguments.parse_args().folder
    console = Console()
    raws = [file.read_bytes() for file in sorted((folder / "mail").rglob("*.eml"))]
    outcomes = Counter(outcome(raw) for raw in raws)
    table = Table("raw mails", "number")
    for name, number in outcomes.most_common():
        table.add_row(name, str(number))
    console.print(table)
    console.print(
        f"crashes={sum(n for name, n in outcomes.items() if name.startswith('CRASH'))} of {len(raws)}"
    )
    console.print(f"{milliseconds(raws):.2f} ms a mail")
    cases = list(expected_replies(folder / "replies"))
    wrong = [(eml, want) for eml, want in cases if new_text(eml.read_bytes()) != words(want)]
    for eml, want in wrong:
        console.print(f"{eml.name}: wanted {want!r}, got {new_text(eml.read_bytes())!r}", markup=False)
    console.print(f"replies right={len(cases) - len(wrong)} of {len(cases)}")
    bodies = [
        file.read_text("utf-8", "replace") for file in sorted((folder / "replies").glob("*/emails/*.txt"))
    ]
    parts = [replies.split(body) for body in bodies]
    console.print(
        f"bodies split={len(parts)}, with a quote={sum(bool(p.quoted) for p in parts)},"
        f" with a signature={sum(bool(p.signature) for p in parts)},"
        f" left without new text={sum(not p.new for p in parts)}"
    )


if __name__ == "__main__":
    main()
