"""Who somebody is at a company account: an issuer's word for a person, as it is stored and as the host hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, final

from attrs import field, frozen

from ..errors import InvalidValue
from .ids import opaque

LONGEST_ISSUER: Final = 500
"""Characters of an issuer: a URL or an entity id."""
LONGEST_SUBJECT: Final = 255
"""Characters of a subject (OpenID Connect Core 1.0 §2: 255 ASCII characters)."""
MOST_ATTRIBUTES: Final = 100
"""Attributes of one arrival; a company directory sends a dozen."""
LONGEST_ATTRIBUTE: Final = 2000
"""Characters of one attribute's name or value."""


@final
@frozen(kw_only=True)
class Identity:
    """Name a person the way an issuer does; the pair is compared as it is, and never anything else of an assertion."""

    issuer: str = field(validator=opaque(of="issuer", longest=LONGEST_ISSUER))
    subject: str = field(validator=opaque(of="subject", longest=LONGEST_SUBJECT))


def _bounded(_holder: object, _attribute: object, given: Mapping[str, str]) -> None:
    if len(given) > MOST_ATTRIBUTES:
        raise InvalidValue(field="attributes", problem="too_long", limit=MOST_ATTRIBUTES)
    for name, value in given.items():
        if {type(name), type(value)} != {str}:  # claims of JSON can be anything
            raise InvalidValue(field="attributes", problem="not_text")
        if len(name) > LONGEST_ATTRIBUTE or len(value) > LONGEST_ATTRIBUTE:
            raise InvalidValue(field="attributes", problem="too_long", limit=LONGEST_ATTRIBUTE)


def _frozen_attributes(given: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(given))


@final
@frozen(kw_only=True)
class VerifiedIdentity:
    """Hold what the host verified: the signature, the audience, the times and the nonce of an assertion are its business.

    `email_verified` is the issuer's own word (`email_verified` in an ID token); an e-mail it did not verify is only text.
    `attributes` are other claims, as text. `at` is when the person authenticated at the issuer (UTC), if it said so.
    """

    identity: Identity
    email: str | None = field(default=None, repr=False)
    email_verified: bool = False
    attributes: Mapping[str, str] = field(
        factory=dict, converter=_frozen_attributes, validator=_bounded, hash=False, repr=False
    )
    at: datetime | None = None
