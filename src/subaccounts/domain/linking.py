"""Which company accounts lead to a person: taken away by an administrator, added by the person itself.

The first link is made on arrival, in `arriving`.
"""

from __future__ import annotations

from datetime import datetime

from attrs import evolve

from ..errors import NotFound
from . import people
from .activation_events import IdentityUnlinked
from .credential import ClaimCode
from .life import LifeInput, State, after
from .people import Becomes
from .sub_account import Person


def unlink(person: Person, issuer: str, /, *, code: ClaimCode | None, now: datetime) -> Becomes:
    """Have the person come by this issuer no more; its sign-ins end, whichever way they were made.

    Who is active and has neither a password nor another company account left is reset, and waits for a new claim by the
    code or as the policy says. Raises `NotFound` (`identity`) where no account of this issuer leads to the person.
    """
    sub = person.sub_account
    state = after(sub.state, LifeInput.UNLINK)
    left = frozenset(each for each in sub.identities if each.issuer != issuer)
    if left == sub.identities:
        raise NotFound(what="identity")
    unlinked = (IdentityUnlinked(issuer=issuer),)
    if state is State.ACTIVE and not left and person.credential.password is None:
        becomes = people.reset(person, code=code, now=now)
        return evolve(becomes, happened=(*unlinked, *becomes.happened))
    then = evolve(sub, state=state, identities=left, epoch=sub.epoch + 1)
    return Becomes(sub_account=then, credential=person.credential, happened=unlinked)
