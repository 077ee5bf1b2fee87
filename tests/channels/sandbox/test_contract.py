"""What the sandbox answers about a call and a message, held against the provider's own OpenAPI document."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from jsonschema import Draft202012Validator, FormatChecker

from channels.sandbox.hooks import Hooks
from channels.sandbox.provider import ProviderApi
from channels.sandbox.switchboard import Switchboard
from tests.channels.telephone import ACCOUNT, CUSTOMER, NUMBER, TOKEN
from tests.servers.prism import provider_document
from tests.servers.process import free_port, need

SIGNED_IN = {"Authorization": "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()}


def is_date(value: object) -> bool:
    return not isinstance(value, str) or parsedate_to_datetime(value) is not None


DATES = FormatChecker(formats=())
DATES.checkers["date-time-rfc-2822"] = (is_date, ValueError)


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    document = provider_document()
    need("The provider's OpenAPI document (FILROUGE_EVAL_DATA)", document is not None)
    assert document is not None
    found: dict[str, Any] = _nullable(json.loads(document.read_text())["components"]["schemas"])
    return found


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0's `nullable` in JSON Schema's words."""
    if isinstance(schema, list):
        return [_nullable(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    after = {name: _nullable(part) for name, part in schema.items()}
    if after.pop("nullable", None) is True and "type" in after:
        after["type"] = [after["type"], "null"]
    return after


def broken(schemas: Mapping[str, Any], name: str, answer: Any) -> list[str]:
    schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    checker = Draft202012Validator(schema, format_checker=DATES)
    return [error.message for error in checker.iter_errors(answer)]


@asynccontextmanager
async def provider() -> AsyncIterator[tuple[Switchboard, aiohttp.ClientSession, str]]:
    """The board, a session signed in, and the account's address; a caller is listened to."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    async with aiohttp.ClientSession(headers=SIGNED_IN) as http:
        hooks = Hooks(http, TOKEN)
        board = Switchboard(hooks, account=ACCOUNT, url=url, patience=30, watch=lambda *_: None)
        app = web.Application()
        app.router.add_post("/webhooks/voice/{event}", listen)
        app.add_routes(ProviderApi(board, account=ACCOUNT, auth_token=TOKEN, country="FR").routes())
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield board, http, f"{url}/sandbox/provider/2010-04-01/Accounts/{ACCOUNT}"
        await board.stop()
        await hooks.stop()
        await runner.cleanup()


async def listen(request: web.Request) -> web.Response:
    return web.Response(text='<Response><Gather action="/webhooks/voice/gather"/></Response>')


async def asked(http: aiohttp.ClientSession, url: str) -> tuple[int, Any]:
    async with http.get(url) as answer:
        return answer.status, await answer.json()


async def test_a_call_is_told_as_the_document_says_while_it_lives_and_after(schemas: dict[str, Any]) -> None:
    async with provider() as (board, http, url):
        leg = board.call_from_customer(CUSTOMER, NUMBER)
        _, alive = await asked(http, f"{url}/Calls/{leg.sid}.json")
        board.hang_up(leg)
        _, over = await asked(http, f"{url}/Calls/{leg.sid}.json")
    assert broken(schemas, "api.v2010.account.call", alive) == []
    assert broken(schemas, "api.v2010.account.call", over) == []
    assert [(told["status"], told["duration"]) for told in (alive, over)] == [
        ("in-progress", None),
        ("completed", "0"),
    ]


async def test_a_message_is_told_as_the_document_says(schemas: dict[str, Any]) -> None:
    async with provider() as (board, http, url):
        message = board.text_to_customer(NUMBER, CUSTOMER, "Bonjour", "")
        _, told = await asked(http, f"{url}/Messages/{message.sid}.json")
    assert broken(schemas, "api.v2010.account.message", told) == []


async def test_what_it_does_not_know_is_not_found_in_the_providers_words() -> None:
    async with provider() as (_, http, url):
        for thing in ("Calls/CA1", "Messages/SM1"):
            status, told = await asked(http, f"{url}/{thing}.json")
            assert (status, told["code"]) == (404, 20404)


def test_an_answer_that_breaks_the_document_is_found_out(schemas: dict[str, Any]) -> None:
    wrong = {"status": "over", "start_time": "yesterday", "duration": 3}
    assert len(broken(schemas, "api.v2010.account.call", wrong)) == 3
