"""A secret cannot be read by accident: not printed, compared, hashed, pickled, serialized or changed."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts import wire
from subaccounts.domain.secret import LONGEST_SECRET, Secret
from subaccounts.errors import InvalidValue

SECRET = Secret("open sesame")


@given(st.text(max_size=LONGEST_SECRET))
def test_a_secret_reveals_what_it_was_given(text: str) -> None:
    """Nothing is cleaned, normalized or cut, and the length is that of the text; an empty one is still one."""
    secret = Secret(text)
    assert (text, len(text), True) == (secret.reveal(), len(secret), bool(secret))


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{:>40}".format, "{!r}".format, lambda s: f"{[s]}"])
def test_a_secret_is_not_printed(show: Callable[[Secret], str]) -> None:
    """However it is printed, it shows stars."""
    assert "sesame" not in show(SECRET)
    assert "****" in show(SECRET)


def test_a_secret_is_printed_as_one() -> None:
    """Its type and four stars are all that is shown, whatever its length."""
    assert ("Secret(****)", "Secret(****)") == (repr(SECRET), f"{SECRET}")
    assert ("Secret(****)", "Secret(****)") == (repr(Secret("")), f"{Secret('')}")


@pytest.mark.asvs("15.3.5")
@pytest.mark.parametrize(
    "use",
    [
        lambda s: s == Secret("open sesame"),
        lambda s: s == "open sesame",
        lambda s: s != "open sesame",
        hash,
        lambda s: {s},
        pickle.dumps,
        json.dumps,
        wire.dumps,
        lambda s: s + "!",
        lambda s: s[0],
        list,
    ],
)
def test_a_secret_is_not_used_as_a_value(use: Callable[[Secret], object]) -> None:
    """It is not compared, hashed, pickled, serialized or taken apart."""
    with pytest.raises(TypeError) as error:
        use(SECRET)
    assert "sesame" not in str(error.value)


def test_a_secret_does_not_change() -> None:
    """It takes no attribute, and a copy is itself."""
    with pytest.raises(AttributeError):
        SECRET.note = "x"
    assert SECRET is copy.copy(SECRET)
    assert SECRET is copy.deepcopy(SECRET)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"open", "not_text"),
        (None, "not_text"),
        ("a" * 1025, "too_long"),
        ("a\ud800", "surrogate"),
        ("\udfff", "surrogate"),
    ],
)
def test_what_is_no_secret(text: object, problem: str) -> None:
    """What is no text, too long or not encodable is refused without being repeated."""
    with pytest.raises(InvalidValue) as refusal:
        Secret(text)  # type: ignore[arg-type]  # hosts pass what they were sent
    assert ("secret", problem) == (refusal.value.field, refusal.value.problem)
    assert (1024 if problem == "too_long" else None) == refusal.value.limit
    assert "open" not in str(refusal.value)
