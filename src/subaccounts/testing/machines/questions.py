"""What a machine asks: a question for each part of the port, which goes to every read of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from itertools import islice
from typing import Any, Final, final

from attrs import evolve, field, frozen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ...domain import fields as f
from ...domain.audience import Ungrouped
from ...domain.fields import Kind
from ...domain.ids import AccountId, OrganizationId
from ...domain.life import State
from ...domain.organization import Realm
from ...domain.queries import LARGEST_PAGE, EventQuery, PeopleCursor, PeopleQuery
from ...domain.sights import ResourceCursor, ResourceQuery, ViewersQuery
from ...domain.sub_account import sign_in_keys
from ...domain.viewer import Viewer
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from . import alphabet, drawn
from .alphabet import Digits

MANY: Final = 1_100
"""Ids in a long question: more than some databases take as parameters of one statement."""
LARGEST: Final = 1_000_002
"""The largest `which`; one more is a prime, so that every number is one other when it is scattered."""
_SCATTER: Final = 314_159
"""Parts a question's turn from its digits: the low ones already say what is asked for."""
_STRIDE: Final = 11
"""From one question of a handful to the next, which is about something else then."""


@final
@frozen
class Asked:
    """Hold one question to one read."""

    read: str
    args: tuple[Any, ...]
    named: dict[str, Any] = field(factory=dict)


@final
@frozen
class Question:
    """Hold what is asked in an organization: every part of the port, about whom and how narrowly `which` says."""

    of: OrganizationId = field(repr=lambda of: "a.OURS" if of == a.OURS else "a.THEIRS")
    which: int

    def asked(self, realms: Mapping[OrganizationId, Realm], /) -> Iterator[Asked]:
        """Yield the questions to the reads."""
        for part in _PARTS:
            yield from part(Digits(self.which), self.of, realms[self.of])

    def handful(self, realms: Mapping[OrganizationId, Realm], /, *, of: int) -> Iterator[Asked]:
        """Yield so many of the questions, each as likely as any other; which they are `which` says too."""
        first = self.which * _SCATTER % (LARGEST + 1)
        for turn in range(first, first + of * _STRIDE, _STRIDE):
            part, number = _TURNS[turn % len(_TURNS)]
            yield next(islice(part(Digits(self.which), self.of, realms[self.of]), number, None))


def questions() -> SearchStrategy[Question]:
    """Draw a question."""
    return st.builds(Question, drawn.tenants, st.integers(0, LARGEST))


_LIMITS: Final = (9, 1, 2, 3)
_AFTER: Final = (None, *map(a.value, range(1, 5)))


def _page(digits: Digits) -> dict[str, Any]:
    return {"after": digits.of(_AFTER), "limit": digits.of(_LIMITS)}


@cache
def _many(make: Callable[..., Any], of: OrganizationId) -> tuple[Any, ...]:
    """Return ids of nothing, of which a long question is made."""
    return tuple(make(number, of=of) for number in range(100, 100 + MANY))


def _people(digits: Digits, of: OrganizationId, _: Realm) -> Iterator[Asked]:
    """Ask for a page of people, narrowed in every way there is."""
    limit, words, account = digits.of(_LIMITS), digits.of(_WORDS), digits.of(_SOMEBODY)
    after = digits.of((*(None,) * 15, *((login.key, number) for login in alphabet.LOGINS for number in (0, 1, 2))))
    members = digits.of((None, None, (1,), (2, 3), ()))
    query = PeopleQuery(
        organization=of,
        account=a.account_id(account, of=of) if account else None,
        departments=None if members is None else frozenset(a.department_id(number, of=of) for number in members),
        states=digits.of(_STATES),
        words=words,
        after=PeopleCursor(login_key=after[0], id=a.value(after[1])) if after else None,
        limit=limit,
    )
    yield Asked("people_page", (query,))


