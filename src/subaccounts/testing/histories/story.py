"""The story of a history that no order explains, to be read in a failure: the shortest beginning of it that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from .history import History
from .model import Model
from .operation import Fate, Operation
from .search import Place, Search

MOST_TOLD: Final = 3
"""Of the longest orders that were found, how many are told."""


def story(history: History, model: Model[Any], /) -> str:
    """Tell why a history has no order: of the first part that has none, the shortest beginning, and how far it goes.

    Until the last answer in it there was an order; with it there is none. Moments are numbered from 1. Answers an empty
    text for a history that has an order.
    """
    for name, whole in history.parts(model.part).items():
        if _search(whole, name, model).order() is None:
            return "\n".join(_told(_shortest(whole, name, model), name, model))
    return ""


def _search(part: History, name: Any, model: Model[Any]) -> Search[Any]:
    return Search(part.judged, model, start=model.start(name))


def _shortest(part: History, name: Any, model: Model[Any]) -> History:
    """Return the history up to the first answer with which there is no order; beginnings of good ones are good."""
    judged = History(operations=part.judged)
    answers = sorted({each.returned for each in judged.operations if each.returned is not None})
    beginnings = (judged.as_of(moment) for moment in answers)
    return next(each for each in beginnings if _search(each, name, model).order() is None)


def _told(part: History, name: Any, model: Model[Any]) -> Iterator[str]:
    search = _search(part, name, model)
    search.order()
    operations = part.judged
    readings = sorted({m for each in operations for m in (each.invoked, each.returned) if m is not None})
    at = {reading: number for number, reading in enumerate(readings, 1)}
    yield f"{name}: no order explains these {len(operations)} operations"
    for number, each in enumerate(operations, 1):
        until = at[each.returned] if each.returned is not None else "..."
        yield f"{number}. [{at[each.invoked]} to {until}] {each.client}: {each.command} {_heard(each)}"
    for place in search.furthest[:MOST_TOLD]:
        yield from _stuck(search, place, operations)


def _heard(each: Operation) -> str:
    return "was not answered" if each.fate is Fate.UNKNOWN else f"answered {each.answer}"


def _stuck(search: Search[Any], place: Place[Any], operations: tuple[Operation, ...]) -> Iterator[str]:
    """Tell how far one order goes, and what those that could be next would have answered there."""
    gone = ", ".join(str(n + 1) for n in place.order) or "nothing"
    yield f"after {gone}: {place.state}"
    for n in search.next_of(place):
        if operations[n].fate is Fate.HAPPENED:
            yield f"   {n + 1}. would answer {search.alone(place, n)[0]}"
