"""Identifiers: every one below the organization carries it, and none holds what cannot be stored or shown."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from attrs import evolve

from subaccounts.domain import ids
from subaccounts.domain.actor import HostUser, System
from subaccounts.domain.ids import LONGEST_ID, LONGEST_TYPE, ChainId, CredentialId, OrganizationId, ResourceId
from subaccounts.domain.subject import Pathway, Subject
from subaccounts.errors import InvalidValue
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

KINDS = get_args(ids.AnyRecordId)
ANY = "course/x"
"""What any id can be: a resource's begins with what it is."""


def make(kind: Any, value: Any) -> Any:
    """Return an id of a kind."""
    return kind(value=value) if kind is OrganizationId else kind(organization=a.OURS, value=value)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_id_carries_its_organization(kind: Any) -> None:
    """The same value in another organization, or of another kind, is another id."""
    made = make(kind, ANY)
    assert (a.OURS if kind is not OrganizationId else made) == made.organization
    assert made == make(kind, ANY)
    assert 1 == sum(made == make(other, ANY) for other in KINDS)
    if kind is not OrganizationId:
        assert made != kind(organization=a.THEIRS, value=ANY)


def test_every_kind_has_its_own_name() -> None:
    """No two kinds of id are called the same."""
    assert len(KINDS) == len({kind.kind for kind in KINDS})


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "empty"),
        ("a" * (LONGEST_TYPE + 1 + LONGEST_ID + 1), "too_long"),
        ("a\x00", "characters"),
        ("\ud800", "characters"),
        (None, "not_text"),
        (7, "not_text"),
        (b"a", "not_text"),
    ],
)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not ChainId], ids=lambda kind: kind.__name__)
def test_what_is_no_id(kind: Any, value: object, problem: str) -> None:
    """Ids come back from outside, so that what can be none is refused where it is made."""
    with pytest.raises(InvalidValue) as refusal:
        make(kind, value)
    assert (kind.kind, problem) == (refusal.value.field, refusal.value.problem)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not ChainId], ids=lambda kind: kind.__name__)
def test_how_long_an_id_is(kind: Any) -> None:
    """An id has up to 200 characters, a resource's has 40 and a slash before them; a longer one is told the limit, and one
    that is empty only that it is."""
    limit = 241 if kind is ResourceId else 200
    longest = "a/" + "a" * (limit - 2)
    assert longest == make(kind, longest).value
    for value, expected in ((longest + "a", ("too_long", limit)), ("", ("empty", None))):
        with pytest.raises(InvalidValue) as refusal:
            make(kind, value)
        assert expected == (refusal.value.problem, refusal.value.limit)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_id_comes_back_from_storage(kind: Any) -> None:
    """An id is the same again, made of what a table holds: its kind, its organization and its value."""
    stored = make(kind, "chain" if kind is ChainId else ANY)
    assert stored == ids.record_id(stored.kind, stored.organization, stored.value)


def test_a_kind_that_nobody_wrote() -> None:
    """A kind that is none is refused by name, before any value is looked at."""
    with pytest.raises(InvalidValue) as refusal:
        ids.record_id("passport", a.OURS, "x")
    assert ("kind", "syntax") == (refusal.value.field, refusal.value.problem)


@pytest.mark.parametrize("value", ["", "a" * (LONGEST_ID + 1), "\ud800", "a\x00"])
def test_what_names_no_actor(value: str) -> None:
    """A host user's id and a job's name go into the trail, and are as bounded."""
    with pytest.raises(InvalidValue) as user:
        HostUser(id=value)
    with pytest.raises(InvalidValue) as system:
        System(name=value)
    assert ("host_user", "system") == (user.value.field, system.value.field)


def test_what_names_no_terminal() -> None:
    """A terminal is named in up to 128 characters, and an epoch at all, wherever a subject comes from."""
    subject = Subject(
        sub_account=a.sub_account_id(),
        account=a.account_id(),
        pathway=Pathway.PASSWORD,
        terminal="t" * 128,
        at=NOON,
        epoch=1,
        account_epoch=1,
    )
    with pytest.raises(InvalidValue) as refusal:
        evolve(subject, terminal="t" * 129)
    assert ("terminal", "too_long", 128) == (refusal.value.field, refusal.value.problem, refusal.value.limit)
    with pytest.raises(InvalidValue) as epoch:
        evolve(subject, organization_epoch="")
    assert "organization_epoch" == epoch.value.field


def test_a_persons_credential_shares_its_value() -> None:
    """Person and credential are found by one value."""
    assert CredentialId(organization=a.OURS, value=a.value(1)) == a.sub_account_id(1).credential


def test_a_resource_says_what_it_is() -> None:
    """A resource is known by the host's word for what it is and the host's own id, which can hold anything printable."""
    course = ResourceId.of(a.OURS, "course", "42/a б")
    assert ("course/42/a б", "course") == (course.value, course.type)
    assert "a" * 40 == ResourceId.of(a.OURS, "a" * 40, "1" * 200).type


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "empty"),
        ("course", "syntax"),
        ("course/", "syntax"),
        ("/42", "syntax"),
        ("Course/42", "syntax"),
        ("4course/42", "syntax"),
        (f"{'a' * 41}/1", "syntax"),
        ("course/4\n2", "characters"),
        (f"{'a' * 40}/{'1' * 201}", "too_long"),
    ],
)
def test_what_is_no_resource(value: str, problem: str) -> None:
    """Without a word and an id of its own, or with what nobody sees, there is no resource."""
    with pytest.raises(InvalidValue) as refusal:
        ResourceId(organization=a.OURS, value=value)
    assert ("resource", problem) == (refusal.value.field, refusal.value.problem)
