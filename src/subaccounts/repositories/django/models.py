"""Our tables as Django's ORM sees them: storage, and no rule. Groups and resources are `gathered`, what the admin shows `shown`.

They are not managed: Alembic's steps make the tables, with collations, keys and indexes that a model cannot say, whoever
runs them (`operations`). What is written past the library breaks its rules; reading is for reports. `body` holds a whole
record as JSON, a credential's with the password's hash.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import CompositePrimaryKey

from .fields import (
    OWN_ID,
    TENANT,
    Body,
    MaybeNumber,
    MaybeText,
    MomentField,
    Number,
    Text,
    body,
    number,
    number_or_none,
    own_key,
    text,
    text_or_none,
)
from .gathered import (  # noqa: F401 - Django looks for the models of an app here
    StoredAudience,
    StoredGroup,
    StoredGroupApplication,
    StoredMembership,
    StoredParticipation,
    StoredResource,
)
from .shown import Account, AuditEvent, Person  # noqa: F401 - as above
from .stored import Stored


class StoredOrganization(Stored):
    """Hold an organization."""

    organization: Text = own_key(TENANT)
    name: Text = text(TENANT)
    created_at: MomentField = MomentField()
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_organizations"


class StoredCatalogEntry(Stored):
    """Hold a department, job profile or permission type."""

    pk: Any = CompositePrimaryKey("organization", "kind", "id")
    organization: Text = text(TENANT)
    kind: Text = text(OWN_ID)
    id: Text = text(OWN_ID)
    name: Text = text(TENANT)
    parent: MaybeText = text_or_none(OWN_ID)
    retired_at: MomentField = MomentField(null=True)
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_catalog"


class StoredAccount(Stored):
    """Hold an account."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(OWN_ID)
    system: Text = text(100)
    host_id: Text = text(TENANT)
    name: Text = text(TENANT)
    state: Text = text(20)
    opened_at: MomentField = MomentField()
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_accounts"


class StoredSubAccount(Stored):
    """Hold a person; the credential is `StoredCredential`'s."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(OWN_ID)
    account: Text = text(OWN_ID)
    login: Text = text(OWN_ID)
    login_key: Text = text(OWN_ID)
    state: Text = text(20)
    kind: Text = text(20)
    search: Body = body()
    created_at: MomentField = MomentField()
    claimed_at: MomentField = MomentField(null=True)
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_sub_accounts"


class StoredSubAccountDepartment(Stored):
    """Hold that a person is in a department."""

    pk: Any = CompositePrimaryKey("organization", "sub_account", "department")
    organization: Text = text(TENANT)
    sub_account: Text = text(OWN_ID)
    department: Text = text(OWN_ID)

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_sub_account_departments"


class StoredSubAccountTrait(Stored):
    """Hold that a person has a job profile or a permission type, which an audience can name."""

    pk: Any = CompositePrimaryKey("organization", "sub_account", "part", "value")
    organization: Text = text(TENANT)
    sub_account: Text = text(OWN_ID)
    part: Text = text(20)
    value: Text = text(OWN_ID)

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_sub_account_traits"


class StoredCredential(Stored):
    """Hold a person's credential, which is secret."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(OWN_ID)
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_credentials"


class StoredStranger(Stored):
    """Hold how often a login that nobody has was tried."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(OWN_ID)
    last_at: MomentField = MomentField()
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_strangers"


class StoredSignUp(Stored):
    """Hold an attempt to sign up, which holds personal data."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(OWN_ID)
    account: Text = text(OWN_ID)
    expires_at: MomentField = MomentField()
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_sign_ups"


class StoredChain(Stored):
    """Hold how far an organization's audit trail is sealed."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(OWN_ID)
    position: Number = number()
    version: Number = number()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_chains"


class StoredUniqueKey(Stored):
    """Hold who has a unique key."""

    pk: Any = CompositePrimaryKey("organization", "space", "value")
    organization: Text = text(TENANT)
    space: Text = text(20)
    value: Text = text(500)
    kind: Text = text(20)
    holder: Text = text(OWN_ID)

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_unique_keys"


class StoredCounter(Stored):
    """Hold a counter."""

    pk: Any = CompositePrimaryKey("organization", "name")
    organization: Text = text(TENANT)
    name: Text = text(TENANT)
    value: Number = number()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_counters"


class StoredEvent(Stored):
    """Hold an event; it has no position until it is sealed."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(OWN_ID)
    at: MomentField = MomentField()
    happening: Text = text(OWN_ID)
    account: MaybeText = text_or_none(OWN_ID)
    sub_account: MaybeText = text_or_none(OWN_ID)
    position: MaybeNumber = number_or_none()
    digest: MaybeText = text_or_none(OWN_ID)
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_events"


class StoredRequest(Stored):
    """Hold what a request was answered."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(TENANT)
    command: Text = text(100)
    fingerprint: Text = text(OWN_ID)
    at: MomentField = MomentField()
    receipt: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_requests"


class StoredTask(Stored):
    """Hold a task of a queue."""

    pk: Any = CompositePrimaryKey("organization", "id")
    organization: Text = text(TENANT)
    id: Text = text(TENANT)
    queue: Text = text(TENANT)
    due_at: MomentField = MomentField()
    fence: models.IntegerField[int, int] = models.IntegerField()
    body: Body = body()

    class Meta(Stored.Meta):
        db_table: str = "subaccounts_tasks"
