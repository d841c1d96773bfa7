"""Links from messages: what a page shows for one, and redeeming it. Looking changes nothing, whoever looks: mail scanners do.

A link is 128 bits that nobody guesses, so that a wrong one is told at once and counted nowhere. Codes that are typed are
`signing_in` for a claim, `recovery` for a forgotten password and `contact` for a new phone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, final

from attrs import field, frozen

from ..domain import link as links
from ..domain import recovery, sign_in, sign_up_proof
from ..domain.channel import address_text
from ..domain.dialogue import SHARED_TERMINAL
from ..domain.fields import RawValue
from ..domain.ids import AccountId, OrganizationId, SubAccountId
from ..domain.language import Language
from ..domain.profile import NO_PROFILE
from ..domain.proof import Form, Purpose
from ..domain.scene import stand
from ..domain.secret import Secret
from ..domain.sent import Expected, expected
from ..domain.steps import AnyStep, ConfirmContact, LinkStep
from ..domain.sub_account import Person
from ..errors import LinkRefused
from .command import Command
from .completing_sign_up import Chosen, complete_by_link, sign_up_by_link
from .filling import require_fields
from .ports_at_hand import PortsAtHand
from .registering import Typed, register, scene_password_problems
from .scenes import scene_of


@final
@frozen(kw_only=True)
class LinkPage:
    """Hold what a page shows for a link: what it is for, whose it is, and the step to render.

    Of a claim the step is the registration (`CompleteFields`, `CreatePassword`), as of a sign-up whose person is not there
    yet; of a forgotten password `CreatePassword`; of a new contact `ConfirmContact` with the address masked; of any, where
    nobody gets in now, what says so, such as `AskAdministrator`.
    `login` and `name` are None for a new contact, whose reader can be anybody; `name` is the full name, and None without one.
    `language` is the one to show the page in, `until` when the link ends (UTC).
    """

    purpose: Purpose
    organization: OrganizationId
    account: AccountId
    login: str | None
    name: str | None
    language: Language
    step: LinkStep
    until: datetime


@final
@frozen(kw_only=True)
class Followed:
    """Hold a link that is alive: its purpose, whose it is, and what is known of it."""

    purpose: Purpose
    person: Person
    expected: Expected


async def followed(ports: PortsAtHand, read: links.Link, /, *purposes: Purpose) -> Followed:
    """Read a link of one of these purposes: one read of storage, and nothing is changed.

    Raises `LinkRefused`: `expired`, or `unknown` for whatever else keeps it from working.
    """
    person = None
    if read.purpose in purposes:
        person = await ports.repository.person(SubAccountId(organization=read.organization, value=read.owner))
    if person is None:
        raise LinkRefused(why="unknown")
    ports.require_ring(person.organization)
    known = expected(person, read.purpose)
    like, ref = links.purpose_of(read.purpose, Form.LINK), known.ref if known is not None else None
    digest, derived = ports.known_digest(read.organization, ref, like=like)
    if not links.is_link(read, digest) or not derived or known is None:
        raise LinkRefused(why="unknown")
    known.require(now=ports.now)
    return Followed(purpose=read.purpose, person=person, expected=known)


@final
@frozen(kw_only=True)
class PeekLink(Command[LinkPage]):
    """Look at a link: what its page shows. Nothing is written, however often it is asked, and whoever opens the address.

    Raises `LinkRefused`: `expired`, or `unknown`; `NotOffered` for a sign-up where there is no such form any more.
    """

    link: Secret

    async def run(self, ports: PortsAtHand, /) -> LinkPage:
        """Answer what the page shows."""
        read = links.parse(self.link)
        if read.purpose is Purpose.SIGN_UP:
            return await self._sign_up(ports, read)
        found = await followed(ports, read, Purpose.CLAIM, Purpose.RECOVERY, Purpose.CONTACT)
        organization, sub = found.person.organization, found.person.sub_account
        named = found.purpose is not Purpose.CONTACT
        return LinkPage(
            purpose=found.purpose,
            organization=organization.id,
            account=sub.account,
            login=sub.login.text if named else None,
            name=sub.profile.full_name if named else None,
            language=sub.profile.language or organization.activation.language,
            step=await self._step(ports, found),
            until=found.expected.until,
        )

    async def _sign_up(self, ports: PortsAtHand, read: links.Link) -> LinkPage:
        scene, attempt = await sign_up_by_link(ports, read, terminal=SHARED_TERMINAL)
        organization = scene.facts.organization
        return LinkPage(
            purpose=read.purpose,
            organization=organization.id,
            account=attempt.account,
            login=attempt.login.text if attempt.login is not None else address_text(attempt.contact),
            name=attempt.profile.full_name,
            language=attempt.profile.language or organization.activation.language,
            step=sign_up_proof.lead(scene, attempt),
            until=attempt.ends_at,
        )

    async def _step(self, ports: PortsAtHand, found: Followed) -> LinkStep:
        here = await scene_of(ports, found.person, terminal=SHARED_TERMINAL, second_factor=False)
        pending = found.person.credential.contact
        if found.purpose is Purpose.CLAIM:
            return sign_in.lead(here)
        if found.purpose is Purpose.CONTACT and pending is not None and stand(here) not in recovery.SHUT:
            return ConfirmContact(field=pending.field, contact=pending.to.masked)
        return recovery.lead(here)


@final
@frozen(kw_only=True)
class RedeemLink(Command[AnyStep]):
    """Redeem the link of an activation, a forgotten password or a sign-up, with the password the person chose.

    An activation is completed as `CompleteRegistration` does it, with the fields asked for, and answers `Authenticated`; a
    forgotten password is replaced, which ends every sign-in of before, and answers `EnterPassword`: nobody is signed in by
    an e-mail alone; a sign-up is completed as `CompleteSignUp` does it, which takes another login too. What was wrong with
    password or fields comes back as the step with its problems; the link is used up by success only. Of two at once one
    wins. `terminal` is where the person stands, `second_factor` the host's word as in `Door`. Raises `LinkRefused`, `Busy`
    when too much is hashed at once, `InvalidValue` for a terminal that is no name, `TooMany` for more than 100 fields; for the
    link of a sign-up also `NotOffered` and `NameTaken`, as `CompleteSignUp` does.
    """

    proves: ClassVar[bool] = True
    link: Secret
    password: Secret
    fields: Mapping[str, RawValue] = field(factory=lambda: NO_PROFILE.values)
    terminal: str = SHARED_TERMINAL
    second_factor: bool = False

    async def run(self, ports: PortsAtHand, /) -> AnyStep:
        """Answer the step."""
        require_fields(self.fields)
        read = links.parse(self.link)
        if read.purpose is Purpose.SIGN_UP:
            return await complete_by_link(ports, read, self._chosen())
        found = await followed(ports, read, Purpose.CLAIM, Purpose.RECOVERY)
        here = await scene_of(ports, found.person, terminal=self.terminal, second_factor=self.second_factor)
        typed = Typed(proof=self.link, password=self.password, fields=self.fields)
        if found.purpose is Purpose.CLAIM:
            return await register(ports, here, typed, right=True)
        problems = tuple(scene_password_problems(ports, here, typed, {}))
        password = await ports.hashed(self.password) if not problems else None
        return await ports.settle(recovery.redeem(here, password=password, problems=problems))

    def _chosen(self) -> Chosen:
        return Chosen(
            proof=self.link,
            password=self.password,
            fields=self.fields,
            login=None,
            terminal=self.terminal,
            second_factor=self.second_factor,
        )
