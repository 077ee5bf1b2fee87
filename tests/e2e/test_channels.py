"""The whole thread on each channel, as its users live it: customer, bot, pop, agent, answer, resolved, and again."""

from collections.abc import Awaitable
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.desk import Desk
from tests.running import Customer, RunningProduct, until

Mail = dict[str, Any]

LEA, LEA_MAIL = "+33639981101", "lea.martin@example.com"
pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("e2e")]


async def test_sms_from_the_first_word_to_the_answer_and_back_by_mail(
    desk: Desk, customer: Customer, demo: RunningProduct
) -> None:
    await customer.post("/sms", **{"from": LEA, "text": "Bonjour, quels sont vos horaires ?"})
    assert await until(lambda: customer.texts(LEA))
    await customer.post("/sms", **{"from": LEA, "text": "je voudrais parler à un conseiller"})
    await desk.accept("Léa Martin")
    await expect(desk.timeline.get_by_text("Bonjour, quels sont vos horaires ?", exact=True)).to_be_visible()
    await expect(desk.file).to_contain_text("Nantes")
    await expect(desk.file).to_contain_text("Lampe arrivée fêlée")
    await desk.reply("Bonjour Madame Martin, je suis là.")
    await until(lambda: _has(customer.texts(LEA), "Bonjour Madame Martin, je suis là."))
    await expect(desk.timeline.get_by_text("Remis").last).to_be_visible()
    await desk.resolve()
    await _writes_and_asks_for_a_person(customer)
    await desk.accept("Léa Martin")
    await expect(desk.file).to_contain_text("je suis là")


async def test_mail_from_the_first_word_to_the_answer_and_back_by_sms(desk: Desk, customer: Customer) -> None:
    await _writes_and_asks_for_a_person(customer)
    answers = await until(lambda: customer.mails(LEA_MAIL))
    assert answers[0]["subject"] == "Re: Ma commande"
    await desk.accept("Léa Martin")
    await expect(desk.timeline.get_by_text("parler à une personne").first).to_be_visible()
    await desk.reply("Chère Madame, votre colis part ce soir.")
    mails = await until(lambda: _more_than(customer.mails(LEA_MAIL), len(answers)))
    assert "votre colis part ce soir" in mails[-1]["text"]
    assert mails[-1]["references"], "an answer belongs to its thread"
    await desk.resolve()
    await customer.post("/sms", **{"from": LEA, "text": "Rappelez-moi svp, je veux parler à quelqu'un"})
    await desk.accept("Léa Martin")
    await expect(desk.file).to_contain_text("Ma commande")


async def test_an_answer_to_a_mail_shows_everyone_it_goes_to_and_they_can_be_changed(
    desk: Desk, customer: Customer
) -> None:
    jeanne, marc, deco = "jeanne@example.com", "marc@example.org", "deco@example.net"
    asks = {"from": jeanne, "name": "Jeanne Petit", "subject": "Devis", "cc": [marc, deco]}
    first = await customer.post("/mail", **asks, text="Je souhaite parler à une personne.")
    await desk.accept("Jeanne Petit")
    quoted = {"in_reply_to": first["message_id"], "references": [first["message_id"]]}
    await customer.post("/mail", **{"from": marc, "name": "Marc Petit"}, text="C'est urgent.", **quoted)
    await expect(desk.timeline.get_by_text("Marc Petit")).to_be_visible()
    await expect(desk.page.get_by_role("list", name="À", exact=True).get_by_role("listitem")).to_have_text(
        [marc, jeanne]
    )
    await desk.page.get_by_role("button", name=f"Retirer {deco}").click()
    await desk.page.get_by_placeholder("Ajouter une adresse").first.fill("vendeur@example.com")
    await desk.page.keyboard.press("Enter")
    await desk.reply("Le devis part ce soir.")
    for address in (jeanne, marc, "vendeur@example.com"):
        await until(lambda a=address: _any(_texts(customer, a), "devis part ce soir"))
    assert await customer.mails(deco) == []
    await expect(desk.timeline.get_by_text(f"À {marc}, {jeanne}, vendeur@example.com")).to_be_visible()
    await desk.resolve()


