"""Whatever a visitor sends, parsing answers with clean words or one of the tree's errors."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.webchat import parse
from channels.webchat.payload import Payload
from channels.webchat.session import Sender, Session
from core.errors import FilrougeError, Malformed, TooLarge
from core.words import ContactKind
from crm.parties.model import Address

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SESSION = Session(id="0190f3c2-0000-7000-8000-000000000001")
SENDER = Sender(address=Address(kind=ContactKind.WEBCHAT, value=SESSION.id))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.sampled_from([parse.Say, parse.Resume, parse.Mark, parse.Introduction, parse.Hello]))
def test_any_json_is_read_or_refused(raw: object, model: type[Payload]) -> None:
    try:
        answer: object = parse.payload(model, raw, "payload")
    except (Malformed, TooLarge) as refusal:
        answer = refusal

    assert isinstance(answer, model | FilrougeError)
    assert len(str(answer)) < 5000


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_becomes_one_both_databases_take(text: str) -> None:
    try:
        said = parse.payload(parse.Say, {"id": "a-good-client-id", "text": text}, "say")
        inbound = parse.message(said, SESSION, SENDER, parse.Introduction(), NOW, 4000)
    except (Malformed, TooLarge):
        return
    assert inbound.text.encode("utf-8")
    assert "\x00" not in inbound.text
    assert inbound.text == inbound.text.strip()


@given(st.text(max_size=300))
def test_any_file_name_becomes_harmless(raw: str) -> None:
    name = parse.file_name(raw)

    assert 0 < len(name) <= parse.MAX_NAME
    assert not set(name) & set('/\\:*?"<>|\n\r\x00\u202e')
    assert not name.startswith(".")


@given(st.binary(max_size=300))
def test_any_bytes_have_a_type(data: bytes) -> None:
    assert "/" in parse.sniff(data)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 32, "image/png"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        ("déjà vu".encode(), "text/plain"),
        (("é" * 40_000).encode(), "text/plain"),
        (b"\xff\xfe\x00\x01", "application/octet-stream"),
        (b"a\x00b", "application/octet-stream"),
    ],
)
def test_the_type_is_what_the_bytes_say(data: bytes, wanted: str) -> None:
    assert parse.sniff(data) == wanted


def test_a_message_carries_what_joining_and_replying_need() -> None:
    said = parse.Say(id="a-good-client-id", text="  Bonjour\r\ntout le monde ")
    introduction = parse.Introduction(name="Jeanne", email="Jeanne@Example.com")

    inbound = parse.message(said, SESSION, SENDER, introduction, NOW, 4000)

    assert inbound.text == "Bonjour\ntout le monde"
    assert (inbound.account, inbound.provider_id) == (SESSION.id, "a-good-client-id")
    assert inbound.reply_to == SESSION.id
    assert inbound.claims == (Address(kind=ContactKind.EMAIL, value="jeanne@example.com"),)
    assert inbound.sender_name == "Jeanne"


def test_an_address_that_is_none_is_no_claim() -> None:
    assert parse.claims(parse.Introduction(email="jeanne at example")) == ()


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("https://boutique.example.com/panier?mail=lea@example.com#x", "https://boutique.example.com/panier"),
        ("https://lea:secret@boutique.example.com/", "https://boutique.example.com/"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_of_a_page_nothing_personal_is_kept(page: str, kept: str):
    assert parse.page_address(page) == kept
