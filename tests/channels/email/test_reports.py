"""Bounces, delays and receipts are read as what they are, also when servers write them in their own way."""

from dataclasses import replace

import pytest

from channels.email.bounces import Report
from channels.email.parse import parse
from crm.conversations.inbound import Inbound
from crm.conversations.model import DeliveryState
from tests.channels.email.post import NOW, OWN, SENT_ID, letter, raw, read


@pytest.mark.parametrize(
    ("name", "state", "reason"),
    [
        ("bounce_dsn", DeliveryState.BOUNCED, "550 5.1.1 User unknown"),
        ("bounce_plain", DeliveryState.BOUNCED, "550 5.1.1 <nobody@example.org>: mailbox is unknown"),
        ("delayed_dsn", None, None),
        ("read_receipt", DeliveryState.READ, None),
    ],
)
def test_a_report_names_its_delivery(name: str, state: DeliveryState | None, reason: str | None) -> None:
    report = read(name)
    assert isinstance(report, Report)
    assert replace(report, recipient="") == Report(
        delivery_id=SENT_ID, message_id=f"{SENT_ID}@example.com", state=state, reason=reason
    )


def test_of_several_recipients_the_one_who_was_not_reached_is_told() -> None:
    nobody = b"Final-Recipient: rfc822; nobody"
    reached = b"Final-Recipient: rfc822; hugo@example.org\nAction: delivered\nStatus: 2.0.0\n\n"
    data = raw("bounce_dsn").replace(nobody, reached + nobody)
    report = parse(data, OWN, NOW)
    assert isinstance(report, Report)
    assert (report.state, report.recipient) == (DeliveryState.BOUNCED, "nobody@example.org")
    assert report.reason == "550 5.1.1 User unknown"


def test_a_bounce_of_another_domain_s_mail_is_no_report_on_ours() -> None:
    data = raw("bounce_dsn").replace(b"@example.com>", b"@elsewhere.example>")
    assert isinstance(parse(data, OWN, NOW), Inbound)


def test_a_customer_who_quotes_our_message_id_reports_nothing() -> None:
    data = letter("lucie@example.org", OWN.address, f"<{SENT_ID}@example.com>", Subject="Undelivered")
    assert isinstance(parse(data, OWN, NOW), Inbound)
