"""The same change to many customers: what each was before is kept, so that all of it can be taken back."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select

from core.ids import PartyId
from core.staff import Viewer
from crm.parties.model import PartyRole, Stage
from storage.engine.transaction import SqlTx
from storage.party_edits import Edits, WrittenValue, edit
from storage.party_roles import roles_of_parties
from storage.schema import job_edits
from storage.tags import tag_party, tags_of_parties

State = dict[str, Any]
"""What a change touches of one customer: `stage`, `owner`, `archived`, `roles`, `tags`, and `field.<key>`."""
FIELD = "field."


def change(tx: SqlTx, viewer: Viewer, job_id: str, party_id: PartyId, wanted: Mapping[str, Any]) -> bool:
    """Whether it changed anything. `wanted` is as the job's `params`: what to set, add and remove."""
    before = state_of(tx, party_id, _touched(wanted))
    after = _after(before, wanted)
    if after == before:
        return False
    put_state(tx, viewer, party_id, after, wanted.get("note", ""))
    stored = state_of(tx, party_id, list(before))
    tx.conn.execute(
        insert(job_edits), {"job_id": job_id, "party_id": party_id, "before": before, "after": stored}
    )
    return True


def take_back(tx: SqlTx, viewer: Viewer, party_id: PartyId, before: State, after: State) -> bool:
    """What nobody changed since is as it was; whether that was anything."""
    now = state_of(tx, party_id, list(after))
    ours = {name: before[name] for name, value in after.items() if now[name] == value != before[name]}
    if ours:
        put_state(tx, viewer, party_id, ours, "")
    return bool(ours)


def edits_after(tx: SqlTx, job_id: str, party_id: str, limit: int) -> Sequence[Any]:
    """What a job changed, by customer, beyond one."""
    query = (
        select(job_edits)
        .where(job_edits.c.job_id == job_id, job_edits.c.party_id > party_id)
        .order_by(job_edits.c.party_id)
        .limit(limit)
    )
    return tx.conn.execute(query).mappings().all()


def state_of(tx: SqlTx, party_id: PartyId, names: Sequence[str]) -> State:
    party = tx.parties.get(party_id)
    own = {
        "stage": party.stage.value if party.stage else None,
        "owner": party.owner_id or "",
        "archived": party.archived_at is not None,
    }
    state: State = {name: own[name] for name in names if name in own}
    if "roles" in names:
        state["roles"] = list(roles_of_parties(tx, [party_id]).get(party_id, ()))
    if "tags" in names:
        state["tags"] = sorted(tags_of_parties(tx, [party_id]).get(party_id, ()))
    keys = [name for name in names if name.startswith(FIELD)]
    if keys:
        won: dict[str, Any] = {}
        for fact in tx.parties.facts(party_id):
            won.setdefault(f"{FIELD}{fact.field}", fact.value)
        state |= {name: won.get(name) for name in keys}
    return state


def put_state(tx: SqlTx, viewer: Viewer, party_id: PartyId, state: State, note: str) -> None:
    """Raises what `edit` raises."""
    if "tags" in state:
        held = set(tags_of_parties(tx, [party_id]).get(party_id, ()))
        wanted = set(state["tags"])
        tag_party(tx, party_id, sorted(wanted - held), sorted(held - wanted))
    if state.keys() - {"tags"}:
        edits = Edits(
            stage=Stage(state["stage"]) if state.get("stage") else None,
            no_stage="stage" in state and not state["stage"],
            owner=state.get("owner"),
            archived=state.get("archived"),
            roles=tuple(map(PartyRole, state["roles"])) if "roles" in state else None,
            values=[
                WrittenValue(field=name.removeprefix(FIELD), value=value)
                for name, value in state.items()
                if name.startswith(FIELD)
            ],
            note=note,
        )
        edit(tx, viewer, party_id, edits)


def _touched(wanted: Mapping[str, Any]) -> list[str]:
    names = [name for name in ("stage", "owner", "archived") if wanted.get(name) is not None]
    if wanted.get("add_roles") or wanted.get("remove_roles"):
        names.append("roles")
    if wanted.get("add") or wanted.get("remove"):
        names.append("tags")
    return [*names, *(f"{FIELD}{value['field']}" for value in wanted.get("values", ()))]


def _after(before: State, wanted: Mapping[str, Any]) -> State:
    after: State = {
        **before,
        **{name: wanted[name] for name in ("stage", "owner", "archived") if name in before},
    }
    if "roles" in before:
        kept = (set(before["roles"]) | set(wanted["add_roles"])) - set(wanted["remove_roles"])
        after["roles"] = [role.value for role in PartyRole if role.value in kept]
    if "tags" in before:
        after["tags"] = sorted((set(before["tags"]) | set(wanted["add"])) - set(wanted["remove"]))
    for value in wanted.get("values", ()):
        after[f"{FIELD}{value['field']}"] = value["value"]
    return after
