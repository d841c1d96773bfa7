"""Print every figure: `python -m benchmarks [name ...]`. Each module of this folder with a `figures()` is one benchmark.

A benchmark measures ours and its limit side by side in one run, because ratios of one run are what counts; it prints and
never fails a build. What is measured is in the modules, not here.
"""

from __future__ import annotations

import importlib
import pkgutil
import platform
import sys
from pathlib import Path

from benchmarks.figure import Figure


def main(wanted: list[str]) -> None:
    """Print the table of the wanted benchmarks, or of all."""
    print(f"Python {platform.python_version()} on {platform.machine()}; medians; ratios taken in one run")
    for found in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if found.name == "__main__" or (wanted and found.name not in wanted):
            continue
        module = importlib.import_module(f"benchmarks.{found.name}")
        if hasattr(module, "figures"):
            print(f"\n{found.name}")
            figures: list[Figure] = module.figures()
            for figure in figures:
                print(f"  {figure.line()}")


main(sys.argv[1:])
