"""Targets for plain data: what comes back from sessions, queues and columns, and the fields that a request hands in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from functools import cache
from typing import Any, Final

from subaccounts import errors
from subaccounts.commands import Change, Command
from subaccounts.domain.account import Account
from subaccounts.domain.actor import Actor, Grant, HostUser, Role, SignedIn, System
from subaccounts.domain.adding import LineAnswer
from subaccounts.domain.audit import AuditChain
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.credential import Credential, Stranger
from subaccounts.domain.dialogue import Door
from subaccounts.domain.events import Event, Happening, SealedEvent
from subaccounts.domain.fields import FIELDS, parse_field
from subaccounts.domain.ids import ChainId
from subaccounts.domain.login import Login
from subaccounts.domain.organization import Organization
from subaccounts.domain.policy import RegistrationPolicy
from subaccounts.domain.profile import Profile
from subaccounts.domain.queries import EventQuery, PeopleCursor, PeopleQuery
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.subject import Pathway, Subject
from subaccounts.testing import builders as b
from subaccounts.testing import specimens
from subaccounts.testing.clock import NOON
from subaccounts.wire import dumps, from_plain, loads, read_time, store_dumps, store_loads, time_text, to_plain
from tests.fuzz.mutation import ODD, mutated
from tests.fuzz.oracle import data_of, tried
from tests.fuzz.target import SPLIT, Target, bytes_of, text_of
from tests.fuzz.texts import opaque_fields, refusal_field

SUBJECT: Final = Subject(
    sub_account=b.sub_account_id(), account=b.account_id(), pathway=Pathway.PASSWORD, terminal="till-1", at=NOON, epoch=1,
    account_epoch=1,
)  # fmt: skip
BOSS: Final = HostUser(id="boss", grants=frozenset({Grant(role=Role.MODERATOR, scope=b.department_id())}))
REFUSALS: Final[tuple[errors.SubAccountsError, ...]] = (
    errors.NameTaken(field="login", why="looks_like"),
    errors.FieldsMissing(fields=("full_name", "position")),
    errors.SubscriptionRequired(product="seats", buy_at="https://shop.example", ended_at=NOON),
    errors.HostAccountPrivileged(roles=("moderator",)),
    errors.ProofRefused(until=NOON),
    errors.PasswordRefused(reason="too_short", limit=15),
    errors.WrongState(what="account", state="closed", action="sign_in"),
    errors.StorageFailed(store="SQLite", problem="damaged"),
    errors.Busy(),
)

PUBLIC: Final[tuple[tuple[Any, tuple[Any, ...]], ...]] = (
    (Subject, (SUBJECT,)),
    (Actor, (BOSS, System(name="sync"), SignedIn(subject=SUBJECT))),
    (RegistrationPolicy, specimens.policies()),
    (PeopleCursor, (PeopleCursor(login_key="anna", id=b.value(1)),)),
    (PeopleQuery, (PeopleQuery(organization=b.OURS, words=("a",), departments=frozenset({b.department_id()})),)),
    (EventQuery, (EventQuery(organization=b.OURS, after=b.value(3), account=b.account_id()),)),
    (Profile, (specimens.full_profile(),)),
    (Login, (specimens.sub_accounts()[-3].login,)),
    (Organization, specimens.organizations()[-3:]),
    (SubAccount, specimens.sub_accounts()),
    (Event, specimens.events()[:40]),
    (Happening, specimens.happenings()),
    (SealedEvent, (SealedEvent(position=1, digest="0" * 64, event=b.event()),)),
    (Door, (Door.inside(b.account_id()), Door.outside(b.OURS))),
    (errors.SubAccountsError, REFUSALS),
    (
        tuple[LineAnswer, ...],
        ((LineAnswer(number=1, refusal=errors.Busy()), LineAnswer(number=2, code=b.claim_code())),),
    ),
)
"""Types that hosts write and read, each with values to begin from."""

STORED: Final[Mapping[Any, tuple[Any, ...]]] = {
    Organization: specimens.organizations()[:3],
    CatalogEntry: specimens.catalog_entries()[:4],
    Account: specimens.accounts()[:6],
    SubAccount: specimens.sub_accounts()[-5:],
    Credential: specimens.credentials(),
    Stranger: specimens.strangers()[:3],
    AuditChain: (AuditChain(id=ChainId(organization=b.OURS)),),
    Event: specimens.events()[:40],
}
"""Records that repositories keep as one text."""


@cache
def _fields_named() -> frozenset[str]:
    """Return what a refusal of the wire can name: a type, the field of an opaque text, or an organization's language."""
    ids = {refusal_field(rule) for _, rule, _ in opaque_fields()}
    types = {getattr(of, "__name__", "value") for of, _ in PUBLIC} | {of.__name__ for of in STORED} | {"value", "tuple"}
    return frozenset(
        ids
        | types
        | {"host_system", "host_id", "language", "SubAccountsError", *(each.__name__ for each in commands())}
    )


