"""What the documentation has to say for security's sake is there, and is what the code does.

How it is read is `printed`; Sphinx is not needed, and what it builds is not looked at.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import typing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts import Issuer, KeyRing, RegistrationPolicy, commands
from subaccounts.commands.new_passwords import personal_words
from subaccounts.commands.signing_up import ATTEMPT_PURPOSE
from subaccounts.domain import activation_events, codes, events, group_events, link, resource_events
from subaccounts.domain import fields as f
from subaccounts.domain.authority import Action
from subaccounts.domain.email import Email
from subaccounts.domain.language import Language
from subaccounts.domain.login import Login
from subaccounts.domain.phone import Phone
from subaccounts.domain.proof import Form, Purpose
from subaccounts.errors import FieldRefused, InvalidValue
from subaccounts.hashing.argon2 import PEPPER
from subaccounts.testing import builders as b
from tests.invariants.test_surface import CRYPTOGRAPHY, LOGGERS, SOURCES, fields_of
from tests.printed import extension, named, page, printed, rows

PACKAGE: Final = SOURCES[0].parent

HOSTILE: Final[tuple[Any, ...]] = (
    "", "a" * 2000, "\ud800", "a\x00", "a\u202eb", "a\u200bb", "a\U000e0080b", "\u0378", "\u2163", "p\u0430yp\u0430l",
    "a@", "a@b@c", "@b.example", "a@b", "a b", "a\u2163@b.example", "a\ufdfa@b.example", "+44 (0)20", "12", "not a tag!",
    7, None, frozenset(range(101)), b"bytes",
)  # fmt: skip
"""What fields are handed in that is wrong in every way they tell apart; each of them takes some of it."""


class TestFields:
    """What a field takes stands in the reference, with every word by which it refuses the rest."""

    @staticmethod
    def words() -> dict[str, set[str]]:
        """Return the words the reference gives to each field."""
        table = printed("field_tables", "field-table", on="reference/values.md")
        return {name.strip("`"): set(named(refused)) for name, _, refused in table}

    @staticmethod
    def refusal(field: str, raw: Any) -> str | None:
        """Return the word by which a field refuses this, or None where it takes it."""
        try:
            Login.parse(raw) if field == "login" else f.parse_field(field.replace("<name>", "badge"), raw)
        except InvalidValue as refused:
            return refused.problem
        except FieldRefused as refused:
            return refused.why
        return None

    @pytest.mark.asvs("2.1.1")
    def test_every_field(self) -> None:
        """Every field says what it takes, and has just the words by which it refuses one or another of these."""
        words = self.words()
        assert ["login", *f.FIELDS, "host:<name>"] == list(words)
        for field, refused in words.items():
            assert refused == {self.refusal(field, raw) for raw in HOSTILE} - {None}, field

    @pytest.mark.asvs("2.1.1")
    @given(st.one_of(st.text(max_size=80), st.emails(), st.from_regex(r"\+?[0-9 ()-]{1,20}", fullmatch=True)))
    def test_every_word(self, text: str) -> None:
        """Whatever is typed is taken, or refused by a word that the reference has for this field."""
        assert {} == {
            field: word
            for field, said in self.words().items()
            if (word := self.refusal(field, text)) not in {None, *said}
        }


class TestPolicies:
    """What belongs together stands in the reference, for each named policy."""

    @pytest.mark.asvs("2.1.2")
    def test_what_a_record_has_to_have(self) -> None:
        """The table's words for what has to be given, and for what one of several is enough, are what policies ask for."""
        table = {
            name.strip("`"): cells
            for name, *cells in printed("field_tables", "policy-table", on="reference/policies.md")
        }
        policies = (
            RegistrationPolicy.by_person(),
            RegistrationPolicy.by_administrator(),
            RegistrationPolicy.complete_record(),
        )
        assert set(f.FIELDS) <= set(table)
        for number, policy in enumerate(policies):
            has_to = {name for name in f.FIELDS if "has to" in table[name][number]}
            one_of = set(named(table["one of"][number]))
            assert has_to | one_of == set(policy.missing(frozenset()))
            assert [()] * max(1, len(one_of)) == [policy.missing(has_to | {each}) for each in one_of or {"position"}]


NO_RULES: Final = {
    "_key_file.FIRST_GENERATION": "where counting begins",
    "hashing.blocklist.WIDTH": "the form of a file that comes along",
    "notifiers._conversation.SERVICE_CLOSES": "a word of the protocol",
}
"""Numbers that bound nothing, with what they are instead."""
ADAPTERS: Final = {"repositories", "slips", "locale", "testing"}
"""Rooms whose numbers are of databases, printers and tests."""


