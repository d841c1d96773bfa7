"""The tables of groups and resources as Django's ORM sees them, and who is in them and sees them. All others are `models`."""

from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.db.models import CompositePrimaryKey

from .fields import (
    OWN_ID,
    TENANT,
    Body,
    Flag,
    MaybeText,
    MomentField,
    Number,
    Text,
    body,
    flag,
    number,
    text,
    text_or_none,
)
from .stored import Stored

RESOURCE: Final = 241
"""Characters of a resource's id: its type, a slash and the host's own id."""
TYPE: Final = 40
"""Characters of a resource's type."""
NAME_KEY: Final = 100
"""Characters of a resource's name that put it in order."""


class StoredGroup(Stored):
    """Hold a group."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(OWN_ID)
    name: Text = text(TENANT)
    allows_external: Flag = flag()
    retired_at: MomentField = MomentField(null=True)
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_groups"


class StoredGroupApplication(Stored):
    """Hold that an application was added to a group."""

    pk: Any = CompositePrimaryKey("organization", "group_id", "application")
    organization: Text = text(TENANT)
    group_id: Text = text(OWN_ID)
    application: Text = text(TENANT)

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_group_applications"


class StoredMembership(Stored):
    """Hold that a person was invited to a group, is in it or left it, and for how long."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(OWN_ID)
    group_id: Text = text(OWN_ID)
    person: Text = text(OWN_ID)
    state: Text = text(20)
    begins_at: MomentField = MomentField(null=True)
    ends_at: MomentField = MomentField(null=True)
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_memberships"


class StoredResource(Stored):
    """Hold a resource of the host's."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(RESOURCE)
    type: Text = text(TYPE)
    name_key: Text = text(NAME_KEY)
    application: MaybeText = text_or_none(TENANT)
    hidden: Flag = flag()
    rostered: Flag = flag()
    named: models.IntegerField[int, int] = models.IntegerField()
    removed_at: MomentField = MomentField(null=True)
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_resources"


class StoredAudience(Stored):
    """Hold one member of what a resource's audience names."""

    pk: Any = CompositePrimaryKey("organization", "resource", "part", "value")
    organization: Text = text(TENANT)
    resource: Text = text(RESOURCE)
    part: Text = text(20)
    value: Text = text(OWN_ID)
    door: Flag = flag()
    type: Text = text(TYPE)
    name_key: Text = text(NAME_KEY)

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_audiences"


class StoredParticipation(Stored):
    """Hold that a person is on the roster of a resource."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(OWN_ID)
    resource: Text = text(RESOURCE)
    person: Text = text(OWN_ID)
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_participations"
