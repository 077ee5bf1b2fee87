"""Copies the front end's libraries from their npm packages into the tree, and writes down what they are.

The front end has no build step: the browser loads these very files through an import map. Run this by hand
after a version below changes (`python scripts/vendor_web.py`); the result is committed, and a test holds the
files against `manifest.json`. It needs `npm`, which fetches each package by name and exact version.
"""

import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "agent_console" / "web" / "vendor"
FONTS = VENDOR.parent / "fonts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One npm package: which of its files we serve, under which name, and what a page imports them as.

    Names are relative to `vendor/`, in the manifest too; fonts stand in a folder beside it.
    """

    name: str
    version: str
    licence: str
    files: dict[str, str]
    imports: dict[str, str]
    licence_notice: str | None = None
    """Used where the package carries no LICENSE file of its own."""
    epilogue: Mapping[str, str] = field(default_factory=dict)
    """What is put after a served file, for a script that was not published as a module."""


PREACT_NOTICE = "The MIT License (MIT)\n\nCopyright (c) 2022-present Preact Team\n"

PACKAGES = (
    Package(
        name="preact",
        version="11.2.0",
        licence="MIT",
        files={"dist/preact.mjs": "preact.js", "hooks/dist/hooks.mjs": "preact-hooks.js"},
        imports={"preact": "preact.js", "preact/hooks": "preact-hooks.js"},
    ),
    Package(
        name="htm",
        version="3.1.1",
        licence="Apache-2.0",
        files={"dist/htm.mjs": "htm.js", "preact/index.mjs": "htm-preact.js"},
        imports={"htm": "htm.js", "htm/preact": "htm-preact.js"},
    ),
    Package(
        name="@preact/signals-core",
        version="1.14.5",
        licence="MIT",
        files={"dist/signals-core.mjs": "signals-core.js"},
        imports={"@preact/signals-core": "signals-core.js"},
        licence_notice=PREACT_NOTICE,
    ),
    Package(
        name="@preact/signals",
        version="2.11.4",
        licence="MIT",
        files={"dist/signals.mjs": "signals.js"},
        imports={"@preact/signals": "signals.js"},
        licence_notice=PREACT_NOTICE,
    ),
    Package(
        name="socket.io-client",
        version="4.8.4",
        licence="MIT",
        files={"dist/socket.io.esm.min.js": "socket.io.js"},
        imports={"socket.io-client": "socket.io.js"},
    ),
    Package(
        name="uplot",
        version="1.6.32",
        licence="MIT",
        files={"dist/uPlot.iife.min.js": "uplot.js", "dist/uPlot.min.css": "uplot.css"},
        imports={"uplot": "uplot.js"},
        # The published module is three times the size of the minified script.
        epilogue={"uplot.js": "export default uPlot;\n"},
    ),
    Package(
        name="@fontsource-variable/inter",
        version="5.3.0",
        licence="OFL-1.1",
        files={
            "files/inter-latin-wght-normal.woff2": "../fonts/inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "../fonts/inter-latin-ext.woff2",
        },
        imports={},
    ),
)

ICONS = Package(
    name="lucide-static",
    version="1.62.0",
    licence="ISC",
    files={},
    imports={"lucide": "icons.js"},
)

# Only what the pages use; add a name from lucide.dev/icons to the list and run the script again.
ICON_NAMES = (Path(__file__).parent / "icons.txt").read_text("utf-8").split()

SHAPE = re.compile(r"<(path|circle|rect|line|polyline|polygon|ellipse)\s([^>]*?)/>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    (VENDOR / "licences").mkdir(parents=True)
    FONTS.mkdir(exist_ok=True)
    entries = []
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            source = unpack(package, Path(scratch))
            for inside, served in package.files.items():
                copy(source / inside, VENDOR / served, package.epilogue.get(served, ""))
            entries.append(entry(package, source, list(package.files.values())))
        source = unpack(ICONS, Path(scratch))
        (VENDOR / "icons.js").write_text(icon_module(source / "icons"), "utf-8")
        entries.append(entry(ICONS, source, ["icons.js"]))
    manifest = {"imports": import_map(), "packages": entries}
    (VENDOR / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")


def unpack(package: Package, scratch: Path) -> Path:
    """Has npm fetch the package, and returns the folder with its contents."""
    target = scratch / package.name.replace("/", "-")
    target.mkdir()
    subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(target), f"{package.name}@{package.version}"],
        check=True,
        cwd=scratch,
        stdout=subprocess.DEVNULL,
    )
    (archive,) = target.glob("*.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def copy(source: Path, target: Path, epilogue: str) -> None:
    if source.suffix == ".woff2":
        shutil.copyfile(source, target)
    else:
        target.write_text(without_source_map(source.read_text("utf-8")) + epilogue, "utf-8")


def without_source_map(text: str) -> str:
    """We do not serve the maps, and a browser's tools would ask for them."""
    return re.sub(r"\s*//# sourceMappingURL=\S+\s*$", "\n", text)


def entry(package: Package, source: Path, served: list[str]) -> dict[str, object]:
    licence_file = f"licences/{package.name.replace('@', '').replace('/', '-')}.txt"
    (VENDOR / licence_file).write_text(licence_text(package, source), "utf-8")
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "licence_file": licence_file,
        "files": {name: sha256(VENDOR / name) for name in [*served, licence_file]},
    }


def licence_text(package: Package, source: Path) -> str:
    for name in ("LICENSE", "LICENSE.md", "license"):
        if (source / name).is_file():
            return (source / name).read_text("utf-8")
    if package.licence_notice is None:
        raise SystemExit(f"{package.name} carries no licence file: give its notice in this script.")
    terms = (Path(__file__).resolve().parent.parent / "LICENSE").read_text("utf-8").split("\n\n", 2)[2]
    return f"{package.licence_notice}\n{terms}"


def icon_module(folder: Path) -> str:
    """A module with the shapes of the chosen icons, ready for `h(tag, attributes)` in a 24 × 24 `<svg>`."""
    lines = [
        f"// Icons of Lucide {ICONS.version}, ISC licence (licences/lucide-static.txt).",
        "// Written by scripts/vendor_web.py. Each is a list of [tag, attributes] for an <svg> with",
        "// viewBox 0 0 24 24, fill none, stroke currentColor, stroke-width 2, round line caps and joins.",
        "export const icons = Object.freeze({",
    ]
    for name in sorted(ICON_NAMES):
        shapes = [
            [tag, dict(ATTRIBUTE.findall(attributes))]
            for tag, attributes in SHAPE.findall((folder / f"{name}.svg").read_text("utf-8"))
        ]
        if not shapes:
            raise SystemExit(f"The icon {name} has no shapes that this script knows.")
        lines.append(f'  "{name}": {json.dumps(shapes, separators=(",", ":"))},')
    lines.append("});\n")
    return "\n".join(lines)


def import_map() -> dict[str, str]:
    return {bare: file for package in (*PACKAGES, ICONS) for bare, file in package.imports.items()}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
