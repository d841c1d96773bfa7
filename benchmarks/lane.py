"""A lane: one way to sign people in, in a process of its own, so that nobody's memory or imports weigh on another's.

`Lane` is the side of the benchmark. The other side is this file run as a program: it opens the lane that a module of
`benchmarks.lanes` describes and answers every line of numbers (whom to sign in) with what that took.

A module of a lane has `open_lane(folder, people, option)`, which makes a shop of so many people, every one with the
password `PASSWORD` and the login `login(number)`, and returns what signs a list of them in, one after the other or at
once as the lane means it. What it returns is the measure; None means: the time it took.
"""

from __future__ import annotations

import gc
import importlib
import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from attrs import frozen

ROOT = Path(__file__).parent.parent
PASSWORD = "correct horse battery staple"


def login(number: int) -> str:
    """Return the login of a person; the peers that know e-mail addresses only append a domain."""
    return f"person{number:06}"


@frozen(kw_only=True)
class Answer:
    """Hold what a lane measured for one list of people: seconds, and its highest memory so far in bytes."""

    seconds: float
    peak: int


class Lane:
    """Speak with the process of a lane; `missing` names what it would need to run, None when it runs."""

    def __init__(self, module: str, folder: Path, *, people: int, option: str = "") -> None:
        self.name = f"{module} {option}"
        self.people = people
        self._random = random.Random(17)
        own = folder / f"{module}-{option}-{people}"
        own.mkdir()
        command = [sys.executable, "-m", "benchmarks.lane", module, str(own), str(people), option]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.missing: str | None = self._heard()["missing"]

    def sign_in(self, count: int) -> Answer:
        """Sign so many random people in and return what was measured."""
        assert self._process.stdin is not None
        whom = [self._random.randrange(self.people) for _ in range(count)]
        self._process.stdin.write(json.dumps(whom) + "\n")
        self._process.stdin.flush()
        return Answer(**self._heard())

    def each(self, count: int) -> float:
        """Sign so many people in and return the seconds one of them took."""
        return self.sign_in(count).seconds / count

    def _heard(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a lane ended: {self.name}")
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def serve(module: str, folder: Path, people: int, option: str) -> None:
    """Be the process of a lane until its questions end."""
    try:
        lane = importlib.import_module(f"benchmarks.lanes.{module}")
        sign_in = lane.open_lane(folder, people, option)
    except ImportError as error:
        print(json.dumps({"missing": error.name or "something"}), flush=True)
        return
    gc.collect()
    gc.freeze()
    print(json.dumps({"missing": None}), flush=True)
    for line in sys.stdin:
        whom = json.loads(line)
        began = time.perf_counter()
        measured = sign_in(whom)
        seconds = time.perf_counter() - began if measured is None else measured
        print(json.dumps({"seconds": seconds, "peak": _peak()}), flush=True)


def _peak() -> int:
    """Return the most bytes this process has held. On Linux `ru_maxrss` begins with what the process that started it held."""
    status = Path("/proc/self/status")
    if status.is_file():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM:")) << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
