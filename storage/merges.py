"""Merging two parties, and undoing it, each in one transaction.

What is a party's alone (`MOVED`) changes hands, and a row of `merge_moves` says so. What two parties may both have
(tags, claims, what they are not the same as) is copied, and the loser keeps its own: undoing takes back the copies.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Table,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from core.errors import InvalidInput, NotFound
from core.ids import PartyId, UserId, new_id
from core.words import Language
from crm.conversations.model import Status
from crm.conversations.views import conversation_view
from crm.duplicates.model import PairState
from crm.merges.events import ConversationMoved, MergeUndone, PartiesMerged
from crm.merges.model import Merge
from crm.parties.model import STAFF, STAFF_RANK, Fact, Party, Stage
from storage import rows
from storage.duplicates import forget_not_same, forget_open, pairs_of, say_merged, say_not_same
from storage.engine.transaction import SqlTx
from storage.match_keys import has_name, keep_keys
from storage.schema import (
    address_users,
    claims,
    contact_points,
    conversations,
    facts,
    loyalty_accounts,
    merge_moves,
    merges,
    orders,
    parties,
    party_roles,
    party_tags,
    postal_addresses,
    relationships,
    subscriptions,
)

ADDED = "added facts"
NOT_SAME = "not same"
TAGS = "tags"
ROLES = "roles"
CLAIMS = "claims"
USES = "uses of addresses"
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows that belong to one party and move with it. `since` is when a row came to be, `holder` whose it is."""

    table: Table
    since: Column[Any]
    holder: Column[Any]
    end: str = ""  # which end of a link

    @property
    def what(self) -> str:
        return f"{self.table.name} {self.end}".strip()

    @property
    def id(self) -> Column[Any]:
        return self.table.c.id


POINTS = Moved(contact_points, contact_points.c.created_at, contact_points.c.party_id)
FACTS = Moved(facts, facts.c.at, facts.c.party_id)
TALKS = Moved(conversations, conversations.c.opened_at, conversations.c.party_id)
MOVED = (
    POINTS,
    FACTS,
    TALKS,
    Moved(relationships, relationships.c.created_at, relationships.c.from_id, "from"),
    Moved(relationships, relationships.c.created_at, relationships.c.to_id, "to"),
    *(
        Moved(table, table.c.created_at, table.c.party_id)
        for table in (orders, subscriptions, loyalty_accounts, postal_addresses)
    ),
)


def merge(
    tx: SqlTx, winner_id: PartyId, loser_id: PartyId, by: UserId | None, take: Collection[str] = ()
) -> Merge:
    """Makes the loser part of the winner. `take` names what the loser's value is kept of: `name`, `language`, fields.

    Somebody who merges sees which values stay; without anybody (`by`) the better source wins, then the newer value.

    Raises `NotFound`, and `InvalidInput` for a party and itself, one merged already, or a person and an organisation.
    """
    tx.lock(*(f"party:{party_id}" for party_id in (winner_id, loser_id)))
    winner, loser = _both(tx, winner_id, loser_id)
    took, language = "name" in take or not has_name(winner.name), winner.language or loser.language
    after = replace(
        winner,
        name=loser.name if took and has_name(loser.name) else winner.name,
        language=loser.language or language if "language" in take else language,
        stage=_either("stage", winner.stage, loser.stage, take),
        owner_id=_either("owner", winner.owner_id, loser.owner_id, take),
        archived_at=winner.archived_at if loser.archived_at else None,
    )
    done = Merge(
        id=new_id(),
        winner_id=winner.id,
        loser_id=loser.id,
        at=tx.now,
        by_id=by,
        before=_own(winner),
        after=_own(after),
        counts=counted(tx, loser.id),
    )
    tx.conn.execute(insert(merges), asdict(done))
    chosen = _chosen(tx, winner.id, loser.id, by, take) if by else []
    for moved in MOVED:
        _move(tx, done.id, moved, loser.id, winner.id)
    _add_facts(tx, done.id, winner.id, chosen)
    _copy(tx, done.id, loser.id, winner.id)
    tx.parties.save(replace(loser, merged_into=winner.id))
    tx.parties.save(after)
    _settle_pairs(tx, done, by)
    tx.emit(PartiesMerged(party_id=winner.id, merged_id=loser.id))
    _tell_open(tx, winner.id, select(merge_moves.c.thing_id).where(_of(done.id, conversations.name)))
    return done


