"""How wishes are drawn: with few choices each, because a machine makes fifty of them in a row."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from ...domain.decision import Count
from . import alphabet
from .alphabet import Digits
from .wish import KINDS, REMOVABLE, RIGHT, VERSIONS, Part, Wish

tenants: Final = st.sampled_from((*alphabet.TENANTS, alphabet.TENANTS[0]))
EVENTS: Final = 20
"""How many events an organization can have: enough for pages, few enough to meet."""

_OFTEN_STALE: Final = (RIGHT, "earlier", RIGHT, "later")
_large: Final = st.integers(0, 700_000)
_counts: Final = st.integers(0, 143)


def _part(draw: Any, kinds: tuple[str, ...], versions: tuple[str, ...]) -> Part:
    """Draw a record of one of these kinds; one number says which, and another what is in it."""
    digits = Digits(draw(st.integers(0, len(kinds) * len(alphabet.NUMBERS) * len(versions) - 1)))
    return Part(digits.of(kinds), digits.of(alphabet.NUMBERS), draw(_large), digits.of(versions))


def _parts(draw: Any, kinds: tuple[str, ...], how_many: int, versions: tuple[str, ...] = VERSIONS) -> tuple[Part, ...]:
    return tuple(_part(draw, kinds, versions) for _ in range(how_many))


def _count(number: int) -> Count:
    digits = Digits(number)
    name, by = digits.of(alphabet.COUNTERS), digits.of((1, 2, -1, -3))
    return Count(name=name, by=by, at_most=digits.of((None, 1, 2, 0)), initial=digits.of((0, 0, 2)))


def _events(draw: Any, how_many: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(draw(st.integers(1, EVENTS)) for _ in range(how_many)))


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    """Draw a batch of anything; one number says how much of what is in it."""
    of, shape = draw(tenants), Digits(draw(st.integers(0, 4 * 3 * 2 * 3 * 4 * 4 - 1)))
    puts, counts, events = shape.of((1, 2, 0, 3)), shape.of((0, 1, 2)), shape.of((0, 1))
    guards, removes, request = shape.of((0, 1, 0)), shape.of((0, 0, 0, 1)), shape.of((None, "", '{"added":1}', None))
    made = {count.name: count for count in (_count(draw(_counts)) for _ in range(counts))}
    return Wish(
        of=of,
        puts=_parts(draw, KINDS, puts),
        removes=_parts(draw, REMOVABLE, removes),
        guards=_parts(draw, KINDS, guards),
        counts=tuple(made.values()),
        events=_events(draw, events),
        request=None if request is None else (draw(st.sampled_from(alphabet.REQUESTS)), request),
    )


@st.composite
def people(draw: st.DrawFn) -> Wish:
    """Draw a batch of people and accounts, whose keys meet, and who may be counted."""
    of, shape = draw(tenants), Digits(draw(st.integers(0, 3 * 4 * 4 - 1)))
    puts, removes, counted = shape.of((1, 2, 3)), shape.of((0, 0, 0, 1)), shape.of((0, 1, 0, 0))
    return Wish(
        of=of,
        puts=_parts(draw, ("sub_account", "sub_account", "account", "credential"), puts),
        removes=_parts(draw, ("sub_account",), removes),
        counts=tuple(_count(draw(_counts)) for _ in range(counted)),
    )


@st.composite
def catalogs(draw: st.DrawFn) -> Wish:
    """Draw a batch of entries, whose names meet, and of which some are counted."""
    of, shape = draw(tenants), Digits(draw(st.integers(0, 3 * 3 * 2 - 1)))
    puts, removes, counted = shape.of((1, 2, 3)), shape.of((0, 0, 1)), shape.of((0, 1))
    return Wish(
        of=of,
        puts=_parts(draw, ("department", "department", "job_profile", "permission_type"), puts),
        removes=_parts(draw, ("job_profile", "permission_type"), removes),
        counts=tuple(_count(draw(_counts)) for _ in range(counted)),
    )


@st.composite
def swept(draw: st.DrawFn) -> Wish:
    """Draw a batch of what nobody keeps for long: strangers and attempts to sign up come, go on and go."""
    of, shape = draw(tenants), Digits(draw(st.integers(0, 4 * 3 - 1)))
    puts, removes = shape.of((1, 2, 0, 3)), shape.of((0, 1, 1))
    return Wish(
        of=of,
        puts=_parts(draw, ("sign_up", "stranger", "sign_up"), puts),
        removes=_parts(draw, ("sign_up", "stranger", "sign_up"), removes),
    )


@st.composite
def groups(draw: st.DrawFn) -> Wish:
    """Draw a batch of groups and who is in them, with the people and departments that it takes."""
    of, shape = draw(tenants), Digits(draw(st.integers(0, 4 * 3 - 1)))
    puts, removes = shape.of((2, 3, 1, 4)), shape.of((0, 0, 1))
    return Wish(
        of=of,
        puts=_parts(draw, ("membership", "group", "sub_account", "membership", "department"), puts),
        removes=_parts(draw, ("membership", "group"), removes),
    )


@st.composite
def resources(draw: st.DrawFn) -> Wish:
    """Draw a batch of resources and who takes part in them."""
    of, shape = draw(tenants), Digits(draw(st.integers(0, 4 * 3 - 1)))
    puts, removes = shape.of((2, 3, 1, 4)), shape.of((0, 0, 1))
    return Wish(
        of=of,
        puts=_parts(draw, ("resource", "resource", "participation", "sub_account"), puts),
        removes=_parts(draw, ("participation", "resource"), removes),
    )


@st.composite
def trail(draw: st.DrawFn) -> Wish:
    """Draw a batch of the audit trail: events, and seals of events that wait, beside their organization, or on what still is."""
    of, shape = draw(tenants), Digits(draw(st.integers(0, 4 * 3 * 2 * 3 - 1)))
    events, seals, chain, guards = shape.of((1, 2, 0, 3)), shape.of((0, 1, 2)), shape.of((0, 1)), shape.of((0, 1, 0))
    steps = {draw(st.sampled_from((1, 2, 3, 0))): draw(st.integers(1, 6)) for _ in range(seals)}
    return Wish(
        of=of,
        puts=_parts(draw, ("chain", "organization"), chain),
        guards=_parts(draw, KINDS, guards, _OFTEN_STALE),
        events=_events(draw, events),
        seals=tuple((event, step) for step, event in steps.items()),
    )


@st.composite
def tasks(draw: st.DrawFn) -> Wish:
    """Draw a batch of a queue: tasks that are added, and some that are given back."""
    of, shape = draw(tenants), Digits(draw(st.integers(0, 4 * 3 - 1)))
    added, given = shape.of((1, 0, 2, 0)), shape.of((0, 1, 2))
    numbers = st.integers(1, 4)
    fences = st.sampled_from((RIGHT, RIGHT, "earlier", "earlier", "later"))
    return Wish(
        of=of,
        tasks=tuple((draw(numbers), draw(st.sampled_from(alphabet.QUEUES))) for _ in range(added)),
        acknowledged=tuple((draw(numbers), draw(fences), draw(st.booleans())) for _ in range(given)),
    )
