"""A signed reply address leads to its conversation, and nobody else can make one."""

import pytest

from channels.email.threading import MAX_LOCAL, Own
from core.ids import new_id
from tests.channels.email.post import OWN


def signed(conversation: str, own: Own = OWN) -> str:
    address = own.reply_address(conversation)
    assert address is not None
    return address


def test_a_reply_address_leads_back() -> None:
    conversation = new_id()
    assert OWN.conversation_of([signed(conversation)]) == conversation
    assert OWN.conversation_of(["x@example.org", signed(conversation).upper()]) == conversation


def test_it_is_no_longer_than_mail_allows() -> None:
    assert len(signed(new_id()).split("@")[0]) <= MAX_LOCAL


def test_a_long_mailbox_name_leaves_no_room_for_one() -> None:
    assert Own(address=f"{'service' * 5}@example.com", secret="s").reply_address(new_id()) is None


@pytest.mark.parametrize("position", [12, 30, 40, 45])
def test_a_changed_letter_leads_nowhere(position: int) -> None:
    address = signed(new_id())
    other = "a" if address[position] != "a" else "b"
    assert OWN.conversation_of([address[:position] + other + address[position + 1 :]]) is None


def test_another_secret_or_mailbox_makes_another_signature() -> None:
    conversation = new_id()
    assert OWN.conversation_of([signed(conversation, Own(address=OWN.address, secret="other"))]) is None
    other_box = signed(conversation, Own(address="sales@example.com", secret=OWN.secret))
    assert OWN.conversation_of([other_box.replace("sales", "support")]) is None


@pytest.mark.parametrize(
    "address", ["", "support@example.com", "support+c.@example.com", "support+c.é.ü@example.com"]
)
def test_other_addresses_lead_nowhere(address: str) -> None:
    assert OWN.conversation_of([address]) is None


def test_our_addresses_are_ours_with_any_plus_part() -> None:
    assert OWN.is_ours("Support+anything@EXAMPLE.com")
    assert not OWN.is_ours("support2@example.com")
    assert not OWN.is_ours("support@example.com.attacker.example")


def test_a_message_id_of_ours_names_its_delivery() -> None:
    delivery = new_id()
    assert OWN.delivery_of(OWN.message_id(delivery)) == delivery
    assert OWN.delivery_of(f"{delivery}@attacker.example") is None
    assert OWN.delivery_of("anything@example.com") is None
