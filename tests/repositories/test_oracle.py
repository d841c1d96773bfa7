"""SQLite answers as memory does: the same batches, drawn by Hypothesis, get the same outcome and leave the same facts.

The alphabet is small on purpose: records, keys, counters and events meet each other all the time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts.domain import fields as f
from subaccounts.domain.audit import Seal
from subaccounts.domain.decision import Batch, Count, Record, Seen
from subaccounts.domain.fields import Kind
from subaccounts.domain.key import Key
from subaccounts.domain.life import State
from subaccounts.domain.queries import EventQuery, PeopleCursor, PeopleQuery
from subaccounts.domain.sub_account import sign_in_keys
from subaccounts.errors import Full, Stale, StorageFailed, Taken
from subaccounts.ports import Repository
from subaccounts.repositories import MemoryRepository, SQLiteRepository
from subaccounts.testing import builders as b
from subaccounts.testing.clock import NOON

NUMBERS = (1, 2, 3)
LOGINS = ("anna", "Anna", "änna", "boris")
NAMES = ("Straße 1", "STRASSE 1", "Ёлка")
AS_IT_IS = -1
"""Stands for the version that a record has when its batch is committed."""
numbers, tenants = st.sampled_from(NUMBERS), st.sampled_from((b.OURS, b.THEIRS))


@st.composite
def records(draw: st.DrawFn, of: Any) -> Record:
    """Draw a record, mostly to be written on the version it will have by then, sometimes on a wrong one."""
    number, version = draw(numbers), draw(st.sampled_from((AS_IT_IS,) * 19 + (1,)))
    states = draw(st.sampled_from(State))
    profile = b.profile(
        {
            f.FULL_NAME: draw(st.sampled_from(NAMES)),
            f.KIND: draw(st.sampled_from(Kind)),
            f.DEPARTMENTS: frozenset(b.department_id(each, of=of) for each in draw(st.sets(numbers))),
        }
    )
    made: tuple[Record, ...] = (
        b.organization(of),
        b.account(number, of=of, host=b.account(draw(numbers)).host),
        b.department(number, of=of, under=draw(st.sampled_from((None, *NUMBERS))), name=draw(st.sampled_from(NAMES))),
        b.sub_account(
            number,
            of=of,
            under=draw(numbers),
            login=draw(st.sampled_from(LOGINS)),
            state=states,
            profile=profile,
        ),
        b.sub_account(number, of=of, login=draw(st.sampled_from(LOGINS)), state=states, profile=profile),
        b.credential(number, of=of),
        b.stranger(number, of=of, last_at=NOON + timedelta(microseconds=draw(st.integers(0, 2)))),
        b.chain(of=of),
    )
    return evolve(draw(st.sampled_from(made)), version=version)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """Draw a batch that is possible, and often enough acceptable."""
    of = draw(tenants)
    written = {record.id: record for record in draw(st.lists(records(of), max_size=4))}
    seen = [Seen(id=each.id, version=each.version) for each in draw(st.lists(records(of), max_size=2))]
    gone = [each for each in seen if each.id not in written and draw(st.booleans())]
    counts = st.builds(
        Count,
        name=st.sampled_from(("a", "b")),
        by=st.integers(-2, 2),
        at_most=st.none() | st.integers(0, 3),
        initial=st.integers(0, 2),
    )
    seals = st.builds(
        Seal, event=st.integers(1, 20).map(b.value), position=st.integers(1, 20), digest=st.just("0" * 64)
    )
    events = draw(st.lists(st.integers(1, 20), max_size=2))
    return Batch(
        organization=of,
        puts=tuple(written.values()),
        removes=tuple({each.id: each for each in gone}.values()),
        guards=tuple(each for each in seen if draw(st.booleans())),
        counts=tuple(draw(st.lists(counts, max_size=3))),
        events=tuple(b.event(number, of=of, sub_account=b.sub_account_id(number % 3 + 1, of=of)) for number in events),
        seals=tuple(draw(st.lists(seals, max_size=2) if draw(st.integers(0, 4)) == 0 else st.just([]))),
        request=draw(st.none() | st.builds(b.request, st.integers(1, 9).map(str), of=st.just(of))),
    )


def as_it_is(repository: MemoryRepository, batch: Batch) -> Batch:
    """Return the batch with the versions of this moment where it asks for them; what is not there is not removed."""

    def now(each: Any) -> Any:
        return evolve(each, version=repository._version(each.id)) if each.version == AS_IT_IS else each

    puts, removes, guards = (tuple(map(now, each)) for each in (batch.puts, batch.removes, batch.guards))
    return evolve(batch, puts=puts, removes=tuple(each for each in removes if each.version), guards=guards)


def outcome(repository: Repository, batch: Batch) -> object:
    """Commit and return how it ended, in words that can be compared."""
    try:
        repository.commit(batch)
    except Stale:
        return "stale"
    except Taken as taken:
        return taken.keys
    except Full as full:
        return full.counts
    except StorageFailed as failed:
        return failed.problem
    return "written"


def facts(repository: Repository) -> dict[str, object]:
    """Return everything that every read answers."""
    answers: dict[str, object] = {}

    def ask(name: str, question: Callable[..., object], *args: Any, **named: Any) -> None:
        answers[f"{name} {args} {named}"] = question(*args, **named)

    for of in (b.OURS, b.THEIRS):
        departments = [b.department_id(number, of=of) for number in NUMBERS]
        ask("organization", repository.organization, of)
        ask("entries", repository.catalog_entries, departments)
        ask("catalog", repository.catalog_page, of, kind="department", after=b.value(1), limit=2)
        ask("accounts", repository.accounts_page, of, after=None, limit=2)
        ask("strangers", repository.stale_strangers, of, before=NOON + timedelta(microseconds=2), limit=2)
        ask("unsealed", repository.unsealed_events, of, limit=2)
        ask("after", repository.events_after, of, position=1, limit=5)
        ask("chain", repository.chain, of)
        ask("request", repository.request, of, "1")
        ask("events", repository.events_page, EventQuery(organization=of, after=b.value(1)))
        for name in ("a", "b"):
            ask("counter", repository.counter, of, name)
        for number, department in zip(NUMBERS, departments, strict=True):
            account, person = b.account_id(number, of=of), b.sub_account_id(number, of=of)
            ask("account", repository.account, account)
            ask("person", repository.person, person)
            ask("lineage", repository.lineage, [department])
            ask("offspring", repository.offspring, [department])
            ask(
                "events",
                repository.events_page,
                EventQuery(organization=of, sub_account=person, account=b.account_id(of=of)),
            )
            ask("people", repository.people_page, PeopleQuery(organization=of, departments=frozenset({department})))
            ask("people", repository.people_page, PeopleQuery(organization=of, account=account, limit=1))
            for login in ("anna", "boris"):
                for where in (account, of):
                    keys = sign_in_keys(where, login)
                    ask("sign in", repository.sign_in_facts, where, keys=keys, stranger=b.stranger_id(number, of=of))
        for word in ("strasse", "ёл", "ann", "STRASSE", ""):
            query = PeopleQuery(
                organization=of,
                words=(word,),
                states=frozenset(State),
                after=PeopleCursor(login_key="anna", id=b.value(1)),
            )
            ask("people", repository.people_page, query)
        for kinds, systems, states in (
            (frozenset(Kind), frozenset(), frozenset({State.WAITING})),
            (frozenset({Kind.EXTERNAL}), frozenset({"crm"}), frozenset()),
            (frozenset(), frozenset({"erp"}), frozenset(State)),
        ):
            ask("count", repository.people_count, of, kinds=kinds, systems=systems, states=states)
    wanted = [
        Key(organization=of, space=space, value=f"{b.value(1)}\x1f{login}")
        for of in (b.OURS, b.THEIRS)
        for space in ("sign_in", "deleted_login")
        for login in LOGINS
    ]
    ask("holders", repository.holders, wanted)
    return answers


@settings(max_examples=60)
@given(story=st.lists(batches(), min_size=1, max_size=12))
def test_the_same_as_memory(story: list[Batch]) -> None:
    """Whatever is committed, both repositories answer alike: outcomes, named keys and counts, and every read."""
    with tempfile.TemporaryDirectory() as folder, SQLiteRepository(Path(folder) / "portal.db") as embedded:
        memory = MemoryRepository()
        foundation = [
            Batch(organization=of, puts=(b.organization(of), b.account(of=of), b.account(2, of=of)))
            for of in (b.OURS, b.THEIRS)
        ]
        for batch in (*foundation, *story):
            drawn = as_it_is(memory, batch)
            assert outcome(memory, drawn) == outcome(embedded, drawn)
        assert facts(memory) == facts(embedded)
