"""The contract of the port `SignUps`."""

from __future__ import annotations

from datetime import datetime, timedelta

from ...domain.decision import Batch, Seen
from .. import builders as a
from .. import specimens
from ..clock import NOON
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, store, stored
from .versions import changed

MOMENT = timedelta(microseconds=1)


class SignUpsContract(StorageContract):
    """Prove the clauses of `SignUps`; needs its two reads and `commit`."""

    @clause("R23")
    async def test_r23_an_attempt_as_last_put(self) -> None:
        """The latest put is what is read, under the version it left; what was removed or never put is None."""
        repository = await self.opened()
        first = a.sign_up()
        await store(repository, a.organization(), a.account(), first)
        expect_equal(stored(first), await repository.sign_up(first.id), "the attempt after its first put")
        second = changed(stored(first))
        await store(repository, second)
        expect_equal(stored(second), await repository.sign_up(first.id), "the attempt after its second put")
        expect_equal(None, await repository.sign_up(a.sign_up_id(2)), "an attempt nobody put")
        await repository.commit(Batch(organization=a.OURS, removes=(Seen(id=first.id, version=2),)))
        expect_equal(None, await repository.sign_up(first.id), "the attempt after it was removed")

    @clause("R23")
    async def test_r23_from_another_organization(self) -> None:
        """An attempt of the same digest in another organization is another one."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account(), a.sign_up())
        expect_equal(None, await repository.sign_up(a.sign_up_id(of=a.THEIRS)), "theirs, when only ours exists")
        theirs = a.sign_up(of=a.THEIRS, sent=3)
        await store(repository, a.organization(a.THEIRS), a.account(of=a.THEIRS), theirs)
        expect_equal(stored(theirs), await repository.sign_up(theirs.id), "theirs")
        expect_equal(stored(a.sign_up()), await repository.sign_up(a.sign_up_id()), "ours, beside theirs")

    @clause("R24")
    async def test_r24_stale_ones_oldest_first(self) -> None:
        """Attempts that ended before a moment are answered, oldest first and to the microsecond, at most the limit."""
        repository = await self.opened()
        apart = (timedelta(days=-2), -MOMENT, timedelta(), timedelta(milliseconds=500), timedelta(days=1))
        attempts = [a.sign_up(9 - n, expires_at=NOON + by) for n, by in enumerate(apart)]
        await store(repository, a.organization(), a.account(), *reversed(attempts))
        for before, expected in ((apart[0], 0), (apart[2], 2), (MOMENT, 3), (apart[3], 3), (apart[4], 4)):
            found = await repository.stale_sign_ups(a.OURS, before=NOON + before, limit=9)
            expect_equal(
                tuple(map(stored, attempts[:expected])), found, f"attempts that ended before noon and {before}"
            )
        found = await repository.stale_sign_ups(a.OURS, before=NOON + timedelta(days=9), limit=2)
        expect_equal(tuple(map(stored, attempts[:2])), found, "the two oldest")

    @clause("R24")
    async def test_r24_one_that_goes_on_is_not_stale(self) -> None:
        """What counts is when an attempt ends now: one that was put again with a later end is not answered by its first."""
        repository = await self.opened()
        first = a.sign_up(expires_at=NOON)
        later = a.sign_up(version=1, expires_at=NOON + timedelta(days=1))
        await store(repository, a.organization(), a.account(), first)
        await store(repository, later)
        expect_equal((), await repository.stale_sign_ups(a.OURS, before=NOON + MOMENT, limit=9), "what ended by noon")
        found = await repository.stale_sign_ups(a.OURS, before=NOON + timedelta(days=2), limit=9)
        expect_equal((stored(later),), found, "what ended by the day after tomorrow")

    @clause("R24")
    async def test_r24_from_another_organization(self) -> None:
        """Another organization's attempts are not answered."""
        repository = await self.opened()
        later = NOON + timedelta(days=99)
        await store(repository, a.organization(), a.account(), a.sign_up(1), a.sign_up(2))
        found = await repository.stale_sign_ups(a.THEIRS, before=later, limit=9)
        expect_equal((), found, "theirs, when only ours exist")
        theirs = a.sign_up(2, of=a.THEIRS, expires_at=NOON - timedelta(days=1))
        await store(repository, a.organization(a.THEIRS), a.account(of=a.THEIRS), theirs)
        found = await repository.stale_sign_ups(a.THEIRS, before=later, limit=9)
        expect_equal((stored(theirs),), found, "theirs")

    @clause("storage")
    async def test_storage_keeps_every_sign_up_whole(self) -> None:
        """Every field of an attempt is read back equal, by its id and among those that ended, and times are in UTC."""
        repository = await self.opened()
        attempts = specimens.sign_ups()
        await store(repository, a.organization(), a.account(), *attempts)
        for each in attempts:
            expect_equal(stored(each), await repository.sign_up(each.id), "an attempt")
        far = datetime.max.replace(tzinfo=NOON.tzinfo)
        found = await repository.stale_sign_ups(a.OURS, before=far, limit=len(attempts))
        expected = sorted((stored(each) for each in attempts), key=lambda each: each.id.value)
        expect_equal(expected, sorted(found, key=lambda each: each.id.value), "all attempts")
        offsets = {at.utcoffset() for each in found for at in (each.began_at, each.expires_at, each.proof.issued_at)}
        expect_equal({timedelta(0)}, offsets, "how far their times are from UTC")
