"""The contract of a crowd: C13, C7 and Q4, where everybody has opened the repository for himself."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any, ClassVar, Final

from ...commands.accounts import OpenAccount
from ...commands.adding import AddPeople
from ...commands.organizations import CreateOrganization
from ...domain.account import AccountState, HostAccount
from ...domain.actor import HostUser, System
from ...domain.audience import Ungrouped
from ...domain.decision import Batch
from ...domain.policy import RegistrationPolicy
from ...ports.twins import AsyncRepository
from .. import builders as a
from ..contracts.contract import clause
from ..contracts.expect import expect_equal
from ..contracts.storage import StorageContract, store
from ..hashers import CheapHasher
from . import races
from .crowd import in_processes, in_threads
from .races import Race, Racer

BOSS: Final = HostUser.administrator("boss", of=a.OURS)
ADDED: Final = 500
"""Logins pasted at once."""


class CrowdContract(StorageContract):
    """Prove that a crowd does not break C7, C13 and Q4; needs the whole `Repository`.

    `open` answers an empty repository and `opener` how somebody else opens what it is on. `crowd` racers run at once
    and `rounds` is how often they collide in a test; `claims` is how many logins they claim by their codes.
    """

    crowd: ClassVar[int] = 8
    rounds: ClassVar[int] = 20
    claims: ClassVar[int] = 24

    def opener(self) -> Callable[[], object]:
        """Return what opens a repository on the data of the one that `open` answered; it is pickled for processes."""
        raise unittest.SkipTest(f"{type(self).__name__} does not say in `opener` how others open its repository")

    @clause("C13")
    async def test_c13_one_version_among_threads(self) -> None:
        """Of threads that put one version of a record one succeeds, and the others are `Stale`."""
        await self._one_version(in_threads)

    @clause("C13")
    async def test_c13_one_version_among_processes(self) -> None:
        """Of processes that put one version of a record one succeeds, and the others are `Stale`."""
        await self._one_version(in_processes)

    @clause("C13")
    async def test_c13_one_login_among_threads(self) -> None:
        """Of people whom threads add under one login one is there, and the others hear `Taken`."""
        await self._one_login(in_threads)

    @clause("C13")
    async def test_c13_one_login_among_processes(self) -> None:
        """Of people whom processes add under one login one is there, and the others hear `Taken`."""
        await self._one_login(in_processes)

    @clause("C13")
    async def test_c13_guards_among_threads(self) -> None:
        """Of two accounts that threads close only while the other is open one is closed."""
        await self._guards(in_threads)

    @clause("C13")
    async def test_c13_guards_among_processes(self) -> None:
        """Of two accounts that processes close only while the other is open one is closed."""
        await self._guards(in_processes)

    @clause("C7")
    async def test_c7_seats_among_threads(self) -> None:
        """Seats that threads take never pass their limit and are never lost; who finds none hears `Full`."""
        await self._counts(in_threads)

    @clause("C7")
    async def test_c7_seats_among_processes(self) -> None:
        """Seats that processes take never pass their limit and are never lost; who finds none hears `Full`."""
        await self._counts(in_processes)

    @clause("Q4")
    async def test_q4_workers_in_threads(self) -> None:
        """Workers in threads have each task once, under its first fence, and leave none."""
        await self._leases(in_threads)

    @clause("Q4")
    async def test_q4_workers_in_processes(self) -> None:
        """Workers in processes have each task once, under its first fence, and leave none."""
        await self._leases(in_processes)

    @clause("C13")
    async def test_c13_one_claim_among_threads(self) -> None:
        """Of threads that claim a login with its code one is let in, and its password is what is stored."""
        await self._claims(in_threads)

    @clause("C13")
    async def test_c13_one_claim_among_processes(self) -> None:
        """Of processes that claim a login with its code one is let in, and its password is what is stored."""
        await self._claims(in_processes)

    def _racers(self) -> list[Racer]:
        common: dict[str, Any] = {"color": self.color, "crowd": self.crowd, "rounds": self.rounds}
        opener = self.opener()
        return [Racer(opener=opener, number=number, **common) for number in range(self.crowd)]

    def _race(self, run: Callable[..., list[Any]], race: Race) -> list[Any]:
        answers: list[Any] = run(race, self._racers())
        return answers

    async def _one_version(self, run: Callable[..., list[Any]]) -> None:
        repository = await self.opened()
        await store(repository, a.organization())
        told = self._race(run, races.one_version)
        expected = [["done", *["stale"] * (self.crowd - 1)]] * self.rounds
        expect_equal(expected, [sorted(answers) for answers in zip(*told, strict=True)], "what they heard, by round")
        found = await repository.organization(a.OURS)
        expect_equal(self.rounds + 1, found.version if found else None, "the version after the race")

    async def _one_login(self, run: Callable[..., list[Any]]) -> None:
        repository = await self.opened()
        await store(repository, a.organization(), a.account())
        told = self._race(run, races.one_login)
        expected = [["done", *["taken"] * (self.crowd - 1)]] * self.rounds
        expect_equal(expected, [sorted(answers) for answers in zip(*told, strict=True)], "what they heard, by round")

    async def _guards(self, run: Callable[..., list[Any]]) -> None:
        repository = await self.opened()
        racer = self._racers()[0]
        pairs = racer.turns * racer.couples
        await store(repository, a.organization(), *(a.account(number) for number in range(1, 2 * pairs + 1)))
        closed = sorted(pair for mine in self._race(run, races.guards) for pair in mine)
        expect_equal(list(range(pairs)), closed, "the pairs of which one was closed")
        page = await repository.accounts_page(a.OURS, after=None, limit=2 * pairs)
        expect_equal(pairs, sum(each.state is AccountState.CLOSED for each in page), "accounts that are closed")

    async def _counts(self, run: Callable[..., list[Any]]) -> None:
        repository = await self.opened()
        await store(repository, a.organization())
        told = [answer for answers in self._race(run, races.counts) for answer in answers]
        seats, wanted = races.seats(self.rounds), self.crowd * self.rounds
        heard = {word: told.count(word) for word in set(told)}
        expect_equal({"done": seats, "full": wanted - seats}, heard, "what they heard")
        expect_equal(seats, await repository.counter(a.OURS, races.SEATS), "the counter after the race")

    async def _leases(self, run: Callable[..., list[Any]]) -> None:
        repository = await self.opened()
        await store(repository, a.organization())
        tasks = tuple(a.task(number, queue=races.QUEUE) for number in range(1, 6 * self.rounds + 1))
        await repository.commit(Batch(organization=a.OURS, tasks=tasks))
        held = [each for worker in self._race(run, races.leases) for each in worker]
        expect_equal([(task.id, 1) for task in tasks], sorted(map(tuple, held)), "what the workers hold")

    async def _claims(self, run: Callable[..., list[Any]]) -> None:
        repository = await self.opened()
        account, people, work = await self._waiting(repository)
        told = self._race(run, races.Claims(account, tuple(work)))
        winners = [[racer for racer in range(self.crowd) if told[racer][n]] for n in range(self.claims)]
        expect_equal([1] * self.claims, [len(each) for each in winners], "how many were let in, by login")
        hasher = CheapHasher()
        for who, (racer,) in zip(people, winners, strict=True):
            known = await repository.person(who)
            stored = known.credential.password if known else None
            expect_equal(hasher.hash(races.password_of(racer)), stored, "the password that is stored")

    async def _waiting(self, repository: AsyncRepository) -> tuple[Any, list[Any], list[tuple[str, str]]]:
        """Make an account with as many people as are to be claimed; return it, their ids, and logins with codes."""
        subs = races.facade(getattr(repository, "port"), self.color)  # noqa: B009 - of the bridge, not of the port

        async def done(command: Any) -> Any:
            answer = subs.handle(command)
            return await answer if self.color == "async" else answer

        await done(
            CreateOrganization(actor=System(name="setup"), id=a.OURS, name="Acme", ungrouped=Ungrouped.EVERYBODY)
        )
        crm, policy = HostAccount(system="crm", id="shop-1"), RegistrationPolicy.by_person()
        opening = OpenAccount(actor=BOSS, organization=a.OURS, host=crm, name="Shop 1", policy=policy)
        account = (await done(opening)).id
        people: list[Any] = []
        work: list[tuple[str, str]] = []
        for start in range(0, self.claims, ADDED):
            logins = "\n".join(f"person-{n}" for n in range(start, min(start + ADDED, self.claims)))
            for line in await done(AddPeople.pasted(logins, actor=BOSS, account=account)):
                people.append(line.sub_account.id)
                work.append((line.typed, line.code.code.reveal()))
        return account, people, work
