"""The numbers that rules use, written down a second time: whoever changes one changes what hosts were promised."""

from __future__ import annotations

from datetime import timedelta

import pytest

from subaccounts.commands import adding as adding_command
from subaccounts.commands import command, dead_letters, delivering, filling, notices, ports_at_hand, previews, scenes
from subaccounts.domain import (
    adding,
    arriving,
    attempts,
    audience,
    catalog,
    codes,
    contact_change,
    delivery,
    fields,
    identity,
    ids,
    issuer,
    language,
    organization,
    pace,
    password_policy,
    phone,
    policy,
    proof,
    queries,
    resources,
    rosters,
    secret,
    sign_in_key,
)

LIMITS: dict[tuple[object, str], int | timedelta] = {
    (attempts, "FREE_FAILURES"): 5,
    (attempts, "FIRST_DELAY"): timedelta(seconds=30),
    (attempts, "LONGEST_DELAY"): timedelta(hours=1),
    (attempts, "DISABLED_AT"): 50,
    (attempts, "FORGOTTEN_AFTER"): timedelta(days=1),
    (codes, "WRONG_TRIES"): 5,
    (proof, "WRONG_TRIES"): 5,
    (proof, "COOL_DOWN"): timedelta(minutes=5),
    (contact_change, "RECENT"): timedelta(minutes=10),
    (policy, "SLIP_LASTS"): timedelta(days=30),
    (policy, "LONGEST_OPEN_CLAIM"): timedelta(days=30),
    (password_policy, "SINGLE_FACTOR"): 15,
    (password_policy, "FLOOR"): 8,
    (password_policy, "LONGEST"): 256,
    (secret, "LONGEST_SECRET"): 1024,
    (sign_in_key, "LONGEST_LOGIN"): 64,
    (sign_in_key, "LONGEST_EMAIL"): 254,
    (sign_in_key, "LONGEST_LOCAL_PART"): 64,
    (sign_in_key, "LONGEST_LABEL"): 63,
    (phone, "LONGEST_PHONE_TEXT"): 40,
    (language, "LONGEST_LANGUAGE"): 12,
    (fields, "LONGEST_TEXT"): 200,
    (fields, "LONGEST_HOST_TEXT"): 1000,
    (fields, "MOST_VALUES"): 100,
    (organization, "LONGEST_NAME"): 200,
    (catalog, "DEEPEST_TREE"): 32,
    (ids, "LONGEST_ID"): 200,
    (ids, "LONGEST_TERMINAL"): 128,
    (queries, "LARGEST_PAGE"): 1000,
    (queries, "LONGEST_SEARCH"): 200,
    (adding, "MOST_LINES"): 1000,
    (adding_command, "MOST_PASTED"): 100_000,
    (delivery, "LEASED"): timedelta(minutes=5),
    (delivery, "ROOM"): timedelta(minutes=1),
    (delivery, "MOST_TRIES"): 12,
    (delivery, "MOST_LEASES"): 24,
    (delivery, "PATIENCE"): timedelta(hours=20),
    (delivery, "FIRST_WAIT"): timedelta(minutes=1),
    (delivery, "LONGEST_WAIT"): timedelta(hours=6),
    (delivery, "LONGEST_ASKED"): timedelta(days=1),
    (delivery, "LONGEST_SAID"): 200,
    (pace, "MOST_AT_ONCE"): 64,
    (pace, "FRAIL_AFTER"): 3,
    (delivering, "ORGANIZATIONS"): 100,
    (delivering, "MOST_DECISIONS"): 8,
    (notices, "MOST_NOTICES"): 1_000_000,
    (dead_letters, "LOOKED_AT"): 100,
    (command, "LONGEST_REQUEST_ID"): 100,
    (ports_at_hand, "ROLES_KEPT"): timedelta(minutes=5),
    (ports_at_hand, "MOST_ROLES_KEPT"): 10_000,
    (filling, "MOST_FIELDS"): 100,
    (scenes, "STRANGER_BITS"): 16,
    (identity, "LONGEST_ISSUER"): 500,
    (identity, "LONGEST_SUBJECT"): 255,
    (identity, "MOST_ATTRIBUTES"): 100,
    (identity, "LONGEST_ATTRIBUTE"): 2000,
    (issuer, "MOST_ISSUERS"): 20,
    (issuer, "MOST_DOMAINS"): 100,
    (issuer, "MOST_DEFAULTS"): 100,
    (audience, "MOST_NAMED"): 1000,
    (resources, "MOST_RESOURCES"): 1000,
    (resources, "MOST_NAMED_AT_ONCE"): 10_000,
    (rosters, "MOST_PARTICIPANTS"): 1000,
    (previews, "READ_AT_ONCE"): 200,
    (previews, "ROUNDS"): 10,
    (previews, "MEMBERS_AT_ONCE"): 10,
    (arriving, "CLOCKS_DIFFER"): timedelta(minutes=5),
}


@pytest.mark.parametrize(("place", "expected"), LIMITS.items(), ids=[name for _, name in LIMITS])
def test_a_number_is_what_was_promised(place: tuple[object, str], expected: int | timedelta) -> None:
    """The limit has the value that the documentation prints and hosts rely on."""
    module, name = place
    assert expected == getattr(module, name)
