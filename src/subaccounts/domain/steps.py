"""The steps of the sign-in dialogue: what the host renders next. Which step follows what is `dialogue`'s table.

A step has no truth value: `if subs.handle(SignIn(...)):` would let everybody in, so it raises instead. Match on it.
"""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn, final

from attrs import frozen

from ..errors import Refusal
from .account import HostRole
from .sign_up import SignUpForm
from .subject import Subject


class Step:
    """Be the base of every step."""

    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} has no truth value; match on the step")


@final
@frozen(kw_only=True)
class OfferedIssuer:
    """Name a company account that a page offers: the issuer, and what people call it."""

    issuer: str
    name: str


@final
@frozen(kw_only=True)
class Offers:
    """Hold what a sign-in page offers beside a login: the form to sign up with, and company accounts."""

    sign_up: SignUpForm | None = None
    issuers: tuple[OfferedIssuer, ...] = ()


@final
@frozen(kw_only=True)
class EnterLogin(Step):
    """Ask for the login. `wrong` says that nobody here has the one before; `offers` is what else the page can show."""

    wrong: bool = False
    offers: Offers = Offers()


@final
@frozen(kw_only=True)
class EnterLoginAndProof(Step):
    """Ask for login and password or code together, as an open page does. `refused` says nothing about why.

    `offers` is what else the page can show.
    """

    refused: bool = False
    offers: Offers = Offers()


@final
@frozen(kw_only=True)
class EnterPassword(Step):
    """Ask for the password. `wrong` says that the one before was not it."""

    wrong: bool = False


@final
@frozen(kw_only=True)
class CompleteFields(Step):
    """Ask a person at first sign-in for these fields and a new password; for the claim code too when `code_needed`.

    Who arrives by a company account needs no password (`password_needed`). `problems` says what was wrong with the previous
    answer; nothing of it was kept.
    """

    fields: tuple[str, ...]
    code_needed: bool
    code_wrong: bool = False
    problems: tuple[Refusal, ...] = ()
    password_needed: bool = True


@final
@frozen(kw_only=True)
class CreatePassword(Step):
    """Ask for a new password; for the claim code too when `code_needed`."""

    code_needed: bool
    code_wrong: bool = False
    problems: tuple[Refusal, ...] = ()


@final
@frozen(kw_only=True)
class ConfirmContact(Step):
    """Ask whether this new e-mail or phone is the person's; `contact` is masked. A page for a link shows it, no sign-in."""

    field: str
    contact: str


@final
@frozen(kw_only=True)
class LockedUntil(Step):
    """Say that this terminal waits until then (UTC) before the next try for this login."""

    until: datetime


@final
@frozen(kw_only=True)
class AlreadyClaimed(Step):
    """Tell a person that somebody else has just claimed this login; if that was not itself, it asks for a reset."""


@final
@frozen(kw_only=True)
class AskAdministrator(Step):
    """Say that the administrator can help; who was `disabled` by guesses can also ask for another password.

    `why` is `archived`, `disabled`, `no_code` (none out, or it ended), `record_incomplete`, `account_closed`,
    `subscription_lapsed` or `seats_full`; on arrival also `not_known` (nobody here comes by this company account, and nobody
    can be created with it) or `linked_already` (the person comes by another account of this issuer, or this one is somebody
    else's elsewhere in the organization).
    """

    why: str


@final
@frozen(kw_only=True)
class FollowLink(Step):
    """Say that a link was sent to the person, and that following it is how this login is claimed."""


@final
@frozen(kw_only=True)
class ContinueWithSSO(Step):
    """Say that the person comes by a company account, and by which; None when the organization has it no more.

    `again` says that it arrived, but authenticated there too long ago or too weakly: it has to do so once more.
    """

    issuer: OfferedIssuer | None
    again: bool = False


@final
@frozen(kw_only=True)
class HostAccountBarred(Step):
    """Say that the host account became an administrator or moderator, so nobody under it signs in."""

    roles: frozenset[HostRole]


@final
@frozen(kw_only=True)
class Authenticated(Step):
    """Hand over the subject for the host's session. `read_only` is the lapse policy's word to the host."""

    subject: Subject
    read_only: bool = False


AnyStep = (
    EnterLogin
    | EnterLoginAndProof
    | EnterPassword
    | CompleteFields
    | CreatePassword
    | LockedUntil
    | AlreadyClaimed
    | AskAdministrator
    | FollowLink
    | ContinueWithSSO
    | HostAccountBarred
    | Authenticated
)
"""What a sign-in page renders."""

LinkStep = AnyStep | ConfirmContact
"""What a page for a link renders."""
