"""Invariant 5: nothing read or changed through one organization or account belongs to another.

Four shops, two in each of two organizations, with the same logins in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AcceptInvitation,
    AccountId,
    ArriveBySSO,
    BeginSignIn,
    BeginSignUp,
    ChangePassword,
    Command,
    CompleteRegistration,
    CompleteSignUp,
    DeclineInvitation,
    DeletePerson,
    Door,
    EventsAfter,
    HostUser,
    IssuedCode,
    LeaveGroup,
    LinkIdentity,
    ListPeople,
    OrganizationId,
    ReadAudit,
    ReadPerson,
    Realm,
    Recognize,
    ResetPassword,
    SealAudit,
    SignedIn,
    SignIn,
    State,
    SubAccountId,
    Subject,
    VerifyAudit,
)
from subaccounts.domain.steps import Authenticated, CompleteFields, EnterLogin
from subaccounts.errors import NotAllowed, NotFound, Refusal, WrongState
from tests.invariants.stored import changed
from tests.invariants.world import KINDS, OPERATOR, Shop, World, subject_of
from tests.shell.samples import SAMPLES
from tests.shell.sent_samples import SENT_SAMPLES

PROOFS: frozenset[object] = frozenset(
    {
        ArriveBySSO,
        BeginSignIn,
        SignIn,
        CompleteRegistration,
        ChangePassword,
        LinkIdentity,
        Recognize,
        *SENT_SAMPLES,
        BeginSignUp,
        CompleteSignUp,
        AcceptInvitation,
        DeclineInvitation,
        LeaveGroup,
    }
)
"""Commands without an actor: what they carry says who acts."""


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Open one world of each storage and color."""
    with World(request.param) as world:
        yield world


@pytest.fixture
def shops(world: World) -> list[Shop]:
    """Open two shops in each of two organizations."""
    return [
        Shop(world, organization=organization, host=host)
        for organization in ("alpha", "beta")
        for host in ("shop-1", "shop-2")
    ]


class TestProofs:
    """A proof is worth something at one account only."""

    def test_passwords(self, shops: list[Shop]) -> None:
        """Of one login in four accounts each password opens its own, and the subject is of that account."""
        subjects = [shop.active("anna", password=_password(number)) for number, shop in enumerate(shops)]
        assert 4 == len({subject.sub_account for subject in subjects})
        for place, shop in enumerate(shops):
            for number in range(len(shops)):
                till = f"till-{number}"  # each password at a terminal of its own, so that none is delayed
                for door in (Door.inside(shop.account.id, terminal=till), Door.outside(shop.account.id, terminal=till)):
                    step = shop.world.handle(shop.signing_in("anna", _password(number), door=door))
                    assert (place == number) == isinstance(step, Authenticated)
                    if isinstance(step, Authenticated):
                        assert (subjects[place].sub_account, shop.account.id) == (
                            step.subject.sub_account,
                            step.subject.account,
                        )

    def test_codes(self, shops: list[Shop]) -> None:
        """A code claims its own person only; tried elsewhere it claims nobody, and still works at home."""
        codes: list[IssuedCode | None] = [shop.add("anna").code for shop in shops]
        for place, shop in enumerate(shops):
            others = [code for number, code in enumerate(codes) if number != place]
            for code in others:
                step = shop.world.handle(shop.claiming("anna", code))
                assert isinstance(step, CompleteFields)
                assert step.code_wrong
        for shop, code in zip(shops, codes, strict=True):
            assert isinstance(shop.world.handle(shop.claiming("anna", code)), Authenticated)

    def test_subjects(self, shops: list[Shop]) -> None:
        """A subject with somebody else's id, account or organization in it is recognized as nobody."""
        subjects = [shop.active("anna") for shop in shops]
        world = shops[0].world
        for subject in subjects:
            assert world.handle(Recognize(subject=subject)) is not None
            for other in subjects:
                for forged in _forged(subject, other):
                    assert world.handle(Recognize(subject=forged)) is None
                    with pytest.raises((NotAllowed, NotFound)):
                        world.handle(ReadPerson(actor=SignedIn(subject=forged), sub_account=other.sub_account))

    def test_a_person_acts_on_itself_only(self, shops: list[Shop]) -> None:
        """Somebody signed in reads itself, and nobody of the same name elsewhere."""
        subjects = [shop.active("anna") for shop in shops]
        for subject in subjects:
            for other in subjects:
                read = ReadPerson(actor=SignedIn(subject=subject), sub_account=other.sub_account)
                if subject == other:
                    assert subject.sub_account == shops[0].world.handle(read).id
                else:
                    with pytest.raises((NotAllowed, NotFound)):
                        shops[0].world.handle(read)

    def test_wrong_guesses_lock_nobody_else(self, shops: list[Shop]) -> None:
        """Guessing at one account delays nobody of the same login at another."""
        for shop in shops:
            shop.active("anna")
        for _ in range(10):
            shops[0].sign_in("anna", "not it at all")
        for shop in shops[1:]:
            assert isinstance(shop.world.handle(shop.signing_in("anna")), Authenticated)


def _password(number: int) -> str:
    return f"the password of shop number {number}"


def _forged(subject: Subject, other: Subject) -> list[Subject]:
    """Return subjects made of parts of two; those that are one of them unchanged are left out."""
    made = [
        evolve(subject, sub_account=other.sub_account),
        evolve(subject, account=other.account),
        evolve(subject, epoch=subject.epoch + 1),
        evolve(
            subject,
            sub_account=SubAccountId(organization=other.sub_account.organization, value=subject.sub_account.value),
        ),
    ]
    return [each for each in made if each not in (subject, other)]


