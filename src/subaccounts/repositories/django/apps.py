"""The app as Django knows it: `subaccounts`, so that it is `manage.py migrate subaccounts`."""

from __future__ import annotations

from typing import Any, final

from django.apps import AppConfig
from django.core.checks import register


@final
class SubAccountsConfig(AppConfig):
    """Name the app, and have its checks run."""

    name: str = "subaccounts.repositories.django"
    label: str = "subaccounts"
    verbose_name: Any = "Sub-accounts"

    def ready(self) -> None:
        """Register the checks of the settings."""
        from .checks import checked

        register(checked, "subaccounts")
