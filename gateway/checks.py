"""`filrouge check`: tries every server the settings name, and says what to mend."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from redis.asyncio import Redis

from core.clock import SystemClock
from core.errors import FilrougeError
from core.settings import Settings
from gateway.assembly.product import Product
from storage.engine.opening import database_url

PATIENCE = 15.0  # seconds for one server


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    what: str
    well: bool
    advice: str = ""


async def check_everything(settings: Settings) -> tuple[Result, ...]:
    """The database first; what needs it is left out when it is away."""
    results = []
    if settings.storage.redis_url:
        results.append(await _try("redis", _redis(settings.storage.redis_url)))
    product = Product(settings, SystemClock())
    database = await _try(f"database {database_url(settings).split('@')[-1]}", product.open())
    results.insert(0, database)
    if not database.well:
        return tuple(results)
    try:
        for name, channel in (await product.start_channels()).items():
            results.append(await _try(name.value, channel.check()))
    finally:
        await product.stop()
    return tuple(results)


async def _redis(url: str) -> None:
    client = Redis.from_url(url, socket_connect_timeout=3)
    try:
        await client.ping()
    finally:
        await client.aclose()


async def _try(what: str, attempt: Awaitable[object]) -> Result:
    try:
        async with asyncio.timeout(PATIENCE):
            await attempt
    except TimeoutError:
        return Result(what=what, well=False, advice=f"no answer within {PATIENCE:.0f} seconds")
    except FilrougeError as error:
        return Result(what=what, well=False, advice=str(error))
    except Exception as error:
        return Result(what=what, well=False, advice=f"{type(error).__name__}: {error}")
    return Result(what=what, well=True)
