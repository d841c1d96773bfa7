"""The steps of the sign-in dialogue: what the host renders next. Which step follows what is `dialogue`'s table.

A step has no truth value: `if subs.handle(SignIn(...)):` would let everybody in, so it raises instead. Match on it.
"""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn, final

from attrs import frozen

from ..errors import Refusal
from .account import HostRole
from .subject import Subject


class Step:
    """Be the base of every step."""

    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} has no truth value; match on the step")


@final
@frozen(kw_only=True)
class EnterLogin(Step):
    """Ask for the login. `wrong` says that nobody here has the one before."""

    wrong: bool = False


@final
@frozen(kw_only=True)
class EnterLoginAndProof(Step):
    """Ask for login and password or code together, as an open page does. `refused` says nothing about why."""

    refused: bool = False


@final
@frozen(kw_only=True)
class EnterPassword(Step):
    """Ask for the password. `wrong` says that the one before was not it."""

    wrong: bool = False


@final
@frozen(kw_only=True)
class CompleteFields(Step):
    """Ask a person at first sign-in for these fields and a new password; for the claim code too when `code_needed`.

    `problems` says what was wrong with the previous answer; nothing of it was kept.
    """

    fields: tuple[str, ...]
    code_needed: bool
    code_wrong: bool = False
    problems: tuple[Refusal, ...] = ()


@final
@frozen(kw_only=True)
class CreatePassword(Step):
    """Ask for a new password; for the claim code too when `code_needed`."""

    code_needed: bool
    code_wrong: bool = False
    problems: tuple[Refusal, ...] = ()


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
    """Say that only the administrator can help.

    `why` is `archived`, `disabled`, `no_code` (none out, or it ended), `record_incomplete`, `account_closed`,
    `subscription_lapsed` or `seats_full`.
    """

    why: str


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
    | HostAccountBarred
    | Authenticated
)