def numbers() -> set[str]:
    """Return every number that a module binds to a name, but for those of the adapters."""
    found = set()
    for path in SOURCES:
        place = path.relative_to(PACKAGE).with_suffix("").parts
        if place[0] in ADAPTERS or place[-1] == "__init__":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8")).body
        targets = [
            node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            for node in tree
            if isinstance(node, (ast.Assign, ast.AnnAssign))
        ]
        names = [each.id for each in targets if isinstance(each, ast.Name) and each.id.isupper() and each.id[0] != "_"]
        module = importlib.import_module(".".join(("subaccounts", *place))) if names else None
        kinds = (int, float, timedelta)
        found |= {f"{'.'.join(place)}.{name}" for name in names if isinstance(getattr(module, name), kinds)}
    return found


class TestLimits:
    """Every number of a rule, and whatever takes long or much, stands in the reference."""

    @pytest.mark.asvs("2.1.3")
    def test_every_number(self) -> None:
        """Every number that a rule uses is printed with its value and with a sentence that says what it is."""
        table = printed("limit_tables", "limit-table", on="reference/limits.md")
        assert numbers() - set(NO_RULES) == {f"{where}.{name}".replace("`", "") for name, _, where, _ in table}
        assert [] == [name for name, value, _, said in table if not (value and said)]

    @pytest.mark.asvs("15.1.3")
    def test_what_costs_much(self) -> None:
        """Whatever hashes, answers pages, takes many things at once or runs as a job is printed beside what bounds it."""
        table = printed("limit_tables", "cost-table", on="reference/limits.md")
        bounds = {each for cost in extension("limit_tables").COSTS.values() for each in cost[0]}
        assert set() == bounds - numbers()
        assert [] == [cells for cells in table if not all(cells)]
        told = {name for *_, done_by in table for name in named(done_by)}
        every = (getattr(commands, name) for name in commands.__all__)
        assert set() == {each.__name__ for each in every if inspect.isclass(each) and self.costs(each)} - told

    @staticmethod
    def costs(command: type[Any]) -> bool:
        """Tell whether a command is one whose work grows with what it is asked, or is made to be slow."""
        if not issubclass(command, commands.Command) or command in {commands.Command, commands.Change}:
            return False
        of = {field.name: str(field.type) for field in fields_of(command)}
        many = any(re.match(r"tuple\[|frozenset\[\w+Id\]", kind) for kind in of.values())
        hashes = any("Secret" in of.get(name, "") for name in ("password", "secret", "current", "new"))
        return many or hashes or bool({"limit", "selection"} & set(of)) or command.action is Action.RUN_JOBS


class TestEvents:
    """What is written, where and by which name stands in the reference."""

    @pytest.mark.asvs("16.1.1")
    def test_every_event(self) -> None:
        """Every kind of event there is can happen, and is printed with what it means and what it carries."""
        table = {
            name.strip("`"): (said, named(carries))
            for name, said, carries in printed("tables", "event-table", on="reference/events.md")
        }
        homes = (events, activation_events, group_events, resource_events)
        written = {
            each
            for home in homes
            for each in vars(home).values()
            if inspect.isclass(each) and (each.__doc__ or "").startswith("Say ")
        }
        assert {each.__name__: [field.name for field in fields_of(each)] for each in written} == {
            name: carries for name, (_, carries) in table.items()
        }
        assert written == set(typing.get_args(events.Happening))
        assert [] == [name for name, (said, _) in table.items() if not said]

    @pytest.mark.asvs("16.1.1")
    def test_every_place(self) -> None:
        """Where events are written, which loggers there are, who reads each and how long it is kept is told."""
        table = rows(page("reference/events.md", "What is written where"))
        assert [] == [cells for cells in table if len(cells) != 4 or not all(cells)]
        assert LOGGERS == {name for where, *_ in table for name in named(where) if name.startswith("subaccounts.")}


