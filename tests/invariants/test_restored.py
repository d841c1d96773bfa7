"""Invariants 3 and 4 across backups: what a restored backup brings back proves nothing, before the word and after it.

A backup is really taken and really put back, in both storages and both colors. What comes alive again without a word is
told in the runbook, and here: passwords, and a backup younger than the last job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import ClassVar, Final

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from subaccounts import (
    AdvanceGeneration,
    ArchivePerson,
    ChangePassword,
    Command,
    DeletePerson,
    IssueCode,
    IssuedCode,
    KeyRing,
    OpenClaim,
    PeekLink,
    Recognize,
    RegistrationPolicy,
    RequestReset,
    ResetPassword,
    Restored,
    Secret,
    Subject,
    VerifyAudit,
)
from subaccounts.domain.steps import AnyStep, Authenticated
from subaccounts.errors import KeyRingFailed, NotRestored
from tests.invariants.backups import backup
from tests.invariants.checks import check_stored
from tests.invariants.sent_proofs import PROOFS, works
from tests.invariants.world import KINDS, OPERATOR, OTHER_PASSWORD, PASSWORD, Shop, World, subject_of

MONTH: Final = timedelta(days=30)
OPEN: Final = RegistrationPolicy.by_person(claim=OpenClaim(within=MONTH))


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Open one shop of each storage and color, on which the job has run once: until then it is a step ahead of the ring."""
    with World(request.param) as world:
        shop = Shop(world)
        job(world, shop)
        yield shop


def job(world: World, *shops: Shop) -> None:
    """Run the daily job on the organizations of these shops, to its end."""
    reached = [world.handle(AdvanceGeneration(actor=OPERATOR, organization=each.organization)) for each in shops]
    world.keys.advance(to=min(reached))


def say_restored(shop: Shop) -> None:
    """Say the operator's word, a moment after whatever was before."""
    shop.world.clock.advance(timedelta(seconds=1))
    shop.world.handle(Restored(actor=OPERATOR, organization=shop.organization))
    shop.world.clock.advance(timedelta(seconds=1))


def refused(shop: Shop, *commands: Command[object]) -> None:
    """Assert that commands are refused until the word, and store nothing."""
    before = shop.world.rows()
    for command in commands:
        with pytest.raises(NotRestored):
            shop.world.handle(command)
    assert before == shop.world.rows()


def enters(shop: Shop, command: Command[AnyStep]) -> bool:
    """Tell whether a command lets somebody in."""
    return isinstance(shop.world.handle(command), Authenticated)


def _used(shop: Shop, anna: Subject, code: IssuedCode) -> None:
    shop.world.handle(shop.claiming("boris", code))


def _changed(shop: Shop, anna: Subject, code: IssuedCode) -> None:
    shop.world.handle(ChangePassword(subject=anna, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD)))


def _reset(shop: Shop, anna: Subject, code: IssuedCode) -> None:
    shop.world.handle(ResetPassword(actor=shop.admin, sub_account=anna.sub_account))


def _archived(shop: Shop, anna: Subject, code: IssuedCode) -> None:
    shop.world.handle(ArchivePerson(actor=shop.admin, sub_account=anna.sub_account))


def _deleted(shop: Shop, anna: Subject, code: IssuedCode) -> None:
    shop.world.handle(DeletePerson(actor=shop.admin, sub_account=anna.sub_account))


def _replaced(shop: Shop, anna: Subject, code: IssuedCode) -> None:
    shop.world.handle(IssueCode(actor=shop.admin, sub_account=code.sub_account))


SINCE: Final[Mapping[str, Callable[[Shop, Subject, IssuedCode], None]]] = {
    "code used": _used,
    "password changed": _changed,
    "person reset": _reset,
    "person archived": _archived,
    "person deleted": _deleted,
    "code replaced": _replaced,
    "nothing": lambda shop, anna, code: None,
}
"""What was done after the backup, and is undone by putting it back."""


