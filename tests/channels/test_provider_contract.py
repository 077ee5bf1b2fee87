"""What we ask of the provider, held against its own OpenAPI document by a mock that refuses what breaks it."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from channels.contract import Ground
from channels.sms.adapter import SmsChannel
from channels.telephony import errors, rest
from channels.telephony.questions import ask
from channels.telephony.rest import check_account, provider_client
from core.bus import Bus
from core.errors import FilrougeError, TryLater
from core.settings import Settings
from storage.engine.opening import Opened
from tests.channels.sms.test_send import OUTBOUND
from tests.channels.telephone import ACCOUNT, CUSTOMER, NUMBER, ground_on, settings_for

CALL = "CA" + "1" * 32
ROOM = "CF" + "1" * 32
MESSAGE = "SM" + "1" * 32


@pytest.fixture(autouse=True)
def blame(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails on what the mock finds wrong in a request.

    The document's own examples of lists break its own schema (their addresses are relative), which the mock answers
    with 500: that is no fault of the request.
    """

    def refusal(status: int, headers: Mapping[str, str], body: str) -> FilrougeError:
        wrong = [found for found in json.loads(body)["validation"] if found["location"][0] != "response"]
        assert wrong == []
        return errors.refusal(status, headers, body)

    monkeypatch.setattr(rest, "refusal", refusal)


@pytest.fixture
async def ground(prism: str, opened: Opened, bus: Bus, tmp_path: Path) -> AsyncIterator[Ground]:
    settings: Settings = settings_for(tmp_path, 8080, account=ACCOUNT, api_url=prism)
    async with aiohttp.ClientSession() as http:
        yield ground_on(opened, bus, settings, http)[0]


async def test_a_text_message_keeps_the_contract(ground: Ground) -> None:
    channel = SmsChannel()
    await channel.start(ground)
    assert (await channel.send(OUTBOUND)).provider_id


async def test_looking_for_a_message_in_doubt_keeps_the_contract(ground: Ground) -> None:
    client = provider_client(ground.settings.provider, ground.http)
    with suppress(TryLater):
        await client.messages.list_async(to=CUSTOMER, from_=NUMBER, limit=5)


async def test_ringing_an_agent_keeps_the_contract(ground: Ground) -> None:
    client = provider_client(ground.settings.provider, ground.http)
    url = "https://example.com/webhooks/voice/agent?call=CA1&epoch=3"
    leg = await client.calls.create_async(
        to="client:01a2",
        from_=NUMBER,
        url=url,
        method="POST",
        status_callback=url,
        status_callback_method="POST",
        timeout=25,
    )
    assert leg.sid


async def test_sending_a_call_elsewhere_and_ending_it_keep_the_contract(ground: Ground) -> None:
    client = provider_client(ground.settings.provider, ground.http)
    await client.calls(CALL).fetch_async()
    await client.calls(CALL).update_async(url="https://example.com/webhooks/voice/hold", method="POST")
    await client.calls(CALL).update_async(status="completed")


async def test_speaking_to_one_in_the_room_keeps_the_contract(ground: Ground) -> None:
    client = provider_client(ground.settings.provider, ground.http)
    with suppress(TryLater):
        await client.conferences.list_async(friendly_name=CALL, status="in-progress", limit=1)
    spoken = (
        await client.conferences(ROOM)
        .participants(CALL)
        .update_async(announce_url="https://example.com/webhooks/voice/say/01a2", announce_method="POST")
    )
    assert spoken is not None


async def test_asking_what_became_of_a_call_or_a_message_keeps_the_contract(ground: Ground) -> None:
    client = provider_client(ground.settings.provider, ground.http)
    assert await ask(client.calls(CALL).fetch_async())
    assert await ask(client.messages(MESSAGE).fetch_async())


async def test_checking_the_account_keeps_the_contract(ground: Ground) -> None:
    await check_account(provider_client(ground.settings.provider, ground.http))


async def test_a_request_outside_the_contract_is_found_out(ground: Ground) -> None:
    client = provider_client(ground.settings.provider, ground.http)
    with pytest.raises(AssertionError):
        await client.calls(CALL).update_async(url="https://example.com/", method="DANCE")
