"""What a log may keep: the story of an error, never the secrets that were in hand when it happened."""

import io
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from core.settings import LogSettings
from gateway.logs import set_up_logs


@pytest.fixture
def as_before() -> Iterator[None]:
    handlers, level = logging.getLogger().handlers[:], logging.getLogger().level
    yield
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)
    logging.getLogger("gateway").setLevel(logging.NOTSET)
    structlog.reset_defaults()


@pytest.mark.parametrize("style", ["json", "console"])
def test_a_traceback_in_the_log_has_no_local_variables(as_before: None, style: Literal["console", "json"]):
    set_up_logs(LogSettings(format=style))
    written = io.StringIO()
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    try:
        fail(password="hunter2-" + "in-memory")
    except RuntimeError:
        structlog.get_logger("gateway.test").exception("request_failed")

    assert "RuntimeError" in written.getvalue()
    assert "hunter2-in-memory" not in written.getvalue()


def fail(password: str) -> None:
    raise RuntimeError("boom")
