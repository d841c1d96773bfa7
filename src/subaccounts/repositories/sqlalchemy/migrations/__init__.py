"""How a database gets our tables, and an older schema becomes the present one.

    from subaccounts.repositories.sqlalchemy import migrate

    migrate("postgresql+psycopg://localhost/portal")

A host that runs Alembic itself adds `subaccounts.repositories.sqlalchemy:migrations/versions` to its
`version_locations`, upgrades to `heads`, and gives its own autogenerate our `include_object`, so that it leaves our tables
alone.
"""

from .upgrading import LOCATION, VERSION_TABLE, include_object, migrate

__all__ = ["LOCATION", "VERSION_TABLE", "include_object", "migrate"]
