"""Files that staff uploaded to send, in SQL. A reply copies them into its attachments.

They stay for a day, so that a reply whose answer was lost can be sent again with the same key and the same files;
housekeeping clears them afterwards.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import and_, delete, func, insert, select

from core.errors import InvalidInput, NotFound
from core.ids import UserId, new_id
from crm.conversations.inbound import InboundFile
from storage.blobs import drop_unused, hold_blobs, keep_blob
from storage.engine.transaction import SqlTx
from storage.schema import blobs, uploads

KEPT = timedelta(days=1)
MOST_A_DAY = 1000  # of one user


def keep_upload(tx: SqlTx, user_id: UserId, file: InboundFile) -> str:
    """Stores the file for its uploader alone; answers its id. Raises `InvalidInput` when there are too many."""
    mine = and_(uploads.c.user_id == user_id, uploads.c.at >= tx.now - KEPT)
    kept = select(func.count()).select_from(uploads).where(mine)
    if (tx.conn.execute(kept).scalar() or 0) >= MOST_A_DAY:
        raise InvalidInput(problem=f"You uploaded {MOST_A_DAY} files within a day; go on tomorrow")
    digest = sha256(file.data).hexdigest()
    keep_blob(tx.conn, digest, file.data)
    upload_id = new_id()
    tx.conn.execute(
        insert(uploads),
        {
            "id": upload_id,
            "user_id": user_id,
            "name": file.name,
            "content_type": file.content_type,
            "size": len(file.data),
            "sha256": digest,
            "at": tx.now,
        },
    )
    return upload_id


def forget_uploads(tx: SqlTx, moment: datetime, limit: int) -> int:
    """Drops the oldest `limit` uploads from before `moment`, with their bytes where nothing else points at them;
    answers how many.
    """
    hold_blobs(tx.conn)
    old = select(uploads.c.id, uploads.c.sha256).where(uploads.c.at < moment)
    found = tx.conn.execute(old.order_by(uploads.c.at).limit(limit)).all()
    if found:
        tx.conn.execute(delete(uploads).where(uploads.c.id.in_([row.id for row in found])))
        drop_unused(tx.conn, {row.sha256 for row in found})
    return len(found)


def uploaded(tx: SqlTx, user_id: UserId, ids: Sequence[str]) -> tuple[InboundFile, ...]:
    """The user's own files, in the order asked. Raises `NotFound` for any other."""
    if not ids:
        return ()
    query = (
        select(uploads, blobs.c.data)
        .join(blobs, blobs.c.sha256 == uploads.c.sha256)
        .where(uploads.c.id.in_(ids), uploads.c.user_id == user_id)
    )
    found = {row.id: row for row in tx.conn.execute(query)}
    for upload_id in ids:
        if upload_id not in found:
            raise NotFound(what="upload", id=upload_id)
    return tuple(
        InboundFile(name=found[i].name, content_type=found[i].content_type, data=found[i].data) for i in ids
    )
