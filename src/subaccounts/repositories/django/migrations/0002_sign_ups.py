"""Attempts to sign up: Alembic's second step makes the table, and Django learns which model reads it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from subaccounts.repositories.django.fields import MomentField
from subaccounts.repositories.django.operations import Step


def _text(length: int) -> Any:
    return models.CharField(max_length=length)


def _sign_ups() -> migrations.CreateModel:
    key: Any = models.CompositePrimaryKey(
        "organization", "id", blank=True, editable=False, primary_key=True, serialize=False
    )
    fields = [
        ("pk", key),
        ("organization", _text(200)),
        ("id", _text(64)),
        ("account", _text(64)),
        ("expires_at", MomentField()),
        ("version", models.BigIntegerField()),
        ("body", models.TextField()),
    ]
    options = {"db_table": "subaccounts_sign_ups", "managed": False, "default_permissions": (), "abstract": False}
    return migrations.CreateModel(name="StoredSignUp", fields=fields, options=options)


class Migration(migrations.Migration):
    """Make the table."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("subaccounts", "0001_initial")]
    operations: ClassVar[list[Any]] = [Step("subaccounts_0002", after="subaccounts_0001"), _sign_ups()]
