"""The words for why somebody sees something or does not, in English; the catalogs translate them. Written so that a support
person can read them to whom they are about.

What belongs here: what is said of each fact. How names are put in is `sights`. `$resource` is what the resource is called,
`$names` the groups, departments, job profiles, permission types or the application that the fact is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ..domain.viewer import Apart
from ..domain.visibility import Why

VERDICTS: Final[Mapping[bool, str]] = MappingProxyType(
    {True: 'You see "$resource".', False: 'You do not see "$resource".'}
)

FACTS: Final[Mapping[tuple[Why, bool], str]] = MappingProxyType(
    {
        (Why.PERSON_GONE, False): (
            "Your login was archived or deleted, and nothing is shown to a login that is not in use."
        ),
        (Why.RESOURCE_REMOVED, False): '"$resource" was removed, and nobody sees it any more.',
        (Why.HIDDEN_FROM_EXTERNAL, False): '"$resource" is hidden from people from outside, and you are from outside.',
        (Why.PARTICIPANT, True): 'You take part in "$resource", so you see it, whatever else is said of it.',
        (Why.IN_NO_APPLICATION, True): (
            '"$resource" is not part of an application, so there is nothing that you would have to be able to open.'
        ),
        (Why.OPEN_TO_EMPLOYEES, True): '"$resource" is part of $names, which you can open because you are an employee.',
        (Why.OPENED_BY_GROUP, True): '"$resource" is part of $names, which a group of yours opens for you.',
        (Why.NOT_OPENED_BY_GROUP, False): (
            '"$resource" is part of $names. From outside you can open that only through a group, and no group of yours opens it'
            " for you."
        ),
        (Why.NOBODY_NAMED_EVERYBODY, True): (
            '"$resource" is meant for nobody in particular, and such things are shown to everybody here.'
        ),
        (Why.NOBODY_NAMED_EMPLOYEES, True): (
            '"$resource" is meant for nobody in particular, and such things are shown to every employee here. You are one.'
        ),
        (Why.NOBODY_NAMED_EMPLOYEES, False): (
            '"$resource" is meant for nobody in particular, and such things are shown to employees only here. You are from'
            " outside."
        ),
        (Why.NOBODY_NAMED_NOBODY, False): (
            '"$resource" is meant for nobody in particular, and such things are shown to nobody here.'
        ),
        (Why.IN_GROUP, True): 'You are in a group that "$resource" is shown to: $names.',
        (Why.IN_NO_GROUP, False): 'You are in no group that "$resource" is shown to: $names.',
        (Why.IN_DEPARTMENT, True): 'You are in a department that "$resource" is shown to, or below one: $names.',
        (Why.IN_NO_DEPARTMENT, False): (
            'You are in no department that "$resource" is shown to, and below none of them: $names.'
        ),
        (Why.HAS_JOB_PROFILE, True): 'You have a job profile that "$resource" is shown to: $names.',
        (Why.HAS_NO_JOB_PROFILE, False): 'You have none of the job profiles that "$resource" is shown to: $names.',
        (Why.HAS_PERMISSION_TYPE, True): 'You have a permission type that "$resource" is shown to: $names.',
        (Why.HAS_NO_PERMISSION_TYPE, False): (
            'You have none of the permission types that "$resource" is shown to: $names.'
        ),
    }
)
"""What is said of a fact, and whether it speaks for seeing."""

MEMBERSHIPS: Final[Mapping[Apart, str]] = MappingProxyType(
    {
        Apart.INVITED: 'You were invited to the group "$group" and have not accepted yet.',
        Apart.LEFT: 'You are not in the group "$group" any more.',
        Apart.NOT_YET: 'Your membership of the group "$group" has not begun yet.',
        Apart.OVER: 'Your membership of the group "$group" is over.',
        Apart.EMPLOYEES_ONLY: 'The group "$group" is for employees only, and you are from outside.',
        Apart.RETIRED: 'The group "$group" is not in use any more.',
    }
)
"""What is said of a membership that does not count."""

MORE: Final = ("and %d more", "and %d more")
"""What stands in place of the names that are too many for a sentence."""


def sources() -> Iterator[tuple[str, str]]:
    """Yield each text that is translated, with where it is read."""
    for text in VERDICTS.values():
        yield text, "who sees what, the verdict"
    for text in FACTS.values():
        yield text, "who sees what, why"
    for text in MEMBERSHIPS.values():
        yield text, "who sees what, why a membership does not count"
