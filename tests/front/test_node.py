"""The front end's own tests, which Node runs, count here too: one test for each file."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers.process import need

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("agent_console/web", "channels/webchat/web")
IMPORTS = Path(__file__).with_name("imports.mjs")


def front_tests() -> list[str]:
    found = [
        path for room in ROOMS for path in (ROOT / room).rglob("*.test.js") if "vendor" not in path.parts
    ]
    return sorted(str(path.relative_to(ROOT)) for path in found)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    need("Node", shutil.which("node") is not None)
    environment = {"PATH": os.environ["PATH"], "TZ": "Europe/Paris"}
    return subprocess.run(
        ["node", "--no-warnings", "--import", IMPORTS.as_uri(), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
        timeout=110,
    )


@pytest.mark.parametrize("file", front_tests())
def test_node_passes(file: str) -> None:
    done = run("--test", file)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_model_may_use_the_vendored_signals() -> None:
    script = "import { signal } from '@preact/signals-core'; console.log(signal(7).value)"
    done = run("--input-type=module", "--eval", script)
    assert done.stdout == "7\n", done.stderr
