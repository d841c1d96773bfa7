"""What every error is, whichever tree it is in; what each one says is tested where it is raised."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

import attrs
import pytest

from subaccounts import errors
from subaccounts.errors import KeyRingFailed, MissingExtra, PortError, SubAccountsError
from subaccounts.testing import NOON

SAMPLES: Final[dict[str, Any]] = {
    "str": "a_word",
    "int": 3,
    "int | None": 3,
    "datetime": NOON,
    "datetime | None": NOON,
    "tuple[str, ...]": ("a_word", "another"),
    "Collection[str]": ("a_word",),
    "frozenset[str]": frozenset({"a_word"}),
    "frozenset[object]": frozenset({"a_word"}),
}
"""A value for each type of what errors hold."""


def sample(cls: type[SubAccountsError], /) -> SubAccountsError:
    """Return an error of a class, with something in every field."""
    names = {each.name: SAMPLES[str(each.type)] for each in attrs.fields(cls)} if attrs.has(cls) else {}
    made: SubAccountsError = cls(**names)
    return made


every_error = pytest.mark.parametrize("error", [sample(getattr(errors, name)) for name in errors.__all__], ids=repr)


class TestAny:
    """Every error goes where a host's exceptions go: into logs, other processes, and `except`."""

    @every_error
    def test_it_is_printed(self, error: SubAccountsError) -> None:
        """An error is one line of printable text, by its own sentence."""
        assert error.sentence() == str(error)
        assert str(error).isprintable()

    @every_error
    @pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
    def test_it_goes_to_another_process(self, error: SubAccountsError, again: Callable[[Any], Any]) -> None:
        """An error is pickled and copied with all that it holds, notes too; a pool of processes needs that of its answers."""
        error = copy.copy(error)
        error.add_note("seen by the host")
        made = again(error)
        assert (type(error), str(error), repr(error), vars(error)) == (type(made), str(made), repr(made), vars(made))


class TestMissingExtra:
    """A library that is not installed is the operator's to mend, and Python's own error too."""

    def test_it_says_what_to_install(self) -> None:
        """The sentence names the library, the command, and what else helps."""
        told = MissingExtra(extra="sqlalchemy", library="alembic")
        assert 'alembic is not installed: pip install "subaccounts[sqlalchemy]"' == str(told)
        told = MissingExtra(extra="sqlalchemy", library="alembic", detail="or the extra of your database")
        assert 'alembic is not installed: pip install "subaccounts[sqlalchemy]" (or the extra of your database)' == str(
            told
        )

    @pytest.mark.parametrize(
        ("library", "extra", "room"),
        [
            ("sqlalchemy", "sqlalchemy", "repositories.sqlalchemy"),
            ("django", "django", "repositories.django"),
            ("hypothesis", "testing", "testing.strategies"),
            ("hypothesis", "testing", "testing.populations"),
            ("hypothesis", "testing", "testing.machines"),
        ],
    )
    def test_a_room_of_an_extra(self, library: str, extra: str, room: str) -> None:
        """A room that is there with an extra only says so when it is imported."""
        code = (
            f"import sys; sys.modules['{library}'] = None\nfrom subaccounts.errors import MissingExtra\n"
            f"try:\n    import subaccounts.{room}\nexcept MissingExtra as error:\n    print(error.library, error.extra)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert f"{library} {extra}" == done.stdout.strip()

    def test_it_is_caught_as_what_it_is(self) -> None:
        """It is a `PortError` and an ImportError, whose `name` is the library, and keeps its code."""
        with pytest.raises(ImportError) as caught:
            raise MissingExtra(extra="slips", library="segno")
        assert isinstance(caught.value, PortError)
        assert ("segno", "missing_extra") == (caught.value.name, caught.value.code)
        assert "segno" == pickle.loads(pickle.dumps(caught.value)).name


@pytest.mark.parametrize(
    ("problem", "detail", "key", "lacks"),
    [
        ("missing", "old", "old", True),
        ("missing", "old", "new", False),
        ("missing", "", None, False),
        ("unreadable", "old", "old", False),
    ],
)
def test_which_key_is_gone(problem: str, detail: str, key: str | None, lacks: bool) -> None:
    """What a key made is dead when that key is missing: not another, and not when the ring cannot be read."""
    assert lacks is KeyRingFailed(problem=problem, detail=detail).lacks(key)
