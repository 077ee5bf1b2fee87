"""The telephone provider for the proofs that kill the product: the sandbox's own, in the test's process.

It outlives the product, remembers every message it took, and answers slowly at random, so that kills fall before,
during and after each request.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler
from twilio.request_validator import RequestValidator

from channels.sandbox.hooks import Hooks
from channels.sandbox.provider import ProviderApi
from channels.sandbox.switchboard import Switchboard
from tests.servers.process import free_port

ACCOUNT = "ACsandbox00000000000000000000000000"
TOKEN = "the-token-of-the-test"


def signed(url: str, form: dict[str, str]) -> dict[str, str]:
    """The headers that make a form to our webhook the provider's."""
    return {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(url, form)}


class LossyHooks(Hooks):
    """The provider's statuses; while `lost`, none of them reaches anyone."""

    lost = False

    def tell_later(self, lane: str, url: str, form: Mapping[str, str]) -> None:
        if not self.lost:
            super().tell_later(lane, url, form)


class Provider:
    """Takes what the product sends, and sends it signed webhooks."""

    def __init__(self, product_url: str, dice: random.Random) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/sandbox/provider"
        self.sent: Counter[str] = Counter()  # messages taken, by our delivery's id
        self.slowest = 0.02  # seconds before it takes a message, and again before it says so
        self._product = product_url
        self._dice = dice
        self._http: aiohttp.ClientSession | None = None
        self._hooks: LossyHooks | None = None
        self._board: Switchboard | None = None

    @property
    def board(self) -> Switchboard:
        assert self._board is not None, "it runs"
        return self._board

    def lose_statuses(self, lost: bool = True) -> None:
        assert self._hooks is not None, "it runs"
        self._hooks.lost = lost

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Provider"]:
        async with aiohttp.ClientSession() as http:
            self._http = http
            self._hooks = LossyHooks(http, TOKEN)
            self._board = board = Switchboard(
                self._hooks, account=ACCOUNT, url=self._product, patience=30, watch=lambda *_: None
            )
            app = web.Application(middlewares=[self._slowly])
            api = ProviderApi(board, account=ACCOUNT, auth_token=TOKEN, country="FR")
            app.add_routes(api.routes())
            runner = web.AppRunner(app)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", self.port).start()
            try:
                yield self
            finally:
                await board.stop()
                await self._hooks.stop()
                await runner.cleanup()

    @web.middleware
    async def _slowly(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The message counts from the moment it is taken, whether or not the answer reaches anyone."""
        await asyncio.sleep(self._dice.uniform(0, self.slowest))
        answer = await handler(request)
        if request.method == "POST" and request.path.endswith("/Messages.json") and answer.status == 201:
            callback = str((await request.post()).get("StatusCallback", ""))
            self.sent[parse_qs(urlsplit(callback).query)["delivery"][0]] += 1
        await asyncio.sleep(self._dice.uniform(0, self.slowest))
        return answer

    async def text(self, sid: str, sender: str, to: str, body: str) -> bool:
        """One try to hand over a customer's message; True when the product said it took it."""
        assert self._http is not None
        url = f"{self._product}/webhooks/sms/incoming"
        form = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "MessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "From": sender,
            "To": to,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
        }
        try:
            async with self._http.post(url, data=form, headers=signed(url, form)) as answer:
                await answer.read()
                return answer.status < 300
        except (aiohttp.ClientError, ConnectionError):
            return False
