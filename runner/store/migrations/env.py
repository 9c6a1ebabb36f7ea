"""Where Alembic starts; `runner.store.schema.migrate` gives it the transaction that the migrations run in."""

from alembic import context

from runner.store.index import metadata

context.configure(connection=context.config.attributes["tx"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
