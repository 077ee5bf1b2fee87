"""Customers who are in the base twice: found, merged and split by those who look after it, and by an agent."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from gateway.sample import PASSWORD
from tests.e2e.desk import Desk
from tests.running import Customer, RunningProduct

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("e2e")]


@pytest.fixture
async def ines(chromium: Browser, demo: RunningProduct) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    page = await context.new_page()
    await page.goto(demo.url)
    await page.get_by_label("Identifiant").fill("ines")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Doublons")).to_be_visible()
    yield page
    await context.close()


async def all_found(page: Page, demo: RunningProduct, count: int) -> None:
    """Who is alike is looked for after the sample was written."""
    async with asyncio.timeout(60):
        while (await (await page.request.get(f"{demo.url}/api/v1/duplicates")).json())["total"] < count:
            await asyncio.sleep(0.1)


async def test_pairs_are_gone_through_by_keyboard_and_taken_back(ines: Page, demo: RunningProduct) -> None:
    await all_found(ines, demo, 4)
    await ines.get_by_role("link", name="Doublons").click()
    await expect(ines.get_by_text("4 paires à examiner")).to_be_visible()
    first = ines.get_by_role("region", name="C. Vasseur")
    await expect(first.get_by_text("même date de naissance")).to_be_visible()
    await ines.keyboard.press("f")
    await expect(ines.get_by_text("3 paires à examiner")).to_be_visible()
    await ines.keyboard.press("n")
    await expect(ines.get_by_text("2 paires à examiner")).to_be_visible()
    await ines.keyboard.press("ArrowRight")
    await ines.keyboard.press("ArrowLeft")
    await ines.get_by_role("button", name="Annuler").first.click()
    await expect(ines.get_by_text("3 paires à examiner")).to_be_visible()
    await ines.get_by_role("tab", name="Écartées").click()
    await expect(ines.get_by_role("button", name="Examiner à nouveau")).to_have_count(1)
    faults = await Axe().run(ines)
    assert faults.response["violations"] == []


async def test_values_are_chosen_and_a_merge_is_undone_from_the_file(
    ines: Page, demo: RunningProduct
) -> None:
    await ines.goto(f"{demo.url}/#/customers")
    await ines.get_by_role("link", name="Julien Perrot").click()
    await ines.get_by_role("button", name="Comparer").click()
    dialog = ines.get_by_role("dialog")
    await dialog.get_by_role("radio", name="Nom: PERROT Julien").check()
    await dialog.get_by_role("button", name="Fusionner").click()
    await expect(ines.get_by_role("heading", level=1, name="PERROT Julien")).to_be_visible()
    other = ines.get_by_role("region", name="Fiche client").get_by_text("perrot.julien@example.com")
    await expect(other).to_be_visible()
    await ines.get_by_role("button", name="Séparer").click()
    await ines.get_by_role("dialog").get_by_role("button", name="Séparer").click()
    await expect(ines.get_by_role("heading", level=1, name="Julien Perrot")).to_be_visible()
    await expect(other).to_be_hidden()


async def test_who_is_known_is_shown_while_a_new_file_is_written(ines: Page, demo: RunningProduct) -> None:
    await ines.goto(f"{demo.url}/#/customers")
    await ines.get_by_role("button", name="Nouveau client").click()
    dialog = ines.get_by_role("dialog")
    await dialog.get_by_label("Nom", exact=True).fill("Girard Tomas")
    await dialog.get_by_label("Date de naissance").fill("1979-09-30")
    await expect(dialog.get_by_text("Peut-être déjà connu : Thomas Girard")).to_be_visible()
    faults = await Axe().run(ines)
    assert faults.response["violations"] == []
    await dialog.get_by_role("button", name="Créer quand même").click()
    await expect(ines.get_by_role("heading", level=1, name="Girard Tomas")).to_be_visible()


async def test_an_agent_is_offered_who_the_customer_may_be(desk: Desk, customer: Customer) -> None:
    await customer.post("/sms", **{"from": "+33639981116"}, text="Je veux parler à une personne")
    await desk.accept("Haddad, Kareem")
    offered = desk.file.get_by_role("note").filter(has_text="Karim Haddad")
    await offered.get_by_role("button", name="Comparer").click()
    await desk.page.get_by_role("dialog").get_by_role("button", name="Fusionner").click()
    await expect(desk.file.get_by_text("+33 6 39 98 11 09")).to_be_visible()
    await desk.page.get_by_role("button", name="Annuler").first.click()
    await expect(desk.file.get_by_text("+33 6 39 98 11 09")).to_be_hidden()
