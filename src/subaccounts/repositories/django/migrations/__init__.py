"""Django's side of the schema: each of Alembic's steps (`repositories.sqlalchemy.migrations`) has a migration here."""
