"""The e-mail thread over real servers: the customer's own mail program, Exim, Dovecot, and the agent in Chromium."""

import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.e2e.desk import Desk
from tests.e2e.mail_program import MailProgram, words_of
from tests.running import Customer, RunningProduct, give_model
from tests.servers.mail import Mailbox, MailServer

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("e2e")]

LEA = "lea.martin@example.com"  # in the samples, and here with a mailbox of their own
OTHER_NUMBER = "+33639987755"  # hers too, but not known yet


@pytest.fixture
def business(mail_server: MailServer) -> Mailbox:
    return mail_server.add_mailbox()


@pytest.fixture
async def demo(
    tmp_path: Path, model_cache: Path, mail_server: MailServer, business: Mailbox
) -> AsyncIterator[RunningProduct]:
    """The demo, but with its mail at Exim and Dovecot instead of at the sandbox."""
    give_model(tmp_path, model_cache)
    product = RunningProduct(tmp_path, env=mail_settings(mail_server, business))
    await product.start()
    yield product
    product.stop()


def mail_settings(server: MailServer, box: Mailbox) -> dict[str, str]:
    values = {
        "ADDRESS": box.address,
        "IMAP__HOST": server.host,
        "IMAP__PORT": str(server.imap_port),
        "IMAP__TLS": "false",
        "IMAP__USER": box.address,
        "IMAP__PASSWORD": box.password,
        "SMTP__HOST": server.host,
        "SMTP__PORT": str(server.smtp_port),
        "SMTP__STARTTLS": "false",
        "SMTP__USER": box.address,
        "SMTP__PASSWORD": box.password,
        "LISTEN__PORT": "0",
    }
    return {f"FILROUGE_EMAIL__{name}": value for name, value in values.items()}


async def test_a_mail_from_the_customers_program_to_the_answer_in_it_and_back_by_sms(
    desk: Desk, customer: Customer, mail_server: MailServer, business: Mailbox
) -> None:
    lea = MailProgram(mail_server, mail_server.add_mailbox(LEA))
    first = await lea.write(
        business.address, "Livraison samedi", "Bonjour, quels sont vos horaires d'ouverture ?"
    )
    by_bot = await lea.receive(1)
    assert "ouvert" in words_of(by_bot)
    assert by_bot["Subject"] == "Re: Livraison samedi"
    assert by_bot["In-Reply-To"] == first["Message-ID"]

    second = await lea.answer(by_bot, "Merci. Je voudrais parler à une personne, s'il vous plaît.")
    await expect(desk.pop("Léa Martin")).to_contain_text("parler à une personne", timeout=20_000)
    await expect(desk.pop("Léa Martin")).to_contain_text(re.compile(r"\d+ conversations? passée"))
    await desk.accept("Léa Martin")
    await expect(desk.timeline).to_contain_text("quels sont vos horaires d'ouverture")
    await expect(desk.timeline).to_contain_text(words_of(by_bot).split("\n")[0])
    await expect(desk.file).to_contain_text("Nantes")
    await expect(desk.file).to_contain_text("Lampe arrivée fêlée")
    conversation = desk.page.url

    await desk.reply("Chère Madame, nous livrons aussi le samedi.")
    by_agent = await _newest_with(lea, "nous livrons aussi le samedi")
    thread = [first["Message-ID"], by_bot["Message-ID"], second["Message-ID"]]
    earlier = str(by_agent["References"]).split()
    assert [item for item in earlier if item in thread] == thread
    assert by_agent["In-Reply-To"] == earlier[-1]
    local = business.address.partition("@")[0]
    assert re.fullmatch(
        rf"{local}\+c\.[a-z2-7]+\.[a-z2-7]{{16}}@example\.com", _address(by_agent, "Reply-To")
    )
    assert _address(by_agent, "From") == business.address

    await lea.answer(by_agent, "Parfait, alors samedi matin.")
    await expect(desk.timeline.get_by_text("Parfait, alors samedi matin.")).to_be_visible(timeout=20_000)
    await expect(desk.timeline.get_by_text("Parfait, alors samedi matin.")).to_have_count(1)
    assert desk.page.url == conversation
    await expect(desk.conversations).to_have_count(1)

    await desk.add_contact_point("Téléphone", OTHER_NUMBER)
    await desk.resolve()
    await customer.post("/sms", **{"from": OTHER_NUMBER, "text": "Je voudrais parler à un conseiller"})
    await desk.accept("Léa Martin")
    await expect(desk.timeline).to_contain_text("Je voudrais parler à un conseiller")
    await expect(desk.file).to_contain_text("Livraison samedi")
    await expect(desk.file).to_contain_text(LEA)


async def _newest_with(program: MailProgram, words: str) -> EmailMessage:
    """The mail that holds these words; the bot may have written more than one before it."""
    for number in range(1, 10):
        message = await program.receive(number)
        if words in words_of(message):
            return message
    raise AssertionError(words)


def _address(message: EmailMessage, header: str) -> str:
    return parseaddr(str(message[header]))[1]
