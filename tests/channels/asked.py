"""A provider that is only asked about calls and messages, and answers what a test says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from channels.contract import Ground
from core.bus import Bus
from storage.engine.opening import Opened
from tests.channels.telephone import ACCOUNT, ground_on, settings_for
from tests.servers.process import free_port

UNKNOWN = {"code": 20404, "message": "The requested resource was not found", "status": 404}


class Asked:
    """`answers` by id: what it says of the thing; the rest it does not know. `status` overrules them all."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.status: int = 200
        self.headers: dict[str, str] = {}
        self.body: Any = {"code": 20500, "message": "Internal Server Error"}
        self.questions: list[str] = []
        self.counted: list[str] = []

    async def answer(self, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        self.questions.append(sid)
        if self.status != 200:
            return web.json_response(self.body, status=self.status, headers=self.headers)
        if sid not in self.answers:
            return web.json_response(UNKNOWN, status=404)
        return web.json_response(self.answers[sid])


@asynccontextmanager
async def asked_provider(opened: Opened, folder: Path) -> AsyncIterator[tuple[Asked, Ground]]:
    provider, port = Asked(), free_port()
    app = web.Application()
    for things in ("Calls", "Messages"):
        path = f"/2010-04-01/Accounts/{ACCOUNT}/{things}/{{sid}}.json"
        app.router.add_get(path, provider.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    settings = settings_for(folder, 8080, account=ACCOUNT, api_url=f"http://127.0.0.1:{port}")
    async with aiohttp.ClientSession() as http:
        ground, provider.counted = ground_on(opened, Bus(), settings, http)
        yield provider, ground
    await runner.cleanup()
