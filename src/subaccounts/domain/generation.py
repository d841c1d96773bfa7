"""The rules that keep a store and its key ring of the same time: what fits, what keeps pace, what `restored` begins.

A backup of the store brings back codes that were used and people who were gone. So the two count together. A job moves
every organization one generation ahead of the ring, and then the ring: whoever dies in between leaves organizations at
the ring's generation or one ahead, and both fit. A store from before the last job is behind its ring, and an older ring
is behind its store; neither proves anything until an operator says `restored`. What numbers cannot tell: a backup younger
than the last job, or than the last two for an organization that was created or restored after the one before, as it is a
step ahead from its beginning; and a store and a ring that were copied together.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from ..errors import KeyRingFailed, NotRestored
from .decision import Decision, Happened
from .events import By, OrganizationRestored
from .organization import Organization


def ahead(ring: int, /) -> int:
    """Return the generation that fits a ring of this one now, and still does when a job under way has advanced it."""
    return ring + 1


def require(organization: Organization, /, *, ring: str, generation: int) -> None:
    """Raise unless the organization belongs to this ring and is of its generation or one ahead.

    `KeyRingFailed` (`foreign`) for another ring, `NotRestored` for another time.
    """
    if organization.key_ring != ring:
        detail = f"the store belongs to ring {organization.key_ring}, this is ring {ring}"
        raise KeyRingFailed(problem="foreign", detail=detail)
    if organization.generation not in (generation, ahead(generation)):
        raise NotRestored(organization=organization.generation, ring=generation)


def keep_pace(organization: Organization, /, *, generation: int, by: By) -> Decision[int]:
    """Move an organization that fits one generation ahead of the ring; it is answered, and stays where it is there."""
    reached = ahead(generation)
    puts = (evolve(organization, generation=reached),) if organization.generation < reached else ()
    return Decision(organization=organization.id, by=by, result=reached, puts=puts)


def restored(
    organization: Organization,
    /,
    *,
    ring: str,
    generation: int,
    epoch: str,
    now: datetime,
    by: By,
) -> Decision[Organization]:
    """Take an organization into use under this ring: a new epoch, in which nothing that was handed out before is alive."""
    reached = ahead(generation)
    fresh = evolve(organization, key_ring=ring, generation=reached, epoch=epoch, restored_at=now)
    return Decision(
        organization=organization.id,
        by=by,
        result=evolve(fresh, version=fresh.version + 1),
        puts=(fresh,),
        happened=(Happened(what=OrganizationRestored(before=organization.generation, after=reached)),),
    )
