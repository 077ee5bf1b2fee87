"""From the provider's SMS webhooks to the history's words. Pure; raises `Malformed` and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.sms.consent import GRANTED, REFUSED, wish_of
from channels.telephony.form import number, required_sid, storable
from core.errors import InvalidInput, Malformed
from core.words import ChannelName
from crm.conversations.inbound import Inbound
from crm.conversations.model import DeliveryState
from crm.identity.normalise import NAMELESS, sender_address
from crm.parties.model import Address

WHAT = "text message"
WRITTEN = re.compile(r"(?:whatsapp:)?\+\d{5,18}")
MOST_MEDIA = 10  # what the provider sends at most

STATES: Mapping[str, DeliveryState] = {
    "accepted": DeliveryState.QUEUED,
    "scheduled": DeliveryState.QUEUED,
    "queued": DeliveryState.QUEUED,
    "sending": DeliveryState.SENT,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What became of one of ours. `state` is None for a status nobody here knows."""

    provider_id: str
    delivery_id: str
    state: DeliveryState | None
    reason: str | None


def parse_message(form: Mapping[str, str], *, country: str, now: datetime) -> Inbound:
    """One inbound message. Its pictures stay links in `meta`: nothing is fetched on a stranger's word."""
    sid = required_sid(form, "MessageSid" if "MessageSid" in form else "SmsSid", WHAT)
    text = storable(form.get("Body", ""))
    raw = form.get("From", "")
    sender = _sender(raw, country)
    nameless = sender.value.startswith(NAMELESS)
    return Inbound(
        channel=ChannelName.SMS,
        account=storable(form.get("AccountSid", "")),
        provider_id=sid,
        sender=sender,
        sender_name=sender.value.removeprefix(NAMELESS) if nameless else "",
        reply_to=_as_it_came(raw, sender),
        business_address=number(form.get("To", ""), country, "To", WHAT).value,
        text=text,
        occurred_at=now,
        meta=_meta(form, text, nameless),
        automatic=nameless,  # what has no number to answer to is a machine
    )


def _sender(raw: str, country: str) -> Address:
    try:
        return sender_address(raw, country)
    except InvalidInput as error:
        raise Malformed(what=WHAT, problem=f"From: {error}") from error


def _as_it_came(raw: str, sender: Address) -> str:
    """Where an answer goes when that is not the sender's normal form: networks want the one that was used."""
    told = "".join(raw.split())
    return told if WRITTEN.fullmatch(told) and told != sender.value else ""


def parse_status(form: Mapping[str, str], delivery_id: str) -> Status:
    """A status callback; `delivery_id` is what our own address of it named."""
    sid = required_sid(form, "MessageSid" if "MessageSid" in form else "SmsSid", "message status")
    word = form.get("MessageStatus", form.get("SmsStatus", "")).strip().lower()
    code = storable(form.get("ErrorCode", "")).strip()
    state = STATES.get(word)
    return Status(
        provider_id=sid,
        delivery_id=storable(delivery_id),
        state=state,
        reason=reason_of(state, word, code),
    )


def reason_of(state: DeliveryState | None, word: str, code: str) -> str | None:
    """Why it failed, in the provider's word and code; None when it did not."""
    if state is not DeliveryState.FAILED:
        return None
    return f"{word} ({code})" if code else word


def _meta(form: Mapping[str, str], text: str, nameless: bool) -> dict[str, Any]:
    meta: dict[str, Any] = {}
    # The provider takes YES too, but so does a bot that asked: without the provider's own mark it is an answer.
    told = {"STOP": REFUSED, "START": GRANTED}.get(form.get("OptOutType", ""))
    wish = told or (None if nameless else wish_of(text))
    if wish:
        meta["consent"] = wish
    if nameless:
        meta["unanswerable"] = True
    if media := _media(form):
        meta["media"] = media
    return meta


def _media(form: Mapping[str, str]) -> list[dict[str, str]]:
    count = form.get("NumMedia", "0").strip()
    wanted = min(int(count), MOST_MEDIA) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    return [
        {"url": storable(url), "content_type": storable(form.get(f"MediaContentType{i}", ""))}
        for i in range(wanted)
        if (url := form.get(f"MediaUrl{i}"))
    ]
