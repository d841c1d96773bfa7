"""Search one target with Atheris (coverage-guided, libFuzzer): a process of its own, because libFuzzer ends its process.

Started by `__main__`, which gives libFuzzer's options and reads what it printed.
"""

from __future__ import annotations

import sys

import atheris


def main() -> None:
    """Search until the time is over or something breaks."""
    name, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["subaccounts", "precis_i18n"], exclude=["subaccounts.testing"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    for data in target.seeds():  # fills caches, so that coverage tells of inputs and not of first times
        target.judge(data)
    atheris.Setup([sys.argv[0], *options], target.judge)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
