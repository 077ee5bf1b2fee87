"""Goes through the whole base for duplicates, a batch at a time, and learns from it what duplicates look like."""

import random
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from core.ids import PartyId
from core.jobs import Job, JobStatus
from crm.identity.compare import Field, Level
from crm.identity.scoring import DEFAULT
from crm.identity.training import Pattern, learn, pattern_of
from storage.duplicates import alike, compared_with, keep_found
from storage.engine.transaction import SqlTx
from storage.match_keys import keep_keys
from storage.match_weights import draw, keep_learned
from storage.schema import parties

FIND, LEARN = "find_duplicates", "learn_weights"
BANDS = (0.9, 0.5, 0.1, 0.005)  # least probability; what is less likely still is taken for different
DRAWN = 25  # pairs of each
AT_ONCE = 50  # parties in a batch: some tenths of a second at most


def find_duplicates(tx: SqlTx, job: Job) -> Job:
    """First everybody's keys, then whom each may be: who comes early is compared with who comes late, too."""
    if "base" not in job.place:
        base = int(tx.conn.execute(select(func.count()).select_from(parties).where(_LIVE)).scalar_one())
        job = replace(job, total=2 * base, place={"base": base, "pass": 0, "after": ""})
    page = select(parties.c.id).where(_LIVE, parties.c.id > job.place["after"])
    ids = [PartyId(found) for found in tx.conn.execute(page.order_by(parties.c.id).limit(AT_ONCE)).scalars()]
    profiles = keep_keys(tx.conn, ids)
    if job.place["pass"] == 1:
        for party_id in ids:
            profile = profiles.get(party_id)
            found = alike(tx, profile, base=job.place["base"], but=party_id) if profile else []
            keep_found(tx, party_id, found)
    return _gone_on(job, ids)


def learn_weights(tx: SqlTx, job: Job) -> Job:
    """Counts how those who share a key agree, learns the weights at the end, and draws pairs to be judged."""
    if "base" not in job.place:
        base = int(tx.conn.execute(select(func.count()).select_from(parties).where(_LIVE)).scalar_one())
        job = replace(job, total=base, place={"base": base, "after": "", "patterns": {}, "drawn": {}})
    page = select(parties.c.id).where(_LIVE, parties.c.id > job.place["after"])
    ids = [PartyId(found) for found in tx.conn.execute(page.order_by(parties.c.id).limit(AT_ONCE)).scalars()]
    patterns, drawn = dict(job.place["patterns"]), dict(job.place["drawn"])
    for party_id, profile in keep_keys(tx.conn, ids).items():
        for other, likeness in compared_with(tx, profile, party_id, DEFAULT).items():
            if other < party_id:  # each pair once
                name = _written(pattern_of(likeness))
                patterns[name] = patterns.get(name, 0) + 1
                _draw(drawn, likeness.probability(job.place["base"]), (party_id, other))
    done = job.done + len(ids)
    if len(ids) == AT_ONCE:
        place = {**job.place, "after": ids[-1], "patterns": patterns, "drawn": drawn}
        return replace(job, done=done, place=place)
    learned = learn({_read(name): count for name, count in patterns.items()}, job.place["base"])
    if learned is not None:
        keep_learned(tx, learned, job.place["base"], job.owner_id)
    for band in drawn.values():
        for one, other, probability in band["pairs"]:
            draw(tx, PartyId(one), PartyId(other), probability, band["seen"] / len(band["pairs"]))
    place = {"base": job.place["base"], "learned": learned is not None}
    return replace(job, done=done, total=done, status=JobStatus.DONE, place=place)


def _draw(drawn: dict[str, Any], probability: float, pair: tuple[str, str]) -> None:
    """Keeps some of each band of probabilities, each pair as likely as another (Vitter's algorithm R)."""
    band = next((str(least) for least in BANDS if probability >= least), None)
    if band is None:
        return
    kept = drawn.setdefault(band, {"seen": 0, "pairs": []})
    kept["seen"] += 1
    if len(kept["pairs"]) < DRAWN:
        kept["pairs"].append([*pair, probability])
    elif (place := random.randrange(kept["seen"])) < DRAWN:  # noqa: S311 no secret
        kept["pairs"][place] = [*pair, probability]


def _written(pattern: Pattern) -> str:
    return " ".join(f"{field.value}={level.value}" for field, level in pattern)


def _read(name: str) -> Pattern:
    parts = (part.partition("=") for part in name.split())
    return tuple((Field(field), Level(level)) for field, _, level in parts)


_LIVE = parties.c.merged_into.is_(None)


def _gone_on(job: Job, ids: list[PartyId]) -> Job:
    done = job.done + len(ids)
    if len(ids) == AT_ONCE:
        return replace(job, done=done, place={**job.place, "after": ids[-1]})
    if job.place["pass"] == 0:
        return replace(job, done=done, place={**job.place, "pass": 1, "after": ""})
    return replace(job, done=done, total=done, status=JobStatus.DONE)


DUPLICATE_JOBS = {FIND: find_duplicates, LEARN: learn_weights}
