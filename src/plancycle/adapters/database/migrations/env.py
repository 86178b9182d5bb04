"""Alembic's entry: runs the migrations on the connection the product hands over."""

from alembic import context

from plancycle.adapters.database import rows

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=rows.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
