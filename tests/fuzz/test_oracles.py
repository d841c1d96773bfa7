"""The judges judge: a parser broken on purpose is found by the inputs that its target begins with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts import AddPeople, Email, KeyRing, Language, Login, Phone, VerifiedIdentity
from subaccounts.domain import codes, link, password_policy, sign_up_form
from subaccounts.domain.message import Accepted
from subaccounts.errors import InvalidValue
from subaccounts.hashing.legacy import DjangoPBKDF2
from subaccounts.hashing.phc import Encoded
from subaccounts.notifiers._conversation import Command as Said
from subaccounts.notifiers._endpoint import Endpoint
from subaccounts.notifiers._mail import Mail
from subaccounts.repositories import SQLiteRepository
from tests.fuzz import carried, plain, proofs, texts
from tests.fuzz.targets import TARGETS

Broken = Callable[[Callable[..., Any]], Callable[..., Any]]


def _raising(error: Exception) -> Broken:
    """Return what makes a function raise an error of its own where the true one answers."""

    def broken(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            real(*args, **kwargs)
            raise error

        return call

    return broken


def _echoing(real: Callable[..., Any]) -> Callable[..., Any]:
    """Repeat in a refusal what was refused."""

    def call(text: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return real(text, *args, **kwargs)
        except InvalidValue as refusal:
            raise InvalidValue(field=refusal.field, problem=str(text)) from None

    return call


def _answering(change: Callable[[Any], Any]) -> Broken:
    """Return what changes a function's answer."""
    return lambda real: lambda *args, **kwargs: change(real(*args, **kwargs))


def _injected(made: Any) -> Any:
    """Add a field that a mail of ours does not have."""
    return evolve(made, content=b"Bcc: x@example.net\r\n" + made.content) if isinstance(made, Mail) else made


def _endless(_: Callable[..., Any]) -> Callable[..., Any]:
    """Hold a conversation that does not end."""

    def call(*_args: Any, **_kwargs: Any) -> Any:
        while True:
            yield Said(verb="NOOP", line="NOOP")

    return call


def _echoing_setting(real: Callable[..., Any]) -> Callable[..., Any]:
    """Repeat to an operator what was refused."""

    def call(text: str, **kwargs: Any) -> Any:
        try:
            return real(text, **kwargs)
        except ValueError:
            raise ValueError(f"{text} is no address") from None

    return call


CASES: Final[tuple[tuple[str, Any, str, Broken], ...]] = (
    ("login", Login, "parse", _raising(KeyError("x"))),
    ("login", Login, "parse", _echoing),
    ("login", Login, "parse", _answering(lambda login: evolve(login, key=login.key.upper()))),
    ("login", Login, "parse", _answering(lambda login: evolve(login, skeleton="x" + login.skeleton))),
    ("login", texts, "sign_in_key", _answering(lambda key: key + "x")),
    ("email", Email, "parse", _echoing),
    ("email", Email, "parse", _answering(lambda email: evolve(email, key=email.key.upper()))),
    ("phone", Phone, "parse", _answering(lambda phone: evolve(phone, e164=phone.e164 + "0"))),
    ("phone", Phone, "parse", _raising(IndexError())),
    ("language", Language, "parse", _answering(lambda language: evolve(language, tag=language.tag + "-x"))),
    ("name", texts, "clean_text", _answering(lambda text: text + " ")),
    ("name", texts, "clean_text", _answering(lambda text: text[:1])),
    ("host_account", texts, "HostAccount", _raising(TypeError())),
    ("pasted", AddPeople, "pasted", _answering(lambda command: evolve(command, people=command.people[1:]))),
    ("search", texts, "search_words", _answering(lambda words: (*words, "somethingelse"))),
    ("password", password_policy, "normalized", _answering(str.upper)),
    ("password", proofs, "is_personal", _answering(lambda known: not known)),
    ("code", codes, "is_code", _answering(lambda _: True)),
    ("code", codes, "is_code", _answering(lambda _: False)),
    ("link", link, "parse", _raising(ValueError("x"))),
    ("link", link, "parse", _answering(lambda read: evolve(read, owner=read.owner + "x"))),
    ("link", link, "is_link", _answering(lambda _: True)),
    ("hash", Encoded, "parse", _answering(lambda found: found and evolve(found, rounds=found.rounds + 1))),
    ("hash", DjangoPBKDF2, "matches", _answering(lambda _: True)),
    ("wire", plain, "loads", _raising(KeyError())),
    ("wire", plain, "dumps", _answering(lambda text: text.replace("1", "2"))),
    ("shape", plain, "from_plain", _raising(AttributeError())),
    ("stored", plain, "store_loads", _raising(UnicodeError())),
    ("time", plain, "read_time", _answering(lambda at: at.replace(tzinfo=None))),
    ("time", plain, "read_time", _raising(OverflowError())),
    ("field", plain, "parse_field", _raising(TypeError())),
    ("field", plain, "parse_field", _answering(lambda value: [value])),
    ("key_file", KeyRing, "open", _raising(ValueError("the secret"))),
    ("sqlite_file", SQLiteRepository, "organization", _raising(KeyError())),
    ("command", AddPeople, "present", _raising(RuntimeError())),
    ("sign_up", sign_up_form, "parse", _raising(KeyError("x"))),
    (
        "sign_up",
        sign_up_form,
        "parse",
        _answering(lambda filled: evolve(filled, values={**filled.values, "paid": "yes"})),
    ),
    ("claims", VerifiedIdentity, "from_claims", _raising(TypeError("x"))),
    ("claims", VerifiedIdentity, "from_claims", _answering(lambda it: evolve(it, email_verified=True))),
    ("mail", carried, "compose", _raising(UnicodeError())),
    ("mail", carried, "compose", _answering(_injected)),
    ("answer", carried, "json_object", _raising(RecursionError())),
    ("answer", carried, "judged", _answering(lambda _: Accepted())),
    ("reply", carried, "handing_over", _endless),
    ("setting", Endpoint, "parse", _echoing_setting),
)


@pytest.mark.parametrize(("target", "place", "name", "broken"), CASES)
def test_a_broken_parser_is_found(
    target: str, place: Any, name: str, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parser that raises something else, repeats what it refuses or answers wrongly breaks on an input of its seeds."""
    inputs = tuple(TARGETS[target].seeds())
    assert () == tuple(filter(None, (_break(target, data) for data in inputs)))
    monkeypatch.setattr(place, name, broken(getattr(place, name)))
    assert any(_break(target, data) for data in inputs)


def _break(target: str, data: bytes) -> str:
    try:
        TARGETS[target].judge(data)
    except Exception as error:  # noqa: BLE001 - whatever is raised is a break
        return type(error).__name__
    return ""


def test_every_target_is_broken_once() -> None:
    """Each target has a parser broken for it; validators of ids cannot be exchanged, they have a test of their own."""
    assert {"id"} == set(TARGETS) - {target for target, *_ in CASES}


def test_a_broken_validator_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id's validator that lets everything through is found."""
    places = tuple((place, lambda *_: None, limit) for place, _, limit in texts.opaque_fields())
    monkeypatch.setattr(texts, "refusal_field", lambda _: "id")
    monkeypatch.setattr(texts, "opaque_fields", lambda: places)
    assert any(_break("id", data) for data in TARGETS["id"].seeds())


def test_a_validator_among_several_is_one() -> None:
    """An id that is opaque and something more is judged as every other, and what it is called is known to the wire."""
    places = {place for place, *_ in texts.opaque_fields()}
    assert {"subaccounts.domain.ids.ResourceId.value", "subaccounts.domain.ids.OrganizationId.value"} <= places
