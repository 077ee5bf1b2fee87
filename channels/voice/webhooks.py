"""The addresses the provider calls during a call. Each may be called twice, and answers the same."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from channels.contract import Ground, Webhook, WebReply, WebRequest
from channels.telephony.form import SID
from channels.telephony.signature import Form, verified_form
from channels.voice import calls, parse, twiml
from channels.voice.manifest import MANIFEST
from channels.voice.twiml import Speaker
from channels.voice.waiting import wait_for_turn
from channels.voice.words import OTHER, PHRASES, SWITCH_KEY
from core.errors import Malformed, NotFound
from core.ids import DeliveryId
from core.words import ChannelName, HandlerKind, Language
from crm.conversations.model import CallState, DeliveryState
from crm.conversations.reply import record_status
from crm.ports import CrmTx

MOST_ROUNDS = 2  # times the bot is waited for again, before a human is asked
MOST_SILENCE = 2  # turns without a word, before a human is asked
NO_EPOCH = -1  # of no leg that is still being asked for
LATEST = 9_999  # beyond any turn's own exchange: only what still waits to be spoken
DONE = WebReply(status=204)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A webhook that is known to come from the provider."""

    form: Form
    query: Mapping[str, str]
    path: str
    account: str
    language: Language


class VoiceWebhooks:
    """Answers the provider with TwiML, only after the store committed."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._settings = ground.settings

    async def incoming(self, request: Request) -> WebReply:
        """A call comes in: taken into the history, greeted by the bot or put on hold for a human."""
        inbound = parse.parse_call(
            request.form,
            country=self._settings.business.country,
            now=self._ground.clock.now(),
            hidden_name=PHRASES[self._settings.business.language].hidden_caller,
        )
        scene = await self._ground.store.write(calls.begin_call, inbound, self._ground.limits)
        self._count("accepted")
        speaker = self._speaker(scene.conversation.language or self._settings.business.language)
        if scene.call.state is CallState.ENDED:
            return _xml(speaker.goodbye())
        if scene.call.state is CallState.BOT:
            return _xml(speaker.greet())
        return _xml(speaker.hold([], call_id=scene.call.id, first=True))

    async def gather(self, request: Request) -> WebReply:
        """The caller said or typed something, or nothing."""
        gathered = parse.parse_gathered(request.form, request.query)
        if gathered.turn == 0 and gathered.typed and gathered.text == SWITCH_KEY:
            return _xml(self._speaker(OTHER[request.language]).question())
        if not gathered.text:
            return await self._silence(request, gathered)
        accepted = await self._ground.store.write(
            calls.take_words, gathered, request.language, request.account, self._ground.limits
        )
        if accepted is None:
            raise NotFound(what="call", id=gathered.call_id)
        return await self._answer(request, gathered.call_id, accepted.position, gathered.turn, rounds=0)

    async def more(self, request: Request) -> WebReply:
        """The bot was not done in time: the caller, kept company, comes back for the answer."""
        gathered = parse.parse_gathered(request.form, request.query)
        position = parse.counter(request.query, "position")
        rounds = parse.counter(request.query, "round")
        return await self._answer(request, gathered.call_id, position, gathered.turn, rounds)

    async def hold(self, request: Request) -> WebReply:
        """A customer who was talking, or was spoken to, goes back to their room."""
        again = request.query.get("again") == "1"
        return _xml(self._speaker(request.language).hold([], call_id=_call_of(request), first=not again))

    async def wait(self, request: Request) -> WebReply:
        return _xml(self._speaker(request.language).wait())

    async def agent(self, request: Request) -> WebReply:
        """The agent's telephone was answered: they enter the room, unless they are wanted no more."""
        call_id, leg = _call_of(request), _leg_of(request)
        epoch = parse.counter(request.query, "epoch")
        wanted = await self._ground.store.write(calls.adopt_leg, call_id, leg, epoch)
        speaker = self._speaker(await self._language_of(call_id))
        return _xml(speaker.join(call_id) if wanted else speaker.goodbye())

    async def status(self, request: Request) -> WebReply:
        status = parse.parse_leg_status(request.form)
        if not status.known:
            self._count("unknown_status")
        elif request.query.get("leg") == "agent":
            if status.final:
                epoch = parse.counter(request.query, "epoch")
                await self._ground.store.write(
                    calls.agent_leg_over, _call_of(request), status.leg_id, epoch, status.word
                )
        elif status.final:
            known = await self._ground.store.write(calls.end_call, status.leg_id, status.seconds, status.word)
            self._count("call_ended" if known else "status_of_unknown_call")
        return DONE

    async def conference(self, request: Request) -> WebReply:
        event = parse.parse_conference(request.form)
        call_id = _call_of(request)
        if not event.known:
            self._count("unknown_event")
        elif event.kind == "participant-join":
            await self._ground.store.write(calls.enter_room, call_id, event.conference_id, event.leg_id)
        elif event.kind == "participant-leave" and event.leg_id != call_id:
            await self._ground.store.write(calls.agent_leg_over, call_id, event.leg_id, NO_EPOCH, "left")
        return DONE

    async def transcription(self, request: Request) -> WebReply:
        heard = parse.parse_transcription(request.form)
        if not heard.known:
            self._count("unknown_event")
        elif heard.text:
            leg = request.query.get("leg", twiml.CUSTOMER_LEG)
            known = await self._ground.store.write(
                calls.hear, _call_of(request), leg, heard, request.account, self._ground.limits
            )
            self._count("heard" if known else "heard_of_unknown_call")
        return DONE

    async def say(self, request: Request) -> WebReply:
        """Speaks one written reply; that it is fetched to be spoken is its delivery."""
        delivery_id = request.path.rstrip("/").rpartition("/")[2]
        text = await self._ground.store.write(_take_line, delivery_id)
        speaker = self._speaker(request.language)
        if request.query.get("then") == "hold":
            return _xml(speaker.hold([text], call_id=_call_of(request), first=False))
        return _xml(speaker.say(text))

    async def _silence(self, request: Request, gathered: parse.Gathered) -> WebReply:
        """Asks once more, then lets a human try."""
        silent = parse.counter(request.query, "silent") + 1
        if silent < MOST_SILENCE:
            return _xml(self._speaker(request.language).ask_again(turn=gathered.turn, silent=silent))
        await self._ground.store.write(calls.give_up_bot, gathered.call_id, "no_input")
        return await self._answer(request, gathered.call_id, LATEST, gathered.turn, rounds=MOST_ROUNDS)

    async def _answer(
        self, request: Request, call_id: str, position: int, turn: int, rounds: int
    ) -> WebReply:
        """Waits for what there is to say, says it, and listens again or holds."""
        scene = await self._ground.store.read(calls.find_scene, call_id)
        if scene is None:
            raise NotFound(what="call", id=call_id)
        seen = await wait_for_turn(self._ground, call_id, scene.conversation.id, position)
        if seen is not None and not seen.ready:
            if rounds < MOST_ROUNDS:
                look_on = self._speaker(request.language).look_on
                return _xml(look_on(turn=turn, position=position, rounds=rounds + 1))
            await self._ground.store.write(calls.give_up_bot, call_id, "bot_silent")
        taken = await self._ground.store.write(calls.take_turn, call_id, position)
        if taken is None:
            raise NotFound(what="call", id=call_id)
        return self._speak(request, taken, turn)

    def _speak(self, request: Request, taken: calls.Turn, turn: int) -> WebReply:
        speaker = self._speaker(taken.scene.conversation.language or request.language)
        call = taken.scene.call
        if call.state is CallState.ENDED or taken.scene.conversation.handler.kind is HandlerKind.NOBODY:
            return _xml(speaker.goodbye(taken.texts))
        if call.state is CallState.BOT:
            return _xml(speaker.ask(taken.texts, turn=turn + 1))
        return _xml(speaker.hold(taken.texts, call_id=call.id, first=True))

    async def _language_of(self, call_id: str) -> Language:
        scene = await self._ground.store.read(calls.find_scene, call_id)
        known = scene.conversation.language if scene else None
        return known or self._settings.business.language

    def _speaker(self, language: Language) -> Speaker:
        return Speaker(settings=self._settings, language=language)

    def _count(self, what: str) -> None:
        self._ground.count(ChannelName.VOICE, what)


