"""The contract of C2 to C4: puts, removes and guards carry the version they were decided on."""

from __future__ import annotations

from typing import assert_never

from attrs import evolve

from ...domain.account import Account
from ...domain.audit import AuditChain
from ...domain.catalog import CatalogEntry
from ...domain.credential import Credential, Stranger
from ...domain.decision import Batch, Record, Seen
from ...domain.group import Group
from ...domain.membership import Membership, MembershipState
from ...domain.organization import Organization
from ...domain.participation import Participation
from ...domain.resource import Resource
from ...domain.sign_up import SignUp
from ...domain.sub_account import SubAccount
from ...errors import Stale
from .. import builders as a
from ..clock import NOON
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, expect_refused, read_back, store, stored


def changed(record: Record, /) -> Record:
    """Return the same record, at the same version, with another value in it; a participation has none but what it is of."""
    match record:
        case Organization() | Account() | CatalogEntry() | Group() | Resource():
            return evolve(record, name="Changed")
        case SubAccount():
            return evolve(record, epoch=record.epoch + 1)
        case Credential():
            return evolve(record, password=a.password_hash())
        case Stranger():
            return evolve(record, attempts=record.attempts.failed("till-9", now=NOON))
        case SignUp():
            return evolve(record, sent=record.sent + 1)
        case Membership():
            return evolve(record, state=MembershipState.LEFT)
        case Participation():
            return record
        case AuditChain():
            return evolve(record, position=9)
        case _:
            assert_never(record)


def put(*records: Record) -> Batch:
    """Return a batch of ours that puts these."""
    return Batch(organization=a.OURS, puts=records)


def guarded(record: Record, *guards: Seen) -> Batch:
    """Return a batch of ours that puts a record under guards."""
    return Batch(organization=a.OURS, puts=(record,), guards=guards)


