"""The fixtures of these tests. Nothing is tested here."""

from __future__ import annotations

from tests.repositories.django.looked_at import admin_portal, admin_server
from tests.repositories.django.portal import portal

__all__ = ["admin_portal", "admin_server", "portal"]
