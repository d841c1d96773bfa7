"""What a racer asks, as plain data that travels between processes; the command it is; and what an answer shows.

The model judges `Asked` and shown answers alone, so that nothing of the library's own judgment comes into it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final

from attrs import asdict, frozen

from subaccounts import (
    Account,
    AccountId,
    ArchivePerson,
    BeginSignIn,
    ChangePassword,
    CloseAccount,
    Command,
    CompleteRegistration,
    DeletePerson,
    Door,
    EditPerson,
    Handover,
    HostUser,
    IssueCode,
    OpenAccount,
    OrganizationId,
    ReadPerson,
    Recognize,
    RegistrationPolicy,
    RenamePerson,
    ResetPassword,
    RestorePerson,
    Secret,
    SignedIn,
    SignIn,
    SubAccount,
    SubAccountId,
    Subject,
    SwitchPolicy,
    UnlockPerson,
    VoidCode,
)
from subaccounts.domain.policy import OpenClaim
from subaccounts.domain.steps import Authenticated
from subaccounts.domain.subject import Pathway
from subaccounts.testing import NOON, builders
from subaccounts.testing.interleavings import form
from tests.interleavings.builder import FIELDS, OPEN

PERSON: Final = builders.value(1)
"""The id of the person, and of the account, in every organization that is raced in."""


@frozen(kw_only=True)
class Asked:
    """Hold one thing asked: what, in which race, with what; `epochs` are those of the subject that acts."""

    race: str
    what: str
    login: str = "anna"
    secret: str = ""
    new: str = ""
    terminal: str = "shared"
    epochs: tuple[int, int] = (1, 1)
    once: str | None = None

    def __str__(self) -> str:
        said = {name: value for name, value in asdict(self).items() if value != getattr(_PLAIN, name)}
        said = {name: value for name, value in said.items() if name not in {"race", "what"}}
        return f"{self.what}({', '.join(f'{name}={value}' for name, value in said.items())})"


_PLAIN: Final = Asked(race="", what="")


def organization(asked: Asked, /) -> OrganizationId:
    """Return the organization of a race."""
    return OrganizationId(value=asked.race)


def account(asked: Asked, /) -> AccountId:
    """Return the account of a race."""
    return builders.account_id(of=organization(asked))


def anna(asked: Asked, /) -> SubAccountId:
    """Return the person who is raced for."""
    return builders.sub_account_id(of=organization(asked))


def boss(asked: Asked, /) -> HostUser:
    """Return the administrator of a race, the same one for every racer: a repeated request is the same request."""
    return HostUser.administrator("boss", of=organization(asked))


def _inside(asked: Asked) -> Door:
    return Door.inside(account(asked), terminal=asked.terminal)


def _subject(asked: Asked) -> Subject:
    epoch, account_epoch = asked.epochs
    return Subject(
        sub_account=anna(asked),
        account=account(asked),
        pathway=Pathway.PASSWORD,
        terminal=asked.terminal,
        at=NOON,
        epoch=epoch,
        account_epoch=account_epoch,
    )


def _admin(command: Callable[..., Command[Any]], **given: Callable[[Asked], Any]) -> Callable[[Asked], Command[Any]]:
    """Return how an administrator's command for the person is made; what is given besides is taken from the asking."""

    def make(asked: Asked) -> Command[Any]:
        more = {name: take(asked) for name, take in given.items()}
        return command(actor=boss(asked), sub_account=anna(asked), request_id=asked.once, **more)

    return make


def _switch(policy: RegistrationPolicy) -> Callable[[Asked], Command[Any]]:
    return lambda asked: SwitchPolicy(actor=boss(asked), account=account(asked), policy=policy)


COMMANDS: Final[Mapping[str, Callable[[Asked], Command[Any]]]] = {
    "begin": lambda a: BeginSignIn(door=_inside(a), login=a.login),
    "claim": lambda a: CompleteRegistration(
        door=_inside(a), login=a.login, password=Secret(a.new), code=Secret(a.secret), fields=FIELDS
    ),
    "sign in": lambda a: SignIn(door=_inside(a), login=a.login, secret=Secret(a.secret)),
    "sign in outside": lambda a: SignIn(
        door=Door.outside(account(a), terminal=a.terminal), login=a.login, secret=Secret(a.secret)
    ),
    "change": lambda a: ChangePassword(subject=_subject(a), current=Secret(a.secret), new=Secret(a.new)),
    "recognize": lambda a: Recognize(subject=_subject(a)),
    "edit herself": lambda a: EditPerson(
        actor=SignedIn(subject=_subject(a)), sub_account=anna(a), fields={"full_name": a.new}
    ),
    "read": lambda a: ReadPerson(actor=boss(a), sub_account=anna(a)),
    "edit": _admin(EditPerson, fields=lambda a: {"full_name": a.new}),
    "rename": _admin(RenamePerson, login=lambda a: a.new),
    "issue": _admin(IssueCode),
    "void": _admin(VoidCode),
    "reset": _admin(ResetPassword),
    "unlock": _admin(UnlockPerson),
    "archive": _admin(ArchivePerson),
    "restore": _admin(RestorePerson),
    "delete": _admin(DeletePerson),
    "close": lambda a: CloseAccount(actor=boss(a), account=account(a)),
    "open": lambda a: OpenAccount(
        actor=boss(a),
        organization=organization(a),
        host=builders.account().host,
        name="Again",
        policy=RegistrationPolicy.by_person(),
    ),
    "let claim openly": _switch(RegistrationPolicy.by_person(claim=OPEN)),
    "let claim by code": _switch(RegistrationPolicy.by_person()),
}
"""How each thing asked is a command."""


def shown(value: Any, /) -> Hashable:
    """Return what an answer shows to whoever asked, as plain data."""
    match value:
        case SubAccount():
            profile = value.profile
            given = (profile.full_name, profile.position)
            return ("person", value.version, value.state.value, value.login.text, *given, value.epoch)
        case Handover():
            return "handover", shown(value.sub_account), value.code.code.reveal() if value.code else None
        case Account():
            claim = "openly" if isinstance(value.policy.claim, OpenClaim) else "code"
            return "account", value.version, value.state.value, claim, value.policy_version, value.epoch
        case Authenticated():
            return "let in", shown(value.subject)
        case Subject():
            return "subject", value.pathway.value, value.terminal, value.epoch, value.account_epoch
        case _:
            told: Hashable = form(value)
            return told
