"""The designer's day in the studio: an intent made, trained, tried, published; what the bot missed is taught."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from gateway.sample import PASSWORD
from tests.e2e.test_screens import LOOKS, Inspection, _context, _sign_in
from tests.running import Customer, RunningProduct, until
from tests.small_bot import small_project, zipped

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("e2e")]

NUMBER, OTHER, THIRD = "+33639980171", "+33639980172", "+33639980173"
EXAMPLES = [
    "je voudrais une carte cadeau",
    "vendez-vous des cartes cadeaux",
    "comment offrir une carte cadeau",
    "une carte cadeau pour ma mère",
    "le prix de vos cartes cadeaux",
]
ANSWER = "Nos cartes cadeaux sont en vente à l'accueil."
TRAINED = 120_000  # milliseconds, beside other tests
SECTIONS = ("intents", "answers", "rules", "data", "files", "review", "evaluation", "versions", "figures")


@pytest.fixture
async def studio(page: Page, demo: RunningProduct, tmp_path: Path) -> Page:
    """Lucas in front of a small bot that he has just imported."""
    archive = tmp_path / "bot.zip"
    archive.write_bytes(zipped(small_project()))
    await page.goto(demo.url)
    await page.get_by_label("Identifiant").fill("lucas")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Bot", exact=True).click()
    await page.get_by_role("menuitem", name="Importer un projet Rasa").click()
    await page.get_by_label("Archive zip du projet").set_input_files(archive)
    await page.get_by_role("dialog").get_by_role("button", name="Importer").click()
    await expect(page.get_by_text("éléments importés")).to_be_visible()
    return page


async def add_intent(page: Page) -> None:
    await page.get_by_role("button", name="Nouvelle intention").click()
    await page.keyboard.type("gift_card")
    await page.keyboard.press("Enter")
    new = page.get_by_label("Nouvel exemple de gift_card")
    await new.fill(EXAMPLES[0])
    await new.press("Enter")
    await expect(page.get_by_text(EXAMPLES[0])).to_be_visible()
    await paste(new, "\n".join(EXAMPLES))
    await expect(page.locator(".lines li")).to_have_count(len(EXAMPLES))


async def paste(field: Locator, text: str) -> None:
    await field.evaluate(
        """(element, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text", text);
          element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )


async def add_answer(page: Page) -> None:
    await page.get_by_role("link", name="Réponses").click()
    await page.get_by_role("button", name="Nouvelle réponse").click()
    await page.keyboard.type("gift_card")  # behind the beginning that is there
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="utter_gift_card")).to_be_visible()
    await page.get_by_role("button", name="Modifier « Nouvelle réponse »").click()
    await page.get_by_label("Texte de la réponse").fill(ANSWER)
    await page.get_by_role("button", name="Enregistrer").click()
    await expect(page.locator(".variation").get_by_text(ANSWER)).to_be_visible()


async def add_rule(page: Page) -> None:
    await page.get_by_role("link", name="Règles et scénarios").click()
    await page.get_by_role("button", name="Nouvelle règle").click()
    await page.get_by_label("Nom", exact=True).fill("Cartes cadeaux")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Cartes cadeaux")).to_be_visible()
    for kind, name in (("Le client dit", "gift_card"), ("Action", "utter_gift_card")):
        await page.get_by_label("Type d’étape").select_option(label=kind)
        await page.get_by_label("Intention, action ou formulaire").fill(name)
        await page.keyboard.press("Enter")
        await expect(page.locator(".flow-step").get_by_text(name, exact=True)).to_be_visible()


async def train(page: Page, number: int, note: str) -> None:
    await page.get_by_role("button", name="Entraîner").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Ce qui a changé").fill(note)
    await dialog.get_by_role("button", name="Entraîner").click()
    await expect(page.get_by_text(f"La version {number} est entraînée.")).to_be_visible(timeout=TRAINED)


async def publish(page: Page, number: int) -> None:
    await page.get_by_role("link", name="Versions").click()
    version = page.locator(".version", has=page.get_by_role("heading", name=f"Version {number}"))
    await version.get_by_role("button", name="Publier").click()
    await expect(version.get_by_text("Répond à tous les clients")).to_be_visible()


