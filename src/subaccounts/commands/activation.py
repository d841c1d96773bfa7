"""Telling people how to come in: how an organization does, and sending activations, dry or for good. Slips are `slips`."""

from __future__ import annotations

from typing import Any, ClassVar, Final, final

from attrs import evolve, frozen

from ..domain import activating, authority
from ..domain.activating import Activated, ActivationLine
from ..domain.activation import ActivationPolicy, Way
from ..domain.activation_events import ActivationSwitched
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.decision import Decision, Happened
from ..domain.ids import OrganizationId
from ..domain.organization import Organization
from ..domain.queries import PeopleCursor
from ..domain.sub_account import Person
from ..errors import NotFound
from . import organizations
from .command import Change
from .ports_at_hand import PortsAtHand
from .selection import Selection, decided, merged, select

MOST_AT_ONCE: Final = 500
"""People told in one commit; larger rosters are told page by page."""


@final
@frozen(kw_only=True)
class ChangeActivation(Change[Organization]):
    """Change how an organization tells its people: automatically or by hand for each way of creation, how long links live,
    what people who are not signed in can make it send.

    What was decided before stays as it was. Raises `NotFound`.
    """

    action: ClassVar[Action] = Action.CHANGE_ACTIVATION
    receipt: ClassVar[Any] = Organization
    actor: Actor
    organization: OrganizationId
    activation: ActivationPolicy

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[Organization]:
        """Change the policy."""
        organization = await organizations.permitted(ports, self.actor, self.action, self.organization)
        changed = evolve(organization, activation=self.activation)
        same = changed == organization
        automatic = tuple(sorted(way.value for way in self.activation.automatic))
        return Decision(
            organization=self.organization,
            by=authority.by(self.actor),
            result=organization if same else evolve(changed, version=changed.version + 1),
            puts=() if same else (changed,),
            happened=() if same else (Happened(what=ActivationSwitched(automatic=automatic)),),
        )


@final
@frozen(kw_only=True)
class ActivationPage:
    """Answer who is told what, and how; `after` asks for the next page of people, None on the last.

    `automatic` lists the ways of creation after which people are told by themselves, as the organization has it now.
    """

    lines: tuple[ActivationLine, ...]
    after: PeopleCursor | None = None
    automatic: frozenset[Way] = frozenset()


@final
@frozen(kw_only=True)
class SendActivation(Change[ActivationPage]):
    """Tell people who wait how to come in, each by the way it prefers; the link or code of before is dead.

    With `dry` nothing is written and nobody is told: the answer says who would be, what, and how, at the moment; a `request_id`
    is not looked at. Whoever signed in already, and was not reset since, is never told, nor who could not come in by it. The
    people are `selection`'s; one commit tells at most 500, and the answer's `after` asks for the next page. Raises `TooMany`,
    `NotFound`; what is in one person's way is in its line.
    """

    action: ClassVar[Action] = Action.SEND_ACTIVATION
    receipt: ClassVar[Any] = ActivationPage
    actor: Actor
    organization: OrganizationId
    selection: Selection
    dry: bool = False

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def run(self, ports: PortsAtHand, /) -> ActivationPage:
        """Answer the page; what a dry run shows is not kept under a request id, or it would be shown when it is true no more."""
        if self.dry and self.request_id is not None:
            return await evolve(self, request_id=None).run(ports)
        return await super().run(ports)

    async def decide(self, ports: PortsAtHand, /) -> Decision[ActivationPage]:
        """Decide for each of the page's people by itself."""
        selected = await select(ports, self.actor, self.action, self.organization, self.selection, most=MOST_AT_ONCE)
        subscription = await ports.subscriptions.current(self.organization)
        hosts = dict.fromkeys(person.account.host for person in selected.people)
        roles = {host: await ports.host_accounts.roles(host) for host in hosts}
        told: list[tuple[Person, Activated]] = []
        for person in selected.people:
            activated = activating.activate(
                person,
                roles=roles[person.account.host],
                subscription=subscription,
                code_id=ports.new_id(),
                key=ports.keys.current,
                now=ports.now,
            )
            told.append((person, activated))
        lines = (*selected.refused, *(each.line for _, each in told))
        automatic = await self._automatic(ports, selected.people)
        by, page = authority.by(self.actor), ActivationPage(lines=lines, after=selected.after, automatic=automatic)
        becoming = [(person, each.becomes) for person, each in told if each.becomes is not None and not self.dry]
        return merged(self.organization, decided(becoming, by=by, subscription=subscription), by=by, result=page)

    async def _automatic(self, ports: PortsAtHand, people: tuple[Person, ...]) -> frozenset[Way]:
        """Return which ways are told by themselves: read with the people, or alone where there are none."""
        found = people[0].organization if people else await ports.repository.organization(self.organization)
        if found is None:
            raise NotFound(what="organization")
        return found.activation.automatic
