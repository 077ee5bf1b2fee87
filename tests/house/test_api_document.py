"""docs/api.md lists what there is: routes with who may call them, error codes with their status, events, webhooks."""

import re

from channels.sms.adapter import SmsChannel
from channels.voice.adapter import VoiceChannel
from core.events import REGISTRY
from gateway.app import all_routes
from gateway.errors import STATUS
from gateway.webhooks import webhooks_of
from tests.house.prose import read

TEXT = read("docs/api.md")
ROUTE = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE) (/\S+)` \| (.+?) \| .+ \|$", re.MULTILINE)
STATUS_ROW = re.compile(r"^\| (\d{3}) \| (.+) \|$", re.MULTILINE)
OF_THE_SERVER_ALONE = {"method_not_allowed"}  # aiohttp's own refusal
OURS = ("crm.", "routing.")


def test_every_route_is_listed_with_who_may_call_it() -> None:
    listed = {(method, path): who for method, path, who in ROUTE.findall(TEXT) if "/webhooks/" not in path}
    routes = {(r.method, r.path.removeprefix("/api/v1")): str(r.access) for r in all_routes()}
    assert listed == routes


def test_every_error_code_is_listed_under_its_status() -> None:
    listed = {
        code: int(status)
        for status, cell in STATUS_ROW.findall(TEXT)
        for code in re.findall(r"`([a-z_]+)`", cell)
    }
    assert {code: listed.get(code) for code in STATUS if code != "malformed"} == {
        code: status for code, status in STATUS.items() if code != "malformed"
    }
    assert set(listed) - set(STATUS) == OF_THE_SERVER_ALONE


def test_every_event_is_named() -> None:
    events = {name for name, kind in REGISTRY.items() if kind.__module__.startswith(OURS)}
    events -= {"ConversationEvent", "PartyEvent", "WorkItemEvent"}  # never emitted themselves
    assert events
    assert {name for name in events if f"`{name}`" not in TEXT} == set()


def test_every_webhook_of_the_provider_is_named() -> None:
    paths = {webhook.path for webhook in webhooks_of((SmsChannel(), VoiceChannel()))}
    named = set(re.findall(r"`POST (/webhooks/\S+)`", TEXT))
    assert named == paths
