"""What else is known of the sample's customers: companies, standing, addresses, what they bought."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from core.ids import PartyId, UserId, new_id
from core.words import Language
from crm.addresses.model import PostalAddress, Use, checked
from crm.orders.model import (
    Every,
    LoyaltyAccount,
    Order,
    OrderLine,
    OrderReturn,
    OrderStatus,
    Subscription,
    SubscriptionStatus,
)
from crm.parties.model import Fact, Family, Party, PartyKind, PartyRole, Stage
from crm.relationships.model import Relationship
from storage.addresses import add_address
from storage.orders import put_loyalty_account, put_order, put_subscription
from storage.party_edits import Edits, edit
from storage.party_roles import set_roles
from storage.relationships import put
from storage.sessions import viewer_of

SOURCE, RANK = "import", 30
COMPANIES: Mapping[str, tuple[PartyRole, Sequence[tuple[str, Any]]]] = {
    "Groupe Remparts": (PartyRole.CUSTOMER, [("siren", "732829320"), ("headcount", 240)]),
    "Hôtel des Remparts": (PartyRole.CUSTOMER, [("industry", "Hôtellerie"), ("headcount", 38)]),
    "Brasserie du Bastion": (PartyRole.CUSTOMER, [("industry", "Restauration"), ("headcount", 12)]),
    "Scierie Chêne-Vert": (
        PartyRole.SUPPLIER,
        [("industry", "Bois"), ("website", "https://example.com/scierie")],
    ),
    "Le Courrier du Meuble": (PartyRole.PRESS, [("industry", "Presse")]),
}
LINKS = (
    ("Hôtel des Remparts", "Groupe Remparts", "subsidiary_of", None),
    ("Brasserie du Bastion", "Groupe Remparts", "subsidiary_of", None),
    ("Karim Haddad", "Brasserie du Bastion", "works_for", date(2021, 3, 1)),
    ("Amina Diallo", "Groupe Remparts", "represents", date(2024, 9, 1)),
    ("Léa Martin", "Thomas Girard", "same_household", None),
)
STREETS = {
    "Nantes": ("12 rue des Carmes", "44000", "FR"),
    "Lyon": ("4 quai Saint-Vincent", "69001", "FR"),
    "Lille": ("27 rue Esquermoise", "59800", "FR"),
    "Paris": ("81 boulevard Voltaire", "75011", "FR"),
    "Rennes": ("6 rue Saint-Georges", "35000", "FR"),
    "Bordeaux": ("19 cours de l’Intendance", "33000", "FR"),
    "London": ("14 Lamb’s Conduit Street", "WC1N 3LL", "GB"),
    "Marseille": ("30 cours Julien", "13006", "FR"),
    "Strasbourg": ("3 rue du Vieil-Hôpital", "67000", "FR"),
    "Manchester": ("5 Lever Street", "M1 1AN", "GB"),
    "Annecy": ("2 passage de l’Île", "74000", "FR"),
}
ARTICLES = (
    ("TAB-45", "Tabouret en chêne", 8900),
    ("ETA-20", "Étagère murale", 12900),
    ("LAM-03", "Lampe à poser", 6450),
    ("TBL-90", "Table basse", 34900),
    ("CIR-01", "Cire d’entretien", 1490),
)
STAGES = (Stage.LOYAL, Stage.ACTIVE, Stage.NEW, Stage.ACTIVE, Stage.DORMANT)


def add_standing(
    tx: Any, parties: Mapping[str, PartyId], homes: Mapping[str, str], owners: Sequence[UserId]
) -> None:
    """`parties` are the sample's customers by name, `homes` their towns, `owners` who looks after some of them."""
    viewer = viewer_of(tx, owners[0])
    assert viewer is not None
    for number, (name, party_id) in enumerate(parties.items()):
        standing = Edits(
            roles=(PartyRole.CUSTOMER,),
            stage=STAGES[number % len(STAGES)],
            owner=owners[number % len(owners)] if number % 3 == 0 else None,
            source=SOURCE,
            rank=RANK,
        )
        edit(tx, viewer, party_id, standing)
        _live(tx, party_id, homes.get(name, ""))
        _buy(tx, party_id, number)
    known = {**parties, **{name: _company(tx, name) for name in COMPANIES}}
    for one, other, of, since in LINKS:
        link = Relationship(
            id=new_id(),
            from_id=known[one],
            to_id=known[other],
            type=of,
            since=since,
            until=None,
            note="",
            created_at=tx.now,
        )
        put(tx, link)


def _company(tx: Any, name: str) -> PartyId:
    role, values = COMPANIES[name]
    party = Party(
        id=PartyId(new_id()),
        kind=PartyKind.ORGANISATION,
        name=name,
        language=Language.FR,
        created_at=tx.now,
    )
    tx.parties.insert(party)
    families = {"siren": Family.IDENTITY}
    for field, value in values:
        family = families.get(field, Family.SOCIO_DEMOGRAPHIC)
        fact = Fact(family=family, field=field, value=value, source=SOURCE, rank=RANK, at=tx.now)
        tx.parties.insert_fact(party.id, fact)
    set_roles(tx, party.id, [role])
    return party.id


def _live(tx: Any, party_id: PartyId, town: str) -> None:
    if town not in STREETS:
        return
    street, postcode, country = STREETS[town]
    parts: dict[str, Any] = {}
    parts |= checked({"street": street, "postcode": postcode, "city": town, "country": country})
    address = PostalAddress(**parts, id="", party_id=party_id, use=Use.HOME, source=SOURCE, created_at=tx.now)
    add_address(tx, address)


def _buy(tx: Any, party_id: PartyId, number: int) -> None:
    """The more, the smaller the number; every fourth sent something back."""
    for nth in range(max(0, 5 - number % 6)):
        at = tx.now - timedelta(days=29 + 53 * nth + number)
        bought = [ARTICLES[(number + nth + more) % len(ARTICLES)] for more in range(1 + nth % 2)]
        lines = [OrderLine(sku=sku, name=name, quantity=1, total=price) for sku, name, price in bought]
        back = [
            OrderReturn(
                line=1, quantity=1, amount=lines[0].total, at=at + timedelta(days=9), reason="ne convient pas"
            )
        ]
        returns = back if nth == 1 and number % 4 == 0 else []
        order = Order(
            id="",
            party_id=party_id,
            source="shop",
            number=f"CF-{10_000 + 100 * number + nth}",
            status=OrderStatus.RETURNED if returns else OrderStatus.DELIVERED,
            currency="EUR",
            ordered_at=at,
            total=sum(line.total for line in lines),
            returned=sum(one.amount for one in returns),
            channel="boutique en ligne",
            created_at=tx.now,
        )
        put_order(tx, order, lines, returns)
    if number % 3 == 0:
        card = LoyaltyAccount(
            id="",
            party_id=party_id,
            source="shop",
            number=f"SO-{7000 + number}",
            programme="Carte Sorbier",
            tier="Or" if number % 2 else "Argent",
            points=120 + 35 * number,
            since=date(2024, 5, 1),
            created_at=tx.now,
        )
        put_loyalty_account(tx, card)
    if number % 5 == 0:
        plan = Subscription(
            id="",
            party_id=party_id,
            source="shop",
            number=f"AB-{300 + number}",
            plan="Atelier du samedi",
            status=SubscriptionStatus.ACTIVE,
            since=date(2026, 1, 10),
            until=None,
            amount=2900,
            currency="EUR",
            every=Every.MONTH,
            created_at=tx.now,
        )
        put_subscription(tx, plan)
