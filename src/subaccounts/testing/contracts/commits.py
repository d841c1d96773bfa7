"""The contract of the port `Commits`: whole batches, the order of reasons, and tenants that do not meet."""

from __future__ import annotations

from attrs import evolve

from ...domain.audience import Audience
from ...domain.audit import Seal
from ...domain.decision import Batch, Count, Seen
from ...domain.ids import AnyRecordId, OrganizationId
from ...domain.membership import MembershipState
from ...domain.task import Acknowledgment
from ...errors import Conflict, Full, Stale, Taken
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from .appends import AppendsContract
from .contract import clause
from .counts import CountsContract
from .expect import expect_equal, expect_true
from .races import RacesContract
from .snapshot import place, snapshot
from .storage import expect_refused, store, stored
from .unique_keys import UniqueKeysContract
from .versions import VersionsContract

_SEATS = ("seats", "full")


async def furnish(repository: AsyncRepository, *, of: OrganizationId = a.OURS) -> None:
    """Store one of each record with an event, a sealed one, a request and two counters, one of which is full at 5."""
    await store(repository, *a.one_of_each(of=of))
    counts = (Count(name="seats", by=1), Count(name="full", by=5))
    batch = Batch(
        organization=of,
        events=(a.event(1, of=of), a.event(2, of=of)),
        counts=counts,
        tasks=(a.task(1, of=of), a.task(2, of=of)),
        request=a.request(of=of),
    )
    await repository.commit(batch)
    seal = Seal(event=a.event(1).id, position=1, digest="1" * 64)
    await repository.commit(Batch(organization=of, seals=(seal,)))


def everything(*, of: OrganizationId = a.OURS) -> Batch:
    """Return a batch for a furnished organization that does everything a batch can, and succeeds."""
    named = Audience(groups=frozenset({g.group_id(of=of), g.group_id(2, of=of)}))
    changed = (
        evolve(a.sub_account(of=of), version=1, login=a.sub_account(2).login),
        evolve(a.credential(of=of), version=1, password=a.password_hash()),
        g.group(of=of, version=1, name="Partners", allows_external=True),
        g.membership(of=of, version=1, state=MembershipState.LEFT),
        g.resource(of=of, version=1, audience=named),
    )
    new = (
        a.department(2, of=of, under=1),
        a.account(2, of=of),
        *a.person(3, of=of, under=2),
        a.sign_up(2, of=of, under=2),
        g.group(2, of=of),
        g.membership(2, group=2, person=3, of=of),
        g.resource(2, of=of),
        g.participation(2, resource=2, person=3, of=of),
        a.stranger(2, of=of),
    )
    return Batch(
        organization=of,
        puts=(*new, *changed),
        removes=tuple(Seen(id=id_, version=1) for id_ in _gone(of)),
        guards=(Seen(id=of, version=1), Seen(id=a.account_id(of=of), version=1)),
        counts=(Count(name="seats", by=1, at_most=2), Count(name="fresh", by=4)),
        events=(a.event(3, of=of), a.event(4, of=of)),
        seals=(Seal(event=a.event(2).id, position=2, digest="2" * 64),),
        tasks=(a.task(3, of=of),),
        acknowledgments=(Acknowledgment(task=a.task(1).id, fence=0),),
        request=a.request("request-2", of=of),
    )


def _gone(of: OrganizationId) -> tuple[AnyRecordId, ...]:
    """Return what the batch that does everything removes."""
    return a.sign_up_id(of=of), g.participation(of=of).id, a.stranger_id(of=of), a.job_profile_id(of=of)


def reasons(*, of: OrganizationId = a.OURS) -> dict[str, tuple[type[Conflict], Batch]]:
    """Return, for every reason there is, the same batch spoilt by it alone, at its end where storage comes to it last."""
    good = everything(of=of)
    stale_put = evolve(a.chain(of=of), version=7)
    taken = a.sub_account(4, of=of, login="person-3", under=2)
    return {
        "a new record that exists": (Stale, evolve(good, puts=(*good.puts, a.chain(of=of)))),
        "a put of another version": (Stale, evolve(good, puts=(*good.puts, stale_put))),
        "a remove of another version": (Stale, evolve(good, removes=(*good.removes, Seen(id=stale_put.id, version=7)))),
        "a guard that fails": (Stale, evolve(good, guards=(*good.guards, Seen(id=stale_put.id, version=7)))),
        "an event that exists": (Stale, evolve(good, events=(*good.events, a.event(1, of=of)))),
        "a seal of a sealed event": (Stale, evolve(good, seals=(*good.seals, _seal(1)))),
        "a seal of a missing event": (Stale, evolve(good, seals=(*good.seals, _seal(9)))),
        "a task that exists": (Stale, evolve(good, tasks=(*good.tasks, a.task(2, of=of)))),
        "a task that is missing": (Stale, evolve(good, acknowledgments=(*good.acknowledgments, _given_back(9)))),
        "a request id that exists": (Stale, evolve(good, request=a.request(of=of))),
        "a key that is taken": (Taken, evolve(good, puts=(*good.puts, taken))),
        "a count past its limit": (Full, evolve(good, counts=(*good.counts, Count(name="full", by=1, at_most=5)))),
    }


def _given_back(number: int) -> Acknowledgment:
    return Acknowledgment(task=a.task(number).id, fence=0)


