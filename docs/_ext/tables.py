"""The rules as Markdown tables, printed from the data that is the rules. Who puts them on a page is `printed`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from importlib import import_module
from typing import Any, Final, TypeVar, get_args

import attrs
from beside import beside
from figures import HERE, SCREENS, words

import subaccounts
from subaccounts import commands, errors, hashing, messages, ports, slips, testing
from subaccounts.domain import events
from subaccounts.domain.account import ACCOUNT_LIFE, AccountInput, AccountState
from subaccounts.domain.authority import AUTHORITY, Who
from subaccounts.domain.dialogue import COUNTED, Disclosure, Door, Incoming, Standing, told
from subaccounts.domain.life import LIFE, LifeInput, State
from subaccounts.domain.notice import NoticeKind
from subaccounts.messages.facts import FACTS as MESSAGE_FACTS

Rows = Iterable[Sequence[str]]
NONE: Final = "\u2013"
"""What stands in a cell without anything."""
ROOMS: Final = (errors, ports, hashing, messages, slips, testing, subaccounts)
"""The packages whose every public name the reference documents once; a name in two of them is documented in the first."""


def table(head: Sequence[str], rows: Rows, /) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def sentence(thing: object, /) -> str:
    """Return the first sentence of a docstring, on one line."""
    whole = " ".join(inspect.cleandoc(thing if isinstance(thing, str) else thing.__doc__ or "").split())
    return re.split(r"(?<=[.;])\s", whole, maxsplit=1)[0].rstrip(".;")


def link(cls: type, /) -> str:
    """Return a link to a class's entry."""
    return f"{{py:obj}}`{cls.__name__} <{public_name(cls)}>`"


def public_name(cls: type, /) -> str:
    """Return the name under which the reference documents a class."""
    for room in ROOMS:
        if getattr(room, cls.__name__, None) is cls and cls.__name__ in room.__all__:
            return f"{room.__name__}.{cls.__name__}"
    return f"{cls.__module__}.{cls.__name__}"


# What happens in a life.


def life_table() -> str:
    """Print states by inputs."""
    rows = [
        (f"`{what.value}`", *(LIFE[state, what].value if (state, what) in LIFE else NONE for state in State))
        for what in LifeInput
    ]
    return table(("input", *(f"while {state.value}" for state in State)), rows)


def account_life_table() -> str:
    """Print an account's states by inputs."""
    rows = [
        (f"`{what.value}`", *(ACCOUNT_LIFE[s, what].value if (s, what) in ACCOUNT_LIFE else NONE for s in AccountState))
        for what in AccountInput
    ]
    return table(("input", *(f"while {state.value}" for state in AccountState)), rows)


# The dialogue.


def dialogue_table(disclosure: str) -> str:
    """Print the answer to every pair at an open or closed door; a star marks what counts as a wrong proof."""
    door = Door(where=HERE, disclosure=Disclosure(disclosure))
    rows = []
    for standing in Standing:
        if standing is Standing.OPEN_TO_CLAIM and door.disclosure is Disclosure.CLOSED:
            continue
        row = [f"`{standing.value}`"]
        for incoming in Incoming:
            star = "\u00a0\\*" if (standing, incoming) in COUNTED else ""
            row.append(words(told(standing, incoming, door=door).value) + star)
        rows.append(row)
    return table(("stands", *(words(incoming.value) for incoming in Incoming)), rows)


def told_table() -> str:
    """Print the step each answer becomes."""
    return table(("answer", "step"), [(words(answer.value), f"`{step}`") for answer, step in SCREENS.items()])


def step_table() -> str:
    """Print the steps with what each asks the host to render."""
    rows = []
    for step in get_args(subaccounts.AnyStep):
        data = ", ".join(f"`{each.name}`" for each in attrs.fields(step)) or NONE
        rows.append((link(step), sentence(step), data))
    return table(("step", "the host is told to", "carries"), rows)


# Who does what.


def all_commands() -> list[type[commands.Command[Any]]]:
    """Return every command, in the order of the files they are written in and of their names."""
    named = [getattr(commands, name) for name in commands.__all__]
    bases = (commands.Command, commands.Change)
    found = [each for each in named if issubclass(each, commands.Command) and each not in bases]
    return sorted(found, key=lambda each: each.__module__)


def authority_table() -> str:
    """Print actors by commands, and the states in which each command is taken."""
    rows = []
    for command in all_commands():
        action = command.action
        who = [NONE if action is None else "yes" if each in AUTHORITY[action] else NONE for each in Who]
        rows.append((link(command), *who, _states(command)))
    return table(("command", *(words(who.value) for who in Who), "in which states"), rows)


