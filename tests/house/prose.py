"""What the documents name, so that tests can hold it against the tree."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("agent_console", "bots", "channels", "core", "crm", "gateway", "routing", "storage")
TOPS = (*(f"{room}/" for room in ROOMS), "tests/", "benchmarks/", "docs/", "scripts/")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)[^)]*\)")
COMMAND = re.compile(r"(?:^|[\s/`])(make|filrouge) ([a-z]+(?: [a-z]+)*)")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def code_spans(text: str) -> set[str]:
    """What stands between single backticks, fenced blocks aside."""
    return set(CODE.findall(FENCE.sub("", text)))


def fenced(text: str, language: str) -> list[str]:
    """The blocks of one language."""
    return [body for name, body in FENCE.findall(text) if name == language]


def paths_named(text: str) -> set[str]:
    """The project's files and folders that the text names in backticks, with or without a `:function` after them."""
    return {
        span.split(":")[0]
        for span in code_spans(text)
        if span.startswith(TOPS) and " " not in span and "*" not in span
    }


def links(text: str) -> set[str]:
    """Where the text links to within the project."""
    return set(LINK.findall(text))


def commands(text: str, program: str) -> set[str]:
    """The words after `make` or `filrouge` in code, such as `test` and `user add`."""
    code = [*code_spans(text), *fenced(text, "sh")]
    return {words for part in code for name, words in COMMAND.findall(part) if name == program}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