_SOMEBODY: Final = (None, None, None, *alphabet.NUMBERS)
_WORDS: Final = (*((),) * 5, *((word,) for word in alphabet.WORDS))
_STATES: Final = (frozenset(State), frozenset(State) - {State.DELETED}, frozenset[State](), frozenset({State.WAITING}))


def _person(digits: Digits, of: OrganizationId, realm: Realm) -> Iterator[Asked]:
    """Ask for a person, how many there are, what was counted, and who holds what."""
    number = digits.of(alphabet.NUMBERS)
    yield Asked("person", (a.sub_account_id(number, of=of),))
    narrowed = {
        "kinds": frozenset(digits.of(((), (Kind.EMPLOYEE,), (Kind.EXTERNAL,), tuple(Kind)))),
        "systems": frozenset(digits.of(((), ("crm",), ("erp",), ("crm", "erp")))),
        "states": digits.of(_STATES),
    }
    yield Asked("people_count", (of,), narrowed)
    for name in alphabet.COUNTERS:
        yield Asked("counter", (of, name))
    accounts = [a.account(number, of=of, host=host) for host in alphabet.HOSTS]
    people = [a.sub_account(of=of, under=number, login=login, realm=realm) for login in alphabet.LOGINS]
    known = frozenset(each for each in alphabet.IDENTITIES if each)
    external = a.profile({f.EXTERNAL_ID: alphabet.EXTERNAL_ID})
    people.append(a.sub_account(of=of, under=number, realm=realm, identities=known, profile=external))
    keys = [key for account in accounts for key in account.keys] + [key for each in people for key in each.keys]
    yield Asked("holders", (keys,))


def _sign_in(digits: Digits, of: OrganizationId, _: Realm) -> Iterator[Asked]:
    """Ask what a sign-in decides on, at every account and at the organization."""
    login, stranger = digits.of(alphabet.LOGINS), a.stranger_id(digits.of(alphabet.NUMBERS), of=of)
    places: list[AccountId | OrganizationId] = [of, *(a.account_id(number, of=of) for number in alphabet.NUMBERS)]
    for where in places:
        yield Asked("sign_in_facts", (where,), {"keys": sign_in_keys(where, login.key), "stranger": stranger})


def _accounts(digits: Digits, of: OrganizationId, _: Realm) -> Iterator[Asked]:
    """Ask for an account and a page of them."""
    yield Asked("account", (a.account_id(digits.of(alphabet.NUMBERS), of=of),))
    yield Asked("accounts_page", (of,), _page(digits))


def _catalogs(digits: Digits, of: OrganizationId, _: Realm) -> Iterator[Asked]:
    """Ask for the organization, entries, a page of each kind, and both ways through the tree of departments."""
    numbers = digits.of(((1,), (1, 2, 3), (2,), (3,), (1, 2)))
    page, many = _page(digits), digits.of((False,) * 11 + (True,))
    departments = [a.department_id(number, of=of) for number in numbers]
    others = [make(number, of=of) for make in (a.job_profile_id, a.permission_type_id) for number in numbers]
    padding = _many(a.job_profile_id, of) if many else ()
    yield Asked("organization", (of,))
    yield Asked("catalog_entries", ([*padding, *others, *departments],))
    for kind in ("department", "job_profile", "permission_type"):
        yield Asked("catalog_page", (of,), {"kind": kind, **page})
    yield Asked("lineage", (departments,))
    yield Asked("offspring", (departments,))


def _queue(digits: Digits, of: OrganizationId, _: Realm) -> Iterator[Asked]:
    """Ask which organizations have something to do, and for a page of what waits."""
    now, after = NOON + timedelta(seconds=digits.of((20, 9, 8, 0))), digits.of((None, alphabet.TENANTS[0].value))
    queue = digits.of(alphabet.QUEUES)
    yield Asked("due", (queue,), {"now": now, "after": after, "limit": digits.of(_LIMITS)})
    yield Asked("tasks_page", (of, queue), _page(digits))


