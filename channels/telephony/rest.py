"""The provider's REST API through its own library, on our HTTP session and at the configured address."""

import base64
import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from channels.telephony.errors import refusal, unreachable
from core.errors import SettingsError
from core.settings import ProviderSettings

OWN_API = "https://api.twilio.com"  # what the library calls; replaced by `provider.api_url`
PATIENCE = aiohttp.ClientTimeout(total=15, connect=5)
log = logging.getLogger(__name__)


class ProviderHttp(AsyncHttpClient):  # type: ignore[misc]  # the library has no types
    """Carries the library's requests. Raises the tree's errors for every answer that is not a success.

    The library's own asynchronous client is not used: it opens a session of its own, breaks on lists in forms
    and loses the headers that say when to try again.
    """

    def __init__(self, session: aiohttp.ClientSession, api_url: str) -> None:
        super().__init__(log, True)
        self._session = session
        self._api_url = api_url.rstrip("/")

    async def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        allow_redirects: bool = False,
    ) -> Response:
        query = f"?{_form(params)}" if params else ""
        try:
            async with self._session.request(
                method,
                f"{self._api_url}{uri.removeprefix(OWN_API)}{query}",
                data=_form(data) if data else None,
                headers={**(headers or {}), **_credentials(auth)},
                timeout=PATIENCE,
                allow_redirects=allow_redirects,
            ) as answer:
                body = await answer.text(errors="replace")
        except aiohttp.ClientConnectorError as error:
            raise unreachable(str(error), in_doubt=False) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise unreachable(str(error) or "no answer in time", in_doubt=True) from error
        if answer.status >= 300:
            raise refusal(answer.status, answer.headers, body)
        if not _is_json(body):
            raise unreachable("an answer that is not JSON", in_doubt=True)
        return Response(answer.status, body, answer.headers)


def provider_client(settings: ProviderSettings, session: aiohttp.ClientSession) -> Client:
    """The library's client; it lives as long as `session`. Raises `SettingsError` without an account."""
    if not settings.account_sid or not settings.auth_token.get_secret_value():
        raise SettingsError(where="[provider]", problem="SMS and voice need account_sid and auth_token")
    return Client(
        settings.account_sid,
        settings.auth_token.get_secret_value(),
        http_client=ProviderHttp(session, settings.api_url),
    )


async def check_account(client: Client) -> None:
    """Asks for our own account, which proves address and credentials; raises what `send` would."""
    await client.api.v2010.accounts(client.account_sid).fetch_async()


def _credentials(auth: tuple[str, str] | None) -> dict[str, str]:
    if auth is None:
        return {}
    return {"Authorization": "Basic " + base64.b64encode(":".join(auth).encode()).decode()}


def _form(values: Mapping[str, object]) -> str:
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        many: list[Any] = list(value) if isinstance(value, list | tuple) else [value]
        pairs.extend((name, _text(one)) for one in many)
    return urlencode(pairs)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_json(body: str) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
