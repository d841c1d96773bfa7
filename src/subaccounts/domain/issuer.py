"""The company accounts an organization's people can come by: which issuers, and what each is trusted with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, final

from attrs import field, frozen

from . import fields as f
from .fields import Kind
from .identity import LONGEST_ATTRIBUTE, LONGEST_ISSUER
from .ids import AccountId, DepartmentId, JobProfileId, PermissionTypeId, opaque

MOST_ISSUERS: Final = 20
"""Issuers of one organization; every sign-in reads them."""


def _frozen_names(names: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(names))


@final
@frozen(kw_only=True)
class JustInTime:
    """Say how somebody unknown is created on arrival: under which account, with which login and fields.

    `login` names the attribute that becomes the login, `email` the verified e-mail, `sub` the subject. `fields` leads from an
    attribute to a field. What is given here is given at creation and never again: later arrivals change nothing.
    """

    account: AccountId
    login: str = "email"
    fields: Mapping[str, str] = field(factory=dict, converter=_frozen_names, hash=False)
    kind: Kind = Kind.EMPLOYEE
    departments: frozenset[DepartmentId] = frozenset()
    permission_types: frozenset[PermissionTypeId] = frozenset()
    job_profile: JobProfileId | None = None

    def __attrs_post_init__(self) -> None:
        for name in self.fields.values():
            if f.field_type(name) is not f.FieldType.TEXT and name not in (f.PHONE, f.LANGUAGE):
                raise ValueError("an attribute becomes a text, a phone or a language")


@final
@frozen(kw_only=True)
class Issuer:
    """Hold what an organization says of one issuer.

    `issuer` is compared as it is with an assertion's. `name` is shown to people: "Acme account". `external_id` names the
    attribute that holds the external id the organization knows its people by. `trusts_email` lets a verified e-mail of this
    issuer find a person who has never claimed: say it of an issuer only that gives no mailbox to two people one after the
    other. `domains` are e-mail domains whose people come by it. `creates` is how somebody unknown is created; None is not
    at all.
    """

    issuer: str = field(validator=opaque(of="issuer", longest=LONGEST_ISSUER))
    name: str = field(validator=opaque(of="name", longest=200))
    external_id: str | None = None
    trusts_email: bool = False
    domains: frozenset[str] = frozenset()
    creates: JustInTime | None = None

    def __attrs_post_init__(self) -> None:
        if self.external_id is not None and not 0 < len(self.external_id) <= LONGEST_ATTRIBUTE:
            raise ValueError("an attribute has a name")
        if any(domain != domain.lower() or "@" in domain or not domain for domain in self.domains):
            raise ValueError("a domain is what follows the at sign, in lower case")