def undo(tx: SqlTx, merge_id: str, by: UserId, give: Collection[str] = ()) -> Merge:
    """The loser stands for itself again, with all that was theirs and all that came by their addresses since.

    `give` names what came since and is theirs too, as `<table>:<id>` (see `unclear`). Raises `NotFound`, and
    `InvalidInput` when it was undone before.
    """
    done = get(tx, merge_id)
    tx.lock(*(f"party:{party_id}" for party_id in (done.winner_id, done.loser_id)))
    done = get(tx, merge_id)
    if done.undone_at is not None:
        raise InvalidInput(problem="This merge was undone already")
    holder = tx.parties.get(done.winner_id)
    loser = _row(tx, done.loser_id)
    for moved in MOVED:
        there = moved.holder == holder.id
        moved_then = _id_in(moved, select(merge_moves.c.thing_id).where(_of(done.id, moved.what)))
        _give(tx, moved, and_(there, or_(moved_then, _id_in(moved, _given(moved, give)))), loser.id)
    _give(tx, TALKS, and_(conversations.c.party_id == holder.id, _came_since(done)), loser.id)
    _take_back(tx, done, holder.id)
    tx.parties.save(replace(loser, merged_into=None))
    winner = _row(tx, done.winner_id)
    tx.parties.save(_as_before(winner, done))
    tx.conn.execute(update(merges).where(merges.c.id == done.id).values(undone_at=tx.now, undone_by=by))
    say_not_same(tx, done.winner_id, done.loser_id, by)
    tx.parties.touch(holder.id)
    keep_keys(tx.conn, [holder.id, loser.id])  # whoever is looked for next has to find both
    tx.parties.keep_searchable(tx.parties.get(holder.id))
    tx.emit(MergeUndone(party_id=holder.id, merged_id=loser.id))
    tx.emit(MergeUndone(party_id=loser.id, merged_id=loser.id))
    _tell_open(tx, loser.id)
    return get(tx, merge_id)


def get(tx: SqlTx, merge_id: str) -> Merge:
    row = tx.conn.execute(select(merges).where(merges.c.id == merge_id)).mappings().first()
    if row is None:
        raise NotFound(what="merge", id=merge_id)
    return _merge(row)


def merges_of(tx: SqlTx, party_id: PartyId) -> list[Merge]:
    """Those that made the party what it is, and what was merged into those; the newest first."""
    found: dict[str, Merge] = {}
    wanted = [str(party_id)]
    while wanted:
        query = select(merges).where(merges.c.winner_id.in_(wanted), merges.c.undone_at.is_(None))
        new = [_merge(row) for row in tx.conn.execute(query).mappings() if row["id"] not in found]
        found |= {one.id: one for one in new}
        wanted = [str(one.loser_id) for one in new]
    return sorted(found.values(), key=lambda one: one.at, reverse=True)


def counted(tx: SqlTx, party_id: PartyId) -> dict[str, int]:
    """How many things of each kind are the party's."""
    holders = (*(moved.holder for moved in MOVED), claims.c.party_id, party_tags.c.party_id)
    counts: dict[str, int] = {}
    for holder in holders:
        found = select(func.count()).where(holder == party_id)
        counts[holder.table.name] = counts.get(holder.table.name, 0) + tx.conn.execute(found).scalar_one()
    return counts


def unclear(tx: SqlTx, merge_id: str) -> list[dict[str, Any]]:
    """What came after the merge and does not say to whom of the two it belongs; `give` takes the `ref`s."""
    done = get(tx, merge_id)
    holder = tx.parties.get(done.winner_id).id
    by_whom = {
        contact_points.name: (contact_points.c.value, literal(value=True)),
        facts.name: (
            facts.c.field,
            ~_id_in(FACTS, select(merge_moves.c.thing_id).where(_of(done.id, ADDED))),
        ),
        conversations.name: (conversations.c.subject, _by_new_address(done)),
    }
    found = []
    for moved in MOVED:
        label, also = by_whom.get(moved.what) or (_called(moved), literal(value=True))
        query = (
            select(moved.id, label.label("label"), moved.since.label("at"))
            .where(moved.holder == holder, moved.since > done.at, also)
            .order_by(moved.since)
            .limit(200)
        )
        found += [
            {
                "ref": f"{moved.what}:{row.id}",
                "what": moved.what,
                "label": row.label,
                "at": row.at.isoformat(),
            }
            for row in tx.conn.execute(query)
        ]
    return found


def _called(moved: Moved) -> ColumnElement[str]:
    """What a thing of a kind without a rule of its own is shown as."""
    columns = moved.table.c
    return next(columns[name] for name in ("number", "street", "type") if name in columns)


def _both(tx: SqlTx, winner_id: PartyId, loser_id: PartyId) -> tuple[Party, Party]:
    winner, loser = tx.parties.get(winner_id), tx.parties.get(loser_id)
    if winner.id == loser.id:
        raise InvalidInput(problem="These two are one customer already")
    if (winner.id, loser.id) != (winner_id, loser_id):
        raise InvalidInput(problem="One of the two was merged meanwhile; look at them again")
    if winner.kind is not loser.kind:
        raise InvalidInput(problem="A person and an organisation cannot be one customer")
    return winner, loser


