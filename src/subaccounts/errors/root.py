"""The root of every error; the three trees below it are next door."""

from __future__ import annotations

from typing import ClassVar


class SubAccountsError(Exception):
    """Be the root of everything this package raises on purpose."""

    code: ClassVar[str] = "error"
    """A stable name for programs; sentences may change between releases, codes do not."""

    def sentence(self) -> str:
        """Say in one safe English sentence what happened."""
        return self.code.replace("_", " ")

    def __str__(self) -> str:
        return self.sentence()
