"""Invariant 3: after a reset, archive or delete, no earlier password, code or subject works. Nor after what follows.

Each ending is told to its end: the person comes back where it can, claims anew, and everything older is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final

import pytest

from subaccounts import (
    AddPerson,
    ArchivePerson,
    ChangePassword,
    CloseAccount,
    DeletePerson,
    Door,
    IssueCode,
    IssuedCode,
    OpenAccount,
    Recognize,
    RegistrationPolicy,
    ResetPassword,
    RestorePerson,
    Secret,
    SubAccountId,
    SwitchPolicy,
    VoidCode,
)
from subaccounts.domain.steps import Authenticated
from tests.invariants.world import KINDS, OTHER_PASSWORD, PASSWORD, Shop, World, subject_of

WRONG: Final = "not it at all"
Ending = Callable[[Shop, SubAccountId], IssuedCode | None]


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Open one shop of each storage and color."""
    with World(request.param) as world:
        yield Shop(world)


def _reset(shop: Shop, person: SubAccountId) -> IssuedCode | None:
    return shop.world.handle(ResetPassword(actor=shop.admin, sub_account=person)).code


def _archive(shop: Shop, person: SubAccountId) -> IssuedCode | None:
    shop.world.handle(ArchivePerson(actor=shop.admin, sub_account=person))
    return shop.world.handle(RestorePerson(actor=shop.admin, sub_account=person)).code


def _delete(shop: Shop, person: SubAccountId) -> IssuedCode | None:
    shop.world.handle(DeletePerson(actor=shop.admin, sub_account=person))
    again = AddPerson(actor=shop.admin, account=shop.account.id, login="anna", reuse_deleted=True)
    return shop.world.handle(again).code


def _disable(shop: Shop, person: SubAccountId) -> IssuedCode | None:
    for _ in range(50):
        shop.sign_in("anna", WRONG)
        shop.world.clock.advance(timedelta(hours=1))
    return _reset(shop, person)


ENDINGS: Final[Mapping[str, Ending]] = {
    "reset": _reset,
    "archive": _archive,
    "delete": _delete,
    "disable": _disable,
    "reset twice": lambda shop, person: (_reset(shop, person), _reset(shop, person))[1],
}


class TestEndings:
    """What ends a sign-in ends everything older, for good."""

    @pytest.mark.asvs("7.4.1")
    @pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
    def test_everything_older_is_dead(self, shop: Shop, ending: Ending) -> None:
        """Before the next claim and after it: the old password, code and subject do nothing; the new ones work."""
        first = shop.add("anna").code
        old = subject_of(shop.world.handle(shop.claiming("anna", first)))
        code = ending(shop, old.sub_account)
        _is_dead(shop, first, PASSWORD, doors=[shop.inside])  # three wrong tries: two more would kill the new code
        assert shop.world.handle(Recognize(subject=old)) is None
        fresh = subject_of(shop.world.handle(shop.claiming("anna", code, password=OTHER_PASSWORD)))
        assert shop.world.handle(Recognize(subject=old)) is None
        assert shop.world.handle(Recognize(subject=fresh)) is not None
        _is_dead(shop, first, PASSWORD)
        _is_dead(shop, code, PASSWORD)
        assert isinstance(shop.sign_in("anna", OTHER_PASSWORD), Authenticated)

    @pytest.mark.asvs("7.4.3")
    def test_a_changed_password(self, shop: Shop) -> None:
        """A changed password ends every other sign-in; the one that changed it goes on with its fresh subject."""
        old = [shop.active("anna"), subject_of(shop.sign_in("anna"))]
        change = ChangePassword(subject=old[1], current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))
        fresh = shop.world.handle(change)
        assert [None, None] == [shop.world.handle(Recognize(subject=each)) for each in old]
        assert shop.world.handle(Recognize(subject=fresh)) is not None
        assert not isinstance(shop.sign_in("anna", PASSWORD), Authenticated)

    def test_a_closed_account(self, shop: Shop) -> None:
        """A closed account ends every sign-in under it; opened again the person signs in anew, the old stays ended."""
        old, code = shop.active("anna"), shop.add("boris").code
        shop.world.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        policy = RegistrationPolicy.by_person()
        opening = OpenAccount(
            actor=shop.admin, organization=shop.organization, host=shop.host, name="again", policy=policy
        )
        assert shop.account.id == shop.world.handle(opening).id
        assert shop.world.handle(Recognize(subject=old)) is None
        assert not isinstance(shop.world.handle(shop.claiming("boris", code)), Authenticated)
        assert isinstance(shop.sign_in("anna"), Authenticated)


class TestCodes:
    """Invariant 4: a code works at most once, never after its end, never for anyone else."""

    def test_once(self, shop: Shop) -> None:
        """A code that was used claims nothing, whoever tries it again."""
        code = shop.add("anna").code
        assert isinstance(shop.world.handle(shop.claiming("anna", code)), Authenticated)
        _is_dead(shop, code, OTHER_PASSWORD)

    def test_until_its_end(self, shop: Shop) -> None:
        """A code works in its last second and not in the next; the clock going back does not revive a used one."""
        anna, boris = shop.add("anna").code, shop.add("boris").code
        assert anna is not None
        shop.world.clock.set(anna.expires_at - timedelta(seconds=1))
        assert isinstance(shop.world.handle(shop.claiming("anna", anna)), Authenticated)
        shop.world.clock.advance(timedelta(seconds=1))
        assert not isinstance(shop.world.handle(shop.claiming("boris", boris)), Authenticated)
        shop.world.clock.advance(timedelta(days=-29))
        _is_dead(shop, anna, OTHER_PASSWORD)

    def test_not_after_the_next_one(self, shop: Shop) -> None:
        """A code is dead when another was issued, when it was voided, and when the policy was switched."""
        added = shop.add("anna")
        second = shop.world.handle(IssueCode(actor=shop.admin, sub_account=added.sub_account.id)).code
        _is_dead(shop, added.code, PASSWORD)
        shop.world.handle(VoidCode(actor=shop.admin, sub_account=added.sub_account.id))
        _is_dead(shop, second, PASSWORD)
        third = shop.world.handle(IssueCode(actor=shop.admin, sub_account=added.sub_account.id)).code
        policy = RegistrationPolicy.by_person()
        shop.world.handle(SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=policy))
        _is_dead(shop, third, PASSWORD)


def _is_dead(shop: Shop, code: IssuedCode | None, password: str, *, doors: list[Door] | None = None) -> None:
    """Assert that neither a code nor a password lets anybody in, at either door; nobody is locked by it."""
    assert code is not None
    for door in doors or [shop.inside, shop.outside]:
        for command in (
            shop.claiming("anna", code, password="a password that somebody else wants", door=door),
            shop.signing_in("anna", password, door=door),
            shop.signing_in("anna", code.code.reveal(), door=door),
        ):
            assert not isinstance(shop.world.handle(command), Authenticated)
    shop.world.clock.advance(timedelta(hours=1))
