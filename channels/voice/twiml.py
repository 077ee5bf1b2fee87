"""What the provider is told to do with a call. Pure: from words and addresses to TwiML."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.twiml.voice_response import VoiceResponse

from channels.voice.words import LOCALES, OTHER, PHRASES, voice_of
from core.settings import Settings
from core.words import Language

INCOMING = "/webhooks/voice/incoming"
GATHER = "/webhooks/voice/gather"
MORE = "/webhooks/voice/more"
HOLD = "/webhooks/voice/hold"
WAIT = "/webhooks/voice/wait"
AGENT = "/webhooks/voice/agent"
STATUS = "/webhooks/voice/status"
CONFERENCE = "/webhooks/voice/conference"
TRANSCRIPTION = "/webhooks/voice/transcription"
SAY = "/webhooks/voice/say"
HOLD_SECONDS = 15  # between two words to those who wait
CUSTOMER_LEG, AGENT_LEG = "customer", "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Writes TwiML in one language; the addresses in it lead back to us."""

    settings: Settings
    language: Language

    def greet(self) -> str:
        """Greeting, how to change the language, and the first question."""
        other = OTHER[self.language]
        business = self.settings.business.name
        response = VoiceResponse()
        self._say(response, PHRASES[self.language].greeting.format(business=business))
        self._gather(response, turn=0, silent=0, last=(PHRASES[other].other_language, other))
        return str(response)

    def ask(self, spoken: Sequence[str], *, turn: int, silent: int = 0) -> str:
        """Says it, then listens; what is said next is turn `turn`."""
        response = VoiceResponse()
        for text in spoken[:-1]:
            self._say(response, text)
        self._gather(response, turn=turn, silent=silent, prompt=spoken[-1] if spoken else "")
        return str(response)

    def question(self) -> str:
        """The first question alone, once the caller chose this language."""
        return self.ask([PHRASES[self.language].question], turn=1)

    def ask_again(self, *, turn: int, silent: int) -> str:
        return self.ask([PHRASES[self.language].not_heard], turn=turn, silent=silent)

    def look_on(self, *, turn: int, position: int, rounds: int) -> str:
        """The bot is not done: keep the caller company and come back."""
        response = VoiceResponse()
        self._say(response, PHRASES[self.language].still_looking)
        response.redirect(self._url(MORE, turn=turn, position=position, round=rounds), method="POST")
        return str(response)

    def hold(self, spoken: Sequence[str], *, call_id: str, first: bool) -> str:
        """Says it and puts the customer in the room where an agent will come; `first` starts a transcript."""
        response = VoiceResponse()
        for text in spoken:
            self._say(response, text)
        if first:
            self._say(response, PHRASES[self.language].one_moment)
            self._transcribe(response, call_id, CUSTOMER_LEG)
        response.dial().conference(
            call_id,
            beep="false",
            start_conference_on_enter=False,
            end_conference_on_exit=True,
            wait_url=self._url(WAIT),
            wait_method="POST",
            status_callback=self._url(CONFERENCE, call=call_id),
            status_callback_method="POST",
            status_callback_event="start end join leave",
        )
        return str(response)

    def wait(self) -> str:
        response = VoiceResponse()
        self._say(response, PHRASES[self.language].waiting)
        response.pause(length=HOLD_SECONDS)
        return str(response)

    def join(self, call_id: str) -> str:
        """The agent's leg enters the customer's room, which begins the talk."""
        response = VoiceResponse()
        self._transcribe(response, call_id, AGENT_LEG)
        response.dial().conference(
            call_id, beep="false", start_conference_on_enter=True, end_conference_on_exit=False
        )
        return str(response)

    def say(self, text: str) -> str:
        response = VoiceResponse()
        self._say(response, text)
        return str(response)

    def goodbye(self, spoken: Sequence[str] = ()) -> str:
        response = VoiceResponse()
        for text in spoken or (PHRASES[self.language].goodbye,):
            self._say(response, text)
        response.hangup()
        return str(response)

    def _gather(
        self,
        response: VoiceResponse,
        *,
        turn: int,
        silent: int,
        prompt: str = "",
        last: tuple[str, Language] | None = None,
    ) -> None:
        gather = response.gather(
            input="speech dtmf",
            action=self._url(GATHER, turn=turn, silent=silent),
            method="POST",
            language=LOCALES[self.language],
            timeout=self.settings.voice.gather_timeout,
            speech_timeout="auto",
            action_on_empty_result=True,
        )
        if last is not None:
            self._say(gather, last[0], last[1])
            self._say(gather, PHRASES[self.language].question)
        elif prompt:
            self._say(gather, prompt)

    def _transcribe(self, response: VoiceResponse, call_id: str, leg: str) -> None:
        """Each leg is heard on its own: what goes in on a leg was said by who is on it."""
        response.start().transcription(
            status_callback_url=self._url(TRANSCRIPTION, call=call_id, leg=leg),
            status_callback_method="POST",
            track="inbound_track",
            language_code=LOCALES[self.language],
            partial_results=False,
        )

    def _say(self, parent: VoiceResponse, text: str, language: Language | None = None) -> None:
        language = language or self.language
        parent.say(speakable(text), voice=voice_of(self.settings.voice, language), language=LOCALES[language])

    def _url(self, path: str, **query: object) -> str:
        return f"{self.settings.server.url}{path}?{urlencode({**query, 'lang': self.language.value})}"


def speakable(text: str) -> str:
    """The text without the characters that XML forbids."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )
