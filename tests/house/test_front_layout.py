"""What a reader of the front end may count on: no line runs off the screen, imports go down only, and no circles."""

import re
from pathlib import Path

from tests.house.prose import ROOT
from tests.house.test_floors import circle

WEB = ROOT / "agent_console" / "web"
FOLDERS = (
    WEB,
    ROOT / "channels" / "webchat" / "web",
    ROOT / "channels" / "sandbox" / "page",
    ROOT / "gateway" / "docs",
)
LONGEST = 110
IMPORT = re.compile(r"""(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w*${}\s,]+?\s*from\s*)?["'](\.[^"']+)["']""")


def sources(*endings: str) -> list[Path]:
    found = [file for folder in FOLDERS for file in folder.rglob("*") if file.suffix in endings]
    return [file for file in found if "vendor" not in file.parts]


def imports() -> dict[str, set[str]]:
    """Each module of the console with those it imports when it is loaded, by their paths under web/."""
    modules = [file for file in WEB.rglob("*.js") if "vendor" not in file.parts and ".test." not in file.name]
    return {
        file.relative_to(WEB).as_posix(): {
            (file.parent / name).resolve().relative_to(WEB).as_posix()
            for name in IMPORT.findall(file.read_text("utf-8"))
        }
        for file in modules
    }


def page(module: str) -> str:
    return module.split("/")[0]


def test_no_line_of_scripts_or_styles_is_longer_than_a_screen_is_wide() -> None:
    files = sources(".js", ".mjs", ".css")
    assert len(files) > 100
    long = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in files
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert long == []


def test_what_pages_share_knows_no_page() -> None:
    inside = {module: names for module, names in imports().items() if page(module) == "shared"}
    assert inside
    assert {m: names for m, names in inside.items() if {page(name) for name in names} - {"shared"}} == {}


def test_nothing_but_the_start_imports_the_shell() -> None:
    others = {m: names for m, names in imports().items() if page(m) not in {"shell", "app.js"}}
    assert {m for m, names in others.items() if any(page(name) == "shell" for name in names)} == set()


def test_pages_do_not_import_each_other_in_a_circle() -> None:
    pages: dict[str, set[str]] = {}
    for module, names in imports().items():
        pages.setdefault(page(module), set()).update({page(name) for name in names} - {page(module)})
    assert circle(pages) == []
