"""No regular expression of the library can be made to backtrack without end, whatever text it is tried on.

A pattern takes exponential time where a repetition stands inside a repetition, or a choice does: the same letters can then be
divided in more ways than anybody tries. That is judged on the parsed pattern; no test looks at a stopwatch.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import subaccounts

PACKAGE: Final = Path(inspect.getfile(subaccounts)).parent
TAKES: Final = {"compile", "match", "fullmatch", "search", "split", "sub", "subn", "findall", "finditer"}
MANY: Final = 8
"""Repetitions up to which a pattern inside is tried in few ways; what stands in more of them is judged."""


def patterns() -> dict[str, str]:
    """Return every pattern that a file of ours gives to `re`, by where it stands; the kit meets nobody's texts but its own."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).with_suffix("").parts
        if place[0] == "testing":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=[first, *_]) if (
                    name in TAKES
                ):
                    module = importlib.import_module(".".join(("subaccounts", *place)))
                    written = eval(compile(ast.Expression(first), "", "eval"), vars(module))
                    found[f"{'.'.join(place)}:{node.lineno}"] = written
                case _:
                    pass
    return found


def runaways(pattern: str) -> list[str]:
    """Say which parts of a pattern stand, with more than one way to match, inside a repetition."""
    parsed: Any = importlib.import_module("re._parser").parse(pattern)
    return list(_runaways(parsed, repeated=False))


def _runaways(parsed: Any, *, repeated: bool) -> Iterator[str]:
    for kind, what in parsed:
        name = str(kind)
        if name in {"MAX_REPEAT", "MIN_REPEAT"}:
            least, most, inside = what
            if repeated and least != most:
                yield "a repetition"
            yield from _runaways(inside, repeated=repeated or int(most) > MANY)
        elif name == "BRANCH":
            if repeated:
                yield "a choice"
            for each in what[1]:
                yield from _runaways(each, repeated=repeated)
        elif name == "SUBPATTERN":
            yield from _runaways(what[-1], repeated=repeated)
        elif name in {"ASSERT", "ASSERT_NOT"}:
            yield from _runaways(what[1], repeated=repeated)
        elif name not in {"LITERAL", "NOT_LITERAL", "IN", "ANY", "AT", "CATEGORY", "RANGE"}:
            yield name.lower()  # a reference to a group, or what a later Python brings: judged by hand


@pytest.mark.asvs("1.3.12")
def test_no_pattern_runs_away() -> None:
    """No repetition and no choice stands inside a repetition of any pattern, so that its work has a bound."""
    found = patterns()
    assert {} == {place: told for place, pattern in found.items() if (told := runaways(pattern))}
    assert {"domain.link", "domain.sign_in_key", "hashing.phc"} < {place.partition(":")[0] for place in found}


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        (r"(a+)+b", ["a repetition"]),
        (r"(?:a|ab)*c", ["a choice"]),
        (r"(\w+\s?)*$", ["a repetition", "a repetition"]),
        (r"(?=(a*)*)b", ["a repetition"]),
        (r"([a-z]+){1,20}", ["a repetition"]),
        (r"(a)\1+", ["groupref"]),
        (r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", []),
        (r"(?:[0-9]{4}-){3}[0-9]{4}", []),
        (r"uk|da|[a-z]+", []),
    ],
)
def test_what_runs_away_is_found(pattern: str, told: list[str]) -> None:
    """Each way to backtrack without end is found; what stands once, or a number of times, is not."""
    assert told == runaways(pattern)