def _swept(digits: Digits, of: OrganizationId, _: Realm) -> Iterator[Asked]:
    """Ask for what is swept by its age, and for an attempt to sign up by its id."""
    before = NOON + timedelta(microseconds=digits.of((2_000_000, 1, 2, 500_000, 999_999, 0)))
    named = {"before": before, "limit": digits.of(_LIMITS)}
    yield Asked("stale_strangers", (of,), named)
    yield Asked("stale_sign_ups", (of,), named)
    yield Asked("sign_up", (a.sign_up_id(digits.of(alphabet.NUMBERS), of=of),))


def _groups(digits: Digits, of: OrganizationId, _: Realm) -> Iterator[Asked]:
    """Ask for groups and resources by their ids and by pages, and who is in them; now and then for very many."""
    number, numbers = digits.of(alphabet.NUMBERS), digits.of(((3, 1, 2), (1, 1), (2, 3), (1, 2)))
    page, many = _page(digits), digits.of((False,) * 11 + (True,))
    others = _many(g.group_id, of) if many else ()
    yield Asked("groups", ([*others, *(g.group_id(each, of=of) for each in numbers)],))
    yield Asked("groups_page", (of,), page)
    yield Asked("members_page", (g.group_id(number, of=of),), page)
    others = _many(g.resource_id, of) if many else ()
    yield Asked("resources", ([*others, *(alphabet.resource_id(each, of=of) for each in numbers)],))
    yield Asked("participants_page", (alphabet.resource_id(number, of=of),), page)
    yield Asked("viewer_facts", ([a.sub_account_id(each, of=of) for each in numbers],))


def _scattered(digits: Digits) -> Digits:
    """Return digits of one's own: there are not enough for all that is asked."""
    return Digits(digits.number * _SCATTER % (LARGEST + 1))


def _viewer(digits: Digits, of: OrganizationId) -> Viewer:
    """Return somebody who looks, stored or not."""
    external, groups = digits.of((False, True)), digits.of(((1, 2), (1,), (), (2,)))
    rosters, opened = digits.of(((), (1, 2, 3))), digits.of(((1,), (), (1, 2)))
    departments, job = digits.of(((1,), (), (1, 2))), digits.of((1, None))
    permissions, state = digits.of(((1,), ())), digits.of((State.ACTIVE, State.ACTIVE, State.ARCHIVED))
    return g.viewer(
        of=of,
        state=state,
        kind=Kind.EXTERNAL if external else Kind.EMPLOYEE,
        groups=frozenset(g.group_id(each, of=of) for each in groups),
        applications=frozenset(g.application_id(each, of=of) for each in opened),
        departments=frozenset(a.department_id(each, of=of) for each in departments),
        job_profile=a.job_profile_id(job, of=of) if job else None,
        permission_types=frozenset(a.permission_type_id(each, of=of) for each in permissions),
        rosters=frozenset(alphabet.resource_id(each, of=of) for each in rosters),
    )


def _member(digits: Digits, of: OrganizationId) -> Viewer:
    """Return somebody in one group, for whom that or an application decides: everything else that is asked for is there."""
    group, kind, opened = digits.of((1, 2)), digits.of(tuple(Kind)), digits.of(((1, 2), (1, 2), (2,), ()))
    return g.viewer(
        of=of,
        kind=kind,
        groups=frozenset({g.group_id(group, of=of)}),
        applications=frozenset(g.application_id(each, of=of) for each in opened),
        departments=frozenset(a.department_id(each, of=of) for each in alphabet.NUMBERS),
        job_profile=a.job_profile_id(1, of=of),
        permission_types=frozenset({a.permission_type_id(1, of=of)}),
        rosters=frozenset(alphabet.resource_id(each, of=of) for each in alphabet.NUMBERS),
    )