def _own(party: Party) -> dict[str, Any]:
    return {
        "name": party.name,
        "language": party.language.value if party.language else None,
        "stage": party.stage.value if party.stage else None,
        "owner": party.owner_id,
    }


def _either(field: str, mine: V | None, theirs: V | None, take: Collection[str]) -> V | None:
    return theirs or mine if {field, f"relational.{field}"} & set(take) else mine or theirs


def _row(tx: SqlTx, party_id: PartyId) -> Party:
    """The party itself, merged or not."""
    return rows.party(tx.conn.execute(select(parties).where(parties.c.id == party_id)).mappings().one())


def _merge(row: Any) -> Merge:
    return Merge(**{name: row[name] for name in Merge.__dataclass_fields__})


def _chosen(
    tx: SqlTx, winner_id: PartyId, loser_id: PartyId, by: UserId, take: Collection[str]
) -> list[Fact]:
    """What somebody chose against the better source or the newer value: it is told again, by them."""
    mine, theirs = _won(tx, winner_id), _won(tx, loser_id)
    chosen = []
    for name in sorted(mine.keys() & theirs.keys()):
        taken = name.removeprefix("identity.") in take or name in take
        wanted, other = (theirs[name], mine[name]) if taken else (mine[name], theirs[name])
        survives = (wanted.rank, -wanted.at.timestamp()) < (other.rank, -other.at.timestamp())
        if wanted.value != other.value and not survives:
            chosen.append(replace(wanted, source=STAFF, rank=STAFF_RANK, at=tx.now, by_id=by, note=""))
    return chosen


def _won(tx: SqlTx, party_id: PartyId) -> dict[str, Fact]:
    won: dict[str, Fact] = {}
    for fact in tx.parties.facts(party_id):
        won.setdefault(f"{fact.family.value}.{fact.field}", fact)
    return won


def _move(tx: SqlTx, merge_id: str, moved: Moved, loser_id: PartyId, winner_id: PartyId) -> None:
    theirs = moved.holder == loser_id
    listed = select(literal(merge_id), literal(moved.what), cast(moved.id, Text)).where(theirs)
    tx.conn.execute(insert(merge_moves).from_select(["merge_id", "what", "thing_id"], listed))
    tx.conn.execute(update(moved.table).where(theirs).values({moved.holder: winner_id}))


def _add_facts(tx: SqlTx, merge_id: str, winner_id: PartyId, chosen: Sequence[Fact]) -> None:
    for fact in chosen:
        tx.parties.insert_fact(winner_id, fact)
    if chosen:
        last = select(facts.c.id).where(facts.c.party_id == winner_id).order_by(facts.c.id.desc())
        ids = tx.conn.execute(last.limit(len(chosen))).scalars().all()
        _note(tx, merge_id, ADDED, map(str, ids))


def _note(tx: SqlTx, merge_id: str, what: str, things: Iterable[str]) -> None:
    moves = [{"merge_id": merge_id, "what": what, "thing_id": thing} for thing in things]
    if moves:
        tx.conn.execute(insert(merge_moves), moves)


def _copy(tx: SqlTx, merge_id: str, loser_id: PartyId, winner_id: PartyId) -> None:
    """What both may have."""
    for what, table, keys in (
        (TAGS, party_tags, ("tag_id",)),
        (ROLES, party_roles, ("role",)),
        (CLAIMS, claims, ("kind", "value")),
        (USES, address_users, ("kind", "value")),
    ):
        columns = [column.name for column in table.columns if column.name != "party_id"]
        theirs = tx.conn.execute(select(table).where(table.c.party_id == loser_id)).mappings().all()
        mine = tx.conn.execute(select(table).where(table.c.party_id == winner_id)).mappings().all()
        held = {_key(row, keys) for row in mine}
        new = [row for row in theirs if _key(row, keys) not in held]
        if new:
            tx.conn.execute(
                insert(table),
                [{"party_id": winner_id, **{name: row[name] for name in columns}} for row in new],
            )
        _note(tx, merge_id, what, (_key(row, keys) for row in new))


def _key(row: Mapping[Any, Any], keys: Sequence[str]) -> str:
    return " ".join(row[name] for name in keys)


def _settle_pairs(tx: SqlTx, done: Merge, by: UserId | None) -> None:
    """Whom the loser was said not to be, the winner is not either; who else they may be is looked for anew."""
    known = {pair.other_of(done.winner_id) for pair in pairs_of(tx, done.winner_id, PairState.NOT_SAME)}
    for pair in pairs_of(tx, done.loser_id, PairState.NOT_SAME):
        other = pair.other_of(done.loser_id)
        if other not in (*known, done.winner_id):
            say_not_same(tx, done.winner_id, other, UserId(pair.decided_by or ""))
            _note(tx, done.id, NOT_SAME, [other])
    say_merged(tx, done.winner_id, done.loser_id, by)
    forget_open(tx, done.loser_id)


