"""The company accounts an organization's people can come by: which issuers, and what each is trusted with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final, final

from attrs import field, frozen

from ..errors import InvalidValue
from . import fields as f
from .email import Email
from .fields import Kind
from .identity import EMAIL, LONGEST_ATTRIBUTE, LONGEST_ISSUER, MOST_ATTRIBUTES
from .ids import AccountId, DepartmentId, JobProfileId, PermissionTypeId, opaque

MOST_ISSUERS: Final = 20
"""Issuers of one organization; every sign-in reads them."""
MOST_DOMAINS: Final = 100
"""E-mail domains of one issuer."""
MOST_DEFAULTS: Final = 100
"""Departments, and permission types, that somebody is created with."""


def _frozen_names(names: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(names))


def _is_attribute(name: str) -> bool:
    """Tell whether an attribute, or what one holds, can have this name: it is stored, and shown to administrators."""
    return 0 < len(name) <= LONGEST_ATTRIBUTE and name.isprintable()


@final
@frozen(kw_only=True)
class JustInTime:
    """Say how somebody unknown is created on arrival: under which account, with which login and fields.

    `login` names the attribute that becomes the login: `email` is the verified e-mail, `sub` the subject; an address is
    taken from any attribute only where it is the verified e-mail. `fields` leads from an attribute to a field; what the
    account's policy does not have is left out. What is given here is given at creation and never again: later arrivals
    change nothing. Raises `ValueError` for what no attribute can become.
    """

    account: AccountId
    login: str = EMAIL
    fields: Mapping[str, str] = field(factory=dict, converter=_frozen_names, hash=False)
    kind: Kind = Kind.EMPLOYEE
    departments: frozenset[DepartmentId] = frozenset()
    permission_types: frozenset[PermissionTypeId] = frozenset()
    job_profile: JobProfileId | None = None

    def __attrs_post_init__(self) -> None:
        if not all(map(_is_attribute, (self.login, *self.fields))) or len(self.fields) > MOST_ATTRIBUTES:
            raise ValueError("an attribute has a name, and an assertion has a hundred of them")
        for name in self.fields.values():
            if f.field_type(name) is not f.FieldType.TEXT and name not in {f.PHONE, f.LANGUAGE}:
                raise ValueError("an attribute becomes a text, a phone or a language")
            if name == f.EXTERNAL_ID:
                raise ValueError("the external id's attribute is the issuer's, as people are found by it too")
        if len(set(self.fields.values())) != len(self.fields):
            raise ValueError("a field is given by one attribute")
        if max(len(self.departments), len(self.permission_types)) > MOST_DEFAULTS:
            raise ValueError("a person is created with at most a hundred departments and permission types")


@final
@frozen(kw_only=True)
class Issuer:
    """Hold what an organization says of one issuer.

    `issuer` is compared as it is with an assertion's. `name` is shown to people: "Acme account". `external_id` names the
    attribute that holds the external id the organization knows its people by; whoever can write that attribute at the
    issuer can become anybody, so never name one that people write themselves. `trusts_email` lets a verified e-mail of this
    issuer find a person who has never claimed: say it of an issuer only that gives no mailbox to two people one after the
    other. `domains` are e-mail domains whose people come by it, in lower case and not encoded (`åre.example`); where there
    are any, an e-mail of another is not trusted, and without a verified e-mail of these nobody is created. `creates` is how
    somebody unknown is created; None is not at all.

    `within` is how long ago a person can have authenticated at the issuer when it arrives, `levels` the strengths (`acr`)
    of which one is needed and `methods` those (`amr`) all of which are; what an issuer does not say counts as too long ago
    and too weak (OWASP ASVS 5.0 6.8.4). Raises `ValueError` for what cannot be meant.
    """

    issuer: str = field(validator=opaque(of="issuer", longest=LONGEST_ISSUER))
    name: str = field(validator=opaque(of="name", longest=200))
    external_id: str | None = None
    trusts_email: bool = False
    domains: frozenset[str] = frozenset()
    creates: JustInTime | None = None
    within: timedelta | None = None
    levels: frozenset[str] = frozenset()
    methods: frozenset[str] = frozenset()

    def __attrs_post_init__(self) -> None:
        if self.external_id is not None and not _is_attribute(self.external_id):
            raise ValueError("an attribute has a name")
        if self.external_id == EMAIL:
            raise ValueError("an e-mail is no external id: trust the issuer's e-mails instead")
        if len(self.domains) > MOST_DOMAINS or not all(map(_is_domain, self.domains)):
            raise ValueError("at most a hundred domains, each what follows the at sign, in lower case and not encoded")
        if self.within is not None and self.within <= timedelta(0):
            raise ValueError("people authenticate before they arrive")
        if (
            not all(map(_is_attribute, (*self.levels, *self.methods)))
            or len(self.levels | self.methods) > MOST_ATTRIBUTES
        ):
            raise ValueError("at most a hundred levels and methods, each with a name")


def _is_domain(domain: str) -> bool:
    """Tell whether a domain is written the one way in which e-mails are compared."""
    try:
        return Email.parse(f"a@{domain}").key == f"a@{domain}"
    except InvalidValue:
        return False
