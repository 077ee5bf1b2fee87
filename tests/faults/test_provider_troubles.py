"""The provider fails in every way it can: what is to be sent waits, goes out once, and the agent sees why not yet."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from channels.telephony import rest
from crm.conversations.reply import resend
from gateway import deliveries
from tests.faults.provider import TOKEN
from tests.faults.service import Service, running
from tests.running import until


@pytest.fixture
async def service(
    tmp_path: Path, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Service]:
    """A customer has written, and waits for an answer."""
    monkeypatch.setattr(rest, "PATIENCE", aiohttp.ClientTimeout(total=1.0))
    monkeypatch.setattr(deliveries, "MEND", 0.5)
    async with running(tmp_path, model_cache) as service:
        assert (await service.customer_writes()).status == 200
        yield service


async def tried(service: Service, times: int) -> None:
    async def often_enough() -> bool:
        return len(service.provider.tries) >= times

    await until(often_enough)


async def test_a_provider_that_fails_is_tried_again_until_it_takes_the_message(service: Service) -> None:
    service.provider.mood = "failing"
    delivery_id = await service.agent_replies()
    await tried(service, 2)
    waiting = await service.delivery(delivery_id)
    service.provider.mood = "well"
    sent = await service.until(delivery_id, "sent", "delivered")
    assert (waiting.state.value, service.provider.sent[delivery_id]) == ("queued", 1)
    assert sent.attempts >= 3


async def test_a_busy_provider_is_left_alone_for_as_long_as_it_asks(service: Service) -> None:
    service.provider.mood = "busy"
    delivery_id = await service.agent_replies()
    await tried(service, 1)
    service.provider.mood = "well"
    await service.until(delivery_id, "sent", "delivered")
    first, second = service.provider.tries
    assert second - first >= 2.0
    assert service.provider.sent[delivery_id] == 1


@pytest.mark.parametrize("mood", ["hanging up", "silent"])
async def test_a_message_taken_without_an_answer_is_found_and_not_sent_twice(
    service: Service, mood: str
) -> None:
    service.provider.mood = mood
    delivery_id = await service.agent_replies()
    await tried(service, 1)
    sent = await service.until(delivery_id, "sent", "delivered")
    assert len(service.provider.tries) == service.provider.sent[delivery_id] == 1
    assert sent.provider_id


async def test_bad_credentials_are_told_and_the_message_goes_out_once_they_are_mended(
    service: Service,
) -> None:
    await service.stop()
    service.env["FILROUGE_PROVIDER__AUTH_TOKEN"] = "a-wrong-one"
    await service.start()
    delivery_id = await service.agent_replies()

    async def told() -> str | None:
        return (await service.delivery(delivery_id)).reason

    reason = await until(told)
    waiting = await service.delivery(delivery_id)
    await service.stop()
    service.env["FILROUGE_PROVIDER__AUTH_TOKEN"] = TOKEN
    await service.start()
    sent = await service.until(delivery_id, "sent", "delivered")
    assert "credentials" in reason
    assert (waiting.state.value, sent.reason, service.provider.sent[delivery_id]) == ("queued", None, 1)


async def test_a_refused_message_has_failed_with_the_reason_and_can_be_sent_again(service: Service) -> None:
    service.provider.mood = "refusing"
    delivery_id = await service.agent_replies()
    failed = await service.until(delivery_id, "failed")
    service.provider.mood = "well"
    await service.store.write(resend, delivery_id)
    await service.until(delivery_id, "sent", "delivered")
    assert "21610" in (failed.reason or "")
    assert service.provider.sent[delivery_id] == 1
