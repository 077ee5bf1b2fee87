"""The product as its users run it: a process of its own, started, stopped and killed by tests."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from bots.project import FIRST_LINE
from bots.training import load_or_train
from tests.servers.process import free_port

START = 60.0  # seconds


class DidNotStartError(RuntimeError):
    pass


class RunningProduct:
    """`filrouge demo` or `filrouge serve` in `folder`, with settings from `env`; its log is `folder`/log."""

    def __init__(self, folder: Path, command: str = "demo", env: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = command
        self._env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("FILROUGE_")},
            "FILROUGE_SERVER__DATA_DIR": str(folder / "data"),
            "FILROUGE_PORT": str(self.port),
            **(env or {}),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def set(self, env: Mapping[str, str]) -> None:
        """More settings, for the next start."""
        self._env |= env

    async def start(self) -> None:
        """Returns when it answers that it is ready."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gateway.cli", self._command],
                env=self._env,
                stdout=log,
                stderr=log,
            )
        async with aiohttp.ClientSession() as http:
            for _ in range(int(START / 0.05)):
                if self.process.poll() is not None:
                    raise DidNotStartError(self.log())
                try:
                    async with http.get(f"{self.url}/healthz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)
        raise DidNotStartError(self.log())

    def kill(self) -> None:
        """kill -9: no goodbye to anyone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """As an administrator stops it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-4000:]


def give_model(folder: Path, cache: Path) -> None:
    """Puts the trained first-line model where the product looks for it, training it once into `cache`."""
    load_or_train(FIRST_LINE, cache)
    shutil.copytree(cache, folder / "data" / "models", dirs_exist_ok=True)


class Customer:
    """The sandbox's HTTP interface: what a customer does on each channel."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = f"{url}/sandbox/api"

    async def post(self, path: str, **body: Any) -> Any:
        async with self._http.post(f"{self._url}{path}", json=body) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json() if answer.content_type == "application/json" else None

    async def get(self, path: str, **query: str) -> Any:
        async with self._http.get(f"{self._url}{path}", params=query) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def texts(self, number: str) -> list[str]:
        """What they received by SMS."""
        found = await self.get("/sms", number=number)
        return [m["text"] for m in found["messages"] if not m["mine"]]

    async def mails(self, address: str) -> list[dict[str, Any]]:
        """The mails they received."""
        found = await self.get("/mail", address=address)
        return [m for m in found["mails"] if not m["mine"]]

    async def heard(self, sid: str) -> list[str]:
        """What they heard on the telephone."""
        call = (await self.get(f"/calls/{sid}"))["call"]
        return [line["text"] for line in call["lines"] if line["who"] != "me"]


async def until(what: Any, seconds: float = 20.0) -> Any:
    """Awaits `what()` until it answers something true; the last answer is in the failure."""
    found = None
    for _ in range(int(seconds / 0.1)):
        found = await what()
        if found:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"it did not come to pass within {seconds} s; last seen: {found!r}")
