"""`kill -9`, and a port that fails, at every step between the commit of a change, the lease, the beginning of a link's life,
the sending and the acknowledgment: nobody is lost, nobody is told of what was not committed, and every repeat carries the
same id and link.

What was sent is read from the provider's own file, what was committed from the SQLite file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from subaccounts import DeliverNotices, KeyRing, ListDeadLetters, OrganizationId, Secret, State, SubAccount, SubAccounts
from subaccounts.domain import link
from subaccounts.domain.activation_events import NoticeCancelled, NoticeDelivered, NoticeGivenUp
from subaccounts.domain.decision import Batch
from subaccounts.domain.notice import NOTICES
from subaccounts.domain.proof import Form, Purpose
from subaccounts.domain.queries import EventQuery, PeopleQuery
from subaccounts.domain.task import Leased
from subaccounts.errors import SubAccountsError
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing.faults import AFTER, BEFORE, Fault, Faulty, When, in_child
from tests.faults import failures
from tests.faults.files import copied, sound
from tests.faults.mail import (
    BOSS,
    GONE,
    LATER,
    ORGANIZATION,
    SECRET,
    TAKEN,
    WORKER,
    Naive,
    Outbox,
    commands,
    plain,
    prepare,
    whole_run,
)
from tests.faults.naive import Around


def people(repository: SQLiteRepository) -> dict[str, SubAccount]:
    """Return who was committed, by login."""
    query = PeopleQuery(organization=ORGANIZATION, states=frozenset(State), limit=100)
    return {person.login.text: person for person in repository.people_page(query)}


def opened(repository: SQLiteRepository, person: SubAccount, proof: str) -> bool:
    """Tell whether a link is the one that is out for a person."""
    found = repository.person(person.id)
    assert found is not None
    code = found.credential.code
    assert code is not None
    digest = KeyRing.in_memory(SECRET).derive(
        purpose=link.purpose_of(Purpose.CLAIM, Form.LINK),
        parts=link.parts(ORGANIZATION, person.id.value, code.id),
        key=code.key,
    )
    return link.is_link(link.parse(Secret(proof)), digest)


def finish(path: Path, outbox: Outbox, naive: Naive | None = None) -> SubAccounts:
    """Do what a host does after a crash: repeat its changes, and let workers run until nothing is due."""
    subs = plain(path, outbox, run=2, naive=naive)
    repository: Any = subs._repository
    (account,) = repository.accounts_page(ORGANIZATION, after=None, limit=1)
    adding, archiving, delivering = commands(account.id)
    lines = subs.handle(adding)
    assert lines[-1].sub_account is not None
    subs.handle(archiving(lines[-1].sub_account.id))
    subs.handle(delivering)
    for run in (3, 4):
        plain(path, outbox, run=run, naive=naive).handle(DeliverNotices(actor=WORKER))
    return subs


def told(path: Path, outbox: Outbox) -> list[str]:
    """Say what is wrong once everything was finished."""
    problems = []
    repository = SQLiteRepository(path)
    events = [e.happening for e in repository.events_page(EventQuery(organization=ORGANIZATION, limit=1000))]
    delivered = [what.notice for what in events if isinstance(what, NoticeDelivered)]
    ended = (len(delivered), *(sum(isinstance(what, of) for what in events) for of in (NoticeCancelled, NoticeGivenUp)))
    known = people(repository)
    if ended != (2, 1, 1) or len(set(delivered)) != 2:
        problems.append(f"delivered, cancelled and given up: {ended}")
    if set(outbox.sent) != {TAKEN, LATER}:
        problems.append(f"told: {sorted(outbox.sent)}")
    if len({(line["login"], line["id"], line["proof"]) for line in outbox.lines}) != 2:
        problems.append("a repeat carried another id or link")
    if not all(opened(repository, known[line["login"]], line["proof"]) for line in outbox.lines):
        problems.append("a link opens nothing")
    if {line["id"] for line in outbox.lines} != set(delivered):
        problems.append("something was sent that is not called delivered")
    if repository.tasks_page(ORGANIZATION, NOTICES, after=None, limit=10):
        problems.append("something still waits")
    repository.close()
    return problems


class Undisturbed:
    """Hold a run that was prepared, which calls it makes in a color, and what has to come of it, whatever strikes it."""

    def __init__(self, folder: Path, color: str) -> None:
        self.color, self._folder, self._runs = color, folder, 0
        self._prepared = folder / "prepared.db"
        self.path, counted = folder / "struck.db", self._outbox()
        prepare(self._prepared, counted)
        whole = copied(self._prepared, folder / "whole.db")
        calls = in_child(lambda: whole_run(whole, counted, Faulty(), color=color)).answer
        assert calls is not None
        for wanted in ("repository.commit", "repository.lease", "notifier.send", "keys.derive", "texts.page"):
            assert wanted in calls
        self.calls, self.outbox = calls, counted

    def _outbox(self) -> Outbox:
        self._runs += 1
        outbox = Outbox(self._folder / str(self._runs))
        outbox.folder.mkdir()
        return outbox

    def ready(self) -> None:
        """Put back what was prepared, with a provider that was sent nothing."""
        copied(self._prepared, self.path)
        self.outbox = self._outbox()

    def runs(self, fault: Fault) -> None:
        """Do all of it, and let the fault strike."""
        whole_run(self.path, self.outbox, Faulty(fault), color=self.color)

    def check(self, fault: Fault) -> bool:
        """Assert that everybody is told once the host has gone on, at least once and always the same; tell whether twice."""
        where = f"{fault}, {self.calls[fault.call - 1]}"
        with SQLiteRepository(self.path) as repository:
            known = people(repository)
        assert set(self.outbox.sent) <= set(known) - {GONE}, f"{where}: somebody was told of what was not committed"
        assert sound(self.path), where
        subs = finish(self.path, self.outbox)
        assert [] == told(self.path, self.outbox), where
        letters = subs.handle(ListDeadLetters(actor=BOSS, organization=ORGANIZATION))
        assert ["n***@shop.example"] == [letter.to for letter in letters], where
        subs._repository.close()  # type: ignore[attr-defined]  # a SQLite repository
        return max(self.outbox.sent.values()) > 1


@pytest.fixture(params=["plain", "async"])
def undisturbed(request: pytest.FixtureRequest, tmp_path: Path) -> Undisturbed:
    """Prepare a run in each color."""
    return Undisturbed(tmp_path, request.param)


def test_killed_at_every_step(undisturbed: Undisturbed, record_property: Callable[[str, object], None]) -> None:
    """Killed at any call, before or after it: after a restart everybody is told, at least once and always the same."""
    calls, repeated = len(undisturbed.calls), 0
    for fault in Fault.at_every_call(calls):
        undisturbed.ready()
        assert in_child(lambda: undisturbed.runs(fault)).killed, fault  # noqa: B023 - called at once
        repeated += undisturbed.check(fault)
    record_property(f"killed while telling, {undisturbed.color}", (1, 2 * calls))
    assert 0 < repeated < calls  # only who died between the sending and its acknowledgment sends again


def test_failed_at_every_step(undisturbed: Undisturbed, record_property: Callable[[str, object], None]) -> None:
    """Whichever port fails, before or after its work: it is raised, or the message it failed for is put off, and the next
    runs tell everybody, at least once and always the same.
    """
    put_off = set[str]()
    for fault in failures.at_every_call(len(undisturbed.calls)):
        undisturbed.ready()
        try:
            undisturbed.runs(fault)
        except SubAccountsError as error:
            assert error is fault.what, fault  # noqa: PT017 - some are put off instead, and which is said below
        else:
            put_off.add(undisturbed.calls[fault.call - 1])
        undisturbed.check(fault)
    record_property(f"failed while telling, {undisturbed.color}", (1, 2 * len(undisturbed.calls)))
    assert {"keys.derive", "texts.page", "notifier.send"} == put_off  # what a message is made and sent with


class AcknowledgesFirst(Around):
    """Take what is due out of the queue as it is taken, as a queue does that delivers at most once."""

    def lease(self, organization: OrganizationId, queue: str, /, **named: Any) -> tuple[Leased, ...]:
        leased: tuple[Leased, ...] = self.inner.lease(organization, queue, **named)
        if leased:
            self.inner.commit(Batch(organization=organization, acknowledgments=tuple(each.done() for each in leased)))
        return leased

    def commit(self, batch: Batch, /) -> None:
        self.inner.commit(evolve(batch, acknowledgments=()))


class MakesThemUp(Around):
    """Make another link each time, as whoever draws it by lot and does not store it."""

    def derive(self, **named: Any) -> bytes:
        return os.urandom(32)


class ForgetsToAcknowledge(Around):
    """Leave what was sent in the queue."""

    def commit(self, batch: Batch, /) -> None:
        self.inner.commit(evolve(batch, acknowledgments=()))


@pytest.mark.parametrize(
    ("naive", "when", "problem"),
    [
        ({"repository": AcknowledgesFirst}, BEFORE, "told: "),
        ({"keys": MakesThemUp}, AFTER, "a repeat carried another id or link"),
        ({"repository": ForgetsToAcknowledge}, AFTER, "something still waits"),
    ],
    ids=["at most once", "random links", "never acknowledged"],
)
def test_the_naive_way_is_found(naive: Naive, when: When, problem: str, tmp_path: Path) -> None:
    """Killed at the first message, what loses one, or repeats it in other words, or without end, is told."""
    path, counted = tmp_path / "prepared.db", Outbox(tmp_path / "counted")
    counted.folder.mkdir()
    prepare(path, counted)
    calls = in_child(lambda: whole_run(copied(path, tmp_path / "whole.db"), counted, Faulty(), naive=naive)).answer
    assert calls is not None
    fault = Fault(call=calls.index("notifier.send") + 1, when=when)
    outbox = Outbox(tmp_path / "killed")
    outbox.folder.mkdir()
    assert in_child(lambda: whole_run(path, outbox, Faulty(fault), naive=naive)).killed
    finish(path, outbox, naive)
    assert [] != [each for each in told(path, outbox) if each.startswith(problem)]
