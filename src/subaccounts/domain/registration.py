"""Filling in a person's record at first sign-in: which fields are asked, and what a changed record means for keys."""

from __future__ import annotations

from attrs import evolve

from . import fields as f
from .policy import RegistrationPolicy
from .profile import Profile
from .sub_account import SubAccount
from .supplier import Supplier


def asked(profile: Profile, policy: RegistrationPolicy, /) -> tuple[str, ...]:
    """Return the fields a person is asked for: what the record lacks and the policy lets the person give."""
    return tuple(name for name in profile.missing(policy) if Supplier.PERSON in policy.fields[name].suppliers)


def owed(profile: Profile, policy: RegistrationPolicy, /) -> tuple[str, ...]:
    """Return the fields an administrator still has to give when adding a person, in the policy's order."""
    chosen = frozenset().union(*policy.one_of)
    administrator = Supplier.ADMINISTRATOR
    return tuple(
        name
        for name in profile.missing(policy)
        if policy.fields[name].asked_of is administrator
        or (name in chosen and administrator in policy.fields[name].suppliers)
    )


def can_complete(profile: Profile, policy: RegistrationPolicy, /) -> bool:
    """Tell whether the person alone can complete the record."""
    given = frozenset(asked(profile, policy))
    missing = frozenset(profile.missing(policy))
    chosen = [names for names in policy.one_of if names <= missing]
    # What nobody is asked for is missing as one of a set, and the sets are judged by themselves.
    one_by_one = all(name in given or policy.fields[name].asked_of is None for name in missing)
    return one_by_one and all(names & given for names in chosen)


def with_profile(person: SubAccount, profile: Profile, /) -> SubAccount:
    """Return the person with another record; an e-mail that changed is a contact until it is vouched for again."""
    same = profile.email == person.profile.email
    return evolve(person, profile=profile, email_is_key=person.email_is_key and same)


FIELDS_WITH_IDS = (f.DEPARTMENTS, f.PERMISSION_TYPES, f.JOB_PROFILE)
"""The fields whose values are catalog entries and are guarded when they are given."""
