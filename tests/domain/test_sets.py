"""Values that hold a mapping are values as all others: what is equal is one member of a set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from subaccounts.domain.email import Email
from subaccounts.domain.identity import VerifiedIdentity
from subaccounts.domain.issuer import JustInTime
from subaccounts.domain.language import Language
from subaccounts.domain.notice import NoticeKind, Telling
from subaccounts.domain.policy import RegistrationPolicy
from subaccounts.domain.profile import Profile
from subaccounts.testing import builders as a

MADE: Final[Mapping[str, Callable[[], object]]] = {
    "issuer's creation": lambda: JustInTime(account=a.account_id(), login="uid", fields={"name": "full_name"}),
    "policy": RegistrationPolicy.complete_record,
    "profile": lambda: a.profile({"full_name": "Anna Koval"}),
    "person": lambda: a.sub_account(profile=Profile()),
    "verified identity": lambda: VerifiedIdentity(identity=a.identity(), attributes={"eid": "E-1"}),
    "telling": lambda: Telling(
        kind=NoticeKind.WELCOME,
        to=Email.parse("anna@shop.example"),
        organization=a.OURS,
        language=Language.parse("en"),
        values={"name": "Anna"},
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_what_is_equal_is_one(name: str) -> None:
    """Made twice of the same, it is there once."""
    assert 1 == len({MADE[name](), MADE[name]()})
