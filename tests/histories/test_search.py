"""The search finds an order exactly when there is one: by known histories, by trying out, and by what theory promises."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.testing.histories import Fate, History, Operation, linearization
from subaccounts.testing.histories.search import Search
from tests.histories.models import Lottery, Queue, Registers, explains, history, op, tried_out

READ, ONE, TWO = ("read", "x"), ("write", "x", 1), ("write", "x", 2)
KNOWN: Final[list[tuple[str, bool, Any, History]]] = [
    ("nothing happened", True, Registers(), history()),
    ("a read after a write", True, Registers(), history(op("a", 1, 2, ONE), op("b", 3, 4, READ, 1))),
    ("a stale read", False, Registers(), history(op("a", 1, 2, ONE), op("b", 3, 4, READ, 0))),
    ("an old value during a write", True, Registers(), history(op("a", 1, 4, ONE), op("b", 2, 3, READ, 0))),
    ("a new value during a write", True, Registers(), history(op("a", 1, 4, ONE), op("b", 2, 3, READ, 1))),
    (
        "the new value, then the old one, during a write",
        False,
        Registers(),
        history(op("a", 1, 6, ONE), op("b", 2, 3, READ, 1), op("b", 4, 5, READ, 0)),
    ),
    (
        "two readers who disagree about two writes at once",
        False,
        Registers(),
        history(
            op("a", 1, 10, ONE),
            op("b", 1, 10, TWO),
            op("c", 2, 3, READ, 1),
            op("c", 4, 5, READ, 2),
            op("d", 2, 3, READ, 2),
            op("d", 4, 5, READ, 1),
        ),
    ),
    (
        "readings of one moment decide nothing",
        True,
        Registers(),
        history(op("a", 1, 2, ONE), op("b", 2, 3, READ, 0)),
    ),
    ("first in, first out", True, Queue(), history(op("a", 1, 2, ("put", 1)), op("b", 3, 4, ("take",), 1))),
    (
        "two puts at once, taken in either order",
        True,
        Queue(),
        history(
            op("a", 1, 4, ("put", 1)),
            op("b", 2, 3, ("put", 2)),
            op("a", 5, 6, ("take",), 2),
            op("a", 7, 8, ("take",), 1),
        ),
    ),
    (
        "two puts one after the other, taken the wrong way round",
        False,
        Queue(),
        history(
            op("a", 1, 2, ("put", 1)),
            op("b", 3, 4, ("put", 2)),
            op("a", 5, 6, ("take",), 2),
            op("a", 7, 8, ("take",), 1),
        ),
    ),
    (
        "one value taken twice",
        False,
        Queue(),
        history(op("a", 1, 2, ("put", 1)), op("a", 3, 6, ("take",), 1), op("b", 4, 5, ("take",), 1)),
    ),
    ("an empty queue during a put", True, Queue(), history(op("a", 1, 4, ("put", 1)), op("b", 2, 3, ("take",)))),
]
"""Histories of Herlihy and Wing's kind, and whether they are linearizable."""


@pytest.mark.parametrize(("right", "model", "whole"), [each[1:] for each in KNOWN], ids=[each[0] for each in KNOWN])
def test_known_histories(right: bool, model: Any, whole: History) -> None:
    """What is known of a history is what the search finds, and the order it answers explains the history."""
    order = linearization(whole, model)
    assert right == (order is not None)
    assert order is None or explains(order, model)


class TestUnknown:
    """An operation of unknown fate happened or did not, at any time after it began."""

    @pytest.mark.parametrize(("heard", "times"), [((0, 0), 2), ((0, 1), 3), ((1, 1), 3)])
    def test_it_happened_or_not(self, heard: tuple[int, int], times: int) -> None:
        """A write of unknown fate is seen or not seen, also long after its client heard that nobody knows."""
        first, second = heard
        order = linearization(
            history(op("a", 1, None, ONE), op("b", 2, 3, READ, first), op("b", 4, 5, READ, second)), Registers()
        )
        assert times == len(order or ())

    def test_not_undone(self) -> None:
        """What was seen of an operation of unknown fate is not unseen later."""
        whole = history(op("a", 1, None, ONE), op("b", 2, 3, READ, 1), op("b", 4, 5, READ, 0))
        assert None is linearization(whole, Registers())

    def test_not_before_it_began(self) -> None:
        """An operation of unknown fate takes no effect before it began."""
        whole = history(op("b", 1, 2, READ, 1), op("a", 3, None, ONE))
        assert None is linearization(whole, Registers())

    def test_the_client_goes_on(self) -> None:
        """Its client goes on, and what it was unsure of can take effect after what it did next."""
        whole = history(op("a", 1, None, ONE), op("a", 2, 3, TWO), op("a", 4, 5, READ, 2), op("a", 6, 7, READ, 1))
        assert [2, 4, 1, 6] == [each.invoked for each in linearization(whole, Registers()) or ()]

    def test_what_did_not_happen(self) -> None:
        """An operation that did not happen is in no order, and what it would have done must not be seen."""
        busy = Operation(client="a", command=ONE, invoked=1, returned=2, fate=Fate.DID_NOT)
        reads = [history(busy, op("b", 3, 4, READ, value)) for value in (0, 1)]
        assert [1, None] == [len(order) if (order := linearization(each, Registers())) else None for each in reads]


