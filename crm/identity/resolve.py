"""From an address to its party: the one that holds it, or a new one."""

from dataclasses import replace

from core.ids import ContactPointId, PartyId, new_id
from core.words import Assurance, ContactKind
from crm.conversations.events import PartyChanged
from crm.conversations.inbound import Inbound
from crm.parties.model import Address, ContactPoint, Fact, Family, Party, PartyKind
from crm.ports import CrmTx

CHANNEL_RANK = 50  # of a name or address that merely came with a message; a form filled by staff ranks 10


def lock_key(address: Address) -> str:
    """What first messages of one address lock, so that two of them make one party."""
    return f"address:{address.kind.value}:{address.value}"


def resolve_party(tx: CrmTx, inbound: Inbound) -> tuple[Party, ContactPoint]:
    """The sender's party; the caller holds the lock of the sender's address."""
    found = tx.parties.find(inbound.sender)
    if found is None:
        return _create(tx, inbound)
    party, point = found
    point = _raise_assurance(tx, point, inbound.assurance)
    return _learn_name(tx, _back(tx, party), inbound), point


def _create(tx: CrmTx, inbound: Inbound) -> tuple[Party, ContactPoint]:
    sender = inbound.sender
    party = Party(
        id=PartyId(new_id()),
        kind=PartyKind.PERSON,
        name=inbound.sender_name.strip() or display(sender),
        language=inbound.language,
        created_at=tx.now,
    )
    point = ContactPoint(
        id=ContactPointId(new_id()),
        party_id=party.id,
        kind=sender.kind,
        value=sender.value,
        assurance=inbound.assurance,
        preferred=True,
        source=inbound.channel.value,
        created_at=tx.now,
    )
    tx.parties.insert(party)
    tx.parties.insert_contact_point(point)
    if inbound.sender_name.strip():
        tx.parties.insert_fact(party.id, _name_fact(tx, inbound))
    return party, point


def _back(tx: CrmTx, party: Party) -> Party:
    """Who was archived and writes is there again."""
    if party.archived_at is not None:
        party = replace(party, archived_at=None)
        tx.parties.save(party)
    return party


def _raise_assurance(tx: CrmTx, point: ContactPoint, assurance: Assurance) -> ContactPoint:
    if point.assurance is Assurance.UNVERIFIED and assurance is Assurance.VERIFIED:
        point = replace(point, assurance=assurance)
        tx.parties.save_contact_point(point)
    return point


def _learn_name(tx: CrmTx, party: Party, inbound: Inbound) -> Party:
    """A party known only by its address takes the first name it is called by."""
    name = inbound.sender_name.strip()
    if not name or party.name != display(inbound.sender):
        return party
    party = replace(party, name=name)
    tx.parties.save(party)
    tx.parties.insert_fact(party.id, _name_fact(tx, inbound))
    tx.emit(PartyChanged(party_id=party.id, name=name))
    return party


def _name_fact(tx: CrmTx, inbound: Inbound) -> Fact:
    return Fact(
        family=Family.IDENTITY,
        field="name",
        value=inbound.sender_name.strip(),
        source=inbound.channel.value,
        rank=CHANNEL_RANK,
        at=tx.now,
    )


def display(address: Address) -> str:
    """What an address without a name is called on screen."""
    if address.kind is ContactKind.WEBCHAT:
        return f"#{address.value[-4:]}"  # the console says "visitor" in its reader's language
    return address.value