class VersionsContract(StorageContract):
    """Prove clauses C2 to C4; needs the reads of `Repository` to see what a commit did."""

    @clause("C2")
    async def test_c2_a_new_record_that_exists_is_stale(self) -> None:
        """A put of version 0 is `Stale` when the id is there already, for every kind of record, and changes nothing."""
        repository = await self.opened()
        await store(repository, *a.one_of_each())
        for record in a.one_of_each():
            about = f"a second new {record.id.kind} of the same id"
            await expect_refused(repository, put(changed(record)), Stale, about)
            expect_equal(stored(record), await read_back(repository, record.id), f"the {record.id.kind} after {about}")

    @clause("C2")
    async def test_c2_a_removed_record_can_be_new_again(self) -> None:
        """After its removal an id does not exist, so that a record of version 0 is taken."""
        repository = await self.opened()
        await store(repository, a.organization(), a.stranger())
        gone = Seen(id=a.stranger_id(), version=1)
        await repository.commit(Batch(organization=a.OURS, removes=(gone,)))
        await store(repository, a.stranger())
        expect_equal(stored(a.stranger()), await read_back(repository, a.stranger_id()), "the stranger")

    @clause("C3")
    async def test_c3_a_put_leaves_the_next_version(self) -> None:
        """A put of the version that is stored replaces the record and leaves version + 1, for every kind of record."""
        repository = await self.opened()
        await store(repository, *a.one_of_each())
        for record in a.one_of_each():
            for version in (1, 2, 3):
                now = evolve(changed(record) if version % 2 else record, version=version)
                await repository.commit(put(now))
                found = await read_back(repository, record.id)
                expect_equal(evolve(now, version=version + 1), found, f"the {record.id.kind} after put {version + 1}")

    @clause("C3")
    async def test_c3_a_put_of_another_version_is_stale(self) -> None:
        """A put of an earlier or later version is `Stale`, for every kind of record, and changes nothing."""
        repository = await self.opened()
        await store(repository, *a.one_of_each())
        await store(repository, *(evolve(record, version=1) for record in a.one_of_each()))
        for record in a.one_of_each():
            for version in (1, 3, 99):
                batch = put(evolve(changed(record), version=version))
                await expect_refused(repository, batch, Stale, f"{record.id.kind} of version 2, put as {version}")
            found = await read_back(repository, record.id)
            expect_equal(evolve(record, version=2), found, f"the {record.id.kind} after stale puts")

    @clause("C3")
    async def test_c3_a_put_of_nothing_is_stale(self) -> None:
        """A put with a version is `Stale` when there is no such record, for every kind of record."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account(), a.sub_account())
        for record in a.one_of_each():
            if isinstance(record, Organization | Account | SubAccount):
                continue
            batch = put(evolve(record, version=1))
            await expect_refused(repository, batch, Stale, f"a {record.id.kind} of version 1 that does not exist")
            expect_equal(None, await read_back(repository, record.id), f"the {record.id.kind}")

    @clause("C3")
    async def test_c3_a_remove_takes_away(self) -> None:
        """A remove of the version that is stored takes the record away, for every kind of record."""
        repository = await self.opened()
        await store(repository, *a.one_of_each())
        removes = tuple(Seen(id=record.id, version=1) for record in reversed(a.one_of_each()))
        await repository.commit(Batch(organization=a.OURS, removes=removes))
        for record in a.one_of_each():
            expect_equal(None, await read_back(repository, record.id), f"the {record.id.kind} after its removal")

    @clause("C3")
    async def test_c3_a_remove_of_another_version_is_stale(self) -> None:
        """A remove of another version, or of nothing, is `Stale`, for every kind of record, and changes nothing."""
        repository = await self.opened()
        await store(repository, *a.one_of_each())
        await store(repository, *(evolve(record, version=1) for record in a.one_of_each()))
        for record in reversed(a.one_of_each()):
            for version in (1, 3):
                batch = Batch(organization=a.OURS, removes=(Seen(id=record.id, version=version),))
                await expect_refused(repository, batch, Stale, f"{record.id.kind} of version 2, removed as {version}")
            found = await read_back(repository, record.id)
            expect_equal(evolve(record, version=2), found, f"the {record.id.kind} after stale removes")
        nothing = Batch(organization=a.OURS, removes=(Seen(id=a.stranger_id(4), version=1),))
        await expect_refused(repository, nothing, Stale, "a remove of a stranger that does not exist")

    @clause("C4")
    async def test_c4_a_guard_that_holds(self) -> None:
        """A guard of the version that is stored lets the batch through and does not touch its record."""
        repository = await self.opened()
        await store(repository, *a.one_of_each())
        for number, record in enumerate(a.one_of_each(), start=10):
            stranger = a.stranger(number)
            await repository.commit(guarded(stranger, Seen(id=record.id, version=1)))
            expect_equal(stored(stranger), await read_back(repository, stranger.id), "what was put under a guard")
            expect_equal(stored(record), await read_back(repository, record.id), f"the guarded {record.id.kind}")

    @clause("C4")
    async def test_c4_a_guard_that_does_not_hold(self) -> None:
        """A guard of an earlier or later version, or of nothing, is `Stale`, for every kind, and nothing is written."""
        repository = await self.opened()
        await store(repository, *a.one_of_each())
        await store(repository, *(evolve(record, version=1) for record in a.one_of_each()))
        fine = Seen(id=a.OURS, version=2)
        wrong = [Seen(id=record.id, version=version) for record in a.one_of_each() for version in (0, 1, 3)]
        missing = [Seen(id=id_, version=1) for id_ in (a.account_id(4), a.department_id(4), a.stranger_id(4))]
        for guard in (*wrong, *missing):
            batch = guarded(a.stranger(3), fine, guard)
            await expect_refused(repository, batch, Stale, f"a guard of {guard.id.kind} at version {guard.version}")
            expect_equal(None, await read_back(repository, a.stranger_id(3)), "what was put under a guard that failed")

    @clause("C4")
    async def test_c4_a_guard_that_nothing_is_there(self) -> None:
        """A guard of version 0 holds while there is no such record: 0 means never stored."""
        repository = await self.opened()
        await store(repository, a.organization())
        await repository.commit(guarded(a.stranger(1), Seen(id=a.stranger_id(2), version=0)))
        expect_equal(
            stored(a.stranger(1)), await read_back(repository, a.stranger_id(1)), "what was put under the guard"
        )

    @clause("C4")
    async def test_c4_guards_hold_in_a_batch_without_puts(self) -> None:
        """A guard is judged whatever else the batch has: an event alone under a failed guard is not written."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account())
        batch = Batch(organization=a.OURS, events=(a.event(),), guards=(Seen(id=a.account_id(), version=2),))
        await expect_refused(repository, batch, Stale, "an event under a guard that fails")
        expect_equal((), await repository.unsealed_events(a.OURS, limit=9), "the events")
