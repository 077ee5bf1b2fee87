"""From the provider's voice webhooks to the history's words. Pure; raises `Malformed` and nothing else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.telephony.form import number, required, required_sid, storable
from core.errors import InvalidInput, Malformed
from core.words import ChannelName, ContactKind, Language
from crm.conversations.inbound import Inbound
from crm.conversations.model import Call, ExchangeKind
from crm.identity.normalise import phone_address
from crm.parties.model import Address

WHAT = "call"
# What the provider puts in From when the caller hides: words, or those words spelled on a keypad.
HIDDEN = frozenset(
    {
        "anonymous", "restricted", "blocked", "unavailable", "unknown", "private",
        "+266696687", "+2666966687", "+7378742883", "+2562533", "+86282452253", "+8656696",
    }
)  # fmt: skip
FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
UNDER_WAY = frozenset({"queued", "initiated", "ringing", "in-progress", "answered"})
CONFERENCE_EVENTS = frozenset(
    {
        "conference-start", "conference-end", "participant-join", "participant-leave",
        "participant-mute", "participant-unmute", "participant-hold", "participant-unhold",
        "announcement-end", "announcement-fail", "participant-modify",
    }
)  # fmt: skip
TRANSCRIPTION_EVENTS = frozenset({"transcription-started", "transcription-stopped", "transcription-error"})
MOST_TURNS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What the caller said or typed in one turn; empty `text`: nothing."""

    call_id: str
    turn: int
    text: str
    typed: bool
    confidence: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegStatus:
    """What became of the leg `leg_id`; `word` is the provider's, `seconds` None unless it is over."""

    leg_id: str
    word: str
    final: bool
    known: bool
    seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceEvent:
    kind: str
    known: bool
    conference_id: str
    leg_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A transcription event; `text` is empty unless something was said for good."""

    known: bool
    leg_id: str
    key: str
    text: str
    by_this_leg: bool  # else by whom this leg listens to
    confidence: float | None


def reference(call_id: str) -> str:
    """By which what is said on a call finds its conversation."""
    return f"call:{call_id}"


def parse_call(form: Mapping[str, str], *, country: str, now: datetime, hidden_name: str) -> Inbound:
    """The call itself, as the first exchange of what will be said on it."""
    sid = required_sid(form, "CallSid", WHAT)
    sender, hidden = _caller(form, country, sid)
    return Inbound(
        channel=ChannelName.VOICE,
        account=storable(form.get("AccountSid", "")),
        provider_id=sid,
        sender=sender,
        sender_name=hidden_name if hidden else "",
        business_address=number(form.get("To", ""), country, "To", WHAT).value,
        text="",
        occurred_at=now,
        kind=ExchangeKind.CALL,
        announces=(reference(sid),),
        meta={"call": sid},
    )


def parse_gathered(form: Mapping[str, str], query: Mapping[str, str]) -> Gathered:
    """One turn of the caller; its number comes from our own address, so that a retry is the same turn."""
    sid = required_sid(form, "CallSid", WHAT)
    speech = storable(form.get("SpeechResult", "")).strip()
    digits = storable(form.get("Digits", "")).strip()
    return Gathered(
        call_id=sid,
        turn=counter(query, "turn"),
        text=speech or digits,
        typed=bool(digits and not speech),
        confidence=_confidence(form.get("Confidence")) if speech else None,
    )


def said(call: Call, gathered: Gathered, language: Language, *, account: str, now: datetime) -> Inbound:
    """What the caller said or typed to the bot, as an exchange of the call's conversation."""
    meta: dict[str, Any] = {"turn": gathered.turn}
    if gathered.typed:
        meta["keys"] = True
    return utterance(
        call,
        provider_id=f"{call.id}:{gathered.turn}",
        text=gathered.text,
        language=language,
        confidence=gathered.confidence,
        account=account,
        now=now,
        meta=meta,
    )


