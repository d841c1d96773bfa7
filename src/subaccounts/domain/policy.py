"""Registration policies: which field is given by whom, which are required, who outranks whom, what proves a claim.

A policy is a value composed from parts, checked when it is built: a combination that cannot work cannot exist. The
three named ones are the products'; a host composes its own from the same parts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final, final

from attrs import field, frozen

from ..errors import FieldRefused
from . import fields as f
from .supplier import Supplier

SLIP_LASTS: Final = timedelta(days=30)
"""How long a handed-over code lasts; a printed slip lies in a drawer for weeks."""
LONGEST_OPEN_CLAIM: Final = timedelta(days=30)
"""The widest window in which knowing a login is enough; no wider than a slip's life."""


@final
@frozen(kw_only=True)
class ByCode:
    """Claim with a one-time code that the administrator hands over; it lasts 30 days unless said otherwise."""

    lasts: timedelta = SLIP_LASTS

    def __attrs_post_init__(self) -> None:
        if not timedelta(minutes=1) <= self.lasts <= SLIP_LASTS:
            raise ValueError("a code lasts between a minute and 30 days")


@final
@frozen(kw_only=True)
class OpenClaim:
    """Let whoever is inside the host account and knows the login claim it, within a window after it was created.

    The products do this. It trusts the first comer, so it ends after `within`, every such claim is told to the
    administrator, and it cannot be combined with closed disclosure.
    """

    within: timedelta

    def __attrs_post_init__(self) -> None:
        if not timedelta(0) < self.within <= LONGEST_OPEN_CLAIM:
            raise ValueError("an open claim ends within 30 days")


ClaimProof = ByCode | OpenClaim


@final
@frozen(kw_only=True)
class FieldRule:
    """Say who gives a field and whether a record needs it.

    `suppliers` lists who can give it, highest rank first: a value is replaced only by its own supplier or one that
    outranks it. `asked_of` is who has to give it for the record to be complete; None means it is optional.
    """

    suppliers: tuple[Supplier, ...]
    asked_of: Supplier | None = None

    def __attrs_post_init__(self) -> None:
        if not self.suppliers or len(set(self.suppliers)) != len(self.suppliers):
            raise ValueError("name each supplier of a field once")
        if self.asked_of is not None and self.asked_of not in self.suppliers:
            raise ValueError("who is asked for a field must be one of its suppliers")

    def outranks(self, challenger: Supplier, holder: Supplier, /) -> bool:
        """Tell whether a value by `holder` gives way to one by `challenger`."""
        if challenger not in self.suppliers:
            return False
        if holder not in self.suppliers:
            return True
        return self.suppliers.index(challenger) <= self.suppliers.index(holder)


def _frozen_rules(rules: Mapping[str, FieldRule]) -> Mapping[str, FieldRule]:
    return MappingProxyType(dict(rules))


@final
@frozen(kw_only=True)
class RegistrationPolicy:
    """Hold a registration policy.

    `one_of` lists sets of fields of which a complete record has at least one. `claim` is what proves a claim.
    Raises `ValueError` for a policy that cannot work; it is a mistake of the host's developer.
    """

    name: str
    fields: Mapping[str, FieldRule] = field(converter=_frozen_rules, hash=False)
    one_of: tuple[frozenset[str], ...] = ()
    claim: ClaimProof = ByCode()

    def __attrs_post_init__(self) -> None:
        if not self.name or len(self.name) > 50 or not self.name.isprintable():
            raise ValueError("a policy has a name of at most 50 printable characters")
        for name in self.fields:
            try:
                f.field_type(name)
            except FieldRefused as refusal:
                raise ValueError("a policy names fields that exist") from refusal
        external = self.fields.get(f.EXTERNAL_ID)
        if external is not None and {Supplier.PERSON, Supplier.SIGN_UP} & set(external.suppliers):
            raise ValueError("nobody gives itself an external id: a company account would lead to it")
        for names in self.one_of:
            if not names or not names <= set(self.fields):
                raise ValueError("one_of names fields of the policy")

    def missing(self, held: Collection[str], /) -> tuple[str, ...]:
        """Return the fields that a complete record has and one with these lacks, in the policy's order.

        Of a set of which one is enough, all are returned when none is there.
        """
        absent = [name for name, rule in self.fields.items() if rule.asked_of and name not in held]
        for names in self.one_of:
            if names.isdisjoint(held):
                absent += [name for name in self.fields if name in names and name not in absent]
        return tuple(absent)

    @classmethod
    def by_person(cls, *, claim: ClaimProof = ByCode()) -> RegistrationPolicy:
        """Let the administrator enter logins only; the person fills full name and position at first sign-in."""
        mine = FieldRule(suppliers=(_A, _P), asked_of=_P)
        return cls(name="by_person", fields={f.FULL_NAME: mine, f.POSITION: mine, **_OPTIONAL}, claim=claim)

    @classmethod
    def by_administrator(cls, *, claim: ClaimProof = ByCode()) -> RegistrationPolicy:
        """Let the administrator fill everything in; the person only creates a password."""
        theirs = FieldRule(suppliers=(_A,), asked_of=_A)
        return cls(name="by_administrator", fields={f.FULL_NAME: theirs, f.POSITION: theirs, **_OPTIONAL}, claim=claim)

    @classmethod
    def complete_record(cls, *, claim: ClaimProof = ByCode()) -> RegistrationPolicy:
        """Ask the administrator for given and family name, one job profile, departments, permission types, language,
        and an e-mail, or a phone beside the login.

        A full name can be given too, where the family name comes first or there is more to it than the two."""
        theirs = FieldRule(suppliers=(_A,), asked_of=_A)
        names = (f.GIVEN_NAME, f.FAMILY_NAME, f.JOB_PROFILE, f.DEPARTMENTS, f.PERMISSION_TYPES, f.LANGUAGE)
        rules = {**_OPTIONAL, **dict.fromkeys((f.FULL_NAME, f.POSITION), FieldRule(suppliers=(_A,)))}
        rules.update(dict.fromkeys(names, theirs))
        return cls(name="complete_record", fields=rules, one_of=(frozenset({f.EMAIL, f.PHONE}),), claim=claim)


_A, _P = Supplier.ADMINISTRATOR, Supplier.PERSON
_OPTIONAL: Final[Mapping[str, FieldRule]] = MappingProxyType(
    {
        f.EMAIL: FieldRule(suppliers=(_A, _P)),
        f.PHONE: FieldRule(suppliers=(_A, _P)),
        f.LANGUAGE: FieldRule(suppliers=(_P, _A)),
        f.KIND: FieldRule(suppliers=(_A,)),
        f.JOB_PROFILE: FieldRule(suppliers=(_A,)),
        f.DEPARTMENTS: FieldRule(suppliers=(_A,)),
        f.PERMISSION_TYPES: FieldRule(suppliers=(_A,)),
        f.EXTERNAL_ID: FieldRule(suppliers=(_A,)),
    }
)
