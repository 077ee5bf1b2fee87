"""The rooms are top-level packages: every list of them agrees, and nobody else's module has one of their names."""

import re
import tomllib
from importlib.metadata import packages_distributions
from typing import Any

from gateway.logs import ROOMS as LOGGED
from tests.house.prose import ROOMS, ROOT, read

PYPROJECT: Any = tomllib.loads(read("pyproject.toml"))
OUTSIDE = {"benchmarks", "docs", "scripts", "tests", "var"}


def test_every_folder_with_code_is_a_room() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert folders - OUTSIDE == set(ROOMS)


def test_every_list_of_rooms_is_the_same() -> None:
    tool = PYPROJECT["tool"]
    rooms = set(ROOMS)
    assert {name.rstrip("*") for name in tool["setuptools"]["packages"]["find"]["include"]} == rooms
    assert set(tool["importlinter"]["root_packages"]) == rooms
    assert set(tool["coverage"]["run"]["source"]) == rooms
    assert set(tool["mypy"]["files"]) - OUTSIDE == rooms
    floors = tool["importlinter"]["contracts"][0]["layers"]
    assert {room for floor in floors for room in floor.split(" | ")} == rooms
    assert set(LOGGED) == rooms
    assert set(re.findall(r"^COPY (\w+) \1$", read("Dockerfile"), re.MULTILINE)) == rooms
    assert set(re.findall(r"^!(\w+)$", read(".dockerignore"), re.MULTILINE)) - {"LICENSE"} == rooms


def test_no_package_of_the_locks_brings_a_module_named_like_a_room() -> None:
    # The development environment holds both locks, so what is installed is what they list.
    owners = packages_distributions()
    assert len(owners) > 100
    assert {room: owners.get(room) for room in ROOMS} == {room: ["filrouge"] for room in ROOMS}
