"""Sample data for the demo and for training: invented staff, customers and a few weeks of their history.

Everything goes through the product's own commands on a clock set back, so the samples obey every rule of the real
thing. Names are invented, addresses are `example.*`, telephone numbers are those reserved for fiction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from core.ids import ContactPointId, ConversationId, PartyId, QueueId, UserId, new_id
from core.words import Assurance, AuthorKind, ChannelName, ContactKind, HandlerKind, Language, Role
from crm.conversations.accept import accept
from crm.conversations.handling import assign, record_internal, resolve
from crm.conversations.inbound import Inbound
from crm.conversations.joining import Limits
from crm.conversations.model import DeliveryState, EntryPoint, ExchangeKind, Handler
from crm.conversations.reply import Reply, end_attempt, send_reply
from crm.parties.model import Address, ContactPoint, Fact, Family, Party, PartyKind
from gateway.sample_crm import add_standing
from gateway.sample_history import STORIES, Story
from gateway.sample_tags import add_tags
from routing.model import Presence, Queue
from routing.presence import set_presence
from storage.engine.opening import Opened
from storage.schema import users

PASSWORD = "fil-rouge-2026"  # noqa: S105  # printed at the demo's start; the demo listens on this machine only
BOT = "accueil"
FORM = 10  # the rank of a value that staff entered


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    login: str
    name: str
    roles: tuple[Role, ...]
    language: Language
    skills: tuple[tuple[str, int], ...] = ()
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    name: str
    phone: str
    email: str
    language: Language
    city: str
    occupation: str
    born: date | None
    interests: str
    loyalty: str
    kind: PartyKind = PartyKind.PERSON


STAFF = (
    Staff(
        login="camille",
        name="Camille Roux",
        roles=(Role.AGENT,),
        language=Language.FR,
        skills=(("fr", 5), ("en", 3)),
        queues=("Service client", "Livraisons"),
    ),
    Staff(
        login="hugo",
        name="Hugo Lemaire",
        roles=(Role.AGENT,),
        language=Language.FR,
        skills=(("fr", 5), ("en", 2)),
        queues=("Service client", "Réclamations"),
    ),
    Staff(
        login="emma",
        name="Emma Clarke",
        roles=(Role.AGENT,),
        language=Language.EN,
        skills=(("fr", 2), ("en", 5)),
        queues=("Service client", "Livraisons", "Réclamations"),
    ),
    Staff(
        login="nadia",
        name="Nadia Benali",
        roles=(Role.SUPERVISOR, Role.AGENT),
        language=Language.FR,
        skills=(("fr", 5), ("en", 4)),
        queues=("Service client", "Livraisons", "Réclamations"),
    ),
    Staff(login="lucas", name="Lucas Moreau", roles=(Role.DESIGNER,), language=Language.FR),
    Staff(login="ines", name="Inès Garnier", roles=(Role.CRM,), language=Language.FR),
    Staff(login="admin", name="Alex Admin", roles=(Role.ADMIN, Role.SUPERVISOR), language=Language.FR),
)


def _person(name: str, number: int, language: Language, *rest: Any) -> Customer:
    city, occupation, born, interests, loyalty = rest
    mailbox = "".join(c for c in name if c not in ".,").lower().replace(" ", ".")
    mailbox = mailbox.translate(str.maketrans("éèëïôçâ-'", "eeeioca.."))
    return Customer(
        name=name,
        phone=f"+3363998{number:04d}",
        email=f"{mailbox}@example.com",
        language=language,
        city=city,
        occupation=occupation,
        born=born,
        interests=interests,
        loyalty=loyalty,
    )


FR, EN = Language.FR, Language.EN
CUSTOMERS = (
    _person("Léa Martin", 1101, FR, "Nantes", "Infirmière", date(1988, 4, 12), "randonnée, céramique", "or"),
    _person("Thomas Girard", 1102, FR, "Lyon", "Professeur", date(1979, 9, 30), "vélo, jazz", "argent"),
    _person("Zoé Fontaine", 1103, FR, "Lille", "Étudiante", date(2003, 1, 8), "cinéma", "bronze"),
    _person("Amina Diallo", 1104, FR, "Paris", "Avocate", date(1984, 6, 21), "cuisine, course", "or"),
    _person("Julien Perrot", 1105, FR, "Rennes", "Menuisier", date(1991, 11, 3), "bricolage", "bronze"),
    _person(
        "Margaux Delorme", 1106, FR, "Bordeaux", "Graphiste", date(1995, 2, 17), "illustration", "argent"
    ),
    _person(
        "Oliver Bennett", 1107, EN, "Dublin", "Engineer", date(1986, 7, 5), "sailing, photography", "gold"
    ),
    _person("Grace Whitfield", 1108, EN, "London", "Teacher", date(1973, 12, 1), "gardening", "silver"),
    _person("Karim Haddad", 1109, FR, "Marseille", "Restaurateur", date(1981, 3, 26), "gastronomie", "or"),
    _person("Chloé Vasseur", 1110, FR, "Strasbourg", "Pharmacienne", date(1990, 8, 14), "lecture", "argent"),
    _person("Samuel Okafor", 1111, EN, "Manchester", "Nurse", date(1993, 5, 9), "football, music", "bronze"),
    _person(
        "Hélène Marchand-Saint-Aubin de la Roche",
        1112,
        FR,
        "Annecy",
        "Retraitée",
        date(1952, 10, 28),
        "aquarelle, montagne",
        "or",
    ),
)
# Some came in twice, from the shop's own list, each with a slip or a gap: they are what the page of duplicates shows.
TWICE = (
    _person("Margot Delorme", 1113, FR, "", "", date(1995, 2, 17), "", ""),
    _person("PERROT Julien", 1114, FR, "", "", date(1991, 3, 11), "", "argent"),
    _person("C. Vasseur", 1115, FR, "", "Pharmacienne", date(1990, 8, 14), "", "bronze"),
    _person("Haddad, Kareem", 1116, FR, "Marseille", "", date(1981, 3, 25), "", ""),
)


async def seed(opened: Opened, clock: Any, business: dict[ChannelName, str], password_hash: str) -> None:
    """Fills an empty store. `clock` must be settable: it has `set(moment)`. `business` gives our addresses."""
    store = opened.store
    today = clock.now()
    clock.set(today - timedelta(days=40))
    queues = {name: await _add_queue(store, name, target) for name, target in QUEUES}
    await store.write(_add_entry_points, queues, business)
    staff = {person.login: await store.write(_add_staff, person, queues, password_hash) for person in STAFF}
    parties = {c.name: await store.write(_add_customer, c) for c in (*CUSTOMERS, *TWICE)}
    homes = {one.name: one.city for one in CUSTOMERS}
    firsts = {one.name: parties[one.name] for one in CUSTOMERS}
    await store.write(add_standing, firsts, homes, [staff["ines"], staff["camille"]])
    for story in sorted(STORIES, key=lambda told: -(24 * told.days_ago + told.hours)):
        await _tell(opened, clock, today, story, staff, parties, business)
    await store.write(add_tags, parties)
    for number, user_id in enumerate(staff.values()):
        clock.set(today - THIS_MORNING)
        await store.write(_on_duty, user_id)
        clock.set(today - number * LEFT_APART)
        await store.write(_off_duty, user_id)
    clock.set(today)


# Everyone was here this morning, and left one after the other.
THIS_MORNING = timedelta(hours=3)
LEFT_APART = timedelta(minutes=9)
QUEUES = (("Service client", 20), ("Livraisons", 60), ("Réclamations", 40))


async def _add_queue(store: Any, name: str, target: int) -> Queue:
    queue = Queue(id=QueueId(new_id()), name=name, target_seconds=target)
    await store.write(lambda tx: tx.queues.insert(queue))
    return queue


def _add_entry_points(tx: Any, queues: dict[str, Queue], business: dict[ChannelName, str]) -> None:
    for channel in business:
        tx.queues.put_entry_point(
            EntryPoint(channel=channel, address="", queue_id=queues["Service client"].id, bot=BOT)
        )


def _add_staff(tx: Any, person: Staff, queues: dict[str, Queue], password_hash: str) -> UserId:
    user_id = UserId(new_id())
    tx.conn.execute(
        users.insert(),
        {
            "id": user_id,
            "login": person.login,
            "name": person.name,
            "password_hash": password_hash,
            "roles": [role.value for role in person.roles],
            "language": person.language.value,
            "theme": "auto",
            "active": True,
            "created_at": tx.now,
        },
    )
    if Role.AGENT in person.roles:
        tx.agents.add(user_id, tx.now)
        tx.agents.set_skills(user_id, dict(person.skills))
    for name in person.queues:
        tx.queues.add_member(queues[name].id, user_id)
    return user_id


def _add_customer(tx: Any, customer: Customer) -> PartyId:
    party = Party(
        id=PartyId(new_id()),
        kind=customer.kind,
        name=customer.name,
        language=customer.language,
        created_at=tx.now,
    )
    tx.parties.insert(party)
    for kind, value, preferred in (
        (ContactKind.PHONE, customer.phone, True),
        (ContactKind.EMAIL, customer.email, False),
    ):
        tx.parties.insert_contact_point(
            ContactPoint(
                id=ContactPointId(new_id()),
                party_id=party.id,
                kind=kind,
                value=value,
                assurance=Assurance.VERIFIED,
                preferred=preferred,
                source="import",
                created_at=tx.now,
            )
        )
    for fact in _facts(customer, tx.now):
        tx.parties.insert_fact(party.id, fact)
    return party.id


def _facts(customer: Customer, at: datetime) -> Sequence[Fact]:
    values: list[tuple[Family, str, Any]] = [
        (Family.IDENTITY, "name", customer.name),
        (Family.IDENTITY, "language", customer.language.value),
        (Family.IDENTITY, "birth_date", customer.born.isoformat() if customer.born else None),
        (Family.SOCIO_DEMOGRAPHIC, "city", customer.city),
        (Family.SOCIO_DEMOGRAPHIC, "occupation", customer.occupation),
        (Family.SOCIO_CULTURAL, "interests", customer.interests),
        (Family.SOCIO_CULTURAL, "preferred_channel", "sms"),
        (Family.BEHAVIOURAL, "loyalty", customer.loyalty),
        (Family.BEHAVIOURAL, "orders_12_months", 1 + len(customer.name) % 7),
    ]
    return [
        Fact(family=family, field=field, value=value, source="import", rank=FORM, at=at)
        for family, field, value in values
        if value not in (None, "")
    ]


async def _tell(
    opened: Opened,
    clock: Any,
    today: datetime,
    story: Story,
    staff: dict[str, UserId],
    parties: dict[str, PartyId],
    business: dict[ChannelName, str],
) -> None:
    """Plays one past conversation, line by line, and resolves it."""
    store = opened.store
    customer = next(c for c in CUSTOMERS if c.name == story.customer)
    moment = today - timedelta(days=story.days_ago, hours=story.hours)
    user_id = staff[story.agent]
    holder, epoch = Handler(kind=HandlerKind.AGENT, ref=user_id), 0
    conversation_id = ConversationId("")
    for number, (who, text) in enumerate(story.lines):
        moment += timedelta(minutes=3 if who == "agent" else 7)
        clock.set(moment)
        if who == "customer":
            accepted = await store.write(
                accept, _inbound(story, customer, business, text, number, moment, conversation_id), Limits()
            )
            conversation_id = accepted.conversation_id
            continue
        if not epoch:
            await store.write(set_presence, user_id, Presence.AVAILABLE, "")
            epoch = (await store.write(assign, conversation_id, user_id, "sample")).epoch
        if who == "agent":
            await store.write(_answer, holder, conversation_id, epoch, text, number)
        else:
            await store.write(_note, holder, conversation_id, text)
    clock.set(moment + timedelta(minutes=2))
    await store.write(resolve, conversation_id, holder, epoch, outcome=story.outcome)
    await store.write(_off_duty, user_id)


def _inbound(
    story: Story,
    customer: Customer,
    business: dict[ChannelName, str],
    text: str,
    number: int,
    moment: datetime,
    conversation_id: ConversationId,
) -> Inbound:
    mail = story.channel is ChannelName.EMAIL
    kind, value = (ContactKind.EMAIL, customer.email) if mail else (ContactKind.PHONE, customer.phone)
    return Inbound(
        channel=story.channel,
        account="sample",
        provider_id=f"{story.customer}-{story.days_ago}-{number}",
        sender=Address(kind=kind, value=value),
        sender_name=customer.name if mail else "",
        business_address=business[story.channel],
        text=text,
        subject=story.subject,
        language=customer.language,
        occurred_at=moment,
        # The entry point's bot would answer; the samples tell of people.
        automatic=not conversation_id,
        refers_to=(f"conv:{conversation_id}",) if conversation_id else (),
    )


def _answer(tx: Any, holder: Handler, conversation_id: Any, epoch: int, text: str, number: int) -> None:
    exchange = send_reply(
        tx,
        Reply(conversation_id=conversation_id, holder=holder, epoch=epoch, text=text, key=f"sample-{number}"),
    )
    delivery = tx.deliveries.of_exchange(exchange.id)
    end_attempt(tx, delivery.id, DeliveryState.DELIVERED)


def _note(tx: Any, holder: Handler, conversation_id: Any, text: str) -> None:
    conversation = tx.conversations.get(conversation_id)
    record_internal(tx, conversation, ExchangeKind.NOTE, text, (AuthorKind.AGENT, holder.ref))


def _on_duty(tx: Any, user_id: UserId) -> None:
    row = tx.conn.execute(users.select().where(users.c.id == user_id)).one()
    if Role.AGENT.value in row.roles:
        set_presence(tx, user_id, Presence.AVAILABLE, "")


def _off_duty(tx: Any, user_id: UserId) -> None:
    row = tx.conn.execute(users.select().where(users.c.id == user_id)).one()
    if Role.AGENT.value in row.roles:
        set_presence(tx, user_id, Presence.OFFLINE, "")
