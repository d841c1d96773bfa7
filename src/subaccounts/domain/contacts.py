"""Which way a person is told something: the contacts that count, and the one preference that serves every notice.

SMS where the organization bought it and the person has a phone, also when there is an e-mail; else e-mail; for who comes by a
company account nothing unless that is kept on; for who cannot be reached a code that the administrator hands over.
"""

from __future__ import annotations

from typing import Final, final

from attrs import evolve, frozen

from . import fields as f
from .activation import ActivationPolicy
from .channel import Address, Channel, channel_of
from .issuer import Issuer
from .sub_account import SubAccount
from .supplier import Supplier

_ITSELF: Final = frozenset({Supplier.PERSON, Supplier.SIGN_UP})
"""Who speaks for nobody but itself: a reset or a takeover ends what was proven by whoever that was."""


@final
@frozen(kw_only=True)
class Chosen:
    """Say how a person is told: the channel, and the address where there is a message at all."""

    channel: Channel
    to: Address | None = None
    issuer: Issuer | None = None


def counts(person: SubAccount, name: str, /) -> bool:
    """Tell whether a contact can be relied on: what a person gave itself counts while its proof does."""
    held = person.profile.values.get(name)
    return held is not None and (held.by not in _ITSELF or name in person.proven)


def disowned(person: SubAccount, /) -> SubAccount:
    """Return the person without what its own contacts were good for: none is proven, and an e-mail it gave signs nobody in."""
    email = person.profile.values.get(f.EMAIL)
    own = email is not None and email.by in _ITSELF
    return evolve(person, proven=frozenset(), email_is_key=person.email_is_key and not own)


def contacts(person: SubAccount, /, *, sms: bool) -> tuple[Address, ...]:
    """Return every address of a person that counts, the preferred one first; `sms` says that SMS were bought."""
    phone, email = person.profile.phone, person.profile.email
    found: list[Address] = []
    if sms and phone is not None and counts(person, f.PHONE):
        found.append(phone)
    if email is not None and counts(person, f.EMAIL):
        found.append(email)
    return tuple(found)


def choose(person: SubAccount, policy: ActivationPolicy, issuers: tuple[Issuer, ...], /, *, sms: bool) -> Chosen:
    """Choose how a person is told that it can come in."""
    issuer, reached = comes_by(person, issuers), contacts(person, sms=sms)
    to = reached[0] if reached else None
    if issuer is not None:
        return Chosen(channel=Channel.SSO, to=to if policy.sso_told else None, issuer=issuer)
    return Chosen(channel=channel_of(to), to=to) if to is not None else Chosen(channel=Channel.SLIP)


def comes_by(person: SubAccount, issuers: tuple[Issuer, ...], /) -> Issuer | None:
    """Return the issuer a person comes by, or None: one it has come by, one that knows its external id or e-mail domain."""
    known = {identity.issuer for identity in person.identities}
    email, external = person.profile.email, person.profile.text(f.EXTERNAL_ID)
    domain = email.domain if email is not None else None
    ways = (
        (each for each in issuers if each.issuer in known),
        (each for each in issuers if external is not None and each.external_id is not None),
        (each for each in issuers if domain in each.domains),
    )
    return next((issuer for way in ways for issuer in way), None)
