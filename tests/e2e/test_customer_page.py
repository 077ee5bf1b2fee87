"""A customer's page as CRM staff use it: values, standing, addresses, relations, many at once, history."""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from gateway.sample import PASSWORD
from tests.running import RunningProduct

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("e2e")]
LOOKS = (("fr-FR", "light"), ("fr-FR", "dark"), ("en-GB", "light"), ("en-GB", "dark"))


async def signed_in(browser: Browser, demo: RunningProduct, login: str) -> Page:
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    page = await context.new_page()
    await page.goto(demo.url)
    await page.get_by_label("Identifiant").fill(login)
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Clients")).to_be_visible()
    return page


@pytest.fixture
async def ines(chromium: Browser, demo: RunningProduct) -> AsyncIterator[Page]:
    page = await signed_in(chromium, demo, "ines")
    yield page
    await page.context.close()


async def opened(page: Page, demo: RunningProduct, name: str) -> None:
    await page.goto(f"{demo.url}/#/customers")
    await page.get_by_role("link", name=name, exact=True).click()
    await expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


async def write(page: Page, label: str, value: str) -> None:
    await page.get_by_role("button", name=f"{label}", exact=False).first.click()
    await page.get_by_role("textbox", name=label).fill(value)
    await page.keyboard.press("Enter")


async def test_a_value_is_written_refused_undone_and_told_in_the_history(ines: Page, demo: RunningProduct):
    await opened(ines, demo, "Léa Martin")
    await write(ines, "Ville", "Brest")
    await expect(ines.get_by_text("Enregistré")).to_be_visible()
    await expect(ines.get_by_role("button", name="Ville\u00a0: Brest")).to_be_visible()
    await ines.get_by_role("button", name="Annuler").click()
    await expect(ines.get_by_role("button", name="Ville\u00a0: Nantes")).to_be_visible()
    await write(ines, "Commandes sur 12 mois", "beaucoup")
    await expect(ines.get_by_text("Un nombre, par exemple")).to_be_visible()
    await ines.keyboard.press("Escape")
    await ines.get_by_role("tab", name="Modifications").click()
    row = ines.get_by_role("row").filter(has_text="Brest").last
    await expect(row).to_contain_text("Inès Garnier")
    await ines.get_by_role("tab", name="Consultations").click()
    await expect(ines.get_by_role("tabpanel").get_by_text("Inès Garnier")).to_be_visible()


async def test_the_second_of_two_who_write_one_field_is_told_and_chooses(
    ines: Page, demo: RunningProduct, chromium: Browser
):
    nadia = await signed_in(chromium, demo, "nadia")
    for page in (ines, nadia):
        await opened(page, demo, "Léa Martin")
        await page.get_by_role("button", name="Ville", exact=False).first.click()
    await nadia.get_by_role("textbox", name="Ville").fill("Lorient")
    await nadia.keyboard.press("Enter")
    await expect(nadia.get_by_role("button", name="Ville\u00a0: Lorient")).to_be_visible()
    await ines.get_by_role("textbox", name="Ville").fill("Vannes")
    await ines.keyboard.press("Enter")
    asked = ines.get_by_role("alertdialog", name="Valeur modifiée entre-temps")
    await expect(asked).to_contain_text("Lorient")
    await asked.get_by_role("button", name="Écrire la mienne").click()
    await expect(ines.get_by_role("button", name="Ville\u00a0: Vannes")).to_be_visible()
    await nadia.context.close()


async def test_standing_address_and_relation(ines: Page, demo: RunningProduct):
    await opened(ines, demo, "Zoé Fontaine")
    await ines.get_by_role("button", name="Statut du client").click()
    await ines.get_by_role("checkbox", name="Presse").check()
    await ines.get_by_role("button", name="Archiver").click()
    await expect(ines.get_by_text("Archivé le")).to_be_visible()
    await ines.get_by_role("button", name="Restaurer").click()
    await expect(ines.get_by_text("Archivé le")).to_be_hidden()
    await ines.keyboard.press("Escape")
    await expect(ines.get_by_role("button", name="Statut du client")).to_contain_text("Presse")
    await ines.get_by_role("button", name="Ajouter une coordonnée").click()
    await ines.get_by_label("Type", exact=True).select_option("postal")
    dialog = ines.get_by_role("dialog", name="Ajouter une adresse")
    await dialog.get_by_label("Rue").fill("5 place Rihour")
    await dialog.get_by_label("Code postal").fill("590")
    await dialog.get_by_label("Ville").fill("Lille")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(dialog.get_by_text("Corrigez les parties signalées.")).to_be_visible()
    await dialog.get_by_label("Code postal").fill("59000")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(ines.get_by_text("59000 LILLE", exact=True)).to_be_visible()
    await opened(ines, demo, "Brasserie du Bastion")
    await ines.get_by_role("tab", name="Relations").click()
    tree = ines.get_by_role("region", name="Groupe de sociétés")
    await expect(tree.get_by_text("Hôtel des Remparts")).to_be_visible()


