"""Text without a usable charset: read by what the rest of the mail says, else by what it looks like."""

import pytest

from channels.email.charset import decode, hint_of
from channels.email.parse import parse
from channels.email.threading import Own
from crm.conversations.inbound import Inbound
from tests.channels.email.post import NOW

OWN = Own(address="support@example.com", secret="x")

JAPANESE = "こんにちは。注文の状況を教えてください。よろしくお願いします。"
UNLABELLED = [
    ("cp932", JAPANESE),
    ("euc_jp", JAPANESE),
    ("gb18030", "您好，我的订单还没有到。请帮我查询一下。谢谢你们。"),
    ("big5", "您好，我的訂單還沒有到。請幫我查一下，謝謝你們。"),
    ("cp949", "안녕하세요. 주문한 상품이 아직 도착하지 않았습니다. 확인 부탁드립니다."),
    ("koi8_r", "Здравствуйте! Когда придёт мой заказ? Жду уже две недели."),
    ("cp1251", "Здравствуйте! Когда придёт мой заказ? Жду уже две недели."),
    ("cp1252", "Bonjour, ma commande n’est pas arrivée, où est-elle passée ?"),
    ("cp1252", "Guten Tag, meine Bestellung ist noch nicht da. Grüße, Jürgen Müßig"),
    ("cp1252", "él año pasado compré una lámpara señorial"),
]


def mail(head: bytes, body: bytes) -> bytes:
    fixed = b"Date: Mon, 02 Nov 2026 10:00:00 +0100\r\nMessage-ID: <c1@example.org>\r\nTo: support@example.com\r\n"
    return head + fixed + b"MIME-Version: 1.0\r\n\r\n" + body


def read(raw: bytes) -> Inbound:
    item = parse(raw, OWN, NOW)
    assert isinstance(item, Inbound)
    return item


@pytest.mark.parametrize(("codec", "text"), UNLABELLED)
def test_a_body_without_a_label_is_read_by_what_it_looks_like(codec: str, text: str):
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize(("codec", "text"), UNLABELLED)
def test_raw_headers_are_read_like_the_body_below_them(codec: str, text: str):
    start = text[:12].strip()
    item = read(
        mail(b"From: <lea@example.org>\r\nSubject: " + start.encode(codec) + b"\r\n", text.encode(codec))
    )

    assert (item.subject, item.text) == (start, text)


@pytest.mark.parametrize(
    ("label", "codec", "word"),
    [
        ("gb2312", "gb18030", "订单"),
        ("Big5", "big5", "訂單"),
        ("shift_jis", "cp932", "注文"),
        ("euc-kr", "cp949", "주문"),
        ("koi8-r", "koi8_r", "Заказ"),
        ("windows-1251", "cp1251", "Заказ"),
        ("iso-8859-2", "iso8859_2", "Objednávka č. žluťoučký"),
    ],
)
def test_the_bodys_label_reads_raw_headers_too(label: str, codec: str, word: str):
    head = b"From: <lea@example.org>\r\nSubject: " + word.encode(codec) + b"\r\n"
    head += f"Content-Type: text/plain; charset={label}\r\n".encode()

    assert read(mail(head, word.encode(codec))).subject == word


@pytest.mark.parametrize("text", ["①番の件", "㈱例", "Ⅳ章", "普通の文", "№１"])
def test_japanese_with_the_vendors_rows(text: str):
    encoded = b"\x1b$B" + jis(text) + b"\x1b(B"

    assert decode(encoded, "ISO-2022-JP") == text


def jis(text: str) -> bytes:
    """The seven-bit rows of a text, from its Shift_JIS bytes."""
    out = bytearray()
    data = text.encode("cp932")
    for high, low in zip(data[::2], data[1::2], strict=True):
        row = (high - (0x81 if high < 0xA0 else 0xC1)) * 2 + 0x21
        if low >= 0x9F:
            out += bytes((row + 1, low - 0x7E))
        else:
            out += bytes((row, low - (0x1F if low < 0x7F else 0x20)))
    return bytes(out)


@pytest.mark.parametrize("label", ["", "x-unknown", "utf-8", "us-ascii"])
def test_a_label_that_says_nothing_keeps_french_french(label: str):
    text = "Réponse à votre message : déjà reçu, merci."

    assert decode(text.encode("cp1252"), label) == text
    assert decode(text.encode("utf-8"), label) == text


def test_a_mail_in_utf_8_or_latin_hints_at_nothing():
    assert hint_of("Subject: déjà reçu".encode()) == ""
    assert hint_of("Subject: déjà reçu".encode("cp1252")) == ""


@pytest.mark.parametrize(
    ("told", "sender"),
    [
        ("MAILER-DAEMON (Mail Delivery System)", "mailer-daemon@localhost"),
        ("<MAILER-DAEMON>", "mailer-daemon@localhost"),
        ("root", "root@localhost"),
        ("root@server", "root@server"),
        ("Cron Daemon <cron@localhost>", "cron@localhost"),
    ],
)
def test_a_machines_own_mail_is_taken_and_no_bot_answers_it(told: str, sender: str):
    item = read(mail(f"From: {told}\r\nSubject: Cron job\r\n".encode(), b"done"))

    assert item.sender.value == sender
    if sender.endswith("@localhost"):
        assert item.automatic
