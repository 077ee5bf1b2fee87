"""The console's models, catalogues and page, proved by their own tests, which run under node."""

import asyncio
import shutil
from pathlib import Path

from tests.servers.process import need

WEB = Path(__file__).resolve().parents[2] / "filrouge" / "agent_console" / "web"


async def test_the_consoles_models_keep_their_promises() -> None:
    node = shutil.which("node")
    need("Node.js", node is not None)
    tests = sorted(str(path) for path in WEB.rglob("*.test.js"))
    process = await asyncio.create_subprocess_exec(
        str(node),
        "--test",
        "--test-reporter=spec",
        *tests,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert len(tests) >= 10
    assert process.returncode == 0, output.decode()
