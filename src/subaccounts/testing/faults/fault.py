"""A fault as a value: at which call, on which side of it, and what happens. Who counts the calls is `faulty`."""

from __future__ import annotations

import os
import signal
from enum import Enum
from typing import Final, assert_never, final

from attrs import field, frozen
from attrs.validators import ge

from ...errors import SubAccountsError


class When(Enum):
    """Say on which side of a call a fault strikes."""

    BEFORE = "before"
    """The port was not asked."""
    AFTER = "after"
    """The port did its work, and nobody hears its answer; an error it raised is an answer too."""


BEFORE: Final = When.BEFORE
AFTER: Final = When.AFTER


@final
@frozen
class Kill:
    """Say that the process dies at once: no `finally`, no flush, no goodbye to anybody."""

    def __str__(self) -> str:
        return "killed"


KILL: Final = Kill()


@final
@frozen(kw_only=True, eq=False)
class Fault:
    """Hold one fault: at the `call`-th port call, counted from 1, `when` and `what`.

    `what` is an error that the port raises instead of answering, such as `StorageFailed` or `OutcomeUnknown`, or `KILL`.
    Raises ValueError for a call below 1.
    """

    call: int = field(validator=ge(1))
    when: When = BEFORE
    what: SubAccountsError | Kill = KILL

    @classmethod
    def at_every_call(cls, calls: int, /, *, what: SubAccountsError | Kill = KILL) -> tuple[Fault, ...]:
        """Return a fault before and one after each of so many calls, in the order of time."""
        return tuple(cls(call=call, when=when, what=what) for call in range(1, calls + 1) for when in When)

    def strike(self) -> None:
        """Let it happen now: raise the error, or kill this process, from which nothing returns."""
        match self.what:
            case Kill():
                os.kill(os.getpid(), _DEADLY)
            case SubAccountsError() as error:
                raise error.with_traceback(None)  # the same error can strike again without the story of the last time
            case _:
                assert_never(self.what)

    def __str__(self) -> str:
        return f"{self.what} {self.when.value} call {self.call}"


# Where there is no SIGKILL, any signal that is sent to a process ends it as hard.
_DEADLY: Final = getattr(signal, "SIGKILL", signal.SIGTERM)
