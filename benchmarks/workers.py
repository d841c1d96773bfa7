"""How many claims and sign-ins a database takes each second from 1, 2, 4 and 8 processes:

    python -m benchmarks.workers [--write] sqlite cluster postgresql=postgresql+psycopg://... mariadb=mysql+pymysql://...

`sqlite` is a file of its own; `cluster` starts three nodes of MariaDB Galera, over which the workers are spread, and ends
them. In a database that is named the tables are made where they are missing, and what was measured stays, under
organizations of new names. Once each worker has an organization for itself, once all meet in one account.

The hash costs next to nothing, so that the storage and the rules are measured; with the real one a core computes about ten
sign-ins a second, whatever is behind it. `--write` puts the table into docs/explanation/scaling.md.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any, Final, final
from uuid import uuid4

from attrs import frozen

from benchmarks.lane import PASSWORD
from benchmarks.machine import described
from subaccounts import (
    AccountId,
    AddPeople,
    Authenticated,
    Busy,
    Command,
    CompleteRegistration,
    CreateOrganization,
    Door,
    HostAccount,
    HostUser,
    KeyRing,
    NobodyPrivileged,
    OpenAccount,
    OrganizationId,
    RegistrationPolicy,
    Secret,
    SignIn,
    SubAccounts,
    System,
    Ungrouped,
)
from subaccounts.repositories import SQLAlchemyRepository, SQLiteRepository
from subaccounts.repositories.sqlalchemy import migrate
from subaccounts.testing import CheapHasher
from tests.cluster.nodes import Cluster

WORKERS: Final = (1, 2, 4, 8)
PAGE: Final = Path(__file__).parent.parent / "docs" / "explanation" / "scaling.md"
BEGIN: Final = "<!-- figures: `python -m benchmarks.workers --write` puts them here -->"
END: Final = "<!-- end of the figures -->"
CLAIMS: Final = 60
"""Logins that each worker claims; then it signs each of them in twice."""
KEYS: Final = KeyRing.in_memory(b"benchmark" * 4)
FIELDS: Final = {"full_name": "Anna Koval", "position": "Clerk"}

_starts: list[Barrier] = []


@final
@frozen(kw_only=True)
class Share:
    """Hold what one worker does: where, and the logins it claims with their codes."""

    place: str
    account: AccountId
    work: tuple[tuple[str, str], ...]


@final
@frozen(kw_only=True)
class Taken:
    """Hold when a worker began and ended its claims and its sign-ins, by a clock all processes share, and its `Busy`s."""

    claims: tuple[float, float]
    sign_ins: tuple[float, float]
    busy: int


def main(arguments: Sequence[str]) -> None:
    """Measure each database that is named, and print a line for each way to use it."""
    told, load = io.StringIO(), os.getloadavg()[0]
    heads = ", ".join(map(str, WORKERS))
    _tell(
        told,
        f"| database | who meets | claims each second, {heads} workers | sign-ins each second, likewise | `Busy` |",
    )
    _tell(told, "|---|---|---|---|---|")
    for argument in arguments:
        if argument.startswith("--"):
            continue
        with _opened_at(argument) as places:
            for together in (False, True):
                _tell(told, _line(argument.partition("=")[0], places, together=together))
    loads = f"Load before: {load:.1f}, after: {os.getloadavg()[0]:.1f}"
    _tell(told, f"\nMeasured {datetime.now(UTC):%Y-%m-%d} on: {described()}. {loads}.")
    if "--write" in arguments:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{told.getvalue()}\n{END}{after}", encoding="utf-8")


def _tell(told: io.StringIO, line: str) -> None:
    told.write(line + "\n")
    print(line, flush=True)


@contextmanager
def _opened_at(argument: str) -> Iterator[list[str]]:
    """Answer where a database is: a file, a URL, or those of a cluster's nodes."""
    name, _, url = argument.partition("=")
    if url:
        migrate(url)
        yield [url]
    elif name == "cluster":
        with Cluster() as cluster:
            urls = [str(node.url) for node in cluster.nodes]
            migrate(urls[0])
            yield urls
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield [str(Path(folder) / "portal.db")]


