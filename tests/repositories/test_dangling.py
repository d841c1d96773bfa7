"""Nothing is written that would stand under nothing, and nothing goes from under what stands on it; where storage knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from subaccounts.domain.decision import Batch, Record, Seen
from subaccounts.errors import StorageFailed
from subaccounts.repositories import MemoryRepository, SQLiteRepository
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.testing import builders as b
from tests.repositories.sql.shops import PLACES, empty


def _on(name: str) -> Callable[[Path], Any]:
    return lambda folder: SQLAlchemyRepository(empty(name, folder).url)


STORES: Final[dict[str, Callable[[Path], Any]]] = {
    "memory": lambda _: MemoryRepository(),
    "file": lambda folder: SQLiteRepository(folder / "portal.db"),
    **{name: _on(name) for name in PLACES},
}
UNDER_AN_ACCOUNT: Final[dict[str, Callable[[int], tuple[Record, ...]]]] = {
    "a person": lambda account: b.person(1, under=account),
    "an attempt to sign up": lambda account: (b.sign_up(1, under=account),),
}


@pytest.fixture(params=STORES)
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Answer a repository with an organization and one account, of every kind that knows what stands under what."""
    opened = STORES[request.param](tmp_path)
    opened.commit(Batch(organization=b.OURS, puts=(b.organization(), b.account())))
    yield opened
    getattr(opened, "close", lambda: None)()


def problem(repository: Any, batch: Batch) -> str:
    """Return what is said of a batch that has to be refused."""
    with pytest.raises(StorageFailed) as refused:
        repository.commit(batch)
    return refused.value.problem


@pytest.mark.parametrize("what", UNDER_AN_ACCOUNT)
def test_without_its_account(repository: Any, what: str) -> None:
    """What lives under an account is not written without it."""
    puts = UNDER_AN_ACCOUNT[what](7)
    assert "dangling" == problem(repository, Batch(organization=b.OURS, puts=puts))
    assert (None, None) == (repository.person(b.sub_account_id()), repository.sign_up(b.sign_up_id()))


@pytest.mark.parametrize("what", UNDER_AN_ACCOUNT)
def test_from_under_it(repository: Any, what: str) -> None:
    """An account is not removed from under what lives there, and is once that has gone."""
    puts = UNDER_AN_ACCOUNT[what](1)
    repository.commit(Batch(organization=b.OURS, puts=puts))
    gone = Seen(id=b.account_id(), version=1)
    assert "dangling" == problem(repository, Batch(organization=b.OURS, removes=(gone,)))
    assert repository.account(b.account_id()) is not None
    first = tuple(Seen(id=each.id, version=1) for each in reversed(puts))
    repository.commit(Batch(organization=b.OURS, removes=(gone, *first)))
    assert (None, None) == (repository.account(b.account_id()), repository.sign_up(b.sign_up_id()))


def test_of_another_organization(repository: Any) -> None:
    """What lives under another organization's account is a mistake of the program, and not written."""
    theirs = b.account_id(of=b.THEIRS)
    for put in (b.sub_account(account=theirs), b.sign_up(account=theirs)):
        with pytest.raises(ValueError, match="a batch belongs to one organization"):
            repository.commit(Batch(organization=b.OURS, puts=(put,)))
    assert None is repository.sign_up(b.sign_up_id())