def _seal(number: int) -> Seal:
    return Seal(event=a.event(number).id, position=7, digest="7" * 64)


async def _all(repository: AsyncRepository, *, of: OrganizationId = a.OURS) -> object:
    """Return everything that `everything` touches, as it is now."""
    keys = frozenset(key for record in everything(of=of).puts for key in record.keys) | a.sub_account(of=of).keys
    counters, requests = (*_SEATS, "fresh"), ("request-1", "request-2")
    return await snapshot(repository, of=of, counters=counters, requests=requests, keys=keys)


class CommitsContract(VersionsContract, UniqueKeysContract, CountsContract, AppendsContract, RacesContract):
    """Prove the clauses of `Commits`; needs all of `Repository`, because only reads show what a commit did."""

    @clause("C1")
    async def test_c1_a_batch_is_written_whole(self) -> None:
        """After a batch that does everything, everything it said is there."""
        repository = await self.opened()
        await furnish(repository)
        batch = everything()
        await repository.commit(batch)
        found = await _all(repository)
        expect_true(isinstance(found, dict), "there is no snapshot")
        seen: dict[str, object] = dict(found) if isinstance(found, dict) else {}
        for record in batch.puts:
            expect_equal(stored(record), seen.get(place(record.id)), f"the {record.id.kind}")
        held = {key: record.id for record in batch.puts for key in record.keys}
        expect_equal(held, seen["holders"], "who holds the keys")
        left = [seen.get(place(id_)) for id_ in _gone(a.OURS)]
        expect_equal([None, None, None, None], left, "what was removed")
        expect_equal((2, 4, 5), (seen["counter seats"], seen["counter fresh"], seen["counter full"]), "the counters")
        expect_equal(tuple(a.event(number) for number in (1, 2, 3, 4)), seen["events"], "the events")
        expect_equal((a.event(3), a.event(4)), seen["unsealed"], "the unsealed events")
        expect_equal(batch.request, seen["request request-2"], "the request")
        due = await repository.lease(a.OURS, "notices", now=NOON, until=NOON, limit=9)
        expect_equal((a.task(2), a.task(3)), tuple(each.task for each in due), "the tasks")

    @clause("C1")
    async def test_c1_a_refused_batch_leaves_nothing(self) -> None:
        """Whatever a batch is refused for, nothing of it is there, and without the reason it goes through."""
        repository = await self.opened()
        await furnish(repository)
        before = await _all(repository)
        for why, (error, batch) in reasons().items():
            await expect_refused(repository, batch, error, f"a batch with {why}")
            expect_equal(before, await _all(repository), f"what is stored after a batch with {why}")
        await repository.commit(everything())
        expect_true(before != await _all(repository), "the batch without any reason was not written")

    @clause("C1")
    async def test_c1_a_commit_outlives_a_restart(self) -> None:
        """Opened again, the store holds all that was committed, and still judges by it."""
        repository = await self.opened()
        await furnish(repository)
        await repository.commit(everything())
        before = await _all(repository)
        repository = await self.reopened(repository)
        expect_equal(before, await _all(repository), "what is stored after a restart")
        await expect_refused(repository, everything(), Stale, "the same batch again, after the restart")

    @clause("C1")
    async def test_c1_an_empty_batch_changes_nothing(self) -> None:
        """A batch without anything in it succeeds and changes nothing."""
        repository = await self.opened()
        await furnish(repository)
        before = await _all(repository)
        await repository.commit(Batch(organization=a.OURS))
        expect_equal(before, await _all(repository), "what is stored")

    @clause("C11")
    async def test_c11_stale_before_taken_before_full(self) -> None:
        """Of a batch with several reasons the answer is `Stale` if any is stale, then `Taken`, and `Full` last."""
        repository = await self.opened()
        await furnish(repository)
        await store(repository, *a.person(5))  # whose keys none of the batches below lets go
        full = (Count(name="full", by=1, at_most=5),)
        taken = a.sub_account(4, login="person-5")
        both = Batch(organization=a.OURS, puts=(taken,), counts=full)
        error = await expect_refused(repository, both, Taken, "a taken key and a full count")
        expect_equal(taken.keys, error.keys if isinstance(error, Taken) else None, "the taken keys")
        stale = {why: batch for why, (kind, batch) in reasons().items() if kind is Stale}
        for why, batch in stale.items():
            spoilt = evolve(batch, puts=(taken, *batch.puts), counts=(*full, *batch.counts))
            await expect_refused(repository, spoilt, Stale, f"{why}, a taken key and a full count")
            await expect_refused(repository, evolve(batch, counts=full), Stale, f"{why} and a full count")

    @clause("C12")
    async def test_c12_from_another_organization(self) -> None:
        """Two organizations hold the same values side by side; what one does, the other does not notice."""
        repository = await self.opened()
        await furnish(repository)
        await furnish(repository, of=a.THEIRS)
        ours = await _all(repository)
        await repository.commit(everything(of=a.THEIRS))
        expect_equal(ours, await _all(repository), "ours, after a batch of theirs")
        theirs = await _all(repository, of=a.THEIRS)
        for why, (error, batch) in reasons().items():
            await expect_refused(repository, batch, error, f"our batch with {why}")
        await repository.commit(everything())
        expect_equal(theirs, await _all(repository, of=a.THEIRS), "theirs, after batches of ours")
