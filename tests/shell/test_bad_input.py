"""Texts that somebody wrote to do harm, in every place of every command where a text can stand.

Long ones are refused before anything looks at their letters: counted by what reaches Unicode normalization, not timed.
Strange ones get a typed refusal that does not repeat them, or are taken and come back; nothing else is raised.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings

from subaccounts import (
    AddParticipants,
    AddPeople,
    Command,
    Email,
    HostAccount,
    Language,
    Login,
    Phone,
    PutResources,
    RegistrationPolicy,
    RemoveParticipants,
    RemoveResources,
    Secret,
)
from subaccounts.domain.fields import parse_field
from subaccounts.domain.recovery import Requested
from subaccounts.domain.secret import LONGEST_SECRET
from subaccounts.domain.sign_in_key import sign_in_key
from subaccounts.domain.steps import AnyStep, Authenticated, EnterPassword, Step
from subaccounts.domain.text import clean_text
from subaccounts.errors import InvalidValue, Refusal, TooMany
from subaccounts.testing.strategies import hostile_text
from tests.invariants.stored import Rows, changed
from tests.invariants.world import Shop, World
from tests.shell.places import Place, places
from tests.shell.samples import SAMPLES

MEGABYTE: Final = 1_000_000
LONG: Final = {
    "ascii": "a" * MEGABYTE,
    "digits": "7" * MEGABYTE,
    "spaces": " " * MEGABYTE,
    "marks": "e" + "\u0301\u0316" * (MEGABYTE // 2),  # what CPython's normalization takes minutes for (gh-149079)
    "surrogates": "\ud800" * MEGABYTE,
    "nul": "\x00" * MEGABYTE,
    "unfolding": "\ufdfa" * MEGABYTE,  # eighteen letters each in NFKC
    "at": "a@" * (MEGABYTE // 2),
    "lines": "a\n" * (MEGABYTE // 2),
}
STRANGE: Final = {
    "nul": "an\x00na",
    "surrogate": "an\ud800na",
    "override": "an\u202ena",
    "isolate": "\u2066anna",
    "zero_width": "an\u200bna",
    "joiner": "an\u200dna",
    "mixed": "ann\u0430",  # the last letter is Cyrillic
    "line": "an\nna",
    "bell": "an\x07na",
    "tag": "anna\U000e0041",
    "blank": "anna\u3164",
    "private": "anna\ue000",
    "unassigned": "anna\u0378",
    "mark_first": "\u0301anna",
    "format": "%s{0}${x}%n",
    "quote": "';--\"",
    "empty": "",
    "only_space": " ",
}
LINE_BY_LINE: Final = frozenset({AddPeople, PutResources, RemoveResources, AddParticipants, RemoveParticipants})
"""What answers each of its lines by itself; the good ones go through together."""
LONGEST_NORMALIZED: Final = LONGEST_SECRET
"""What may reach normalization at most: a secret, which is the longest text that is taken at all."""


class Normalizations:
    """Remember the length of the longest text that Unicode normalization saw."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.longest = 0
        real = unicodedata.normalize

        def normalize(form: Any, text: str, /) -> str:
            self.longest = max(self.longest, len(text))
            assert len(text) <= LONGEST_NORMALIZED, "a long text was normalized"
            return real(form, text)

        monkeypatch.setattr(unicodedata, "normalize", normalize)


@pytest.fixture
def normalizations(monkeypatch: pytest.MonkeyPatch) -> Normalizations:
    """Watch what is normalized."""
    return Normalizations(monkeypatch)


def _name(command: type[Command[Any]]) -> str:
    return command.__name__


every_command = pytest.mark.parametrize("command", SAMPLES, ids=_name)
storages = pytest.mark.parametrize("kind", ["memory", "sqlite"])


def _tried(world: World, make: Callable[[], Any]) -> tuple[str, Any]:
    """Build and run a command; return how it went: refused, unbuildable (a mistake of the host's), or answered."""
    try:
        command = make()
    except InvalidValue as refusal:
        return "refused", refusal
    except ValueError as mistake:
        return "unbuildable", mistake
    try:
        answer = world.handle(command)
    except Refusal as refusal:
        return "refused", refusal
    refused = [line.refusal for line in answer if line.refusal] if type(command) in LINE_BY_LINE else []
    if refused:
        return "refused", refused[0]
    turned_away = isinstance(answer, Step) and not isinstance(answer, Authenticated) and answer != EnterPassword()
    # A request for another password hears the same whoever asked for whom.
    return "refused" if turned_away or isinstance(answer, Requested) else "answered", answer


def _found(world: World, command: type[Command[Any]]) -> list[Place]:
    return list(places(SAMPLES[command](Shop(world))))


