"""The mail that goes out: right headers, both bodies, its files, and the same bytes each time."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

import pytest

from channels.contract import Outbound
from channels.email.compose import compose
from core.errors import InvalidInput
from core.ids import AttachmentId, new_id
from crm.conversations.model import Attachment
from tests.channels.email.post import OWN, outbound


def composed(mail: Outbound, **options: Any) -> bytes:
    usual: dict[str, Any] = {"display_name": "Atelier « Sorbier »", "signature": "", "reply_tags": True}
    return compose(mail, OWN, **(usual | options))


def made(mail: Outbound | None = None, **options: Any) -> EmailMessage:
    message = message_from_bytes(composed(mail or outbound(), **options), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_it_says_who_writes_and_where_answers_go() -> None:
    mail = outbound()
    message = made(mail)
    assert message["From"].addresses[0].display_name == "Atelier « Sorbier »"
    assert message["From"].addresses[0].addr_spec == OWN.address
    assert message["Reply-To"].addresses[0].addr_spec == OWN.reply_address(mail.conversation_id)
    assert message["Message-ID"] == f"<{mail.delivery_id}@example.com>"


def test_it_says_to_everyone_who_else_reads_it() -> None:
    message = made(outbound(also_to=("hugo@example.org",), cc=("ana@example.net", "lea@münchen.de")))
    assert [a.addr_spec for a in message["To"].addresses] == ["lucie@example.org", "hugo@example.org"]
    assert [a.addr_spec for a in message["Cc"].addresses] == ["ana@example.net", "lea@xn--mnchen-3ya.de"]
    assert made()["Cc"] is None


def test_answers_come_to_the_plain_address_where_the_server_knows_no_tags() -> None:
    assert made(reply_tags=False)["Reply-To"] is None


def test_an_answer_names_what_it_answers() -> None:
    message = made(outbound(references=("mid:a@x.example", "conv:1", "mid:b@x.example")))
    assert message["In-Reply-To"] == "<b@x.example>"
    assert message["References"].split() == ["<a@x.example>", "<b@x.example>"]
    assert message["Subject"] == "Re: Commande"


def test_long_message_ids_stay_in_one_piece() -> None:
    long = f"mid:{'x' * 200}@mail.example"
    raw = composed(outbound(references=tuple(f"{long}.n{n}" for n in range(40))))
    assert b"=?" not in raw.split(b"\r\n\r\n")[0].partition(b"References:")[2].partition(b"From:")[0]
    assert max(map(len, raw.split(b"\r\n"))) < 998


@pytest.mark.parametrize("subject", ["Re: Commande", "RE : Commande", "Réf: Commande", "AW: Commande"])
def test_a_subject_gets_no_second_prefix(subject: str) -> None:
    assert made(outbound(subject=subject, references=("mid:a@x.example",)))["Subject"] == subject


def test_a_first_mail_has_the_plain_subject_or_one_in_its_language() -> None:
    assert made(outbound())["Subject"] == "Commande"
    assert made(outbound(subject=""))["Subject"] == "Votre message"


def test_text_and_html_say_the_same() -> None:
    message = made(
        outbound(text="Voici <b> : https://example.com/a?b=1&c=2.\n\nÀ bientôt ☀"), signature="Camille"
    )
    assert (
        body(message, "plain")
        == "Voici <b> : https://example.com/a?b=1&c=2.\n\nÀ bientôt ☀\n\n-- \nCamille\n"
    )
    html = body(message, "html")
    assert "Voici &lt;b&gt; : " in html
    assert '<a href="https://example.com/a?b=1&amp;c=2">' in html
    assert "<p>À bientôt ☀</p>" in html


def test_only_a_machine_s_mail_says_so() -> None:
    assert made(outbound())["Auto-Submitted"] is None
    assert made(outbound(automatic=True))["Auto-Submitted"] == "auto-replied"


def test_files_go_along() -> None:
    data = b"%PDF-1.7"
    file = Attachment(
        id=AttachmentId(new_id()),
        name="Facture n° 1.pdf",
        content_type="application/pdf",
        size=len(data),
        sha256=sha256(data).hexdigest(),
        data=data,
    )
    (part,) = made(outbound(attachments=(file,))).iter_attachments()
    assert (part.get_filename(), part.get_content_type(), part.get_content()) == (
        "Facture n° 1.pdf",
        "application/pdf",
        data,
    )


def test_a_second_attempt_is_the_same_bytes() -> None:
    mail = outbound(text="é" * 2000, references=("mid:a@x.example",))
    assert composed(mail) == composed(replace(mail, in_doubt_since=None))


def test_no_line_needs_eight_bits_or_is_too_long() -> None:
    raw = composed(outbound(text="é" * 5000, subject="ç" * 280))
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("subject", ["Bonjour\r\nBcc: all@example.net", "Bonjour\n\nBcc: x", "\x00\x1b[0m"])
def test_a_subject_makes_no_header_of_its_own(subject: str) -> None:
    message = made(outbound(subject=subject))
    assert message["Bcc"] is None
    assert message.is_multipart()


@pytest.mark.parametrize(
    "recipient", ["", "x", "a b@example.com", "a@b.example\nBcc: all@example.net", "a@b@c.example"]
)
def test_a_recipient_that_is_no_address_is_refused(recipient: str) -> None:
    for fields in ({"recipient": recipient}, {"also_to": (recipient,)}, {"cc": (recipient,)}):
        with pytest.raises(InvalidInput):
            composed(outbound(**fields))


def test_foreign_letters_in_an_address_are_written_as_mail_wants_them() -> None:
    raw = composed(outbound(recipient="jöhn@mächine.example"))
    assert "To: <jöhn@xn--mchine-bua.example>\r\n".encode() in raw
