"""Recording what one client does. What several recorded by one clock is a `history`."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, final

from ...errors import Busy, OutcomeUnknown, Refusal, StorageFailed
from ..interleavings.forms import form
from .operation import Fate, Operation

R = TypeVar("R")


@final
class Recorder:
    """Record the operations of one client, which does one thing after the other.

    `clock` is one that all clients of a history share. The default is the machine's monotonic clock in nanoseconds, the
    same for all threads and processes of one machine. `seen_as` says what two answers, or two refusals, have to share to
    be the same; the default is everything.
    """

    def __init__(
        self,
        client: str,
        /,
        *,
        clock: Callable[[], int] = time.monotonic_ns,
        seen_as: Callable[[Any], Hashable] = form,
    ) -> None:
        self.client = client
        self.operations: list[Operation] = []
        self._clock, self._seen_as = clock, seen_as

    def run(self, command: Any, call: Callable[[], R], /) -> R | None:
        """Call, record it as this command, and return what was answered, or None when nothing was.

        A refusal is an answer. `Busy` and `StorageFailed` say that nothing happened, `OutcomeUnknown` that nobody knows.
        Whatever else is raised is raised, and nothing is recorded.
        """
        value: R | None = None
        said: Any = None
        fate, invoked = Fate.HAPPENED, self._clock()
        try:
            said = value = call()
        except (Busy, StorageFailed):
            fate = Fate.DID_NOT
        except OutcomeUnknown:
            fate = Fate.UNKNOWN
        except Refusal as refusal:
            said = refusal.with_traceback(None)
        self.operations.append(
            Operation(
                client=self.client,
                command=command,
                invoked=invoked,
                returned=None if fate is Fate.UNKNOWN else self._clock(),
                answer=self._seen_as(said) if fate is Fate.HAPPENED else None,
                fate=fate,
            )
        )
        return value
