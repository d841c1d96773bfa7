"""Everything a test put under its numbers, read at one go: what a refused commit has to leave as it was."""

from __future__ import annotations

from collections.abc import Mapping

from ...domain.ids import AnyRecordId, OrganizationId
from ...domain.key import Key
from ...domain.queries import LARGEST_PAGE, EventQuery, PeopleQuery
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import groups as g
from .storage import held_by, read_back

NUMBERS = range(1, 5)
"""The numbers of the records a snapshot looks for."""


def place(id: AnyRecordId, /) -> str:  # noqa: A002 - positional
    """Return under what a record is in a snapshot."""
    return f"{id.kind} {id.value}"


async def snapshot(
    repository: AsyncRepository,
    *,
    of: OrganizationId = a.OURS,
    counters: tuple[str, ...] = (),
    requests: tuple[str, ...] = (),
    keys: frozenset[Key] = frozenset(),
) -> Mapping[str, object]:
    """Return what an organization holds, by what it was asked with: records 1 to 4 of every kind, pages, trail, tasks, counts."""
    page = EventQuery(organization=of, limit=LARGEST_PAGE)
    kinds = (
        a.department_id,
        a.job_profile_id,
        a.permission_type_id,
        a.account_id,
        a.sub_account_id,
        a.sign_up_id,
        a.stranger_id,
        g.group_id,
        g.resource_id,
    )
    seen: dict[str, object] = {
        "organization": await repository.organization(of),
        "chain": await repository.chain(of),
        "events": await repository.events_page(page),
        "unsealed": await repository.unsealed_events(of, limit=LARGEST_PAGE),
        "feed": await repository.events_after(of, position=0, limit=LARGEST_PAGE),
        "people": await repository.people_page(PeopleQuery(organization=of, limit=LARGEST_PAGE)),
        "tasks": await repository.tasks_page(of, "notices", after=None, limit=LARGEST_PAGE),
        "holders": dict(await repository.holders(tuple(keys))),
    }
    for number in NUMBERS:
        for id_ in (*(make(number, of=of) for make in kinds), a.sub_account_id(number, of=of).credential):
            seen[place(id_)] = await read_back(repository, id_)
    for facts in await repository.viewer_facts([a.sub_account_id(number, of=of) for number in NUMBERS]):
        seen |= {place(each.id): each for each in held_by(facts)}
    seen |= {f"counter {name}": await repository.counter(of, name) for name in counters}
    seen |= {f"request {name}": await repository.request(of, name) for name in requests}
    return seen
