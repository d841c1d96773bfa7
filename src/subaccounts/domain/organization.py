"""The organization: the customer and tenant, and the choices that are made once for all of its accounts."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import final

from attrs import field, frozen

from .ids import OrganizationId
from .key import Key

LONGEST_NAME = 200
"""Code points of an organization's, account's or catalog entry's name: what fits a heading."""


class Realm(Enum):
    """Where sign-in keys are unique; chosen when the organization is created and kept for good."""

    ACCOUNT = "account"
    ORGANIZATION = "organization"


class LapsePolicy(Enum):
    """What a lapsed subscription does to the people who exist. No choice loses data."""

    KEEP_SIGNING_IN = "keep_signing_in"
    READ_ONLY = "read_only"
    BLOCKED = "blocked"


@final
@frozen(kw_only=True)
class Organization:
    """Hold a customer.

    `key_ring` is the id of the key ring its codes are derived under: a copy of the store beside another ring is
    noticed at once. `created_at` is UTC.
    """

    id: OrganizationId
    version: int = 0
    name: str
    realm: Realm = Realm.ACCOUNT
    lapse: LapsePolicy = LapsePolicy.KEEP_SIGNING_IN
    key_ring: str = field(repr=False)
    created_at: datetime

    @property
    def keys(self) -> frozenset[Key]:
        """Return no keys: organizations are known by id."""
        return frozenset()
