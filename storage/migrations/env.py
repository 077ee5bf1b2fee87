"""Alembic's entry: runs on the connection that `storage/engine/migrate.py` hands over."""

from alembic import context

from storage.kept import keep_anew
from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
context.run_migrations()
if context.get_context().get_current_revision() == context.script.get_current_head():
    keep_anew(context.config.attributes["connection"])
