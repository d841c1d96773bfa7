"""Codes that are handed over: slips for many people at once, printed again, reissued or voided, and a code that somebody chose.

How a slip looks on paper is the room `slips`; one person's code is `credentials`.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final, final

from attrs import frozen

from ..domain import activating, authority, codes, people
from ..domain.activating import ActivationLine
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.codes import IssuedCode
from ..domain.credential import ClaimCode
from ..domain.decision import Decision
from ..domain.ids import OrganizationId, SubAccountId
from ..domain.language import Language
from ..domain.life import LifeInput, State
from ..domain.people import Becomes
from ..domain.queries import PeopleCursor
from ..domain.secret import Secret
from ..domain.sub_account import Person, SubAccount
from .command import Change, Command
from .ports_at_hand import PortsAtHand
from .selection import Selection, decided, merged, select

MOST_SLIPS: Final = 500
"""Slips of one answer; a school is printed page by page."""


@final
@frozen(kw_only=True)
class ClaimSlip:
    """Hold one slip: whose it is, in words to print, and the code."""

    code: IssuedCode
    name: str | None
    organization: str
    account: str
    language: Language


@final
@frozen(kw_only=True)
class _Out:
    """Hold what is stored of a slip, for the receipt."""

    person: SubAccount
    code: ClaimCode
    organization: str
    account: str
    language: Language


@final
@frozen(kw_only=True)
class _Outs:
    outs: tuple[_Out, ...]
    refused: tuple[ActivationLine, ...]
    after: PeopleCursor | None


@final
@frozen(kw_only=True)
class ClaimSlipsPage:
    """Answer with the slips to print and the people who get none, with why; `after` asks for the next page.

    `why` is `not_waiting`, the code of a refusal, or `key_retired` where a request is repeated after the key that made the slip
    was retired: the slip is dead, and a new request puts out another.
    """

    slips: tuple[ClaimSlip, ...]
    refused: tuple[ActivationLine, ...]
    after: PeopleCursor | None = None


@final
@frozen(kw_only=True)
class ClaimSlips(Change[ClaimSlipsPage]):
    """Put out codes for people who wait, to be printed and handed over.

    A slip that is out and alive is printed again as it is; one whose key was retired is dead, and replaced. With `reissue` every
    person gets a new code, and the one before is dead. A link or code that was sent is replaced in any case. At most 500 people
    at once. Raises `TooMany`, `NotFound`.
    """

    action: ClassVar[Action] = Action.ISSUE_CODE
    receipt: ClassVar[Any] = _Outs
    actor: Actor
    organization: OrganizationId
    selection: Selection
    reissue: bool = False

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[_Outs]:
        """Decide for each of the page's people by itself."""
        selected = await select(ports, self.actor, self.action, self.organization, self.selection, most=MOST_SLIPS)
        subscription = await ports.subscriptions.current(self.organization)
        refused, outs, becoming = list(selected.refused), list[_Out](), list[tuple[Person, Becomes]]()
        for person in selected.people:
            if person.sub_account.state is not State.WAITING:
                refused.append(_none(person.sub_account, why="not_waiting"))
                continue
            reissue = self.reissue or ports.is_retired(person.sub_account.id, person.credential.code)
            becomes = activating.slip(person, code=ports.new_code(person), reissue=reissue, now=ports.now)
            if becomes is not None:
                becoming.append((person, becomes))
            code = (becomes or person).credential.code
            assert code is not None, "a slip is put out or is out"  # noqa: S101 - narrows the type
            outs.append(_out(person, code))
        by = authority.by(self.actor)
        result = _Outs(outs=tuple(outs), refused=tuple(refused), after=selected.after)
        return merged(self.organization, decided(becoming, by=by, subscription=subscription), by=by, result=result)

    def present(self, receipt: _Outs, ports: PortsAtHand, /) -> ClaimSlipsPage:
        """Answer with the codes minted, and those that died with their key since refused."""
        minted = [(out, ports.mint(out.person, out.code)) for out in receipt.outs]
        slips = tuple(_slip(out, code) for out, code in minted if code is not None)
        dead = tuple(_none(out.person, why="key_retired") for out, code in minted if code is None)
        return ClaimSlipsPage(slips=slips, refused=(*receipt.refused, *dead), after=receipt.after)


def _out(person: Person, code: ClaimCode) -> _Out:
    sub, organization = person.sub_account, person.organization
    language = sub.profile.language or organization.activation.language
    return _Out(person=sub, code=code, organization=organization.name, account=person.account.name, language=language)


def _slip(out: _Out, minted: IssuedCode) -> ClaimSlip:
    name = out.person.profile.full_name
    return ClaimSlip(code=minted, name=name, organization=out.organization, account=out.account, language=out.language)


def _none(person: SubAccount, *, why: str) -> ActivationLine:
    return ActivationLine(sub_account=person.id, login=person.login.text, why=why)


@final
@frozen(kw_only=True)
class VoidSlipsPage:
    """Answer how many codes and links were killed, and who was out of reach; `after` asks for the next page of people.

    There are more people to go through until it is None: who is voided still waits, so the same page again kills nothing.
    """

    voided: int
    refused: tuple[ActivationLine, ...]
    after: PeopleCursor | None = None


@final
@frozen(kw_only=True)
class VoidSlips(Change[VoidSlipsPage]):
    """Kill every code and link that is out for a page of the people meant.

    For a stack of slips that was lost. At most 500 people at once; the answer's `after` asks for the next page. Raises
    `TooMany`.
    """

    action: ClassVar[Action] = Action.VOID_CODE
    receipt: ClassVar[Any] = VoidSlipsPage
    actor: Actor
    organization: OrganizationId
    selection: Selection

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[VoidSlipsPage]:
        """Void the codes of the page's people."""
        selected = await select(ports, self.actor, self.action, self.organization, self.selection, most=MOST_SLIPS)
        subscription = await ports.subscriptions.current(self.organization)
        out = [each for each in selected.people if each.credential.code is not None]
        becoming = [(person, people.void_code(person)) for person in out]
        by = authority.by(self.actor)
        page = VoidSlipsPage(voided=len(becoming), refused=selected.refused, after=selected.after)
        return merged(self.organization, decided(becoming, by=by, subscription=subscription), by=by, result=page)


@final
@frozen(kw_only=True)
class GrantCode(Command[SubAccount]):
    """Give a person who waits a code that somebody chose, such as one that is on paper already; the one before is dead.

    The code leads to creating a password and to nothing else; what is stored is what it becomes under the key ring. At least 8
    letters and digits, read without regard to case, blanks, hyphens, and `O` for 0, `I` and `L` for 1; never the login. It
    takes no request id, since it carries a secret: granting it again is the same. Raises `InvalidValue`, `WrongState` for who
    does not wait.
    """

    action: ClassVar[Action] = Action.ISSUE_CODE
    takes: ClassVar[LifeInput] = LifeInput.ISSUE_CODE
    actor: Actor
    sub_account: SubAccountId
    code: Secret

    async def run(self, ports: PortsAtHand, /) -> SubAccount:
        """Answer the person."""
        person = await ports.permitted(self.actor, self.action, self.sub_account)
        codes.check_chosen(self.code, login=person.sub_account.login.text)
        subscription = await ports.subscriptions.current(person.organization.id)
        becomes = people.issue_code(person, code=ports.chosen_code(person, self.code))
        by = authority.by(self.actor)
        return await ports.settle(people.decide(person, becomes, by=by, subscription=subscription, taken=0))
