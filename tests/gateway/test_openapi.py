"""The one document: it is valid, it is whole, and the server keeps to it."""

import json
import re

from jsonschema import Draft202012Validator
from playwright.async_api import Browser

from gateway.app import all_routes
from gateway.openapi import document
from tests.gateway.front import Front

ROUTES = all_routes()
DOCUMENT = document(ROUTES, (), version="1", server="http://desk.example.com")


def test_every_schema_of_the_document_is_valid():
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_route_is_in_the_document_and_says_who_may_call_it():
    for route in ROUTES:
        operation = DOCUMENT["paths"][route.path][route.method.lower()]
        assert operation["x-access"] == str(route.access)
        assert ("security" in operation) is not route.access.public
        assert operation["summary"]


def test_operations_have_names_of_their_own():
    names = [operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values()]

    assert len(names) == len(set(names))


def test_every_reference_leads_somewhere():
    for place in re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(DOCUMENT)):
        assert place in DOCUMENT["components"]["schemas"]


async def test_the_documentation_page_and_its_files_are_served(front: Front):
    nobody = front.nobody()

    assert b"docs.js" in await nobody.get("/api/docs")
    assert (
        (await nobody.call("GET", "/api/docs/docs.js")).headers["Content-Type"].startswith("text/javascript")
    )
    assert (await nobody.get("/api/openapi.json"))["openapi"] == "3.1.0"


async def test_the_documentation_page_shows_every_route_under_its_own_policy(front: Front, chromium: Browser):
    page = await chromium.new_page()
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    await page.goto(front.url + "/api/docs")
    await page.wait_for_selector("details")
    shown = await page.locator("details").count()
    await page.locator("details", has_text="/replies").locator("summary").click()
    body = await page.locator("details", has_text="/replies").locator("pre").first.inner_text()

    assert shown == len(ROUTES)
    assert "conversation_id" in body
    assert troubles == []
