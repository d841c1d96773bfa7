"""Values that storage is likely to hurt: every field filled or empty, letters of many scripts, moments off the second.

What storage hands back has to be equal to these. Ordinary values are in `builders`.
"""

from __future__ import annotations

from .records import (
    accounts,
    catalog_entries,
    credentials,
    full_profile,
    organizations,
    policies,
    sign_ups,
    strangers,
    sub_accounts,
)
from .seen import (
    applications,
    audiences,
    groups,
    memberships,
    participations,
    resource_ids,
    resources,
)
from .trail import events, happenings, requests, tasks
from .values import MOMENTS, TEXTS
from .ways_in import activations, identities, issuers, long_identities, sent_proofs, sign_up_forms

__all__ = [
    "MOMENTS",
    "TEXTS",
    "accounts",
    "activations",
    "applications",
    "audiences",
    "catalog_entries",
    "credentials",
    "events",
    "full_profile",
    "groups",
    "happenings",
    "identities",
    "issuers",
    "long_identities",
    "memberships",
    "organizations",
    "participations",
    "policies",
    "requests",
    "resource_ids",
    "resources",
    "sent_proofs",
    "sign_up_forms",
    "sign_ups",
    "strangers",
    "sub_accounts",
    "tasks",
]