class TestLong:
    """A megabyte is refused, whatever it is made of and wherever it stands."""

    @storages
    @every_command
    def test_in_every_place(self, kind: str, command: type[Command[Any]], normalizations: Normalizations) -> None:
        """Every text of every command: refused with a typed refusal, nothing normalized, stored or repeated."""
        with World(kind) as world:
            for place in _found(world, command):
                before = world.rows()
                for text in LONG.values():
                    how, what = _tried(world, lambda: place.rebuild(text))  # noqa: B023  # used at once
                    assert how != "answered", f"{place.path} took a megabyte: {type(what).__name__}"
                    assert len(str(what)) + len(repr(what)) < 3_000, place.path
                if command not in LINE_BY_LINE:  # whose other lines are good
                    _only_counted(before, world.rows(), place.path)
        assert normalizations.longest <= LONGEST_NORMALIZED

    @pytest.mark.parametrize(
        "parse",
        [
            Login.parse,
            Email.parse,
            Phone.parse,
            Language.parse,
            Secret,
            sign_in_key,
            lambda text: HostAccount(system=text, id="1"),
            lambda text: HostAccount(system="crm", id=text),
            lambda text: clean_text(text, field="name", longest=200),
            *(
                (lambda text, name=name: parse_field(name, text))
                for name in ("full_name", "position", "email", "phone", "language", "kind", "host:note")
            ),
        ],
    )
    @pytest.mark.parametrize("text", LONG.values(), ids=LONG)
    def test_in_every_parser(self, parse: Callable[[str], object], text: str, normalizations: Normalizations) -> None:
        """Every parser of a value refuses it unread."""
        with pytest.raises(InvalidValue) as refused:
            parse(text)
        assert refused.value.code == "invalid_value"
        assert normalizations.longest <= LONGEST_NORMALIZED

    def test_a_pasted_list(self, normalizations: Normalizations) -> None:
        """A pasted megabyte is refused before it is split into lines."""
        with World("memory") as world:
            shop = Shop(world)
            for text in LONG.values():
                with pytest.raises(TooMany):
                    AddPeople.pasted(text, actor=shop.admin, account=shop.account.id)
        assert normalizations.longest <= LONGEST_NORMALIZED

    def test_a_policy(self) -> None:
        """A policy with a name that is too long or cannot be shown is a mistake of the host's developer."""
        for name in [*LONG.values(), "a\x00b", "\ud800", "a\u202eb"]:
            with pytest.raises(ValueError, match="a policy has a name"):
                RegistrationPolicy(name=name, fields={})


class TestStrange:
    """What cannot be shown, or looks like something else, is refused by name or taken as it is."""

    @pytest.mark.asvs("2.2.1")
    @storages
    @every_command
    def test_in_every_place(self, kind: str, command: type[Command[Any]]) -> None:
        """Every text of every command: a typed refusal that repeats nothing, or an answer; never another exception."""
        with World(kind) as world:
            found = _found(world, command)
            for place in found:
                for name, text in STRANGE.items():
                    before = world.rows()
                    how, what = _tried(world, lambda: place.rebuild(text))  # noqa: B023  # used at once
                    if how == "answered":
                        continue
                    if command not in LINE_BY_LINE and not isinstance(what, Requested):
                        _only_counted(before, world.rows(), place.path)
                    if name in {"nul", "surrogate", "override", "zero_width", "tag"} and not isinstance(what, Step):
                        assert text not in str(what), place.path
                        assert text not in repr(what), place.path
                        str(what).encode()

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("an\x00na", "control"),
            ("an\ud800na", "surrogate"),
            ("an\u202ena", "bidi"),
            ("an\u2066na", "bidi"),
            ("an\u200bna", "invisible"),
            ("an\u200dna", "invisible"),
            ("ann\u0430", "mixed_scripts"),
            ("anna\u0378", "unassigned"),
            ("", "empty"),
            ("anna ", "characters"),
        ],
    )
    def test_a_login_is_refused_by_name(self, text: str, problem: str) -> None:
        """Each kind of bad login has its own stable word."""
        with pytest.raises(InvalidValue) as refused:
            Login.parse(text)
        assert ("login", problem) == (refused.value.field, refused.value.problem)

    def test_bad_lines_lose_no_good_ones(self) -> None:
        """Pasted between good logins, every bad line is refused by itself, in its place, and the good ones are added."""
        bad = [text for text in STRANGE.values() if text.strip() and "\n" not in text]
        with World("sqlite") as world:
            shop = Shop(world)
            text = "\n".join(line for number, each in enumerate(bad) for line in (f"good-{number}", each))
            lines = world.handle(AddPeople.pasted(text, actor=shop.admin, account=shop.account.id))
            assert [f"good-{number}" for number in range(len(bad))] == [
                line.sub_account.login.text for line in lines if line.sub_account and line.number % 2
            ]
            assert list(range(1, 2 * len(bad) + 1)) == [line.number for line in lines]
            for line in lines[1::2]:
                assert (line.refusal is None) == (line.sub_account is not None)


@pytest.mark.asvs("2.2.2")
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(login=hostile_text(), secret=hostile_text(longest=1_500))
def test_anything_typed_at_the_door(kind: str, login: str, secret: str) -> None:
    """Any login and secret typed at either door is a refusal or a step; nobody gets in, nothing else is raised."""
    with World(kind) as world:
        shop = Shop(world)
        code = shop.add("anna").code
        for door in (shop.inside, shop.outside):
            made: list[Callable[[], Command[AnyStep]]] = [
                lambda: shop.beginning(login, door=door),  # noqa: B023  # used at once
                lambda: shop.signing_in(login, secret, door=door),  # noqa: B023  # used at once
                lambda: shop.claiming(login, code, password=secret, door=door),  # noqa: B023  # used at once
            ]
            for make in made:
                how, _ = _tried(world, make)
                assert "refused" == how


def _only_counted(before: Rows, after: Rows, path: str) -> None:
    """Assert that nothing changed but what a sign-in counts: attempts, strangers, and their events."""
    kinds = {(key[0], key[2]) for key in changed(before, after)}
    counted = {"credential", "credentials", "stranger", "strangers", "events", ""}
    assert {kind for _, kind in kinds} <= counted, (path, kinds)
