"""What an agent has not read is counted alike in all their browsers, and survives a reload."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, expect

from gateway.sample import PASSWORD
from tests.e2e.desk import Desk
from tests.running import Customer, RunningProduct

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("e2e")]

AMINA = "+33639981104"


@pytest.fixture
async def elsewhere(chromium: Browser, demo: RunningProduct) -> AsyncIterator[Desk]:
    """Camille again, in another browser."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 720}, locale="fr-FR")
    other = Desk(await context.new_page())
    await other.sign_in(demo.url, "camille", PASSWORD)
    yield other
    await context.close()


def unread(desk: Desk, count: int) -> Locator:
    return desk.conversations.get_by_label(f"{count} non lu", exact=False)


async def test_what_is_unread_is_the_same_in_two_browsers_and_after_a_reload(
    desk: Desk, elsewhere: Desk, customer: Customer, demo: RunningProduct
) -> None:
    await customer.post("/sms", **{"from": AMINA, "text": "Je voudrais parler à un conseiller"})
    await desk.accept("Amina Diallo")
    await expect(desk.timeline).to_be_visible()
    await expect(elsewhere.conversations.filter(has_text="Amina Diallo")).to_be_visible()
    await expect(elsewhere.conversations.get_by_label("non lu")).to_have_count(0)

    await desk.page.goto(demo.url)
    for text in ("Vous êtes là ?", "J'attends"):
        await customer.post("/sms", **{"from": AMINA, "text": text})
    for console in (desk, elsewhere):
        await expect(unread(console, 2)).to_be_visible()
    await elsewhere.page.reload()
    await expect(unread(elsewhere, 2)).to_be_visible()

    await elsewhere.conversations.filter(has_text="Amina Diallo").click()
    await expect(elsewhere.timeline.get_by_text("J'attends")).to_be_visible()
    await expect(desk.conversations.filter(has_text="Amina Diallo")).to_be_visible()
    await expect(desk.conversations.get_by_label("non lu")).to_have_count(0)
    await desk.page.reload()
    await expect(desk.conversations.filter(has_text="Amina Diallo")).to_be_visible()
    await expect(desk.conversations.get_by_label("non lu")).to_have_count(0)
