"""Who sees what among many: one answer, a page at either end, a count, who sees it; on an ordinary portal and on a lopsided one.

Every answer is compared with what the portal knows before anything is measured. The statements of ours are measured alone,
beside those by hand; what the port adds, which is mostly the reading of records, has lines of its own.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from benchmarks import stores
from benchmarks.figure import Figure
from benchmarks.hand import PAGE, TYPE, Rows
from benchmarks.lane import Lane, login
from benchmarks.portal import EVERYTHING, LITTLE, Portal
from benchmarks.rounds import medians, timed
from benchmarks.scale import Scale
from benchmarks.stores import Store
from subaccounts.domain.queries import PeopleCursor
from subaccounts.domain.sights import ResourceCursor, ResourceQuery, ViewersQuery
from subaccounts.domain.viewer import Viewer
from subaccounts.domain.visibility import may_see
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

ASKED: Final = 20
"""People, and pairs of a person and a resource, that one turn asks about."""
PAIRS: Final = 2_000
PEERS: Final = {
    "casbin FastEnforcer": ("casbin_rules", "fast", 100),
    "casbin Enforcer": ("casbin_rules", "plain", 1),
    "django-guardian": ("guardian_site", "check", 50),
}
"""Module and option of the lane of each peer that says yes or no, and how many questions one turn of it has."""
Work = Callable[[], object]
Peers = Mapping[str, Callable[[], float]]
ByHand = Callable[[int, int | None], Callable[[], Rows]]


def figures(scale: Scale) -> list[Figure]:
    """Measure the rule and the peers, then every question on every store."""
    found: list[Figure] = []
    ordinary = Portal.ordinary(people=scale.watchers, groups=scale.groups, resources=scale.resources)
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        folder = Path(place)
        pages = _peer(stack, folder, ordinary, "guardian_site", "page")
        checks = {name: _peer(stack, folder, ordinary, *how[:2]) for name, how in PEERS.items()}
        peers = {name: partial(lane.each, PEERS[name][2]) for name, lane in checks.items() if lane is not None}
        found.append(_rule(ordinary, peers, scale))
        page_peers = {} if pages is None else {"django-guardian": partial(pages.each, ASKED)}
        for number, opened in enumerate((stores.on_sqlite, stores.on_postgresql)):
            for portal, ask in ((ordinary, _ordinary), (Portal.lopsided(resources=scale.lopsided), _lopsided)):
                own = folder / f"{number}-{len(portal.shown)}-{len(portal.members)}"
                own.mkdir()
                with opened(own, portal) as store:
                    found += [] if store is None else ask(store, page_peers if number == 0 else {}, scale)
    return found


def _peer(stack: ExitStack, folder: Path, portal: Portal, module: str, option: str) -> Lane | None:
    sizes = f"{option} {portal.groups} {len(portal.shown)}"
    lane = stack.enter_context(Lane(module, folder, people=len(portal.members), option=sizes))
    return lane if lane.missing is None else None


def _rule(portal: Portal, peers: Peers, scale: Scale) -> Figure:
    """Measure the rule in Python on random pairs; the limit asks whether two sets have something in common."""
    lot = random.Random(3)
    people = [lot.randrange(len(portal.members)) + 1 for _ in range(PAIRS)]
    resources = [lot.randrange(len(portal.shown)) + 1 for _ in range(PAIRS)]
    pairs = [(_viewer(portal, who), portal.resource(what)) for who, what in zip(people, resources, strict=True)]
    groups = [(resource.audience.groups, viewer.groups) for viewer, resource in pairs]
    told = [may_see(viewer, resource, portal.ungrouped) for viewer, resource in pairs]
    assert told == [portal.sees(who, what) for who, what in zip(people, resources, strict=True)]

    def ours() -> None:
        for viewer, resource in pairs:
            may_see(viewer, resource, portal.ungrouped)

    def limit() -> None:
        for shown, mine in groups:
            shown.isdisjoint(mine)

    both = {"ours": _timed(ours, PAIRS), "limit": _timed(limit, PAIRS)}
    measured = medians({**both, **peers}, rounds=scale.rounds)
    return Figure(
        what=f"may one person see one of {len(portal.shown):,} resources, by the rule; the limit is `frozenset.isdisjoint`",
        ours=measured["ours"],
        limit=measured["limit"],
        peers={name: measured[name] for name in peers},
        bar="≤ 1 µs",
        most=1e-6,
        absolute=True,
    )


def _ordinary(store: Store, peers: Peers, scale: Scale) -> list[Figure]:
    """Measure every question on a portal as they are."""
    portal = store.portal
    people = portal.asked(ASKED)
    seen = {person: portal.seen_by(person) for person in people}
    ends = {person: mine[-PAGE - 1] if len(mine) > PAGE else None for person, mine in seen.items()}
    of = f"of {len(portal.shown):,} resources, {store.name}"
    found = _checks(store, people, of, scale)
    first = _pages(store, dict.fromkeys(people), seen, scale, by_hand=store.hand.page, peers=peers)
    last = _pages(store, ends, seen, scale, by_hand=store.hand.page, peers={})
    found += [
        _figure(f"page of {PAGE} {of}: the first; limit: EXISTS and keyset by hand", first, peers=peers),
        _figure(f"page of {PAGE} {of}: the last; limit likewise", last),
        Figure(
            what=f"page of {PAGE} {of}: the last beside the first",
            ours=last["alone"],
            limit=first["alone"],
            bar="≤ 1.1 x",
            most=1.1,
        ),
        _figure(f"page of {PAGE} {of}: the first, records read", first, ours="port"),
    ]
    found.append(_counts(store, {person: len(mine) for person, mine in seen.items()}, of, scale))
    return [*found, *_who(store, of, scale)]


def _lopsided(store: Store, _: Peers, scale: Scale) -> list[Figure]:
    """Measure who sees little of everything, and who sees everything through one group."""
    portal = store.portal
    seen = {person: portal.seen_by(person) for person in (EVERYTHING, LITTLE)}
    many, few = len(seen[EVERYTHING]), len(seen[LITTLE])
    of = f"of {many:,} resources, {store.name}"
    little = _pages(store, {LITTLE: None}, seen, scale, by_hand=store.hand.joined, peers={})
    walked = medians({"walk": timed(store.hand.page(LITTLE, None))}, rounds=1)
    first = _pages(store, {EVERYTHING: None}, seen, scale, by_hand=store.hand.page, peers={})
    last = _pages(store, {EVERYTHING: seen[EVERYTHING][-PAGE - 1]}, seen, scale, by_hand=store.hand.page, peers={})
    sees = f"page of {PAGE} for who sees {few}"
    return [
        Figure(
            what=f"{sees} {of}; limit: a join from the groups",
            ours=little["alone"],
            limit=little["limit"],
            peers={"EXISTS and keyset": walked["walk"]},
        ),
        _counts(store, {LITTLE: few}, f"for who sees {few} {of}", scale),
        _figure(f"page of {PAGE} {of}, all in one group: the first; limit: EXISTS and keyset", first),
        _figure(f"page of {PAGE} {of}, all in one group: the last; limit likewise", last),
    ]


def _checks(store: Store, people: Sequence[int], of: str, scale: Scale) -> list[Figure]:
    """Measure yes and no, for as many resources that are shown to some as to others."""
    lot, portal = random.Random(5), store.portal
    pairs = [(who, lot.randrange(len(portal.shown)) + 1) for who in people]
    works: dict[str, list[Work]] = {"alone": [], "limit": [], "port": [], "whole": []}
    for who, what in pairs:
        viewer, wanted = _viewer(portal, who), [g.resource_id(what)]
        ask = partial(store.ours.visible_among, viewer, wanted, ungrouped=portal.ungrouped)
        by_hand = store.hand.check(who, what)
        assert [portal.sees(who, what)] * 2 == [bool(ask()), bool(by_hand())]
        turn: tuple[Work, ...] = (store.alone(ask), by_hand, ask, partial(_whole, store, who, what))
        for work, one in zip(works.values(), turn, strict=True):
            work.append(one)
    measured = _measured(works, scale)
    same = f"may one person see one {of}"
    return [
        _figure(f"{same}, by SQL; limit: a join by hand", measured),
        _figure(f"{same}: `visible_among`; limit likewise", measured, ours="port"),
        _figure(f"{same}: `viewer_facts`, then the rule; limit likewise", measured, ours="whole"),
    ]


def _whole(store: Store, who: int, what: int) -> bool:
    """Tell whether a person of whom nothing is at hand sees a resource of which nothing is at hand."""
    (facts,) = store.ours.viewer_facts([a.sub_account_id(who)])
    (resource,) = store.ours.resources([g.resource_id(what)])
    return may_see(Viewer.at(NOON, facts), resource, store.portal.ungrouped)


def _pages(
    store: Store,
    after: dict[int, int | None],
    seen: dict[int, list[int]],
    scale: Scale,
    *,
    by_hand: ByHand,
    peers: Peers,
) -> dict[str, float]:
    """Measure a page for each person, after the resource that is said: ours alone and through the port, the hand's, the peers'."""
    portal = store.portal
    works: dict[str, list[Work]] = {"alone": [], "limit": [], "port": []}
    for person, last in after.items():
        begin = seen[person].index(last) + 1 if last else 0
        expected = [g.resource_id(number).value for number in seen[person][begin : begin + PAGE]]
        cursor = ResourceCursor(name_key=portal.name(last), id=g.resource_id(last).value) if last else None
        ask = partial(store.ours.resources_page, _query(portal, person, cursor))
        again = by_hand(person, last)
        assert [expected] * 2 == [[each.id.value for each in ask()], [row[0] for row in again()]]
        turn: tuple[Work, ...] = (store.alone(ask), again, ask)
        for work, one in zip(works.values(), turn, strict=True):
            work.append(one)
    return _measured(works, scale, peers)


def _counts(store: Store, expected: dict[int, int], of: str, scale: Scale) -> Figure:
    works: dict[str, list[Work]] = {"alone": [], "limit": []}
    for person, number in expected.items():
        ask = partial(store.ours.resources_count, _query(store.portal, person, None))
        again = store.hand.count(person)
        assert [number] * 2 == [ask(), again()[0][0]]
        works["alone"].append(store.alone(ask))
        works["limit"].append(again)
    return _figure(f"how many {of}; limit: two counts by hand", _measured(works, scale), bar="-", most=None)


def _who(store: Store, of: str, scale: Scale) -> list[Figure]:
    """Measure pages of the people who see a resource that is shown to some groups."""
    portal = store.portal
    resources = [number for number, groups in enumerate(portal.shown, start=1) if groups][:ASKED:4]
    found = []
    for name, end in (("first", False), ("last", True)):
        works: dict[str, list[Work]] = {"alone": [], "limit": []}
        for number in resources:
            people = portal.who_sees(number)
            last = people[-PAGE - 1] if end and len(people) > PAGE else None
            begin = people.index(last) + 1 if last else 0
            expected = [a.sub_account_id(each).value for each in people[begin : begin + PAGE]]
            cursor = PeopleCursor(login_key=login(last), id=a.sub_account_id(last).value) if last else None
            query = ViewersQuery(
                resource=portal.resource(number), ungrouped=portal.ungrouped, at=NOON, after=cursor, limit=PAGE
            )
            ask, again = partial(store.ours.viewers_page, query), store.hand.who(number, last)
            assert [expected] * 2 == [[each.id.value for each in ask()], [row[0] for row in again()]]
            works["alone"].append(store.alone(ask))
            works["limit"].append(again)
        what = f"who sees one {of}, {len(portal.members):,} people: page of {PAGE}, the {name}"
        found.append(_figure(f"{what}; limit: a join by hand", _measured(works, scale), bar="-", most=None))
    return found


def _figure(
    what: str,
    measured: dict[str, float],
    *,
    ours: str = "alone",
    peers: Iterable[str] = (),
    bar: str = "≤ 1.2 x",
    most: float | None = 1.2,
) -> Figure:
    held: dict[str, Any] = {"bar": bar, "most": most} if ours == "alone" else {}
    return Figure(
        what=what, ours=measured[ours], limit=measured["limit"], peers={n: measured[n] for n in peers}, **held
    )


def _query(portal: Portal, person: int, after: ResourceCursor | None) -> ResourceQuery:
    return ResourceQuery(
        organization=a.OURS,
        type=TYPE,
        viewer=_viewer(portal, person),
        ungrouped=portal.ungrouped,
        after=after,
        limit=PAGE,
    )


def _viewer(portal: Portal, person: int) -> Viewer:
    kind, groups = portal.person(person).profile.kind, portal.members[person - 1]
    return g.viewer(person, kind=kind, groups=frozenset(g.group_id(number) for number in groups))


def _measured(
    works: Mapping[str, Sequence[Work]], scale: Scale, peers: Peers = MappingProxyType({})
) -> dict[str, float]:
    return medians({**{name: _each(work) for name, work in works.items()}, **peers}, rounds=scale.rounds)


def _timed(work: Work, count: int) -> Callable[[], float]:
    once = timed(work)
    return lambda: once() / count


def _each(works: Sequence[Work]) -> Callable[[], float]:
    """Return a contestant that does all of the works and returns what one took."""

    def run() -> None:
        for work in works:
            work()

    return _timed(run, len(works))
