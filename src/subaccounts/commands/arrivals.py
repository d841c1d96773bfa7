"""Arrivals: people come by a company account that the host has verified. Which ones there are is `issuers`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, final

from attrs import evolve, field, frozen

from ..domain import arriving, creating, issuers
from ..domain.arriving import Arrival, Found, Sought
from ..domain.catalog import CatalogEntry
from ..domain.decision import seen
from ..domain.dialogue import Door
from ..domain.fields import FieldValue, RawValue
from ..domain.identity import VerifiedIdentity
from ..domain.ids import CatalogId, StrangerId, SubAccountId
from ..domain.issuer import JustInTime
from ..domain.life import LifeInput, State
from ..domain.profile import NO_PROFILE
from ..domain.queries import SignInFacts
from ..domain.scene import Scene
from ..domain.steps import AnyStep
from ..domain.sub_account import identity_key, identity_keys
from ..errors import Refusal, Stale
from .command import Command
from .filling import filled, parsed, require_fields
from .ports_at_hand import PortsAtHand
from .scenes import NOBODY, facts, require_terminal, set_scene, stranger


@final
@frozen(kw_only=True)
class ArriveBySSO(Command[AnyStep]):
    """Sign in by a company account; the host has verified the assertion, and nobody asks for a password.

    Whose it is, is asked in this order: the company account itself, the external id whose attribute the issuer names, a
    verified e-mail of a trusted issuer for a person who has never claimed; and where nobody is found, the issuer can create
    somebody. Who comes for the first time takes the record over, and whatever proved anything before is dead. Later arrivals
    change nothing of it.

    Answers `Authenticated`, or `CompleteFields` for who has not claimed yet and has fields to fill in: hand the same
    identity in again, with `fields`. Who cannot come in is told by `AskAdministrator`: `not_known`, `linked_already`,
    `archived`, `record_incomplete` (the administrator's, or the issuer's, to give), `account_closed`, `subscription_lapsed`,
    `seats_full`; or `HostAccountBarred`. `ContinueWithSSO` with `again` is for who authenticated too long ago, or too weakly.
    Raises `NotFound` for a place that does not exist, `InvalidValue` for a terminal that is no name, `WrongState` at an
    organization whose logins are of each account, `TooMany` for more than 100 fields.
    """

    takes: ClassVar[LifeInput] = LifeInput.ARRIVE
    proves: ClassVar[bool] = True
    door: Door
    identity: VerifiedIdentity
    fields: Mapping[str, RawValue] = field(factory=lambda: NO_PROFILE.values)

    async def run(self, ports: PortsAtHand, /) -> AnyStep:
        """Answer the step, after it is committed."""
        require_terminal(self.door.terminal)
        require_fields(self.fields)
        given, problems = parsed(self.fields)
        nobody = stranger(ports, self.door, NOBODY)
        keys = identity_keys(self.door.where, self.identity.identity)
        here = await facts(ports, self.door, keys, nobody)
        sought = arriving.seek(here.organization, self.identity, now=ports.now)
        found = Found.IDENTITY if here.sub_account is not None else None
        entries: dict[CatalogId, CatalogEntry] = {}
        if sought is not None and sought.strong and found is None:
            found, here, entries = await self._otherwise(ports, sought, here, nobody)
        scene = await set_scene(ports, self.door, here, nobody)
        arrival = Arrival(scene=scene, sought=sought, found=found, elsewhere=await self._elsewhere(ports, scene))
        named = await ports.entries(here.organization.id, given)
        arrival = self._with_fields(arrival, given, problems, named, ports)
        decision = arriving.arrive(arrival)
        guards = map(seen, (entries | named).values())
        return await ports.settle(evolve(decision, guards=(*decision.guards, *guards)))

    async def _otherwise(
        self, ports: PortsAtHand, sought: Sought, here: SignInFacts, nobody: StrangerId
    ) -> tuple[Found | None, SignInFacts, dict[CatalogId, CatalogEntry]]:
        """Look for the person where the company account leads to nobody yet; at last, see whom the issuer would create."""
        for found, keys in arriving.ways(sought, self.door.where):
            other = await facts(ports, self.door, keys, nobody)
            if other.sub_account is not None and arriving.leads_to(found, other.sub_account, sought):
                # What the issuer is trusted for was read first: that version has to hold until the commit.
                return found, evolve(other, organization=here.organization), {}
        creates = creating.wanted(sought, self.door.where)
        if creates is None:
            return None, here, {}
        return await self._created(ports, sought, creates, here, nobody)

    async def _still_nobody(self, ports: PortsAtHand, sought: Sought, nobody: StrangerId) -> None:
        """Raise `Stale` when somebody is found now: it came in, or was given an id, after it was looked for.

        Who is created writes what it looked for, so that its commit notices; who is turned away writes nothing.
        """
        first = (Found.IDENTITY, identity_keys(self.door.where, self.identity.identity))
        for found, keys in (first, *arriving.ways(sought, self.door.where)):
            there = (await facts(ports, self.door, keys, nobody)).sub_account
            if there is not None and arriving.leads_to(found, there, sought):
                raise Stale

    async def _created(
        self, ports: PortsAtHand, sought: Sought, creates: JustInTime, here: SignInFacts, nobody: StrangerId
    ) -> tuple[Found | None, SignInFacts, dict[CatalogId, CatalogEntry]]:
        where, organization = await ports.repository.account(creates.account), here.organization
        login = creating.login(sought, creates)
        if where is None or login is None:
            account = where.account if where is not None else here.account
            return Found.CREATED, evolve(here, account=account), {}
        catalog = await ports.entries(organization.id, issuers.defaults(creates))
        person, credential = creating.person(
            sought,
            creates,
            login,
            id=SubAccountId(organization=organization.id, value=ports.new_id()),
            organization=organization,
            account=where.account,
            catalog=catalog,
            now=ports.now,
        )
        if await ports.repository.holders(creating.must_be_free(person, sought)):
            await self._still_nobody(ports, sought, nobody)
            return None, here, {}
        there = evolve(here, account=where.account, sub_account=person, credential=credential, stranger=None)
        return Found.CREATED, there, catalog

    async def _elsewhere(self, ports: PortsAtHand, scene: Scene) -> bool:
        """Tell whether somebody else in the realm, out of this door's reach, has the company account."""
        person, identity = scene.facts.sub_account, self.identity.identity
        if person is None or person.version == 0 or identity in person.identities:
            return False
        key = identity_key(person.account, person.realm, identity)
        return any(holder != person.id for holder in (await ports.repository.holders((key,))).values())

    def _with_fields(
        self,
        arrival: Arrival,
        given: Mapping[str, FieldValue],
        problems: list[Refusal],
        named: Mapping[CatalogId, CatalogEntry],
        ports: PortsAtHand,
    ) -> Arrival:
        """Return the arrival with the record of who waits, filled in; nothing is wrong with what nobody was asked yet."""
        person, account = arrival.scene.facts.sub_account, arrival.scene.facts.account
        if person is None or account is None or person.state is not State.WAITING:
            return arrival
        profile, more = filled(person.profile, account.policy, given, named, now=ports.now)
        found = (*problems, *more) if self.fields else ()
        return evolve(arrival, profile=None if problems or more else profile, problems=found)
