"""A database that an earlier release left: everything in it is carried forward as it was, and until then it says what it is.

Of the releases there were no databases are kept; what they wrote is written here, and what their records did not hold yet
is taken out of the rows. How a schema is made is `test_migrations`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import URL

import subaccounts.repositories.sqlalchemy
from subaccounts.domain import fields as f
from subaccounts.domain.audit import Seal
from subaccounts.domain.decision import Batch, Record
from subaccounts.domain.fields import FieldValue
from subaccounts.domain.ids import OrganizationId
from subaccounts.domain.queries import EventQuery, PeopleQuery
from subaccounts.domain.sub_account import SubAccount
from subaccounts.errors import StorageFailed
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository, migrate, tables
from subaccounts.repositories.sqlalchemy.belongings import traits_of
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from subaccounts.wire import store_dumps
from tests.repositories.children import first_batch, numbered_batch
from tests.repositories.sql.bare import bare
from tests.repositories.sql.shops import each_database
from tests.repositories.sql.test_migrations import drift, revisions
from tests.repositories.test_sqlite_schema import ADDED

PEOPLE: Final = range(1, 4)
BODIES: Final = {revisions()[0]: ADDED}
"""What the bodies of a revision did not hold yet, by table; those of the others are as today's."""
RELEASED: Final = {
    "subaccounts_0001": ("v0001_first.py", "67f47f0ecb3dd06991ce1ed082d4e00bcdcd1fe550fa75e491d20f1388411a44"),
    "subaccounts_0002": ("v0002_sign_ups.py", "54b56fd8c767158b1627dade69b370b4af7ddb81a71a417447803738b7dac2f4"),
    "subaccounts_0003": ("v0003_groups.py", "cde10357398c98c929d4235945a3a945fd62784808f5d0264c9518cf0510ea7b"),
}
"""The step that made each revision, with its digest: a database made by it is somewhere."""
NEW: Final[dict[str, tuple[Record, Callable[[SQLAlchemyRepository], object]]]] = {
    "subaccounts_0001": (b.sign_up(), lambda repository: repository.sign_up(b.sign_up_id())),
    "subaccounts_0002": (g.group(), lambda repository: repository.groups((g.group_id(),))),
}
"""What came with the revision after, and how it is asked for."""


def filled(url: URL, revision: str) -> None:
    """Make a database of a revision, and put something into every table that it has."""
    migrate(url, to=revision)
    repository = SQLAlchemyRepository(url)
    repository.commit(first_batch())
    for number in PEOPLE:
        repository.commit(numbered_batch(number))
    code = b.credential(version=1, password=b.password_hash(), code=b.claim_code())
    tasks = (b.task(2), b.task(1))
    repository.commit(Batch(organization=b.OURS, puts=(code, b.stranger()), tasks=tasks))
    repository.commit(
        Batch(organization=b.OURS, seals=(Seal(event=b.event(1).id, position=1, digest="0" * 64),), puts=(b.chain(),))
    )
    repository.close()
    engine = create_engine(url)
    with engine.begin() as connection:
        for table, fields in BODIES.get(revision, {}).items():
            name = f"subaccounts_{table}"
            for body in list(connection.scalars(text(f"SELECT body FROM {name}"))):
                changes = {"old": body, "new": _without(body, fields)}
                connection.execute(text(f"UPDATE {name} SET body = :new WHERE body = :old"), changes)
    engine.dispose()


def _without(body: str, fields: tuple[str, ...]) -> str:
    record = json.loads(body)
    for field in fields:
        *way, last = field.split(".")
        held: Any = record
        for step in way:
            held = held.get(step) or {}
        held.pop(last, None)
    return json.dumps(record)


def read(url: URL) -> dict[str, Any]:
    """Return what a repository of today reads of everything that was put."""
    repository = SQLAlchemyRepository(url)
    found = {
        "organization": repository.organization(b.OURS),
        "catalog": repository.catalog_page(b.OURS, kind="department", after=None, limit=9),
        "people": [repository.person(b.sub_account_id(number)) for number in PEOPLE],
        "page": repository.people_page(PeopleQuery(organization=b.OURS, limit=9)),
        "count": repository.counter(b.OURS, "people"),
        "requests": [repository.request(b.OURS, f"request-{number}") for number in PEOPLE],
        "events": repository.events_page(EventQuery(organization=b.OURS, limit=9)),
        "sealed": repository.events_after(b.OURS, position=0, limit=9),
        "chain": repository.chain(b.OURS),
        "strangers": repository.stale_strangers(b.OURS, before=NOON + timedelta(days=1), limit=9),
        "tasks": repository.tasks_page(b.OURS, "notices", after=None, limit=9),
    }
    repository.close()
    return found


