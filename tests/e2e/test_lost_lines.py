"""Lines that break and people who collide: nothing missed, nothing doubled, nothing written in vain."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from gateway.sample import PASSWORD
from tests.e2e.desk import Desk
from tests.running import Customer, RunningProduct, until

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("e2e")]

AMINA, JULIEN, CHLOE = "+33639981104", "+33639981105", "+33639981110"
A_PERSON = "Je voudrais parler à un conseiller"
HEALED = 30_000  # ms: the longest wait between two tries to reconnect, and some


@pytest.fixture
def demo(shared_demo: RunningProduct) -> RunningProduct:
    return shared_demo


@pytest.fixture
async def second(chromium: Browser, demo: RunningProduct) -> AsyncIterator[Desk]:
    """Nadia, signed in beside Camille; off duty, so that nothing is offered to her."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 720}, locale="fr-FR")
    other = Desk(await context.new_page())
    await other.sign_in(demo.url, "nadia", PASSWORD)
    yield other
    await context.close()


async def test_a_console_that_was_offline_misses_nothing_and_sends_once_what_was_written(
    desk: Desk, customer: Customer
) -> None:
    await _asks_for_a_person(desk, customer, AMINA, "Amina Diallo")
    context = desk.page.context
    await context.set_offline(True)
    await expect(desk.offline).to_be_visible(timeout=HEALED)
    said = [f"Message {number} pendant la coupure" for number in (1, 2, 3)]
    for text in said:
        await customer.post("/sms", **{"from": AMINA, "text": text})
    await desk.write("Écrit pendant la coupure")
    await expect(desk.composer.get_by_role("alert")).to_be_visible()
    await expect(desk.timeline.get_by_text("pendant la coupure")).to_have_count(0)
    await context.set_offline(False)
    for text in [*said, "Écrit pendant la coupure"]:
        await expect(desk.timeline.get_by_text(text, exact=True)).to_be_visible(timeout=HEALED)
    await expect(desk.offline).to_be_hidden()
    assert await _lines(desk, "pendant la coupure") == [*said, "Écrit pendant la coupure"]
    received = await until(lambda: _among(customer.texts(AMINA), "Écrit pendant la coupure"))
    assert received.count("Écrit pendant la coupure") == 1
    await desk.resolve()


async def test_an_open_console_and_an_open_chat_outlive_a_kill_of_the_product(
    desk: Desk, demo: RunningProduct, chromium: Browser
) -> None:
    context = await chromium.new_context(locale="fr-FR")
    visitor = await context.new_page()
    await visitor.goto(f"{demo.url}/chat-demo?lang=fr")
    chat = await _open_chat(visitor)
    await _say(visitor, chat, A_PERSON)
    await desk.page.get_by_role("button", name="Accepter").click(timeout=20_000)
    await desk.reply("Bonjour, je vous lis.")
    await expect(chat.get_by_text("Bonjour, je vous lis.", exact=True)).to_be_visible()
    demo.kill()
    await expect(desk.offline).to_be_visible()
    await _say(visitor, chat, "Vous êtes toujours là ?")
    await desk.write("Oui, un instant.")
    await expect(desk.composer.get_by_role("alert")).to_be_visible()
    await demo.start()
    await expect(desk.timeline.get_by_text("Vous êtes toujours là ?", exact=True)).to_be_visible(
        timeout=HEALED
    )
    await expect(chat.get_by_text("Oui, un instant.", exact=True)).to_be_visible(timeout=HEALED)
    await expect(desk.offline).to_be_hidden(timeout=HEALED)
    assert await _lines(desk, "toujours là") == ["Vous êtes toujours là ?"]
    assert await _lines(desk, "un instant") == ["Oui, un instant."]
    await expect(chat.get_by_text("Vous êtes toujours là ?", exact=True)).to_have_count(1)
    await expect(chat.get_by_text("Oui, un instant.", exact=True)).to_have_count(1)
    await desk.resolve()
    await context.close()


async def test_a_stop_waits_for_no_open_console_which_comes_back_by_itself(
    desk: Desk, demo: RunningProduct
) -> None:
    began = time.monotonic()
    demo.stop()
    assert time.monotonic() - began < 5
    await expect(desk.offline).to_be_visible()
    await demo.start()
    await expect(desk.offline).to_be_hidden(timeout=HEALED)


