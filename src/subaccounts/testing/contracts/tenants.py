"""Two tenants under the same values: what each of them puts, and what every read of the port has to answer it.

What belongs here: the values, and the answers that follow from them. The tests that ask are in `isolation`.

Ids, keys, logins, request ids, counters and positions are equal in both. What they stand for is not, and each tenant has
one thing of a kind that the other lacks, so that an answer with anything of the other's is a wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any, Final, final

from attrs import evolve, frozen

from ...domain.audit import Seal
from ...domain.catalog import CatalogEntry
from ...domain.decision import Batch, Count, Record
from ...domain.events import SealedEvent
from ...domain.ids import OrganizationId
from ...domain.queries import EventQuery, PeopleQuery, SignInFacts
from ...domain.sign_up import SignUp
from ...domain.sub_account import AccountFacts, Person, sign_in_keys
from ...domain.task import Leased, Task
from ...ports.twins import AsyncRepository
from .. import builders as a
from ..clock import NOON
from .asked import MOST, SHARED, Asked
from .storage import nobodys_key, store, stored
from .tenant_sights import questions_about_sights, shown_records

LATER: Final = NOON + timedelta(days=1)
FAR: Final = NOON + timedelta(days=99)


@final
@frozen(kw_only=True)
class Tenant:
    """Put everything there is under an organization; `own` is the number of what only this tenant has."""

    of: OrganizationId
    own: int

    async def put(self, repository: AsyncRepository, /) -> None:
        """Write all of it, in the order in which storage takes it."""
        await store(repository, *self._records)
        events = tuple(each.event for each in self._sealed)
        batch = Batch(
            organization=self.of,
            counts=(Count(name="seats", by=10 + self.own),),
            events=(*events, self._loose),
            request=self._request,
            tasks=self._tasks,
        )
        await repository.commit(batch)
        seals = tuple(Seal(event=each.event.id, position=each.position, digest=each.digest) for each in self._sealed)
        await repository.commit(Batch(organization=self.of, seals=seals))

    def asked(self, read: str, /) -> tuple[Asked, ...]:
        """Return the questions to a read of `Repository`, by its name; KeyError for a read that has none."""
        return self.questions[read]

    @property
    def questions(self) -> Mapping[str, tuple[Asked, ...]]:
        """Return the questions to every read."""
        return _questions(self)

    def all_questions(self) -> Mapping[str, tuple[Asked, ...]]:
        """Return them, made anew."""
        people = {**self._of_people, **self._of_sign_ins, **self._of_sign_ups}
        sights = questions_about_sights(self.of, self.own, self._records)
        return {**self._of_offices, **people, **self._of_the_trail, **self._of_queues, **sights}

    @property
    def _of_offices(self) -> Mapping[str, tuple[Asked, ...]]:
        page: dict[str, Any] = {"after": None, "limit": MOST}
        numbers = (SHARED, self.own, self._others)
        everything = [make(n, of=self.of) for make in (a.department_id, a.job_profile_id) for n in numbers]
        facts = AccountFacts(organization=stored(self._organization), account=stored(self._account(SHARED)))
        accounts = tuple(stored(self._account(number)) for number in (SHARED, self.own))
        departments = tuple(map(stored, sorted(self._departments, key=lambda each: each.id.value)))
        tree = frozenset(each.id for each in self._departments)
        top, leaf = (each.id for each in self._departments)
        every = tuple(a.department_id(number, of=self.of) for number in numbers)
        other = a.account_id(self._others, of=self.of)
        return {
            "organization": (Asked((self.of,), answer=stored(self._organization), nothing=None),),
            "catalog_entries": (Asked((everything,), answer=(*departments, stored(self._job)), nothing=()),),
            "catalog_page": (
                Asked((self.of,), named={"kind": "department", **page}, answer=departments, nothing=()),
                Asked((self.of,), named={"kind": "job_profile", **page}, answer=(stored(self._job),), nothing=()),
            ),
            "lineage": tuple(Asked((ids,), answer=tree, nothing=frozenset()) for ids in ((leaf,), every)),
            "offspring": tuple(Asked((ids,), answer=tree, nothing=frozenset()) for ids in ((top,), every)),
            "account": (
                Asked((a.account_id(of=self.of),), answer=facts, nothing=None),
                Asked((other,), answer=None, nothing=None),
            ),
            "accounts_page": (Asked((self.of,), named=page, answer=accounts, nothing=()),),
        }

    @property
    def _of_people(self) -> Mapping[str, tuple[Asked, ...]]:
        whole = Person(
            organization=stored(self._organization),
            account=stored(self._account(SHARED)),
            sub_account=stored(self._person(SHARED)),
            credential=stored(a.credential(of=self.of)),
        )
        people = tuple(stored(self._person(number)) for number in (SHARED, self.own))
        under = PeopleQuery(organization=self.of, account=a.account_id(of=self.of), limit=MOST)
        any_of_them = {name: frozenset[Any]() for name in ("kinds", "systems", "states")}
        keys = [key for n in (SHARED, self.own, self._others) for key in a.sub_account(n, of=self.of).keys]
        held = {key: person.id for person in people for key in person.keys}
        return {
            "person": (
                Asked((a.sub_account_id(of=self.of),), answer=whole, nothing=None),
                Asked((a.sub_account_id(self._others, of=self.of),), answer=None, nothing=None),
            ),
            "people_page": (
                Asked((PeopleQuery(organization=self.of, limit=MOST),), answer=people, nothing=()),
                Asked((under,), answer=people, nothing=()),
            ),
            "people_count": (Asked((self.of,), named=any_of_them, answer=len(people), nothing=0),),
            "counter": (Asked((self.of, "seats"), answer=10 + self.own, nothing=None),),
            "holders": (Asked((keys,), answer=held, nothing={}),),
        }

    @property
    def _of_sign_ins(self) -> Mapping[str, tuple[Asked, ...]]:
        where, stranger = a.account_id(of=self.of), a.stranger_id(of=self.of)
        at = SignInFacts(organization=stored(self._organization), account=stored(self._account(SHARED)))
        found = evolve(
            at, sub_account=stored(self._person(SHARED)), credential=stored(a.credential(SHARED, of=self.of))
        )
        alone = SignInFacts(organization=stored(self._organization))
        absent = a.stranger_id(self._others, of=self.of)
        login, other = self._person(SHARED).login.key, self._person(self._others).login.key
        return {
            "sign_in_facts": (
                Asked((where,), named=_standing(where, login, stranger), answer=found, nothing=None),
                Asked((where,), named=_standing(where, other, absent), answer=at, nothing=None),
                Asked(
                    (self.of,),
                    named=_standing(self.of, other, stranger),
                    answer=evolve(alone, stranger=stored(self._stranger(SHARED))),
                    nothing=None,
                ),
                Asked(
                    (self.of,),
                    named={"keys": (nobodys_key(self.of),), "stranger": absent},
                    answer=alone,
                    nothing=None,
                ),
            ),
            "stale_strangers": (
                Asked(
                    (self.of,),
                    named={"before": LATER, "limit": MOST},
                    answer=(stored(self._stranger(SHARED)), stored(self._stranger(self.own))),
                    nothing=(),
                ),
            ),
        }

    @property
    def _of_sign_ups(self) -> Mapping[str, tuple[Asked, ...]]:
        mine = tuple(stored(self._sign_up(number)) for number in (SHARED, self.own))
        stale = {"before": FAR, "limit": MOST}
        return {
            "sign_up": (
                Asked((a.sign_up_id(of=self.of),), answer=mine[0], nothing=None),
                Asked((a.sign_up_id(self._others, of=self.of),), answer=None, nothing=None),
            ),
            "stale_sign_ups": (Asked((self.of,), named=stale, answer=mine, nothing=()),),
        }

    @property
    def _of_the_trail(self) -> Mapping[str, tuple[Asked, ...]]:
        events = (*(each.event for each in self._sealed), self._loose)
        most = {"limit": MOST}
        query = EventQuery(organization=self.of, limit=MOST)
        about = evolve(query, account=a.account_id(of=self.of), sub_account=a.sub_account_id(of=self.of))
        return {
            "events_page": (
                Asked((query,), answer=events, nothing=()),
                Asked((about,), answer=events, nothing=()),
            ),
            "unsealed_events": (Asked((self.of,), named=most, answer=(self._loose,), nothing=()),),
            "events_after": (Asked((self.of,), named={"position": 0, **most}, answer=self._sealed, nothing=()),),
            "chain": (Asked((self.of,), answer=stored(self._chain), nothing=None),),
            "request": (Asked((self.of, "request-1"), answer=self._request, nothing=None),),
        }

    @property
    def _of_queues(self) -> Mapping[str, tuple[Asked, ...]]:
        due = {"now": NOON, "after": None, "limit": MOST}
        lease = {"now": NOON, "until": LATER, "limit": MOST}
        waiting = tuple(task for task in self._tasks if task.queue == "notices")
        held = tuple(Leased(task=evolve(task, due=LATER), fence=1) for task in waiting)
        page = tuple(Leased(task=task, fence=0) for task in waiting)
        return {
            "due": (Asked((self._queue,), named=due, answer=(self.of,), nothing=()),),
            "lease": (Asked((self.of, "notices"), named=lease, answer=held, nothing=()),),
            "tasks_page": (Asked((self.of, "notices"), named={"after": None, "limit": MOST}, answer=page, nothing=()),),
        }

    @property
    def _others(self) -> int:
        """Return the number of what only the other tenant has."""
        return 5 - self.own

    @property
    def _queue(self) -> str:
        return f"of {self.own}"

    @property
    def _records(self) -> tuple[Record, ...]:
        numbers = (SHARED, self.own)
        people = (record for n in numbers for record in (self._person(n), a.credential(n, of=self.of)))
        accounts, strangers = map(self._account, numbers), map(self._stranger, numbers)
        attempts = (self._sign_up(number) for number in numbers)
        return (
            self._organization, *self._departments, self._job, *accounts, *people, *attempts, *strangers, self._chain,
            *shown_records(self.of, self.own),
        )  # fmt: skip

    @property
    def _organization(self) -> Any:
        return a.organization(self.of, name=f"Tenant {self.own}")

    @property
    def _departments(self) -> tuple[CatalogEntry, CatalogEntry]:
        """Return a tree of two, from the top; in one tenant the shared one is above, in the other below."""
        above, below = sorted((SHARED, self.own), reverse=self.own > 2)
        top = a.department(above, of=self.of, name=f"Above in {self.own}")
        return top, a.department(below, of=self.of, under=above, name=f"Below in {self.own}")

    @property
    def _job(self) -> CatalogEntry:
        return a.job_profile(of=self.of, name=f"Job of {self.own}")

    def _account(self, number: int) -> Any:
        return a.account(number, of=self.of, name=f"Shop {number} of {self.own}")

    def _person(self, number: int) -> Any:
        return a.sub_account(number, of=self.of, epoch=self.own)

    def _stranger(self, number: int) -> Any:
        return a.stranger(number, of=self.of, last_at=NOON + timedelta(minutes=10 * self.own + number))

    def _sign_up(self, number: int) -> SignUp:
        return a.sign_up(number, of=self.of, expires_at=NOON + timedelta(minutes=10 * self.own + number))

    @property
    def _chain(self) -> Any:
        return a.chain(of=self.of, position=self.own, digest=f"{self.own:064x}")

    @property
    def _sealed(self) -> tuple[SealedEvent, ...]:
        events = [a.event(n, of=self.of, salt=f"{self.own:032x}") for n in range(1, self.own + 1)]
        return tuple(SealedEvent(position=n, digest=f"{n:064x}", event=event) for n, event in enumerate(events, 1))

    @property
    def _loose(self) -> Any:
        return a.event(9, of=self.of, salt=f"{self.own:032x}")

    @property
    def _request(self) -> Any:
        return a.request(of=self.of, receipt=f'{{"of": {self.own}}}')

    @property
    def _tasks(self) -> tuple[Task, ...]:
        mine = [a.task(n, of=self.of, body=f'{{"of":{self.own}}}') for n in (SHARED, self.own)]
        return (*mine, a.task(9, of=self.of, queue=self._queue))


@cache
def _questions(tenant: Tenant) -> Mapping[str, tuple[Asked, ...]]:
    """Return the questions to a tenant, which every read of it goes through."""
    return tenant.all_questions()


def _standing(where: Any, login: str, stranger: Any) -> Mapping[str, Any]:
    return {"keys": sign_in_keys(where, login), "stranger": stranger}


OURS: Final = Tenant(of=a.OURS, own=2)
THEIRS: Final = Tenant(of=a.THEIRS, own=3)
EITHER: Final = (OURS, THEIRS)
