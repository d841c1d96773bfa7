"""The job that tells of memberships and invitations whose window has ended: each once, in chunks, and by one worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts import (
    AcceptInvitation,
    ArchivePerson,
    DeclineInvitation,
    DeletePerson,
    ExpireMemberships,
    LeaveGroup,
    OrganizationId,
    RemoveMembers,
    RetireGroup,
    SubAccountId,
    Window,
)
from subaccounts.commands import endings
from subaccounts.domain.decision import Batch
from subaccounts.domain.ending import ENDINGS
from subaccounts.domain.group_events import MembershipExpired
from subaccounts.domain.task import Task
from subaccounts.errors import NotAllowed, NotFound, Stale, WrongState
from tests.commands.members import Company
from tests.commands.shop import SETUP

WEEK: Final = timedelta(days=7)


class Deadline(Company):
    """Be a company whose partners come for a week."""

    @property
    def week(self) -> Window:
        """Return a week from now."""
        return Window(until=self.clock() + WEEK)

    def expire(self) -> int:
        """Run the job."""
        return self.handle(ExpireMemberships(actor=SETUP, organization=self.id))

    def ends(self) -> list[SubAccountId]:
        """Return whose memberships the trail says to have ended, in its order."""
        told = [each for each in self.events() if isinstance(each.happening, MembershipExpired)]
        return [each.sub_account for each in told if each.sub_account is not None]

    def use(self, repository: Any) -> None:
        """Be served by a repository from now on."""
        self.repository = repository
        self.subs = self.facade()

    def between(self, meddle: Callable[[], object], *, times: int = 1) -> None:
        """Have something done whenever the job is about to tell."""
        self.use(Meddled(self.repository, meddle, times=times))


@pytest.fixture
def company() -> Deadline:
    """Open the company."""
    return Deadline()


def test_what_waits(company: Deadline) -> None:
    """Given a window with an end, when somebody is put into the group, then its end waits, until just then; without, none."""
    who = company.employee().sub_account
    company.join(who)
    assert () == company.waiting(ENDINGS)
    company.join(who, window=company.week)
    assert [company.clock() + WEEK] == [each.task.due for each in company.waiting(ENDINGS)]


@pytest.mark.parametrize("what", ["removed", "left", "another window", "no end", "declined"])
def test_overtaken(company: Deadline, what: str) -> None:
    """Given an end that waits, when something becomes of the membership before, then that end is not told."""
    subject = company.outsider()
    who = subject.sub_account
    company.invite(who, window=company.week)
    if what != "declined":
        company.accept(subject)
    later = Window(until=company.clock() + 2 * WEEK)
    ways: dict[str, Callable[[], object]] = {
        "removed": lambda: company.remove(who),
        "left": lambda: company.handle(LeaveGroup(subject=subject, group=company.partners)),
        "another window": lambda: company.join(who, window=later),
        "no end": lambda: company.join(who),
        "declined": lambda: company.handle(DeclineInvitation(subject=subject, group=company.partners)),
    }
    ways[what]()
    company.clock.advance(WEEK)
    assert (0, []) == (company.expire(), company.ends())
    company.clock.advance(WEEK)
    assert int(what == "another window") == company.expire()
    assert () == company.waiting(ENDINGS)


def test_once_for_each_time(company: Deadline) -> None:
    """Given a membership that ended, when it is given again with an end, then that end is told too; and never one twice."""
    who = company.employee().sub_account
    for times in (1, 2):
        company.join(who, window=company.week)
        company.clock.advance(WEEK)
        assert [1, 0] == [company.expire(), company.expire()]
        assert times == len(company.ends())


def test_the_same_end_given_twice(company: Deadline) -> None:
    """Given a window that is taken back and given again, when it ends, then it is told once, of what is there."""
    who, week = company.employee().sub_account, company.week
    company.join(who, window=week)
    company.remove(who)
    company.join(who, window=week)
    company.clock.advance(WEEK)
    assert (1, [who], ()) == (company.expire(), company.ends(), company.waiting(ENDINGS))


def test_an_acceptance_carries_the_end_on(company: Deadline) -> None:
    """Given an invitation with an end, when it is accepted, then the membership ends just then, told once and as accepted."""
    subject = company.outsider()
    week = company.week
    company.invite(subject.sub_account, window=week)
    company.accept(subject)
    company.clock.advance(WEEK)
    moment = len(company.events())
    assert 1 == company.expire()
    assert [MembershipExpired(group=company.partners, window=week, accepted=True)] == company.since(moment)


def test_whoever_looks_a_moment_later(company: Deadline) -> None:
    """Given an end that nobody told of yet, when the membership is asked for, then it is over all the same."""
    who = company.employee().sub_account
    company.join(who, window=company.week)
    company.clock.advance(WEEK)
    assert (True, frozenset()) == (company.mine(who).over, company.viewer(who).groups)


@pytest.mark.parametrize(("change", "told"), [(ArchivePerson, 1), (DeletePerson, 0)])
def test_people_who_are_gone(company: Deadline, change: Any, told: int) -> None:
    """Given a member that is archived or deleted, when its window ends, then it is told of who can come back."""
    who = company.employee().sub_account
    company.join(who, window=company.week)
    company.handle(change(actor=company.admin, sub_account=who))
    company.clock.advance(WEEK)
    assert (told, ()) == (company.expire(), company.waiting(ENDINGS))


def test_a_group_that_was_retired(company: Deadline) -> None:
    """Given a group that was closed, when the window of a membership ends, then it is told: the trail has every end."""
    who = company.employee().sub_account
    company.join(who, window=company.week)
    company.handle(RetireGroup(actor=company.admin, group=company.partners))
    company.clock.advance(WEEK)
    assert (1, [who]) == (company.expire(), company.ends())


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_in_chunks(company: Deadline, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    """Given more ends than one commit holds, when the job runs, then all are told of, those due longest first."""
    monkeypatch.setattr(endings, "CHUNK", chunk)
    people = [company.employee(f"emp{number}").sub_account for number in range(5)]
    for days, who in enumerate(people):
        company.join(who, window=Window(until=company.clock() + WEEK - timedelta(hours=days)))
    company.clock.advance(WEEK)
    assert (5, people[::-1]) == (company.expire(), company.ends())


def test_what_another_release_wrote(company: Deadline) -> None:
    """Given a task that this release cannot read, when the job runs, then the others are told of, and it is left for later."""
    who = company.employee().sub_account
    company.join(who, window=company.week)
    strange = Task(organization=company.id, queue=ENDINGS, id="strange", due=company.clock(), body='{"later": true}')
    company.repository.commit(Batch(organization=company.id, tasks=(strange,)))
    company.clock.advance(WEEK)
    assert (1, [who]) == (company.expire(), company.ends())
    assert [(company.clock() + endings.HELD, "strange")] == [
        (each.task.due, each.task.id) for each in company.waiting(ENDINGS)
    ]


class Meddled:
    """Be a repository under which something is done whenever a worker is about to tell, for so many times."""

    def __init__(self, inner: Any, meddle: Callable[[], object], *, times: int = 1) -> None:
        self._inner, self._meddle, self._left = inner, meddle, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def commit(self, batch: Batch, /) -> None:
        """Commit, after what is done before."""
        if self._left and batch.acknowledgments:
            self._left -= 1
            self._meddle()
        self._inner.commit(batch)


def _raise_stale() -> None:
    raise Stale


@pytest.mark.parametrize("times", [1, 7, 8])
def test_who_is_in_the_way(company: Deadline, times: int) -> None:
    """Given others who change what is about to be told of, when the job meets them again and again, then it decides anew, up to
    eight times, and what is left then is told of after five minutes."""
    who, repository = company.employee().sub_account, company.repository
    company.join(who, window=company.week)
    company.clock.advance(WEEK)
    company.between(_raise_stale, times=times)
    told = company.expire()
    assert (int(times < 8), len(company.ends())) == (told, told)
    company.use(repository)
    assert 0 == company.expire()
    company.clock.advance(endings.HELD)
    assert (1 - told, [who]) == (company.expire(), company.ends())


def test_who_is_taken_out_meanwhile(company: Deadline) -> None:
    """Given two members whose window has ended, when one is taken out just before that is told, then only the other is told of."""
    people = [company.employee(login).sub_account for login in ("one", "two")]
    company.join(*people, window=company.week)
    company.clock.advance(WEEK)
    other = company.facade()
    removing = RemoveMembers(actor=company.admin, group=company.partners, people=(people[0],))
    company.between(lambda: other.handle(removing))
    assert (1, [people[1]], ()) == (company.expire(), company.ends(), company.waiting(ENDINGS))


def test_one_worker_at_a_time(company: Deadline) -> None:
    """Given a worker that died with what it had taken, when another runs, then it has nothing to do for five minutes, and
    then tells of it."""
    who = company.employee().sub_account
    company.join(who, window=company.week)
    company.clock.advance(WEEK)
    now = company.clock()
    company.repository.lease(company.id, ENDINGS, now=now, until=now + endings.HELD, limit=100)
    company.clock.advance(endings.HELD - timedelta.resolution)
    assert 0 == company.expire()
    company.clock.advance(timedelta.resolution)
    assert (1, [who]) == (company.expire(), company.ends())


def test_who_may(company: Deadline) -> None:
    """Refusal: an administrator runs no jobs, and of an organization that does not exist nothing is told."""
    asking = ExpireMemberships(actor=company.admin, organization=company.id)
    assert isinstance(company.refused(asking), NotAllowed)
    nowhere = evolve(asking, actor=SETUP, organization=OrganizationId(value="nowhere"))
    assert isinstance(company.refused(nowhere), NotFound)


def test_an_end_that_is_over_is_not_accepted(company: Deadline) -> None:
    """Refusal: told or not, an invitation that is over is accepted by nobody, and its end is told once."""
    subject = company.outsider()
    company.invite(subject.sub_account, window=company.week)
    company.clock.advance(WEEK)
    company.expire()
    refusal = company.refused(AcceptInvitation(subject=subject, group=company.partners))
    assert isinstance(refusal, WrongState)
    assert (0, "over") == (company.expire(), refusal.state)
