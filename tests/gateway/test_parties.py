"""The customer file: what it shows, where each value came from, and what staff may write."""

from datetime import timedelta
from typing import Any

import pytest

from core.words import ChannelName, ContactKind
from crm.conversations.accept import Accepted
from crm.parties.model import Address, Fact, Family
from routing.model import Queue
from storage.schema import contact_points
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message


@pytest.fixture
async def customer(front: Front, queue: Queue) -> Accepted:
    return await a_message(front.store, queue, sender_name="Léa Martin")


def at(customer: Accepted, what: str = "") -> str:
    return f"/api/v1/parties/{customer.party_id}{what}"


async def test_the_file_gathers_who_it_is_and_what_was_said(agent: Person, customer: Accepted):
    file = await agent.get(at(customer))

    assert file["party"]["name"] == "Léa Martin"
    assert [(p["kind"], p["value"]) for p in file["contact_points"]] == [("phone", "+33639980001")]
    assert [c["id"] for c in file["conversations"]] == [customer.conversation_id]
    assert set(file["families"]) == {"identity", "socio_demographic", "socio_cultural", "behavioural"}


async def test_the_relational_family_counts_the_history(
    front: Front, agent: Person, queue: Queue, customer: Accepted
):
    await a_message(front.store, queue, "Et aussi…")
    relational = (await agent.get(at(customer)))["relational"]

    assert (relational["conversations_total"], relational["exchanges_total"], relational["open"]) == (1, 2, 1)
    assert relational["channels"] == {"sms": 1}
    assert relational["first_at"] <= relational["last_at"]


async def test_of_several_values_the_better_source_wins_then_the_newer(
    front: Front, agent: Person, customer: Accepted
):
    def facts(tx):
        for value, rank, age in (
            ("bought", 30, 9),
            ("form, old", 10, 5),
            ("form, new", 10, 1),
            ("guess", 60, 0),
        ):
            at = tx.now - timedelta(days=age)
            tx.parties.insert_fact(
                customer.party_id,
                Fact(
                    family=Family.SOCIO_DEMOGRAPHIC,
                    field="occupation",
                    value=value,
                    source=value,
                    rank=rank,
                    at=at,
                ),
            )

    await front.store.write(facts)
    fact = (await agent.get(at(customer)))["families"]["socio_demographic"][0]

    assert fact["value"] == "form, new"
    assert [other["value"] for other in fact["others"]] == ["form, old", "bought", "guess"]


async def test_what_staff_writes_beats_what_came_with_a_message(agent: Person, customer: Accepted):
    body = {
        "name": "Léa Martin-Roux",
        "facts": [{"family": "socio_cultural", "field": "interests", "value": "voile"}],
    }
    file = (await agent.call("PATCH", at(customer), json=body)).body

    name = file["families"]["identity"][0]
    assert file["party"]["name"] == name["value"] == "Léa Martin-Roux"
    assert [other["value"] for other in name["others"]] == ["Léa Martin"]
    assert file["families"]["socio_cultural"][0]["source"] == "staff"


async def test_a_change_of_the_file_is_in_the_audit_log(agent: Person, customer: Accepted, admin: Person):
    await agent.call("PATCH", at(customer), json={"language": "en"})
    entry = (await admin.get("/api/v1/audit"))["items"][0]

    assert (entry["actor"], entry["action"], entry["object"]) == (
        agent.id,
        "party_changed",
        customer.party_id,
    )


async def test_who_looked_at_a_file_is_in_the_audit_log_once_for_one_look(
    agent: Person, customer: Accepted, admin: Person
):
    for _ in range(3):
        await agent.get(at(customer))
        await agent.get(f"/api/v1/conversations/{customer.conversation_id}")
    entries = [(e["actor"], e["action"], e["object"]) for e in (await admin.get("/api/v1/audit"))["items"]]

    assert entries[:2] == [
        (agent.id, "conversation_read", customer.conversation_id),
        (agent.id, "party_read", customer.party_id),
    ]
    assert len([entry for entry in entries if entry[1].endswith("_read")]) == 2


async def test_an_added_address_is_normalised_and_added_once(agent: Person, customer: Accepted):
    _, file = [
        await agent.post(at(customer, "/contact-points"), kind="phone", value=written)
        for written in ("01 99 00 12 34", "+33199001234")
    ]

    assert [p["value"] for p in file["contact_points"]] == ["+33639980001", "+33199001234"]


async def test_an_address_of_another_customer_is_refused(
    front: Front, agent: Person, queue: Queue, customer: Accepted
):
    await a_message(front.store, queue, sender=Address(kind=ContactKind.PHONE, value="+33639980009"))
    body = {"kind": "phone", "value": "+33639980009"}
    answer = await agent.call("POST", at(customer, "/contact-points"), json=body)

    assert (answer.status, answer.code) == (422, "invalid_input")


async def test_what_a_visitor_claims_is_shown_as_a_claim_with_whose_it_is(
    front: Front, agent: Person, queue: Queue, customer: Accepted
):
    visitor = await a_message(
        front.store,
        queue,
        channel=ChannelName.WEBCHAT,
        sender=Address(kind=ContactKind.WEBCHAT, value="visitor-1"),
        claims=(Address(kind=ContactKind.PHONE, value="+33639980001"),),
    )
    file = await agent.get(at(visitor))

    assert visitor.party_id != customer.party_id
    assert file["claims"][0]["party"] == {"id": customer.party_id, "name": "Léa Martin"}


@pytest.mark.parametrize("words", ["martin", "LÉA", "39980001", "lea mar"])
async def test_customers_are_found_by_name_and_address(agent: Person, customer: Accepted, words: str):
    found = (await agent.get("/api/v1/parties", q=words))["items"]

    assert [party["name"] for party in found] == ["Léa Martin"]


async def test_wild_cards_in_a_search_are_plain_characters(agent: Person, customer: Accepted):
    for words in ("%", "_", "\\"):
        assert (await agent.get("/api/v1/parties", q=words))["items"] == []


async def test_ten_thousand_addresses_are_read_page_by_page(front: Front, agent: Person, customer: Accepted):
    def insert(tx: Any) -> None:
        rows = [
            {
                "id": f"p{number:05d}",
                "party_id": customer.party_id,
                "kind": "email",
                "value": f"lea{number}@example.com",
                "assurance": "unverified",
                "preferred": False,
                "source": "import",
                "created_at": tx.now,
                "backwards": f"lea{number}@example.com"[::-1],
            }
            for number in range(9_999)
        ]
        tx.conn.execute(contact_points.insert(), rows)

    await front.store.write(insert)
    file = await agent.get(at(customer))
    assert (len(file["contact_points"]), file["contact_points_next"]) == (50, "50")
    seen, cursor = len(file["contact_points"]), file["contact_points_next"]
    while cursor:
        page = await agent.get(f"{at(customer)}/contact-points", cursor=cursor, limit=200)
        seen, cursor = seen + len(page["items"]), page["next"]
    assert seen == 10_000
    body = {"kind": "email", "value": "one.more@example.com"}
    refused = await agent.call("POST", f"{at(customer)}/contact-points", json=body)
    assert (refused.status, refused.code) == (422, "invalid_input")
    listed = (await agent.get("/api/v1/parties", q="lea77@"))["items"]
    assert len(listed[0]["contact_points"]) == 10
