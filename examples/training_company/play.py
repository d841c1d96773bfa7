"""The play: open the file and its keys, call the scenes in order, and say how to look at what was written."""

from __future__ import annotations

import argparse
import json
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
from subaccounts.repositories import SQLiteRepository

from . import (
    scenes_alone,
    scenes_books,
    scenes_care,
    scenes_claims,
    scenes_guests,
    scenes_office,
    scenes_post,
    scenes_till,
)
from .company import Company
from .post import Post
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
    scenes_post.activate_by_mail,
    scenes_post.activate_by_sms,
    scenes_post.forget_the_password,
    scenes_post.print_slips,
    scenes_alone.sign_up,
    scenes_alone.arrive,
    scenes_guests.invite_a_guest,
    scenes_guests.ask_why,
    scenes_guests.let_it_end,
    scenes_books.list_people,
    scenes_books.read_trail,
)
_QUERY: Final = "SELECT state, count(*) FROM sub_accounts GROUP BY state"
_ADVICE: Final = {
    "key_ring_failed missing": "The file was made with a key ring that is not beside it; its codes are derived from it."
    " Bring {keys} back from where you keep it, or play on another file (--file other.db), or remove {path} and begin"
    " anew.",
    "key_ring_failed foreign": "Another key ring lies beside this file. Bring the right {keys} back, or play on another"
    " file: --file other.db",
    "key_ring_failed exposed": "Everybody can read the keys, so they are not used. Close them: chmod 600 {keys}",
    "storage_failed foreign": "{path} belongs to something else and was left alone. Name another file: --file other.db",
    "storage_failed newer": "A later release wrote {path}. Install that one, or name another file: --file other.db",
    "storage_failed locked": "Another program holds {path}. Close it and play again.",
}


def play(arguments: Sequence[str]) -> int:
    """Play everything; return 0, or 1 with what to do when the file or its keys cannot be used."""
    parser = argparse.ArgumentParser(prog="demo.py", description="Play a small training company on a SQLite file.")
    parser.add_argument("--file", type=Path, default=Path("training-company.db"), help="the file (%(default)s)")
    path: Path = parser.parse_args(arguments).file
    if path.is_dir() or not path.parent.is_dir():
        parser.error(f"{path} cannot be a file; name one in a folder that is there")
    keys_path = path.with_suffix(".keys") if path.suffix == ".db" else path.with_name(f"{path.name}.keys")
    screen = standard_screen()
    try:
        _play(screen, path, keys_path)
        sys.stdout.flush()
    except BrokenPipeError:  # somebody has read enough: `demo.py | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        screen.line("\nStopped in the middle. What was committed is in the file; the next run begins a new company.")
        return 130
    except (Refusal, PortError) as error:
        screen.line(f"\n   Stopped: {error}.", "bad")
        screen.say(advice(error).format(path=path, keys=keys_path))
        return 1
    return 0


def advice(error: Refusal | PortError) -> str:
    """Return what to do about an error that keeps the demo from playing."""
    problem = error.problem if isinstance(error, KeyRingFailed | StorageFailed) else ""
    return _ADVICE.get(f"{error.code} {problem}", "Mend that, or play on another file: --file other.db")


def _play(screen: Screen, path: Path, keys_path: Path) -> None:
    screen.line("A small training company: three shops, one shared login of the CRM for each, forty people.", "heading")
    screen.say(
        f"It plays {len(SCENES)} scenes on the store {path}, with its keys beside it in {keys_path.name}. That takes some"
        " seconds, as passwords are really hashed: Argon2id with 64 MiB."
    )
    if not screen.unicode:
        screen.say(f"Your terminal writes {screen.encoding}; with PYTHONUTF8=1 you see every script.")
    company = _opened(screen, path, keys_path)
    try:
        _begin_anew(company)
        for scene in SCENES:
            scene(company)
    finally:
        company.post.close()
        company.repository.close()
    _tell_how_to_look(company)


def _opened(screen: Screen, path: Path, keys_path: Path) -> Company:
    """Open the file and its keys. Beside a file with people in it, missing keys are a mistake: none are made."""
    if path.exists() and path.stat().st_size > 0:
        repository = SQLiteRepository(path)
        keys = KeyRing.open(keys_path, create=False)
    else:
        keys = KeyRing.open(keys_path)
        repository = SQLiteRepository(path)
    post = Post(path.with_suffix(".mail"))
    nobody_yet = OrganizationId(value="training-company-1")
    return Company(path=path, screen=screen, keys=keys, repository=repository, organization=nobody_yet, post=post)


def _begin_anew(company: Company) -> None:
    """Find the companies of earlier runs, and choose the name of a new one."""
    found: list[Organization] = []
    with suppress(NotFound):
        while True:
            company.organization = OrganizationId(value=f"training-company-{len(found) + 1}")
            found.append(company.subs.handle(ReadOrganization(actor=company.jobs, id=company.organization)))
    for organization in found:
        company.keys.require(organization.key_ring)
    before = f"The file holds {len(found)} from earlier runs, which stay." if found else "The file is new."
    company.screen.say(f"{before} This run is {company.organization.value}.")


def _tell_how_to_look(company: Company) -> None:
    """Say how to look at the file, with tools that are there."""
    company.screen.scene(
        "Look at the file", f"{company.path} is yours to look at; write to it through the library only."
    )
    place, query = json.dumps(str(company.path)), json.dumps(_QUERY)  # the way to write a text that Python reads too
    code = f"import sqlite3; [print(*row) for row in sqlite3.connect({place}).execute({query})]"
    commands = [[_python(), "-c", code]]
    cli = shutil.which("sqlite3")
    if cli and subprocess.run([cli, str(company.path), _QUERY], capture_output=True, check=False).returncode == 0:  # noqa: S603 - the tool of that name, on the file just written
        commands.append(["sqlite3", "-header", "-column", str(company.path), "SELECT login, state FROM sub_accounts"])
    for command in commands:
        company.screen.line(f"   {subprocess.list2cmdline(command) if os.name == 'nt' else shlex.join(command)}")
    company.screen.say(
        "No password and no code is in it: only hashes, and ids from which codes are derived under the key ring."
    )


def _python() -> str:
    """Return this interpreter as short as it can be typed here."""
    with suppress(ValueError):
        return str(Path(sys.executable).relative_to(Path.cwd()))
    return sys.executable
