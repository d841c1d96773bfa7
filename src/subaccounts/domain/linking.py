"""Which company accounts lead to a person: taken away by an administrator, added by the person itself.

The first link is usually made on arrival, in `arriving`. Whoever has claimed is never found by an e-mail, so that a person who
has a password and whom no external id leads to adds its company account itself: signed in here and there at once, which is
the proof from both sides that a link takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import evolve

from ..errors import NameTaken, NotFound, NotOffered, ProofNeeded, WrongState
from . import fields as f
from . import people
from .activation_events import IdentityLinked, IdentityUnlinked
from .arriving import Sought, comes_otherwise
from .credential import ClaimCode
from .ids import AnyRecordId
from .key import Key
from .life import LifeInput, State, after
from .people import Becomes
from .sub_account import EXTERNAL_SPACE, Person, SubAccount, identity_key, realm_key


def link(person: Person, sought: Sought | None, /, *, holders: Mapping[Key, AnyRecordId]) -> Becomes:
    """Have the company account lead to the person who is signed in; `holders` says who has the keys of `wanted`.

    Nothing changes where it does already. Raises `NotOffered` (`sso`) for an issuer that is none here, `ProofNeeded` for who
    authenticated there too long ago or too weakly, `WrongState` for who comes by another account of this issuer, `NameTaken`
    for an account (`identity`) or an external id that is somebody else's.
    """
    if sought is None:
        raise NotOffered(what="sso")
    if not sought.strong:
        raise ProofNeeded
    sub, identity = person.sub_account, sought.identity
    state = after(sub.state, LifeInput.LINK)
    if comes_otherwise(sub, sought):
        raise WrongState(
            what="sub_account", state="linked to another account of this issuer", action=LifeInput.LINK.value
        )
    taken = {key.space for key, holder in holders.items() if holder != sub.id}
    own, said = sub.profile.text(f.EXTERNAL_ID), sought.external_id
    if EXTERNAL_SPACE in taken or (None not in {own, said} and own != said):
        raise NameTaken(field=f.EXTERNAL_ID)
    if taken:
        raise NameTaken(field="identity")
    linked = evolve(sub, state=state, identities=sub.identities | {identity})
    happened = () if linked == sub else (IdentityLinked(issuer=identity.issuer, how="person"),)
    return Becomes(sub_account=linked, credential=person.credential, happened=happened)


def wanted(person: SubAccount, sought: Sought | None, /) -> frozenset[Key]:
    """Return the keys that have to be nobody else's when a company account is linked to the person."""
    if sought is None:
        return frozenset()
    keys = {identity_key(person.account, person.realm, sought.identity)}
    if sought.external_id is not None:
        keys.add(realm_key(person.account, person.realm, EXTERNAL_SPACE, sought.external_id))
    return frozenset(keys)


def unlink(person: Person, issuer: str, /, *, code: ClaimCode | None, now: datetime) -> Becomes:
    """Have the person come by this issuer no more; its sign-ins end, whichever way they were made, and what those asked for.

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
    return Becomes(sub_account=then, credential=people.without_pending(person.credential), happened=unlinked)
