"""What a relationship is, and which may be."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.errors import InvalidInput
from core.ids import PartyId
from crm.parties.model import Party, PartyKind

DEEPEST = 50  # levels of a group of companies


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipType:
    """From a party to another. `name` says what the first is to the second, `inverse` what the second is to the first.

    The names of built-in types are words of the console. `tree`: nobody is above themselves, and only one is above.
    """

    id: str
    name: str
    inverse: str
    created_at: datetime | None = None
    version: int = 1
    source: PartyKind | None = None
    target: PartyKind | None = None
    tree: bool = False

    @property
    def symmetrical(self) -> bool:
        return self.name == self.inverse


def _built_in(name: str, inverse: str, **more: object) -> RelationshipType:
    return RelationshipType(id=name, name=name, inverse=inverse, **more)  # type: ignore[arg-type]


PERSON, ORGANISATION = PartyKind.PERSON, PartyKind.ORGANISATION
BUILT_IN: Mapping[str, RelationshipType] = {
    of.id: of
    for of in (
        _built_in("works_for", "employs", source=PERSON, target=ORGANISATION),
        _built_in("same_household", "same_household", source=PERSON, target=PERSON),
        _built_in("subsidiary_of", "parent_of", source=ORGANISATION, target=ORGANISATION, tree=True),
        _built_in("supplier_of", "supplied_by"),
        _built_in("partner_of", "partner_of"),
        _built_in("represents", "represented_by"),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """`since` and `until` are days, the last one included; None is not known, or still so."""

    id: str
    from_id: PartyId
    to_id: PartyId
    type: str
    since: date | None
    until: date | None
    note: str
    created_at: datetime
    version: int = 1

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def check(of: RelationshipType, one: Party, other: Party, since: date | None, until: date | None) -> None:
    """Raises `InvalidInput` for what cannot be, whoever else there is."""
    if one.id == other.id:
        raise InvalidInput(problem="Nobody has a relationship with themselves; choose another customer")
    if since and until and until < since:
        raise InvalidInput(problem="It ends before it begins; check the two dates")
    for party, wanted in ((one, of.source), (other, of.target)):
        if wanted is not None and party.kind is not wanted:
            kind = "a person" if wanted is PERSON else "an organisation"
            raise InvalidInput(problem=f"{party.name} would have to be {kind} for this relationship")


def check_tree(one: PartyId, other: PartyId, above: Callable[[PartyId], Iterable[PartyId]]) -> None:
    """Raises `InvalidInput` when `one` stands above `other` already, or has somebody else above. Current links only."""
    if set(above(one)) - {other}:
        raise InvalidInput(problem="It belongs to another one already; end that relationship first")
    seen, level = {other}, [other]
    for _ in range(DEEPEST):
        level = [up for party in level for up in above(party) if up not in seen]
        if one in level:
            raise InvalidInput(problem="That would make a circle: the one is above the other already")
        if not level:
            return
        seen.update(level)
    raise InvalidInput(problem=f"More than {DEEPEST} levels are not one group")
