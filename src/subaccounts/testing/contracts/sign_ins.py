"""The contract of the port `SignIns`."""

from __future__ import annotations

import sys
import unittest
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from types import FrameType
from typing import Any, Final, cast

from attrs import evolve

from ...domain.account import Account
from ...domain.credential import Credential
from ...domain.email import Email
from ...domain.ids import AccountId, OrganizationId
from ...domain.life import State
from ...domain.organization import Organization, Realm
from ...domain.queries import SignInFacts
from ...domain.sub_account import SubAccount, sign_in_keys
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import specimens
from ..clock import NOON
from .bridge import Bridge
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, store, stored

_DB_API: Final = frozenset({"execute", "executemany", "executescript", "fetch", "fetchrow", "fetchval"})
"""What drivers call a question to the database (PEP 249, and asyncpg's own words)."""


@contextmanager
def questions_asked() -> Iterator[list[str]]:
    """Collect what this thread asks any database driver meanwhile, by the names drivers give to asking."""
    asked: list[str] = []

    def watch(frame: FrameType, event: str, argument: object) -> None:
        name = frame.f_code.co_name if event == "call" else getattr(argument, "__name__", "")
        if event in {"call", "c_call"} and name in _DB_API:
            asked.append(name)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield asked
    finally:
        sys.setprofile(before)


