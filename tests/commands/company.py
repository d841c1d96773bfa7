"""A shop whose people come by company accounts: two issuers, and what they say of somebody.

What belongs here: saying in one line that somebody arrives. Stories are in the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from subaccounts import (
    AnyStep,
    ArriveBySSO,
    ChangeIssuers,
    Door,
    Identity,
    Issuer,
    JustInTime,
    LinkIdentity,
    Organization,
    SubAccountId,
    Subject,
    VerifiedIdentity,
)
from tests.commands.shop import NAMED, Shop, code_of, subject_of

ACME: Final = "https://login.acme.example"
OTHER: Final = "https://idp.other.example"
NAMES: Final[Mapping[str, str]] = {"name": "full_name", "title": "position"}
"""Which attributes become which fields, where somebody is created."""


def issuer(by: str = ACME, /, **changes: Any) -> Issuer:
    """Return an issuer that is trusted with nothing but its own company accounts."""
    return evolve(Issuer(issuer=by, name="Acme account"), **changes)


def creating(shop: Shop, **changes: Any) -> JustInTime:
    """Say that somebody unknown is created under the shop's account, with the login the issuer calls `uid`."""
    return evolve(JustInTime(account=shop.account.id, login="uid", fields=NAMES), **changes)


def trusting(shop: Shop, *issuers: Issuer) -> Organization:
    """Have the organization's people come by these issuers."""
    return shop.handle(ChangeIssuers(actor=shop.admin, organization=shop.id, issuers=issuers))


def verified(
    subject: str = "s-1", *, by: str = ACME, email: str | None = None, verified: bool = True, **said: Any
) -> VerifiedIdentity:
    """Return what a host verified: a company account, perhaps with an e-mail; what else is said are attributes."""
    typed = {name: said.pop(name) for name in ("at", "level", "methods") if name in said}
    return VerifiedIdentity(
        identity=Identity(issuer=by, subject=subject),
        email=email,
        email_verified=verified and email is not None,
        attributes=said,
        **typed,
    )


def arrive(
    shop: Shop, who: VerifiedIdentity, *, door: Door | None = None, fields: Mapping[str, Any] | None = None
) -> AnyStep:
    """Arrive at the inside door, or another one."""
    return shop.handle(ArriveBySSO(door=door or shop.inside, identity=who, fields=fields or {}))


def enter(shop: Shop, who: VerifiedIdentity, **given: Any) -> Subject:
    """Arrive and return the subject."""
    return subject_of(arrive(shop, who, **given))


def add(shop: Shop, login: str = "anna", **fields: Any) -> SubAccountId:
    """Add a person whose record is complete."""
    return shop.add(login, fields=NAMED | fields).sub_account.id


def claimed(shop: Shop, login: str = "anna", **fields: Any) -> Subject:
    """Add somebody who claims with a code and a password."""
    added = shop.add(login, fields=NAMED | fields)
    return subject_of(shop.complete(login, code=code_of(added), fields={}))


def with_both(shop: Shop, login: str = "anna", who: VerifiedIdentity | None = None, **fields: Any) -> Subject:
    """Add somebody who claims and then links its company account; answer the sign-in of the claim."""
    subject = claimed(shop, login, **fields)
    shop.handle(LinkIdentity(subject=subject, identity=who or verified()))
    return subject
