"""A Django app that keeps everything on a database of Django's: PostgreSQL through psycopg 3, or SQLite (extra `django`).

    INSTALLED_APPS = [..., "subaccounts.repositories.django"]
    SUBACCOUNTS = {"DATABASE": "default", "KEY_RING": BASE_DIR / "portal.keys"}

`manage.py migrate` makes the tables, `DjangoRepository` keeps every clause of `subaccounts.ports.Repository` on them, and
the admin shows accounts, people and the audit trail to look at. It brings no user model and no authentication backend:
who signs in is a subject that the host keeps in its session.
"""

from ..._extra import from_extra as _from_extra

with _from_extra("django"):
    from .configured import key_ring
    from .repository import DjangoRepository

__all__ = ["DjangoRepository", "key_ring"]