def _states(command: type[commands.Command[Any]]) -> str:
    taken = command.takes
    if taken is None:
        return "by the dialogue" if command.action is None else "any"
    if isinstance(taken, LifeInput):
        return ", ".join(state.value for state in State if (state, taken) in LIFE)
    found = [f"account {state.value}" for state in AccountState if (state, taken) in ACCOUNT_LIFE]
    return ", ".join(["no account yet", *found] if taken is AccountInput.OPEN else found)


def answer_of(command: type, /) -> str:
    """Return what a command answers, as its bases declare it."""
    for base in getattr(command, "__orig_bases__", ()):
        for argument in get_args(base):
            if not isinstance(argument, TypeVar):
                return argument.__name__ if inspect.isclass(argument) and not get_args(argument) else _plain(argument)
    return next((answer_of(base) for base in command.__bases__ if base is not object), "")


def _plain(annotation: object) -> str:
    return re.sub(r"[a-z_]+\.(?=\w)", "", str(annotation))


def command_table(nouns: str) -> str:
    """Print the commands of these files: what each does and answers, and whether it is refused in the host's transaction."""
    rows = []
    for command in all_commands():
        if command.__module__.removeprefix("subaccounts.commands.") in nouns.split():
            request = "yes" if issubclass(command, commands.Change) else NONE
            joined = "refused" if command.proves else NONE
            rows.append((link(command), sentence(command), f"`{answer_of(command)}`", request, joined))
    return table(("command", "what it does", "answers", "`request_id`", "in your transaction"), rows)


# What can go wrong.


E = TypeVar("E", bound=errors.SubAccountsError)


def _below(root: type[E], /) -> list[type[E]]:
    named = [getattr(errors, name) for name in errors.__all__]
    return [cls for cls in named if issubclass(cls, root) and cls is not root]


def refusal_table() -> str:
    """Print every refusal with its code, its HTTP hint and its data."""
    refusals = sorted(_below(errors.Refusal), key=lambda each: (each.status, each.code))
    rows = [(f"`{each.code}`", str(each.status), link(each), _data(each), sentence(each)) for each in refusals]
    return table(("code", "status", "class", "data", "meaning"), rows)


def port_error_table() -> str:
    """Print every port error and every conflict."""
    rows = []
    roots: tuple[type[errors.SubAccountsError], ...] = (errors.PortError, errors.Conflict)
    for root in roots:
        rows += [(words(root.__name__), f"`{c.code}`", link(c), _data(c), sentence(c)) for c in _below(root)]
    return table(("tree", "code", "class", "data", "meaning"), rows)


def _data(cls: type) -> str:
    return ", ".join(f"`{each.name}`" for each in attrs.fields(cls)) if attrs.has(cls) and attrs.fields(cls) else NONE


# What happened, and what is told.


def event_table() -> str:
    """Print every happening of the audit trail and the feed."""
    rows = [(f"`{h.__name__}`", sentence(h).removeprefix("Say that "), _data(h)) for h in get_args(events.Happening)]
    return table(("event", "what happened", "carries"), rows)


def message_table() -> str:
    """Print what is told, and which values its templates can name."""
    told = beside(NoticeKind)
    rows = [
        (
            f"`{kind.value}`",
            told[kind.name],
            _dollars(facts.always),
            _dollars(facts.sometimes),
            "yes" if facts.proof else NONE,
        )
        for kind, facts in MESSAGE_FACTS.items()
    ]
    return table(("kind", "what it says", "always", "where there is one", "proof"), rows)


def _dollars(names: Iterable[str]) -> str:
    return ", ".join(f"`${name}`" for name in sorted(names))


def enum_table(path: str) -> str:
    """Print the members of an enumeration."""
    module, _, name = path.rpartition(".")
    members: type[Enum] = getattr(import_module(module), name)
    return table(("member", "value"), [(f"`{each.name}`", f"`{each.value}`") for each in members])


TABLES: Final[dict[str, Callable[..., str]]] = {
    "life-table": life_table,
    "account-life-table": account_life_table,
    "dialogue-table": dialogue_table,
    "told-table": told_table,
    "step-table": step_table,
    "authority-table": authority_table,
    "command-table": command_table,
    "refusal-table": refusal_table,
    "port-error-table": port_error_table,
    "event-table": event_table,
    "enum-table": enum_table,
    "message-table": message_table,
}