def _take_back(tx: SqlTx, done: Merge, holder: PartyId) -> None:
    """The copies, and the facts that were chosen."""

    def noted(what: str) -> list[str]:
        return list(tx.conn.execute(select(merge_moves.c.thing_id).where(_of(done.id, what))).scalars())

    if tags := noted(TAGS):
        tx.conn.execute(
            delete(party_tags).where(party_tags.c.party_id == holder, party_tags.c.tag_id.in_(tags))
        )
    if roles := noted(ROLES):
        tx.conn.execute(
            delete(party_roles).where(party_roles.c.party_id == holder, party_roles.c.role.in_(roles))
        )
    for claim in noted(CLAIMS):
        kind, _, value = claim.partition(" ")
        mine = and_(claims.c.party_id == holder, claims.c.kind == kind, claims.c.value == value)
        tx.conn.execute(delete(claims).where(mine))
    for use in noted(USES):
        kind, _, value = use.partition(" ")
        mine = and_(address_users.c.party_id == holder, address_users.c.kind == kind)
        tx.conn.execute(delete(address_users).where(mine, address_users.c.value == value))
    for other in noted(NOT_SAME):
        forget_not_same(tx, done.winner_id, PartyId(other))
    added = [int(thing) for thing in noted(ADDED)]
    tx.conn.execute(delete(facts).where(facts.c.party_id == holder, facts.c.id.in_(added)))


def _as_before(winner: Party, done: Merge) -> Party:
    """What the merge changed of the winner's own, and nobody since."""
    if winner.name == done.after["name"]:
        winner = replace(winner, name=done.before["name"])
    if (winner.language.value if winner.language else None) == done.after["language"]:
        before = done.before["language"]
        winner = replace(winner, language=Language(before) if before else None)
    if "stage" in done.after and (winner.stage.value if winner.stage else None) == done.after["stage"]:
        before = done.before["stage"]
        winner = replace(winner, stage=Stage(before) if before else None)
    if "owner" in done.after and winner.owner_id == done.after["owner"]:
        winner = replace(winner, owner_id=done.before["owner"])
    return winner


def _of(merge_id: str, what: str) -> ColumnElement[bool]:
    return and_(merge_moves.c.merge_id == merge_id, merge_moves.c.what == what)


def _id_in(moved: Moved, things: Any) -> ColumnElement[bool]:
    return (
        cast(moved.id, Text).in_(things)
        if not isinstance(moved.id.type, Integer)
        else moved.id.in_(_whole(things))
    )


def _whole(things: Any) -> Any:
    if isinstance(things, list):
        return [int(thing) for thing in things]
    column = things.selected_columns[0]
    return things.with_only_columns(cast(column, Integer))


def _given(moved: Moved, give: Collection[str]) -> list[str]:
    named = (ref.partition(":") for ref in give)
    return [thing for what, _, thing in named if what == moved.what and thing]


def _give(tx: SqlTx, moved: Moved, which: ColumnElement[bool], party_id: PartyId) -> None:
    tx.conn.execute(update(moved.table).where(which).values({moved.holder: party_id}))


def _came_since(done: Merge) -> ColumnElement[bool]:
    """By an address of the loser's."""
    return and_(conversations.c.opened_at > done.at, _wrote_from(contact_points.c.party_id == done.loser_id))


def _by_new_address(done: Merge) -> ColumnElement[bool]:
    """From an address that neither of the two had when they were merged."""
    return ~_wrote_from(contact_points.c.created_at <= done.at)


def _wrote_from(such: ColumnElement[bool]) -> ColumnElement[bool]:
    """The conversation's customer wrote from such a contact point."""
    return exists(
        select(contact_points.c.id).where(
            contact_points.c.kind == conversations.c.customer_kind,
            contact_points.c.value == conversations.c.customer_value,
            such,
        )
    )


def _tell_open(tx: SqlTx, party_id: PartyId, ids: Any = None) -> None:
    """Desks that show a conversation hear whose it is now."""
    query = select(conversations.c.id).where(
        conversations.c.party_id == party_id, conversations.c.status != Status.RESOLVED.value
    )
    if ids is not None:
        query = query.where(conversations.c.id.in_(ids))
    name = tx.parties.get(party_id).name
    for conversation_id in tx.conn.execute(query).scalars().all():
        conversation = tx.conversations.get(conversation_id)
        tx.emit(ConversationMoved(conversation=conversation_view(conversation, name)))
