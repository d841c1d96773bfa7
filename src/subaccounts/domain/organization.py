"""The organization: the customer and tenant, and the choices that are made once for all of its accounts."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Final, final

from attrs import field, frozen

from .activation import ActivationPolicy
from .audience import Ungrouped
from .ids import OrganizationId
from .issuer import Issuer
from .key import Key

LONGEST_NAME = 200
"""Code points of an organization's, account's or catalog entry's name: what fits a heading."""
FIRST_EPOCH: Final = "first"
"""The epoch of an organization that was never restored, and of every proof that does not say one."""


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
    noticed at once. `generation` keeps pace with the ring's, so that a store older than the ring is noticed too.
    `epoch` is another after each restored backup: codes and sign-ins carry the one they were made in. It is an id and no
    count, because a store restored twice would count to the same number twice. `restored_at` is when that was last;
    windows that began earlier are closed. `activation` is how its people are told, `issuers` the company accounts they can
    come by, `ungrouped` who sees a resource that names nobody. Times are UTC.
    """

    id: OrganizationId
    version: int = 0
    name: str
    realm: Realm = Realm.ACCOUNT
    lapse: LapsePolicy = LapsePolicy.KEEP_SIGNING_IN
    key_ring: str = field(repr=False)
    generation: int = 1
    epoch: str = FIRST_EPOCH
    restored_at: datetime | None = None
    activation: ActivationPolicy = ActivationPolicy()
    issuers: tuple[Issuer, ...] = ()
    ungrouped: Ungrouped = Ungrouped.EVERYBODY
    created_at: datetime

    @property
    def keys(self) -> frozenset[Key]:
        """Return no keys: organizations are known by id."""
        return frozenset()
