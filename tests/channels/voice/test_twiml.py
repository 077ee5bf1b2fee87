"""The documents we hand to the provider."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.voice.twiml import Speaker
from core.settings import Settings
from core.words import Language

SETTINGS = Settings.model_validate({"server": {"public_url": "https://example.com/"}})
FRENCH = Speaker(settings=SETTINGS, language=Language.FR)


@given(st.text())
def test_whatever_is_to_be_said_makes_a_document_that_can_be_read(text: str) -> None:
    said = ET.fromstring(FRENCH.say(text)).find("Say")
    assert said is not None
    assert said.get("language") == "fr-FR"


@pytest.mark.parametrize(("language", "voice"), [(Language.FR, "Polly.Lea"), (Language.EN, "Polly.Amy")])
def test_each_language_has_its_voice(language: Language, voice: str) -> None:
    said = ET.fromstring(Speaker(settings=SETTINGS, language=language).wait()).find("Say")
    assert said is not None
    assert said.get("voice") == voice


def test_who_holds_is_heard_and_meets_the_agent_in_the_room_of_his_call() -> None:
    document = ET.fromstring(FRENCH.hold([], call_id="CA1", first=True))
    room = document.find("Dial/Conference")
    heard = document.find("Start/Transcription")
    assert room is not None
    assert heard is not None
    assert (room.text, room.get("startConferenceOnEnter"), room.get("endConferenceOnExit")) == (
        "CA1",
        "false",
        "true",
    )
    assert (
        heard.get("statusCallbackUrl")
        == "https://example.com/webhooks/voice/transcription?call=CA1&leg=customer&lang=fr"
    )


def test_the_transcript_is_not_started_twice_on_a_leg() -> None:
    assert ET.fromstring(FRENCH.hold(["Voilà."], call_id="CA1", first=False)).find("Start") is None


def test_the_agent_opens_the_room_and_may_leave_it_without_ending_it() -> None:
    room = ET.fromstring(FRENCH.join("CA1")).find("Dial/Conference")
    assert room is not None
    assert (room.get("startConferenceOnEnter"), room.get("endConferenceOnExit")) == ("true", "false")
