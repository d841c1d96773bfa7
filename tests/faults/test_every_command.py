"""`kill -9` at any port call: for every command, in both colors, before every call and after its answer.

What was committed is there, of nothing is there half, the invariants hold, and the command can be given again. How one is
killed and looked at is in `stage`; what each leaves is compared with undisturbed runs of the same command.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, Final

import pytest

from subaccounts import Change
from tests.faults.naive import NAIVE
from tests.faults.nursery import Nursery, Wanted
from tests.faults.stage import COMMIT
from tests.shell.samples import SAMPLES, every_command

NAMES = tuple(command.__name__ for command in SAMPLES)
CHANGES = frozenset(command.__name__ for command in SAMPLES if issubclass(command, Change))
AGAIN: Final[Mapping[str, object]] = {
    "SignIn": "Authenticated",
    "CompleteRegistration": "AlreadyClaimed",
    "GrantCode": "SubAccount",
    "ChangePassword": "not_allowed",  # the change ended the sign-in it was asked with
    "ArriveBySSO": "Authenticated",
    "LinkIdentity": "SubAccount",
    "RedeemLink": "link_refused",
    "RequestReset": "Requested",
    "RedeemCode": "CreatePassword",
    "ChangeContact": "too_soon",
    "ProveContact": "link_refused",
    "ProveContactByCode": "link_refused",
    "BeginSignUp": "SignUpBegun",
    "CompleteSignUp": "link_refused",
    "ForgetSignUps": 0,
    "SealAudit": 0,
    "ForgetStrangers": 0,
    "AdvanceGeneration": 3,
}
"""What writes and takes no request id, with what it answers, or refuses with, when it was done and is asked again."""
ONCE_MORE = {"SignIn", "ArriveBySSO", "CompleteRegistration", "RequestReset", "RedeemCode", "BeginSignUp", "GrantCode"}
"""What writes when it is asked again: somebody signs in once more, or a proof that was used up is looked at, or a message
that is not sent once more looks like one that is, or a code that somebody chose is given for its whole time again."""


def test_every_command_is_killed() -> None:
    """Every command of the package is among those that are killed."""
    assert {command.__name__ for command in every_command()} == set(NAMES)


class Killed:
    """Be killed at every call of the ports, in turn; a subclass says in which color."""

    color: ClassVar[str]

    @pytest.mark.parametrize("name", NAMES)
    def test_all_or_nothing(self, nursery: Nursery, name: str, record_property: Callable[[str, object], None]) -> None:
        """Whichever call it dies at, before or after: everything is stored or nothing, and repeating ends as undisturbed."""
        report = nursery.report(Wanted(command=name, color=self.color))
        record_property(f"killed {self.color}", (1, report.kills))
        assert () == report.problems
        assert 2 * len(report.calls) == report.kills
        writes = name in CHANGES or name in AGAIN
        assert (int(writes), writes) == (report.calls.count(COMMIT), report.wrote)

    @pytest.mark.parametrize("name", NAMES)
    def test_it_is_not_done_twice(self, nursery: Nursery, name: str) -> None:
        """What was done and is asked again changes nothing: a request is known, a proof used up, a job has no more to do."""
        report = nursery.report(Wanted(command=name, color=self.color))
        assert (name in ONCE_MORE) == report.wrote_again
        if name in AGAIN:
            assert AGAIN[name] == (report.told_again[0] if isinstance(report.told_again, tuple) else report.told_again)

    @pytest.mark.parametrize("name", ["SealAudit", "ForgetStrangers", "ForgetSignUps"])
    def test_chunk_by_chunk(self, nursery: Nursery, name: str, record_property: Callable[[str, object], None]) -> None:
        """A job that dies leaves the chunks it committed, each whole, and the next run does what is left and no more."""
        report = nursery.report(Wanted(command=name, color=self.color, chunk=2))
        record_property(f"killed {self.color}, in chunks", (1, report.kills))
        assert () == report.problems
        assert 2 * len(report.calls) == report.kills
        assert 3 <= report.calls.count(COMMIT)
        assert (0, False) == (report.told_again, report.wrote_again)


class TestPlain(Killed):
    """Plain ports, killed."""

    color = "plain"


class TestAsync(Killed):
    """Async ports, killed."""

    color = "async"


class TestControls:
    """The suite notices when something is wrong."""

    @pytest.mark.parametrize("naive", NAIVE)
    def test_the_naive_way_is_found(self, nursery: Nursery, naive: str) -> None:
        """What is half written, lost or done twice when it dies at the wrong moment is told, and only that."""
        report = nursery.report(Wanted(command="AddPerson", naive=naive))
        assert [] != [problem for problem in report.problems if NAIVE[naive].told in problem]
        assert set() == {problem for problem in report.problems if NAIVE[naive].told not in problem}
