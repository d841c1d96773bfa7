"""What is not there: walks over the whole surface that a security requirement asks for and no single command shows."""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
import inspect
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import NOTHING, fields

import subaccounts
from subaccounts.domain import codes, link
from subaccounts.domain.credential import Credential
from subaccounts.domain.fields import FIELDS
from subaccounts.domain.proof import Form, ProofRef, Purpose
from subaccounts.domain.secret import Secret
from subaccounts.hashing import Argon2Hasher, HashingPool
from subaccounts.hashing.legacy import DjangoPBKDF2
from subaccounts.testing import builders as b
from subaccounts.testing.hashers import CHEAPEST
from tests.cve.portal import Portal, is_in
from tests.shell.samples import every_command

SOURCES: Final = sorted(Path(inspect.getfile(subaccounts)).parent.rglob("*.py"))
CRYPTOGRAPHY: Final = {
    "_key_file.py": {"hashlib.sha256", "secrets.token_bytes", "secrets.token_hex"},
    "commands/ports_at_hand.py": {"hashlib.sha256"},
    "domain/audit.py": {"hashlib.sha256"},
    "domain/codes.py": {"hmac.compare_digest"},
    "domain/link.py": {"hmac.compare_digest"},
    "hashing/argon2.py": {"argon2.exceptions", "argon2.low_level", "hmac.compare_digest", "os.urandom"},
    "hashing/blocklist.py": {"hashlib.sha256"},
    "hashing/legacy.py": {"hashlib.pbkdf2_hmac", "hmac.compare_digest"},
    "keys.py": {"hmac.digest", "hmac.new"},
    "notifiers/_mail.py": {"hashlib.sha256"},
    "notifiers/_posting.py": {"httpcore2.default_ssl_context"},
    "notifiers/_signer.py": {"hmac.digest"},
    "notifiers/smtp_server.py": {"ssl.create_default_context"},
    "repositories/sqlalchemy/rows.py": {"hashlib.sha256"},
    "slips/sheet.py": {"hashlib.sha256"},
    "system.py": {"os.urandom"},
}
"""Every place that calculates with secrets or chance, and what it uses: the inventory. The kit is not part of it."""
MODULES: Final = {"hashlib", "hmac", "secrets", "random", "ssl", "crypt", "cryptography", "argon2"}
BORROWED: Final = {("os", "urandom"), ("httpcore2", "default_ssl_context")}
"""What other modules have of it: the system's source of chance, and another library's way to trust a server."""
LOGGERS: Final = {"subaccounts.hashing.argon2"}
"""Every logger of ours."""
WRITERS: Final = {
    "_key_file.py": {"os.open", "os.fdopen", "path.open"},
    "hashing/argon2.py": {"logging.getLogger", "_log.warning"},
    "locale/catalogs.py": {"open"},
    "notifiers/_hush.py": {"logging.getLogger"},
    "notifiers/async_smtp.py": {"connection.open"},
    "notifiers/console.py": {"sys.stderr"},
    "notifiers/smtp.py": {"connection.open"},
    "repositories/django/checks.py": {"KeyRing.open"},
    "repositories/django/configured.py": {"KeyRing.open"},
    "repositories/sqlite/opening.py": {"os.open"},
}
"""Every place that opens something, logs or prints, and how: the key ring and the database are files, mail goes over a connection,
`catalogs` reads, `_hush` keeps another library's loggers quiet, the console is there to print, and `argon2` has two lines for
operators."""
WRITING: Final = {"getLogger", "open", "fdopen", "write_text", "write_bytes", "warn", "print"}
"""How files are opened and loggers got, whatever the object is called."""

DJANGO: Final = f"pbkdf2_sha256$1$salt${base64.b64encode(hashlib.pbkdf2_hmac('sha256', b'right', b'salt', 1)).decode()}"
"""A hash of an older system, of the password `right`."""


def used(source: str) -> set[str]:
    """Return what a file uses of the cryptographic modules, and of what is borrowed elsewhere."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in MODULES and not node.level:
                found.add(module)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)):
                if module in MODULES or (module, name) in BORROWED:
                    found.add(f"{module}.{name}")
            case _:
                pass
    return found


def written_by(source: str) -> set[str]:
    """Return by what a file opens files, logs, warns or prints."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in WRITING:
                found.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=of), attr=name)) if name in WRITING or of == "_log":
                found.add(f"{of}.{name}")
            case ast.Call(func=ast.Attribute(attr=name)) if name in WRITING:
                found.add(name)
            case ast.Attribute(value=ast.Name(id="sys"), attr="stdout" | "stderr" as name):
                found.add(f"sys.{name}")
            case _:
                pass
    return found


def fields_of(command: type[Any]) -> tuple[Any, ...]:
    """Return what a command carries."""
    return tuple(fields(command))


@pytest.mark.asvs("11.1.3", "11.2.4", "11.4.1", "11.4.3")
def test_the_inventory_of_cryptography() -> None:
    """Every place that hashes, compares in constant time or draws chance is known, and none uses a broken function."""
    ours = [path for path in SOURCES if "testing" not in path.parts]
    root = ours[0].parent
    found = {path.relative_to(root).as_posix(): used(path.read_text(encoding="utf-8")) for path in ours}
    assert CRYPTOGRAPHY == {name: calls for name, calls in found.items() if calls}


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("import hashlib\nhashlib.md5(b'')", {"hashlib.md5"}),
        ("def late():\n    from hashlib import md5\n    md5(b'')", {"hashlib"}),
        ("import random\nrandom.random()", {"random.random"}),
        ("import os\nos.urandom(8)\nos.getpid()", {"os.urandom"}),
        ("from .keys import hmac\n'hashlib.md5()'", set()),
    ],
)
def test_the_inventory_is_taken(source: str, calls: set[str]) -> None:
    """A use is found wherever it is written, and a text or a module of ours is none."""
    assert calls == used(source)


