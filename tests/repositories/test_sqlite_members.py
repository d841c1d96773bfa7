"""What is written beside a record: what an audience names, what a person has, which applications a group opens; and in old files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts.domain import fields as f
from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.decision import Batch, Record, Seen
from subaccounts.domain.ids import SubAccountId
from subaccounts.domain.sights import ResourceQuery, ViewersQuery
from subaccounts.domain.viewer import Viewer
from subaccounts.errors import StorageFailed
from subaccounts.repositories import MemoryRepository, SQLiteRepository
from subaccounts.repositories.sqlite import commit, schema, sights, tables
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from tests.repositories.children import first_batch

GROUPS: Final = frozenset({g.group_id(1), g.group_id(2)})
DEPARTMENTS: Final = frozenset({b.department_id(1)})


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[SQLiteRepository]:
    """Answer a store with an account and two groups in it."""
    with SQLiteRepository(tmp_path / "portal.db") as opened:
        opened.commit(first_batch())
        opened.commit(Batch(organization=b.OURS, puts=(g.group(1), g.group(2))))
        yield opened


def rows(repository: SQLiteRepository, table: str, *columns: str) -> list[Any]:
    """Return what a table holds, in order."""
    with repository._connections.mine() as connection:
        return connection.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(columns)}").fetchall()


def put(repository: SQLiteRepository, *records: Record) -> None:
    """Put records of one organization."""
    repository.commit(Batch(organization=records[0].id.organization, puts=records))


class TestAudiences:
    """What an audience names is written anew with each put of its resource, and gone with it."""

    def audience(self, repository: SQLiteRepository) -> list[Any]:
        """Return what is named, and whether it is a door."""
        return rows(repository, "audiences", "part", "value", "door")

    def test_the_first_part_is_the_door(self, repository: SQLiteRepository) -> None:
        """Of several parts the first that names something has the doors; whoever sees the resource is met by it."""
        put(repository, g.resource(audience=Audience(groups=GROUPS, departments=DEPARTMENTS)))
        doors = [("department", b.value(1), 0), ("group", b.value(1), 1), ("group", b.value(2), 1)]
        assert doors == self.audience(repository)

    def test_another_audience(self, repository: SQLiteRepository) -> None:
        """After a put nothing of the earlier audience, name or flags is left; then another part is the door."""
        put(repository, g.resource(audience=Audience(groups=GROUPS), application=g.application_id()))
        changed = g.resource(
            version=1, name="Zoo", audience=Audience(departments=DEPARTMENTS), hidden_from_external=True
        )
        put(repository, changed)
        columns = ("part", "value", "door", "type", "name_key", "named", "hidden", "application")
        expected = ("department", b.value(1), 1, "course", "zoo", 2, 1, None)
        assert [expected] == rows(repository, "audiences", *columns)

    def test_nobody_named(self, repository: SQLiteRepository) -> None:
        """A resource that names nobody has one door, of its own kind."""
        put(repository, g.resource())
        assert [("", "", 1)] == self.audience(repository)

    def test_what_was_removed(self, repository: SQLiteRepository) -> None:
        """There is no door to what was removed, and there is one again when it was put back."""
        put(repository, g.resource(audience=Audience(groups=GROUPS)))
        put(repository, g.resource(version=1, audience=Audience(groups=GROUPS), removed_at=NOON))
        assert [] == self.audience(repository)
        put(repository, g.resource(version=2))
        assert [("", "", 1)] == self.audience(repository)

    def test_gone_with_its_resource(self, repository: SQLiteRepository) -> None:
        """When a resource goes, what it named goes; that of another resource stays."""
        put(repository, g.resource(1, audience=Audience(groups=GROUPS)), g.resource(2))
        repository.commit(Batch(organization=b.OURS, removes=(Seen(id=g.resource_id(1), version=1),)))
        assert [("course/2", "")] == rows(repository, "audiences", "resource", "part")


class TestOfPeopleAndGroups:
    """What a person has, and what a group opens, is written and goes in the same way."""

    def test_a_person(self, repository: SQLiteRepository) -> None:
        """Job profile, permission types and departments are those of the last put, and gone with the person."""
        first = person(1, job=1, permissions=(1, 2), departments=(1,))
        put(repository, first, b.credential())
        put(repository, evolve(person(1, permissions=(2,), departments=(2,)), version=1))
        assert [("permission_type", b.value(2))] == rows(repository, "sub_account_traits", "part", "value")
        assert [(b.value(2),)] == rows(repository, "sub_account_departments", "department")
        gone = (Seen(id=first.id, version=2), Seen(id=first.id.credential, version=1))
        repository.commit(Batch(organization=b.OURS, removes=gone))
        assert [] == rows(repository, "sub_account_traits", "part") + rows(
            repository, "sub_account_departments", "department"
        )

    def test_a_group(self, repository: SQLiteRepository) -> None:
        """The applications are those of the last put, and gone with the group."""
        one, two = g.application_id(1), g.application_id(2)
        put(repository, g.group(version=1, applications=frozenset({one, two})))
        put(repository, g.group(version=2, applications=frozenset({two})))
        assert [(b.value(1), b.value(2))] == rows(repository, "group_applications", "group_id", "application")
        repository.commit(Batch(organization=b.OURS, removes=(Seen(id=g.group_id(), version=3),)))
        assert [] == rows(repository, "group_applications", "application")

    def test_many_records_are_few_statements(self, repository: SQLiteRepository) -> None:
        """A thousand records of each kind, new or changed, are a handful of statements."""
        numbers = range(1, 51)
        told: list[str] = []
        with repository._connections.mine() as connection:
            connection.set_trace_callback(lambda statement: told.append(statement.split("(")[0]))
        everybody = [record for n in numbers for record in b.person(n, profile=profile(1, (1, 2), (1,)))]
        resources = [g.resource(n, audience=Audience(groups=GROUPS), rostered=True) for n in numbers]
        between = [
            record for n in numbers for record in (g.membership(n, person=n), g.participation(n, resource=n, person=n))
        ]
        put(repository, *everybody, *resources, *between)
        tables = {
            "sub_accounts", "credentials", "sub_account_departments", "sub_account_traits", "resources", "audiences",
            "memberships", "participations", "unique_keys",
        }  # fmt: skip
        assert {f"INSERT INTO {table} " for table in tables} == {each for each in told if each.startswith("INSERT")}


def profile(job: int | None = None, permissions: tuple[int, ...] = (), departments: tuple[int, ...] = ()) -> Any:
    """Return the profile of somebody who has these."""
    values: dict[str, Any] = {
        f.PERMISSION_TYPES: frozenset(map(b.permission_type_id, permissions)),
        f.DEPARTMENTS: frozenset(map(b.department_id, departments)),
    }
    if job is not None:
        values[f.JOB_PROFILE] = b.job_profile_id(job)
    return b.profile(values)


def person(
    number: int, *, job: int | None = None, permissions: tuple[int, ...] = (), departments: tuple[int, ...] = ()
) -> Any:
    """Return a person who has these."""
    return b.sub_account(number, profile=profile(job, permissions, departments))


@pytest.mark.parametrize("opened", [MemoryRepository, None], ids=["memory", "file"])
@pytest.mark.parametrize(
    "put",
    [g.membership(group=7), g.membership(person=7), g.participation(resource=7), g.participation(person=7)],
    ids=["no group", "no member", "no resource", "no participant"],
)
def test_between_what_is_not_there(opened: Any, put: Record, tmp_path: Path) -> None:
    """A membership or a participation is not written without both that it is between, and keeps both."""
    repository = opened() if opened else SQLiteRepository(tmp_path / "portal.db")
    repository.commit(first_batch())
    there = (*b.person(), g.group(), g.resource(), g.membership(2), g.participation(2))
    repository.commit(Batch(organization=b.OURS, puts=there))
    removed = Seen(id=g.group_id(), version=1), Seen(id=g.resource_id(), version=1)
    for batch in (
        Batch(organization=b.OURS, puts=(put,)),
        *(Batch(organization=b.OURS, removes=(each,)) for each in removed),
    ):
        with pytest.raises(StorageFailed) as refused:
            repository.commit(batch)
        assert "dangling" == refused.value.problem


PEOPLE: Final = (
    *(person(1, job=1, permissions=(1, 2), departments=(3,)), b.credential(1)),
    *(person(2, job=2, departments=(2,)), b.credential(2)),
    *(person(3, permissions=(2,)), b.credential(3)),
    *b.person(4),
)
CATALOG: Final = (b.department(1), b.department(2, under=1), b.department(3, under=2))
RESOURCES: Final = tuple(
    g.resource(n, audience=audience)
    for n, audience in enumerate(
        (
            Audience(job_profiles=frozenset({b.job_profile_id(1)})),
            Audience(permission_types=frozenset({b.permission_type_id(2)})),
            Audience(departments=DEPARTMENTS),
            Audience(departments=DEPARTMENTS, job_profiles=frozenset({b.job_profile_id(2)})),
        ),
        start=1,
    )
)


class TestEarlierFiles:
    """A file of the schema before groups, with people in it, becomes one of today's and answers right."""

    @pytest.fixture
    def earlier(self, tmp_path: Path) -> Path:
        """Answer a file of people with job profiles, permission types and departments, as it was written then."""
        path = tmp_path / "earlier.db"
        with pytest.MonkeyPatch.context() as then:
            then.setattr(schema, "STEPS", schema.STEPS[:2])
            then.setattr(commit, "MEMBERS", {SubAccountId.kind: tables.MEMBERS[SubAccountId.kind][:1]})
            with SQLiteRepository(path) as made:
                made.commit(first_batch())
                put(made, *CATALOG, *PEOPLE)
        return path

    def test_what_people_have(self, earlier: Path) -> None:
        """Everybody's job profile and permission types are found, as if they had been written today."""
        with SQLiteRepository(earlier) as repository:
            expected = [
                ("job_profile", b.value(1), b.value(1)),
                ("job_profile", b.value(2), b.value(2)),
                ("permission_type", b.value(1), b.value(1)),
                ("permission_type", b.value(2), b.value(1)),
                ("permission_type", b.value(2), b.value(3)),
            ]
            assert expected == rows(repository, "sub_account_traits", "part", "value", "sub_account")

    @pytest.mark.parametrize("walk", [None, 1], ids=["in earnest", "by doors"])
    def test_who_sees_what(self, earlier: Path, walk: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
        """People who were there before see what they would, had they been added today."""
        if walk is not None:
            monkeypatch.setattr(sights, "WALK", walk)
            monkeypatch.setattr(sights, "WALK_EACH", 0)
        memory = MemoryRepository()
        memory.commit(first_batch())
        memory.commit(Batch(organization=b.OURS, puts=(*CATALOG, *PEOPLE)))
        with SQLiteRepository(earlier) as file:
            for repository in (memory, file):
                repository.commit(Batch(organization=b.OURS, puts=RESOURCES))
            found = [self.answers(repository) for repository in (memory, file)]
        assert found[0] == found[1]
        assert [["person-1"], ["person-1", "person-3"], ["person-1", "person-2"], ["person-2"]] == found[1][0]

    def answers(self, repository: Any) -> tuple[list[list[str]], list[Any]]:
        """Return who sees each resource, and what each person sees."""
        queries = [ViewersQuery(resource=each, ungrouped=Ungrouped.NOBODY, at=NOON) for each in RESOURCES]
        viewers = [
            Viewer.at(NOON, facts) for facts in repository.viewer_facts([b.sub_account_id(n) for n in (1, 2, 3, 4)])
        ]
        seen = [
            repository.resources_page(
                ResourceQuery(organization=b.OURS, type="course", viewer=viewer, ungrouped=Ungrouped.NOBODY)
            )
            for viewer in viewers
        ]
        return [[each.login.text for each in repository.viewers_page(query)] for query in queries], seen

    @pytest.mark.parametrize("body", ["{", "[]", '{"profile": 1}', '{"profile": {"job_profile": 1}}'])
    def test_a_damaged_body(self, earlier: Path, body: str) -> None:
        """A body that the library did not write is told as damage, and the file stays as it was."""
        connection = sqlite3.connect(earlier)
        connection.execute("UPDATE sub_accounts SET body = ? WHERE id = ?", (body, b.value(4)))
        connection.commit()
        with pytest.raises(StorageFailed) as refused:
            SQLiteRepository(earlier)
        assert ("damaged", 2) == (refused.value.problem, connection.execute("PRAGMA user_version").fetchone()[0])
        connection.close()

    def test_without_the_json_of_sqlite(self) -> None:
        """No step asks a function of SQLite that a build of it can lack."""
        said = [each for step in schema.STEPS for each in step if isinstance(each, str)]
        assert [] == [each for each in said if "json" in each.lower()]
