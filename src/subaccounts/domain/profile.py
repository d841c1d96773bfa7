"""What is known about a person: every value with its supplier and time, and the rules by which values change.

Contacts a person gives itself need proof before they count; that is not this file's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, final

from attrs import field, frozen

from ..errors import FieldRefused
from . import fields as f
from .email import Email
from .fields import FieldValue, Kind
from .ids import DepartmentId, JobProfileId, PermissionTypeId
from .language import Language
from .phone import Phone
from .policy import RegistrationPolicy
from .supplier import Supplier


@final
@frozen(kw_only=True)
class Supplied:
    """Hold one value, who gave it and when (UTC)."""

    value: FieldValue
    by: Supplier
    at: datetime


@final
@frozen(kw_only=True)
class Explanation:
    """Say why a field has its value and who can change it.

    `can_replace` lists the suppliers whose value would be taken now, highest rank first; `outranked` those whose
    value would be refused because the present one outranks them. Both are empty for a field the policy does not have.
    """

    field: str
    held: Supplied | None
    asked_of: Supplier | None
    can_replace: tuple[Supplier, ...]
    outranked: tuple[Supplier, ...]


def _frozen_values(values: Mapping[str, Supplied]) -> Mapping[str, Supplied]:
    return MappingProxyType(dict(values))


@final
@frozen(kw_only=True)
class Profile:
    """Hold a person's fields by name; absent and empty are the same: not there."""

    values: Mapping[str, Supplied] = field(factory=dict, converter=_frozen_values, hash=False)

    def value(self, name: str, /) -> FieldValue | None:
        """Return a field's value, or None."""
        held = self.values.get(name)
        return held.value if held else None

    def text(self, name: str, /) -> str | None:
        """Return a text field's value, or None."""
        value = self.value(name)
        return value if isinstance(value, str) else None

    @property
    def full_name(self) -> str | None:
        """Return the full name, or given and family name joined, or None."""
        whole = self.text(f.FULL_NAME)
        if whole:
            return whole
        parts = [part for part in (self.text(f.GIVEN_NAME), self.text(f.FAMILY_NAME)) if part]
        return " ".join(parts) or None

    @property
    def position(self) -> str | None:
        """Return the position, or None."""
        return self.text(f.POSITION)

    @property
    def email(self) -> Email | None:
        """Return the e-mail, or None."""
        value = self.value(f.EMAIL)
        return value if isinstance(value, Email) else None

    @property
    def phone(self) -> Phone | None:
        """Return the phone, or None."""
        value = self.value(f.PHONE)
        return value if isinstance(value, Phone) else None

    @property
    def language(self) -> Language | None:
        """Return the language, or None."""
        value = self.value(f.LANGUAGE)
        return value if isinstance(value, Language) else None

    @property
    def kind(self) -> Kind:
        """Return the kind; who is not said to be external is an employee."""
        value = self.value(f.KIND)
        return value if isinstance(value, Kind) else Kind.EMPLOYEE

    @property
    def job_profile(self) -> JobProfileId | None:
        """Return the one job profile, or None."""
        value = self.value(f.JOB_PROFILE)
        return value if isinstance(value, JobProfileId) else None

    @property
    def departments(self) -> frozenset[DepartmentId]:
        """Return the departments, possibly none."""
        value = self.value(f.DEPARTMENTS)
        members = value if isinstance(value, frozenset) else frozenset()
        return frozenset(member for member in members if isinstance(member, DepartmentId))

    @property
    def permission_types(self) -> frozenset[PermissionTypeId]:
        """Return the permission types, possibly none."""
        value = self.value(f.PERMISSION_TYPES)
        members = value if isinstance(value, frozenset) else frozenset()
        return frozenset(member for member in members if isinstance(member, PermissionTypeId))

    @property
    def held(self) -> frozenset[str]:
        """Return the names of the fields that have a value; given and family name are a full name too."""
        held = {name for name, supplied in self.values.items() if supplied.value not in ("", frozenset())}
        return frozenset(held - {f.FULL_NAME} | ({f.FULL_NAME} if self.full_name is not None else set()))

    def missing(self, policy: RegistrationPolicy, /) -> tuple[str, ...]:
        """Return the fields the policy requires and this record lacks, in the policy's order.

        Of a set of which one is enough, all are returned when none is there.
        """
        return policy.missing(self.held)

    def supply(
        self,
        given: Mapping[str, FieldValue | None],
        *,
        by: Supplier,
        at: datetime,
        policy: RegistrationPolicy,
        vouched: Collection[str] = (),
    ) -> Profile:
        """Return the profile with these values; None takes a value away. An equal value changes nothing.

        Of the fields that are `vouched` for, an equal value becomes `by`'s own where `by` ranks higher than who gave it.
        Raises `FieldRefused`: `not_supplied_by_you` when the policy does not let `by` give the field, `outranked` when
        the present value's supplier ranks higher.
        """
        values = dict(self.values)
        for name, value in given.items():
            rule = policy.fields.get(name)
            if rule is None or by not in rule.suppliers:
                raise FieldRefused(field=name, why="not_supplied_by_you")
            held = values.get(name)
            gives_way = held is None or rule.outranks(by, held.by)
            if held is not None and held.value == value and not (name in vouched and gives_way and by is not held.by):
                continue
            if not gives_way:
                raise FieldRefused(field=name, why="outranked")
            if value is None:
                values.pop(name, None)
            else:
                values[name] = Supplied(value=value, by=by, at=at)
        return Profile(values=values)

    def explain(self, name: str, /, *, policy: RegistrationPolicy) -> Explanation:
        """Say where a field's value comes from and who could replace it now."""
        held, rule = self.values.get(name), policy.fields.get(name)
        suppliers = rule.suppliers if rule else ()
        winners = tuple(s for s in suppliers if held is None or (rule is not None and rule.outranks(s, held.by)))
        losers = tuple(s for s in suppliers if s not in winners)
        asked = rule.asked_of if rule else None
        return Explanation(field=name, held=held, asked_of=asked, can_replace=winners, outranked=losers)


NO_PROFILE: Final = Profile()