class SignInsContract(StorageContract):
    """Prove the clauses of `SignIns`; needs its two reads and `commit`.

    R16 needs to know what the store was asked: `reads` watches for calls of a database driver in the running thread.
    Override it for a store that is asked in another way.
    """

    def reads(self, repository: Any, /) -> AbstractContextManager[list[str]]:
        """Return a context that collects what the store is asked while it is open, one text for each read."""
        return questions_asked()

    @clause("R13")
    async def test_r13_nowhere_is_none(self) -> None:
        """Where there is no such account or organization, there are no facts."""
        repository = await self.opened()
        expect_equal(None, await _facts(repository, a.OURS), "facts of an organization nobody put")
        await store(repository, a.organization(), a.account(), *a.person())
        expect_equal(None, await _facts(repository, a.account_id(2)), "facts of an account nobody put")

    @clause("R13")
    async def test_r13_from_another_organization(self) -> None:
        """An account of ours does not exist for another organization, though it knows the value."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account(), *a.person(), a.organization(a.THEIRS))
        expect_equal(None, await _facts(repository, a.account_id(of=a.THEIRS)), "facts of our account, asked as theirs")

    @clause("R14")
    async def test_r14_a_person_at_its_account(self) -> None:
        """Asked at an account, the person under it who holds one of the keys is found, with all that is decided on."""
        repository = await self.opened()
        await _two_shops(repository)
        stranger = a.stranger()
        await store(repository, stranger)
        for key in ("anna", "ann@example.org"):
            person = a.sub_account(1, login="anna", **_mail())
            expected = _found(a.account(1), person, a.credential(1, password=a.password_hash()))
            expect_equal(
                expected, await _facts(repository, a.account_id(1), typed=key), f"facts of {key!r} at account 1"
            )
        expected = _found(a.account(2), a.sub_account(2, under=2, login="anna"), a.credential(2))
        expect_equal(expected, await _facts(repository, a.account_id(2), typed="anna"), "facts of 'anna' at account 2")

    @clause("R14")
    async def test_r14_a_person_in_its_organization(self) -> None:
        """Asked at the organization, a person whose realm it is is found, with the account it lives under."""
        repository = await self.opened()
        organization = a.organization(realm=Realm.ORGANIZATION)
        wide = a.sub_account(3, under=2, login="olga", realm=Realm.ORGANIZATION, state=State.ACTIVE)
        await store(repository, organization, a.account(1), a.account(2), wide, a.credential(3))
        expected = _found(a.account(2), wide, a.credential(3), organization=organization)
        expect_equal(expected, await _facts(repository, a.OURS, typed="olga"), "facts at the organization")
        expect_equal(expected, await _facts(repository, a.account_id(2), typed="olga"), "facts at the person's account")

    @clause("R14")
    async def test_r14_from_another_account(self) -> None:
        """Asked at an account, nobody of another account is found, though the person's login is good everywhere."""
        repository = await self.opened()
        organization = a.organization(realm=Realm.ORGANIZATION)
        wide = a.sub_account(3, under=2, login="olga", realm=Realm.ORGANIZATION)
        await store(repository, organization, a.account(1), a.account(2), wide, a.credential(3))
        expected = SignInFacts(organization=stored(organization), account=stored(a.account(1)))
        expect_equal(expected, await _facts(repository, a.account_id(1), typed="olga"), "facts at the other account")

    @clause("R14")
    async def test_r14_from_another_organization(self) -> None:
        """Asked in another organization, our people are not found, though login and account have the same values."""
        repository = await self.opened()
        await _two_shops(repository)
        await store(repository, a.organization(a.THEIRS), a.account(of=a.THEIRS))
        at = a.account_id(of=a.THEIRS)
        nobody = SignInFacts(organization=stored(a.organization(a.THEIRS)), account=stored(a.account(of=a.THEIRS)))
        expect_equal(nobody, await _facts(repository, at, typed="anna"), "facts of our person, asked as theirs")
        theirs, credential = a.person(7, of=a.THEIRS, login="anna")
        await store(repository, theirs, credential)
        found = await _facts(repository, at, typed="anna")
        expect_equal(stored(theirs), found.sub_account if found else None, "their person")

    @clause("R14")
    async def test_r14_a_key_that_was_given_up_finds_nobody(self) -> None:
        """Renamed or deleted, a person is not found by the login it had."""
        repository = await self.opened()
        renamed, deleted = a.sub_account(1, login="anna"), a.sub_account(2, login="bert")
        await store(repository, a.organization(), a.account(), renamed, a.credential(1), deleted, a.credential(2))
        now = evolve(stored(renamed), login=a.sub_account(login="ganna").login)
        await store(repository, now, evolve(stored(deleted), state=State.DELETED))
        for typed, expected in (("anna", None), ("bert", None), ("ganna", stored(now))):
            found = await _facts(repository, a.account_id(), typed=typed)
            expect_equal(expected, found.sub_account if found else "no facts", f"who is {typed!r}")

    @clause("R14")
    async def test_r14_a_key_of_no_person(self) -> None:
        """A key that a department holds finds nobody, though a person has the department's value as its id."""
        repository = await self.opened()
        departments = a.department(1), a.department(2, under=1)
        await store(repository, a.organization(), *departments, a.account(1), *a.person(2))
        keys = tuple(departments[1].keys)
        found = await repository.sign_in_facts(a.OURS, keys=keys, stranger=a.stranger_id())
        expect_equal(SignInFacts(organization=stored(a.organization())), found, "what was found")

    @clause("R15")
    async def test_r15_a_stranger_instead_of_a_person(self) -> None:
        """Without such a person the facts are the account asked for, none at the organization, and the stranger's record."""
        repository = await self.opened()
        await _two_shops(repository)
        expected = SignInFacts(organization=stored(a.organization()), account=stored(a.account()))
        expect_equal(expected, await _facts(repository, a.account_id(), typed="nobody"), "facts of nobody, first time")
        await store(repository, a.stranger())
        expected = evolve(expected, stranger=stored(a.stranger()))
        expect_equal(expected, await _facts(repository, a.account_id(), typed="nobody"), "facts of nobody, second time")
        expected = evolve(expected, account=None)
        expect_equal(expected, await _facts(repository, a.OURS, typed="nobody"), "facts of nobody at the organization")

    @clause("R15")
    async def test_r15_from_another_organization(self) -> None:
        """Another organization's stranger of the same value is another one."""
        repository = await self.opened()
        await store(repository, a.organization(), a.stranger(), a.organization(a.THEIRS))
        expected = SignInFacts(organization=stored(a.organization(a.THEIRS)))
        expect_equal(
            expected, await _facts(repository, a.THEIRS, typed="nobody"), "their facts, when the stranger is ours"
        )

    @clause("R16")
    async def test_r16_the_same_reads_for_somebody_and_nobody(self) -> None:
        """The store is asked equally often for a person that exists, one that does not, and one it knows as stranger."""
        repository = await self.opened()
        await _two_shops(repository)
        await store(repository, a.stranger(5))
        port = cast("Bridge", repository).port
        await _facts(repository, a.account_id(), typed="warm-up")
        asked: dict[str, list[str]] = {}
        for name, typed, number in (("somebody", "anna", 1), ("nobody", "nobody", 1), ("a stranger", "nobody", 5)):
            with self.reads(port) as reads:
                await _facts(repository, a.account_id(), typed=typed, stranger=number)
            asked[name] = list(reads)
        if not any(asked.values()):
            raise unittest.SkipTest("the store was seen to be asked nothing; override `reads` to say what it is asked")
        expect_equal(asked["somebody"], asked["nobody"], "the reads for nobody, compared to somebody")
        expect_equal(asked["somebody"], asked["a stranger"], "the reads for a stranger, compared to somebody")

    @clause("R17")
    async def test_r17_stale_strangers_oldest_first(self) -> None:
        """Strangers last seen before a moment are answered, oldest first and to the microsecond, at most the limit."""
        repository = await self.opened()
        apart = (
            timedelta(days=-2),
            timedelta(microseconds=-1),
            timedelta(),
            timedelta(milliseconds=500),
            timedelta(days=1),
        )
        strangers = [a.stranger(9 - n, last_at=NOON + by) for n, by in enumerate(apart)]
        await store(repository, a.organization(), *reversed(strangers))
        for before, expected in ((apart[0], 0), (apart[2], 2), (apart[3], 3), (timedelta(seconds=1), 4), (apart[4], 4)):
            found = await repository.stale_strangers(a.OURS, before=NOON + before, limit=9)
            expect_equal(tuple(map(stored, strangers[:expected])), found, f"strangers before noon and {before}")
        found = await repository.stale_strangers(a.OURS, before=NOON + timedelta(days=9), limit=2)
        expect_equal(tuple(map(stored, strangers[:2])), found, "the two oldest")

    @clause("R17")
    async def test_r17_from_another_organization(self) -> None:
        """Another organization's strangers are not answered."""
        repository = await self.opened()
        await store(repository, a.organization(), a.stranger(1), a.stranger(2), a.organization(a.THEIRS))
        later = NOON + timedelta(days=1)
        expect_equal(
            (), await repository.stale_strangers(a.THEIRS, before=later, limit=9), "theirs, when only ours exist"
        )
        theirs = a.stranger(2, of=a.THEIRS, last_at=NOON - timedelta(days=1))
        await store(repository, theirs)
        expect_equal((stored(theirs),), await repository.stale_strangers(a.THEIRS, before=later, limit=9), "theirs")

    @clause("storage")
    async def test_storage_keeps_every_stranger_whole(self) -> None:
        """Every field of a stranger is read back equal, and times are in UTC."""
        repository = await self.opened()
        strangers = specimens.strangers()
        await store(repository, a.organization(), *strangers)
        for number, stranger in enumerate(strangers, start=1):
            facts = await _facts(repository, a.OURS, typed="nobody", stranger=number)
            expect_equal(stored(stranger), facts.stranger if facts else None, "a stranger")
        far = datetime.max.replace(tzinfo=NOON.tzinfo)
        found = await repository.stale_strangers(a.OURS, before=far, limit=len(strangers))
        expected = sorted((stored(stranger) for stranger in strangers), key=lambda stranger: stranger.id.value)
        expect_equal(expected, sorted(found, key=lambda stranger: stranger.id.value), "all strangers")
        expect_equal({timedelta(0)}, {each.last_at.utcoffset() for each in found}, "how far their times are from UTC")


async def _facts(
    repository: AsyncRepository, where: AccountId | OrganizationId, /, *, typed: str = "anna", stranger: int = 1
) -> SignInFacts | None:
    keys = sign_in_keys(where, typed)
    return await repository.sign_in_facts(where, keys=keys, stranger=a.stranger_id(stranger, of=where.organization))


def _mail() -> dict[str, Any]:
    address = Email.parse("Ann@example.org")
    return {"profile": a.profile({"email": address}), "email_is_key": True}


async def _two_shops(repository: AsyncRepository) -> None:
    """Store two accounts with one `anna` each; the first has an e-mail that is a key too, and a password."""
    first = a.sub_account(1, login="anna", **_mail()), a.credential(1, password=a.password_hash())
    await store(repository, a.organization(), a.account(1), a.account(2), *first, *a.person(2, under=2, login="anna"))


def _found(
    account: Account, person: SubAccount, credential: Credential, *, organization: Organization | None = None
) -> SignInFacts:
    return SignInFacts(
        organization=stored(organization or a.organization()),
        account=stored(account),
        sub_account=stored(person),
        credential=stored(credential),
    )
