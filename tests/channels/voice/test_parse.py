"""Reading the provider's voice webhooks: what is right becomes the history's words, the rest is `Malformed`."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.voice import parse
from core.errors import Malformed
from core.words import Language

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CALL = {"CallSid": "CA1", "AccountSid": "AC1", "From": "+33639980001", "To": "+33199000000"}
FIELDS = [
    "CallSid", "From", "To", "SpeechResult", "Digits", "Confidence", "CallStatus", "CallDuration", "ConferenceSid",
    "StatusCallbackEvent", "TranscriptionEvent", "TranscriptionData", "Final", "Track", "SequenceId",
]  # fmt: skip
values = (
    st.text(max_size=40)
    | st.sampled_from(
        ["CA1", "+33639980001", "transcription-content", "completed", "participant-join", "[1]", "{}"]
    )
    | st.builds(lambda t: json.dumps({"transcript": t, "confidence": t}), st.text(max_size=10))
    | st.sampled_from(['{"transcript": "\\ud800"}', "[" * 2000, '{"transcript": 4}'])
)
forms = st.dictionaries(st.sampled_from(FIELDS), values)
queries = st.dictionaries(
    st.sampled_from(["turn", "position", "round", "silent", "lang"]), st.text(max_size=8)
)
READERS: list[Callable[[dict[str, str], dict[str, str]], Any]] = [
    lambda form, query: parse.parse_call(form, country="FR", now=NOW, hidden_name="?"),
    parse.parse_gathered,
    lambda form, query: parse.parse_leg_status(form),
    lambda form, query: parse.parse_conference(form),
    lambda form, query: parse.parse_transcription(form),
    lambda form, query: parse.language_of(query, Language.FR),
]


@pytest.mark.parametrize("read", READERS)
@given(form=forms, query=queries)
def test_anything_is_read_or_malformed(
    read: Callable[[dict[str, str], dict[str, str]], Any], form: dict[str, str], query: dict[str, str]
) -> None:
    try:
        found = read(form, query)
    except Malformed:
        return
    assert "\x00" not in repr(found).replace("\\x00", "\x00")


@pytest.mark.parametrize("hidden", ["anonymous", "+266696687", "Restricted", "", "client:browser"])
def test_who_hides_his_number_is_a_stranger_of_this_call(hidden: str) -> None:
    inbound = parse.parse_call({**CALL, "From": hidden}, country="FR", now=NOW, hidden_name="Masqué")
    assert (inbound.sender.value, inbound.sender_name) == ("hidden:CA1", "Masqué")


def test_a_call_announces_by_what_its_words_will_find_it() -> None:
    inbound = parse.parse_call(CALL, country="FR", now=NOW, hidden_name="?")
    assert inbound.announces == ("call:CA1",)


def test_speech_counts_before_keys() -> None:
    gathered = parse.parse_gathered({**CALL, "SpeechResult": "Bonjour", "Digits": "1"}, {"turn": "3"})
    assert (gathered.text, gathered.typed, gathered.turn) == ("Bonjour", False, 3)


def test_words_that_are_not_final_are_not_kept() -> None:
    form = {
        "CallSid": "CA1",
        "TranscriptionEvent": "transcription-content",
        "Final": "false",
        "TranscriptionData": '{"transcript": "Bonj"}',
    }
    assert parse.parse_transcription(form).text == ""
