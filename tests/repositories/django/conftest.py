"""The fixtures of these tests. Nothing is tested here."""

from __future__ import annotations

from tests.repositories.django.portal import portal

__all__ = ["portal"]