def _resources(digits: Digits, of: OrganizationId, _: Realm) -> Iterator[Asked]:
    """Ask what somebody is shown: a page, a number, which of several; and what there is at all."""
    viewer = _viewer(_scattered(digits), of)
    kind, prefix, limit = digits.of(("course", "course", "test")), digits.of(alphabet.BEGINNINGS), digits.of(_LIMITS)
    ungrouped = digits.of(tuple(Ungrouped))
    after = digits.of((None, None, ("arzt", 1), ("fish", 2), ("\ufa0e", 1)))
    cursor = ResourceCursor(name_key=after[0], id=alphabet.resource_id(after[1], of=of).value) if after else None
    query = ResourceQuery(
        organization=of, type=kind, viewer=viewer, ungrouped=ungrouped, prefix=prefix, after=cursor, limit=limit
    )
    yield Asked("resources_page", (query,))
    yield Asked("resources_page", (evolve(query, viewer=None),))
    member = _member(_scattered(digits), of)
    whole = evolve(query, ungrouped=Ungrouped.NOBODY, prefix="", after=None, limit=LARGEST_PAGE)
    yield Asked("resources_page", (evolve(whole, viewer=member),))
    yield Asked("resources_page", (evolve(whole, viewer=None),))
    yield Asked("resources_count", (query,))
    others = _many(g.resource_id, of) if digits.of((False,) * 11 + (True,)) else ()
    ids = [
        *others,
        *(alphabet.resource_id(each, of=tenant) for tenant in alphabet.TENANTS for each in alphabet.NUMBERS),
    ]
    yield Asked("visible_among", (viewer, ids), {"ungrouped": ungrouped})


def _viewers(digits: Digits, of: OrganizationId, _: Realm) -> Iterator[Asked]:
    """Ask who sees a resource, which is stored so or not."""
    number, limit = digits.of(alphabet.NUMBERS), digits.of(_LIMITS)
    at = NOON + timedelta(microseconds=digits.of((0, 1, -1)))
    ungrouped, plain = digits.of(tuple(Ungrouped)), digits.of(alphabet.PLAIN)
    query = ViewersQuery(
        resource=alphabet.resource(number, digits.number, of=of), ungrouped=ungrouped, at=at, limit=limit
    )
    yield Asked("viewers_page", (query,))
    shown = alphabet.resource(number, plain, of=of)
    yield Asked("viewers_page", (evolve(query, resource=shown, ungrouped=Ungrouped.EVERYBODY),))


def _trail(digits: Digits, of: OrganizationId, _: Realm) -> Iterator[Asked]:
    """Ask for the trail, what waits to be sealed, the feed, its head and a request."""
    account, person = digits.of((None, 1, 2)), digits.of(_SOMEBODY)
    after, limit, request = digits.of(range(drawn.EVENTS + 1)), digits.of(_LIMITS), digits.of(alphabet.REQUESTS)
    query = EventQuery(
        organization=of,
        account=a.account_id(account, of=of) if account else None,
        sub_account=a.sub_account_id(person, of=of) if person else None,
        after=a.value(after) if after else None,
        limit=limit,
    )
    yield Asked("events_page", (query,))
    yield Asked("unsealed_events", (of,), {"limit": limit})
    yield Asked("events_after", (of,), {"position": after % 4, "limit": limit})
    yield Asked("chain", (of,))
    yield Asked("request", (of, request))


_Part = Callable[[Digits, OrganizationId, Realm], Iterator[Asked]]
_PARTS: Final[tuple[_Part, ...]] = (
    _people, _person, _sign_in, _catalogs, _accounts, _trail, _queue, _swept, _groups, _resources, _viewers,
)  # fmt: skip
_TURNS: Final = tuple(
    (part, number) for part in _PARTS for number, _ in enumerate(part(Digits(0), a.OURS, Realm.ACCOUNT))
)
"""Every question there is: the part of the port it is in, and which one of that."""
