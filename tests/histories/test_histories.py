"""Recording, putting together, cutting and telling histories."""

from __future__ import annotations

import itertools
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts import Secret
from subaccounts.errors import Busy, KeyRingFailed, NotFound, OutcomeUnknown, StorageFailed
from subaccounts.testing.histories import Fate, History, Operation, Recorder, linearization, story
from tests.histories.models import Registers, history, op

READ, ONE = ("read", "x"), ("write", "x", 1)


def raising(error: Exception) -> None:
    """Raise an error where an answer was wanted."""
    raise error


class TestRecorder:
    """What a client was answered is written down, with when it asked and when it heard."""

    def test_answers_and_refusals(self) -> None:
        """An answer is recorded by its form and returned; a refusal is an answer by its name and what it carries."""
        recorder = Recorder("a", clock=itertools.count(1).__next__)
        assert Secret("hello").reveal() == (recorder.run("ask", lambda: Secret("hello")) or Secret("")).reveal()
        assert None is recorder.run("find", lambda: raising(NotFound(what="account")))
        assert [
            Operation(client="a", command="ask", invoked=1, returned=2, answer=("Secret", "hello")),
            Operation(client="a", command="find", invoked=3, returned=4, answer=("NotFound", ("what", "account"))),
        ] == recorder.operations

    @pytest.mark.parametrize(
        ("error", "fate"),
        [
            (Busy(), Fate.DID_NOT),
            (StorageFailed(store="a file", problem="locked"), Fate.DID_NOT),
            (OutcomeUnknown(), Fate.UNKNOWN),
        ],
    )
    def test_fates(self, error: Exception, fate: Fate) -> None:
        """Who gave up or wrote nothing did not happen; of an unknown outcome nobody knows, and it never returned."""
        recorder = Recorder("a", clock=itertools.count(1).__next__)
        recorder.run("ask", lambda: raising(error))
        assert [(fate, None, fate is Fate.UNKNOWN)] == [
            (each.fate, each.answer, each.returned is None) for each in recorder.operations
        ]

    def test_what_is_broken_is_no_history(self) -> None:
        """An error that is no answer is raised and recorded nowhere."""
        recorder = Recorder("a")
        with pytest.raises(KeyRingFailed):
            recorder.run("ask", lambda: raising(KeyRingFailed(problem="missing")))
        assert [] == recorder.operations

    def test_one_clock_for_all_threads(self) -> None:
        """What threads record by the machine's clock is ordered as it happened: joined threads come first."""
        first, second = Recorder("first"), Recorder("second")
        for recorder in (first, second):
            thread = threading.Thread(target=recorder.run, args=("ask", lambda: None))
            thread.start()
            thread.join()
        assert ["first", "second"] == [each.client for each in History.of(second, first).operations]
        assert not second.operations[0].before(first.operations[0])
        assert 0 == History.of(first, second).overlaps


class TestHistory:
    """A history holds together."""

    def test_one_thing_after_the_other(self) -> None:
        """A client that does two things at once has no history."""
        with pytest.raises(ValueError, match="a did two things at once"):
            history(op("a", 1, 3, READ), op("a", 2, 4, READ))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"invoked": 2, "returned": 1},
            {"invoked": 1, "returned": 2, "fate": Fate.UNKNOWN},
            {"invoked": 1},
            {"invoked": 1, "fate": Fate.DID_NOT},
        ],
    )
    def test_times_that_cannot_be(self, wrong: dict[str, object]) -> None:
        """An operation returns after it was invoked, and never when nobody knows what became of it."""
        with pytest.raises(ValueError, match="return"):
            Operation(client="a", command=READ, **wrong)  # type: ignore[arg-type]  # a table of wrong arguments

    @pytest.mark.parametrize(
        ("operations", "overlaps"),
        [
            ((), 0),
            ((op("a", 1, 2, READ), op("b", 3, 4, READ)), 0),
            ((op("a", 1, 3, READ), op("b", 2, 4, READ)), 1),
            ((op("a", 1, 9, READ), op("b", 2, 3, READ), op("c", 4, 5, READ), op("d", 10, 11, READ)), 2),
        ],
    )
    def test_overlaps(self, operations: tuple[Operation, ...], overlaps: int) -> None:
        """An operation overlaps when one before it was still under way; there is something to judge only then."""
        assert overlaps == history(*operations).overlaps

    def test_as_of(self) -> None:
        """At a moment, what had not begun is not there, and what had not returned is of unknown fate."""
        whole = history(op("a", 1, 2, ONE), op("b", 2, 6, READ, 1), op("c", 5, 7, READ, 1))
        then = whole.as_of(4).operations
        assert [(Fate.HAPPENED, 2), (Fate.UNKNOWN, None)] == [(each.fate, each.returned) for each in then]


WRONG = history(
    op("a", 1, 8, ONE),
    op("b", 2, 3, READ, 1),
    op("c", 4, 5, READ, 0),
    op("d", 6, 7, READ, 1),
    op("e", 9, 10, READ, 7),
)


class TestStory:
    """A failure is told by the shortest beginning that is wrong."""

    def test_it_ends_where_it_went_wrong(self) -> None:
        """The story ends with the first answer that no order explains, and says what would have been answered."""
        assert [
            "x: no order explains these 3 operations",
            "1. [1 to ...] a: ('write', 'x', 1) was not answered",
            "2. [2 to 3] b: ('read', 'x') answered 1",
            "3. [4 to 5] c: ('read', 'x') answered 0",
            "after 1, 2: 1",
            "   3. would answer 1",
        ] == story(WRONG, Registers()).splitlines()

    def test_other_parts_are_left_out(self) -> None:
        """Only the part of the world that went wrong is told."""
        whole = history(*WRONG.operations, op("z", 1, 2, ("write", "y", 1)))
        assert story(WRONG, Registers()) == story(whole, Registers())

    def test_what_did_not_happen_is_not_told(self) -> None:
        """An operation that did not happen has no part in the story, wherever it ended."""
        busy = Operation(client="z", command=ONE, invoked=1, returned=99, fate=Fate.DID_NOT)
        assert story(WRONG, Registers()) == story(history(*WRONG.operations, busy), Registers())

    def test_a_good_history_has_none(self) -> None:
        """A history that has an order has no story."""
        assert "" == story(history(op("a", 1, 2, ONE), op("b", 3, 4, READ, 1)), Registers())

    @given(st.lists(st.integers(0, 1), min_size=1, max_size=6))
    def test_every_wrong_history_has_one(self, values: list[int]) -> None:
        """Reads one after the other, of a register being written, have a story exactly when they have no order."""
        reads = [op("r", 2 * n + 2, 2 * n + 3, READ, value) for n, value in enumerate(values)]
        whole = history(op("w", 1, 100, ONE), *reads)
        right = sorted(values) == values
        assert right == (linearization(whole, Registers()) is not None)
        assert right == (story(whole, Registers()) == "")
