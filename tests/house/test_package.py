"""The installed package carries every page, script, catalogue and data file that the tree has."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.house.prose import ROOMS, ROOT

SOURCES = ("LICENSE", "README.md", "pyproject.toml", "requirements.in")
ONLY_FOR_TESTS = (".test.js", ".pyc")


def copy_of_the_tree(folder: Path) -> Path:
    """Building writes beside the sources, so it happens elsewhere."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in SOURCES:
        shutil.copy(ROOT / name, folder / name)
    return folder


def build_wheel(tree: Path) -> Path:
    built = tree / "built"
    flags = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    build = [sys.executable, "-m", "pip", "wheel", *flags, "--wheel-dir", str(built), str(tree)]
    done = subprocess.run(build, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = built.glob("*.whl")
    return wheel


def test_the_wheel_carries_every_file_of_the_product(tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path)
    with zipfile.ZipFile(build_wheel(tree)) as wheel:
        carried = set(wheel.namelist())
    wanted = {
        str(path.relative_to(tree)) for room in ROOMS for path in (tree / room).rglob("*") if path.is_file()
    }
    assert {name for name in wanted - carried if not name.endswith(ONLY_FOR_TESTS)} == set()
