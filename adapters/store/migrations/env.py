"""What Alembic runs: the steps that are missing, on the connection that migrate.py holds."""

from __future__ import annotations

from alembic import context

from adapters.store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite changes a column only by copying its table
)
context.run_migrations()
