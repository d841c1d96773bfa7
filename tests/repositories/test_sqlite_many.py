"""Many at once: more keys than one statement looks up, more records than one statement of a batch should cost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from subaccounts.domain.decision import Batch, Record
from subaccounts.domain.key import Key
from subaccounts.domain.sub_account import SubAccount
from subaccounts.errors import Stale, Taken
from subaccounts.repositories import SQLiteRepository
from subaccounts.repositories.sqlite.reads import _AT_ONCE
from subaccounts.testing import builders as b
from tests.repositories.children import first_batch

MANY = 2 * _AT_ONCE + 1


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[SQLiteRepository]:
    """Answer a store with an account in it."""
    with SQLiteRepository(tmp_path / "portal.db") as opened:
        opened.commit(first_batch())
        yield opened


def people(count: int) -> list[tuple[SubAccount, Record]]:
    """Return so many people with their credentials."""
    return [b.person(number, login=f"person-{number}") for number in range(1, count + 1)]


def test_holders_of_many_keys(repository: SQLiteRepository) -> None:
    """Every key of three statements' worth finds its holder, in each space; a free one among them finds nobody."""
    added = people(MANY)
    repository.commit(Batch(organization=b.OURS, puts=tuple(record for both in added for record in both)))
    expected = {key: person.id for person, _ in added for key in person.keys}
    free = {Key(organization=b.OURS, space=key.space, value=f"{key.value}?") for key in expected}
    assert expected == repository.holders(expected.keys() | free)


def test_many_records_are_few_statements(repository: SQLiteRepository) -> None:
    """All rows of a kind are one statement: people, credentials, their keys, whatever their number."""
    told: set[str] = set()
    with repository._connections.mine() as connection:
        connection.set_trace_callback(lambda statement: told.add(statement.split("(")[0]))
    repository.commit(Batch(organization=b.OURS, puts=tuple(record for both in people(50) for record in both)))
    expected = {f"INSERT INTO {table} " for table in ("sub_accounts", "credentials", "unique_keys")}
    assert expected | {"BEGIN IMMEDIATE", "COMMIT"} == told


@pytest.mark.parametrize("late", [0, 1, 2])
def test_one_stale_of_several(repository: SQLiteRepository, late: int) -> None:
    """Of several records of a kind, one that moved on makes the batch stale, wherever it stands, and none is written."""
    before = [person for person, _ in people(3)]
    repository.commit(Batch(organization=b.OURS, puts=tuple(record for both in people(3) for record in both)))
    read = [evolve(person, version=1, epoch=7) for person in before]
    repository.commit(Batch(organization=b.OURS, puts=(evolve(before[late], version=1),)))
    with pytest.raises(Stale):
        repository.commit(Batch(organization=b.OURS, puts=tuple(read)))
    found = [repository.person(person.id) for person in before]
    assert [1, 1, 1] == [each.sub_account.epoch for each in found if each is not None]


def test_taken_names_what_others_hold(repository: SQLiteRepository) -> None:
    """Of a batch in which some keys are free, some held by others and some wanted twice, the latter two are named."""
    (held, credential), (twin, _), (free, _) = people(3)
    repository.commit(Batch(organization=b.OURS, puts=(held, credential)))
    rival = evolve(b.person(9, login="person-1")[0], id=b.sub_account_id(9))
    double = evolve(twin, id=b.sub_account_id(8))
    with pytest.raises(Taken) as refused:
        repository.commit(Batch(organization=b.OURS, puts=(free, rival, twin, double)))
    assert held.keys | twin.keys == refused.value.keys
    assert {} == repository.holders(free.keys)
