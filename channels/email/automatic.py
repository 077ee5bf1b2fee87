"""Mail that a machine wrote (RFC 3834 §2, RFC 2919, RFC 2369): recorded, but no bot answers it."""

import re
from email.message import Message

BULK = {"auto_reply", "bulk", "junk", "list"}
MARKS = (
    "List-Id",
    "List-Unsubscribe",
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponse",
    "X-Auto-Reply-From",
    "X-Loop",
)
MACHINES = re.compile(
    r"(?i)^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|ne-?pas-?repondre|nepasrepondre|bounces?|listserv)([+.-].*)?@"
)
SUBJECTS = re.compile(
    r"(?i)^\s*(auto(matic|matische|matique)?[ -]?(reply|response|antwort)|out of (the )?office"
    r"|away from (the )?office|r[ée]ponse automatique|message d['’]absence"
    r"|absen(ce|t|te) (du|au|de mon) bureau|absence ?:|je suis absent)"
)


def why_automatic(head: Message, sender: str, subject: str) -> str:
    """What gives the machine away, "" for a person's mail."""
    submitted = _word(head, "Auto-Submitted")
    if submitted not in ("", "no"):
        return f"auto-submitted: {submitted}"
    if (precedence := _word(head, "Precedence")) in BULK:
        return f"precedence: {precedence}"
    for mark in MARKS:
        if head.get(mark):
            return mark.lower()
    if _word(head, "X-Auto-Response-Suppress") in ("all", "oof") and not head.get("In-Reply-To"):
        return "x-auto-response-suppress"
    if str(head.get("Return-Path") or "").strip() == "<>":
        return "null return-path"
    if MACHINES.match(sender) or sender.endswith("@localhost"):
        return "sender"
    return "subject" if SUBJECTS.match(subject) else ""


def _word(head: Message, name: str) -> str:
    return re.split(r"[;,\s]", str(head.get(name) or "").strip().lower()[:60])[0]
