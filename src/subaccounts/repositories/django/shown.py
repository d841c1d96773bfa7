"""What the admin shows of accounts, people and the audit trail: columns that are nobody's secret, and nothing to write.

Django's admin takes no model with a composite key (5.2), so that these have the own id as their field, which rows of two
organizations can both have. What tells rows apart is `pk`, and `admin` finds them by both columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from .fields import (
    OWN_ID,
    TENANT,
    MaybeNumber,
    MaybeText,
    MomentField,
    Number,
    Text,
    number,
    number_or_none,
    own_key,
    text,
    text_or_none,
)


class _Shown(models.Model):
    """Be a row of one organization that is looked at; there is no right but to view it."""

    organization: Text = text(TENANT)
    id: Text = own_key(OWN_ID)

    class Meta:
        abstract: bool = True
        managed: bool = False
        default_permissions: tuple[str, ...] = ("view",)

    if not TYPE_CHECKING:

        @property
        def pk(self) -> str:
            """Return what no other row of the table has: the organization and the id."""
            return f"{self.organization}/{self.id}"


class Account(_Shown):
    """Show a host-side account that persons live under."""

    system: Text = text(100)
    host_id: Text = text(TENANT, "host's id")
    name: Text = text(TENANT)
    state: Text = text(20)
    opened_at: MomentField = MomentField()
    version: Number = number()

    class Meta(_Shown.Meta):
        db_table: str = "subaccounts_accounts"

    def __str__(self) -> str:
        return f"{self.name} ({self.system} {self.host_id})"


class Person(_Shown):
    """Show a person under an account: the login and where it is in its life; profile and credential stay in storage."""

    account: Text = text(OWN_ID)
    login: Text = text(OWN_ID)
    login_key: Text = text(OWN_ID)
    state: Text = text(20)
    kind: Text = text(20)
    created_at: MomentField = MomentField()
    claimed_at: MomentField = MomentField(null=True)
    version: Number = number()

    class Meta(_Shown.Meta):
        db_table: str = "subaccounts_sub_accounts"
        verbose_name_plural: str = "people"

    def __str__(self) -> str:
        return self.login


class AuditEvent(_Shown):
    """Show that something happened, when, and to whom; it is sealed once it has a position."""

    at: MomentField = MomentField()
    happening: Text = text(OWN_ID)
    account: MaybeText = text_or_none(OWN_ID)
    sub_account: MaybeText = text_or_none(OWN_ID, "person")
    position: MaybeNumber = number_or_none()
    digest: MaybeText = text_or_none(OWN_ID)

    class Meta(_Shown.Meta):
        db_table: str = "subaccounts_events"

    def __str__(self) -> str:
        return f"{self.happening}, {self.at:%Y-%m-%d %H:%M:%S} UTC"
