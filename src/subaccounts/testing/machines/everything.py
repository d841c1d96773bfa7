"""Every question that shows what the model holds: asked before and after a restart, and at the end of a life."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from ...domain.ids import GroupId, OrganizationId, ResourceId, SignUpId, StrangerId, SubAccountId
from ...domain.life import State
from ...domain.queries import LARGEST_PAGE, EventQuery, PeopleQuery
from ..contracts.storage import nobodys_key
from .model import Model
from .questions import Asked

_FAR: Final = datetime.max.replace(tzinfo=UTC)


def everything(model: Model, /) -> Iterator[Asked]:
    """Yield questions whose answers together are all that the model holds."""
    yield Asked("holders", (tuple(model.held),))
    for of, name in model.counters:
        yield Asked("counter", (of, name))
    for queue in sorted({held.task.queue for held in model.tasks.values()}):
        yield Asked("due", (queue,), {"now": _FAR, "after": None, "limit": LARGEST_PAGE})
    for of, name in model.requests:
        yield Asked("request", (of, name))
    for id_ in model.records:
        match id_:
            case OrganizationId():
                yield from _of_organization(id_)
            case SubAccountId():
                yield Asked("person", (id_,))
                yield Asked("viewer_facts", ((id_,),))
            case StrangerId():
                named = {"keys": (nobodys_key(id_.organization),), "stranger": id_}
                yield Asked("sign_in_facts", (id_.organization,), named)
            case SignUpId():
                yield Asked("sign_up", (id_,))
            case GroupId():
                yield Asked("members_page", (id_,), {"after": None, "limit": LARGEST_PAGE})
            case ResourceId():
                yield Asked("resources", ((id_,),))
                yield Asked("participants_page", (id_,), {"after": None, "limit": LARGEST_PAGE})
            case _:
                pass  # what a page of its organization shows
    for of, queue in dict.fromkeys((of, held.task.queue) for (of, _), held in model.tasks.items()):
        yield Asked("tasks_page", (of, queue), {"after": None, "limit": LARGEST_PAGE})


def _of_organization(of: OrganizationId) -> Iterator[Asked]:
    most = {"limit": LARGEST_PAGE}
    yield Asked("organization", (of,))
    yield Asked("chain", (of,))
    yield Asked("accounts_page", (of,), {"after": None, **most})
    yield Asked("groups_page", (of,), {"after": None, **most})
    yield Asked("people_page", (PeopleQuery(organization=of, states=frozenset(State), limit=LARGEST_PAGE),))
    yield Asked("events_page", (EventQuery(organization=of, limit=LARGEST_PAGE),))
    yield Asked("unsealed_events", (of,), most)
    yield Asked("events_after", (of,), {"position": 0, **most})
    yield Asked("stale_strangers", (of,), {"before": _FAR, **most})
    yield Asked("stale_sign_ups", (of,), {"before": _FAR, **most})
    for kind in ("department", "job_profile", "permission_type"):
        yield Asked("catalog_page", (of,), {"kind": kind, "after": None, **most})
