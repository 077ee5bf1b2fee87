"""What the browser loads from `vendor/` is what was published, and its modules find each other."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Route

VENDOR = Path(__file__).resolve().parents[2] / "agent_console" / "web" / "vendor"
FONTS = VENDOR.parent / "fonts"
FREE = {"Apache-2.0", "ISC", "MIT", "OFL-1.1"}
NAMED_ICON = re.compile(r'(?:\bicon[=:] ?|\$\{Icon\} name=)"([a-z0-9-]+)"')
ICON_CHOICE = re.compile(r"(?:icon=\$\{|Icon\} name=\$\{|\bicon = |ICONS = \{)([^};]*)")
CHOSEN = re.compile(r'[?:] "([a-z0-9-]+)"')
ORIGIN = "http://console.example.com"

PAGE = """<!doctype html><script type="importmap">{import_map}</script><main></main>
<script type="module">
import {{ render }} from "preact";
import {{ useState }} from "preact/hooks";
import {{ html }} from "htm/preact";
import {{ signal, computed }} from "@preact/signals";
import {{ effect }} from "@preact/signals-core";
import {{ io }} from "socket.io-client";
import uPlot from "uplot";
import {{ icons }} from "lucide";

const waiting = signal(1);
const doubled = computed(() => waiting.value * 2);
const seen = [];
effect(() => {{ seen.push(doubled.value); }});
function Queue() {{
  const [name] = useState("Accueil");
  return html`<p>${{name}} ${{waiting}} ${{doubled.value}}</p>`;
}}
render(html`<${{Queue}} />`, document.querySelector("main"));
waiting.value = 21;
window.seen = {{ seen, io: typeof io, uPlot: typeof uPlot, phone: icons.phone.length }};
</script>"""


@pytest.fixture(scope="module")
def manifest() -> Any:
    return json.loads((VENDOR / "manifest.json").read_text("utf-8"))


def test_every_vendored_file_is_in_the_manifest_with_its_hash(manifest: Any) -> None:
    stated = {
        (VENDOR / name).resolve(): digest
        for package in manifest["packages"]
        for name, digest in package["files"].items()
    }
    present = {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in (VENDOR, FONTS)
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {"manifest.json", "OFL.txt"}
    }
    assert present == stated


def test_every_package_has_an_exact_version_and_its_licence_beside_it(manifest: Any) -> None:
    for package in manifest["packages"]:
        assert package["version"].replace(".", "").isdigit()
        assert package["licence"] in FREE
        assert "copyright" in (VENDOR / package["licence_file"]).read_text("utf-8").lower()


def test_every_name_of_the_import_map_leads_to_a_file(manifest: Any) -> None:
    assert all((VENDOR / file).is_file() for file in manifest["imports"].values())


async def test_the_libraries_work_together_in_a_browser(chromium: Browser, manifest: Any) -> None:
    page = await chromium.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    async def serve(route: Route) -> None:
        name = route.request.url.removeprefix(f"{ORIGIN}/")
        if name:
            await route.fulfill(path=VENDOR / name, content_type="text/javascript")
        else:
            imports = {bare: f"/{file}" for bare, file in manifest["imports"].items()}
            body = PAGE.format(import_map=json.dumps({"imports": imports}))
            await route.fulfill(body=body, content_type="text/html")

    await page.route("**/*", serve)
    await page.goto(f"{ORIGIN}/")
    await page.wait_for_function("document.querySelector('p')?.textContent === 'Accueil 21 42'")
    assert await page.evaluate("window.seen") == {
        "seen": [2, 42],
        "io": "function",
        "uPlot": "function",
        "phone": 1,
    }
    assert errors == []


@pytest.fixture(scope="module")
def views() -> str:
    ours = [path for path in VENDOR.parent.rglob("*.js") if VENDOR not in path.parents]
    return "\n".join(path.read_text("utf-8") for path in ours if not path.name.endswith(".test.js"))


@pytest.fixture(scope="module")
def vendored_icons() -> set[str]:
    shapes = (VENDOR / "icons.js").read_text("utf-8")
    return set(re.findall(r'^  "([a-z0-9-]+)":', shapes, re.MULTILINE))


def test_every_icon_that_a_view_names_is_vendored(views: str, vendored_icons: set[str]) -> None:
    chosen = {name for choice in ICON_CHOICE.findall(views) for name in CHOSEN.findall(choice)}
    named = set(NAMED_ICON.findall(views)) | chosen
    assert len(chosen) > 20
    assert named - vendored_icons == set()


def test_no_icon_is_kept_that_no_view_names(views: str, vendored_icons: set[str]) -> None:
    assert {name for name in vendored_icons if f'"{name}"' not in views} == set()