def test_chance_is_heard_not_guessed() -> None:
    """What only chance decides is taken from the answer, and what follows from it is judged."""
    assert linearization(history(op("a", 1, 2, "draw", 17), op("b", 3, 4, "look", 17)), Lottery()) is not None
    assert linearization(history(op("a", 1, 2, "draw", 17), op("b", 3, 4, "look", 18)), Lottery()) is None


class TestParts:
    """Parts that have nothing to do with each other are judged one by one."""

    def test_one_order_for_all(self) -> None:
        """Orders of the parts are put together to one that keeps to real time across them."""
        whole = history(
            op("a", 1, 9, ("write", "x", 1)),
            op("b", 2, 3, ("read", "x"), 1),
            op("b", 4, 5, ("write", "y", 1)),
            op("c", 6, 7, ("read", "y"), 1),
            op("c", 8, 10, ("read", "x"), 1),
        )
        order = linearization(whole, Registers())
        assert order is not None
        assert explains(order, Registers())

    def test_each_is_small(self) -> None:
        """A thousand parts of two operations each take a few places each, however they overlap."""
        operations = [
            op(f"{client}{n}", 1, 2, command, answer)
            for n in range(1_000)
            for client, command, answer in (("a", ("write", n, 1), None), ("b", ("read", n), 1))
        ]
        parts = history(*operations).parts(Registers().part)
        searches = [Search(part.judged, Registers(), start=0) for part in parts.values()]
        assert all(search.order() is not None for search in searches)
        assert 1_000 == len(searches)
        assert 6 >= max(search.places for search in searches)


def test_places_are_not_looked_at_twice() -> None:
    """Twelve writes of one value at once have 479,001,600 orders, and the search looks at 4,096 places."""
    writes = [op(f"w{n}", 1, 100, ONE) for n in range(12)]
    search = Search(history(*writes, op("r", 101, 102, READ, 2)).judged, Registers(), start=0)
    assert None is search.order()
    assert 2**12 == search.places


def test_a_long_history() -> None:
    """Two thousand operations of four clients, of which some always overlap, are ordered in about as many places."""
    operations = []
    for n in range(500):
        start = 10 * n
        operations += [op("a", start, start + 6, ("write", "x", n)), op("b", start + 1, start + 7, READ, n)]
        operations += [op("c", start + 2, start + 8, READ, n), op("d", start + 3, start + 9, READ, n)]
    search = Search(history(*operations).judged, Registers(), start=-1)
    assert 2_000 == len(search.order() or ())
    assert 10 * 2_000 > search.places


COMMANDS = st.sampled_from(
    [("write", "x", 1), ("write", "x", 2), ("read", "x"), ("write", "y", 1), ("read", "y"), ("put", 1), ("take",)]
)


@st.composite
def histories(draw: st.DrawFn, *, model: str) -> History:
    """Draw a small history of three clients; answers are drawn too, so that many are wrong."""
    wanted = {"register": ("read", "write"), "queue": ("put", "take")}[model]
    operations: list[Operation] = []
    for client in ("a", "b", "c"):
        moments = draw(st.lists(st.integers(0, 12), min_size=2, max_size=4, unique=True).map(sorted))
        for invoked, returned in zip(moments[::2], moments[1::2], strict=False):
            command = draw(COMMANDS.filter(lambda each: each[0] in wanted))
            unsure = draw(st.integers(0, 5)) == 0
            answer = draw(st.sampled_from([0, 1, 2] if model == "register" else [None, 1]))
            said = None if unsure or command[0] in {"write", "put"} else answer
            operations.append(op(client, invoked, None if unsure else returned, command, said))
    return History(operations=tuple(operations))


MODELS: Final[dict[str, Any]] = {"register": Registers(), "queue": Queue()}
DRAWN = st.sampled_from(sorted(MODELS)).flatmap(lambda name: st.tuples(st.just(name), histories(model=name)))


@given(DRAWN)
def test_as_by_trying_out(drawn: tuple[str, History]) -> None:
    """The search finds an order exactly when some permutation is one, and what it finds is one."""
    name, whole = drawn
    order = linearization(whole, MODELS[name])
    assert tried_out(whole, MODELS[name]) == (order is not None)
    assert order is None or explains(order, MODELS[name])


@given(DRAWN)
def test_beginnings_of_good_histories_are_good(drawn: tuple[str, History]) -> None:
    """Whatever was known at any moment of a history that has an order has one too."""
    name, whole = drawn
    moments = [moment for each in whole.operations for moment in (each.invoked, each.returned) if moment is not None]
    verdicts = [linearization(whole.as_of(moment), MODELS[name]) is not None for moment in sorted(moments)]
    assert sorted(verdicts, reverse=True) == verdicts