@pytest.fixture
def url(name: str, tmp_path: Path) -> Iterator[URL]:
    """Give a database without our tables."""
    with bare(name, tmp_path) as made:
        yield made


@each_database
class TestUpgraded:
    """From each revision to today's."""

    @pytest.mark.parametrize("earlier", revisions())
    def test_everything_is_read_as_in_a_new_one(self, name: str, earlier: str, tmp_path: Path) -> None:
        """What was stored then is read as what is stored today, with what is new at its default, and nothing drifts."""
        with bare(name, tmp_path) as new:
            filled(new, "head")
            expected = read(new)
        (tmp_path / "old").mkdir()
        with bare(name, tmp_path / "old") as old:
            filled(old, earlier)
            migrate(old)
            assert (expected, []) == (read(old), drift(old))
        assert 3 == len(expected["page"])

    @pytest.mark.parametrize("earlier", revisions())
    def test_what_is_new_is_written(self, name: str, earlier: str, url: URL) -> None:
        """An attempt to sign up and a group are put and found in it, and who was there before goes on."""
        filled(url, earlier)
        migrate(url)
        repository = SQLAlchemyRepository(url)
        renamed = b.organization(version=1, name="Renamed")
        repository.commit(Batch(organization=b.OURS, puts=(b.sign_up(), g.group(), renamed)))
        found, person = repository.sign_up(b.sign_up_id()), repository.person(b.sub_account_id(1))
        groups = repository.groups((g.group_id(),))
        repository.close()
        assert (b.sign_up(version=1), (g.group(version=1),)) == (found, groups)
        assert person is not None
        assert "Renamed" == person.organization.name


@each_database
@pytest.mark.parametrize("earlier", revisions()[:-1])
def test_before_it_is_upgraded(name: str, earlier: str, url: URL) -> None:
    """What needs a table that an earlier revision has not is told to be outdated, and nothing of its batch is written."""
    filled(url, earlier)
    before = read(url)
    repository = SQLAlchemyRepository(url)
    new, find = NEW[earlier]
    with pytest.raises(StorageFailed) as unread:
        find(repository)
    both = Batch(organization=b.OURS, puts=(b.organization(version=1, name="Renamed"), new))
    with pytest.raises(StorageFailed) as unwritten:
        repository.commit(both)
    repository.close()
    assert ("outdated", "outdated") == (unread.value.problem, unwritten.value.problem)
    assert before == read(url)


def test_a_released_step_is_as_it_was() -> None:
    """No step that somebody's database was made by has changed by a letter, and each there is is named."""
    folder = Path(subaccounts.repositories.sqlalchemy.__file__).parent / "migrations" / "versions"
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name, _ in RELEASED.values()}
    assert revisions() == list(RELEASED)
    assert dict(RELEASED.values()) == digests


@each_database
def test_traits_are_written_down(name: str, url: URL) -> None:
    """The third revision writes down the job and the permission types of everybody, in portions, in every organization."""
    migrate(url, to="subaccounts_0002")
    people = [trained(number, of=of) for of in (b.OURS, b.THEIRS) for number in range(1, 602)]
    repository, engine = SQLAlchemyRepository(url), create_engine(url)
    for of in (b.OURS, b.THEIRS):
        plain = tuple(evolve(each, profile=b.profile({})) for each in people if each.id.organization == of)
        repository.commit(Batch(organization=of, puts=(b.organization(of), b.account(of=of), *plain)))
    repository.close()
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE subaccounts_sub_accounts SET body = :body WHERE organization = :tenant AND id = :id"),
            [
                {"tenant": each.id.organization.value, "id": each.id.value, "body": store_dumps(each, version=1)}
                for each in people
            ],
        )
    migrate(url)
    with engine.connect() as connection:
        rows = connection.execute(select(tables.sub_account_traits)).mappings().all()
    engine.dispose()
    expected = {tuple(sorted(row.items())) for each in people for row in traits_of(each)}
    assert expected == {tuple(sorted(row.items())) for row in rows}
    assert len(expected) == len(rows)


def trained(number: int, *, of: OrganizationId) -> SubAccount:
    """Return a person with a job, with permission types, with both or with neither."""
    values: dict[str, FieldValue] = {}
    if number % 2:
        values[f.JOB_PROFILE] = b.job_profile_id(number % 5, of=of)
    if number % 3:
        values[f.PERMISSION_TYPES] = frozenset(b.permission_type_id(n, of=of) for n in range(number % 3))
    return b.sub_account(number, of=of, login=f"person-{number}", profile=b.profile(values))
