"""The sign-in dialogue, as one table: where a login stands, what comes in, what the host is told.

Two rules explain it. First: nothing half-done is kept, so where a login stands is derived from what is stored each
time, and an interrupted dialogue resumes by itself. Second: what comes in is judged before the table is asked (was the
proof right? were the fields in order?), so every pair has exactly one answer and no pair is left to chance.

At a *closed* door every answer that would tell logins apart becomes the same refusal; `told` says which. The
documentation draws its diagrams from this table, and a test walks every pair at both doors.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final, final

from attrs import frozen

from .ids import AccountId, OrganizationId


class Disclosure(Enum):
    """How much a sign-in page tells: *open* inside a host account, *closed* on a page anybody can reach."""

    OPEN = "open"
    CLOSED = "closed"


SHARED_TERMINAL: Final = "shared"


@final
@frozen(kw_only=True)
class Door:
    """Say where a person stands when signing in.

    `where` is the account, or the organization when its realm is the organization. `terminal` is the host's opaque
    name for the device, at most 128 characters; delays are counted on it. `second_factor` is the host's word that
    another factor was shown, which allows shorter passwords (NIST SP 800-63B-4 §3.1.1.2); being inside the shared
    host account is not one.
    """

    where: AccountId | OrganizationId
    disclosure: Disclosure
    terminal: str = SHARED_TERMINAL
    second_factor: bool = False

    @classmethod
    def inside(cls, account: AccountId, /, *, terminal: str = SHARED_TERMINAL, second_factor: bool = False) -> Door:
        """Return the door of a page that only the signed-in host account reaches: disclosure is open."""
        return cls(where=account, disclosure=Disclosure.OPEN, terminal=terminal, second_factor=second_factor)

    @classmethod
    def outside(
        cls, where: AccountId | OrganizationId, /, *, terminal: str = SHARED_TERMINAL, second_factor: bool = False
    ) -> Door:
        """Return the door of a page that anybody reaches: disclosure is closed."""
        return cls(where=where, disclosure=Disclosure.CLOSED, terminal=terminal, second_factor=second_factor)


class Standing(Enum):
    """Where a login stands, derived from what is stored; the first that applies, in this order."""

    ACCOUNT_CLOSED = "account_closed"
    BARRED = "barred"
    LAPSED = "lapsed"
    ARCHIVED = "archived"
    DISABLED = "disabled"
    LINK_AWAITED = "link_awaited"
    LOCKED = "locked"
    UNKNOWN = "unknown"
    INCOMPLETE = "incomplete"
    NO_CODE = "no_code"
    CODE_AWAITED = "code_awaited"
    COMES_BY_SSO = "comes_by_sso"
    OPEN_TO_CLAIM = "open_to_claim"
    ACTIVE = "active"


class Incoming(Enum):
    """What comes in, judged: a login alone, a password or code, or a whole registration.

    `NO_SEAT` is a right proof or registration when every seat of the month is taken.
    """

    LOGIN = "login"
    PROOF_RIGHT = "proof_right"
    PROOF_WRONG = "proof_wrong"
    CLAIM_RIGHT = "claim_right"
    CLAIM_FLAWED = "claim_flawed"
    CLAIM_WRONG = "claim_wrong"
    NO_SEAT = "no_seat"


class Told(Enum):
    """What the host is told; each is one of `steps`."""

    ACCOUNT_CLOSED = "account_closed"
    BARRED = "barred"
    LAPSED = "lapsed"
    WRONG_LOGIN = "wrong_login"
    ARCHIVED = "archived"
    LOCKED = "locked"
    DISABLED = "disabled"
    INCOMPLETE = "incomplete"
    NO_CODE = "no_code"
    REGISTER = "register"
    REGISTER_AGAIN = "register_again"
    CODE_WRONG = "code_wrong"
    ENTER_PASSWORD = "enter_password"  # noqa: S105 - the name of an answer, not a password
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - the name of an answer, not a password
    ALREADY_CLAIMED = "already_claimed"
    AUTHENTICATED = "authenticated"
    SEATS_FULL = "seats_full"
    FOLLOW_LINK = "follow_link"
    CONTINUE_WITH_SSO = "continue_with_sso"
    ENTER_BOTH = "enter_both"
    REFUSED = "refused"


_S, _I, _T = Standing, Incoming, Told


def _always(standing: Standing, told: Told) -> dict[tuple[Standing, Incoming], Told]:
    return {(standing, incoming): told for incoming in Incoming}


DIALOGUE: Final[Mapping[tuple[Standing, Incoming], Told]] = MappingProxyType(
    {
        **_always(_S.ACCOUNT_CLOSED, _T.ACCOUNT_CLOSED),
        **_always(_S.BARRED, _T.BARRED),
        **_always(_S.LAPSED, _T.LAPSED),
        **_always(_S.ARCHIVED, _T.ARCHIVED),
        **_always(_S.DISABLED, _T.DISABLED),
        **_always(_S.LOCKED, _T.LOCKED),
        **_always(_S.UNKNOWN, _T.WRONG_LOGIN),
        **_always(_S.INCOMPLETE, _T.INCOMPLETE),
        **_always(_S.NO_CODE, _T.NO_CODE),
        (_S.CODE_AWAITED, _I.LOGIN): _T.REGISTER,
        (_S.CODE_AWAITED, _I.PROOF_RIGHT): _T.REGISTER,
        (_S.CODE_AWAITED, _I.PROOF_WRONG): _T.CODE_WRONG,
        (_S.CODE_AWAITED, _I.CLAIM_RIGHT): _T.AUTHENTICATED,
        (_S.CODE_AWAITED, _I.CLAIM_FLAWED): _T.REGISTER_AGAIN,
        (_S.CODE_AWAITED, _I.CLAIM_WRONG): _T.CODE_WRONG,
        (_S.CODE_AWAITED, _I.NO_SEAT): _T.SEATS_FULL,
        (_S.LINK_AWAITED, _I.LOGIN): _T.FOLLOW_LINK,
        (_S.LINK_AWAITED, _I.PROOF_RIGHT): _T.REGISTER,
        (_S.LINK_AWAITED, _I.PROOF_WRONG): _T.FOLLOW_LINK,
        (_S.LINK_AWAITED, _I.CLAIM_RIGHT): _T.AUTHENTICATED,
        (_S.LINK_AWAITED, _I.CLAIM_FLAWED): _T.REGISTER_AGAIN,
        (_S.LINK_AWAITED, _I.CLAIM_WRONG): _T.FOLLOW_LINK,
        (_S.LINK_AWAITED, _I.NO_SEAT): _T.SEATS_FULL,
        **_always(_S.COMES_BY_SSO, _T.CONTINUE_WITH_SSO),
        (_S.OPEN_TO_CLAIM, _I.LOGIN): _T.REGISTER,
        (_S.OPEN_TO_CLAIM, _I.PROOF_RIGHT): _T.REGISTER,
        (_S.OPEN_TO_CLAIM, _I.PROOF_WRONG): _T.REGISTER,
        (_S.OPEN_TO_CLAIM, _I.CLAIM_RIGHT): _T.AUTHENTICATED,
        (_S.OPEN_TO_CLAIM, _I.CLAIM_FLAWED): _T.REGISTER_AGAIN,
        (_S.OPEN_TO_CLAIM, _I.CLAIM_WRONG): _T.REGISTER,
        (_S.OPEN_TO_CLAIM, _I.NO_SEAT): _T.SEATS_FULL,
        (_S.ACTIVE, _I.LOGIN): _T.ENTER_PASSWORD,
        (_S.ACTIVE, _I.PROOF_RIGHT): _T.AUTHENTICATED,
        (_S.ACTIVE, _I.PROOF_WRONG): _T.PASSWORD_WRONG,
        (_S.ACTIVE, _I.CLAIM_RIGHT): _T.ALREADY_CLAIMED,
        (_S.ACTIVE, _I.CLAIM_FLAWED): _T.ALREADY_CLAIMED,
        (_S.ACTIVE, _I.CLAIM_WRONG): _T.ALREADY_CLAIMED,
        (_S.ACTIVE, _I.NO_SEAT): _T.SEATS_FULL,
    }
)
"""What an open door answers, for every pair."""

COUNTED: Final = frozenset(
    {
        (_S.UNKNOWN, _I.PROOF_WRONG),
        (_S.UNKNOWN, _I.CLAIM_WRONG),
        (_S.CODE_AWAITED, _I.PROOF_WRONG),
        (_S.CODE_AWAITED, _I.CLAIM_WRONG),
        (_S.ACTIVE, _I.PROOF_WRONG),
    }
)
"""The pairs that count as a wrong proof. During a delay nothing is revealed, so nothing is counted."""

_SAID_AT_ANY_DOOR: Final = frozenset({_T.AUTHENTICATED, _T.REGISTER_AGAIN, _T.SEATS_FULL})
_SAID_OF_THE_ACCOUNT: Final = frozenset({_T.ACCOUNT_CLOSED, _T.BARRED, _T.LAPSED})


def told(standing: Standing, incoming: Incoming, /, *, door: Door) -> Told:
    """Return what the host is told about this pair at this door.

    At a closed door a login alone is never answered. What is said of the account is said only where everybody stands
    at the same one, so that it tells no logins apart.
    """
    answer = DIALOGUE[standing, incoming]
    if door.disclosure is Disclosure.OPEN or answer in _SAID_AT_ANY_DOOR:
        return answer
    if answer in _SAID_OF_THE_ACCOUNT and isinstance(door.where, AccountId):
        return answer
    if incoming is Incoming.LOGIN:
        return Told.ENTER_BOTH
    if answer is Told.REGISTER and incoming is Incoming.PROOF_RIGHT:
        return answer
    return Told.REFUSED
