"""What is done with many customers at once: exporting them, changing them, taking a change back."""

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, func

from core.errors import Forbidden
from core.filters.parse import parse
from core.ids import PartyId, UserId
from core.jobs import Job, JobStatus
from core.permissions import Permission
from core.staff import Viewer
from core.words import ContactKind, Language
from storage.engine.listing import ListQuery, found_in
from storage.engine.transaction import SqlTx
from storage.jobs import write_part
from storage.many_edits import change, edits_after, take_back
from storage.schema import parties
from storage.sessions import viewer_of
from storage.tags import TAGS
from storage.users import get_user
from storage.views.party_list import PARTIES, party_listing, shape, unarchived
from storage.views.search import matching

EXPORT, TAG = "export_parties", "tag_parties"
EDIT, UNDO = "edit_parties", "undo_edit_parties"
AT_ONCE = 250  # customers in a batch: some hundredths of a second
EDITED_AT_ONCE = 20
PHONE = re.compile(r"\+\d+")
HEADS = {
    Language.FR: ("Nom", "E-mail", "Téléphone", "Langue", "Étiquettes", "Conversations", "Créé le"),
    Language.EN: ("Name", "E-mail", "Phone", "Language", "Tags", "Conversations", "Created"),
}


def export_parties(tx: SqlTx, job: Job) -> Job:
    """One part of a CSV file: with semicolons in French, as French spreadsheets read it; UTF-8 with its mark."""
    language = get_user(tx, UserId(job.owner_id)).language
    viewer = _allowed(tx, job, Permission.CUSTOMERS_EXPORT)
    job, rows = _next(tx, viewer, job)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if language is Language.FR else ",")
    if "part" not in job.place:
        text.write("\ufeff")
        writer.writerow(HEADS[language])
    names = {tag.id: tag.name for tag in TAGS.all(tx)}
    for row in shape(tx, viewer, rows):
        writer.writerow([_cell(value) for value in _line(row, names)])
    part = job.place.get("part", 0)
    write_part(tx, job, part, text.getvalue().encode())
    return _gone_on(job, rows, part=part + 1)


def edit_parties(tx: SqlTx, job: Job) -> Job:
    """The same change to all of them: standing, values, tags."""
    viewer = _allowed(tx, job, Permission.CUSTOMERS_WRITE)
    job, rows = _next(tx, viewer, job, EDITED_AT_ONCE)
    for row in rows:
        change(tx, viewer, job.id, PartyId(row["id"]), job.params)
    return _gone_on(job, rows, EDITED_AT_ONCE)


def undo_edit_parties(tx: SqlTx, job: Job) -> Job:
    """Takes back what another job changed, except what somebody changed since."""
    viewer = _allowed(tx, job, Permission.CUSTOMERS_WRITE)
    rows = edits_after(tx, job.params["of"], job.place.get("after", ""), EDITED_AT_ONCE)
    for row in rows:
        party_id = tx.parties.get(PartyId(row["party_id"])).id
        take_back(tx, viewer, party_id, row["before"], row["after"])
    return _gone_on(job, [{"id": row["party_id"]} for row in rows], EDITED_AT_ONCE)


PARTY_JOBS = {EXPORT: export_parties, TAG: edit_parties, EDIT: edit_parties, UNDO: undo_edit_parties}


def _allowed(tx: SqlTx, job: Job, permission: Permission) -> Viewer:
    """As whom it runs; permissions taken away meanwhile end it."""
    viewer = viewer_of(tx, UserId(job.owner_id))
    if viewer is None or not viewer.can(permission):
        raise Forbidden(permission=permission.value)
    return viewer


def _next(tx: SqlTx, viewer: Viewer, job: Job, at_once: int = AT_ONCE) -> tuple[Job, Sequence[Any]]:
    """The next customers by id: those that the work itself takes out of the filter are not missed."""
    listing = party_listing(tx, viewer)
    query = ListQuery(filter=parse(job.params["filter"], listing.fields), also=_also(tx, job))
    found = found_in(tx, viewer, listing, query)
    if job.total is None:
        total = tx.conn.execute(found.add_columns(func.count())).scalar_one()
        job = replace(job, total=total)
    page = found.add_columns(*PARTIES.columns).order_by(parties.c.id).limit(at_once)
    if job.place.get("after"):
        page = page.where(parties.c.id > job.place["after"])
    return job, tx.conn.execute(page).mappings().all()


def _also(tx: SqlTx, job: Job) -> ColumnElement[bool] | None:
    ids, text = job.params.get("ids"), job.params.get("q", "")
    if ids:
        return parties.c.id.in_(ids)
    there = unarchived(json.dumps(job.params["filter"]))
    conditions = [] if there is None else [there]
    if text:
        conditions.append(_matching(tx, job, text))
    return and_(*conditions) if conditions else None


def _matching(tx: SqlTx, job: Job, text: str) -> ColumnElement[bool]:
    """The ones meant when the work began: when the last of them no longer has the text, nobody else is meant."""
    return matching(tx, text, dial=job.params.get("dial", ""), like=job.params.get("like", False)).condition


def _gone_on(job: Job, rows: Sequence[Any], at_once: int = AT_ONCE, **place: Any) -> Job:
    done = job.done + len(rows)
    if len(rows) < at_once:
        return replace(job, done=done, total=done, status=JobStatus.DONE)
    return replace(job, done=done, total=max(job.total or 0, done), place={"after": rows[-1]["id"], **place})


def _line(row: dict[str, Any], names: dict[str, str]) -> list[Any]:
    def address(kind: ContactKind) -> str:
        found = (point["value"] for point in row["contact_points"] if point["kind"] == kind.value)
        return next(found, "")

    return [
        row["name"],
        address(ContactKind.EMAIL),
        address(ContactKind.PHONE),
        row["language"] or "",
        ", ".join(names[tag_id] for tag_id in row["tags"] if tag_id in names),
        row["conversations"],
        row["created_at"][:10],
    ]


def _cell(value: Any) -> Any:
    """A spreadsheet takes what begins like a formula for one; a customer may be called anything."""
    dangerous = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if dangerous and not PHONE.fullmatch(value) else value