@pytest.mark.asvs("16.2.3")
def test_the_inventory_of_what_is_written() -> None:
    """Events apart, which storage keeps, nothing is logged, printed or put into a file but by the known places."""
    ours = [path for path in SOURCES if "testing" not in path.parts]
    root = ours[0].parent
    found = {path.relative_to(root).as_posix(): written_by(path.read_text(encoding="utf-8")) for path in ours}
    assert WRITERS == {name: ways for name, ways in found.items() if ways}
    logging_by = {
        "subaccounts." + name.removesuffix(".py").replace("/", ".")
        for name, ways in WRITERS.items()
        if "_log.warning" in ways
    }
    assert LOGGERS == logging_by


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("print('a code')", {"print"}),
        ("with open('log', 'a') as file: ...", {"open"}),
        ("import logging\nlogging.getLogger().info('x')", {"logging.getLogger"}),
        ("_log.info('x')", {"_log.info"}),
        ("Path('log').write_text('x')", {"write_text"}),
        ("import sys\nsys.stdout.write('x')", {"sys.stdout"}),
        ("warnings.warn('x')", {"warnings.warn"}),
        ("'print(1)'\nself.printed()", set()),
    ],
)
def test_what_is_written_is_found(source: str, ways: set[str]) -> None:
    """Each way to write is found, and a text or a name that only looks like one is none."""
    assert ways == written_by(source)


@pytest.mark.asvs("11.2.4")
@pytest.mark.parametrize("says", [True, False])
def test_secrets_are_compared_in_constant_time(says: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a password, a code or a link is the right one is said by `hmac.compare_digest` and by nothing before it."""
    right, other, digest = Secret("right"), Secret("other"), bytes(range(32))
    chosen = b.claim_code(chosen=digest.hex())
    with HashingPool(workers=1) as pool:
        hasher = Argon2Hasher(profile=CHEAPEST, pool=pool)
        stored = hasher.hash(right)
        ref = ProofRef(purpose=Purpose.CLAIM, form=Form.LINK, owner="anna", id="1", key="1")
        sent = link.parse(Secret(link.text(ref, digest, organization=b.OURS)))
        monkeypatch.setattr(hmac, "compare_digest", lambda one, other: says)
        told = [hasher.matches(password=typed, stored=stored) for typed in (right, other)]
    told += [codes.is_code(Secret(typed), digest) for typed in (codes.text(digest), "00000-00000")]
    told += [codes.is_chosen(chosen, which) for which in (digest, bytes(32))]
    told += [link.is_link(sent, which) for which in (digest, bytes(32))]
    told += [DjangoPBKDF2().matches(password=typed, encoded=DJANGO) for typed in (right, other)]
    assert [says] * 10 == told


@pytest.mark.asvs("8.3.3")
def test_nobody_acts_without_a_name() -> None:
    """A command that needs authority is given the actor or the signed-in subject each time; none is a default."""
    wanting = {}
    for command in every_command():
        if command.action is not None:
            who = [field for field in fields_of(command) if field.name in {"actor", "subject"}]
            if [NOTHING] != [field.default for field in who]:
                wanting[command.__name__] = who
    assert {} == wanting


@pytest.mark.asvs("6.4.2")
def test_nothing_proves_a_person_but_a_password_or_a_code() -> None:
    """A credential holds a password, what was sent and attempts: no hint, no question; a profile has no field for one."""
    kept = {field.name for field in fields(Credential)}
    proofs = {"password", "code", "recovery", "contact"}
    assert {"id", "version", "waiting_since", "attempts", "reminded_at", "last_sign_in_at", *proofs} == kept
    told = {*kept, *FIELDS, *(field.name for command in every_command() for field in fields_of(command))}
    assert [] == [name for name in told if any(word in name for word in ("hint", "question", "answer", "secret_word"))]


@pytest.mark.asvs("6.2.10")
def test_a_password_does_not_expire(tmp_path: Path) -> None:
    """A password that was chosen ten years ago still signs in, and nothing asks for another."""
    with Portal(tmp_path) as portal:
        portal.active("anna")
        portal.wait(days=3650)
        assert is_in(portal.sign_in("anna"))


@pytest.mark.asvs("16.2.1")
def test_an_event_says_who_when_and_where(tmp_path: Path) -> None:
    """Every event of a story has an id, its organization, a time in UTC, who did it, and what; no two share an id."""
    with Portal(tmp_path) as portal:
        portal.active("anna")
        portal.wait(minutes=1)
        portal.sign_in("anna", "not it at all")
        portal.sign_in("anna")
        events = portal.events()
        assert len(events) == len({event.id for event in events}) > 5
        for event in events:
            assert (portal.id, True, True) == (event.organization, bool(event.by.kind), bool(event.by.id))
            offset = event.at.utcoffset()
            assert offset is not None
            assert not offset
        (terminal,) = {event.by.id for event in events if event.by.kind == "terminal"}
        assert "shared" == terminal
        assert portal.clock() == max(event.at for event in events)
