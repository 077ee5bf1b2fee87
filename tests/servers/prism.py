"""The telephone provider's REST API for tests: a mock that refuses what breaks the OpenAPI document."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.process import LOOPBACK, Server, free_port, need, server_folder

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".cache" / "node" / "prism" / "node_modules" / ".bin" / "prism"


def provider_document() -> Path | None:
    """The OpenAPI document, in FILROUGE_EVAL_DATA or in the evaluation data beside this project."""
    folders = [ROOT.parent.joinpath("shared", "data")]
    if named := os.environ.get("FILROUGE_EVAL_DATA"):
        folders.insert(0, Path(named))
    documents = (folder.joinpath("twilio", "twilio_api_v2010.json") for folder in folders)
    return next((document for document in documents if document.is_file()), None)


@pytest.fixture(scope="session")
def prism() -> Iterator[str]:
    """The base address of the mock. A request outside the contract is answered 4xx with what is wrong."""
    document = provider_document()
    need("The provider's OpenAPI document (FILROUGE_EVAL_DATA)", document is not None)
    need("Node", shutil.which("node") is not None)
    need("Prism (scripts/node_tools.sh)", PROGRAM.exists())
    port = free_port()
    with server_folder("prism") as folder:
        server = Server(
            "prism",
            [str(PROGRAM), "mock", "--errors", "--host", LOOPBACK, "--port", str(port), str(document)],
            ports=[port],
            folder=folder,
            patience=90,
        )
        server.start()
        yield f"http://{LOOPBACK}:{port}"
        server.stop()
