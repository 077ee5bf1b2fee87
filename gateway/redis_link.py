"""What nodes tell each other through Redis: that there are new events, and signals that nobody stores.

Nothing depends on it: events are in the store, and a node that hears nothing looks there every second anyway.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.signals import Signals

WAKE = "filrouge:wake"
SIGNAL = "filrouge:signal"
PAUSE = 1.0  # seconds before Redis is asked again after a failure

log = structlog.get_logger(__name__)


class RedisLink:
    """One node's end. `wake` is called when another node committed events."""

    def __init__(self, url: str, node: str, signals: Signals) -> None:
        self._redis = Redis.from_url(url, socket_connect_timeout=3, health_check_interval=15)
        self._node = node
        self._signals = signals
        self._wake: Callable[[], None] = lambda: None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._signals.forward = self._forward
        self._keep(asyncio.create_task(self._listen(), name="redis-listener"))

    async def stop(self) -> None:
        self._signals.forward = None
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()

    async def check(self) -> None:
        """Raises when Redis does not answer."""
        await self._redis.ping()

    def ping(self) -> None:
        """Tells the other nodes that there are new events; called on the loop, returns at once."""
        self._keep(asyncio.create_task(self._publish(WAKE, {})))

    async def _forward(self, name: str, data: Mapping[str, Any]) -> None:
        await self._publish(SIGNAL, {"name": name, "data": dict(data)})

    async def _publish(self, channel: str, message: dict[str, Any]) -> None:
        with suppress(RedisError, OSError):  # the listener's log says that Redis is away
            await self._redis.publish(channel, json.dumps({"node": self._node, **message}))

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub() as subscription:
                    await subscription.subscribe(WAKE, SIGNAL)
                    async for message in subscription.listen():
                        await self._hear(message)
            except (RedisError, OSError) as error:
                log.warning("redis_away", error=str(error))
                self._wake()
                await asyncio.sleep(PAUSE)

    async def _hear(self, message: Mapping[str, Any]) -> None:
        if message["type"] != "message":
            return
        body = json.loads(message["data"])
        if body["node"] == self._node:
            return
        if message["channel"] == WAKE.encode():
            self._wake()
        else:
            await self._signals.hear(body["name"], body["data"])

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
