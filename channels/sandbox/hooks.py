"""The provider's calls to us: real HTTP to our public address, signed as the provider signs."""

import asyncio
from collections.abc import Mapping

import aiohttp
import structlog
from twilio.request_validator import RequestValidator

TRIES = 5
PATIENCE = aiohttp.ClientTimeout(total=15)  # the provider's own for a webhook
log = structlog.get_logger(__name__)


class Hooks:
    """Posts forms. Those of one `lane` arrive in their order, and in the background."""

    def __init__(self, http: aiohttp.ClientSession, auth_token: str) -> None:
        self._http = http
        self._validator = RequestValidator(auth_token)
        self._tails: dict[str, asyncio.Task[None]] = {}

    async def ask(self, url: str, form: Mapping[str, str]) -> tuple[int, str]:
        """(status, body) of one post; (0, why) when nobody answered."""
        headers = {"X-Twilio-Signature": str(self._validator.compute_signature(url, form))}
        try:
            async with self._http.post(url, data=form, headers=headers, timeout=PATIENCE) as answer:
                return answer.status, await answer.text(errors="replace")
        except (aiohttp.ClientError, TimeoutError) as error:
            return 0, str(error) or "no answer in time"

    async def tell(self, url: str, form: Mapping[str, str]) -> bool:
        """Posts until it is accepted, a few times; False when it never was."""
        for attempt in range(TRIES):
            status, body = await self.ask(url, form)
            if 200 <= status < 300:
                return True
            log.warning("sandbox_webhook_refused", url=url, status=status, body=body[:200])
            if 400 <= status < 500:
                return False
            await asyncio.sleep(0.25 * 2**attempt)
        return False

    def tell_later(self, lane: str, url: str, form: Mapping[str, str]) -> None:
        if not url:
            return
        before = self._tails.get(lane)
        task = asyncio.create_task(self._after(before, url, form))
        self._tails[lane] = task
        task.add_done_callback(lambda done: self._forget(lane, done))

    async def stop(self) -> None:
        tails = list(self._tails.values())
        for task in tails:
            task.cancel()
        await asyncio.gather(*tails, return_exceptions=True)

    async def _after(self, before: asyncio.Task[None] | None, url: str, form: Mapping[str, str]) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self.tell(url, form)

    def _forget(self, lane: str, done: asyncio.Task[None]) -> None:
        if self._tails.get(lane) is done:
            del self._tails[lane]
