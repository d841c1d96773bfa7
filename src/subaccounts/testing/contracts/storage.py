"""What the storage contracts share: opening a repository, storing, reading a record back by its id, walking pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar, assert_never, cast

from attrs import evolve

from ...domain.decision import Batch, Record
from ...domain.ids import (
    AccountId,
    AnyRecordId,
    ChainId,
    CredentialId,
    DepartmentId,
    GroupId,
    JobProfileId,
    MembershipId,
    OrganizationId,
    ParticipationId,
    PermissionTypeId,
    ResourceId,
    SignUpId,
    StrangerId,
    SubAccountId,
)
from ...domain.key import Key
from ...domain.life import State
from ...domain.membership import Membership
from ...domain.participation import Participation
from ...domain.queries import LARGEST_PAGE, PeopleQuery
from ...domain.sub_account import SIGN_IN_SPACE
from ...domain.viewer import ViewerFacts
from ...errors import Conflict
from ...ports.twins import AsyncRepository
from .bridge import Bridge
from .contract import Contract
from .expect import expect_raised, expect_true

T = TypeVar("T")
R = TypeVar("R", bound=Record)
MOST_PAGES: Final = 100
"""Pages after which a walk that should have ended is a failure and not an endless loop."""


class StorageContract(Contract):
    """Be the base of the contracts of storage.

    Each needs the reads it is named after, and `commit` to arrange what is read. `open` answers an empty store.
    `reopen` is what a restart is for a store that persists: given a repository, answer a new one on the same data. A
    store that lives in memory leaves it as it is.
    """

    def reopen(self, repository: Any, /) -> object:
        """Return a repository on the same data after a restart; the old one is not used again."""
        return repository

    async def opened(self) -> AsyncRepository:
        """Return an empty repository, made awaitable."""
        return cast("AsyncRepository", await self.bridged())

    async def reopened(self, repository: AsyncRepository, /) -> AsyncRepository:
        """Return the same data after a restart."""
        return cast("AsyncRepository", await self.bridge_to(self.reopen(cast("Bridge", repository).port)))


async def store(repository: AsyncRepository, *records: Record) -> None:
    """Put records, in one batch for each organization."""
    mine: dict[OrganizationId, list[Record]] = defaultdict(list)
    for record in records:
        mine[record.id.organization].append(record)
    for organization, puts in mine.items():
        await repository.commit(Batch(organization=organization, puts=tuple(puts)))


def stored(record: R, /) -> R:
    """Return a record as it is after one put: its version is one higher."""
    return evolve(record, version=record.version + 1)


def nobodys_key(organization: OrganizationId, /) -> Key:
    """Return a key that nobody holds."""
    return Key(organization=organization, space=SIGN_IN_SPACE, value="\x1fnobody-at-all")


async def read_back(repository: AsyncRepository, id: AnyRecordId, /) -> Record | None:  # noqa: A002 - positional
    """Return the record of an id, whatever its kind, or None."""
    match id:
        case OrganizationId():
            return await repository.organization(id)
        case DepartmentId() | JobProfileId() | PermissionTypeId():
            return next(iter(await repository.catalog_entries((id,))), None)
        case AccountId():
            facts = await repository.account(id)
            return facts.account if facts else None
        case SubAccountId():
            person = await repository.person(id)
            return person.sub_account if person else None
        case CredentialId():
            person = await repository.person(SubAccountId(organization=id.organization, value=id.value))
            return person.credential if person else None
        case StrangerId():
            keys = (nobodys_key(id.organization),)
            at = await repository.sign_in_facts(id.organization, keys=keys, stranger=id)
            return at.stranger if at else None
        case SignUpId():
            return await repository.sign_up(id)
        case GroupId():
            return next(iter(await repository.groups((id,))), None)
        case ResourceId():
            return next(iter(await repository.resources((id,))), None)
        case MembershipId() | ParticipationId():
            held = (each for facts in await _everybody(repository, id.organization) for each in held_by(facts))
            return next((each for each in held if each.id == id), None)
        case ChainId():
            return await repository.chain(id.organization)
        case _:
            assert_never(id)


async def _everybody(repository: AsyncRepository, organization: OrganizationId) -> tuple[ViewerFacts, ...]:
    everybody = PeopleQuery(organization=organization, states=frozenset(State), limit=LARGEST_PAGE)
    return await repository.viewer_facts([person.id for person in await repository.people_page(everybody)])


def held_by(facts: ViewerFacts) -> tuple[Membership | Participation, ...]:
    """Return what is read by the person it is of, and not by its own id."""
    return (*facts.memberships, *facts.participations)


async def expect_refused(repository: AsyncRepository, batch: Batch, error: type[Conflict], about: str) -> Conflict:
    """Return the conflict a commit raises; AssertionError when it raises another or succeeds."""
    return await expect_raised(error, repository.commit(batch), about)


async def walk(page: Callable[[T | None], Awaitable[tuple[T, ...]]], limit: int, /) -> list[T]:
    """Return the rows of all pages, each beginning after the last row of the one before; AssertionError without end."""
    rows: list[T] = []
    last: T | None = None
    for _ in range(MOST_PAGES):
        found = await page(last)
        expect_true(len(found) <= limit, f"a page of at most {limit} has {len(found)} rows")
        if not found:
            return rows
        rows += found
        last = found[-1]
    raise AssertionError(
        f"{MOST_PAGES} pages and no end: a page's last row is on the next one again, or pages go round"
    )
