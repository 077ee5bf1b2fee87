"""The sandbox's own promises: never beside a real account, the vendor's errors, the interpreter, the page."""

import asyncio
import base64
import xml.etree.ElementTree as ET
from collections.abc import Mapping

import aiohttp
import pytest

from channels.sandbox.model import Leg
from channels.sandbox.sandbox import check_allowed
from channels.sandbox.twiml import BadDocumentError, Goto, Interpreter, parse
from core.errors import SettingsError
from core.settings import Settings
from tests.channels.telephone import CUSTOMER, NUMBER, SANDBOX_ACCOUNT, TOKEN, Telephone, eventually


@pytest.mark.parametrize(
    ("account", "api_url"),
    [
        ("AC0123456789abcdef0123456789abcdef", "http://127.0.0.1:8080/sandbox/provider"),
        (SANDBOX_ACCOUNT, "https://api.twilio.com"),
        (SANDBOX_ACCOUNT, "http://127.0.0.1.example.com/sandbox/provider"),
    ],
)
def test_it_refuses_to_start_beside_a_real_account(account: str, api_url: str) -> None:
    provider = {"account_sid": account, "auth_token": TOKEN, "api_url": api_url}
    with pytest.raises(SettingsError, match=r"\[provider\]"):
        check_allowed(Settings.model_validate({"provider": provider}))


def test_it_starts_with_its_own_account_or_none() -> None:
    check_allowed(Settings())
    own = {
        "account_sid": SANDBOX_ACCOUNT,
        "auth_token": TOKEN,
        "api_url": "http://127.0.0.1:1/sandbox/provider",
    }
    check_allowed(Settings.model_validate({"provider": own}))


class Stage:
    """A network of one leg: hands out documents, notes what is heard."""

    def __init__(self, **documents: str) -> None:
        self.documents = documents
        self.heard: list[str] = []
        self.forms: list[dict[str, str]] = []

    async def fetch(self, leg: Leg, url: str, form: Mapping[str, str]) -> str:
        self.forms.append(dict(form))
        return f"<Response>{self.documents[url.rpartition('/')[2]]}</Response>"

    def hear(self, leg: Leg, text: str) -> None:
        self.heard.append(text)

    def changed(self, leg: Leg) -> None: ...

    async def stay_in_room(self, leg: Leg, noun: ET.Element) -> None:
        self.heard.append(f"room {noun.text}")


def a_leg() -> Leg:
    return Leg(sid="CA1", sender=CUSTOMER, to=NUMBER, inbound=True, status="in-progress", status_callback="")


async def play(stage: Stage, leg: Leg | None = None, patience: float = 0.05) -> list[str]:
    await Interpreter(stage, leg or a_leg(), patience).run("http://x/start")
    return stage.heard


async def test_verbs_follow_each_other_and_redirects_are_taken() -> None:
    stage = Stage(
        start="<Say>Un</Say><Redirect>next</Redirect><Say>jamais</Say>", next="<Say>Deux</Say><Hangup/>"
    )
    assert await play(stage) == ["Un", "Deux"]


async def test_what_was_said_goes_to_the_gathers_address() -> None:
    stage = Stage(start="<Gather action='heard'><Say>Oui ?</Say></Gather>", heard="<Say>Merci</Say>")
    leg = a_leg()
    leg.inputs.put_nowait({"SpeechResult": "Bonjour"})
    assert await play(stage, leg) == ["Oui ?", "Merci"]
    assert stage.forms[-1] == {"SpeechResult": "Bonjour"}


async def test_silence_goes_on_unless_it_is_asked_for() -> None:
    assert await play(Stage(start="<Gather action='heard'/><Say>Suite</Say>")) == ["Suite"]
    asked = Stage(start="<Gather action='heard' actionOnEmptyResult='true'/>", heard="<Say>Rien</Say>")
    assert await play(asked) == ["Rien"]


async def test_a_conference_is_entered_and_left() -> None:
    stage = Stage(start="<Dial><Conference>CA1</Conference></Dial><Say>Fin</Say>")
    assert await play(stage) == ["room CA1", "Fin"]


@pytest.mark.parametrize("text", ["", "<Response>", "<html/>", "pas du XML"])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(BadDocumentError):
        parse(text)


async def test_a_verb_nobody_knows_is_refused() -> None:
    with pytest.raises(BadDocumentError, match="Sing"):
        await play(Stage(start="<Sing/>"))


def test_a_way_on_carries_nothing_unless_told() -> None:
    assert Goto(url="http://x").form == {}


async def test_wrong_credentials_are_answered_as_the_vendor_does(telephone: Telephone) -> None:
    url = f"{telephone.settings.provider.api_url}/2010-04-01/Accounts/{SANDBOX_ACCOUNT}/Messages.json"
    async with telephone.http.post(url, data={"To": CUSTOMER}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (401, 20003)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, 21604),
        ({"To": "nobody"}, 21211),
        ({"To": CUSTOMER}, 21603),
        ({"To": CUSTOMER, "From": NUMBER}, 21602),
    ],
)
async def test_a_message_without_its_facts_is_refused_with_the_vendors_code(
    telephone: Telephone, form: dict[str, str], code: int
) -> None:
    url = f"{telephone.settings.provider.api_url}/2010-04-01/Accounts/{SANDBOX_ACCOUNT}/Messages.json"
    secret = base64.b64encode(f"{SANDBOX_ACCOUNT}:{TOKEN}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}"}
    async with telephone.http.post(url, data=form, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, code)


async def test_simulated_customers_write_and_call_at_the_chosen_rate(telephone: Telephone) -> None:
    await telephone.api("POST", "/traffic", {"per_minute": 600})
    await eventually(lambda: _made(telephone, 3))
    await telephone.api("POST", "/traffic", {"per_minute": 0})
    assert (await telephone.api("POST", "/traffic", {"per_minute": -1}))["error"]["code"] == "invalid_input"


async def _made(telephone: Telephone, least: int) -> bool:
    return bool((await telephone.api("GET", "/traffic"))["made"] >= least)


async def test_an_open_page_hears_what_changed(telephone: Telephone) -> None:
    async with telephone.http.get(f"{telephone.url}/sandbox/api/events") as line:
        await line.content.readuntil(b"\n\n")
        await telephone.api("POST", "/sms", {"from": CUSTOMER, "text": "Bonjour"})
        news = await asyncio.wait_for(line.content.readuntil(b"\n\n"), 30)
    assert news == b'data: {"what": "sms", "whose": "%s"}\n\n' % CUSTOMER.encode()


async def test_the_page_and_each_file_it_names_are_served(telephone: Telephone) -> None:
    page = await _text(telephone.http, f"{telephone.url}/sandbox")
    for name in (
        "sandbox.css",
        "main.js",
        "theme.js",
        "icon.svg",
        "words.js",
        "phone.js",
        "mail.js",
        "handset.js",
    ):
        assert await _text(telephone.http, f"{telephone.url}/sandbox/static/{name}")
    assert "/sandbox/static/main.js" in page


async def _text(http: aiohttp.ClientSession, url: str) -> str:
    async with http.get(url) as answer:
        assert answer.status == 200
        return await answer.text()
