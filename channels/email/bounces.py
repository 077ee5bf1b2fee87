"""Reports on what we sent: bounces, delays, deliveries (RFC 3464), read receipts (RFC 8098), and the plain bounces of
servers that know neither. A report changes a delivery's state; it is no message of the customer."""

import re
from dataclasses import dataclass
from email.message import Message

from channels.email.charset import decode, one_line
from channels.email.headers import parse_head
from channels.email.mime import Part
from channels.email.threading import Own
from crm.conversations.model import DeliveryState

MAX_SEARCHED = 300_000  # bytes in which a plain bounce is searched for our Message-ID
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SENDERS = re.compile(r"(?i)^(mailer-daemon|mail-daemon|postmaster|mail\.?delivery[\w.-]*)@")
SUBJECTS = re.compile(
    r"(?i)(undeliver|non[ -]?deliver|deliver\w* (status|fail)|mail delivery (failed|problem|system)"
    r"|returned mail|returned to sender|failure notice|delivery (has )?(been )?(delayed|incomplete)"
    r"|non remis|[ée]chec de (la )?(remise|distribution)"
    r"|remise impossible|message non distribu|retour [àa] l['’]exp[ée]diteur|avis de non)"
)
DELAYED = re.compile(r"(?i)(\bdelay(ed)?\b|\bwarning\b|will be retried|keep trying|retard|tentera)")
REASON = re.compile(
    r"(?im)^.{0,200}?\b([45]\d\d[ -].{3,200}|user unknown.{0,100}|unrouteable address.{0,100})$"
)
STATES = {
    "failed": DeliveryState.BOUNCED,
    "delivered": DeliveryState.DELIVERED,
    "relayed": DeliveryState.SENT,
    "expanded": DeliveryState.DELIVERED,
    "displayed": DeliveryState.READ,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of one delivery. `state` None: nothing final yet (a delay)."""

    delivery_id: str
    message_id: str
    state: DeliveryState | None
    reason: str | None
    recipient: str = ""  # of a mail to several: the one it is about


def read_report(own: Own, part: Part, sender: str, subject: str) -> Report | None:
    """The report that this mail is, or None for any other mail."""
    if part.kind == "multipart/report":
        return _structured(own, part)
    bounces = SENDERS.match(sender) or str(part.head.get("Return-Path") or "").strip() == "<>"
    if bounces and SUBJECTS.search(subject):
        return _plain(own, part, subject)
    return None


def _structured(own: Own, part: Part) -> Report | None:
    fields: dict[str, str] = {}
    for inner in part.parts[:10]:
        if inner.kind.startswith("message/") and inner.kind.endswith(
            ("delivery-status", "disposition-notification")
        ):
            fields |= _fields(inner.content())
    if not fields:
        return None
    sent = _original(own, part, fields.get("original-message-id", ""))
    if sent is None:
        return None
    action = fields.get("action") or fields.get("disposition", "").rpartition(";")[2]
    state = STATES.get(action.strip().split("/")[0].split(" ")[0].lower())
    said = fields.get("diagnostic-code") or fields.get("status") or ""
    reason = one_line(said.partition(";")[2] or said, 300) if state is DeliveryState.BOUNCED else None
    recipient = fields.get("original-recipient") or fields.get("final-recipient", "")
    return Report(
        delivery_id=sent[0],
        message_id=sent[1],
        state=state,
        reason=reason or None,
        recipient=recipient.rpartition(";")[2].strip(),
    )


def _plain(own: Own, part: Part, subject: str) -> Report | None:
    sent = _original(own, part, "")
    if sent is None:
        return None
    text = "\n".join(decode(p.content()[:20_000], p.charset) for p in (part.parts or (part,))[:3])
    late = DELAYED.search(subject) and not re.search(r"(?i)fail|undeliver|non remis|[ée]chec", subject)
    found = REASON.search(text)
    return Report(
        delivery_id=sent[0],
        message_id=sent[1],
        state=None if late else DeliveryState.BOUNCED,
        reason=one_line(found[1] if found else subject, 300),
    )


def _fields(data: bytes) -> dict[str, str]:
    """Those of the mail and of one recipient: of several the first that it did not reach, or else the first."""
    groups = [_group(group) for group in re.split(rb"\r?\n\r?\n", data.strip()[:60_000])[:20]]
    of_mail, *others = groups
    failed = [fields for fields in others if fields.get("action", "").lower().startswith("failed")]
    fields: dict[str, str] = {}
    for group in (of_mail, *failed, *others):
        for name, value in group.items():
            fields.setdefault(name, value)
    return fields


def _group(data: bytes) -> dict[str, str]:
    head: Message = parse_head(data)[0]
    fields: dict[str, str] = {}
    for name, value in head.items():
        fields.setdefault(name.lower(), one_line(str(value), 1000))
    return fields


def _original(own: Own, part: Part, named: str) -> tuple[str, str] | None:
    """(delivery, Message-ID) of the mail reported on: named, or found in the copy that came back."""
    texts = [named, *(decode(inner.content()[:MAX_SEARCHED]) for inner in _leaves(part))]
    ours = re.compile(rf"(?i)\b({UUID})@{re.escape(own.domain)}\b")
    for text in texts:
        if found := ours.search(text):
            return found[1].lower(), found[0].lower()
    return None


def _leaves(part: Part) -> list[Part]:
    if not part.parts:
        return [part]
    return [leaf for inner in part.parts for leaf in _leaves(inner)][:20]