class TestCommands:
    """Every command, given by somebody who reaches only another organization or account."""

    @pytest.mark.asvs("8.2.2")
    @pytest.mark.parametrize("command", SAMPLES, ids=lambda command: command.__name__)
    def test_a_stranger_reaches_nothing(self, shops: list[Shop], command: type[Command[Any]]) -> None:
        """The administrator of another organization is refused, and nothing anywhere changes."""
        given, world = SAMPLES[command](shops[0]), shops[0].world
        assert hasattr(given, "actor") == (command not in PROOFS)
        before = world.rows()
        for actor in (shops[2].admin, HostUser.administrator("boss", of=shops[3].account.id), HostUser(id="nobody")):
            if command not in PROOFS:
                with pytest.raises((NotAllowed, NotFound)):
                    world.handle(evolve(given, actor=actor))  # type: ignore[misc]  # every command is attrs
        assert before == world.rows()

    @pytest.mark.asvs("8.4.1")
    @pytest.mark.parametrize("command", SAMPLES, ids=lambda command: command.__name__)
    def test_what_changes_is_the_tenants(self, shops: list[Shop], command: type[Command[Any]]) -> None:
        """A command that succeeds changes rows of its own organization only."""
        for shop in shops[1:]:
            shop.active("sample", password=_password(1))
        given, world = SAMPLES[command](shops[0]), shops[0].world
        before = world.rows()
        world.handle(given)
        assert {key[1] for key in changed(before, world.rows())} <= {"alpha", "fresh"}


class TestIds:
    """An id is worth something with its organization only."""

    def test_an_id_under_another_organization(self, shops: list[Shop]) -> None:
        """A person's or account's id value under another organization is not found, by that one's administrator."""
        mine, theirs = shops[0], shops[2]
        person = mine.add("anna").sub_account.id
        moved = SubAccountId(organization=theirs.organization, value=person.value)
        for command in (
            ReadPerson(actor=theirs.admin, sub_account=moved),
            ResetPassword(actor=theirs.admin, sub_account=moved),
            DeletePerson(actor=theirs.admin, sub_account=moved),
        ):
            with pytest.raises(NotFound):
                mine.world.handle(command)
        there = AccountId(organization=theirs.organization, value=mine.account.id.value)
        with pytest.raises(NotFound):
            mine.world.handle(mine.signing_in("anna", door=Door.inside(there)))
        assert State.WAITING is mine.world.person(person).sub_account.state

    def test_an_organization_door_of_an_account_realm(self, shops: list[Shop]) -> None:
        """Where logins are of each account, nobody signs in at the organization: it would be ambiguous."""
        shops[0].active("anna")
        with pytest.raises(WrongState):
            shops[0].world.handle(shops[0].signing_in("anna", door=Door.outside(shops[0].organization)))

    def test_an_organization_realm(self, world: World) -> None:
        """Where logins are of the organization, one is held once, and its person signs in at its own account only."""
        first = Shop(world, organization="gamma", host="shop-1", realm=Realm.ORGANIZATION)
        second = Shop(world, organization="gamma", host="shop-2", realm=Realm.ORGANIZATION)
        other = Shop(world, organization="delta", host="shop-1", realm=Realm.ORGANIZATION)
        subject = first.active("anna")
        with pytest.raises(Refusal) as refused:
            second.add("anna")
        assert "name_taken" == refused.value.code
        other.active("anna")
        assert EnterLogin(wrong=True) == world.handle(second.signing_in("anna"))
        wide = world.handle(second.signing_in("anna", door=Door.outside(OrganizationId(value="gamma"))))
        assert subject.sub_account == subject_of(wide).sub_account


class TestReads:
    """Lists, trails and feeds hold what belongs to who asked."""

    def test_lists(self, shops: list[Shop]) -> None:
        """A list of people is of the organization, or of the account that was named."""
        people = [shop.add("anna").sub_account.id for shop in shops]
        for place, shop in enumerate(shops):
            world = shop.world
            page = world.handle(ListPeople(actor=shop.admin, organization=shop.organization))
            assert {each.id for each in page.people} == set(people[place // 2 * 2 : place // 2 * 2 + 2])
            page = world.handle(ListPeople(actor=shop.admin, organization=shop.organization, account=shop.account.id))
            assert [people[place]] == [each.id for each in page.people]

    def test_trails_and_feeds(self, shops: list[Shop]) -> None:
        """Audit trail, feed and chain are the organization's own, each counted from 1."""
        for shop in shops:
            shop.active("anna")
        world = shops[0].world
        for shop in shops[::2]:
            world.handle(SealAudit(actor=OPERATOR, organization=shop.organization))
        for shop in shops[::2]:
            read = world.handle(ReadAudit(actor=shop.admin, organization=shop.organization, limit=1000))
            assert {shop.organization} == {event.organization for event in read}
            feed = world.handle(EventsAfter(actor=OPERATOR, organization=shop.organization, limit=1000))
            assert list(range(1, len(read) + 1)) == [sealed.position for sealed in feed]
            assert world.handle(VerifyAudit(actor=OPERATOR, organization=shop.organization)) is None

    def test_a_request_id_is_of_one_organization(self, shops: list[Shop]) -> None:
        """The same request id in two organizations is two requests."""
        people = [shop.add("anna").sub_account.id for shop in (shops[0], shops[2])]
        made = [
            shops[0].world.handle(ResetPassword(actor=shop.admin, sub_account=person, request_id="r-1"))
            for shop, person in zip((shops[0], shops[2]), people, strict=True)
        ]
        assert people == [each.sub_account.id for each in made]
