"""The sandbox's telephone network: who texts and calls whom, and what happens on each leg."""

import asyncio
import json
import xml.etree.ElementTree as ET
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Coroutine, Mapping
from typing import Any
from urllib.parse import urljoin

import structlog

from channels.sandbox.errors import not_in_progress
from channels.sandbox.hooks import Hooks
from channels.sandbox.model import OVER, Leg, Line, Message, Room, new_sid, now
from channels.sandbox.twiml import BadDocumentError, Interpreter, parse

MOST_MESSAGES = 5_000
MOST_LEGS = 1_000
DEAD_ENDING = "0404"  # a number that ends so cannot be reached, to see what a failure looks like
Watcher = Callable[[str, str], None]
"""`(what, whose)`: `sms` of a number, `call` on a number or an agent's address."""
log = structlog.get_logger(__name__)


class Switchboard:
    """Implements the interpreter's `Network`. `url` is our public address, which the webhooks go to."""

    def __init__(self, hooks: Hooks, *, account: str, url: str, patience: float, watch: Watcher) -> None:
        self._hooks = hooks
        self._account = account
        self._url = url
        self._patience = patience
        self._watch = watch
        self.messages: deque[Message] = deque(maxlen=MOST_MESSAGES)
        self.legs: OrderedDict[str, Leg] = OrderedDict()
        self.rooms: OrderedDict[str, Room] = OrderedDict()  # by sid
        self._running: set[asyncio.Task[Any]] = set()

    async def stop(self) -> None:
        running = [*self._running, *(leg.task for leg in self.legs.values() if leg.task)]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    # Text messages

    async def text_from_customer(self, sender: str, to: str, body: str) -> Message:
        """A customer's message; answered once we took it, `failed` when we never did."""
        message = Message(
            sid=new_sid("SM"), sender=sender, to=to, body=body, inbound=True, status="receiving"
        )
        self._keep(message)
        form = {
            "AccountSid": self._account,
            "ApiVersion": "2010-04-01",
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "From": sender,
            "To": to,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
        }
        taken = await self._hooks.tell(f"{self._url}/webhooks/sms/incoming", form)
        message.status = "received" if taken else "failed"
        self._watch("sms", sender)
        return message

    def text_to_customer(self, sender: str, to: str, body: str, callback: str) -> Message:
        """Ours to a customer: taken at once, its fate told by the status callback."""
        message = Message(sid=new_sid("SM"), sender=sender, to=to, body=body, inbound=False, status="queued")
        self._keep(message)
        self._spawn(self._deliver(message, callback))
        return message

    async def _deliver(self, message: Message, callback: str) -> None:
        dead = message.to.endswith(DEAD_ENDING)
        for status in ("sent", "undelivered" if dead else "delivered"):
            message.status = status
            form = {
                "AccountSid": self._account,
                "ApiVersion": "2010-04-01",
                "MessageSid": message.sid,
                "SmsSid": message.sid,
                "MessageStatus": status,
                "SmsStatus": status,
                "From": message.sender,
                "To": message.to,
            }
            if status == "undelivered":
                message.error_code = 30003
                form["ErrorCode"] = "30003"
            self._hooks.tell_later(message.sid, callback, form)
            self._watch("sms", message.to)
            await asyncio.sleep(0.2)

    def _keep(self, message: Message) -> None:
        self.messages.append(message)
        self._watch("sms", message.sender if message.inbound else message.to)

    # Calls

    def call_from_customer(self, sender: str, to: str) -> Leg:
        leg = Leg(
            sid=new_sid("CA"),
            sender=sender,
            to=to,
            inbound=True,
            status="in-progress",
            status_callback=f"{self._url}/webhooks/voice/status",
            url=f"{self._url}/webhooks/voice/incoming",
            answered_at=now(),
        )
        self._add(leg)
        self._play(leg, leg.url)
        return leg

    def ring(
        self, *, sender: str, to: str, url: str, callback: str, events: Collection[str], seconds: float
    ) -> Leg:
        """Rings a telephone for us, as asked by the REST API; unanswered after `seconds`, it stops."""
        leg = Leg(
            sid=new_sid("CA"),
            sender=sender,
            to=to,
            inbound=False,
            status="ringing",
            status_callback=callback,
            status_events=frozenset(events) or frozenset({"completed"}),
            url=url,
        )
        self._add(leg)
        self._tell_status(leg, "ringing")
        leg.task = asyncio.create_task(self._ring_out(leg, seconds))
        return leg

    def answer(self, leg: Leg) -> None:
        if leg.status != "ringing":
            raise not_in_progress()
        if leg.task is not None:
            leg.task.cancel()
        leg.status, leg.answered_at = "in-progress", now()
        self._tell_status(leg, "answered")
        self._play(leg, leg.url)

    def say(self, leg: Leg, text: str) -> None:
        """The person on the leg speaks: to who is in the room, or to whatever listens next."""
        self._check_in_progress(leg)
        leg.lines.append(Line(who="me", text=text))
        if leg.room is None:
            self._put(leg, {"SpeechResult": text, "Confidence": "0.93"})
        else:
            for other in leg.room.legs.values():
                if other is not leg and leg.room.started:
                    other.lines.append(Line(who="other", text=text))
                    self.changed(other)
            self._transcribe(leg, text)
        self.changed(leg)

    def press(self, leg: Leg, digits: str) -> None:
        self._check_in_progress(leg)
        leg.lines.append(Line(who="me", text=f"⌨ {digits}"))
        self._put(leg, {"Digits": digits})
        self.changed(leg)

    def redirect(self, leg: Leg, url: str) -> None:
        """The REST API sends a leg elsewhere in the middle of what it does."""
        self._check_in_progress(leg)
        self._play(leg, url)

    def hang_up(self, leg: Leg, status: str = "completed") -> None:
        if leg.over:
            return
        answered = leg.status == "in-progress"
        if leg.task is not None:
            leg.task.cancel()
        self._leave_room(leg)
        leg.status = "canceled" if status == "completed" and not answered else status
        leg.ended_at = now()
        leg.listening = False
        self._tell_status(leg, "completed", {"CallDuration": str(leg.seconds)})
        self.changed(leg)

    async def announce(self, leg: Leg, url: str) -> None:
        """Speaks a document to one participant, who stays in their room."""
        document = parse(await self.fetch(leg, url, {}))
        for verb in document.iterfind("Say"):
            self.hear(leg, (verb.text or "").strip())

    def announce_later(self, leg: Leg, url: str) -> None:
        self._spawn(self.announce(leg, url))

    # What the interpreter needs

    async def fetch(self, leg: Leg, url: str, form: Mapping[str, str]) -> str:
        status, body = await self._hooks.ask(url, {**leg.fields(self._account), **form})
        if status != 200:
            raise BadDocumentError(f"{url} answered {status}: {body[:200]}")
        return body

    def hear(self, leg: Leg, text: str) -> None:
        if text and not (leg.lines and leg.lines[-1].who == "voice" and leg.lines[-1].text == text):
            leg.lines.append(Line(who="voice", text=text))
        self.changed(leg)

    def changed(self, leg: Leg) -> None:
        self._watch("call", leg.sender if leg.inbound else leg.to)

    async def stay_in_room(self, leg: Leg, noun: ET.Element) -> None:
        room = self._enter_room(leg, noun)
        try:
            if not room.started and (wait_url := noun.get("waitUrl")):
                await self._wait_for_start(leg, room, wait_url)
            await leg.left.wait()
        finally:
            self._leave_room(leg)

    # Rooms

    def _enter_room(self, leg: Leg, noun: ET.Element) -> Room:
        name = (noun.text or "").strip()
        room = next((r for r in self.rooms.values() if r.name == name and not r.over), None)
        if room is None:
            room = Room(sid=new_sid("CF"), name=name)
            self.rooms[room.sid] = room
            _forget_oldest(self.rooms, MOST_LEGS)
        room.callback = room.callback or noun.get("statusCallback", "")
        room.legs[leg.sid] = leg
        leg.room, leg.left = room, asyncio.Event()
        if noun.get("endConferenceOnExit") == "true":
            room.ends_with.add(leg.sid)
        self._tell_room(room, "participant-join", leg)
        if noun.get("startConferenceOnEnter", "true") == "true" and not room.started:
            room.started = True
            room.starts.set()
            self._tell_room(room, "conference-start", None)
        for each in room.legs.values():
            self.changed(each)
        return room

    async def _wait_for_start(self, leg: Leg, room: Room, url: str) -> None:
        """Plays the waiting document over and over, until someone opens the room."""
        music = asyncio.create_task(self._music(leg, url))
        gone = asyncio.create_task(leg.left.wait())
        opened = asyncio.create_task(room.starts.wait())
        try:
            await asyncio.wait((gone, opened), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (music, gone, opened):
                task.cancel()
            await asyncio.gather(music, gone, opened, return_exceptions=True)

    async def _music(self, leg: Leg, url: str) -> None:
        while True:
            try:
                await Interpreter(self, leg, self._patience).run(url)
            except BadDocumentError as error:
                log.warning("sandbox_bad_document", leg=leg.sid, problem=str(error))
            await asyncio.sleep(0.5)

    def _leave_room(self, leg: Leg) -> None:
        room, leg.room = leg.room, None
        if room is None:
            return
        room.legs.pop(leg.sid, None)
        self._tell_room(room, "participant-leave", leg)
        if leg.sid in room.ends_with or not room.legs:
            room.over = True
            for other in list(room.legs.values()):
                other.left.set()
            self._tell_room(room, "conference-end", None)

    def _tell_room(self, room: Room, event: str, leg: Leg | None) -> None:
        room.sequence += 1
        form = {
            "AccountSid": self._account,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "StatusCallbackEvent": event,
            "SequenceNumber": str(room.sequence),
            "Timestamp": now().strftime("%a, %d %b %Y %H:%M:%S +0000"),
        }
        if leg is not None:
            form["CallSid"] = leg.sid
        self._hooks.tell_later(room.sid, room.callback, form)

    def _transcribe(self, leg: Leg, text: str) -> None:
        leg.spoken += 1
        for transcript in leg.transcripts:
            form = {
                "AccountSid": self._account,
                "CallSid": leg.sid,
                "TranscriptionSid": transcript.sid,
                "TranscriptionEvent": "transcription-content",
                "TranscriptionData": json.dumps({"transcript": text, "confidence": 0.93}, ensure_ascii=False),
                "Track": "inbound_track",
                "Final": "true",
                "LanguageCode": transcript.language,
                "SequenceId": str(leg.spoken),
                "Timestamp": now().isoformat(),
            }
            room = leg.room.sid if leg.room else leg.sid
            self._hooks.tell_later(f"said:{room}", transcript.url, form)

    # Legs

    def _play(self, leg: Leg, url: str) -> None:
        if leg.task is not None:
            leg.task.cancel()
        leg.left.set()
        while not leg.inputs.empty():
            leg.inputs.get_nowait()
        before = leg.task
        leg.task = asyncio.create_task(self._run(leg, urljoin(self._url, url), before))
        self.changed(leg)

    async def _run(self, leg: Leg, url: str, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
        try:
            await Interpreter(self, leg, self._patience).run(url)
        except BadDocumentError as error:
            log.warning("sandbox_bad_document", leg=leg.sid, problem=str(error))
            self.hear(leg, "✗")
        leg.task = None
        self.hang_up(leg)

    async def _ring_out(self, leg: Leg, seconds: float) -> None:
        await asyncio.sleep(seconds)
        leg.task = None
        self.hang_up(leg, "no-answer")

    def _tell_status(self, leg: Leg, event: str, more: Mapping[str, str] | None = None) -> None:
        if leg.inbound or event in leg.status_events:
            form = {**leg.fields(self._account), **(more or {})}
            self._hooks.tell_later(f"status:{leg.sid}", leg.status_callback, form)

    def _add(self, leg: Leg) -> None:
        self.legs[leg.sid] = leg
        over = [sid for sid, old in self.legs.items() if old.status in OVER]
        for sid in over[: max(0, len(self.legs) - MOST_LEGS)]:
            del self.legs[sid]
        self.changed(leg)

    def _check_in_progress(self, leg: Leg) -> None:
        if leg.status != "in-progress":
            raise not_in_progress()

    def _put(self, leg: Leg, given: Mapping[str, str]) -> None:
        if not leg.inputs.full():
            leg.inputs.put_nowait(given)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


def _forget_oldest(rooms: OrderedDict[str, Room], most: int) -> None:
    for sid in [sid for sid, room in rooms.items() if room.over][: max(0, len(rooms) - most)]:
        del rooms[sid]
