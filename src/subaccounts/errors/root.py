"""The root of every error; the three trees below it are next door."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

import attrs


class SubAccountsError(Exception):
    """Be the root of everything this package raises on purpose."""

    code: ClassVar[str] = "error"
    """A stable name for programs; sentences may change between releases, codes do not."""

    def sentence(self) -> str:
        """Say in one safe English sentence what happened."""
        return self.code.replace("_", " ")

    def __str__(self) -> str:
        return self.sentence()

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Be copied and pickled by name: by Python's own way an error is made anew from values in a row, which ours refuse."""
        cls = type(self)
        held = {each.name: getattr(self, each.name) for each in attrs.fields(cls)} if attrs.has(cls) else {}
        notes = {name: value for name, value in vars(self).items() if name not in held}
        return partial(type(self), **held), () if held else self.args, notes