def _line(name: str, places: Sequence[str], *, together: bool) -> str:
    claims, sign_ins, busy = list[str](), list[str](), 0
    for workers in WORKERS:
        taken = _race(_shares(places, workers, together=together))
        busy += sum(each.busy for each in taken)
        claims.append(_rate(workers * CLAIMS, [each.claims for each in taken]))
        sign_ins.append(_rate(workers * CLAIMS * 2, [each.sign_ins for each in taken]))
    who = "all in one account" if together else "an organization each"
    return f"| {name} | {who} | {', '.join(claims)} | {', '.join(sign_ins)} | {busy} |"


def _rate(count: int, times: Sequence[tuple[float, float]]) -> str:
    return f"{count / (max(end for _, end in times) - min(begin for begin, _ in times)):.0f}"


def _shares(places: Sequence[str], workers: int, *, together: bool) -> list[Share]:
    subs, account = _library(places[0]), None
    shares = list[Share]()
    for number in range(workers):
        if account is None or not together:
            account = _opened(subs)
        logins = "\n".join(f"person-{number}-{n}" for n in range(CLAIMS))
        boss = HostUser.administrator("boss", of=account.organization)
        lines = subs.handle(AddPeople.pasted(logins, actor=boss, account=account))
        work = tuple((line.typed, line.code.code.reveal()) for line in lines if line.code is not None)
        shares.append(Share(place=places[number % len(places)], account=account, work=work))
    return shares


def _opened(subs: SubAccounts) -> AccountId:
    tenant, policy = OrganizationId(value=f"bench-{uuid4()}"), RegistrationPolicy.by_person()
    subs.handle(CreateOrganization(actor=System(name="setup"), id=tenant, name="Acme", ungrouped=Ungrouped.EMPLOYEES))
    boss, host = HostUser.administrator("boss", of=tenant), HostAccount(system="crm", id="shop-1")
    return subs.handle(OpenAccount(actor=boss, organization=tenant, host=host, name="Shop", policy=policy)).id


def _library(place: str) -> SubAccounts:
    repository: Any = SQLAlchemyRepository(place) if "://" in place else SQLiteRepository(Path(place))
    return SubAccounts(
        repository=repository,
        keys=KEYS,
        host_accounts=NobodyPrivileged(),
        hasher=CheapHasher(),
        blocklist=frozenset(),
    )


def _race(shares: Sequence[Share]) -> list[Taken]:
    forking = multiprocessing.get_context("forkserver")
    forking.set_forkserver_preload(["__main__"])  # forks of one that has loaded the library
    barrier = forking.Barrier(len(shares))
    with ProcessPoolExecutor(len(shares), forking, initializer=_start_from, initargs=(barrier,)) as pool:
        return list(pool.map(_work, shares))


def _start_from(barrier: Barrier) -> None:
    _starts.append(barrier)


def _work(share: Share) -> Taken:
    subs, door, password, busy = _library(share.place), Door.inside(share.account), Secret(PASSWORD), 0
    began = _begin()
    for login, code in share.work:
        claim = CompleteRegistration(door=door, login=login, password=password, code=Secret(code), fields=FIELDS)
        busy += _surely(subs, claim)
    claimed, again = time.time(), _begin()
    for login, _ in share.work * 2:
        busy += _surely(subs, SignIn(door=door, login=login, secret=password))
    return Taken(claims=(began, claimed), sign_ins=(again, time.time()), busy=busy)


def _begin() -> float:
    _starts[-1].wait(300)
    return time.time()


def _surely(subs: SubAccounts, command: Command[Any]) -> int:
    """Run a command until somebody is let in; return how often it was `Busy`."""
    for times in range(1_000):
        try:
            step = subs.handle(command)
        except Busy:
            continue
        if not isinstance(step, Authenticated):
            raise TypeError(f"nobody was let in: {step}")
        return times
    raise TimeoutError("busy for ever")


if __name__ == "__main__":
    main(sys.argv[1:])
