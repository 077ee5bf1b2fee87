"""Sending: what the vendor answers in the product's words, and the question after an attempt without an end."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from channels.contract import Outbound
from channels.sms.adapter import SmsChannel
from core.bus import Bus
from core.errors import CredentialsBad, FilrougeError, Refused, TryLater
from core.settings import Settings
from core.words import ChannelName
from crm.conversations.accept import accept
from crm.conversations.joining import Limits
from crm.conversations.model import DeliveryState
from crm.conversations.reply import Reply, end_attempt, send_reply
from storage.engine.opening import Opened
from tests.channels.telephone import ACCOUNT, CUSTOMER, NUMBER, ground_on, settings_for
from tests.fixtures import add_entry_point, add_queue, an_inbound
from tests.servers.process import free_port

OUTBOUND = Outbound(
    delivery_id="01a2",
    exchange_id="01a3",
    conversation_id="01a4",
    sender=NUMBER,
    recipient=CUSTOMER,
    text="Bonjour",
    subject="",
    language="fr",
    author_name="",
)
Answer = Callable[[web.Request], Awaitable[web.Response]]


class Vendor:
    """A provider that answers what a test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.posts: list[dict[str, str]] = []
        self.listed: list[dict[str, Any]] = []
        self.status = 201
        self.body: dict[str, Any] = {"sid": "SM1", "status": "queued"}
        self.headers: dict[str, str] = {}

    async def create(self, request: web.Request) -> web.Response:
        self.posts.append({k: str(v) for k, v in (await request.post()).items()})
        return web.json_response(self.body, status=self.status, headers=self.headers)

    async def list(self, request: web.Request) -> web.Response:
        return web.json_response({"messages": self.listed, "next_page_uri": None, "page": 0, "page_size": 50})


@pytest.fixture
async def vendor(opened: Opened, bus: Bus, tmp_path: Path) -> AsyncIterator[tuple[Vendor, SmsChannel]]:
    vendor, port = Vendor(), free_port()
    app = web.Application()
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    app.add_routes([web.post(path, vendor.create), web.get(path, vendor.list)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    async with aiohttp.ClientSession() as http:
        yield vendor, await channel_to(opened, bus, settings_of(tmp_path, port), http)
    await runner.cleanup()


def settings_of(folder: Path, port: int) -> Settings:
    return settings_for(folder, 8080, account=ACCOUNT, api_url=f"http://127.0.0.1:{port}")


async def channel_to(opened: Opened, bus: Bus, settings: Settings, http: aiohttp.ClientSession) -> SmsChannel:
    channel = SmsChannel()
    ground, _ = ground_on(opened, bus, settings, http)
    await channel.start(ground)
    return channel


def a_message(sid: str, *, text: str = "Bonjour", age: float = 0) -> dict[str, Any]:
    made = format_datetime(datetime.now(UTC) - timedelta(seconds=age))
    return {
        "sid": sid,
        "body": text,
        "status": "delivered",
        "date_created": made,
        "to": CUSTOMER,
        "from": NUMBER,
    }


async def test_a_message_goes_out_with_the_address_of_its_statuses(vendor: tuple[Vendor, SmsChannel]) -> None:
    sent = await vendor[1].send(OUTBOUND)
    assert sent.provider_id == "SM1"
    assert vendor[0].posts == [
        {
            "To": CUSTOMER,
            "From": NUMBER,
            "Body": "Bonjour",
            "StatusCallback": "http://127.0.0.1:8080/webhooks/sms/status?delivery=01a2",
        }
    ]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, CredentialsBad),
        (403, CredentialsBad),
        (429, TryLater),
        (500, TryLater),
        (503, TryLater),
        (302, TryLater),
        (400, Refused),
        (404, Refused),
    ],
)
async def test_the_vendors_refusals_become_the_products(
    vendor: tuple[Vendor, SmsChannel], status: int, kind: type[FilrougeError]
) -> None:
    vendor[0].status, vendor[0].body = status, {"code": 21610, "message": "unsubscribed", "status": status}
    with pytest.raises(kind, match="21610"):
        await vendor[1].send(OUTBOUND)


async def test_the_vendor_says_when_to_try_again(vendor: tuple[Vendor, SmsChannel]) -> None:
    vendor[0].status, vendor[0].headers = 429, {"Retry-After": "7"}
    with pytest.raises(TryLater) as caught:
        await vendor[1].send(OUTBOUND)
    assert caught.value.facts["after"] == 7.0


async def test_a_vendor_that_is_not_there_means_later(opened: Opened, bus: Bus, tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        channel = await channel_to(opened, bus, settings_of(tmp_path, free_port()), http)
        with pytest.raises(TryLater) as caught:
            await channel.send(OUTBOUND)
    assert caught.value.facts["in_doubt"] is False


async def test_a_silent_vendor_leaves_a_doubt(
    vendor: tuple[Vendor, SmsChannel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.telephony.rest.PATIENCE", aiohttp.ClientTimeout(total=1e-6))
    with pytest.raises(TryLater) as caught:
        await vendor[1].send(OUTBOUND)
    assert caught.value.facts["in_doubt"] is True


async def test_in_doubt_what_was_sent_is_found_and_not_sent_twice(vendor: tuple[Vendor, SmsChannel]) -> None:
    vendor[0].listed = [a_message("SM7")]
    doubt = replace(OUTBOUND, in_doubt_since=datetime.now(UTC) - timedelta(seconds=3))
    assert (await vendor[1].send(doubt)).provider_id == "SM7"
    assert vendor[0].posts == []


@pytest.mark.parametrize("other", [a_message("SM7", text="Bonsoir"), a_message("SM7", age=60)])
async def test_in_doubt_another_message_is_not_taken_for_ours(
    vendor: tuple[Vendor, SmsChannel], other: dict[str, Any]
) -> None:
    vendor[0].listed = [other]
    doubt = replace(OUTBOUND, in_doubt_since=datetime.now(UTC) - timedelta(seconds=3))
    assert (await vendor[1].send(doubt)).provider_id == "SM1"


async def test_a_text_of_too_many_segments_is_refused_before_it_costs(
    vendor: tuple[Vendor, SmsChannel],
) -> None:
    with pytest.raises(Refused, match="23 segments"):
        await vendor[1].send(replace(OUTBOUND, text="ê" * 1500))
    assert vendor[0].posts == []


async def test_in_doubt_a_message_of_another_delivery_is_not_taken_for_ours(
    vendor: tuple[Vendor, SmsChannel], opened: Opened
) -> None:
    """Two replies of the same words, a second apart."""
    queue = await add_queue(opened.store)
    await add_entry_point(opened.store, queue, ChannelName.SMS, bot="accueil")
    accepted = await opened.store.write(accept, an_inbound(), Limits())

    def answer(tx: Any) -> str:
        reply = Reply(
            conversation_id=accepted.conversation_id,
            holder=accepted.handler,
            epoch=accepted.epoch,
            text=OUTBOUND.text,
            key="first",
        )
        delivery = tx.deliveries.of_exchange(send_reply(tx, reply).id)
        end_attempt(tx, delivery.id, DeliveryState.SENT, provider_id="SM7")
        return str(delivery.id)

    assert await opened.store.write(answer) != OUTBOUND.delivery_id
    vendor[0].listed = [a_message("SM7")]
    doubt = replace(OUTBOUND, in_doubt_since=datetime.now(UTC) - timedelta(seconds=3))
    assert (await vendor[1].send(doubt)).provider_id == "SM1"