async def test_a_call_from_the_greeting_to_the_agents_voice_and_back_by_sms(
    desk: Desk, customer: Customer
) -> None:
    sid = (await customer.post("/calls", **{"from": LEA}))["call"]["sid"]
    await until(lambda: _listening(customer, sid))
    await customer.post(f"/calls/{sid}/say", text="Quels sont vos horaires ?")
    await until(lambda: _any(customer.heard(sid), "ouvert"))
    await until(lambda: _listening(customer, sid))
    await customer.post(f"/calls/{sid}/say", text="Je veux parler à un conseiller")
    await desk.accept("Léa Martin")
    user_id = await until(lambda: _ringing(customer))
    await customer.post(f"/handset/{user_id}/answer")
    await until(lambda: _talking(customer, sid))
    await customer.post(f"/handset/{user_id}/say", text="Bonjour, Camille à l'appareil")
    await until(lambda: _any(customer.heard(sid), "Camille à l'appareil"))
    await customer.post(f"/calls/{sid}/say", text="Je vous entends très bien")
    await expect(desk.timeline.get_by_text("Je vous entends très bien")).to_be_visible(timeout=15_000)
    await expect(desk.timeline.get_by_text("Camille à l'appareil")).to_be_visible()
    await desk.page.get_by_label("Texte de la réponse").fill("Je vous envoie le dossier.")
    await desk.page.keyboard.press("Control+Enter")
    await until(lambda: _any(customer.heard(sid), "Je vous envoie le dossier."))
    await desk.resolve()
    await until(lambda: _over(customer, sid))
    await customer.post("/sms", **{"from": LEA, "text": "Merci ! Je veux parler à un conseiller encore"})
    await desk.accept("Léa Martin", seconds=60)
    await expect(desk.file).to_contain_text("+33 6 39 98 11 01")


async def test_a_chat_from_the_first_word_to_the_answer_and_back_by_mail(
    desk: Desk, customer: Customer, demo: RunningProduct, chromium: Browser
) -> None:
    visitor = await (await chromium.new_context(locale="fr-FR")).new_page()
    await visitor.goto(f"{demo.url}/sandbox?lang=fr")
    await visitor.get_by_role("button", name="Ouvrir la discussion").click()
    chat = visitor.frame_locator("iframe[title]")
    await chat.get_by_role("textbox").fill("Je veux parler à un conseiller")
    await visitor.keyboard.press("Enter")
    await desk.accept("Léa Martin")
    await desk.reply("Bonjour, Camille à votre écoute.")
    await expect(chat.get_by_text("Bonjour, Camille à votre écoute.", exact=True)).to_be_visible()
    await desk.resolve()
    await _writes_and_asks_for_a_person(customer)
    await desk.accept("Léa Martin")
    await expect(desk.file).to_contain_text("Camille à votre écoute")


async def _writes_and_asks_for_a_person(customer: Customer) -> None:
    await customer.post(
        "/mail",
        **{"from": LEA_MAIL, "subject": "Ma commande", "text": "Bonjour, je souhaite parler à une personne."},
    )


async def _has(texts: Awaitable[list[str]], wanted: str) -> bool:
    return wanted in await texts


async def _texts(customer: Customer, address: str) -> list[str]:
    return [mail["text"] for mail in await customer.mails(address)]


async def _any(texts: Awaitable[list[str]], part: str) -> bool:
    return any(part in text for text in await texts)


async def _more_than(mails: Awaitable[list[Mail]], count: int) -> list[Mail] | None:
    found = await mails
    return found if len(found) > count else None


async def _listening(customer: Customer, sid: str) -> bool:
    return bool((await customer.get(f"/calls/{sid}"))["call"]["listening"])


async def _talking(customer: Customer, sid: str) -> bool:
    return bool((await customer.get(f"/calls/{sid}"))["call"]["talking"])


async def _over(customer: Customer, sid: str) -> bool:
    return (await customer.get(f"/calls/{sid}"))["call"]["status"] == "completed"


async def _ringing(customer: Customer) -> str | None:
    """The agent whose telephone rings."""
    for agent in (await customer.get("/setting"))["agents"]:
        calls = (await customer.get(f"/handset/{agent['user_id']}"))["calls"]
        if any(call["status"] == "ringing" for call in calls):
            return str(agent["user_id"])
    return None
