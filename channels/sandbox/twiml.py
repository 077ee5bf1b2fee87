"""Executes TwiML on a leg: says (as text), gathers, dials into rooms, waits, redirects, hangs up."""

import asyncio
import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urljoin

from channels.sandbox.model import Leg, Transcript, new_sid

MOST_DOCUMENTS = 500  # a call that redirects for ever is ended
MOST_PAUSE = 60.0


class BadDocumentError(Exception):
    """An answer that is no TwiML, or asks for what the sandbox cannot do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goto:
    """The document goes on at `url`."""

    url: str
    form: Mapping[str, str] = field(default_factory=dict)


class HangUpError(Exception):
    """The document ends the call."""


class Network(Protocol):
    """What the interpreter needs of the switchboard."""

    async def fetch(self, leg: Leg, url: str, form: Mapping[str, str]) -> str:
        """TwiML from one of our own addresses; raises `BadDocumentError` when there is none."""
        ...

    def hear(self, leg: Leg, text: str) -> None:
        """The provider's voice says it on the leg."""
        ...

    def changed(self, leg: Leg) -> None: ...

    async def stay_in_room(self, leg: Leg, noun: ET.Element) -> None:
        """Puts the leg in the conference and returns when it left."""
        ...


class Interpreter:
    """Runs documents on one leg to their end. `patience`: seconds a caller may take to type."""

    def __init__(self, network: Network, leg: Leg, patience: float) -> None:
        self._network = network
        self._leg = leg
        self._patience = patience
        self._verbs: Mapping[str, Callable[[ET.Element], Awaitable[Goto | None]]] = {
            "Say": self._say,
            "Play": self._play,
            "Pause": self._pause,
            "Gather": self._gather,
            "Redirect": self._redirect,
            "Hangup": self._hang_up,
            "Dial": self._dial,
            "Start": self._start,
            "Stop": self._nothing,
        }
        self._base = ""

    async def run(self, url: str) -> None:
        """From `url` to the end of the call's documents."""
        there: Goto | None = Goto(url=url)
        for _ in range(MOST_DOCUMENTS):
            if there is None:
                return
            self._base = there.url
            document = parse(await self._network.fetch(self._leg, there.url, there.form))
            try:
                there = await self.play(document)
            except HangUpError:
                return

    async def play(self, document: ET.Element) -> Goto | None:
        for verb in document:
            if verb.tag not in self._verbs:
                raise BadDocumentError(f"<{verb.tag}> is not known here")
            if (there := await self._verbs[verb.tag](verb)) is not None:
                return there
        return None

    async def _say(self, verb: ET.Element) -> None:
        self._network.hear(self._leg, (verb.text or "").strip())

    async def _play(self, verb: ET.Element) -> None:
        self._network.hear(self._leg, "♪")

    async def _pause(self, verb: ET.Element) -> None:
        await asyncio.sleep(min(_number(verb.get("length"), 1.0), MOST_PAUSE))

    async def _gather(self, verb: ET.Element) -> Goto | None:
        await self.play(verb)
        self._leg.listening = True
        self._network.changed(self._leg)
        try:
            async with asyncio.timeout(self._patience):
                given = await self._leg.inputs.get()
        except TimeoutError:
            if verb.get("actionOnEmptyResult") != "true":
                return None
            given = {"SpeechResult": "", "Digits": ""}
        finally:
            self._leg.listening = False
        return Goto(url=urljoin(self._base, verb.get("action") or self._base), form=given)

    async def _redirect(self, verb: ET.Element) -> Goto:
        return Goto(url=urljoin(self._base, (verb.text or "").strip()))

    async def _hang_up(self, verb: ET.Element) -> Goto | None:
        raise HangUpError

    async def _dial(self, verb: ET.Element) -> None:
        noun = verb.find("Conference")
        if noun is None:
            raise BadDocumentError("<Dial> knows only <Conference> here")
        await self._network.stay_in_room(self._leg, noun)

    async def _start(self, verb: ET.Element) -> None:
        for noun in verb.iterfind("Transcription"):
            self._leg.transcripts.append(
                Transcript(
                    sid=new_sid("GT"),
                    url=noun.get("statusCallbackUrl", ""),
                    language=noun.get("languageCode", "en-US"),
                )
            )

    async def _nothing(self, verb: ET.Element) -> None:
        return None


def parse(text: str) -> ET.Element:
    """The document's root; raises `BadDocumentError`."""
    try:
        root = ET.fromstring(text)  # noqa: S314 - our own server's answer to our own request
    except ET.ParseError as error:
        raise BadDocumentError(f"not XML: {error}") from error
    if root.tag != "Response":
        raise BadDocumentError(f"<{root.tag}> instead of <Response>")
    return root


def _number(raw: str | None, default: float) -> float:
    try:
        return max(0.0, float(raw)) if raw else default
    except ValueError:
        return default
