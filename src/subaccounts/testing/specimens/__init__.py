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
from .trail import events, happenings, requests, tasks
from .values import MOMENTS, TEXTS
from .ways_in import activations, identities, issuers, long_identities, sent_proofs, sign_up_forms

__all__ = [
    "MOMENTS",
    "TEXTS",
    "accounts",
    "activations",
    "catalog_entries",
    "credentials",
    "events",
    "full_profile",
    "happenings",
    "identities",
    "issuers",
    "long_identities",
    "organizations",
    "policies",
    "requests",
    "sent_proofs",
    "sign_up_forms",
    "sign_ups",
    "strangers",
    "sub_accounts",
    "tasks",
]
