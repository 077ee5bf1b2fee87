"""Fifty first messages of one new customer at once, through two channels' real webhooks."""

import asyncio
import sqlite3
from pathlib import Path

import aiohttp
import pytest

from tests.faults.provider import ACCOUNT, TOKEN, signed
from tests.running import RunningProduct

OURS, THEIRS = "+33199000000", "+33639980077"
SETTINGS = {
    "FILROUGE_SERVER__SECRET": "secret-of-the-test",
    "FILROUGE_PROVIDER__ACCOUNT_SID": ACCOUNT,
    "FILROUGE_PROVIDER__AUTH_TOKEN": TOKEN,
    "FILROUGE_PROVIDER__API_URL": "http://127.0.0.1:9",
    "FILROUGE_SMS__ENABLED": "true",
    "FILROUGE_SMS__NUMBER": OURS,
    "FILROUGE_VOICE__ENABLED": "true",
    "FILROUGE_VOICE__NUMBER": OURS,
    "FILROUGE_BOT__ENABLED": "false",
}


def webhook(url: str, number: int) -> tuple[str, dict[str, str]]:
    """Every second one is a call, the others are texts."""
    common = {"AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "From": THEIRS, "To": OURS}
    if number % 2:
        form = {"CallSid": f"CA{number:032x}", "CallStatus": "ringing", "Direction": "inbound"}
        return f"{url}/webhooks/voice/incoming", common | form
    form = {"MessageSid": f"SM{number:032x}", "Body": f"Bonjour {number}", "NumMedia": "0"}
    return f"{url}/webhooks/sms/incoming", common | form


@pytest.mark.timeout(120)
async def test_fifty_first_messages_through_two_webhooks_are_one_customer_and_one_conversation(
    tmp_path: Path,
) -> None:
    product = RunningProduct(tmp_path, "serve", SETTINGS)
    await product.start()

    async def post(http: aiohttp.ClientSession, number: int) -> int:
        url, form = webhook(product.url, number)
        async with http.post(url, data=form, headers=signed(url, form)) as answer:
            return answer.status

    async with aiohttp.ClientSession() as http:
        statuses = await asyncio.gather(*(post(http, number) for number in range(50)))
    product.stop()
    with sqlite3.connect(tmp_path / "data" / "filrouge.db") as connection:
        parties, conversations, inbound = (
            connection.execute(query).fetchone()[0]
            for query in (
                "SELECT count(*) FROM parties",
                "SELECT count(*) FROM conversations",
                "SELECT count(*) FROM exchanges WHERE direction = 'inbound'",
            )
        )
    assert set(statuses) == {200}
    assert (parties, conversations, inbound) == (1, 1, 50)
