"""From the provider's SMS webhooks to the history's words. Pure; raises `Malformed` and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.telephony.form import number, required_sid, storable
from core.words import ChannelName
from crm.conversations.inbound import Inbound
from crm.conversations.model import DeliveryState

WHAT = "text message"
MOST_MEDIA = 10  # what the provider sends at most
OPT_OUT = frozenset(
    {
        "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT",
        "ARRET", "ARRÊT", "ARRETE", "ARRÊTE",
    }
)  # fmt: skip
# The provider takes YES too, but so does a bot that asked: without the provider's own mark it is an answer.
OPT_IN = frozenset({"START", "UNSTOP", "REPRENDRE"})

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
    return Inbound(
        channel=ChannelName.SMS,
        account=storable(form.get("AccountSid", "")),
        provider_id=sid,
        sender=number(form.get("From", ""), country, "From", WHAT),
        business_address=number(form.get("To", ""), country, "To", WHAT).value,
        text=text,
        occurred_at=now,
        meta=_meta(form, text),
    )


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


def _meta(form: Mapping[str, str], text: str) -> dict[str, Any]:
    meta: dict[str, Any] = {}
    word = text.strip().rstrip(".! ").upper()
    if form.get("OptOutType") == "STOP" or word in OPT_OUT:
        meta["consent"] = "refused"
    elif form.get("OptOutType") == "START" or word in OPT_IN:
        meta["consent"] = "granted"
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
