"""What every test stands on: real servers, a clean environment, and no way out of this machine."""

import os
import sys
from typing import Any

import pytest

pytest_plugins = [
    "tests.fixtures",
    "tests.servers.browser",
    "tests.servers.mail",
    "tests.servers.postgres",
    "tests.servers.prism",
    "tests.servers.redis",
]

# What steers the tests themselves; any other setting of the person who runs them must not reach the product.
OWN = {"FILROUGE_CHROMIUM", "FILROUGE_EVAL_DATA", "FILROUGE_PROOF", "FILROUGE_RASA", "FILROUGE_SEED"}
APART = ("long", "rasa")
LOCAL = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::"}

for name in [name for name in os.environ if name.startswith("FILROUGE_") and name not in OWN]:
    del os.environ[name]


def refuse_the_world(event: str, arguments: tuple[Any, ...]) -> None:
    """A test that talks to the internet proves nothing tomorrow: it fails at once instead."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and address[0] not in LOCAL:
        raise PermissionError(f"a test may not leave this machine: {address}")


sys.addaudithook(refuse_the_world)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves long proofs and comparisons with Rasa out, unless FILROUGE_PROOF asks for them by their marker's name."""
    asked = os.environ.get("FILROUGE_PROOF")
    if asked in APART:
        return
    apart = [item for item in items if any(item.get_closest_marker(name) for name in APART)]
    config.hook.pytest_deselected(items=apart)
    items[:] = [item for item in items if item not in apart]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Says loudly which servers were missing: a green run without them proves less than it seems."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = {str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)}
    missing = sorted(reason for reason in reasons if "MISSING SERVER" in reason)
    if missing:
        terminalreporter.section("SERVERS MISSING: these proofs did not run", red=True, bold=True)
        for reason in missing:
            terminalreporter.line(reason)
