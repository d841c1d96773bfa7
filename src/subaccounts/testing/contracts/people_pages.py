"""The contract of R9, pages of people: the domain's own `matches` is the oracle, so that no query language drifts."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from ...domain import fields as f
from ...domain.decision import Record
from ...domain.email import Email
from ...domain.ids import DepartmentId, OrganizationId
from ...domain.life import State
from ...domain.login import Login
from ...domain.queries import LARGEST_PAGE, PeopleCursor, PeopleQuery, matches, search_words
from ...domain.sub_account import SubAccount
from ...ports.twins import AsyncRepository
from .. import builders as a
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, store, stored, walk

SEARCHES = (
    "anna", "an", "nna", "ANNA sell", "sell anna", "seller anna x", "100%", "%", "_", "o'brien", "\\", "ö", "Ö", "straß",
    "strasse", "анна", "李", "anna@", "example", "  ", "shop-7", "*", "?", "[a", "' or 1=1 --", "\u212b", "null", "🦊",
)  # fmt: skip
"""Search texts; each word has to begin a word. Some mean something to SQL, LIKE, GLOB or full-text engines."""

_KEYS = ("b", "a", "a_b", "ab", "a-b", "zoe", "é", "e\u0301", "ж", "\ufa0e", "\U00010428", "10", "9")
"""Login keys whose binary order is no collation's; U+FA0E and U+10428 even change places when compared as UTF-16."""


def crowd(*, of: OrganizationId = a.OURS) -> list[SubAccount]:
    """Return people under accounts 1 and 2 whose logins, names, departments and states differ in every way that counts."""
    people = []
    for number, key in enumerate(_KEYS, start=10):
        login = Login(text=key, key=key, skeleton=key, unicode_version="15.0.0")
        people.append(a.sub_account(number, of=of, under=1 + number % 2, login=login))
    # one login in two accounts: the id decides their order, whichever was put first
    people += [a.sub_account(40, of=of, under=2, login="anna"), a.sub_account(39, of=of, under=3, login="anna")]
    for number, (name, position) in enumerate(_NAMES, start=50):
        named = a.profile({f.FULL_NAME: name, f.POSITION: position})
        people.append(a.sub_account(number, of=of, under=1 + number % 3, profile=named))
    for number, state in enumerate(State, start=70):
        people.append(a.sub_account(number, of=of, state=state, login=f"anna.{state.value}"))
    first, second, third = (a.department_id(number, of=of) for number in (1, 2, 3))
    for number, members in enumerate(({first}, {second}, {first, second}, {third}, {first, third}), start=80):
        people.append(a.sub_account(number, of=of, profile=a.profile({f.DEPARTMENTS: frozenset(members)})))
    mail = a.profile({f.EMAIL: Email.parse("Anna@Example.org"), f.GIVEN_NAME: "Ann", f.FAMILY_NAME: "O'Brien"})
    return [*people, a.sub_account(90, of=of, profile=mail, state=State.ACTIVE)]


_NAMES = (
    ("Anna Öberg", "Seller 100%"),
    ("Ånna Strauß", "seller_anna"),
    ("Hannah", "Anna's help"),
    ("Анна Іваненко", "продавець"),
    ("李小龍", "\\ back"),
    ("Mary Jane O'Brien", "🦊 keeper"),
    ("Straße Ünal", "null"),
)


def households(*, of: OrganizationId = a.OURS) -> list[Record]:
    """Return the organization, departments and accounts that the crowd lives in."""
    return [a.organization(of), *(a.department(n, of=of) for n in (1, 2, 3)), *(a.account(n, of=of) for n in (1, 2, 3))]


def queries(*, of: OrganizationId = a.OURS) -> Iterator[PeopleQuery]:
    """Return the questions of a people page, one by one and combined."""
    everyone = PeopleQuery(organization=of, limit=LARGEST_PAGE)
    yield everyone
    first, second = a.department_id(1, of=of), a.department_id(2, of=of)
    chosen = (
        frozenset[DepartmentId](),
        frozenset({first}),
        frozenset({first, second}),
        frozenset({a.department_id(9, of=of)}),
    )
    for departments in chosen:
        yield evolve(everyone, departments=departments)
        yield evolve(everyone, departments=departments, account=a.account_id(1, of=of), words=("person",))
    for states in (frozenset(State), frozenset({State.DELETED}), frozenset({State.ACTIVE}), frozenset[State]()):
        yield evolve(everyone, states=states)
        yield evolve(everyone, states=states, words=("anna",))
    for text in SEARCHES:
        yield evolve(everyone, words=search_words(text))
        yield evolve(everyone, words=search_words(text), account=a.account_id(2, of=of))


