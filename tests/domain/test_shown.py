"""What a record shows of itself where it is printed: in a log, a traceback or a debugger, nothing that helps to get in."""

from __future__ import annotations

import pytest

from subaccounts.domain.password import PasswordHash
from subaccounts.testing import builders as a

SALTED = "$argon2id$v=19$m=19456$c2FsdHNhbHQ$dGFndGFndGFn"


@pytest.mark.parametrize(
    ("record", "hidden"),
    [
        (PasswordHash(encoded=SALTED, pepper="k1"), "dGFndGFndGFn"),
        (a.credential(password=PasswordHash(encoded=SALTED, pepper="pepper-of-march")), "PasswordHash"),
        (a.credential(password=PasswordHash(encoded=SALTED, pepper="pepper-of-march")), "pepper-of-march"),
        (a.credential(code=a.claim_code(chosen="digest-of-a-code")), "digest-of-a-code"),
        (a.organization(key_ring="ring-of-acme"), "ring-of-acme"),
        (a.event(salt="salt-of-the-event"), "salt-of-the-event"),
    ],
    ids=[
        "a hash",
        "that there is a password",
        "its pepper",
        "a chosen code",
        "the ring of keys",
        "the salt of an event",
    ],
)
def test_what_a_record_does_not_show(record: object, hidden: str) -> None:
    """Neither hashes and digests, nor the keys and salts that belong to them, nor who has a password yet, are printed."""
    assert hidden not in repr(record)
    assert hidden not in str(record)
