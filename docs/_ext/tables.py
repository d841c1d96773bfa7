"""Directives that print the rules from the data that is the rules, so that no page can disagree with the code.

Each is used in a MyST page as a fenced block, for example `{life-table}`. Figures are `figures`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from enum import Enum
from importlib import import_module
from typing import Any, ClassVar, Final, TypeVar, get_args

import attrs
import figures
from docutils import nodes
from docutils.nodes import Element
from docutils.parsers.rst import Directive
from figures import HERE, SCREENS, words
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective
from sphinx.util.logging import getLogger

import subaccounts
from subaccounts import commands, errors, hashing, ports, testing
from subaccounts.domain import attempts, events
from subaccounts.domain.account import ACCOUNT_LIFE, AccountInput, AccountState
from subaccounts.domain.authority import AUTHORITY, Who
from subaccounts.domain.dialogue import COUNTED, Disclosure, Door, Incoming, Standing, told
from subaccounts.domain.fields import FIELDS
from subaccounts.domain.life import LIFE, LifeInput, State
from subaccounts.domain.policy import ByCode, FieldRule, RegistrationPolicy

logger = getLogger(__name__)
Rows = Iterable[Sequence[str]]
ROOMS: Final = (errors, ports, hashing, testing, subaccounts)
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
        (f"`{what.value}`", *(LIFE[state, what].value if (state, what) in LIFE else "–" for state in State))
        for what in LifeInput
    ]
    return table(("input", *(f"while {state.value}" for state in State)), rows)


def account_life_table() -> str:
    """Print an account's states by inputs."""
    rows = [
        (f"`{what.value}`", *(ACCOUNT_LIFE[s, what].value if (s, what) in ACCOUNT_LIFE else "–" for s in AccountState))
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
            star = " \\*" if (standing, incoming) in COUNTED else ""
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
        data = ", ".join(f"`{each.name}`" for each in attrs.fields(step)) or "–"
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
        who = ["–" if action is None else "yes" if each in AUTHORITY[action] else "–" for each in Who]
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
    """Print the commands of these files, each with its first sentence and what it answers."""
    rows = []
    for command in all_commands():
        if command.__module__.removeprefix("subaccounts.commands.") in nouns.split():
            request = "yes" if issubclass(command, commands.Change) else "–"
            rows.append((link(command), sentence(command), f"`{answer_of(command)}`", request))
    return table(("command", "what it does", "answers", "`request_id`"), rows)


# What can go wrong.


def _below(root: type, /) -> list[type]:
    named = [getattr(errors, name) for name in errors.__all__]
    return [cls for cls in named if issubclass(cls, root) and cls is not root]


def refusal_table() -> str:
    """Print every refusal with its code, its HTTP hint and its data."""
    rows = []
    for cls in sorted(_below(errors.Refusal), key=lambda each: (each.status, each.code)):
        rows.append((f"`{cls.code}`", str(cls.status), link(cls), _data(cls), sentence(cls)))
    return table(("code", "status", "class", "data", "meaning"), rows)


def port_error_table() -> str:
    """Print every port error and every conflict."""
    rows = []
    for root in (errors.PortError, errors.Conflict):
        rows += [(words(root.__name__), f"`{c.code}`", link(c), _data(c), sentence(c)) for c in _below(root)]
    return table(("tree", "code", "class", "data", "meaning"), rows)


def _data(cls: type) -> str:
    return ", ".join(f"`{each.name}`" for each in attrs.fields(cls)) if attrs.has(cls) and attrs.fields(cls) else "–"


# What is given by whom.


def policy_table() -> str:
    """Print the three named policies, field by field."""
    policies = (
        RegistrationPolicy.by_person(),
        RegistrationPolicy.by_administrator(),
        RegistrationPolicy.complete_record(),
    )
    rows = [(f"`{name}`", *(_rule(policy.fields.get(name)) for policy in policies)) for name in FIELDS]
    chosen = [", ".join(" or ".join(sorted(f"`{n}`" for n in names)) for names in p.one_of) or "–" for p in policies]
    rows.append(("one of", *chosen))
    rows.append(("proof of a claim", *(_claim(policy) for policy in policies)))
    return table(("field", *(f"`{policy.name}`" for policy in policies)), rows)


def _rule(rule: FieldRule | None) -> str:
    if rule is None:
        return "–"
    suppliers = " > ".join(supplier.value for supplier in rule.suppliers)
    return f"**{rule.asked_of.value} has to**; {suppliers}" if rule.asked_of else suppliers


def _claim(policy: RegistrationPolicy) -> str:
    return f"code, {policy.claim.lasts.days} days" if isinstance(policy.claim, ByCode) else "open"


# Numbers.


def delay_table() -> str:
    """Print the ladder of delays, from the first to the longest, and where a password is disabled."""
    rows = [(f"1 to {attempts.FREE_FAILURES - 1}", "none")]
    failures = attempts.FREE_FAILURES
    while attempts.delay_after(failures) < attempts.LONGEST_DELAY:
        rows.append((str(failures), str(attempts.delay_after(failures))))
        failures += 1
    rows.append((f"{failures} and more", str(attempts.delay_after(failures))))
    rows.append((f"{attempts.DISABLED_AT} in a row, all terminals", "the password is disabled until a reset"))
    return table(("wrong proofs in a row at a terminal", "the next try waits"), rows)


LIMITS: Final = {
    "domain.sign_in_key": ("LONGEST_LOGIN", "LONGEST_EMAIL", "LONGEST_LOCAL_PART", "LONGEST_LABEL"),
    "domain.phone": ("LONGEST_PHONE_TEXT",),
    "domain.fields": ("LONGEST_TEXT", "LONGEST_HOST_TEXT", "MOST_VALUES"),
    "domain.organization": ("LONGEST_NAME",),
    "domain.catalog": ("DEEPEST_TREE",),
    "domain.secret": ("LONGEST_SECRET",),
    "domain.password_policy": ("SINGLE_FACTOR", "FLOOR", "LONGEST"),
    "domain.policy": ("SLIP_LASTS", "LONGEST_OPEN_CLAIM"),
    "domain.codes": ("WRONG_TRIES",),
    "domain.attempts": ("FREE_FAILURES", "FIRST_DELAY", "LONGEST_DELAY", "DISABLED_AT", "FORGOTTEN_AFTER"),
    "domain.adding": ("MOST_LINES",),
    "domain.queries": ("LARGEST_PAGE", "LONGEST_SEARCH"),
    "commands.adding": ("MOST_PASTED",),
    "commands.command": ("LONGEST_REQUEST_ID",),
    "commands.signing_in": ("LONGEST_TERMINAL", "STRANGER_BITS"),
    "commands.ports_at_hand": ("ROLES_KEPT", "MOST_ROLES_KEPT"),
    "commands.audit": ("CHUNK",),
    "hashing.argon2": ("CEILING_KIB", "CEILING_ROUNDS", "CEILING_LANES"),
    "hashing.legacy": ("MOST_ITERATIONS",),
    "_shell": ("MOST_TRIES",),
}


def limit_table() -> str:
    """Print every limit with the sentence that stands beside it in the code."""
    rows = []
    for module, names in LIMITS.items():
        found = ModuleAnalyzer.for_module(f"subaccounts.{module}").find_attr_docs()
        for name in names:
            value = getattr(import_module(f"subaccounts.{module}"), name)
            said = " ".join(found.get(("", name), [""])).strip()
            rows.append((f"`{name}`", _shown(value), f"`{module}`", said))
    return table(("limit", "value", "where", "what it is"), rows)


def _shown(value: Any) -> str:
    if isinstance(value, timedelta):
        return str(value).removesuffix(", 0:00:00")
    return f"{value:,}"


def event_table() -> str:
    """Print every happening of the audit trail and the feed."""
    rows = [(f"`{h.__name__}`", sentence(h).removeprefix("Say that "), _data(h)) for h in get_args(events.Happening)]
    return table(("event", "what happened", "carries"), rows)


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
    "policy-table": policy_table,
    "delay-table": delay_table,
    "limit-table": limit_table,
    "event-table": event_table,
    "enum-table": enum_table,
}
FIGURES: Final[dict[str, Callable[[], figures.Drawing]]] = {
    "life-figure": figures.life,
    "account-life-figure": figures.account_life,
    "open-dialogue-figure": lambda: figures.dialogue(Disclosure.OPEN),
    "closed-dialogue-figure": lambda: figures.dialogue(Disclosure.CLOSED),
    "rooms-figure": figures.rooms,
    "flow-figure": figures.flow,
}


