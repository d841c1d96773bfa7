"""The play: open the file and its keys, call the scenes in order, and say how to look at what was written."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from subaccounts import KeyRing, Organization, OrganizationId, PortError, ReadOrganization, Refusal
from subaccounts.errors import KeyRingFailed, NotFound, StorageFailed
from subaccounts.repositories.sqlite import SQLiteRepository

from . import scenes_books, scenes_care, scenes_claims, scenes_office, scenes_till
from .company import Company
from .screen import Screen, standard_screen

SCENES: Final[tuple[Callable[[Company], None], ...]] = (
    scenes_office.found_company,
    scenes_office.open_shops,
    scenes_office.paste_logins,
    scenes_office.read_rosters,
    scenes_till.sign_in_by_code,
    scenes_till.sign_in_prepared,
    scenes_till.make_mistakes,
    scenes_till.come_back,
    scenes_till.interrupt,
    scenes_claims.claim_openly,
    scenes_claims.claim_at_once,
    scenes_claims.come_too_late,
    scenes_claims.stand_outside,
    scenes_care.reset,
    scenes_care.archive,
    scenes_care.delete,
    scenes_care.promote,
    scenes_books.list_people,
    scenes_books.read_trail,
)
QUERIES: Final = (
    "SELECT state, count(*) FROM sub_accounts GROUP BY state",
    "SELECT happening, count(*) FROM events GROUP BY happening ORDER BY 2 DESC",
)


def play(arguments: Sequence[str]) -> int:
    """Play everything; return 0, or 1 with what to do when the file or its keys cannot be used."""
    parser = argparse.ArgumentParser(prog="demo.py", description="Play a small training company on a SQLite file.")
    parser.add_argument("--file", type=Path, default=Path("training-company.db"), help="the file (%(default)s)")
    path: Path = parser.parse_args(arguments).file
    screen = standard_screen()
    keys_path = path.with_name(path.name + ".keys") if path.suffix != ".db" else path.with_suffix(".keys")
    try:
        _play(screen, path, keys_path)
    except BrokenPipeError:  # somebody read enough: `demo.py | head`
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Refusal, PortError) as error:
        screen.line()
        screen.line(f"Stopped: {error}", "bad")
        screen.line(advice(error, path=path, keys_path=keys_path))
        return 1
    return 0


def _play(screen: Screen, path: Path, keys_path: Path) -> None:
    screen.line("A small training company: three shops, one shared login of the CRM for each, forty people.", "heading")
    screen.line("It takes some ten seconds: every password is really hashed, by Argon2id with 64 MiB.")
    if not screen.unicode:
        screen.line(f"(Your terminal writes {screen.encoding}; PYTHONUTF8=1 shows every script.)")
    fresh = not path.exists() or path.stat().st_size == 0
    with _opened(path, keys_path, fresh=fresh) as (repository, keys):
        ...


def advice(error: Exception, *, path: Path, keys_path: Path) -> str:
    """Return what to do about an error that keeps the demo from playing."""
    ...