async def test_many_are_changed_and_it_is_taken_back(ines: Page, demo: RunningProduct):
    await ines.goto(f"{demo.url}/#/customers")
    await expect(ines.get_by_role("link", name="Léa Martin", exact=True)).to_be_visible()
    for name in ("Léa Martin", "Thomas Girard"):
        await ines.get_by_role("row").filter(has_text=name).first.get_by_role("checkbox").check()
    await expect(ines.get_by_text("2 sélectionnés")).to_be_visible()
    await ines.get_by_role("button", name="Modifier", exact=True).click()
    dialog = ines.get_by_role("dialog", name="Modifier")
    await dialog.get_by_label("Étape").select_option("lost")
    await dialog.get_by_role("button", name="Appliquer").click()
    tray = ines.get_by_role("group", name="Modification de clients")
    await tray.get_by_role("button", name="Annuler").click()
    await expect(ines.get_by_role("group", name="Retour en arrière")).to_contain_text("2")
    await opened(ines, demo, "Léa Martin")
    await expect(ines.get_by_role("button", name="Statut du client")).to_contain_text("Client fidèle")


async def test_a_field_of_ones_own_is_in_the_file_at_once(ines: Page, demo: RunningProduct):
    await ines.get_by_role("link", name="Modèle").click()
    await ines.get_by_role("button", name="Ajouter un champ").click()
    dialog = ines.get_by_role("dialog", name="Ajouter un champ")
    await dialog.get_by_label("Nom technique").fill("essence")
    await dialog.get_by_label("Nom *").fill("Essence préférée")
    await dialog.get_by_label("Type").select_option("choice")
    await dialog.get_by_role("textbox", name="Choix").fill("Chêne\nHêtre")
    await dialog.get_by_role("combobox", name="Famille").select_option("socio_cultural")
    await dialog.get_by_role("button", name="Enregistrer").click()
    await expect(ines.get_by_role("rowheader", name="Essence préférée")).to_be_visible()
    await opened(ines, demo, "Léa Martin")
    await ines.get_by_role("button", name="Remplir\u00a0: Socio-culturel").click()
    await ines.get_by_role("button", name="Essence préférée").click()
    await ines.get_by_role("combobox", name="Essence préférée").select_option("Hêtre")
    await ines.get_by_role("button", name="Enregistrer").click()
    await expect(ines.get_by_role("button", name="Essence préférée\u00a0: Hêtre")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
async def test_the_pages_are_accessible_in_each_look(ines: Page, demo: RunningProduct, look: tuple[str, str]):
    language, theme = look
    changes = {"language": language[:2], "theme": theme}
    headers = {"X-Filrouge": "1"}
    answer = await ines.request.patch(f"{demo.url}/api/v1/me", data=changes, headers=headers)
    assert answer.ok, await answer.text()
    await ines.reload()
    await ines.goto(f"{demo.url}/#/customers")
    await ines.get_by_role("link", name="Karim Haddad", exact=True).click()
    await expect(ines.get_by_role("heading", level=1, name="Karim Haddad")).to_be_visible()
    tabs = ines.get_by_role("tab")
    await expect(tabs.first).to_be_visible()
    for number in range(await tabs.count()):
        await tabs.nth(number).click()
        await ines.wait_for_timeout(300)
        faults = await Axe().run(ines)
        assert faults.response["violations"] == [], f"tab {number}"
    await ines.goto(f"{demo.url}/#/model")
    await expect(ines.get_by_role("table").first).to_be_visible()
    faults = await Axe().run(ines)
    assert faults.response["violations"] == []
