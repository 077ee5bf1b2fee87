"""Redis is away: nothing depends on it but speed, and whoever looks is told."""

import asyncio
from pathlib import Path

import pytest

from core.settings import load_settings
from core.words import Language, Role
from gateway.staffing import add_user
from tests.agent_console.consoles import Console
from tests.faults.service import running
from tests.gateway.front import PASSWORD, Person
from tests.running import until
from tests.servers.redis import RedisServer


@pytest.mark.timeout(180)
async def test_work_goes_on_without_redis_and_readiness_says_that_it_is_away(
    tmp_path: Path, model_cache: Path, postgres_url: str, own_redis: RedisServer
) -> None:
    stores = {"FILROUGE_STORAGE__URL": postgres_url, "FILROUGE_STORAGE__REDIS_URL": own_redis.url}
    async with running(tmp_path, model_cache, **stores) as service:
        how = load_settings(env=service.env)
        await add_user(how, "anne", "Anne", [Role.AGENT], Language.FR, PASSWORD, ["Accueil"])
        await asyncio.to_thread(own_redis.stop)
        anne = Person(url=service.url, login="anne")
        signed_in = await anne.sign_in()
        await anne.call("PUT", "/api/v1/presence", json={"presence": "available"})
        async with Console(anne) as console:
            await console.resume(0)
            taken = await service.customer_writes()
            await console.until(lambda: "OfferMade" in console.names())
        state, checks = await service.ready()
        await asyncio.to_thread(own_redis.start)

        async def well() -> bool:
            return (await service.ready())[0] == 200

        await until(well)
        await anne.http.close()
    assert (signed_in.status, taken.status) == (200, 200)
    assert (state, checks["store"], checks["redis"] != "ok") == (503, "ok", True)