async def test_an_intent_is_made_trained_published_and_answers_and_what_it_missed_is_taught(
    studio: Page, customer: Customer
) -> None:
    await add_intent(studio)
    await add_answer(studio)
    await add_rule(studio)
    await train(studio, 2, "Cartes cadeaux")

    said = studio.get_by_label("Dites quelque chose au bot")
    await said.fill("bonjour")
    await said.press("Enter")
    await said.fill(EXAMPLES[1])
    await expect(studio.locator(".chat-turn")).to_have_count(1)
    await said.press("Enter")
    await expect(studio.locator(".chat-reply").get_by_text(ANSWER)).to_be_visible()
    await studio.locator(".chat-why summary").last.click()
    await expect(studio.locator(".why-nearest").last.get_by_text(EXAMPLES[1])).to_be_visible()

    await publish(studio, 2)
    await customer.post("/sms", **{"from": NUMBER, "text": EXAMPLES[2]})
    await until(lambda: answered(customer, NUMBER))

    for number, text in ((OTHER, "un bon à offrir"), (THIRD, "zut, mon bon ne passe pas")):
        await customer.post("/sms", **{"from": number, "text": text})
        await until(lambda number=number: customer.texts(number))
    await studio.get_by_role("link", name="À revoir").click()
    missed = studio.locator(".review li").filter(has_text="bon")
    await expect(missed).to_have_count(2)
    for _ in range(2):
        await missed.first.click()
        await missed.first.get_by_label("Autre intention").select_option("gift_card")
    await expect(missed).to_have_count(0)

    await train(studio, 3, "Bons")
    await publish(studio, 3)
    await studio.get_by_role("link", name="Évaluation").first.click()
    await studio.get_by_label("Comparer à").select_option(label="Version 2 · Cartes cadeaux")
    await expect(studio.locator(".bot-figures .tile").first).to_be_visible()
    await expect(studio.get_by_role("rowheader", name="gift_card").first).to_be_visible()

    await studio.get_by_role("link", name="Versions").click()
    await studio.get_by_role("button", name="Revenir à celle-ci").first.click()
    await expect(studio.get_by_text("Version 2 répond", exact=True)).to_be_visible()


async def answered(customer: Customer, number: str) -> bool:
    return any(ANSWER in text for text in await customer.texts(number))


async def test_two_designers_write_one_intent_and_nothing_is_lost(
    studio: Page, chromium: Browser, demo: RunningProduct
) -> None:
    other = await (await _context(chromium, "fr")).new_page()
    await _sign_in(other, demo.url, "admin", "fr")
    for page in (studio, other):
        await page.goto(f"{demo.url}/#/bots")
        await page.get_by_role("link", name="greet").click()
        await expect(page.get_by_role("heading", name="greet")).to_be_visible()
    for page, text in ((studio, "bonjour la compagnie"), (other, "hé, salut"), (studio, "bien le bonjour")):
        field = page.get_by_label("Nouvel exemple de greet")
        await field.fill(text)
        await field.press("Enter")
    for page in (studio, other):
        for text in ("bonjour la compagnie", "hé, salut", "bien le bonjour"):
            await expect(page.locator(".lines li").get_by_text(text, exact=True)).to_be_visible()


async def test_a_file_that_is_no_yaml_is_refused_with_the_place_and_stays_on_screen(studio: Page) -> None:
    await studio.get_by_role("link", name="Fichiers YAML").click()
    await studio.get_by_role("link", name="data/rules.yml").click()
    text = studio.get_by_label("Texte de data/rules.yml")
    await text.fill("rules: [\n")
    await text.press("Control+s")

    await expect(studio.get_by_role("alert")).to_contain_text("data/rules.yml")
    await expect(text).to_have_value("rules: [\n")


@pytest.mark.parametrize("language", LOOKS)
async def test_the_studio_has_no_fault(chromium: Browser, shared_demo: RunningProduct, language: str) -> None:
    page = await (await _context(chromium, language)).new_page()
    inspection = Inspection(language)
    inspection.watch(page)
    await _sign_in(page, shared_demo.url, "lucas", language)
    await expect(page.locator(".studio")).to_be_visible()
    for section in SECTIONS:
        await page.locator(f".studio-nav a[href*='at={section}']").click()
        await expect(page.locator(".studio-main .skeleton")).to_have_count(0)
        # Names of parts are the designers' own, in whichever language.
        await inspection.look(section, page, words=section in ("review", "evaluation", "versions", "figures"))
    assert inspection.found == {}
