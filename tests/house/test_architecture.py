"""What ARCHITECTURE.md and the decisions name is there: every file, and every function or class said to be in it."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from core.permissions import Permission
from tests.house.prose import ROOMS, ROOT, code_spans, links, read
from tests.house.test_readme import KEYS

DOCUMENTS = [
    "ARCHITECTURE.md",
    "docs/adding-a-capability.md",
    *sorted(f"docs/decisions/{f.name}" for f in (ROOT / "docs/decisions").glob("*.md")),
]
NAMED = re.compile(r"^((?:[\w.-]+/)*[\w-]+\.(?:py|js|mjs|css|yml))(?::([\w.]+))?$")
FOLDER = re.compile(
    r"^(?:agent_console|benchmarks|bots|channels|core|crm|docs|gateway|routing|storage|tests)(?:/[\w-]+)*/?$"
)
PERMISSIONS = {permission.value for permission in Permission}
DOTTED = re.compile(r"^([a-z_]+)\.([A-Za-z_]\w*)$")


def place(name: str) -> Path | None:
    """A file or folder named from the root on."""
    return ROOT / name if (ROOT / name).exists() else None


@cache
def defined(file: Path) -> frozenset[str]:
    """What a module defines: functions, classes, their methods as `Class.method`, constants."""
    if file.suffix != ".py":
        exported = r"^export (?:async )?(?:function|class|const) (\w+)"
        return frozenset(re.findall(exported, file.read_text("utf-8"), re.MULTILINE))
    names: set[str] = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{inner.name}" for inner in node.body if hasattr(inner, "name")}
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(names)


def missing(text: str) -> set[str]:
    """The names in the text that lead nowhere."""
    lost = set()
    for span in code_spans(text):
        if found := NAMED.match(span):
            file = place(found[1])
            bare = "/" not in found[1]  # `Makefile`-like names of the root, `nlu.fr.yml` of a bot's folder
            if (file is None and not bare) or (file and found[2] and found[2] not in defined(file)):
                lost.add(span)
        elif FOLDER.match(span) and place(span) is None:
            lost.add(span)
        elif (dotted := DOTTED.match(span)) and span not in KEYS and span not in PERMISSIONS:
            modules = [file for room in ROOMS for file in (ROOT / room).rglob(f"{dotted[1]}.py")]
            known = {name.rpartition(".")[2] for module in modules for name in defined(module)}
            if modules and dotted[2] not in known:
                lost.add(span)
    return lost


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_and_function_named_exists(document: str) -> None:
    assert missing(read(document)) == set()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    here = (ROOT / document).parent
    assert {link for link in links(read(document)) if not (here / link).exists()} == set()


def test_enough_is_named_for_a_newcomer_to_follow() -> None:
    assert sum(bool(NAMED.match(span)) for span in code_spans(read("ARCHITECTURE.md"))) > 60


@pytest.mark.parametrize(
    "name", ["crm/nowhere.py", "crm/conversations/accept.py:forget", "offers.forget", "tests/nowhere"]
)
def test_a_name_that_leads_nowhere_is_seen(name: str) -> None:
    assert missing(f"See `{name}`.") == {name}
