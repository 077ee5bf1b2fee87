"""The console's screens in a browser, on the product itself: readable by everyone, in both languages and themes."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from filrouge.gateway.sample import PASSWORD
from tests.running import RunningProduct, give_model

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("e2e")]

SIZES = {"fr": {"width": 1440, "height": 900}, "en": {"width": 1280, "height": 720}}
SIGN_IN = re.compile("Se connecter|Sign in")


@pytest.fixture
async def demo(tmp_path: Path, model_cache: Path) -> AsyncIterator[RunningProduct]:
    give_model(tmp_path, model_cache)
    product = RunningProduct(tmp_path)
    await product.start()
    yield product
    product.stop()


async def violations(page: Page) -> list[str]:
    found = await Axe().run(page)
    return [f"{v['id']}: {[node['target'] for node in v['nodes']]}" for v in found.response["violations"]]


async def sign_in(page: Page, url: str, login: str, language: str, theme: str) -> None:
    await page.goto(url)
    await page.locator("[name=login]").fill(login)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.get_by_role("button", name=SIGN_IN).click()
    await expect(page.get_by_role("navigation")).to_be_visible()
    answer = await page.request.patch(
        f"{url}/api/v1/me", data={"language": language, "theme": theme}, headers={"X-Filrouge": "1"}
    )
    assert answer.ok
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", language)
    await expect(page.locator("html")).to_have_attribute("data-theme", theme)


@pytest.mark.parametrize(("language", "theme"), [("fr", "light"), ("en", "dark")])
async def test_axe_finds_nothing_on_any_screen(
    chromium: Browser, demo: RunningProduct, language: str, theme: str
) -> None:
    context = await chromium.new_context(viewport=SIZES[language], locale=language)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    await page.goto(demo.url)
    await expect(page.get_by_role("button", name=SIGN_IN)).to_be_visible()
    found = {"sign-in": await violations(page)}
    await sign_in(page, demo.url, "nadia", language, theme)
    await page.get_by_role("tab").last.click()
    await page.get_by_role("tabpanel").get_by_role("link").first.click()
    await expect(page.get_by_role("log")).to_be_visible()
    await expect(page.get_by_role("complementary")).to_be_visible()
    found["conversation"] = await violations(page)
    for name, key in (("palette", "Control+k"), ("shortcuts", "?")):
        await page.keyboard.press(key)
        await expect(page.get_by_role("dialog")).to_be_visible()
        found[name] = await violations(page)
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    for name in ("wall", "set-aside", "admin"):
        await page.goto(f"{demo.url}/#/{name}")
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        found[name] = await violations(page)
    assert {name: what for name, what in found.items() if what} == {}
    assert problems == []
