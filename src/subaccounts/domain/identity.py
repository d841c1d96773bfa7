"""Who somebody is at a company account: an issuer's word for a person, as it is stored and as the host hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, final

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
SUBJECT: Final = "sub"
"""The attribute that is always there: the subject itself."""
EMAIL: Final = "email"
"""The attribute that is there when the issuer verified the e-mail."""


@final
@frozen(kw_only=True)
class Identity:
    """Name a person the way an issuer does; the pair is compared as it is, and never anything else of an assertion."""

    issuer: str = field(validator=opaque(of="issuer", longest=LONGEST_ISSUER))
    subject: str = field(validator=opaque(of="subject", longest=LONGEST_SUBJECT))


def _text(name: str, value: object) -> None:
    """Raise `InvalidValue` for what is no text, or too long: claims of JSON can be anything."""
    if not isinstance(value, str):
        raise InvalidValue(field=name, problem="not_text")
    if len(value) > LONGEST_ATTRIBUTE:
        raise InvalidValue(field=name, problem="too_long", limit=LONGEST_ATTRIBUTE)


def _optional_text(_holder: object, attribute: Any, value: object) -> None:
    if value is not None:
        _text(attribute.name, value)


def _texts(_holder: object, attribute: Any, values: frozenset[object]) -> None:
    if len(values) > MOST_ATTRIBUTES:
        raise InvalidValue(field=attribute.name, problem="too_long", limit=MOST_ATTRIBUTES)
    for value in values:
        _text(attribute.name, value)


def _truth(_holder: object, attribute: Any, value: object) -> None:
    """Refuse the text "false", which is truthy: some issuers send texts where the standard has booleans."""
    if not isinstance(value, bool):
        raise InvalidValue(field=attribute.name, problem="syntax")


def _bounded(_holder: object, attribute: Any, given: Mapping[object, object]) -> None:
    if len(given) > MOST_ATTRIBUTES:
        raise InvalidValue(field=attribute.name, problem="too_long", limit=MOST_ATTRIBUTES)
    for name, value in given.items():
        _text(attribute.name, name)
        _text(attribute.name, value)


def _frozen_attributes(given: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(given))


@final
@frozen(kw_only=True)
class VerifiedIdentity:
    """Hold what the host verified: the signature, the audience, the times and the nonce of an assertion are its business.

    `email_verified` is the issuer's own word (`email_verified` in an ID token), and is True or False, never a text; an
    e-mail it did not verify is only text. `attributes` are other claims, as text. `at` is when the person authenticated at
    the issuer (UTC; `auth_time`), `level` how strongly (`acr`) and `methods` by what (`amr`), as far as the issuer said so.
    Raises `InvalidValue` for what is no text, or longer than an assertion is.
    """

    identity: Identity
    email: str | None = field(default=None, repr=False, validator=_optional_text)
    email_verified: bool = field(default=False, validator=_truth)
    attributes: Mapping[str, str] = field(
        factory=dict, converter=_frozen_attributes, validator=_bounded, hash=False, repr=False
    )
    at: datetime | None = None
    level: str | None = field(default=None, validator=_optional_text)
    methods: frozenset[str] = field(default=frozenset(), converter=frozenset, validator=_texts)

    def said(self, name: str, /) -> str | None:
        """Return what the issuer says of an attribute: `sub` is the subject, `email` is an e-mail it verified.

        An attribute that is not there, or is empty, is None; nothing among `attributes` takes the place of those two.
        """
        if name == SUBJECT:
            return self.identity.subject
        if name == EMAIL:
            return (self.email or None) if self.email_verified else None
        return self.attributes.get(name) or None
