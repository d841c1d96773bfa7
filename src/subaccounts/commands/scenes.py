"""Reading the scene of a sign-in: who stands at a door, with everything that is decided on. The rules are `domain.scene`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..domain.account import HostAccount, HostRole
from ..domain.dialogue import Door
from ..domain.ids import LONGEST_TERMINAL, OrganizationId, StrangerId, opaque
from ..domain.key import SEPARATOR, Key
from ..domain.organization import Realm
from ..domain.queries import SignInFacts
from ..domain.scene import Scene
from ..domain.sign_in_key import sign_in_key
from ..domain.sub_account import Person, sign_in_keys
from ..errors import InvalidValue, NotFound, WrongState
from .ports_at_hand import PortsAtHand

STRANGER_BITS: Final = 16
"""Wrong logins are counted in at most 65,536 rows an organization, so that typing nonsense fills no disk."""
NOBODY: Final = "\x1f"
"""What is looked up for a typed login that can be nobody's: a key that no login parses to."""
_judge_terminal: Final = opaque(of="terminal", longest=LONGEST_TERMINAL)
_NO_HOST: Final = HostAccount(system="none", id="none")
"""Asked about where no account is known, so that the same ports are called; what is answered counts at no account."""


async def scene(ports: PortsAtHand, door: Door, login: str, /) -> Scene:
    """Read everything a sign-in is decided on: one read of storage, the host account's roles, the subscription.

    What was typed and cannot be a login is looked up all the same, as nobody's.
    """
    require_terminal(door.terminal)
    try:
        typed = sign_in_key(login)
    except InvalidValue:
        typed = NOBODY
    nobody = stranger(ports, door, typed)
    return await set_scene(ports, door, await facts(ports, door, sign_in_keys(door.where, typed), nobody), nobody)


async def scene_of(ports: PortsAtHand, person: Person, /, *, terminal: str, second_factor: bool) -> Scene:
    """Read what else is needed for somebody who followed a link and was found by it: nothing is hidden from who holds it."""
    require_terminal(terminal)
    found = SignInFacts(
        organization=person.organization,
        account=person.account,
        sub_account=person.sub_account,
        credential=person.credential,
    )
    door = Door.inside(person.account.id, terminal=terminal, second_factor=second_factor)
    return await set_scene(ports, door, found, stranger(ports, door, NOBODY))


def require_terminal(terminal: str, /) -> None:
    """Raise `InvalidValue` for a terminal that is no name, by the rule of the `Subject` that will carry it."""
    _judge_terminal(None, None, terminal)


def stranger(ports: PortsAtHand, door: Door, typed: str, /) -> StrangerId:
    """Return the row on which wrong proofs for what nobody has are counted."""
    organization = door.where.organization
    where = f"{door.where.kind}{SEPARATOR}{door.where.value}"
    digest = ports.keys.derive(purpose="stranger", parts=(organization.value, where, typed, door.terminal))
    bucket = int.from_bytes(digest[:8], "big") >> (64 - STRANGER_BITS)
    return StrangerId(organization=organization, value=f"{bucket:0{STRANGER_BITS // 4}x}")


async def facts(ports: PortsAtHand, door: Door, keys: Sequence[Key], nobody: StrangerId, /) -> SignInFacts:
    """Read who stands at a door and has one of the keys.

    Raises `NotFound` for a place that does not exist, `WrongState` at an organization whose logins are of each account.
    """
    found = await ports.repository.sign_in_facts(door.where, keys=keys, stranger=nobody)
    if found is None:
        raise NotFound(what=door.where.kind)
    ports.require_ring(found.organization)
    if isinstance(door.where, OrganizationId) and found.organization.realm is not Realm.ORGANIZATION:
        raise WrongState(what="organization", state="with logins of each account", action="sign_in_without_account")
    return found


async def set_scene(ports: PortsAtHand, door: Door, found: SignInFacts, nobody: StrangerId, /) -> Scene:
    """Read what else a sign-in is decided on: the subscription, its seats, the roles of the host account."""
    subscription = await ports.subscriptions.current(found.organization.id)
    return Scene(
        facts=found,
        door=door,
        roles=await _roles(ports, found),
        subscription=subscription,
        stranger=nobody,
        now=ports.now,
        seats_taken=await ports.seats_taken(found.organization.id, subscription),
        code_lost=_code_is_lost(ports, found),
    )


def _code_is_lost(ports: PortsAtHand, found: SignInFacts) -> bool:
    """Tell whether the claim code that is out died with its key; the same work is done for nobody, and for a dead one."""
    person, credential = found.sub_account, found.credential
    if person is not None and credential is not None and not ports.is_retired(person.id, credential.code):
        return False
    ports.no_digest()
    return person is not None


async def _roles(ports: PortsAtHand, found: SignInFacts) -> frozenset[HostRole]:
    return await ports.host_accounts.roles(found.account.host if found.account else _NO_HOST)
