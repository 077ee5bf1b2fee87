"""The bytes of files, each once by its SHA-256, for as long as an attachment or an upload points at it.

Whoever keeps bytes points at them later in the same transaction. Until its commit nobody else sees that, so dropping
waits for those who keep, and they for it; those who keep do not wait for each other. SQLite has one writer anyway.
"""

from collections.abc import Collection

from sqlalchemy import Connection, delete, exists, text

from storage.engine.upserts import insert_or_ignore
from storage.schema import attachments, blobs, uploads

LOCK = 0x626C6F62
SHARE = text("SELECT pg_advisory_xact_lock_shared(:n)")
EXCLUDE = text("SELECT pg_advisory_xact_lock(:n)")
KEEP = insert_or_ignore(blobs)
ATTACHED = exists().where(attachments.c.sha256 == blobs.c.sha256)
UPLOADED = exists().where(uploads.c.sha256 == blobs.c.sha256)


def keep_blob(conn: Connection, sha256: str, data: bytes) -> None:
    """Stores the bytes unless they are there; the caller points at them before their commit."""
    if conn.dialect.name == "postgresql":
        conn.execute(SHARE, {"n": LOCK})
    conn.execute(KEEP, {"sha256": sha256, "data": data})


def hold_blobs(conn: Connection) -> None:
    """Nobody keeps bytes from now until this transaction ends: call it before reading what is to be dropped."""
    if conn.dialect.name == "postgresql":
        conn.execute(EXCLUDE, {"n": LOCK})


def drop_unused(conn: Connection, digests: Collection[str]) -> None:
    """Drops those of the files that nothing points at; the caller has called `hold_blobs`."""
    conn.execute(delete(blobs).where(blobs.c.sha256.in_(digests), ~ATTACHED, ~UPLOADED))