class Table(SphinxDirective):
    """Print one of the tables; the argument, if any, says which part."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Return the table's nodes."""
        return self.parse_text_to_nodes(TABLES[self.name](*self.arguments))


class Figure(Directive):
    """Print one of the figures."""

    has_content = False
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Return the figure as HTML; other formats leave it out."""
        return [nodes.raw("", FIGURES[self.name]().draw(), format="html")]


_CLAUSE: Final = re.compile(r"^([A-Z]\d+)\. ")


def clauses_as_list(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Show the numbered clauses of a port as a list; in the source they are plain sentences."""
    shown: list[str] = []
    inside = False
    for line in lines:
        found = _CLAUSE.match(line)
        if found:
            shown += [] if inside else [""]
            shown.append(f"* **{found[1]}.** {line[found.end() :]}")
            inside = True
        elif inside and line.strip():
            shown.append(f"  {line.strip()}")
        else:
            inside = False
            shown.append(line)
    lines[:] = shown


def what_it_answers(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Say below a command what it answers."""
    if inspect.isclass(obj) and issubclass(obj, commands.Command) and obj not in (commands.Command, commands.Change):
        lines += ["", f"Answers `{answer_of(obj)}`.", ""]


def no_constructor(
    app: Sphinx, what: str, name: str, obj: object, options: object, signature: str, returned: str
) -> tuple[str, str] | None:
    """Show a Protocol without the arguments of a constructor that it does not have."""
    return ("", "") if getattr(obj, "_is_protocol", False) else None


def by_public_name(app: Sphinx, env: BuildEnvironment, node: pending_xref, content: Element) -> Element | None:
    """Lead a mention of `subaccounts.domain.secret.Secret` to where it is documented: `subaccounts.Secret`."""
    module, _, name = str(node.get("reftarget", "")).rpartition(".")
    if node.get("refdomain") != "py" or not module.startswith("subaccounts"):
        return None
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError):
        return None
    if not inspect.isclass(found):
        return None
    domain, target = env.domains.python_domain, public_name(found)
    if target not in domain.objects:
        return None
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", target, node, content)


def nothing_left_out(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn, and so fail, when a public name is documented nowhere."""
    documented = env.domains.python_domain.objects
    for room in ROOMS:
        for name in room.__all__:
            names = {f"{each.__name__}.{name}" for each in ROOMS}
            if names.isdisjoint(documented):
                logger.warning("%s.%s is public and documented nowhere", room.__name__, name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    for name in TABLES:
        app.add_directive(name, Table)
    for name in FIGURES:
        app.add_directive(name, Figure)
    app.connect("autodoc-process-docstring", clauses_as_list)
    app.connect("autodoc-process-docstring", what_it_answers)
    app.connect("autodoc-process-signature", no_constructor)
    app.connect("missing-reference", by_public_name)
    app.connect("env-check-consistency", nothing_left_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
