"""The sandbox's page in a real browser, and its scripts under node."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from tests.channels.telephone import Telephone
from tests.servers.process import need

HERE = Path(__file__).parent


def test_the_scripts_of_the_page_keep_their_rules() -> None:
    node = subprocess.run(
        ["node", "--test", str(HERE / "page.test.js")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    need("Node", node.returncode != 127)
    assert node.returncode == 0, node.stdout


@pytest.mark.parametrize(("language", "theme"), [("fr", "light"), ("en", "dark")])
async def test_one_can_play_a_customer_by_text_and_telephone(
    chromium: Browser, telephone: Telephone, language: str, theme: Any
) -> None:
    context = await chromium.new_context(color_scheme=theme, viewport={"width": 1280, "height": 720})
    page = await context.new_page()
    await page.goto(f"{telephone.url}/sandbox?lang={language}&phone=%2B33639980007&name=Ana")
    await page.fill("#sms-text", "Bonjour")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#sms li:has-text('Vous dites : Bonjour')")
    await page.click("#dial")
    await page.wait_for_selector("#call li:has-text('Que puis-je faire')")
    await page.fill("#say-text", "Allô")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#call li:has-text('Vous dites : Allô')")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    await context.close()