class PeoplePagesContract(StorageContract):
    """Prove clause R9; needs `people_page` and `commit`."""

    @clause("R9")
    async def test_r9_a_page_is_what_matches_says(self) -> None:
        """Every narrowing, alone and combined, answers just the people that `matches`, in binary order."""
        repository = await self.opened()
        people = crowd()
        await _store_crowd(repository, people, of=a.OURS)
        for query in queries():
            expect_equal(_ordered(people, query), list(await repository.people_page(query)), f"the people of {query}")

    @clause("R9")
    async def test_r9_pages_join_without_gap_or_repetition(self) -> None:
        """Pages of any size, laid end to end, are the whole answer once; a page's last row is not repeated."""
        repository = await self.opened()
        people = crowd()
        await _store_crowd(repository, people, of=a.OURS)
        for query in (PeopleQuery(organization=a.OURS), PeopleQuery(organization=a.OURS, words=("anna",))):
            for limit in (1, 2, 7, len(people), len(people) + 1):
                rows = await _pages(repository, evolve(query, limit=limit))
                expect_equal(_names(_ordered(people, query)), _names(rows), f"{query.words or 'everybody'} by {limit}")

    @clause("R9")
    async def test_r9_a_cursor_outlives_its_person(self) -> None:
        """A page begins after its cursor, though nobody stands there any more."""
        repository = await self.opened()
        people = crowd()
        await _store_crowd(repository, people, of=a.OURS)
        everyone = _ordered(people, PeopleQuery(organization=a.OURS))
        for key, id_value in (("anna", a.value(20)), ("anna", a.value(39)), ("aa", a.value(99)), ("\U0010ffff", "z")):
            after = PeopleCursor(login_key=key, id=id_value)
            expected = [person for person in everyone if (person.login.key, person.id.value) > (key, id_value)]
            found = await repository.people_page(PeopleQuery(organization=a.OURS, after=after, limit=LARGEST_PAGE))
            expect_equal(_names(expected), _names(found), f"the people after {after}")

    @clause("R9")
    async def test_r9_a_page_follows_every_put(self) -> None:
        """Renamed, moved to another department or archived, a person is found as it is now and no longer as it was."""
        repository = await self.opened()
        before = a.sub_account(profile=a.profile({f.FULL_NAME: "Bert", f.DEPARTMENTS: frozenset({a.department_id(1)})}))
        await store(repository, *households(), before, a.credential())
        now = a.profile({f.FULL_NAME: "Carl", f.DEPARTMENTS: frozenset({a.department_id(2)})})
        after = evolve(stored(before), login=Login.parse("zacharias"), profile=now, state=State.ARCHIVED)
        await store(repository, after)
        asked = PeopleQuery(organization=a.OURS)
        for words, departments, states in (
            (("bert",), None, asked.states), ((), frozenset({a.department_id(1)}), asked.states),
            (("person",), None, asked.states), ((), None, frozenset({State.WAITING})),
        ):  # fmt: skip
            query = evolve(asked, words=words, departments=departments, states=states)
            expect_equal((), await repository.people_page(query), f"the person as it was, by {query}")
        query = evolve(asked, words=("carl", "zach"), departments=now.departments, states=frozenset({State.ARCHIVED}))
        expect_equal((stored(after),), await repository.people_page(query), "the person as it is now")

    @clause("R9")
    async def test_r9_from_another_account(self) -> None:
        """A page of one account shows nobody of another, though the logins are the same."""
        repository = await self.opened()
        one, two = a.sub_account(1, under=1, login="anna"), a.sub_account(2, under=2, login="anna")
        await store(repository, *households(), one, a.credential(1), two, a.credential(2))
        for person in (one, two):
            query = PeopleQuery(organization=a.OURS, account=person.account, words=("anna",))
            expect_equal((stored(person),), await repository.people_page(query), f"the people of {person.account}")

    @clause("R9")
    async def test_r9_from_another_organization(self) -> None:
        """No question of another organization is answered with our people, though all values are the same."""
        repository = await self.opened()
        ours, theirs = crowd(), [person for person in crowd(of=a.THEIRS) if int(person.id.value[-4:], 16) % 3 == 0]
        await _store_crowd(repository, ours, of=a.OURS)
        expect_equal((), await repository.people_page(PeopleQuery(organization=a.THEIRS)), "theirs, when only we are")
        await _store_crowd(repository, theirs, of=a.THEIRS)
        for query in queries(of=a.THEIRS):
            expect_equal(_ordered(theirs, query), list(await repository.people_page(query)), f"the people of {query}")


async def _store_crowd(repository: AsyncRepository, people: list[SubAccount], *, of: OrganizationId) -> None:
    numbered = [(person, a.credential(int(person.id.value[-4:], 16), of=of)) for person in people]
    await store(repository, *households(of=of), *(record for pair in numbered for record in pair))


def _ordered(people: list[SubAccount], query: PeopleQuery) -> list[SubAccount]:
    found = [stored(person) for person in people if matches(person, query)]
    return sorted(found, key=lambda person: (person.login.key, person.id.value))


def _names(people: list[SubAccount] | tuple[SubAccount, ...]) -> list[tuple[str, str]]:
    return [(person.login.key, person.id.value) for person in people]


async def _pages(repository: AsyncRepository, query: PeopleQuery) -> list[SubAccount]:
    async def page(last: SubAccount | None) -> tuple[SubAccount, ...]:
        after = PeopleCursor(login_key=last.login.key, id=last.id.value) if last else query.after
        return await repository.people_page(evolve(query, after=after))

    return await walk(page, query.limit)
