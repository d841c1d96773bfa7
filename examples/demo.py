"""Play a small training company on a SQLite file: `python examples/demo.py [--file PATH]`.

Only the door is here; the scenes and the people are in `training_company`.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Play the demo and return its exit status; say what to do when the package is not there."""
    sys.path.insert(0, str(ROOT))  # so that the scenes are found from whatever folder this is called
    try:
        from examples.training_company.play import play
    except ModuleNotFoundError as error:
        print(f"The demo needs {error.name}, which is not installed for {sys.executable}.", file=sys.stderr)
        print(f'In a virtual environment: {sys.executable} -m pip install "{ROOT}[demo]"', file=sys.stderr)
        return 1
    return play(sys.argv[1:])


if __name__ == "__main__":
    raise SystemExit(main())
