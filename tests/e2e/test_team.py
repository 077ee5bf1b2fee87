"""The team from the administrator's page: who is added there can work, who is put out is out, and nothing is lost."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from gateway.sample import PASSWORD
from tests.e2e.desk import Desk
from tests.running import Customer, RunningProduct

pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("e2e")]
OWN = {"X-Filrouge": "1"}


@pytest.fixture
async def demo(shared_demo: RunningProduct) -> RunningProduct:
    return shared_demo


@pytest.fixture
async def team(page: Page, demo: RunningProduct) -> Page:
    """The administrator on their page."""
    await page.goto(demo.url)
    await page.get_by_label("Identifiant").fill("admin")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Équipe").click()
    await expect(page.get_by_role("row", name="Camille Roux")).to_be_visible()
    return page


def form(page: Page) -> Locator:
    return page.get_by_role("dialog")


def save(page: Page) -> Locator:
    return form(page).get_by_role("button", name="Enregistrer")


async def open_person(page: Page, name: str) -> None:
    await page.get_by_role("button", name=f"Modifier : {name}").press("Enter")
    await expect(form(page)).to_be_visible()


async def add_person(page: Page, name: str, login: str) -> str:
    """Adds an agent of the queue “Service client” by the keyboard alone; answers their first password."""
    await page.get_by_role("button", name="Ajouter une personne").press("Enter")
    await page.keyboard.type(name)
    await page.keyboard.press("Tab")
    await page.keyboard.type(login)
    await form(page).get_by_role("checkbox", name="Service client").press("Space")
    await form(page).get_by_label("Anglais").select_option("4")
    await form(page).get_by_label("Autre compétence").fill("Retours")
    await page.keyboard.press("Enter")
    await save(page).press("Enter")
    await expect(page.get_by_role("heading", name=f"Accès de {name}")).to_be_visible()
    password = await form(page).get_by_role("definition").nth(1).text_content()
    await form(page).get_by_role("button", name="Terminé").press("Enter")
    await expect(page.get_by_role("button", name="Ajouter une personne")).to_be_focused()
    return password or ""


async def test_who_is_added_works_and_who_is_deactivated_is_out(
    team: Page, chromium: Browser, demo: RunningProduct, customer: Customer
) -> None:
    password = await add_person(team, "Noé Roy", "noe")
    row = team.get_by_role("row", name="Noé Roy")
    await expect(row).to_contain_text("Anglais 4")
    await expect(row).to_contain_text("retours 3")
    await expect(row).to_contain_text("Service client")
    other = await chromium.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    noe = Desk(await other.new_page())
    await noe.sign_in(demo.url, "noe", password)
    await noe.become("Disponible")
    await customer.post("/sms", **{"from": "+33639981101", "text": "Je voudrais parler à un conseiller"})
    await noe.accept("Léa Martin")
    await open_person(team, "Noé Roy")
    await form(team).get_by_role("button", name="Désactiver").click()
    await form(team).get_by_role("group", name="Désactiver").get_by_role("button", name="Désactiver").click()
    await expect(noe.page.get_by_label("Mot de passe")).to_be_visible()
    await noe.page.get_by_label("Identifiant").fill("noe")
    await noe.page.get_by_label("Mot de passe").fill(password)
    await noe.page.keyboard.press("Enter")
    await expect(noe.page.get_by_text("L’identifiant ou le mot de passe est faux.")).to_be_visible()
    wall = await (await team.request.get(f"{demo.url}/api/v1/conversations?view=unassigned")).json()
    assert [c["party_name"] for c in wall["items"]] == ["Léa Martin"]


async def test_a_refusal_stands_beside_its_field_and_loses_nothing(team: Page) -> None:
    await team.get_by_role("button", name="Ajouter une personne").click()
    await form(team).get_by_label("Nom").fill("Ada Roux")
    await form(team).get_by_label("Identifiant").fill("camille")
    await form(team).get_by_label("Premier mot de passe").fill("court")
    await save(team).click()
    await expect(form(team).get_by_label("Premier mot de passe")).to_have_accessible_description(
        re.compile("Au moins 10")
    )
    await form(team).get_by_label("Premier mot de passe").fill("assez-long-2026")
    await save(team).click()
    await expect(form(team).get_by_label("Identifiant")).to_have_accessible_description(
        "L’identifiant camille est déjà pris."
    )
    await expect(form(team).get_by_label("Identifiant")).to_be_focused()
    await team.keyboard.press("Escape")
    await team.get_by_role("button", name="Ajouter une personne").click()
    await expect(form(team).get_by_label("Nom")).to_have_value("Ada Roux")
    await expect(form(team).get_by_label("Premier mot de passe")).to_have_value("assez-long-2026")


async def test_a_form_outlives_a_lost_connection(team: Page) -> None:
    await open_person(team, "Hugo Lemaire")
    await form(team).get_by_label("Nom").fill("Hugo Lemaire-Petit")
    await team.context.set_offline(True)
    await save(team).click()
    await expect(form(team).get_by_role("alert")).to_contain_text("Votre saisie est gardée.")
    await team.context.set_offline(False)
    await save(team).click()
    await expect(form(team)).to_have_count(0)
    await expect(team.get_by_role("row", name="Hugo Lemaire-Petit")).to_be_visible()


async def test_a_first_save_whose_answer_is_lost_makes_one_person(team: Page, demo: RunningProduct) -> None:
    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await team.get_by_role("button", name="Ajouter une personne").click()
    await form(team).get_by_label("Nom").fill("Zoé Faure")
    await form(team).get_by_label("Identifiant").fill("zoe")
    await form(team).get_by_role("checkbox", name="Livraisons").check()
    await team.route("**/api/v1/users", lose, times=1)
    await save(team).click()
    await expect(form(team).get_by_role("alert")).to_contain_text("Le serveur ne répond pas.")
    await save(team).click()
    await expect(team.get_by_role("heading", name="Accès de Zoé Faure")).to_be_visible()
    await form(team).get_by_role("button", name="Terminé").click()
    await expect(team.get_by_role("row", name="Zoé Faure")).to_contain_text("Livraisons")
    await expect(team.get_by_role("row", name="Zoé Faure")).to_have_count(1)


async def test_two_administrators_change_one_person_and_nobody_wipes_the_other(
    team: Page, demo: RunningProduct
) -> None:
    users = (await (await team.request.get(f"{demo.url}/api/v1/users")).json())["items"]
    emma = f"{demo.url}/api/v1/users/{next(user['id'] for user in users if user['login'] == 'emma')}"
    await open_person(team, "Emma Clarke")
    await form(team).get_by_label("Français", exact=True).select_option("4")
    await team.request.patch(emma, data={"name": "Emma Clarke-Roux"}, headers=OWN)
    await team.request.patch(f"{emma}/skills", data={"skills": {"fr": 1, "ventes": 5}}, headers=OWN)
    await expect(form(team).get_by_label("Nom")).to_have_value("Emma Clarke-Roux")
    await expect(form(team).get_by_text("Quelqu’un d’autre vient d’y mettre : Niveau 1")).to_be_visible()
    await expect(form(team).get_by_label("Français", exact=True)).to_have_value("4")
    await save(team).click()
    await expect(form(team)).to_have_count(0)
    after = (await (await team.request.get(f"{demo.url}/api/v1/users")).json())["items"]
    found = next(user for user in after if user["login"] == "emma")
    assert found["name"] == "Emma Clarke-Roux"
    assert found["skills"] == {"en": 5, "fr": 4, "ventes": 5}


async def test_a_queue_and_an_address_are_set_up(team: Page, demo: RunningProduct) -> None:
    await team.get_by_role("link", name="Files").click()
    await team.get_by_role("button", name="Ajouter une file").click()
    await form(team).get_by_label("Nom").fill("Ventes")
    await form(team).get_by_role("textbox", name="SMS").fill("90")
    await form(team).get_by_role("checkbox", name="Camille Roux").check()
    await save(team).click()
    await expect(team.get_by_role("row", name="Ventes")).to_contain_text("90 s")
    await team.get_by_role("link", name="Points d’entrée").click()
    await team.get_by_role("button", name="Ajouter une adresse").click()
    await form(team).get_by_label("Canal").select_option("sms")
    await form(team).get_by_label("Adresse").fill("+33 1 99 00 12 34")
    await form(team).get_by_label("File", exact=True).select_option(label="Ventes")
    await form(team).get_by_label("Qui répond d’abord").select_option("")
    await save(team).click()
    await expect(team.get_by_role("row", name="+33199001234")).to_contain_text("La file directement")
    await team.get_by_role("button", name="Modifier : SMS +33199001234").click()
    await form(team).get_by_role("button", name="Retirer cette adresse").click()
    await expect(team.get_by_role("row", name="+33199001234")).to_have_count(0)


async def test_a_supervisor_gets_no_button_that_would_be_refused(page: Page, demo: RunningProduct) -> None:
    await Desk(page).sign_in(demo.url, "nadia", PASSWORD)
    await page.get_by_role("link", name="Équipe").click()
    await page.get_by_role("button", name="Modifier : Camille Roux").click()
    await expect(form(page).get_by_role("checkbox", name="Livraisons")).to_be_visible()
    for name in ("Ajouter une personne", "Désactiver", "Donner un nouveau mot de passe"):
        await expect(page.get_by_role("button", name=name, exact=True)).to_have_count(0)
    await expect(form(page).get_by_label("Nom")).to_have_count(0)
    await page.keyboard.press("Escape")
    await page.get_by_role("link", name="Points d’entrée").click()
    await expect(page.get_by_role("row", name="SMS")).to_be_visible()
    await expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)


async def test_an_administrator_cannot_put_himself_out(team: Page) -> None:
    await open_person(team, "Alex Admin")

    await expect(form(team).get_by_role("checkbox", name="Administrateur")).to_be_disabled()
    await expect(form(team).get_by_role("button", name="Désactiver")).to_have_count(0)
