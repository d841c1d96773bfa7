"""Issuers: which company accounts an organization's people come by. Coming by one is `arrivals`."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import frozen

from ..domain import authority, issuers
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.decision import Decision
from ..domain.ids import OrganizationId
from ..domain.issuer import Issuer
from ..domain.organization import Organization
from . import organizations
from .command import Change
from .ports_at_hand import PortsAtHand


@final
@frozen(kw_only=True)
class ChangeIssuers(Change[Organization]):
    """Say by which company accounts an organization's people come; what was said before is replaced as a whole.

    Nobody arrives by an issuer that is not among them any more; who arrived by it stays signed in, until it is unlinked or
    the host's own session ends. Raises `TooMany` for more than 20 issuers, `NameTaken` (`issuer`) for one that is there
    twice, `NotFound` for an account of `JustInTime` that is not the organization's, `FieldRefused` for a catalog entry that
    is not, or is given to nobody new.
    """

    action: ClassVar[Action] = Action.CHANGE_ISSUERS
    receipt: ClassVar[Any] = Organization
    actor: Actor
    organization: OrganizationId
    issuers: tuple[Issuer, ...]

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[Organization]:
        """Look for the accounts and catalog entries that are named, and change the issuers."""
        organization = await organizations.permitted(ports, self.actor, self.action, self.organization)
        issuers.check(self.issuers)
        opened = {}
        for id_ in issuers.accounts(self.issuers):
            facts = await ports.repository.account(id_) if id_.organization == self.organization else None
            if facts is not None:
                opened[id_] = facts.account
        named = [each for each in issuers.entries(self.issuers) if each.organization == self.organization]
        found = await ports.repository.catalog_entries(named) if named else ()
        return issuers.change(
            organization,
            self.issuers,
            opened=opened,
            catalog={entry.id: entry for entry in found},
            by=authority.by(self.actor),
        )