def commands() -> tuple[type[Command[Any]], ...]:
    """Return every command that a host could keep in a queue."""
    import subaccounts.commands as room

    named: list[Any] = [getattr(room, name) for name in room.__all__]
    return tuple(each for each in named if isinstance(each, type) and issubclass(each, Command) and each is not Change)


def judge_wire(data: bytes) -> None:
    """A text is read as a value that is written and read the same again, or refused in known words."""
    of, _ = PUBLIC[data[0] % len(PUBLIC)] if data else PUBLIC[0]
    text = text_of(data[1:])
    value, _ = tried(lambda: loads(of, text), fields=_fields_named())
    if value is not None:
        _same_again(of, value, bound=len(text))


def judge_shape(data: bytes) -> None:
    """Data that was valid before parts of it were dropped, repeated, renamed or retyped is read the same or refused."""
    of, values = PUBLIC[data[0] % len(PUBLIC)] if data else PUBLIC[0]
    plain = to_plain(values[data[1] % len(values) if len(data) > 1 else 0], of=of)
    broken = mutated(plain, data[2:])
    value, _ = tried(lambda: from_plain(of, broken), fields=_fields_named())
    if value is not None:
        _same_again(of, value, bound=len(repr(broken)))


def _same_again(of: Any, value: Any, *, bound: int) -> None:
    text = dumps(value, of=of)
    again = loads(of, text)
    assert text == dumps(again, of=of)
    assert len(text) <= 12 * bound + 1000, "what is written is about as long as what was read"
    if isinstance(value, errors.SubAccountsError):
        assert data_of(value) == data_of(again)
        judge_error_of_others(value)
    else:
        assert repr(value) == repr(again) or value == again  # refusals inside have no equality of their own


def judge_error_of_others(error: errors.SubAccountsError) -> None:
    """Assert that an error with any words in it still has a sentence."""
    assert isinstance(str(error), str)


def judge_stored(data: bytes) -> None:
    """A stored row is read as a record that is stored the same again, or refused in known words."""
    of, values = list(STORED.items())[data[0] % len(STORED)] if data else (Organization, STORED[Organization])
    if data[1:2] == b"{":
        text = text_of(data[1:])
    else:
        plain = json.loads(store_dumps(values[data[1] % len(values) if len(data) > 1 else 0]))
        text = json.dumps(mutated(plain, data[2:]))
    value, _ = tried(lambda: store_loads(of, text), fields=_fields_named())
    if value is not None:
        assert value == store_loads(of, store_dumps(value))
        assert len(getattr(value, "keys", ())) <= 5


def judge_time(data: bytes) -> None:
    """A time is read as an aware UTC time that is written in one length and read the same, or is a ValueError."""
    try:
        at = read_time(text_of(data))
    except ValueError as error:
        assert len(str(error)) <= 60, "an error repeats nothing"
        return
    assert at.tzinfo is UTC
    text = time_text(at)
    assert (27, at) == (len(text), read_time(text))


