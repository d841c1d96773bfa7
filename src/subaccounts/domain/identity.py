"""Who somebody is at a company account: an issuer's word for a person, as it is stored and as the host hands it over."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Self, final

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
_READ: Final = frozenset({"iss", SUBJECT, EMAIL, "email_verified", "auth_time", "acr", "amr"})
_OF_THE_TOKEN: Final = frozenset({"aud", "azp", "exp", "iat", "nbf", "nonce", "jti", "sid", "at_hash", "c_hash", "typ"})
"""Claims that say something of a token, and nothing of the person in it."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


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


def _aware(_holder: object, attribute: Any, value: datetime | None) -> None:
    if value is not None and value.utcoffset() is None:
        raise InvalidValue(field=attribute.name, problem="syntax")


def _frozen_texts(values: Collection[str]) -> frozenset[str]:
    if isinstance(values, str):  # one method would become its letters
        raise InvalidValue(field="methods", problem="syntax")
    return frozenset(values)


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


def _is_said(value: object) -> bool:
    """Tell whether a claim is a text or a whole number, of a length that can be written."""
    return isinstance(value, str) or (type(value) is int and value.bit_length() <= 256)


def _time_of(seconds: object) -> datetime | None:
    """Return the time that a number of seconds is (RFC 7519 NumericDate), or None for what is none."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except (OverflowError, ValueError):  # a number outside the calendar, and none at all
        return None


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
    at: datetime | None = field(default=None, validator=_aware)
    level: str | None = field(default=None, validator=_optional_text)
    methods: frozenset[str] = field(default=frozenset(), converter=_frozen_texts, validator=_texts)

    @classmethod
    def from_claims(cls, claims: Mapping[str, object], /) -> Self:
        """Make one of the claims of an ID token (OpenID Connect Core 1.0 §2) that the host has verified.

        `email_verified` counts when it is JSON's true, and when it is anything else it does not. What is not what the
        standard says it is, is as if the issuer had not said it. Other claims become attributes: texts as they are, whole
        numbers as their digits; lists, objects and what is said of the token itself are left out. Raises `InvalidValue`
        without an issuer or a subject, and for more or longer claims than an assertion has.
        """
        email, level, methods = claims.get(EMAIL), claims.get("acr"), claims.get("amr")
        others = {name: value for name, value in claims.items() if name not in _READ | _OF_THE_TOKEN}
        return cls(
            identity=Identity(issuer=claims.get("iss"), subject=claims.get(SUBJECT)),  # type: ignore[arg-type]  # validated
            email=email if isinstance(email, str) else None,
            email_verified=claims.get("email_verified") is True and isinstance(email, str),
            attributes={name: str(value) for name, value in others.items() if _is_said(value)},
            at=_time_of(claims.get("auth_time")),
            level=level if isinstance(level, str) else None,
            methods=[each for each in methods if isinstance(each, str)] if isinstance(methods, list) else [],
        )

    def said(self, name: str, /) -> str | None:
        """Return what the issuer says of an attribute: `sub` is the subject, `email` is an e-mail it verified.

        An attribute that is not there, or is empty, is None; nothing among `attributes` takes the place of those two.
        """
        if name == SUBJECT:
            return self.identity.subject
        if name == EMAIL:
            return (self.email or None) if self.email_verified else None
        return self.attributes.get(name) or None
