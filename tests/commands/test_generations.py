"""Store and key ring of the same time: the daily job, a backup put back, and what an operator says then.

Here the ring is advanced past an organization to make it look like a backup; real backups are in
`tests/invariants/test_restored.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AddPerson,
    AdvanceGeneration,
    Authenticated,
    BeginSignIn,
    ChangePassword,
    ClaimSlips,
    Command,
    CompleteRegistration,
    CreateOrganization,
    EditPerson,
    IssueCode,
    KeyRing,
    ListPeople,
    OpenAccount,
    OrganizationId,
    PreviewPolicySwitch,
    ReadAccount,
    ReadAudit,
    ReadOrganization,
    ReadPerson,
    Recognize,
    Refusal,
    RegistrationPolicy,
    ResetPassword,
    Restored,
    SealAudit,
    Secret,
    Selection,
    SendActivation,
    SignedIn,
    SignIn,
    Subject,
    SwitchPolicy,
    Ungrouped,
    VoidSlips,
)
from subaccounts.errors import KeyRingFailed, NotFound
from tests.commands.generations import advanced, make_old, numbers, unfit
from tests.commands.shop import NAMED, OTHER_PASSWORD, PASSWORD, SETUP, Shop

ELSEWHERE = OrganizationId(value="elsewhere")


class TestJob:
    """The job moves every organization one ahead of the ring, and then the ring."""

    def test_a_new_organization_is_one_ahead(self, shop: Shop) -> None:
        """Given a job that is about to advance the ring, an organization that it has not seen fits before and after."""
        assert (1, 2) == (shop.keys.generation, shop.organization.generation)
        shop.claimed("anna")
        shop.keys.advance(to=2)
        shop.claimed("boris")
        creating = CreateOrganization(actor=SETUP, id=ELSEWHERE, name="Elsewhere", ungrouped=Ungrouped.EVERYBODY)
        assert 3 == shop.handle(creating).generation

    def test_it_writes_once(self, shop: Shop) -> None:
        """The first run of a day moves the organization, every other finds it moved and writes nothing."""
        assert 2 == advanced(shop)
        job = AdvanceGeneration(actor=SETUP, organization=shop.id)
        before = len(shop.events())
        assert 3 == shop.handle(job)
        stored = shop.stored()
        assert 3 == shop.handle(job)
        assert stored == shop.stored()
        assert before == len(shop.events())

    def test_it_refuses_nobody(self, shop: Shop) -> None:
        """Whenever it dies, before, between or after its two steps, day after day, people claim, sign in and go on."""
        subject = shop.claimed()
        for day in range(3):
            steps: tuple[Callable[[], object], ...] = (lambda: None, lambda: self.step(shop), lambda: advanced(shop))
            for moment, step in enumerate(steps):
                step()
                assert shop.handle(Recognize(subject=subject)) is not None
                assert isinstance(shop.sign_in(), Authenticated)
                shop.claimed(f"person-{day}-{moment}")
        assert 4 == shop.keys.generation

    def step(self, shop: Shop) -> None:
        """Run the first step of the job and die."""
        shop.handle(AdvanceGeneration(actor=SETUP, organization=shop.id))

    def test_it_does_not_take_an_old_store_for_a_new_one(self, shop: Shop) -> None:
        """An organization that is behind stays behind, whoever runs the job on it."""
        make_old(shop)
        assert (2, 3) == numbers(unfit(shop, AdvanceGeneration(actor=SETUP, organization=shop.id)))

    def test_an_organization_that_is_not_there(self, shop: Shop) -> None:
        """A job that has a wrong list is told."""
        for command in (AdvanceGeneration, Restored):
            assert isinstance(shop.refused(command(actor=SETUP, organization=ELSEWHERE)), NotFound)


PROVING: dict[str, Callable[[Shop, Subject], Command[Any]]] = {
    "begin": lambda s, _: BeginSignIn(door=s.inside, login="anna"),
    "begin outside": lambda s, _: BeginSignIn(door=s.outside, login="nobody"),
    "sign in": lambda s, _: SignIn(door=s.inside, login="anna", secret=Secret(PASSWORD)),
    "guess outside": lambda s, _: SignIn(door=s.outside, login="nobody", secret=Secret(PASSWORD)),
    "claim": lambda s, _: CompleteRegistration(door=s.inside, login="boris", password=Secret(PASSWORD), fields=NAMED),
    "recognize": lambda s, subject: Recognize(subject=subject),
    "recognize who signed out": lambda s, subject: Recognize(subject=evolve(subject, epoch=7)),
    "change": lambda s, subject: ChangePassword(subject=subject, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD)),
    "edit itself": lambda s, subject: EditPerson(
        actor=SignedIn(subject=subject), sub_account=subject.sub_account, fields={"full_name": "A"}
    ),
    "add": lambda s, _: AddPerson(actor=s.admin, account=s.account.id, login="carla"),
    "print for everybody": lambda s, _: ClaimSlips(actor=s.admin, organization=s.id, selection=Selection()),
    "void for everybody": lambda s, _: VoidSlips(actor=s.admin, organization=s.id, selection=Selection()),
    "tell everybody": lambda s, _: SendActivation(actor=s.admin, organization=s.id, selection=Selection()),
    "issue": lambda s, _: IssueCode(actor=s.admin, sub_account=s.add("dora").sub_account.id),
    "reset": lambda s, subject: ResetPassword(actor=s.admin, sub_account=subject.sub_account),
    "read": lambda s, subject: ReadPerson(actor=s.admin, sub_account=subject.sub_account),
    "read the account": lambda s, _: ReadAccount(actor=s.admin, account=s.account.id),
    "open": lambda s, _: OpenAccount(
        actor=s.admin, organization=s.id, host=s.account.host, name="x", policy=RegistrationPolicy.by_person()
    ),
    "switch": lambda s, _: SwitchPolicy(actor=s.admin, account=s.account.id, policy=RegistrationPolicy.by_person()),
    "preview": lambda s, _: PreviewPolicySwitch(
        actor=s.admin, account=s.account.id, policy=RegistrationPolicy.by_person()
    ),
}
"""What takes a proof, hands one out, or has to do with a person or an account."""


@pytest.mark.parametrize("name", PROVING)
class TestNothingIsProven:
    """While store and ring do not fit, nothing is proven and nothing handed out, whoever it is about."""

    def test_on_an_older_store(self, shop: Shop, name: str) -> None:
        """Given a store from before the last job, everything is refused alike, with both numbers."""
        subject = shop.claimed()
        shop.add("boris")
        command = PROVING[name](shop, subject)
        make_old(shop)
        assert (2, 3) == numbers(unfit(shop, command))

    def test_beside_an_older_ring(self, shop: Shop, name: str) -> None:
        """Given a key ring older than the store, the same."""
        subject = shop.claimed()
        shop.add("boris")
        command = PROVING[name](shop, subject)
        for _ in range(3):
            advanced(shop)
        shop.keys = KeyRing.in_memory(b"k" * 32)
        shop.subs = shop.facade()
        assert (4, 1) == numbers(unfit(shop, command))

    def test_beside_another_ring(self, shop: Shop, name: str) -> None:
        """Given a copy beside the ring of another deployment, it is the ring that is named."""
        subject = shop.claimed()
        shop.add("boris")
        command = PROVING[name](shop, subject)
        shop.keys = KeyRing.in_memory(b"o" * 32)
        shop.subs = shop.facade()
        with pytest.raises(KeyRingFailed) as raised:
            shop.handle(command)
        assert "foreign" == raised.value.problem

    def test_after_the_word(self, shop: Shop, name: str) -> None:
        """Said `restored`, none of it is refused for that any more."""
        subject = shop.claimed()
        shop.add("boris")
        command = PROVING[name](shop, subject)
        make_old(shop)
        shop.handle(Restored(actor=SETUP, organization=shop.id))
        told = None
        try:
            shop.handle(command)
        except Refusal as refusal:
            told = refusal.code
        # Who was signed in is not any more, and the account is open already.
        assert {"change": "not_allowed", "edit itself": "not_allowed", "open": "name_taken"}.get(name) == told


def test_what_an_operator_looks_at(shop: Shop) -> None:
    """Lists, the trail, its sealing and the organization itself can be looked at while nothing is proven."""
    make_old(shop)
    for command in (
        ReadOrganization(actor=SETUP, id=shop.id),
        ListPeople(actor=shop.admin, organization=shop.id),
        ReadAudit(actor=SETUP, organization=shop.id),
        SealAudit(actor=SETUP, organization=shop.id),
    ):
        shop.handle(command)


class TestProcesses:
    """Each ring opened stands for a process: it remembers the file as it last read it."""

    @pytest.fixture
    def rings(self, shop: Shop, tmp_path: Path) -> tuple[KeyRing, KeyRing]:
        """Return the ring of the shop's process, and that of the process the job runs in."""
        shop.keys, job = KeyRing.open(tmp_path / "keys"), KeyRing.open(tmp_path / "keys")
        shop.subs = shop.facade()
        shop.handle(Restored(actor=SETUP, organization=shop.id))
        return shop.keys, job

    def run_job(self, shop: Shop, job: KeyRing) -> None:
        """Run the daily job in its own process."""
        mine, shop.keys = shop.keys, job
        before, shop.subs = shop.subs, shop.facade()
        advanced(shop)
        shop.keys, shop.subs = mine, before

    def test_one_that_is_behind_reads_the_file(self, shop: Shop, rings: tuple[KeyRing, KeyRing]) -> None:
        """Given days of jobs elsewhere, a process that slept through them refuses nobody."""
        mine, job = rings
        subject = shop.claimed()
        for _ in range(3):
            self.run_job(shop, job)
        assert (1, 4) == (mine.generation, job.generation)
        assert shop.handle(Recognize(subject=subject)) is not None
        assert 4 == mine.generation

    def test_one_that_looked_knows_the_backup(self, shop: Shop, rings: tuple[KeyRing, KeyRing]) -> None:
        """A process that ran a command since the last job notices an older backup that is put back under it."""
        _, job = rings
        subject = shop.claimed()
        self.run_job(shop, job)
        backup = dict(shop.repository._records)
        self.run_job(shop, job)
        shop.handle(Recognize(subject=subject))
        shop.repository._records = backup
        assert (2, 3) == numbers(unfit(shop, Recognize(subject=subject)))

    def test_one_that_slept_has_to_be_started_anew(self, shop: Shop, rings: tuple[KeyRing, KeyRing]) -> None:
        """One that ran none takes the backup for the store it knows; started anew it reads the file and notices."""
        mine, job = rings
        subject = shop.claimed()
        self.run_job(shop, job)
        backup = dict(shop.repository._records)
        shop.handle(Recognize(subject=subject))
        self.run_job(shop, job)
        shop.repository._records = backup
        assert 2 == mine.generation
        assert shop.handle(Recognize(subject=subject)) is not None
        mine.reload()
        assert (2, 3) == numbers(unfit(shop, Recognize(subject=subject)))

    def test_a_job_that_slept_lifts_no_backup(self, shop: Shop, rings: tuple[KeyRing, KeyRing]) -> None:
        """Nor does a job in such a process move the backup on: it reads the file first, whatever it remembers."""
        mine, job = rings
        self.run_job(shop, job)
        mine.reload()
        backup = dict(shop.repository._records)
        self.run_job(shop, job)
        shop.repository._records = backup
        assert 2 == mine.generation
        assert (2, 3) == numbers(unfit(shop, AdvanceGeneration(actor=SETUP, organization=shop.id)))

    def test_the_word_of_one_that_slept(self, shop: Shop, rings: tuple[KeyRing, KeyRing]) -> None:
        """`Restored` fits the organization to the ring as the file has it, in whatever process it is said."""
        _, job = rings
        for generation in (2, 3, 4):
            job.advance(to=generation)
        assert 5 == shop.handle(Restored(actor=SETUP, organization=shop.id)).generation

    def test_one_that_is_behind_creates(self, shop: Shop, rings: tuple[KeyRing, KeyRing]) -> None:
        """An organization created by a process that slept fits the ring as the file has it."""
        _, job = rings
        for _ in range(3):
            self.run_job(shop, job)
        created = shop.handle(CreateOrganization(actor=SETUP, id=ELSEWHERE, name="E", ungrouped=Ungrouped.EVERYBODY))
        assert 5 == created.generation

    def test_two_jobs_at_once(self, shop: Shop, rings: tuple[KeyRing, KeyRing]) -> None:
        """However two jobs interleave their two steps, the organization fits, and the ring made one step or two."""
        mine, job = rings
        first = shop.handle(AdvanceGeneration(actor=SETUP, organization=shop.id))
        self.run_job(shop, job)
        second = shop.handle(AdvanceGeneration(actor=SETUP, organization=shop.id))
        mine.advance(to=first)
        assert (2, 3) == (first, second)
        assert 2 == mine.generation
        shop.claimed("anna")
        mine.advance(to=second)
        shop.claimed("boris")
