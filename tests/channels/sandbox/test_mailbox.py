"""The customers' mail server, played: what they write reaches the product by SMTP, and its answers reach them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import aiosmtplib
import pytest

from channels.contract import Ground, Outbound
from channels.email.adapter import EmailChannel
from channels.sandbox.mailbox import Mailbox, SandboxMail
from core.bus import Bus
from core.clock import SystemClock
from core.ids import AttachmentId, new_id
from core.settings import Settings
from crm.conversations.joining import Limits
from crm.conversations.model import Attachment
from storage.engine.opening import Opened
from tests.fixtures import add_queue
from tests.servers.process import free_port

LUCIE = "lucie@example.org"
OURS = "bonjour@example.com"


@dataclass
class Post:
    mailbox: Mailbox
    channel: EmailChannel
    opened: Opened
    seen: list[SandboxMail]

    async def texts(self) -> list[tuple[str, str]]:
        """(conversation, text) of what came in."""
        rows = await self.opened.store.read(
            lambda tx: list(
                tx.conn.exec_driver_sql("SELECT conversation_id, text FROM exchanges ORDER BY recorded_at")
            )
        )
        return [(row[0], row[1]) for row in rows]

    async def write(self, **fields: Any) -> str:
        given = {
            "sender": LUCIE,
            "sender_name": "Lucie",
            "to": OURS,
            "subject": "Vase",
            "text": "Bonjour",
        } | fields
        return await self.mailbox.send(**given)


def answer(conversation_id: str, **fields: Any) -> Outbound:
    mail = Outbound(
        delivery_id=new_id(),
        exchange_id=new_id(),
        conversation_id=conversation_id,
        sender=OURS,
        recipient=LUCIE,
        text="À votre écoute",
        subject="Vase",
        language="fr",
        author_name="Camille",
    )
    return replace(mail, **fields)


@pytest.fixture
async def post(opened: Opened, bus: Bus, tmp_path: Path) -> AsyncIterator[Post]:
    await add_queue(opened.store)
    mailbox, channel, port = Mailbox(), EmailChannel(), free_port()
    await mailbox.start(product_host="127.0.0.1", product_port=port)
    email = {
        "address": OURS,
        "listen": {"port": port},
        "smtp": {"host": "127.0.0.1", "port": mailbox.port, "starttls": False},
    }
    async with aiohttp.ClientSession() as http:
        ground = Ground(
            store=opened.store,
            bus=bus,
            clock=SystemClock(),
            settings=Settings.model_validate({"email": email}),
            secret="s",
            http=http,
            limits=Limits(),
            count=lambda channel, what: None,
        )
        await channel.start(ground)
        post = Post(mailbox, channel, opened, [])
        mailbox.subscribe(post.seen.append)
        yield post
        await channel.stop()
        await mailbox.stop()


async def test_what_a_customer_writes_is_in_the_history_when_it_is_sent(post: Post) -> None:
    await post.write(text="Où est ma commande ?")
    assert [text for _, text in await post.texts()] == ["Où est ma commande ?"]


async def test_an_answer_reaches_the_customer_and_his_answer_the_conversation(post: Post) -> None:
    question = await post.write()
    ((conversation, _),) = await post.texts()
    await post.channel.send(answer(conversation, references=(f"mid:{question.strip('<>')}",)))
    mail = post.mailbox.messages(LUCIE)[-1]
    assert (mail.text.strip(), mail.subject, mail.in_reply_to) == ("À votre écoute", "Re: Vase", question)
    assert not mail.outgoing
    await post.write(to=mail.reply_to, text="Merci", subject="autre", in_reply_to=mail.message_id)
    assert {found for found, _ in await post.texts()} == {conversation}


async def test_each_mailbox_shows_its_own_mails(post: Post) -> None:
    await post.write()
    await post.write(sender="tom@example.net", sender_name="Tom", text="Hello")
    assert [m.text.strip() for m in post.mailbox.messages("TOM@example.net")] == ["Hello"]
    assert post.mailbox.messages(OURS) == []


async def test_who_subscribed_hears_of_mails_both_ways(post: Post) -> None:
    await post.write()
    await post.channel.send(answer(new_id()))
    assert [mail.outgoing for mail in post.seen] == [True, False]


async def test_files_go_both_ways(post: Post) -> None:
    await post.write(files=[("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(40))], html="<p>Voir</p>")
    file = Attachment(
        id=AttachmentId(new_id()),
        name="facture.pdf",
        content_type="application/pdf",
        size=8,
        sha256="",
        data=b"%PDF-1.7",
    )
    await post.channel.send(answer(new_id(), attachments=(file,)))
    assert post.mailbox.messages(LUCIE)[-1].attachments == ("facture.pdf",)
    rows = await post.opened.store.read(
        lambda tx: list(tx.conn.exec_driver_sql("SELECT name, content_type FROM attachments"))
    )
    assert [tuple(row) for row in rows] == [("photo.png", "image/png")]


async def test_what_the_product_refuses_is_an_error_of_the_sender(post: Post) -> None:
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await post.write(to="nobody@example.com")
    assert post.mailbox.messages(LUCIE) == []


async def test_a_customer_with_a_foreign_address_is_reached(post: Post) -> None:
    await post.channel.send(answer(new_id(), recipient="jöhn@example.org"))
    assert len(post.mailbox.messages("jöhn@example.org")) == 1
