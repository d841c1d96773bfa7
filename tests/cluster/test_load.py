"""Claims, sign-ins and bulk adds on three nodes while one of them is killed and comes back: nothing lost, nothing twice.

`SUBACCOUNTS_TEST_LOAD` says for how many seconds there is work before the kill, and again after the return.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, final

import pytest
from attrs import frozen

from subaccounts import (
    AccountId,
    AddPeople,
    CreateOrganization,
    HostAccount,
    OpenAccount,
    RegistrationPolicy,
    SubAccountId,
    SubAccounts,
    System,
    Ungrouped,
)
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy.tables import PREFIX, metadata
from subaccounts.testing import CheapHasher
from tests.cluster.loading import SEATS, Claim, Notes, Worker, claiming, facade, password_of, work
from tests.cluster.running import cluster, emptied
from tests.races.workers import Racers
from tests.repositories.sql.databases import Database
from tests.repositories.sql.shops import BOSS, ORGANIZATION, PASSWORD

SECONDS: Final = int(os.environ.get("SUBACCOUNTS_TEST_LOAD", "15"))
WORKERS: Final = 6
ACCOUNTS: Final = 4
REGULARS: Final = 20
"""People of each account who have claimed their logins and sign in again and again."""
CLAIMED: Final = 100
"""Logins of each account that wait to be claimed."""


@final
@frozen(kw_only=True)
class Ran:
    """Hold a load that has run: what its workers noted, what there was before, and where it all is."""

    notes: tuple[Notes, ...]
    before: Counter[str]
    nodes: tuple[Database, ...]
    away: float

    @property
    def said(self) -> Counter[str]:
        """Return all that was counted."""
        return sum((each.said for each in self.notes), Counter[str]())

    def events(self) -> Counter[str]:
        """Return how many events of each kind the load has left."""
        return happened() - self.before


def stored(statement: str) -> Any:
    """Ask the first node, which waits until it has everything."""
    return cluster().nodes[0].ask("USE cluster", "SET SESSION wsrep_sync_wait = 15", statement)


def passwords(place: Database) -> dict[str, Any]:
    """Return what is stored of those whose login was claimed by the load, by login."""
    repository, found = SQLAlchemyRepository(place.url), dict[str, Any]()
    claimed = f"SELECT login, id FROM {PREFIX}sub_accounts WHERE login LIKE 'new-%' AND state = 'active'"
    for login, id_ in stored(claimed):
        person = repository.person(SubAccountId(organization=ORGANIZATION, value=id_))
        assert person is not None
        found[login] = person.credential.password
    repository.close()
    return found


def happened() -> Counter[str]:
    """Return how many events of each kind there are."""
    found = stored(f"SELECT happening, count(*) FROM {PREFIX}events GROUP BY happening")
    return Counter({str(kind): int(number) for kind, number in found})


def opened(place: Database) -> tuple[tuple[AccountId, ...], list[Claim]]:
    """Make accounts with people who sign in and people who are to be claimed; return the claims, of all accounts in turn."""
    repository = SQLAlchemyRepository(place.url)
    subs, accounts, claims = facade(repository), list[AccountId](), list[list[Claim]]()
    subs.handle(
        CreateOrganization(actor=System(name="setup"), id=ORGANIZATION, name="Acme", ungrouped=Ungrouped.EVERYBODY)
    )
    for number in range(ACCOUNTS):
        host, policy = HostAccount(system="crm", id=f"shop-{number}"), RegistrationPolicy.by_person()
        opening = OpenAccount(actor=BOSS, organization=ORGANIZATION, host=host, name=f"Shop {number}", policy=policy)
        account = subs.handle(opening).id
        accounts.append(account)
        for _, login, proof in pasted(subs, account, [f"regular-{n}" for n in range(REGULARS)]):
            subs.handle(claiming(account, login, proof, password=PASSWORD))
        claims.append(pasted(subs, account, [f"new-{number}-{n}" for n in range(CLAIMED)]))
    repository.close()
    return tuple(accounts), [claim for turn in zip(*claims, strict=True) for claim in turn]


def pasted(subs: SubAccounts, account: AccountId, logins: Sequence[str]) -> list[Claim]:
    """Add people and return what claims them."""
    lines = subs.handle(AddPeople.pasted("\n".join(logins), actor=BOSS, account=account))
    return [(account, line.typed, line.code.code.reveal()) for line in lines if line.code is not None]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Run the load; in the middle of it kill the third node and bring it back."""
    nodes, ends = emptied(), tmp_path_factory.mktemp("load") / "ends"
    accounts, claims = opened(nodes[0])
    before = happened()
    urls = [place.url for place in nodes]
    tracks = [
        Worker(number=n, urls=(*urls[n % 3 :], *urls[: n % 3]), accounts=accounts, ends=ends, people=REGULARS)
        for n in range(WORKERS)
    ]
    with Racers(WORKERS) as workers, ThreadPoolExecutor(1) as beside:
        running = beside.submit(workers.race, work, tracks, claims)
        away = _kill_one(ends)
        notes = running.result()
    return Ran(notes=tuple(notes), before=before, nodes=tuple(nodes), away=away)


