"""A process of its own for something that is to die: forked, listened to, and waited for. For POSIX systems."""

from __future__ import annotations

import os
import signal
import traceback
import warnings
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Final, Generic, NoReturn, TypeVar, final

from attrs import frozen

T = TypeVar("T")
LONGEST_LIFE: Final = 60
"""Seconds after which a child hangs; it is ended then, and `ChildFailed` says so."""


class ChildFailed(AssertionError):
    """Say that a child neither came to its end nor was killed: what it raised, or which signal ended it."""


@final
@frozen(kw_only=True)
class Ended(Generic[T]):
    """Hold how a child ended: `killed` by SIGKILL, with no answer; or at its own end, with its answer."""

    killed: bool
    answer: T | None = None


def in_child(work: Callable[[], T], /) -> Ended[T]:
    """Run the work in a fork of this process, and return how it ended.

    Open in `work` whatever it uses, and close before the call what nobody can share across a fork: connections, pools.
    Threads of this process do not live on in the child. What the work answers is pickled. The child ends without
    cleaning up, as after a crash. Raises `ChildFailed` with the child's traceback when the work raised.
    """
    hears, tells = Pipe(duplex=False)
    child = _fork()
    if child == 0:
        hears.close()
        _live(work, tells)
    tells.close()
    with hears:
        told = _told(hears)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    match status, told:
        case (0, (True, answer)):
            return Ended(killed=False, answer=answer)
        case (_, (False, story)):
            raise ChildFailed(f"the work raised in the child:\n{story}")
        case _ if status == -signal.SIGKILL:
            return Ended(killed=True)
        case _ if status == -signal.SIGALRM:
            raise ChildFailed(f"the child was still at work after {LONGEST_LIFE} seconds")
        case _:
            raise ChildFailed(f"the child ended with {status}")


def _fork() -> int:
    with warnings.catch_warnings():
        # Newer Pythons warn of threads beside a fork, and raised as an error the warning would leave a child behind.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _live(work: Callable[[], object], tells: Connection) -> NoReturn:
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST_LIFE)
        tells.send((True, work()))
    except BaseException:  # noqa: BLE001 - whatever it is, the parent has to hear of it, and nothing may go on from here
        tells.send((False, traceback.format_exc()))
    finally:
        os._exit(0)


def _told(hears: Connection) -> tuple[bool, Any] | None:
    """Return whether the work came to its end and what it answered, or its story; None when the child said nothing."""
    try:
        told: tuple[bool, Any] = hears.recv()
    except EOFError:
        return None
    return told
