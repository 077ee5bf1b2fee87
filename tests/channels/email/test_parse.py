"""One raw mail becomes one inbound item: who wrote, to whom, what is new in it, what came along."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from channels.email.parse import MAX_TEXT, Echo, parse
from core.errors import Malformed
from core.words import Assurance, Language
from crm.conversations.inbound import Inbound
from tests.channels.email.post import NOW, OWN, inbound, letter, read

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def parsed(data: bytes, **fields: object) -> Inbound:
    result = parse(data, OWN, NOW, **fields)  # type: ignore[arg-type]
    assert isinstance(result, Inbound)
    return result


def test_an_answer_keeps_only_its_new_words_and_refers_to_what_it_answers() -> None:
    mail = inbound("fr_gmail_reply")
    assert mail.text == "Bonjour,\n\nOui, le vase était cassé à l’arrivée.\n\nLucie"
    assert mail.meta["quoted"].startswith("Le sam. 21 nov. 2026")
    assert mail.refers_to[0] == "mid:11111111-1111-4111-8111-111111111111@example.com"
    assert mail.refers_to[1] == "mid:first@mail.example.org"
    assert mail.announces == ("mid:CAF-lucie-1@mail.example.org",)


def test_the_sender_is_normalised_and_keeps_the_name() -> None:
    mail = inbound("fr_gmail_reply")
    assert (mail.sender.value, mail.sender_name) == ("lucie.martin@example.org", "Lucie Martin")
    assert mail.subject == "Re: Commande abîmée"
    assert mail.business_address == mail.account == OWN.address


def test_html_comes_without_scripts_and_without_remote_images() -> None:
    html = inbound("fr_gmail_reply").html
    assert html is not None
    assert "script" not in html
    assert '<img data-remote-src="https://pixel.example.net/open.gif">' in html


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("fr_outlook_reply", "Merci, c'est réglé.\n\nPaul Bernard"),
        ("fr_message_d_origine", "Je serai absente mardi, plutôt mercredi."),
        (
            "en_bottom_posted",
            "Blue, please. My sister has the same one and it looks very nice in the kitchen.",
        ),
        ("en_iphone_attachment", "See the picture."),
        ("en_html_only_inline_image", "Hello,\n\nhere is our logo:"),
        ("charset_lies", "Un café, deux thés"),
        ("broken_boundary", "The boundary above is nowhere in this body."),
    ],
)
def test_the_text_is_what_its_writer_said(name: str, text: str) -> None:
    assert inbound(name).text == text


def test_a_forwarded_mail_is_shown_whole() -> None:
    assert "Le colis attend au relais." in inbound("fr_forward").text


def test_a_mail_that_only_quotes_is_shown_whole() -> None:
    assert parsed(letter("a@example.org", OWN.address, "> Un\n> deux")).text == "> Un\n> deux"


def test_files_have_clean_names_and_the_types_of_their_bytes() -> None:
    photo, page = inbound("en_iphone_attachment").files
    assert (photo.name, photo.content_type) == ("photo.png", "image/png")
    assert (page.name, page.content_type) == ("page.png", "text/html")


def test_an_image_shown_inside_is_a_file_with_its_content_id() -> None:
    mail = inbound("en_html_only_inline_image")
    assert [f.content_id for f in mail.files] == ["logo@1"]
    assert '<img src="cid:logo@1">' in (mail.html or "")


def test_a_picture_without_a_name_says_what_it_is() -> None:
    message = EmailMessage()
    message["From"], message["To"] = "a@example.org", OWN.address
    message.set_content("Voyez")
    shown = '<p>Voyez</p><img src="cid:1@x" alt="Fuite sous l&#39;évier"><img src="cid:2@x"><img src="cid:3@x" alt="">'
    message.add_alternative(shown, subtype="html")
    page = message.get_body(("html",))
    assert isinstance(page, EmailMessage)
    for number in (1, 2, 3):
        page.add_related(PNG, "image", "png", cid=f"<{number}@x>")
    message.add_attachment(b"BEGIN:VCALENDAR\nEND:VCALENDAR", "text", "calendar")
    message.add_attachment(b"%PDF-1.4 x", "application", "pdf")
    message.add_attachment(b"\0\1\2", "application", "octet-stream")
    names = [file.name for file in parsed(message.as_bytes()).files]
    assert names == [
        "Fuite sous l'évier.png",
        "image.png",
        "image-2.png",
        "invitation.ics",
        "document.pdf",
        "document.bin",
    ]


def test_an_answer_goes_where_the_sender_wants_it_and_who_was_copied_is_known() -> None:
    mail = inbound("en_bottom_posted")
    assert mail.reply_to == "family@example.net"
    assert [a.value for a in mail.copied] == ["mia@example.net"]


def test_the_language_a_mail_program_names_is_believed() -> None:
    assert inbound("fr_outlook_reply").language is Language.FR


def test_the_same_mail_by_two_ways_has_one_name_and_another_mail_another() -> None:
    one = letter("a@example.org", OWN.address, Message_ID="<same@example.org>")
    by_another_way = b"Received: from elsewhere\r\n" + one.replace(b"\n", b"\r\n")
    another = one.replace(b"Bonjour", b"Bonsoir")
    assert parsed(one).provider_id == parsed(by_another_way).provider_id
    assert parsed(one).provider_id != parsed(another).provider_id


def test_a_mail_without_message_id_is_still_named() -> None:
    one = letter("a@example.org", OWN.address).split(b"\n")
    bare = b"\n".join(line for line in one if not line.startswith(b"Message-ID"))
    mail = parsed(bare)
    assert mail.provider_id == parsed(bare).provider_id
    assert mail.announces == ()


def test_a_mail_without_a_sender_is_malformed() -> None:
    with pytest.raises(Malformed):
        read("no_sender")


def test_a_date_nobody_can_believe_is_the_moment_it_came() -> None:
    assert inbound("broken_boundary").occurred_at == NOW
    future = letter("a@example.org", OWN.address, Date="Fri, 22 Nov 2030 10:00:00 +0000")
    assert parsed(future).occurred_at == NOW


def test_a_date_of_a_clock_that_is_right_is_kept() -> None:
    assert inbound("fr_outlook_reply").occurred_at == NOW - timedelta(hours=1)


def test_a_text_too_long_to_show_is_kept_whole_as_a_file() -> None:
    mail = parsed(letter("a@example.org", OWN.address, "mot " * 50_000))
    assert len(mail.text) <= MAX_TEXT
    assert [f.name for f in mail.files] == ["message.txt"]
    assert len(mail.files[0].data) > 199_000


def test_a_mail_inside_a_mail_is_a_file() -> None:
    message = EmailMessage()
    message["From"], message["To"] = "a@example.org", OWN.address
    message.set_content("Voir ci-joint")
    inner = EmailMessage()
    inner["Subject"] = "Votre facture"
    inner.set_content("Dedans")
    message.add_attachment(inner)
    (file,) = parsed(message.as_bytes()).files
    assert (file.name, file.content_type) == ("Votre facture.eml", "message/rfc822")
    assert b"Dedans" in file.data


@pytest.mark.parametrize(
    ("name", "why"), [("fr_auto_reply", "auto-submitted: auto-replied"), ("en_list_mail", "precedence: bulk")]
)
def test_a_machine_is_recognised(name: str, why: str) -> None:
    mail = inbound(name)
    assert mail.automatic
    assert mail.meta["automatic"] == why


def test_a_person_is_no_machine() -> None:
    assert not inbound("fr_gmail_reply").automatic


def test_our_own_mail_that_comes_back_is_an_echo() -> None:
    delivery = "33333333-3333-4333-8333-333333333333"
    assert parse(
        letter(OWN.address, "a@example.org", Message_ID=f"<{delivery}@example.com>"), OWN, NOW
    ) == Echo(delivery_id=delivery)


VERDICT = "mx.example.com; dmarc=pass header.from=example.org; spf=pass smtp.mailfrom=a@example.org"


def trusted(verdict: str, sender: str = "a@example.org") -> Inbound:
    return parsed(
        b"Authentication-Results: " + verdict.encode() + b"\n" + letter(sender, OWN.address),
        trusted_mx="mx.example.com",
    )


def test_what_our_own_server_vouches_for_is_verified() -> None:
    mail = trusted(VERDICT)
    assert mail.assurance is Assurance.VERIFIED
    assert mail.meta["auth"] == {"spf": "pass", "dmarc": "pass"}


@pytest.mark.parametrize(
    "verdict",
    [
        VERDICT.replace("mx.example.com", "mx.attacker.example"),
        VERDICT.replace("header.from=example.org", "header.from=attacker.example"),
        VERDICT.replace("dmarc=pass", "dmarc=fail"),
        "mx.example.com; dkim=pass header.d=attacker.example",
        "mx.example.com; spf=pass smtp.mailfrom=a@example.org",
        "mx.example.com; dkim=pass (unclosed",
    ],
)
def test_anything_else_is_not(verdict: str) -> None:
    assert trusted(verdict).assurance is Assurance.UNVERIFIED


def test_only_the_topmost_verdict_of_our_server_counts() -> None:
    forged = trusted(VERDICT.replace("dmarc=pass", "dmarc=fail") + "\nAuthentication-Results: " + VERDICT)
    assert forged.assurance is Assurance.UNVERIFIED


def test_no_verdict_counts_while_no_server_is_trusted() -> None:
    data = b"Authentication-Results: " + VERDICT.encode() + b"\n" + letter("a@example.org", OWN.address)
    assert parsed(data).assurance is Assurance.UNVERIFIED