NAMES: Final = (*FIELDS, "host:shoe_size")


def judge_field(data: bytes) -> None:
    """Whatever JSON is handed in for whatever field is that field's value, and its own value again, or refused."""
    name_of, _, rest = data.partition(SPLIT)
    name = NAMES[name_of[0] % len(NAMES)] if len(name_of) == 1 else text_of(name_of)
    raw: Any
    if rest[:1] == b"\x01":
        raw = text_of(rest[1:])
    elif rest[:1] == b"\x02":
        raw = mutated(
            [
                b.department_id(1),
                b.permission_type_id(2),
                b.department_id(1),
                ODD[rest[1] % len(ODD)] if rest[1:] else 1,
            ],
            rest[2:],
        )
    else:
        try:
            raw = json.loads(text_of(rest))
        except (ValueError, RecursionError):
            return
    fields = {name, "field"} | {"email", "phone", "language", "kind"}
    value, _ = tried(lambda: parse_field(name, raw), fields=fields, refusals=(errors.InvalidValue, errors.FieldRefused))
    if value is not None:
        assert value == parse_field(name, value)
        assert not isinstance(value, (list, dict))


def _shapes() -> Iterable[bytes]:
    for number, (_, values) in enumerate(PUBLIC):
        for place in range(min(len(values), 8)):
            yield bytes([number, place])
            yield bytes([number, place, 3, 0, 11, 5, 1, 0])


def _texts() -> Iterable[bytes]:
    for number, (of, values) in enumerate(PUBLIC):
        yield from (bytes([number]) + bytes_of(dumps(value, of=of)) for value in values[:4])
        yield bytes([number]) + b"[" * 300
        yield bytes([number]) + b'{"type":' * 100


def _rows() -> Iterable[bytes]:
    for number, values in enumerate(STORED.values()):
        yield from (bytes([number, place, 2, 0, 14]) for place in range(min(len(values), 4)))
        yield bytes([number]) + bytes_of(store_dumps(values[0]))


def _raw() -> Iterable[bytes]:
    texts = [*specimens.TEXTS, "anna@shop.example", "+380441234567", "uk", "employee"]
    plain = ['"Anna"', "null", "[]", "{}", "[[1]]", '[{"a": 1}]', "1e400", "true", '["x"]']
    for number in range(len(NAMES)):
        yield from (bytes([number]) + SPLIT + b"\x01" + bytes_of(text) for text in texts)
        yield from (bytes([number]) + SPLIT + text.encode() for text in plain)
        yield from (bytes([number]) + SPLIT + b"\x02" + bytes([odd, 3, 1, 0]) for odd in range(0, len(ODD), 5))
    yield b"host:" + b"a" * 50 + SPLIT + b"\x01x"
    yield b"Full Name\n" + SPLIT + b"\x01x"


def _times() -> Iterable[bytes]:
    texts = [time_text(moment) for moment in specimens.MOMENTS]
    return [
        bytes_of(text)
        for text in [*texts, *(odd for odd in ODD if isinstance(odd, str)), "2026-W10-1T12+02", "20260302T120000,5Z"]
    ]


def _target(name: str, judge: Callable[[bytes], None], seeds: Callable[[], Iterable[bytes]], **more: Any) -> Target:
    return Target(name=name, judge=judge, seeds=seeds, **more)


_WORDS: Final = (
    '"type":',
    '"organization":',
    '"value":',
    "null",
    "[]",
    "{}",
    "1e400",
    "NaN",
    '"\\ud800"',
    '"person"',
    "Z",
)
TARGETS: Final = (
    _target("wire", judge_wire, _texts, words=_WORDS, longest=2000),
    _target("shape", judge_shape, _shapes, longest=32),
    _target("stored", judge_stored, _rows, words=_WORDS, longest=1000),
    _target("time", judge_time, _times, words=("T", "Z", "+23:59", "-W", "0001", "9999"), longest=64),
    _target("field", judge_field, _raw, longest=400),
)