async def test_of_two_agents_who_take_one_conversation_at_once_one_gets_it_and_the_other_is_told(
    desk: Desk, second: Desk, customer: Customer, demo: RunningProduct
) -> None:
    await customer.post("/sms", **{"from": JULIEN, "text": "Bonjour, quels sont vos horaires ?"})
    await second.become("Disponible")
    for one in (desk, second):
        await one.page.get_by_role("tab", name="Équipe").click()
        await one.conversations.filter(has_text="Julien Perrot").click()
        await expect(one.take).to_be_enabled()
    together = asyncio.Barrier(2)

    async def at_once(route: Route) -> None:
        await together.wait()
        await route.continue_()

    for one in (desk, second):
        await one.page.route("**/take", at_once)
    await asyncio.gather(desk.take.click(), second.take.click())
    held = "Cette conversation est chez : {}."
    told = {desk: held.format("Nadia Benali"), second: held.format("Camille Roux")}
    await until(lambda: _either(*(one.page.get_by_text(words) for one, words in told.items())))
    losers = [one for one, words in told.items() if await one.page.get_by_text(words).is_visible()]
    assert len(losers) == 1
    await expect(losers[0].page.get_by_text("La conversation a changé de mains")).to_be_visible()
    winner = second if losers[0] is desk else desk
    await expect(winner.take).to_have_count(0)
    await winner.reply("Bonjour, je suis à vous.")
    await expect(losers[0].timeline.get_by_text("Bonjour, je suis à vous.")).to_be_visible()
    await winner.resolve()
    await second.become("Hors ligne")


async def test_a_reply_that_crossed_a_change_of_hands_is_refused_and_its_text_kept(
    desk: Desk, second: Desk, customer: Customer
) -> None:
    await _asks_for_a_person(desk, customer, JULIEN, "Julien Perrot")
    await second.become("Disponible")
    await second.page.goto(desk.page.url)
    taken = asyncio.Event()

    async def slow_network(route: Route) -> None:
        await taken.wait()
        await route.continue_()

    await desk.page.route("**/replies", slow_network)
    await desk.write("Je m'en occupe, Monsieur Perrot.")
    await second.take.click()
    await expect(second.take).to_have_count(0)
    taken.set()
    await expect(desk.composer.get_by_role("alert")).to_contain_text(
        "Rien n’est parti ; votre texte est gardé."
    )
    await expect(desk.composer.get_by_role("alert")).to_contain_text("Nadia Benali")
    await expect(desk.text).to_have_value("Je m'en occupe, Monsieur Perrot.")
    await second.reply("Nadia à votre service.")
    received = await until(lambda: _among(customer.texts(JULIEN), "Nadia à votre service."))
    assert "Je m'en occupe, Monsieur Perrot." not in received
    await desk.text.fill("")
    await second.resolve()
    await second.become("Hors ligne")


async def test_two_tabs_of_one_agent_agree(desk: Desk, customer: Customer, demo: RunningProduct) -> None:
    other = Desk(await desk.page.context.new_page())
    await other.page.goto(demo.url)
    await customer.post("/sms", **{"from": CHLOE, "text": A_PERSON})
    await expect(other.pop("Chloé Vasseur")).to_be_visible(timeout=20_000)
    await desk.accept("Chloé Vasseur")
    await expect(other.pop("Chloé Vasseur")).to_have_count(0)
    await other.conversations.filter(has_text="Chloé Vasseur").click()
    await other.reply("Bonjour depuis le second onglet.")
    await expect(desk.timeline.get_by_text("Bonjour depuis le second onglet.", exact=True)).to_be_visible()
    assert await _lines(desk, "second onglet") == await _lines(other, "second onglet")
    await other.become("Occupé")
    await expect(desk.presence).to_have_accessible_name(re.compile("Occupé"))
    await desk.resolve()
    await expect(other.page.get_by_text("Rien sur votre bureau")).to_be_visible()


async def _asks_for_a_person(desk: Desk, customer: Customer, number: str, name: str) -> None:
    await customer.post("/sms", **{"from": number, "text": A_PERSON})
    await desk.accept(name)
    await expect(desk.timeline.get_by_text(A_PERSON, exact=True)).to_be_visible()


async def _open_chat(visitor: Page) -> Locator:
    await visitor.get_by_role("button", name="Ouvrir la discussion").click()
    chat = visitor.frame_locator("iframe[title]").locator("body")
    await expect(chat.get_by_role("textbox", name="Votre message")).to_be_visible()
    return chat


async def _say(visitor: Page, chat: Locator, text: str) -> None:
    await chat.get_by_role("textbox", name="Votre message").fill(text)
    await visitor.keyboard.press("Enter")


async def _lines(desk: Desk, part: str) -> list[str]:
    """What stands in the thread with these words, in its order."""
    return await desk.timeline.locator(".words").filter(has_text=part).all_inner_texts()


async def _among(texts: Awaitable[list[str]], wanted: str) -> list[str] | None:
    found = await texts
    return found if wanted in found else None


async def _either(*places: Locator) -> bool:
    return any([await place.is_visible() for place in places])
