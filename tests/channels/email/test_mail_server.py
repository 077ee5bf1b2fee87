"""The whole way over real servers: Exim and Dovecot, stopped, frozen and started again under the channel's feet."""

import asyncio
import signal
import time
from collections.abc import Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from imapclient import IMAPClient

from channels.email.adapter import EmailChannel
from channels.email.threading import Own
from core.errors import CredentialsBad, TryLater
from crm.conversations.model import DeliveryState
from tests.channels.email.post import SECRET, Office, conversations, letter, outbound, until
from tests.servers.mail import Mailbox, MailServer
from tests.servers.test_servers import send


def settings_of(server: MailServer, box: Mailbox, **imap: Any) -> dict[str, Any]:
    return {
        "address": box.address,
        "imap": {
            "host": server.host,
            "port": server.imap_port,
            "tls": False,
            "user": box.address,
            "password": box.password,
        }
        | imap,
        "smtp": {
            "host": server.host,
            "port": server.smtp_port,
            "starttls": False,
            "user": box.address,
            "password": box.password,
        },
    }


def mail(sender: Mailbox, to: str, text: str, **headers: str) -> EmailMessage:
    message = message_from_bytes(letter(sender.address, to, text, **headers), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def post(server: MailServer, sender: Mailbox, message: EmailMessage) -> None:
    await asyncio.to_thread(send, server, sender, message)


async def open_on(office: Office, server: MailServer, box: Mailbox, **imap: Any) -> EmailChannel:
    channel = await office.open(**settings_of(server, box, **imap))
    await until(lambda: not channel.problem)
    return channel


def inbox(server: MailServer, box: Mailbox) -> list[Mapping[bytes, Any]]:
    with IMAPClient(server.host, port=server.imap_port, ssl=False, timeout=10) as client:
        client.login(box.address, box.password)
        client.select_folder("INBOX")
        return [dict(data) for data in client.fetch(client.search("ALL"), ["FLAGS", "BODY.PEEK[]"]).values()]


async def received(server: MailServer, box: Mailbox, number: int = 1) -> EmailMessage:
    async def enough() -> Any:
        found = await asyncio.to_thread(inbox, server, box)
        return found if len(found) >= number else None

    found = await until(enough)
    message = message_from_bytes(found[-1][b"BODY[]"], policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def received_from(sender: str, server: MailServer, box: Mailbox) -> EmailMessage:
    """Their mail, among others: servers, too, write to who cannot be reached."""

    async def theirs() -> list[EmailMessage]:
        raw = [found[b"BODY[]"] for found in await asyncio.to_thread(inbox, server, box)]
        mails = [message_from_bytes(data, policy=policy.default) for data in raw]
        return [mail for mail in mails if sender in str(mail["From"])]

    (mail,) = await until(theirs)
    assert isinstance(mail, EmailMessage)
    return mail


async def test_a_new_mail_is_in_the_history_within_two_seconds(
    office: Office, mail_server: MailServer
) -> None:
    ours, lucie = mail_server.add_mailbox(), mail_server.add_mailbox()
    await open_on(office, mail_server, ours)
    await post(mail_server, lucie, mail(lucie, ours.address, "pour commencer"))
    await office.arrived(1)
    await post(mail_server, lucie, mail(lucie, ours.address, "la suite"))
    began = time.monotonic()
    await office.arrived(2)
    assert time.monotonic() - began < 2.0


async def test_what_waited_before_the_start_is_taken_and_flagged(
    office: Office, mail_server: MailServer
) -> None:
    ours, lucie = mail_server.add_mailbox(), mail_server.add_mailbox()
    for number in range(5):
        await post(mail_server, lucie, mail(lucie, ours.address, f"mail {number}"))
    await until(lambda: len(inbox(mail_server, ours)) == 5)
    await open_on(office, mail_server, ours)
    await office.arrived(5)
    await until(lambda: all({b"\\Seen", b"$Filrouge"} <= {*m[b"FLAGS"]} for m in inbox(mail_server, ours)))


async def test_a_thread_goes_there_and_back(office: Office, mail_server: MailServer) -> None:
    ours, lucie = mail_server.add_mailbox(), mail_server.add_mailbox()
    channel = await open_on(office, mail_server, ours)
    await post(
        mail_server, lucie, mail(lucie, ours.address, "Où est ma commande ?", Message_ID="<q1@example.org>")
    )
    (first,) = await office.arrived(1)
    await office.deliver(channel, await office.reply(first.conversation_id, "En route, n° 12 €"))
    answer = await received(mail_server, lucie)
    assert answer["Subject"] == "Re: Commande"
    assert answer["In-Reply-To"] == "<q1@example.org>"
    signed = answer["Reply-To"].addresses[0].addr_spec
    assert signed == Own(address=ours.address, secret=SECRET).reply_address(first.conversation_id)
    body = answer.get_body(("plain",))
    assert body is not None
    assert "En route, n° 12 €" in body.get_content()
    await post(mail_server, lucie, mail(lucie, signed, "Merci", Subject="sans rapport"))
    await post(mail_server, lucie, mail(lucie, ours.address, "Encore", In_Reply_To=answer["Message-ID"]))
    assert len(set(conversations(await office.arrived(3)))) == 1


async def test_a_mail_to_nobody_comes_back_and_ends_its_delivery(
    office: Office, mail_server: MailServer
) -> None:
    ours, lucie = mail_server.add_mailbox(), mail_server.add_mailbox()
    channel = await open_on(office, mail_server, ours)
    await post(mail_server, lucie, mail(lucie, ours.address, "Bonjour", Reply_To="nobody-at-all@example.com"))
    (first,) = await office.arrived(1)
    exchange = await office.reply(first.conversation_id, "Voici")
    await office.deliver(channel, exchange)

    async def bounced() -> bool:
        return (await office.delivery(exchange)).state is DeliveryState.BOUNCED

    await until(bounced)
    assert "nobody-at-all" in str((await office.delivery(exchange)).reason)
    assert len(await office.exchanges()) == 1


async def test_one_mail_reaches_everyone_it_names_and_who_is_not_reached_is_told(
    office: Office, mail_server: MailServer
) -> None:
    ours, lucie, hugo = (mail_server.add_mailbox() for _ in range(3))
    channel = await open_on(office, mail_server, ours)
    copied = f"{hugo.address}, nobody-at-all@example.com"
    await post(mail_server, lucie, mail(lucie, ours.address, "Bonjour", Cc=copied))
    (first,) = await office.arrived(1)
    exchange = await office.agent_replies(first.conversation_id, "Voici")
    await office.deliver(channel, exchange)
    for box in (lucie, hugo):
        answer = await received_from(ours.address, mail_server, box)
        assert answer["To"].addresses[0].addr_spec == lucie.address
        assert {a.addr_spec for a in answer["Cc"].addresses} == {hugo.address, "nobody-at-all@example.com"}

    async def bounced() -> bool:
        return (await office.delivery(exchange)).state is DeliveryState.BOUNCED

    await until(bounced)
    assert str((await office.delivery(exchange)).reason).startswith("nobody-at-all@example.com: ")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_a_restart_of_the_imap_server_loses_nothing(
    office: Office, own_mail_server: MailServer, how: signal.Signals
) -> None:
    server = own_mail_server
    ours, lucie = server.add_mailbox(), server.add_mailbox()
    channel = await open_on(office, server, ours)
    await asyncio.to_thread(server.imap.stop, how)
    await until(lambda: channel.problem)
    await post(server, lucie, mail(lucie, ours.address, "pendant la panne"))
    await asyncio.to_thread(server.imap.start)
    await office.arrived(1)
    await post(server, lucie, mail(lucie, ours.address, "après la panne"))
    assert [row.text for row in await office.arrived(2)] == ["pendant la panne", "après la panne"]


async def test_a_restart_of_the_smtp_server_is_a_reason_to_try_later(
    office: Office, own_mail_server: MailServer
) -> None:
    server = own_mail_server
    ours, lucie = server.add_mailbox(), server.add_mailbox()
    channel = await open_on(office, server, ours)
    await channel.send(outbound(recipient=lucie.address))
    await received(server, lucie, 1)  # what is under way when the server stops, it tries again minutes later
    await asyncio.to_thread(server.smtp.stop)
    with pytest.raises(TryLater):
        await channel.send(outbound(recipient=lucie.address))
    await asyncio.to_thread(server.smtp.start)
    await channel.send(outbound(recipient=lucie.address))
    await received(server, lucie, 2)


async def test_killed_between_commit_and_flag_the_mail_is_one_exchange(
    office: Office, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, lucie = mail_server.add_mailbox(), mail_server.add_mailbox()
    monkeypatch.setattr("channels.email.imap.MailboxReader._flag", cut)
    killed = await open_on(office, mail_server, ours)
    await post(mail_server, lucie, mail(lucie, ours.address, "une seule fois"))
    await office.arrived(1)
    await office.shut(killed)
    monkeypatch.undo()
    await open_on(office, mail_server, ours)
    await until(lambda: b"\\Seen" in inbox(mail_server, ours)[0][b"FLAGS"])
    assert len(await office.exchanges()) == 1


def cut(*_: Any) -> None:
    raise OSError("the line is cut right after the commit")


async def test_while_the_store_is_away_the_mail_stays_unread(office: Office, mail_server: MailServer) -> None:
    ours, lucie = mail_server.add_mailbox(), mail_server.add_mailbox()
    await open_on(office, mail_server, ours)
    office.store.away = True
    await post(mail_server, lucie, mail(lucie, ours.address, "patience"))
    await until(lambda: inbox(mail_server, ours))
    await asyncio.sleep(0.7)
    assert b"\\Seen" not in inbox(mail_server, ours)[0][b"FLAGS"]
    office.store.away = False
    await office.arrived(1)


async def test_a_mail_that_cannot_be_read_does_not_keep_the_next_one_waiting(
    office: Office, mail_server: MailServer
) -> None:
    ours, lucie = mail_server.add_mailbox(), mail_server.add_mailbox()
    await open_on(office, mail_server, ours)
    unread = mail(lucie, ours.address, "qui ?")
    del unread["From"]
    unread["From"] = "personne <>"
    await asyncio.to_thread(put, mail_server, ours, unread.as_bytes())
    await post(mail_server, lucie, mail(lucie, ours.address, "et moi"))
    assert [row.text for row in await office.arrived(1)] == ["et moi"]
    await until(lambda: office.counted["set_aside"] == 1)


async def test_a_mail_that_is_too_large_is_set_aside(office: Office, mail_server: MailServer) -> None:
    ours, lucie = mail_server.add_mailbox(), mail_server.add_mailbox()
    await post(mail_server, lucie, mail(lucie, ours.address, "long " * 5_000))
    await office.open(**settings_of(mail_server, ours), max_message=10_000)

    async def set_aside() -> Any:
        return await office.rows("SELECT reason FROM set_aside")

    assert "more than 10000" in (await until(set_aside))[0].reason


def put(server: MailServer, box: Mailbox, data: bytes) -> None:
    with IMAPClient(server.host, port=server.imap_port, ssl=False, timeout=10) as client:
        client.login(box.address, box.password)
        client.append("INBOX", data)


async def test_a_frozen_server_is_noticed(
    office: Office, own_mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.email.imap.COMMAND_PATIENCE", 1.0)
    server = own_mail_server
    ours, lucie = server.add_mailbox(), server.add_mailbox()
    channel = await open_on(office, server, ours, poll=1.0)
    server.imap.freeze()
    try:
        await until(lambda: channel.problem)
    finally:
        server.imap.thaw()
    await post(server, lucie, mail(lucie, ours.address, "réveil"))
    await office.arrived(1)


async def test_a_wrong_password_is_said_so(office: Office, mail_server: MailServer) -> None:
    ours = mail_server.add_mailbox()
    wrong = settings_of(mail_server, Mailbox(address=ours.address, password="wrong"))
    channel = await office.open(**wrong)
    with pytest.raises(CredentialsBad):
        await channel.check()
    with pytest.raises(CredentialsBad):
        await channel.send(outbound(recipient="lucie@example.com"))
    await until(lambda: "credentials" in channel.problem)


async def test_check_passes_when_both_servers_know_us(office: Office, mail_server: MailServer) -> None:
    channel = await office.open(**settings_of(mail_server, mail_server.add_mailbox()))
    await channel.check()


async def test_a_mail_the_server_cannot_hand_over_lets_the_others_pass(
    office: Office, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, lucie = mail_server.add_mailbox(), mail_server.add_mailbox()
    for text in ("la cassée", "la bonne"):
        await post(mail_server, lucie, mail(lucie, ours.address, text))
    await until(lambda: len(inbox(mail_server, ours)) == 2)
    fetch = IMAPClient.fetch

    def breaks(client: IMAPClient, uids: list[int], data: list[str], *more: Any) -> Any:
        if 1 in uids and data == ["BODY.PEEK[]"]:
            raise OSError("cut by the first mail")
        return fetch(client, uids, data, *more)

    monkeypatch.setattr(IMAPClient, "fetch", breaks)
    monkeypatch.setattr("channels.email.imap.LONGEST_WAIT", 0.2)
    await office.open(**settings_of(mail_server, ours))
    assert [row.text for row in await office.arrived(1)] == ["la bonne"]
