"""Reading the provider's SMS webhooks: what is right becomes the history's words, the rest is `Malformed`."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.sms.parse import STATES, parse_message, parse_status
from core.errors import Malformed
from crm.conversations.inbound import Inbound
from crm.conversations.model import DeliveryState
from crm.identity.normalise import NAMELESS

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FORM = {
    "MessageSid": "SM1",
    "AccountSid": "AC1",
    "From": "+33639980001",
    "To": "+33199000000",
    "Body": "Bonjour",
}
FIELDS = ["MessageSid", "SmsSid", "From", "To", "Body", "NumMedia", "MediaUrl0", "MessageStatus", "ErrorCode"]
forms = st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=40) | st.sampled_from([*FORM.values()]))


def read(**fields: str) -> Inbound:
    return parse_message({**FORM, **fields}, country="FR", now=NOW)


def test_a_national_number_is_the_same_customer_as_the_international_one() -> None:
    assert read(From="06 39 98 00 01").sender == read().sender


def test_pictures_stay_links_of_the_exchange() -> None:
    inbound = read(NumMedia="1", MediaUrl0="https://api.example.com/m/1", MediaContentType0="image/png")
    assert inbound.meta["media"] == [{"url": "https://api.example.com/m/1", "content_type": "image/png"}]


@pytest.mark.parametrize("word", ["STOP", "stop", "Arrêt", "ARRET.", "unsubscribe", " Stop ! "])
def test_words_of_refusal_are_noted(word: str) -> None:
    assert read(Body=word).meta == {"consent": "refused"}


@pytest.mark.parametrize("word", ["START", "unstop", "Reprendre."])
def test_words_that_ask_for_messages_again_are_noted(word: str) -> None:
    assert read(Body=word).meta == {"consent": "granted"}


@pytest.mark.parametrize(("mark", "consent"), [("STOP", "refused"), ("START", "granted")])
def test_the_providers_own_mark_counts_whatever_the_word(mark: str, consent: str) -> None:
    assert read(Body="YES", OptOutType=mark).meta == {"consent": consent}


def test_a_yes_that_the_provider_did_not_mark_is_an_answer() -> None:
    assert read(Body="YES").meta == {}


def test_a_sentence_with_stop_in_it_refuses_nothing() -> None:
    assert read(Body="Ne stop pas ma commande").meta == {}


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To"])
def test_a_message_without_its_facts_is_malformed(missing: str) -> None:
    with pytest.raises(Malformed, match="cannot be read"):
        read(**{missing: ""})


def test_what_the_vendor_says_of_a_failure_is_kept_with_its_code() -> None:
    status = parse_status({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"}, "d1")
    assert (status.state, status.reason) == (DeliveryState.FAILED, "undelivered (30003)")


def test_an_unknown_status_is_no_state() -> None:
    assert parse_status({"MessageSid": "SM1", "MessageStatus": "teleported"}, "").state is None


@given(forms)
def test_any_form_is_read_or_malformed(form: dict[str, str]) -> None:
    try:
        inbound = parse_message(form, country="FR", now=NOW)
    except Malformed:
        return
    assert inbound.provider_id
    assert inbound.sender.value.startswith(("+", NAMELESS))
    assert "\x00" not in inbound.text


@given(forms, st.text(max_size=20))
def test_any_status_is_read_or_malformed(form: dict[str, str], delivery: str) -> None:
    try:
        status = parse_status(form, delivery)
    except Malformed:
        return
    assert status.state is None or status.state in STATES.values()
