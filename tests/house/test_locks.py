"""The locks say what is installed, to the byte, and not where it came from."""

import ast
import re
from importlib.metadata import packages_distributions

import pytest

from tests.house.prose import ROOMS, ROOT

LISTS = ("requirements-bootstrap", "requirements", "requirements-dev")
NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)
PINNED = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ;.*)? \\$", re.MULTILINE)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LISTS)
def test_everything_asked_for_is_locked(name: str) -> None:
    asked = {normal(found) for found in NAME.findall((ROOT / f"{name}.in").read_text("utf-8"))}
    locked = {found for found, _ in PINNED.findall((ROOT / f"{name}.lock").read_text("utf-8"))}
    assert asked
    assert asked - locked == set()


@pytest.mark.parametrize("name", LISTS)
def test_every_locked_package_has_hashes_and_none_has_an_address(name: str) -> None:
    text = (ROOT / f"{name}.lock").read_text("utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [block for block in blocks if block.strip() and "--hash=sha256:" not in block] == []
    assert "://" not in text
    assert "--index" not in text


def test_running_and_proving_use_the_same_versions() -> None:
    running = dict(PINNED.findall((ROOT / "requirements.lock").read_text("utf-8")))
    proving = dict(PINNED.findall((ROOT / "requirements-dev.lock").read_text("utf-8")))
    assert {name: version for name, version in running.items() if proving.get(name) != version} == {}


@pytest.mark.parametrize("folder", ["tests/servers/prism", "scripts/front"])
def test_the_locks_of_node_s_tools_name_no_registry(folder: str) -> None:
    lock = (ROOT / folder / "package-lock.json").read_text("utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock


DATA_ONLY = {"tzdata"}  # read by zoneinfo, where the system has no time zones


def test_everything_asked_for_is_imported() -> None:
    asked = {normal(found) for found in NAME.findall((ROOT / "requirements.in").read_text("utf-8"))}
    brings: dict[str, set[str]] = {}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            brings.setdefault(normal(distribution), set()).add(module)
    used = imported_by_the_product()
    assert {name for name in asked - DATA_ONLY if not brings.get(name, set()) & used} == set()


def imported_by_the_product() -> set[str]:
    """The top-level modules that the rooms import, anywhere in their files."""
    files = [file for room in ROOMS for file in (ROOT / room).rglob("*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8")))]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in plain | named}
