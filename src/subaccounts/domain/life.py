"""The life of a sub-account, as one table.

Two rules explain it. First: *waiting* is a state, never a missing password; a person who has not claimed yet, or was
reset, waits, and nothing but a claim ends the wait, or an arrival by a company account, which is one. Second: whatever
takes a person out of *active* kills every proof made before, so coming back always goes through *waiting*, or takes a proof
made afresh: what was sent for a forgotten password, or an issuer's word.

The documentation draws its diagram from this table, and a test walks every state with every input.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from ..errors import WrongState


class State(Enum):
    """Where a sub-account is in its life."""

    WAITING = "waiting"
    ACTIVE = "active"
    DISABLED = "disabled"
    ARCHIVED = "archived"
    DELETED = "deleted"


class LifeInput(Enum):
    """What can happen to a sub-account."""

    EDIT = "edit"
    RENAME = "rename"
    ISSUE_CODE = "issue_code"
    VOID_CODE = "void_code"
    CLAIM = "claim"
    SIGN_IN = "sign_in"
    CHANGE_PASSWORD = "change_password"  # noqa: S105 - the name of an input, not a password
    GUESSED_TOO_OFTEN = "guessed_too_often"
    UNLOCK = "unlock"
    RESET = "reset"
    ARCHIVE = "archive"
    RESTORE = "restore"
    DELETE = "delete"
    RECOVER = "recover"
    CHANGE_CONTACT = "change_contact"
    ARRIVE = "arrive"
    LINK = "link"
    UNLINK = "unlink"


_S, _I = State, LifeInput

LIFE: Final[Mapping[tuple[State, LifeInput], State]] = MappingProxyType(
    {
        (_S.WAITING, _I.EDIT): _S.WAITING,
        (_S.WAITING, _I.RENAME): _S.WAITING,
        (_S.WAITING, _I.ISSUE_CODE): _S.WAITING,
        (_S.WAITING, _I.VOID_CODE): _S.WAITING,
        (_S.WAITING, _I.CLAIM): _S.ACTIVE,
        (_S.WAITING, _I.UNLOCK): _S.WAITING,
        (_S.WAITING, _I.RESET): _S.WAITING,
        (_S.WAITING, _I.ARRIVE): _S.ACTIVE,
        (_S.WAITING, _I.UNLINK): _S.WAITING,
        (_S.WAITING, _I.ARCHIVE): _S.ARCHIVED,
        (_S.WAITING, _I.DELETE): _S.DELETED,
        (_S.ACTIVE, _I.EDIT): _S.ACTIVE,
        (_S.ACTIVE, _I.RENAME): _S.ACTIVE,
        (_S.ACTIVE, _I.SIGN_IN): _S.ACTIVE,
        (_S.ACTIVE, _I.CHANGE_PASSWORD): _S.ACTIVE,
        (_S.ACTIVE, _I.GUESSED_TOO_OFTEN): _S.DISABLED,
        (_S.ACTIVE, _I.UNLOCK): _S.ACTIVE,
        (_S.ACTIVE, _I.RECOVER): _S.ACTIVE,
        (_S.ACTIVE, _I.CHANGE_CONTACT): _S.ACTIVE,
        (_S.ACTIVE, _I.ARRIVE): _S.ACTIVE,
        (_S.ACTIVE, _I.LINK): _S.ACTIVE,
        (_S.ACTIVE, _I.UNLINK): _S.ACTIVE,
        (_S.ACTIVE, _I.RESET): _S.WAITING,
        (_S.ACTIVE, _I.ARCHIVE): _S.ARCHIVED,
        (_S.ACTIVE, _I.DELETE): _S.DELETED,
        (_S.DISABLED, _I.EDIT): _S.DISABLED,
        (_S.DISABLED, _I.RENAME): _S.DISABLED,
        (_S.DISABLED, _I.RECOVER): _S.ACTIVE,
        (_S.DISABLED, _I.ARRIVE): _S.ACTIVE,
        (_S.DISABLED, _I.UNLINK): _S.DISABLED,
        (_S.DISABLED, _I.RESET): _S.WAITING,
        (_S.DISABLED, _I.ARCHIVE): _S.ARCHIVED,
        (_S.DISABLED, _I.DELETE): _S.DELETED,
        (_S.ARCHIVED, _I.RESTORE): _S.WAITING,
        (_S.ARCHIVED, _I.UNLINK): _S.ARCHIVED,
        (_S.ARCHIVED, _I.DELETE): _S.DELETED,
    }
)
"""Every move a sub-account can make; what is not here is refused and changes nothing."""


def after(state: State, happening: LifeInput, /) -> State:
    """Return the state that follows; raise `WrongState` when the present one does not take this input."""
    following = LIFE.get((state, happening))
    if following is None:
        raise WrongState(what="sub_account", state=state.value, action=happening.value)
    return following
