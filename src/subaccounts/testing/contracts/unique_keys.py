"""The contract of C5 and C6: a key is held by at most one record."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve

from ...domain import fields as f
from ...domain.account import HostAccount
from ...domain.decision import Batch, Record, Seen
from ...domain.key import Key
from ...domain.resource import Resource
from ...domain.sub_account import EXTERNAL_SPACE, IDENTITY_SPACE
from ...errors import Taken
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import groups as g
from .. import specimens
from ..clock import NOON
from .contract import clause
from .expect import expect_equal
from .people import TRICKY_LOGINS, keyed
from .storage import StorageContract, expect_refused, read_back, store, stored
from .versions import put


class UniqueKeysContract(StorageContract):
    """Prove clauses C5 and C6; needs the reads of `Repository` to see what a commit did."""

    @clause("C5")
    async def test_c5_a_put_replaces_the_keys(self) -> None:
        """Renamed, a record holds its new keys and no longer its old ones, which another can take."""
        repository = await self.opened()
        before = a.sub_account(1, login="anna")
        await store(repository, a.organization(), a.account(), before, a.credential(1))
        after = evolve(stored(before), login=a.sub_account(login="ganna").login)
        await store(repository, after)
        await _expect_holders(repository, dict.fromkeys(after.keys, after.id), before, after)
        other = a.sub_account(2, login="anna")
        await store(repository, other, a.credential(2))
        both = {**dict.fromkeys(after.keys, after.id), **dict.fromkeys(other.keys, other.id)}
        await _expect_holders(repository, both, before, after, other)

    @clause("C5")
    async def test_c5_a_put_keeps_the_keys_it_still_has(self) -> None:
        """Put again with the same keys, a record goes on holding them and does not meet itself."""
        repository = await self.opened()
        account, person = a.account(), a.sub_account()
        await store(repository, a.organization(), account, person, a.credential())
        await store(repository, evolve(stored(account), name="Renamed"), evolve(stored(person), epoch=2))
        held = {key: record.id for record in (account, person) for key in record.keys}
        await _expect_holders(repository, held, account, person)

    @clause("C5")
    async def test_c5_a_remove_frees_the_keys(self) -> None:
        """What a removed record held is held by nobody, and another can take it."""
        repository = await self.opened()
        person, credential = a.person(1, login="anna")
        await store(repository, a.organization(), a.account(), person, credential)
        removes = (Seen(id=credential.id, version=1), Seen(id=person.id, version=1))
        await repository.commit(Batch(organization=a.OURS, removes=removes))
        await _expect_holders(repository, {}, person)
        other = a.sub_account(2, login="anna")
        await store(repository, other, a.credential(2))
        await _expect_holders(repository, dict.fromkeys(other.keys, other.id), person, other)

    @clause("C5")
    async def test_c5_keys_change_hands_within_a_batch(self) -> None:
        """A batch is judged by what it leaves: records can give up, take over and swap keys in one."""
        repository = await self.opened()
        first, second, gone = (a.sub_account(n, login=name) for n, name in ((1, "anna"), (2, "bert"), (3, "carl")))
        people = (first, a.credential(1), second, a.credential(2), gone, a.credential(3))
        await store(repository, a.organization(), a.account(), *people)
        swapped = (evolve(stored(first), login=second.login), evolve(stored(second), login=first.login))
        await repository.commit(put(*swapped))
        await _expect_holders(repository, {key: each.id for each in swapped for key in each.keys}, first, second)
        heir = a.sub_account(4, login="carl")
        removes = (Seen(id=gone.id.credential, version=1), Seen(id=gone.id, version=1))
        await repository.commit(Batch(organization=a.OURS, puts=(heir, a.credential(4)), removes=removes))
        await _expect_holders(repository, dict.fromkeys(heir.keys, heir.id), gone, heir)

    @clause("C5")
    async def test_c5_what_was_removed_holds_nothing(self) -> None:
        """A record that comes back under its old id does not let go of keys that are somebody else's by then."""
        repository = await self.opened()
        first, credential = a.person(1, login="anna")
        second = a.sub_account(2, login="anna")
        await store(repository, a.organization(), a.account(), first, credential)
        gone = (Seen(id=first.id, version=1), Seen(id=credential.id, version=1))
        await repository.commit(Batch(organization=a.OURS, removes=gone))
        await store(repository, second)
        await store(repository, a.sub_account(1, login="bert"))
        held = dict(await repository.holders(tuple(second.keys)))
        expect_equal(dict.fromkeys(second.keys, second.id), held, "who holds the keys")

    @clause("C5")
    async def test_c5_what_is_retired_gives_its_name_back(self) -> None:
        """A retired group holds no name: another takes it, and the first cannot come back under it."""
        repository = await self.opened()
        first, second = g.group(1, name="Partners"), g.group(2, name="PARTNERS")
        await store(repository, a.organization(), first)
        retired = evolve(stored(first), retired_at=NOON)
        await store(repository, retired)
        await _expect_holders(repository, {}, first)
        await store(repository, second)
        await _expect_holders(repository, dict.fromkeys(second.keys, second.id), first, second)
        back = evolve(stored(retired), retired_at=None)
        error = await expect_refused(repository, put(back), Taken, "a group that comes back")
        expect_equal(second.keys, error.keys if isinstance(error, Taken) else None, "the taken keys")

    @clause("C6")
    async def test_c6_nobody_is_in_anything_twice(self) -> None:
        """Of a person and a group there is one membership, of a person and a resource one participation, under whatever id."""
        repository = await self.opened()
        long = Resource(id=specimens.resource_ids()[-1], name="Roster")
        people = (*a.person(1), *a.person(2))
        held = (g.membership(1), g.participation(1, resource=long.id))
        await store(repository, a.organization(), a.account(), *people, g.group(1), g.group(2), long, *held)
        again: tuple[Record, ...] = (g.membership(2), g.participation(2, resource=long.id))
        error = await expect_refused(
            repository, put(*again), Taken, "a membership and a participation of the same pairs"
        )
        taken = frozenset(key for record in held for key in record.keys)
        expect_equal(taken, error.keys if isinstance(error, Taken) else None, "the taken keys")
        others = (
            g.membership(2, group=2),
            g.membership(3, person=2),
            g.participation(2, resource=long.id, person=2),
        )
        await store(repository, *others)
        await _expect_holders(
            repository, {key: each.id for each in (*held, *others) for key in each.keys}, *held, *others
        )

    @clause("C6")
    async def test_c6_every_taken_key_is_named(self) -> None:
        """Of several taken keys of a batch, on several records, every one is named and no other."""
        repository = await self.opened()
        held = [a.sub_account(number, login=f"held-{number}") for number in (1, 2, 3)]
        people = [record for n, person in enumerate(held, start=1) for record in (person, a.credential(n))]
        await store(repository, a.organization(), a.account(), a.department(), *people)
        late = [a.sub_account(n + 10, login=person.login.text) for n, person in enumerate(held)]
        shop = a.account(4, host=HostAccount(system="crm", id="shop-1"))
        room, fresh = a.department(4, name="DEPARTMENT 1"), a.sub_account(20, login="fresh")
        clashing: tuple[Record, ...] = (room, shop, *late)
        batch = put(fresh, *clashing)
        error = await expect_refused(repository, batch, Taken, "a batch with taken keys")
        expected = frozenset(key for record in clashing for key in record.keys)
        expect_equal(expected, error.keys if isinstance(error, Taken) else None, "the taken keys")
        expect_equal(None, await read_back(repository, fresh.id), "somebody of that batch whose keys are free")
        await _expect_holders(repository, {}, fresh)

    @clause("C6")
    async def test_c6_a_put_that_moves_onto_a_key(self) -> None:
        """A stored record that takes over another's key is `Taken` too, and only that key is named."""
        repository = await self.opened()
        anna, bert = a.sub_account(1, login="anna"), a.sub_account(2, login="bert")
        await store(repository, a.organization(), a.account(), anna, a.credential(1), bert, a.credential(2))
        renamed = evolve(stored(bert), login=evolve(anna.login, skeleton="something else"))
        error = await expect_refused(repository, put(renamed), Taken, "a rename onto somebody's login")
        expected = anna.keys & renamed.keys
        expect_equal(expected, error.keys if isinstance(error, Taken) else None, "the taken keys")
        await _expect_holders(repository, {key: each.id for each in (anna, bert) for key in each.keys}, anna, bert)

    @clause("C6")
    async def test_c6_two_records_of_a_batch(self) -> None:
        """A key that two records of one batch want is `Taken` and named, and neither is written."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account())
        one, two, other = (a.sub_account(n, login=name) for n, name in ((1, "anna"), (2, "anna"), (3, "carl")))
        batch = put(one, a.credential(1), other, a.credential(3), two, a.credential(2))
        error = await expect_refused(repository, batch, Taken, "a batch with the same login twice")
        expect_equal(one.keys, error.keys if isinstance(error, Taken) else None, "the taken keys")
        for person in (one, two, other):
            expect_equal(None, await read_back(repository, person.id), "somebody of that batch")

    @clause("C6")
    async def test_c6_a_space_is_another_key(self) -> None:
        """The same value in another space is another key: what one signs in with can be what another looks like."""
        repository = await self.opened()
        anna, bert = a.sub_account(1, login="anna"), a.sub_account(2, login="bert")
        one, two = (evolve(each, login=evolve(each.login, skeleton=s)) for each, s in ((anna, "x"), (bert, "anna")))
        await store(repository, a.organization(), a.account(), one, a.credential(1), two, a.credential(2))
        await _expect_holders(repository, {key: each.id for each in (one, two) for key in each.keys}, one, two)

    @clause("C6")
    async def test_c6_alike_is_not_the_same(self) -> None:
        """Keys that differ in case, accent, normalization, width or a space at the end do not meet."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account())
        people = [keyed(number, text) for number, text in enumerate(TRICKY_LOGINS, start=1)]
        credentials = [a.credential(number) for number in range(1, len(people) + 1)]
        await store(repository, *people, *credentials)
        held = {key: person.id for person in people for key in person.keys}
        await _expect_holders(repository, held, *people)

    @clause("C6")
    async def test_c6_long_keys(self) -> None:
        """Keys as long as they can be are held, found and named in whole: one that differs at its very end is another."""
        repository = await self.opened()
        people = [
            a.sub_account(number, identities=frozenset({each}), profile=a.profile({f.EXTERNAL_ID: _external(number)}))
            for number, each in enumerate(specimens.long_identities(), start=1)
        ]
        credentials = [a.credential(number) for number in range(1, len(people) + 1)]
        await store(repository, a.organization(), a.account(), *people, *credentials)
        await _expect_holders(repository, {key: each.id for each in people for key in each.keys}, *people)
        for number, each in enumerate(people, start=1):
            late = evolve(each, id=a.sub_account_id(9), login=a.sub_account(9).login, profile=each.profile)
            taken = {key for key in each.keys if key.space in {IDENTITY_SPACE, EXTERNAL_SPACE}}
            error = await expect_refused(repository, put(late, a.credential(9)), Taken, f"the long keys of {number}")
            expect_equal(frozenset(taken), error.keys if isinstance(error, Taken) else None, "the taken keys")
        first, *others = people
        await store(repository, evolve(stored(first), identities=frozenset(), profile=a.profile({})))
        await _expect_holders(repository, {key: each.id for each in others for key in each.keys}, *others)

    @clause("C6")
    async def test_c6_from_another_account(self) -> None:
        """With the account as realm, the same login lives once under every account."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account(1), a.account(2))
        one, two = a.sub_account(1, under=1, login="anna"), a.sub_account(2, under=2, login="anna")
        await store(repository, one, a.credential(1), two, a.credential(2))
        await _expect_holders(repository, {key: each.id for each in (one, two) for key in each.keys}, one, two)


def _external(number: int) -> str:
    """Return an external id as long as it can be, of letters of one byte and of four, that ends in a number."""
    return "x🦊"[number % 2] * (f.LONGEST_TEXT - 1) + str(number)


async def _expect_holders(repository: AsyncRepository, expected: Mapping[Key, object], *records: Record) -> None:
    """Check who holds every key of these records: just those that are expected."""
    keys = {key for record in records for key in record.keys}
    expect_equal(expected, dict(await repository.holders(tuple(keys))), "who holds the keys")