def _kill_one(ends: Path) -> float:
    """Kill a node and bring it back, from the thread whose children the nodes are; return how long it was away."""
    third = cluster().nodes[2]
    try:
        time.sleep(SECONDS)
        third.kill()
        killed = time.monotonic()
        time.sleep(SECONDS)
        cluster().back(third)
        away = time.monotonic() - killed
        time.sleep(SECONDS)
    finally:
        ends.touch()
    return away


class TestLoad:
    """What is stored when all is over is what was told."""

    def test_there_was_something_to_lose(self, ran: Ran, record_property: Any) -> None:
        """Everything was asked many times over, nodes were lost and commits had to give way."""
        said = ran.said
        told = ", ".join(f"{number:,} {what}" for what, number in sorted(said.items()))
        slowest = max(each.longest for each in ran.notes)
        record_property(
            "ran", f"load on a cluster: node away {ran.away:.1f} s, slowest command {slowest:.1f} s; {told}"
        )
        assert min(said["sign-ins"], said["claims"]) >= 50
        assert said["bulk adds"] > 0
        assert said["server said 1213"] > 0
        assert said["StorageFailed unreachable"] + said["OutcomeUnknown"] > 0

    def test_every_claim_has_one_winner(self, ran: Ran) -> None:
        """A login is won by one at most, and its password is the winner's; where nobody knows, by one who could not know."""
        won = [(login, worker) for worker, notes in enumerate(ran.notes) for login in notes.won]
        assert len(won) == len({login for login, _ in won})
        lost = [(login, worker) for worker, notes in enumerate(ran.notes) for login in notes.unknown]
        found, hasher = passwords(ran.nodes[0]), CheapHasher()
        for login, worker in won:
            assert hasher.hash(password_of(worker)) == found.pop(login)
        for login, password in found.items():
            assert password in {hasher.hash(password_of(worker)) for other, worker in lost if other == login}

    def test_everybody_who_was_added_is_there_once(self, ran: Ran) -> None:
        """Every login that was acknowledged is there once, nobody else is, and the seats are as many as the people."""
        added = [login for each in ran.notes for login in each.added]
        assert len(added) == len(set(added))
        found = stored(f"SELECT login FROM {PREFIX}sub_accounts WHERE login LIKE 'added-%'")
        assert sorted(added) == sorted(login for (login,) in found)
        assert len(added) == ran.events()["SubAccountAdded"]
        assert ACCOUNTS * (REGULARS + CLAIMED) + len(added) == _seats()

    def test_every_success_left_one_event(self, ran: Ran) -> None:
        """A sign-in that was answered is in the audit trail once; one whose outcome is unknown once or not at all."""
        events, said = ran.events(), ran.said
        won, unknown = sum(len(each.won) for each in ran.notes), sum(len(each.unknown) for each in ran.notes)
        assert won <= events["SubAccountClaimed"] <= won + unknown
        certain = said["sign-ins"] + won
        assert certain <= events["PersonSignedIn"] <= certain + said["sign-ins unknown"] + unknown

    def test_all_nodes_hold_the_same(self, ran: Ran) -> None:
        """Every table has one checksum on all three nodes, the one that was away among them."""
        names = ", ".join(table for table in metadata.tables if table.startswith(PREFIX))
        sums = [
            node.ask("USE cluster", "SET SESSION wsrep_sync_wait = 15", f"CHECKSUM TABLE {names}")
            for node in cluster().nodes
        ]
        assert len(metadata.tables) == len(sums[0])
        assert sums[0] == sums[1] == sums[2]


def _seats() -> int:
    return int(stored(f"SELECT value FROM {PREFIX}counters WHERE name = '{SEATS.counter}'")[0][0])
