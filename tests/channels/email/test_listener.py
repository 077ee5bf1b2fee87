"""Mail handed over by SMTP: taken only when it is committed, refused in words a mail server understands."""

import asyncio
import smtplib
from typing import Any

from channels.email.adapter import EmailChannel
from crm.conversations.model import DeliveryState
from tests.channels.email.post import OWN, SENT_ID, Office, conversations, letter, raw
from tests.servers.process import free_port

LUCIE = "lucie@example.org"


async def listening(office: Office, **email: Any) -> EmailChannel:
    return await office.open(listen={"port": free_port()}, **email)


async def hand_over(
    channel: EmailChannel, data: bytes, to: str = OWN.address, sender: str = LUCIE
) -> tuple[int, str]:
    """The code and words of the last answer, whichever command it was that ended the conversation."""

    def talk() -> tuple[int, str]:
        with smtplib.SMTP("127.0.0.1", channel.listen_port, timeout=10) as line:
            try:
                line.sendmail(sender, [to], data)
            except smtplib.SMTPRecipientsRefused as error:
                code, words = error.recipients[to]
                return code, words.decode()
            except smtplib.SMTPResponseException as error:
                return error.smtp_code, str(error.smtp_error)
            return 250, ""

    return await asyncio.to_thread(talk)


async def test_a_mail_is_in_the_history_when_its_sender_is_told_so(office: Office) -> None:
    channel = await listening(office)
    assert (await hand_over(channel, letter(LUCIE, OWN.address)))[0] == 250
    assert [row.text for row in await office.exchanges()] == ["Bonjour"]


async def test_the_same_mail_twice_is_one_exchange(office: Office) -> None:
    channel = await listening(office)
    data = letter(LUCIE, OWN.address)
    for _ in range(2):
        assert (await hand_over(channel, data))[0] == 250
    assert len(await office.exchanges()) == 1
    assert office.counted == {"accepted": 1, "duplicate": 1}


async def test_while_the_store_is_away_the_sender_is_told_to_try_again(office: Office) -> None:
    channel = await listening(office)
    office.store.away = True
    assert (await hand_over(channel, letter(LUCIE, OWN.address)))[0] == 451
    office.store.away = False
    assert await office.exchanges() == []


async def test_a_mail_to_someone_else_is_refused(office: Office) -> None:
    channel = await listening(office)
    assert (await hand_over(channel, letter(LUCIE, "other@example.com"), to="other@example.com"))[0] == 550


async def test_a_mail_that_is_too_large_is_refused(office: Office) -> None:
    channel = await listening(office, max_message=20_000)
    assert (await hand_over(channel, letter(LUCIE, OWN.address, "x" * 70 + "\n" * 30_000)))[0] == 552


async def test_a_mail_that_cannot_be_read_is_set_aside_and_the_next_one_taken(office: Office) -> None:
    channel = await listening(office)
    for data in (raw("no_sender"), raw("no_sender"), letter(LUCIE, OWN.address)):
        assert (await hand_over(channel, data))[0] == 250
    (item,) = await office.rows("SELECT id, reason, raw FROM set_aside")
    assert "is no address" in item.reason
    assert bytes(item.raw).split() == raw("no_sender").split()
    assert len(await office.exchanges()) == 1


async def test_a_mail_set_aside_is_replayed_once_it_can_be_read(office: Office, monkeypatch: Any) -> None:
    channel = await listening(office)
    monkeypatch.setattr("channels.email.intake.accept", broken)
    await hand_over(channel, letter(LUCIE, OWN.address))
    monkeypatch.undo()
    (row,) = await office.rows("SELECT id, reason FROM set_aside")
    item = await office.store.read(lambda tx: tx.set_aside.get(row.id))
    await channel.replay(item)
    assert [row.text for row in await office.exchanges()] == ["Bonjour"]
    assert (await office.store.read(lambda tx: tx.set_aside.get(row.id))).replayed_at is not None


def broken(*_: Any) -> Any:
    raise ZeroDivisionError("a fault of ours")


async def test_an_answer_to_the_signed_address_joins_without_any_header(office: Office) -> None:
    channel = await listening(office)
    await hand_over(channel, letter(LUCIE, OWN.address))
    (first,) = await office.exchanges()
    signed = OWN.reply_address(first.conversation_id)
    assert signed is not None
    await hand_over(channel, letter(LUCIE, signed, "La suite", Subject="autre sujet"), to=signed)
    assert len(set(conversations(await office.exchanges()))) == 1


async def test_a_subject_alone_joins_nothing(office: Office) -> None:
    channel = await listening(office)
    for text in ("un", "deux"):
        await hand_over(channel, letter(LUCIE, OWN.address, text, Subject="Re: Commande"))
    assert len(set(conversations(await office.exchanges()))) == 2


async def test_a_stranger_who_quotes_the_headers_does_not_join(office: Office) -> None:
    channel = await listening(office)
    await hand_over(channel, letter(LUCIE, OWN.address, Message_ID="<known@example.org>"))
    (first,) = await office.exchanges()
    signed = OWN.reply_address(first.conversation_id)
    assert signed is not None
    stolen = letter("mallory@example.net", signed, "Moi aussi", In_Reply_To="<known@example.org>")
    await hand_over(channel, stolen, to=signed, sender="mallory@example.net")
    assert len(set(conversations(await office.exchanges()))) == 2


async def test_the_stranger_has_not_turned_the_thread_to_himself(office: Office) -> None:
    await test_a_stranger_who_quotes_the_headers_does_not_join(office)
    channel = await listening(office)
    await hand_over(channel, letter(LUCIE, OWN.address, "La suite", In_Reply_To="<known@example.org>"))
    first, _, last = conversations(await office.exchanges())
    assert first == last


async def test_someone_who_was_copied_may_join(office: Office) -> None:
    channel = await listening(office)
    await hand_over(
        channel, letter(LUCIE, OWN.address, Cc="Mia <mia@example.net>", Message_ID="<known@example.org>")
    )
    await hand_over(channel, letter("mia@example.net", OWN.address, "Moi", In_Reply_To="<known@example.org>"))
    assert len(set(conversations(await office.exchanges()))) == 1


async def test_a_bounce_ends_the_delivery_it_is_about(office: Office) -> None:
    channel = await listening(office)
    await hand_over(channel, letter(LUCIE, OWN.address))
    (first,) = await office.exchanges()
    exchange = await office.reply(first.conversation_id, "Voici")
    delivery = await office.delivery(exchange)
    await hand_over(channel, raw("bounce_dsn").replace(SENT_ID.encode(), delivery.id.encode()))
    ended = await office.delivery(exchange)
    assert (ended.state, ended.reason) == (DeliveryState.BOUNCED, "550 5.1.1 User unknown")
    assert len(await office.exchanges()) == 1


async def test_a_bounce_of_a_mail_we_do_not_know_is_set_aside(office: Office) -> None:
    channel = await listening(office)
    assert (await hand_over(channel, raw("bounce_dsn")))[0] == 250
    (item,) = await office.rows("SELECT reason FROM set_aside")
    assert SENT_ID in item.reason
    assert await office.exchanges() == []


async def test_fifty_mails_at_once_are_fifty_exchanges(office: Office) -> None:
    channel = await listening(office)
    mails = [letter(f"c{number}@example.org", OWN.address) for number in range(50)]
    codes = await asyncio.gather(*(hand_over(channel, data) for data in mails))
    assert {code for code, _ in codes} == {250}
    assert len(await office.exchanges()) == 50
