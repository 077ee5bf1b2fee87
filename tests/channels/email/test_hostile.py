"""Whatever bytes come, parsing answers in time, with a sane item or `Malformed`."""

import time
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.email import mime
from channels.email.bounces import Report
from channels.email.parse import Echo, parse
from core.errors import Malformed
from crm.conversations.inbound import Inbound
from tests.channels.email.post import FIXTURES, NOW, OWN, letter

SAMPLES = [file.read_bytes() for file in sorted(FIXTURES.glob("*.eml"))]
WORDS = [
    b"From: a@example.org\n", b"From: =?utf-8?q?=\n", b"To: ", b"Content-Type: multipart/mixed; boundary=x\n", b"\n",
    b"Content-Type: text/html; charset=utf-7\n", b"Content-Transfer-Encoding: base64\n", b"--x\n", b"--x--\n",
    b"Content-Type: message/rfc822\n", b"Subject: =?x?b?////?=\n", b"\x00\xff\xfe", b"((((", b"<<<<", b";;;;",
    b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*1=\"\n", b"Date: 99 Foo 99999 99:99\n",
    b"References: <<a@b> <c", b"Content-Type: text/plain; charset=unicode_escape\n", b"\\ud800", b"Return-Path: <>\n",
    b"Content-Type: multipart/report\n", b"Content-Type: message/delivery-status\n", b"charset*0=", b"\r", b"> ",
]  # fmt: skip


def sane(data: bytes) -> None:
    try:
        mail = parse(data, OWN, NOW, trusted_mx="mx.example.com")
    except Malformed:
        return
    if isinstance(mail, Inbound):
        shown = (mail.text, mail.subject, mail.sender_name, mail.html or "", mail.provider_id, str(mail.meta))
        for text in (*shown, *(f.name for f in mail.files), *mail.refers_to):
            assert "\0" not in text
            text.encode("utf-8")
    else:
        assert isinstance(mail, Report | Echo)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_random_bytes(data: bytes) -> None:
    sane(data)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40), st.binary(max_size=30))
def test_mail_like_bytes(words: list[bytes], end: bytes) -> None:
    sane(b"From: a@example.org\n" + b"".join(words) + end)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 2000), st.integers(0, 200), st.binary(max_size=20))
def test_damaged_mails(sample: bytes, start: int, length: int, instead: bytes) -> None:
    sane(sample[:start] + instead + sample[start + length :])


@settings(max_examples=30, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=300),
    st.binary(max_size=300),
    st.sampled_from(["base64", "quoted-printable"]),
)
def test_well_made_parts_are_read_as_the_standard_library_reads_them(
    text: str, data: bytes, cte: str
) -> None:
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = "a@example.org"
    message.set_content(text, cte=cte)
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename="a.bin")
    first, second = mime.read(message.as_bytes()).parts
    expected, attached = message.iter_parts()
    plain = first.content().decode().replace("\r\n", "\n")
    assert plain.rstrip("\n") == str(expected.get_content()).replace("\r\n", "\n").rstrip("\n")
    assert second.content() == attached.get_content() == data


def nested(depth: int, kind: bytes = b"multipart/mixed") -> bytes:
    head = b"From: a@example.org\nTo: support@example.com\n"
    opening = b"".join(b"Content-Type: %s; boundary=b%d\n\n--b%d\n" % (kind, n, n) for n in range(depth))
    closing = b"".join(b"\n--b%d--" % n for n in reversed(range(depth)))
    return head + opening + b"Content-Type: text/plain\n\nau fond\n" + closing


BIG = 25_000_000
GIANTS = {
    "nested 1000 deep": nested(1000),
    "nested 50000 deep": nested(50_000),
    "messages in messages": b"From: a@example.org\n" + b"Content-Type: message/rfc822\n\n" * 20_000 + b"x",
    "100000 parts": b"From: a@example.org\nContent-Type: multipart/mixed; boundary=x\n\n"
    + b"--x\n\na\n" * 100_000,
    "one line of 25 MB": b"From: a@example.org\n\n" + b"x" * BIG,
    "25 MB of headers": b"From: a@example.org\n" + b"X-A: b\n" * (BIG // 7) + b"\nx",
    "a header of 25 MB": b"From: a@example.org\nSubject: " + b"=?utf-8?q?a" * (BIG // 11) + b"\n\nx",
    "25 MB of quotes": b"From: a@example.org\n\n" + b"> x\n" * (BIG // 4),
    "25 MB of base64": b"From: a@example.org\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n"
    + (b"A" * 76 + b"\n") * (BIG // 77),
    "25 MB of HTML": b"From: a@example.org\nContent-Type: text/html\n\n" + b"<p>x</p>" * (BIG // 8),
    "addresses nested": b"From: a@example.org\nTo: " + b"(" * 500_000 + b"\n\nx",
    "many recipients": b"From: a@example.org\nTo: " + b"b@example.org, " * 100_000 + b"\n\nx",
    "NULs": b"From: a@example.org\n\n" + b"\0" * 1_000_000,
    "parameters": b"From: a@example.org\nContent-Type: text/plain" + b';a="' * 100_000 + b"\n\nx",
    "boundary everywhere": b"From: a@example.org\nContent-Type: multipart/mixed; boundary=a\n\n"
    + b"--a" * 1_000_000,
}


@pytest.mark.parametrize("data", GIANTS.values(), ids=GIANTS)
def test_giants_are_read_in_seconds(data: bytes) -> None:
    began = time.process_time()
    sane(data)
    assert time.process_time() - began < 8.0


def test_what_is_too_deep_is_kept_as_a_file() -> None:
    mail = parse(nested(1000), OWN, NOW)
    assert isinstance(mail, Inbound)
    assert any(b"au fond" in file.data for file in mail.files)


def test_a_large_attachment_arrives_whole() -> None:
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.set_content("Voir")
    data = bytes(range(256)) * 70_000
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename="grand.bin")
    mail = parse(message.as_bytes(), OWN, NOW)
    assert isinstance(mail, Inbound)
    assert mail.files[0].data == data


@pytest.mark.parametrize(
    "charset", ["idna", "unicode_escape", "undefined", "rot13", "hex", "nonsense", "utf-16", ""]
)
def test_a_charset_that_is_none_does_no_harm(charset: str) -> None:
    data = letter("a@example.org", OWN.address, "Un café").replace(b'"utf-8"', f'"{charset}"'.encode())
    sane(data)
