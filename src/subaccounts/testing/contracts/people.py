"""The contract of the port `People`: one person, counts, counters and keys. Pages of people are in `people_pages`."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ...domain import fields as f
from ...domain.account import HostAccount
from ...domain.decision import Batch, Count, Record
from ...domain.fields import Kind
from ...domain.ids import OrganizationId
from ...domain.key import Key
from ...domain.life import State
from ...domain.login import Login
from ...domain.sub_account import Person, SubAccount
from ...domain.subscription import StoredSeats
from .. import builders as a
from .. import specimens
from .catalogs import MANY
from .contract import Call, clause
from .expect import expect_equal, expect_true
from .people_pages import PeoplePagesContract
from .storage import nobodys_key, store, stored

TRICKY_LOGINS = (
    "anna",
    "Anna",
    "anna ",
    "anná",
    "anna\u0301",
    "straße",
    "strasse",
    "\ufb01le",
    "file",
    "an_a",
    "an%a",
    "",
)
"""Key texts that collations, padding and normalization in databases take for each other; binary comparison does not."""


def keyed(number: int, text: str, /, *, of: OrganizationId = a.OURS) -> SubAccount:
    """Return a person whose sign-in key is just this text, which no parser has touched."""
    login = Login(text=text, key=text, skeleton=f"{number}:{text}", unicode_version="15.0.0")
    return a.sub_account(number, of=of, login=login)


class PeopleContract(PeoplePagesContract):
    """Prove the clauses of `People`; needs its five reads and `commit`."""

    @clause("R8")
    async def test_r8_a_person_is_read_at_once(self) -> None:
        """A person is its sub-account, credential, account and organization, each as last put; else None."""
        repository = await self.opened()
        organization, account, (person, credential) = a.organization(), a.account(), a.person()
        await store(repository, organization, account, a.account(2), person, credential, *a.person(2, under=2))
        active = evolve(stored(person), state=State.ACTIVE, epoch=3)
        proven = evolve(stored(credential), password=a.password_hash())
        renamed, moved = evolve(stored(organization), name="Tea & Co"), evolve(stored(account), epoch=2)
        await store(repository, active, proven, renamed, moved)
        expected = Person(
            organization=stored(renamed), account=stored(moved), sub_account=stored(active), credential=stored(proven)
        )
        expect_equal(expected, await repository.person(person.id), "the person")
        expect_equal(None, await repository.person(a.sub_account_id(3)), "a person nobody put")

    @clause("R8")
    async def test_r8_the_deleted_are_read_too(self) -> None:
        """A deleted person is still answered, because its id is never reused."""
        repository = await self.opened()
        gone = a.sub_account(state=State.DELETED, profile=a.profile({}))
        await store(repository, a.organization(), a.account(), gone, a.credential())
        found = await repository.person(gone.id)
        expect_equal(stored(gone), found.sub_account if found else None, "the deleted person")

    @clause("R8")
    async def test_r8_from_another_organization(self) -> None:
        """Another organization's person of the same value is another person, with its own account and credential."""
        repository = await self.opened()
        await store(
            repository, a.organization(), a.organization(a.THEIRS), a.account(), a.account(of=a.THEIRS), *a.person()
        )
        theirs, credential = a.person(of=a.THEIRS, login="their-login")
        expect_equal(None, await repository.person(theirs.id), "their person, when only ours exists")
        await store(repository, theirs, credential)
        found = await repository.person(theirs.id)
        expected = Person(
            organization=stored(a.organization(a.THEIRS)),
            account=stored(a.account(of=a.THEIRS)),
            sub_account=stored(theirs),
            credential=stored(credential),
        )
        expect_equal(expected, found, "their person")

    @clause("R8")
    async def test_r8_a_read_is_not_torn(self) -> None:
        """Read while it is written, a person's parts are of one commit: before it or after it."""
        repository = await self.opened()
        person, credential = a.person()
        await store(repository, a.organization(), a.account(), person, credential)
        rounds = 20

        async def write() -> list[tuple[int, int]]:
            for version in range(1, rounds + 1):
                await store(repository, evolve(person, version=version), evolve(credential, version=version))
            return []

        async def read() -> list[tuple[int, int]]:
            seen = []
            for _ in range(rounds * 2):
                found = await repository.person(person.id)
                seen.append((found.sub_account.version, found.credential.version) if found else (0, 0))
            return seen

        calls: Sequence[Call[list[tuple[int, int]]]] = (write, read, read, read)
        for outcome in await self.at_once(calls):
            if isinstance(outcome, Exception):
                raise outcome
            expect_equal([], [pair for pair in outcome if len(set(pair)) > 1], "versions of torn reads")

    @clause("R10")
    async def test_r10_people_are_counted_by_kind_system_and_state(self) -> None:
        """A count is of the people of these kinds, host systems and states; an empty set means any of them."""
        repository = await self.opened()
        await store(repository, *_mixed())
        people = [record for record in _mixed() if isinstance(record, SubAccount)]
        systems = {a.account_id(1): "crm", a.account_id(2): "portal"}
        kind_choices = (frozenset[Kind](), frozenset({Kind.EMPLOYEE}), frozenset({Kind.EXTERNAL}), frozenset(Kind))
        states = (
            frozenset[State](),
            frozenset({State.ACTIVE}),
            StoredSeats(limit=1).states,
            frozenset({State.DELETED}),
        )
        for kinds in kind_choices:
            for hosts in (frozenset[str](), frozenset({"crm"}), frozenset({"crm", "portal"}), frozenset({"erp"})):
                for chosen in states:
                    expected = sum(
                        (not kinds or person.profile.kind in kinds)
                        and (not hosts or systems[person.account] in hosts)
                        and (not chosen or person.state in chosen)
                        for person in people
                    )
                    found = await repository.people_count(a.OURS, kinds=kinds, systems=hosts, states=chosen)
                    expect_equal(expected, found, f"people of {kinds or 'any'}, {hosts or 'any'}, {chosen or 'any'}")

    @clause("R10")
    async def test_r10_from_another_organization(self) -> None:
        """People of another organization are not counted with ours, nor ours with theirs."""
        repository = await self.opened()
        await store(repository, *_mixed(), a.organization(a.THEIRS), a.account(of=a.THEIRS), *a.person(of=a.THEIRS))
        any_kind, any_system = frozenset[Kind](), frozenset[str]()
        counted = await repository.people_count(a.THEIRS, kinds=any_kind, systems=any_system, states=frozenset())
        expect_equal(1, counted, "their people")

    @clause("R11")
    async def test_r11_a_counter_is_read_or_none(self) -> None:
        """A counter has the value that counts left it with, 0 too; one that does not exist is None."""
        repository = await self.opened()
        await store(repository, a.organization())
        await repository.commit(_counted(a.OURS, Count(name="seats/a", by=2), Count(name="seats/b", by=-1, initial=1)))
        expect_equal(2, await repository.counter(a.OURS, "seats/a"), "a counter")
        expect_equal(0, await repository.counter(a.OURS, "seats/b"), "a counter that came down to nothing")
        for name in ("seats/c", "SEATS/A", "seats/a "):
            expect_equal(None, await repository.counter(a.OURS, name), f"the counter {name!r}, which does not exist")

    @clause("R11")
    async def test_r11_from_another_organization(self) -> None:
        """Another organization's counter of the same name is another counter."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS))
        await repository.commit(_counted(a.OURS, Count(name="seats", by=2)))
        expect_equal(None, await repository.counter(a.THEIRS, "seats"), "their counter, when only ours exists")
        await repository.commit(_counted(a.THEIRS, Count(name="seats", by=5)))
        expect_equal(2, await repository.counter(a.OURS, "seats"), "our counter")

    @clause("R12")
    async def test_r12_holders_of_keys(self) -> None:
        """Each held key is answered with the id of the record that holds it, whatever its kind; others are absent."""
        repository = await self.opened()
        account, department, person = a.account(), a.department(), a.sub_account()
        await store(repository, a.organization(), department, account, person, a.credential())
        expected = {key: record.id for record in (account, department, person) for key in record.keys}
        asked = [*expected, nobodys_key(a.OURS), Key(organization=a.OURS, space="catalog", value="person-1")]
        expect_equal(expected, dict(await repository.holders(asked)), "the holders")
        expect_equal({}, dict(await repository.holders(())), "the holders of no key")

    @clause("R12")
    async def test_r12_keys_are_compared_as_binary(self) -> None:
        """Keys that differ in case, accents, normalization, width or a space at the end are different keys."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account())
        people = [keyed(number, text) for number, text in enumerate(TRICKY_LOGINS, start=1)]
        for number, person in enumerate(people, start=1):
            met = dict(await repository.holders(tuple(person.keys)))
            expect_equal({}, met, f"who holds {person.login.key!r}, when only keys like it are held")
            await store(repository, person, a.credential(number))
        for person in people:
            held = await repository.holders(tuple(person.keys))
            expect_equal(dict.fromkeys(person.keys, person.id), dict(held), f"who holds {person.login.key!r}")

    @clause("R12")
    async def test_r12_much_can_be_asked(self) -> None:
        """Thousands of keys are one question, as when a thousand logins are pasted at once."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account(), *a.person(login="person-7"))
        people = [a.sub_account(number) for number in range(7, MANY // 2)]
        found = await repository.holders([key for person in people for key in person.keys])
        expected = dict.fromkeys(a.sub_account(7).keys, a.sub_account_id(1))
        expect_equal(expected, dict(found), "the holders")

    @clause("R12")
    async def test_r12_from_another_organization(self) -> None:
        """Another organization's keys of the same values are held by its own records or by nobody."""
        repository = await self.opened()
        await store(
            repository, a.organization(), a.organization(a.THEIRS), a.account(), a.account(of=a.THEIRS), *a.person()
        )
        theirs, credential = a.person(2, of=a.THEIRS, login="person-1")
        expect_equal(
            {}, dict(await repository.holders(tuple(theirs.keys))), "holders of their keys, when only ours are held"
        )
        await store(repository, theirs, credential)
        both = (*a.sub_account().keys, *theirs.keys)
        expected = {**dict.fromkeys(a.sub_account().keys, a.sub_account_id()), **dict.fromkeys(theirs.keys, theirs.id)}
        expect_equal(expected, dict(await repository.holders(both)), "holders of keys of both")

    @clause("storage")
    async def test_storage_keeps_every_person_whole(self) -> None:
        """Every field of a person is read back equal, with supplier and time of each value; the login as it was typed."""
        repository = await self.opened()
        people = specimens.sub_accounts()
        catalog = [make(number) for number in (1, 2) for make in (a.department, a.job_profile, a.permission_type)]
        puts = [record for n, person in enumerate(people, start=1) for record in (person, a.credential(n))]
        await store(repository, a.organization(), a.account(), *catalog, *puts)
        for person in people:
            found = await repository.person(person.id)
            expect_equal(stored(person), found.sub_account if found else None, "a person")

    @clause("storage")
    async def test_storage_keeps_every_credential_whole(self) -> None:
        """Every field of a credential is read back equal, secrets and attempts included."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account(), a.sub_account())
        for version, credential in enumerate(specimens.credentials()):
            await store(repository, evolve(credential, version=version))
            found = await repository.person(a.sub_account_id())
            read = found.credential if found else None
            expect_equal(evolve(credential, version=version + 1), read, "a credential")
            kept = (credential.password.encoded, credential.password.pepper) if credential.password else None
            secret = (read.password.encoded, read.password.pepper) if read and read.password else None
            expect_true(kept == secret, "a stored hash changed; it is not shown")


def _counted(organization: OrganizationId, *counts: Count) -> Batch:
    return Batch(organization=organization, counts=counts)


def _mixed() -> list[Record]:
    """Return people of both kinds in every state under accounts of two host systems."""
    portal = a.account(2, host=HostAccount(system="portal", id="1"))
    records: list[Record] = [a.organization(), a.account(1), portal]
    external = a.profile({f.KIND: Kind.EXTERNAL})
    number = 0
    for under, states in ((1, tuple(State)), (2, (State.ACTIVE, State.ACTIVE, State.WAITING))):
        for state in states:
            number += 2
            records += a.person(number, under=under, state=state)
            records += a.person(number + 1, under=under, state=state, profile=external)
    return [*records, *a.person(90, state=State.ACTIVE)]