def routes(hooks: Callable[[], VoiceWebhooks], ground: Callable[[], Ground]) -> Sequence[Webhook]:
    """The routes; both arguments give what runs once the channel is started."""

    def route(path: str, name: str, summary: str) -> Webhook:
        async def handle(request: WebRequest) -> WebReply:
            answer: Callable[[Request], Awaitable[WebReply]] = getattr(hooks(), name)
            return await answer(_checked(request, ground()))

        return Webhook(
            method="POST",
            path=path,
            handle=handle,
            max_body=MANIFEST.max_inbound,
            summary=f"{summary} (signed)",
        )

    return (
        route(twiml.INCOMING, "incoming", "A telephone call came in"),
        route(twiml.GATHER, "gather", "What a caller said or typed"),
        route(twiml.MORE, "more", "A caller comes back for the bot's answer"),
        route(twiml.HOLD, "hold", "A caller is put on hold again"),
        route(twiml.WAIT, "wait", "What a caller on hold hears"),
        route(twiml.AGENT, "agent", "An agent's telephone was answered"),
        route(twiml.STATUS, "status", "What became of a leg"),
        route(twiml.CONFERENCE, "conference", "Someone entered or left a call's room"),
        route(twiml.TRANSCRIPTION, "transcription", "What was said in a call's room"),
        route(f"{twiml.SAY}/{{delivery_id}}", "say", "A written reply to be spoken"),
    )


def _checked(request: WebRequest, ground: Ground) -> Request:
    settings = ground.settings
    form = verified_form(request, settings.provider.auth_token.get_secret_value())
    return Request(
        form=form,
        query=request.query,
        path=request.path,
        account=form.get("AccountSid", "").replace("\x00", ""),
        language=parse.language_of(request.query, settings.business.language),
    )


def _take_line(tx: CrmTx, delivery_id: str) -> str:
    delivery = tx.deliveries.get(DeliveryId(delivery_id))
    record_status(tx, ChannelName.VOICE, DeliveryState.DELIVERED, delivery_id=delivery.id)
    return tx.exchanges.get(delivery.exchange_id).text


def _call_of(request: Request) -> str:
    call_id = request.query.get("call", "")
    if not SID.fullmatch(call_id):
        raise Malformed(what="webhook", problem="call is missing from its address")
    return call_id


def _leg_of(request: Request) -> str:
    leg = request.form.get("CallSid", "")
    if not SID.fullmatch(leg):
        raise Malformed(what="webhook", problem="CallSid is missing")
    return leg


def _xml(text: str) -> WebReply:
    return WebReply(body=text, content_type="application/xml")
