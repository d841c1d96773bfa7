"""Nothing is written that would stand under nothing, and nothing goes from under what stands on it; where storage knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts.domain.audience import Audience
from subaccounts.domain.decision import Batch, Record, Seen
from subaccounts.errors import StorageFailed
from subaccounts.repositories import MemoryRepository, SQLiteRepository
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
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


NOBODY_THERE: Final = Audience(groups=frozenset({g.group_id(9)}), departments=frozenset({b.department_id(9)}))
IN_SOMETHING: Final[dict[str, tuple[Record, Record]]] = {
    "a membership": (g.group(), g.membership()),
    "a participation": (g.resource(), g.participation()),
}
"""What is of a person and of something else, each after that."""


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


@pytest.mark.parametrize("what", IN_SOMETHING)
def test_in_nothing_and_of_nobody(repository: Any, what: str) -> None:
    """Who is in something is not written without it, nor without being there; where both are, it is."""
    whole, inside = IN_SOMETHING[what]
    assert "dangling" == problem(repository, Batch(organization=b.OURS, puts=(whole, inside)))
    repository.commit(Batch(organization=b.OURS, puts=b.person()))
    assert "dangling" == problem(repository, Batch(organization=b.OURS, puts=(inside,)))
    (facts,) = repository.viewer_facts((b.sub_account_id(),))
    assert ((), ()) == (facts.memberships, facts.participations)
    repository.commit(Batch(organization=b.OURS, puts=(whole, inside)))
    (facts,) = repository.viewer_facts((b.sub_account_id(),))
    assert [inside.id] == [each.id for each in (*facts.memberships, *facts.participations)]


@pytest.mark.parametrize("what", IN_SOMETHING)
def test_from_under_who_is_in_it(repository: Any, what: str) -> None:
    """Neither the person nor what it is in is removed before who is in it has gone."""
    whole, inside = IN_SOMETHING[what]
    repository.commit(Batch(organization=b.OURS, puts=(*b.person(), whole, inside)))
    gone = [Seen(id=id_, version=1) for id_ in (inside.id, whole.id, b.sub_account_id().credential, b.sub_account_id())]
    for few in (gone[1:2], gone[2:]):
        assert "dangling" == problem(repository, Batch(organization=b.OURS, removes=tuple(few)))
    repository.commit(Batch(organization=b.OURS, removes=tuple(gone)))
    assert () == repository.viewer_facts((b.sub_account_id(),))
    assert ((), ()) == (repository.groups((g.group_id(),)), repository.resources((g.resource_id(),)))


@pytest.mark.parametrize("put", [g.group(), g.resource()], ids=["a group", "a resource"])
def test_without_its_organization(repository: Any, put: Any) -> None:
    """Groups and resources live in an organization that is there; what an audience names need not be."""
    theirs = evolve(put, id=evolve(put.id, organization=b.THEIRS))
    assert "dangling" == problem(repository, Batch(organization=b.THEIRS, puts=(theirs,)))
    repository.commit(Batch(organization=b.OURS, puts=(put, g.resource(2, audience=NOBODY_THERE))))
    assert 1 == len(repository.resources((g.resource_id(2),)))


@pytest.mark.parametrize(
    "put", [g.membership(group=g.group_id(of=b.THEIRS)), g.participation(resource=g.resource_id(of=b.THEIRS))]
)
def test_in_another_organization(repository: Any, put: Record) -> None:
    """To be in another organization's group or on its roster is a mistake of the program, and not written."""
    repository.commit(Batch(organization=b.OURS, puts=b.person()))
    with pytest.raises(ValueError, match="a batch belongs to one organization"):
        repository.commit(Batch(organization=b.OURS, puts=(put,)))
