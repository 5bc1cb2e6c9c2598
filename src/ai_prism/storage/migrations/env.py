"""Alembic's entry: runs the migrations on the connection that `Database.migrate` hands over."""

from alembic import context

from ai_prism.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter a column in place; batch mode copies the table instead.
    render_as_batch=True,
)
# The transaction is the caller's: it also holds the lock that keeps two migrations apart.
context.run_migrations()
