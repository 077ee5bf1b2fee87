"""Postal addresses as their countries write them; what they were stays."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.bus import Bus
from core.errors import InvalidAddress
from core.store import Store
from crm.addresses.model import checked, form_of
from tests.fixtures import sqlite_settings
from tests.gateway.front import Front, Person

NANTES = {"street": "12 rue des Carmes", "postcode": "44000", "city": "Nantes", "country": "FR"}


@pytest.fixture
async def front(any_store: Store, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


@pytest.fixture
async def crm(front: Front) -> Person:
    return await front.person("crm", name="Inès Garnier")


async def added(crm: Person, name: str, **more: Any) -> str:
    return str((await crm.post("/api/v1/parties", name=name, anyway=True, **more))["party"]["id"])


async def test_an_address_is_added_changed_and_ended(crm: Person):
    lea = await added(crm, "Léa Martin")
    path = f"/api/v1/parties/{lea}/addresses"
    (first,) = (await crm.post(path, **NANTES, recipient="Léa Martin"))["addresses"]
    assert (first["lines"], first["preferred"]) == (["Léa Martin", "12 rue des Carmes", "44000 NANTES"], True)
    file = await crm.post(path, **{**NANTES, "street": "3 quai Ceineray"}, use="work", preferred=True)
    assert [one["street"] for one in file["addresses"]] == ["3 quai Ceineray", "12 rue des Carmes"]
    moved = {**NANTES, "street": "8 place Royale"}
    file = (await crm.call("PUT", f"{path}/{first['id']}", json=moved)).body
    assert [one["street"] for one in file["addresses"]] == ["3 quai Ceineray", "8 place Royale"]
    assert (await crm.call("PUT", f"{path}/{first['id']}", json=moved)).status == 404
    gone = await crm.call("DELETE", f"{path}/{file['addresses'][0]['id']}")
    assert [one["street"] for one in gone.body["addresses"]] == ["8 place Royale"]
    timeline = (await crm.get(f"/api/v1/parties/{lea}/timeline", kinds="address"))["items"]
    assert len(timeline) == 3  # what ended is still told


async def test_a_customer_is_found_and_compared_by_where_they_live(crm: Person):
    lea = await added(crm, "Léa Martin")
    await crm.post(f"/api/v1/parties/{lea}/addresses", **NANTES)
    for text in ("carmes", "Nantes"):
        assert [one["name"] for one in (await crm.get("/api/v1/parties", q=text))["items"]] == ["Léa Martin"]
    other = await added(crm, "Léa Martain")
    await crm.post(f"/api/v1/parties/{other}/addresses", **NANTES)
    merge = (await crm.post("/api/v1/merges", winner=lea, loser=other))["merge"]
    assert merge["counts"]["postal_addresses"] == 1
    assert len((await crm.get(f"/api/v1/parties/{lea}"))["addresses"]) == 2
    await crm.post(f"/api/v1/merges/{merge['id']}/undo")
    assert len((await crm.get(f"/api/v1/parties/{other}"))["addresses"]) == 1


async def test_what_a_country_does_not_write_is_refused_with_the_parts_to_mend(crm: Person):
    lea = await added(crm, "Léa Martin")
    answer = await crm.call(
        "POST", f"/api/v1/parties/{lea}/addresses", json={"street": "", "postcode": "440", "country": "FR"}
    )
    assert (answer.status, answer.code) == (422, "invalid_address")
    assert answer.body["error"]["details"][0]["parts"] == ["city", "postcode", "street"]
    form = await crm.get("/api/v1/address-forms/us")
    assert form["parts"][-3:] == ["city", "region", "postcode"]
    assert "region" in form["required"]
    assert (await crm.call("GET", "/api/v1/address-forms/xx")).code == "invalid_address"


@pytest.mark.parametrize(
    ("country", "parts"),
    [
        ("GB", {"street": "10 Baker St", "city": "London", "postcode": "W1U 3BW"}),
        ("US", {"street": "1 Main St", "city": "Springfield", "region": "IL", "postcode": "62701"}),
        ("DE", {"street": "Hauptstr. 5", "city": "Köln", "postcode": "50667"}),
        ("RE", {"street": "4 rue de Paris", "city": "Saint-Denis", "postcode": "97400"}),
        ("GP", {"street": "1 rue Frébault", "city": "Pointe-à-Pitre", "postcode": "97110"}),
        ("BE", {"street": "Rue Neuve 1", "city": "Bruxelles", "postcode": "1000"}),
        ("IE", {"street": "1 Main Street", "city": "Dublin"}),
        ("JP", {"street": "1-1 Chiyoda", "region": "Tokyo", "postcode": "100-0001"}),
    ],
)
def test_addresses_of_other_countries(country: str, parts: dict[str, str]):
    assert checked({**parts, "country": country.lower()})["country"] == country


@pytest.mark.parametrize(
    ("country", "parts"),
    [
        ("GB", {"street": "10 Baker St", "city": "London", "postcode": "75001"}),
        ("US", {"street": "1 Main St", "city": "Springfield", "region": "Nantes", "postcode": "62701"}),
        ("", {"street": "1 rue X", "city": "Nantes"}),
        ("ZZ", {"street": "1 rue X", "city": "Nantes"}),
    ],
)
def test_addresses_that_cannot_be(country: str, parts: dict[str, str]):
    with pytest.raises(InvalidAddress):
        checked({**parts, "country": country})


def test_the_form_follows_the_country():
    assert form_of("fr").parts == ("company", "recipient", "street", "postcode", "city")
    assert form_of("GB").required >= {"street", "city", "postcode"}