class TestPages:
    """What no table prints is written by hand, and held to the code."""

    @pytest.mark.asvs("6.1.2")
    def test_ones_own_words(self) -> None:
        """The page on passwords names just the data of a person that no password can be made of."""
        values: dict[str, f.FieldValue] = {
            f.FULL_NAME: "full_name", f.GIVEN_NAME: "given_name", f.FAMILY_NAME: "family_name", f.POSITION: "position",
            f.EXTERNAL_ID: "external_id", "host:badge": "host:badge", f.EMAIL: Email.parse("email@shop.example"),
            f.PHONE: Phone.parse("+4512345678"), f.LANGUAGE: Language.parse("da"), f.KIND: f.Kind.EXTERNAL,
        }  # fmt: skip
        words = personal_words(b.sub_account(1, login="login", profile=b.profile(values)))
        known = {
            "login": "login",
            **{name: getattr(held, "text", getattr(held, "e164", held)) for name, held in values.items()},
        }
        told = set(named(page("howto/choose-hashing.md", "Which passwords are good enough").partition("```")[0]))
        assert {name for name, word in known.items() if word in words} == told & set(known)

    @pytest.mark.asvs("7.1.3")
    def test_company_accounts(self) -> None:
        """The page on company accounts explains all an issuer can be trusted with, and every command about them."""
        text = page("howto/sign-in-with-sso.md")
        trust = {field.name for field in attrs.fields(Issuer)} - {"issuer", "name"}
        table = rows(page("howto/sign-in-with-sso.md", "Say whom the organization trusts"))
        assert trust == {name for said, *_ in table for name in named(said)}
        about = ("subaccounts.commands.arrivals", "subaccounts.commands.identities", "subaccounts.commands.issuers")
        every = [each for each in map(commands.__dict__.get, commands.__all__) if inspect.isclass(each)]
        assert {"ArriveBySSO", "ChangeIssuers", "LinkIdentity", "UnlinkIdentity"} <= {
            c.__name__ for c in every if c.__module__ in about
        }
        assert [] == [
            each.__name__
            for each in every
            if each.__module__ in about and issubclass(each, commands.Command) and each.__name__ not in text
        ]
        assert page("howto/sign-in-with-sso.md", "When somebody leaves").strip()

    @pytest.mark.asvs("11.1.1")
    def test_the_life_of_keys(self) -> None:
        """Whatever makes, changes or ends a key of the ring is done on one of the pages about it, which run as tests."""
        pages = page("howto/keep-the-key-ring.md") + page("howto/restore-and-copy.md")
        changing = {name for name, each in vars(KeyRing).items() if name[0] != "_" and self.changes(each)}
        assert {"open", "rotate", "retire", "advance"} == changing
        code = "\n".join(re.findall(r"(?s)```python\n(.*?)```", pages))
        assert set() == changing - set(re.findall(r"(?:keys|KeyRing)\.(\w+)\(", code))
        told = re.findall(r"(?m)^## (.+)$", page("howto/keep-the-key-ring.md"))
        assert ["Make it", "Back it up", "Two deployments, two rings", "Rotate", "Retire", "When it fails"] == told

    @staticmethod
    def changes(method: object) -> bool:
        """Tell whether a method of the ring makes, changes or ends a key."""
        function = getattr(method, "__func__", method)
        made = r"\._change\(|create_file\("
        return inspect.isfunction(function) and re.search(made, inspect.getsource(function)) is not None

    @pytest.mark.asvs("11.1.2", "11.1.4")
    def test_the_inventory_of_cryptography(self) -> None:
        """The page on cryptography has every place that uses any, with what it is for and what takes its place."""
        table = rows(page("explanation/cryptography.md", "What is used"))
        assert sorted(CRYPTOGRAPHY) == sorted(name for where, *_ in table for name in named(where))
        assert [] == [cells for cells in table if len(cells) != 4 or not all(cells)]
        assert page("explanation/cryptography.md", "When one has to go").strip()

    @pytest.mark.asvs("11.1.2")
    def test_what_keys_are_for(self) -> None:
        """The page on cryptography has every purpose that a key of the ring derives for, and when what was derived is over."""
        sent = {link.purpose_of(purpose, form) for purpose in Purpose for form in Form}
        direct = {codes.PURPOSE, codes.CHOSEN_PURPOSE, ATTEMPT_PURPOSE, PEPPER, "stranger"}
        asked = {"codes.PURPOSE", "codes.CHOSEN_PURPOSE", "ATTEMPT_PURPOSE", "PEPPER", "'stranger'", "purpose", "like"}
        assert asked == {each for path in SOURCES if "testing" not in path.parts for each in purposes(path)}
        table = rows(page("explanation/cryptography.md", "Purposes"))
        assert sent | direct == {name for purpose, *_ in table for name in named(purpose)}
        assert [] == [cells for cells in table if len(cells) != 3 or not all(cells)]


def purposes(path: Path) -> set[str]:
    """Return how a file names the purposes it derives for."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    derived = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "derive"]
    return {ast.unparse(given.value) for call in derived for given in call.keywords if given.arg == "purpose"}