def utterance(
    call: Call,
    *,
    provider_id: str,
    text: str,
    language: Language | None,
    confidence: float | None,
    account: str,
    now: datetime,
    meta: Mapping[str, Any],
) -> Inbound:
    """Words of the customer on a call that is known."""
    sure = {} if confidence is None else {"confidence": confidence}
    return Inbound(
        channel=ChannelName.VOICE,
        account=account,
        provider_id=provider_id,
        sender=Address(kind=ContactKind.PHONE, value=call.from_number),
        business_address=call.to_number,
        text=text,
        occurred_at=now,
        language=language,
        refers_to=(reference(call.id),),
        meta={"call": call.id, **meta, **sure},
    )


def parse_leg_status(form: Mapping[str, str]) -> LegStatus:
    word = required(form, "CallStatus", "call status").lower()
    return LegStatus(
        leg_id=required_sid(form, "CallSid", "call status"),
        word=storable(word),
        final=word in FINAL,
        known=word in FINAL or word in UNDER_WAY,
        seconds=whole_seconds(form.get("CallDuration")),
    )


def whole_seconds(raw: object) -> int | None:
    """A duration as the provider writes it; None when there is none to read."""
    text = str(raw or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def parse_conference(form: Mapping[str, str]) -> ConferenceEvent:
    kind = required(form, "StatusCallbackEvent", "conference event")
    return ConferenceEvent(
        kind=kind,
        known=kind in CONFERENCE_EVENTS,
        conference_id=required_sid(form, "ConferenceSid", "conference event"),
        leg_id=storable(form.get("CallSid", "")),
    )


def parse_transcription(form: Mapping[str, str]) -> Heard:
    kind = required(form, "TranscriptionEvent", "transcription")
    leg = required_sid(form, "CallSid", "transcription")
    key = f"{storable(form.get('TranscriptionSid', ''))}:{storable(form.get('SequenceId', ''))}"
    text, confidence = "", None
    if kind == "transcription-content" and form.get("Final", "true").lower() != "false":
        text, confidence = _transcript(form.get("TranscriptionData", ""))
    return Heard(
        known=kind == "transcription-content" or kind in TRANSCRIPTION_EVENTS,
        leg_id=leg,
        key=key,
        text=text,
        by_this_leg=form.get("Track", "inbound_track") != "outbound_track",
        confidence=confidence,
    )


def counter(query: Mapping[str, str], name: str) -> int:
    """A small number that our own address carries; absent, it is 0."""
    raw = query.get(name, "0")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 6 and int(raw) <= MOST_TURNS):
        raise Malformed(what=WHAT, problem=f"{name} is not a number of ours")
    return int(raw)


def language_of(query: Mapping[str, str], default: Language) -> Language:
    raw = query.get("lang", "")
    return Language(raw) if raw in {language.value for language in Language} else default


def _caller(form: Mapping[str, str], country: str, call_id: str) -> tuple[Address, bool]:
    """The caller's number; one who hides it, or calls from no number, is a stranger of this call only."""
    raw = form.get("From", "").strip()
    if raw.lower() not in HIDDEN and raw:
        try:
            return phone_address(raw, country), False
        except InvalidInput:
            pass  # a browser's or a SIP address: the call is taken all the same
    return Address(kind=ContactKind.PHONE, value=f"hidden:{call_id}"), True


def _transcript(data: str) -> tuple[str, float | None]:
    try:
        content = json.loads(data)
        text = content["transcript"]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Malformed(what="transcription", problem="TranscriptionData has no transcript") from error
    if not isinstance(text, str):
        raise Malformed(what="transcription", problem="its transcript is no text")
    text = text.encode("utf-8", "replace").decode("utf-8")  # JSON may carry half a surrogate pair
    return storable(text).strip(), _confidence(content.get("confidence"))


def _confidence(raw: object) -> float | None:
    try:
        value = float(raw)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return round(value, 3) if 0 <= value <= 1 else None
