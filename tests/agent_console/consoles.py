"""A console's end of the line, as the browser's would be."""

import asyncio
from types import TracebackType
from typing import Any, Self

import socketio

from tests.gateway.front import Person


class Console:
    """Connects as a person; gathers what the server pushes."""

    def __init__(self, person: Person, **headers: str) -> None:
        self._person = person
        self._headers = headers
        self.client = socketio.AsyncClient(reconnection=False)
        self.events: list[dict[str, Any]] = []
        self.said: list[tuple[str, Any]] = []
        self.gone = asyncio.Event()
        self.refused: Any = None
        self.client.on("events", self._take, namespace="/console")
        self.client.on("typing", lambda data: self.said.append(("typing", data)), namespace="/console")
        self.client.on("watchers", lambda data: self.said.append(("watchers", data)), namespace="/console")
        self.client.on("staff", lambda data: self.said.append(("staff", data)), namespace="/console")
        self.client.on("disconnect", self._lost, namespace="/console")
        self.client.on("connect_error", self._refusal, namespace="/console")

    async def __aenter__(self) -> Self:
        cookie = f"filrouge_session={self._person.token}" if self._person.token else ""
        headers = {**({"Cookie": cookie} if cookie else {}), **self._headers}
        try:
            await self.client.connect(
                self._person.url,
                headers=headers,
                namespaces=["/console"],
                transports=["websocket"],
                wait_timeout=30,
            )
        except socketio.exceptions.ConnectionError:
            pass
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.disconnect()

    async def ask(self, name: str, data: Any) -> Any:
        return await self.client.call(name, data, namespace="/console", timeout=30)

    async def resume(self, since: int) -> dict[str, Any]:
        answer = await self.ask("resume", {"since": since})
        self.events.extend(answer.get("events", []))
        return answer

    async def until(self, true: Any) -> None:
        """Waits until `true()`; the test's own patience ends it."""
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.01)

    def names(self) -> list[str]:
        return [event["name"] for event in self.events]

    def _take(self, events: list[dict[str, Any]]) -> None:
        self.events.extend(events)

    def _lost(self, *reason: Any) -> None:
        self.gone.set()

    def _refusal(self, data: Any) -> None:
        self.refused = data