class TestBackups:
    """A backup from before the last job."""

    @pytest.mark.parametrize("since", SINCE.values(), ids=SINCE)
    def test_it_revives_nothing(self, shop: Shop, since: Callable[[Shop, Subject, IssuedCode], None]) -> None:
        """Whatever was ended since: all is refused until the word, and after it no code, sign-in or window of before works."""
        world, window = shop.world, Shop(shop.world, host="shop-2", policy=OPEN)
        anna, boris = shop.active("anna"), shop.add("boris").code
        assert boris is not None
        window.add("carla")
        put_back = backup(world)
        since(shop, anna, boris)
        job(world, shop)
        between = shop.active("dora")
        put_back()
        claiming, opening = shop.claiming("boris", boris), window.claiming("carla", None)
        recognizing = Recognize(subject=anna)
        refused(shop, shop.signing_in("anna"), claiming, opening, recognizing, shop.beginning("nobody"))
        refused(shop, shop.signing_in("nobody", door=shop.outside))
        say_restored(shop)
        assert [False, False] == [enters(shop, command) for command in (claiming, opening)]
        assert [None, None] == [world.handle(Recognize(subject=each)) for each in (anna, between)]
        assert enters(shop, shop.signing_in("anna"))  # the password is the backup's, and the runbook says so
        fresh = world.handle(IssueCode(actor=shop.admin, sub_account=boris.sub_account)).code
        assert enters(shop, shop.claiming("boris", fresh))
        check_stored(world)

    @pytest.mark.parametrize("proof", PROOFS)
    def test_no_message_of_before_is_revived(self, shop: Shop, proof: str) -> None:
        """A link or code that was used since the backup is refused until the word, and does nothing after it."""
        world, other = shop.world, Shop(shop.world, organization="other")
        out = PROOFS[proof](other)
        job(world, other)
        put_back = backup(world)
        assert works(other, out)
        job(world, other)
        put_back()
        refused(other, out.use(out.text), RequestReset(door=other.outside, login="anna"))
        if proof.endswith("link"):
            refused(other, PeekLink(link=out.text))
        say_restored(other)
        assert not works(other, out)
        check_stored(world)

    def test_it_is_refused_alike(self, shop: Shop) -> None:
        """At a closed door an outsider hears one and the same of every login, and the same ports are asked."""
        world = shop.world
        shop.active("anna")
        shop.add("boris")
        put_back = backup(world)
        job(world, shop)
        put_back()
        seen = set()
        for login in ("anna", "boris", "nobody", "no login at all"):
            del world.calls[:]
            with pytest.raises(NotRestored) as raised:
                world.handle(shop.signing_in(login, door=shop.outside))
            seen.add((str(raised.value), tuple(world.calls)))
        assert 1 == len(seen)

    def test_one_organization_of_several(self, shop: Shop) -> None:
        """The word is said of each organization: what it means for one it does not mean for another."""
        world, other = shop.world, Shop(shop.world, organization="other")
        boris = other.active("boris")
        shop.active("anna")
        job(world, shop, other)
        put_back = backup(world)
        job(world, shop, other)
        put_back()
        refused(shop, shop.signing_in("anna"))
        refused(other, Recognize(subject=boris))
        say_restored(shop)
        assert enters(shop, shop.signing_in("anna"))
        refused(other, Recognize(subject=boris))

    def test_it_can_be_put_back_again(self, shop: Shop) -> None:
        """What was proven after the first word is dead after the second, though it is the same backup."""
        world = shop.world
        shop.active("anna")
        put_back = backup(world)
        job(world, shop)
        sessions = []
        for _ in range(3):
            put_back()
            say_restored(shop)
            sessions.append(subject_of(world.handle(shop.signing_in("anna"))))
            job(world, shop)
        found = [world.handle(Recognize(subject=each)) is not None for each in sessions]
        assert [False, False, True] == found

    def test_a_young_one_is_the_operators_to_name(self, shop: Shop) -> None:
        """A backup younger than the last job is not told by its number; the word is said by hand, and does the same."""
        world, (anna, code) = shop.world, (shop.active("anna"), shop.add("boris").code)
        job(world, shop)
        put_back = backup(world)
        world.handle(shop.claiming("boris", code))
        put_back()
        assert world.handle(Recognize(subject=anna)) is not None
        say_restored(shop)
        assert world.handle(Recognize(subject=anna)) is None
        assert not enters(shop, shop.claiming("boris", code))

    def test_a_new_organization_is_a_step_ahead(self, shop: Shop) -> None:
        """A backup from before the first job on an organization is told by its number after the second, not after one."""
        world, other = shop.world, Shop(shop.world, organization="other")
        boris = other.active("boris")
        put_back = backup(world)
        job(world, shop, other)
        put_back()
        assert world.handle(Recognize(subject=boris)) is not None
        world.keys.advance(to=world.keys.generation + 1)
        refused(other, Recognize(subject=boris))

    def test_the_trail_goes_on(self, shop: Shop) -> None:
        """The chain of what the backup holds is whole, and the word stands in it."""
        shop.active("anna")
        put_back = backup(shop.world)
        job(shop.world, shop)
        put_back()
        say_restored(shop)
        assert shop.world.handle(VerifyAudit(actor=OPERATOR, organization=shop.organization)) is None


