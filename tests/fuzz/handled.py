"""A target for whole commands: any text in any place of any command, and plain data that was mutated on its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from subaccounts import AddPeople, Command, Login
from subaccounts.domain.queries import PeopleQuery
from subaccounts.domain.sub_account import SubAccount
from subaccounts.errors import InvalidValue, Refusal, StorageFailed
from subaccounts.testing import specimens
from subaccounts.wire import from_plain, store_dumps, store_loads, to_plain
from tests.fuzz.mutation import mutated
from tests.fuzz.plain import TARGETS as _PLAIN
from tests.fuzz.target import Target, bytes_of, text_of
from tests.invariants.world import Shop, World
from tests.shell.places import places
from tests.shell.samples import SAMPLES

LONGEST_SHOWN: Final = 3_000
"""Characters of a refusal, its sentence and its data together; no megabyte comes back in one."""


@cache
def _commands() -> tuple[type[Command[Any]], ...]:
    return tuple(sorted(SAMPLES, key=lambda command: command.__name__))


@contextmanager
def _shop(kind: str) -> Iterator[Shop]:
    with World(kind) as world:
        yield Shop(world)


def judge_command(data: bytes) -> None:
    """Any text anywhere in a command, and any mutation of one that a host queued, is answered or refused."""
    if len(data) < 3:
        return
    command = _commands()[data[0] % len(_commands())]
    with _shop("sqlite" if data[1] == 0xFE else "memory") as shop:
        sample = SAMPLES[command](shop)
        try:
            asked = _with_text(sample, data) if data[1] % 2 == 0 else _mutated(sample, data)
        except InvalidValue as refusal:
            _judge(refusal)
            return
        except (ValueError, TypeError):  # a policy that cannot work, a secret on the wire: mistakes of a developer
            return
        try:
            shop.world.handle(asked)
        except Refusal as refusal:
            _judge(refusal)
        except StorageFailed as failed:
            assert "unstorable" == failed.problem
        _sound(shop)


def _with_text(sample: Any, data: bytes) -> Any:
    found = list(places(sample))
    return found[data[2] % len(found)].rebuild(text_of(data[3:])) if found else sample


def _mutated(sample: Any, data: bytes) -> Any:
    of = type(sample)
    return from_plain(of, mutated(to_plain(sample, of=of), data[2:]))


def _judge(refusal: Refusal) -> None:
    for shown in (str(refusal), repr(refusal)):
        assert len(shown) <= LONGEST_SHOWN
        shown.encode()


def _sound(shop: Shop) -> None:
    """Assert that everybody who is stored has a login that is one, and is written and read the same."""
    for person in shop.world.plain.people_page(PeopleQuery(organization=shop.organization, limit=100)):
        assert person.login == Login.parse(person.login.text)
        text = store_dumps(person)
        assert text.encode()
        assert person == store_loads(SubAccount, text)


def _seeds() -> Iterable[bytes]:
    for number, command in enumerate(_commands()):
        yield bytes([number, 0, 0]) + bytes_of(specimens.TEXTS[number % len(specimens.TEXTS)])
        yield bytes([number, 0, 0]) + b"boss"  # a name that is one, so that every command is run and not only built
        yield bytes([number, 1]) + bytes((0, 0, 7))
        yield bytes([number, 1]) + bytes((2, 0, 4, 3, 0, 13))
        if command is AddPeople:
            yield bytes([number, 0xFE, 1]) + bytes_of("an\ud800na")


TARGETS: Final = (Target(name="command", judge=judge_command, seeds=_seeds, words=_PLAIN[0].words, longest=128),)
