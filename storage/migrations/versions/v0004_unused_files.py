"""Indexes that tell at once whether a file is in use; files that nothing uses any more are dropped."""

from alembic import op

revision = "0004"
down_revision = "0003"

DROP_UNUSED = """
DELETE FROM blobs
WHERE NOT EXISTS (SELECT 1 FROM attachments WHERE attachments.sha256 = blobs.sha256)
AND NOT EXISTS (SELECT 1 FROM uploads WHERE uploads.sha256 = blobs.sha256)
"""


def upgrade() -> None:
    op.create_index(op.f("ix_attachments_sha256"), "attachments", ["sha256"], unique=False)
    op.create_index(op.f("ix_uploads_sha256"), "uploads", ["sha256"], unique=False)
    op.create_index(op.f("ix_uploads_at"), "uploads", ["at"], unique=False)
    op.execute(DROP_UNUSED)
