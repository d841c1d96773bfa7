"""The functions written for each class do what a general converter does: same data, same values, same refusals."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts.wire.plain import _converter
from tests.test_wire import RECORDS, VALUES, of_type

KINDS = tuple(dict.fromkeys((*RECORDS, *VALUES)))
FAST, SLOW = (_converter(hashes=True, fast=fast) for fast in (True, False))
STRICT, SLOW_STRICT = (_converter(hashes=False, fast=fast) for fast in (True, False))
WRONG: tuple[Any, ...] = (None, True, 7, 1.5, "text", [], {}, {"type": "Nobody"}, ["text"], {"organization": "acme"})


def answer(converter: Any, data: Any, of: Any) -> Any:
    """Return the value a converter makes of data, or that it refuses."""
    try:
        return converter.structure(data, of)
    except Exception:  # noqa: BLE001 - whatever is raised is one refusal in the end
        return "refused"


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Return every place in plain data: what holds it, and its key or index there."""
    if isinstance(data, dict | list):
        for place in data if isinstance(data, dict) else range(len(data)):
            yield data, place
            yield from places(data[place])


@pytest.mark.parametrize("of", KINDS, ids=str)
@settings(max_examples=40)
@given(data=st.data())
def test_the_same_both_ways(of: Any, data: st.DataObject) -> None:
    """Every value becomes the same plain data, and the same value again, as through a converter of the general kind."""
    value = data.draw(of_type(of))
    plain = SLOW.unstructure(value, of)
    assert (plain, value) == (FAST.unstructure(value, of), FAST.structure(copy.deepcopy(plain), of))


@pytest.mark.parametrize("of", KINDS, ids=str)
@settings(max_examples=60)
@given(data=st.data())
def test_the_same_of_damaged_data(of: Any, data: st.DataObject) -> None:
    """Data that lacks something, has something more or has something else in one place is judged alike, stored or not."""
    plain = SLOW.unstructure(data.draw(of_type(of)), of)
    found = [*places(plain)]
    if found:
        holder, place = data.draw(st.sampled_from(found))
        match data.draw(st.sampled_from(("change", "remove", "add"))):
            case "remove":
                del holder[place]
            case "add" if isinstance(holder, dict):
                holder["more"] = 1
            case _:
                holder[place] = data.draw(st.sampled_from(WRONG))
    for fast, slow in ((FAST, SLOW), (STRICT, SLOW_STRICT)):
        assert answer(slow, copy.deepcopy(plain), of) == answer(fast, copy.deepcopy(plain), of)


def test_the_way_is_really_written() -> None:
    """A record is written and read by functions of its own: the two converters do not compare one thing with itself."""
    written = [FAST.get_unstructure_hook(of).__code__.co_filename for of in RECORDS]
    general = [SLOW.get_unstructure_hook(of).__code__.co_filename for of in RECORDS]
    assert [f"<_Out of {of.__qualname__}>" for of in RECORDS] == written
    assert [] == [name for name in general if name.startswith("<_Out")]