class TestCopies:
    """A copy of the store somewhere else."""

    def test_beside_another_ring(self, shop: Shop) -> None:
        """A copy proves nothing beside another ring; taken over it has nothing of before, and the first goes on."""
        world = shop.world
        anna, code = shop.active("anna"), shop.add("boris").code
        put_back, here = backup(world), world.keys
        world.keys = KeyRing.in_memory(b"the ring of another deployment..")
        world.subs = world._tapped()
        for command in (shop.signing_in("anna"), shop.claiming("boris", code), Recognize(subject=anna)):
            with pytest.raises(KeyRingFailed):
                world.handle(command)
        say_restored(shop)
        assert world.handle(Recognize(subject=anna)) is None
        assert not enters(shop, shop.claiming("boris", code))
        assert enters(shop, shop.signing_in("anna"))
        put_back()
        world.keys = here
        world.subs = world._tapped()
        assert world.handle(Recognize(subject=anna)) is not None

    def test_left_behind_beside_the_same_ring(self, shop: Shop) -> None:
        """A copy that no job runs on stands still and is refused a day later; the one in use is not."""
        world, anna = shop.world, shop.active("anna")
        put_copy = backup(world)
        job(world, shop)
        job(world, shop)
        put_original = backup(world)
        put_copy()
        refused(shop, Recognize(subject=anna))
        put_original()
        assert world.handle(Recognize(subject=anna)) is not None


class Restoring(RuleBasedStateMachine):
    """Live, take backups, run jobs or half of them, put any backup back; nothing from before a word ever works again."""

    kind: ClassVar[str] = "memory"

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.kind)
        self.shops = (Shop(self.world), Shop(self.world, host="shop-2", policy=OPEN))
        self.number = self.jobs = 0
        self.alive: list[tuple[Shop, str, IssuedCode | None]] = []
        self.sessions: list[Subject] = []
        self.dead: list[tuple[Shop, str, IssuedCode | None]] = []
        self.ended: list[Subject] = []
        self.backups: list[tuple[int, Callable[[], None]]] = []

    def teardown(self) -> None:
        """Close the world."""
        self.world.close()

    @rule(which=st.integers(0, 1))
    def add(self, which: int) -> None:
        """Add somebody who waits, with a code or in an open window."""
        self.number += 1
        shop, login = self.shops[which], f"person-{self.number}"
        self.alive.append((shop, login, shop.add(login).code))

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, 9))
    def claim(self, which: int) -> None:
        """Claim with what is alive, which succeeds until it was used; sign out nobody by it."""
        shop, login, code = self.alive[which % len(self.alive)]
        step = self.world.handle(shop.claiming(login, code))
        if isinstance(step, Authenticated):
            self.sessions.append(step.subject)

    @precondition(lambda self: self.alive)
    @rule(which=st.integers(0, 9))
    def reset(self, which: int) -> None:
        """Reset or sign in somebody who may have claimed."""
        shop, login, _ = self.alive[which % len(self.alive)]
        step = self.world.handle(shop.signing_in(login))
        if isinstance(step, Authenticated):
            reset = ResetPassword(actor=shop.admin, sub_account=step.subject.sub_account)
            self.alive.append((shop, login, self.world.handle(reset).code))
            self.sessions.append(step.subject)

    @rule(whole=st.booleans())
    def job(self, whole: bool) -> None:
        """Run the job, or die after its first step."""
        reached = self.world.handle(AdvanceGeneration(actor=OPERATOR, organization=self.shops[0].organization))
        if whole:
            self.jobs = self.world.keys.advance(to=reached)

    @rule()
    def back_up(self) -> None:
        """Take a backup."""
        stored = self.world.plain.organization(self.shops[0].organization)
        assert stored is not None
        self.backups.append((stored.generation, backup(self.world)))

    @precondition(lambda self: self.backups)
    @rule(which=st.integers(0, 9))
    def put_back(self, which: int) -> None:
        """Put any backup back: an old one is refused until the word. Then nothing of before works."""
        generation, put_back = self.backups[which % len(self.backups)]
        put_back()
        self.world.clock.advance(timedelta(hours=2))
        shop = self.shops[0]
        if generation < self.world.keys.generation:
            refused(shop, shop.signing_in("nobody"), *(Recognize(subject=each) for each in self._known()))
        say_restored(shop)
        self.dead, self.alive = [*self.dead, *self.alive][-12:], []
        self.ended, self.sessions = [*self.ended, *self.sessions][-12:], []
        self._nothing_works()

    def _known(self) -> list[Subject]:
        """Return subjects of people whom the backup has: of others nothing is stored that could fit or not."""
        return [each for each in self.sessions if self.world.plain.person(each.sub_account) is not None]

    def _nothing_works(self) -> None:
        assert [] == [each for each in self.ended if self.world.handle(Recognize(subject=each)) is not None]
        for shop, login, code in self.dead:
            assert not enters(shop, shop.claiming(login, code)), login
        self.world.clock.advance(timedelta(hours=2))
        check_stored(self.world)


@pytest.mark.parametrize("kind", KINDS)
def test_any_story_of_backups(kind: str) -> None:
    """Whatever was lived, backed up and put back, in whatever order, on every storage and in both colors."""
    machine = type("Restoring", (Restoring,), {"kind": kind})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40 if kind == "memory" else 10,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
