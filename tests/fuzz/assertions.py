"""Targets for what an issuer says: the claims of an ID token that a host has verified, and what is read from them.

A signature says who wrote a claim, not that it makes sense: an issuer's administrators, and some of its people, write them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from subaccounts import Issuer, JustInTime, VerifiedIdentity
from subaccounts.domain import arriving, creating
from subaccounts.domain.arriving import seek
from subaccounts.domain.identity import LONGEST_ATTRIBUTE, MOST_ATTRIBUTES
from subaccounts.domain.policy import RegistrationPolicy
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from subaccounts.wire import dumps, loads
from tests.fuzz.mutation import ODD
from tests.fuzz.oracle import tried
from tests.fuzz.target import Target, text_of

ISSUER: Final = "https://login.acme.example"
_CREATES: Final = JustInTime(
    account=b.account_id(),
    login="uid",
    fields={"name": "full_name", "tel": "phone", "lang": "language", "shoe": "host:shoe_size"},
)
_TRUSTED: Final = Issuer(
    issuer=ISSUER,
    name="Acme account",
    external_id="eid",
    trusts_email=True,
    domains=frozenset({"acme.example"}),
    creates=_CREATES,
    within=timedelta(hours=1),
    levels=frozenset({"phr"}),
    methods=frozenset({"mfa"}),
)
_OURS: Final = b.organization(issuers=(_TRUSTED,))
_FIELDS: Final = {"issuer", "subject", "email", "attributes", "level", "methods", "at"}

GOOD: Final[dict[str, Any]] = {
    "iss": ISSUER,
    "sub": "s-1",
    "aud": "portal",
    "email": "anna@acme.example",
    "email_verified": True,
    "auth_time": int(NOON.timestamp()),
    "acr": "phr",
    "amr": ["pwd", "mfa"],
    "eid": "E-1",
    "uid": "anna",
    "name": "Anna Koval",
    "tel": "+4520123456",
    "lang": "da",
    "shoe": 42,
}


def judge_claims(data: bytes) -> None:
    """Any claims are one identity or a refusal; an e-mail is verified by JSON's true alone, and nobody is strong by mistake."""
    try:
        claims = json.loads(text_of(data))
    except (ValueError, RecursionError):
        return
    if not isinstance(claims, dict):
        return
    verified, _ = tried(lambda: VerifiedIdentity.from_claims(claims), fields=_FIELDS)
    if verified is None:
        return
    assert (claims["iss"], claims["sub"]) == (verified.identity.issuer, verified.identity.subject)
    assert verified.email_verified is (claims.get("email_verified") is True and isinstance(claims.get("email"), str))
    assert len(verified.attributes) <= MOST_ATTRIBUTES
    assert all(
        type(each) is str and len(each) <= LONGEST_ATTRIBUTE for pair in verified.attributes.items() for each in pair
    )
    assert {"iss", "sub", "email", "email_verified", "aud"}.isdisjoint(verified.attributes)
    if all(map(_can_be_stored, (repr(claims), *claims))):
        assert verified == loads(VerifiedIdentity, dumps(verified))
    _sought(verified, claims)


def _can_be_stored(text: str) -> bool:
    return "\\ud" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _sought(verified: VerifiedIdentity, claims: dict[str, Any]) -> None:
    sought = seek(_OURS, verified, now=NOON)
    assert (sought is None) == (claims["iss"] != ISSUER)
    if sought is None:
        return
    if sought.email is not None:
        assert verified.email_verified
        assert sought.email.key.endswith("@acme.example")
    if sought.strong:
        assert ("phr", True) == (claims["acr"], "mfa" in claims["amr"])
        assert isinstance(claims["auth_time"], int | float)
    assert 0 <= len(list(arriving.ways(sought, b.account_id()))) <= 2
    creates, login = creating.wanted(sought, b.account_id()), creating.login(sought, _CREATES)
    if creates is None or login is None:
        return
    made, _ = creating.person(
        sought,
        creates,
        login,
        id=b.sub_account_id(),
        organization=_OURS,
        account=b.account(policy=RegistrationPolicy.by_person()),
        catalog={},
        now=NOON,
    )
    assert made.keys <= creating.must_be_free(made, sought)
    assert login == made.login


def _claims() -> Iterable[bytes]:
    for changes in (
        {},
        *({name: odd} for name in GOOD for odd in (*ODD, None, "true", "", 10**400, 1e308, [1], ["mfa"])),
    ):
        try:
            yield json.dumps(GOOD | changes, default=str).encode("utf-8", "surrogatepass")
        except (TypeError, ValueError):
            continue
    yield json.dumps(GOOD | {f"claim_{number}": "x" for number in range(200)}).encode()
    yield json.dumps(GOOD | {"eid": "x" * 5000}).encode()


TARGETS: Final = (
    Target(
        name="claims",
        judge=judge_claims,
        seeds=_claims,
        words=('"email_verified": true', '"iss": ', '"sub": ', "1e999", "NaN", "\\ud800", "@acme.example"),
        longest=4096,
    ),
)
