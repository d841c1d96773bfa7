"""A page for each port as Markdown: its methods, its clauses, and beside each clause what proves it and what breaks it.

Everything is read from the docstrings of the ports, of the kit's tests and of the saboteurs; nothing is written twice. What
a port is for stands in the page itself. Who puts this on a page is `printed`.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from subaccounts import ports, testing
from subaccounts.ports import plain, storage
from subaccounts.testing import Contract, clause_tests
from subaccounts.testing.contracts.clauses import clauses_in
from subaccounts.testing.contracts.contract import RULES
from subaccounts.testing.saboteurs import saboteurs

PARTS: Final = tuple(base.__name__ for base in storage.Repository.__bases__ if base.__module__ == storage.__name__)
"""The capabilities a whole repository is made of, in the order of its bases."""


def port_page(name: str, /) -> str:
    """Return what stands on a port's page below the words about what it is for."""
    port = getattr(ports, name)
    parts = ["## Methods" if inspect.isclass(port) else "## Type", _facts(name), _entries(name)]
    clauses = clauses_in(port.__doc__ or "") if inspect.isclass(port) else {}
    if clauses:
        parts += ["## Clauses", *(_clause(number, text) for number, text in clauses.items())]
    if name == "Repository":
        parts += ["## Rules without a number", *(_clause(name, _sentence(text)) for name, text in RULES.items())]
    return "\n\n".join(parts)


def port_table() -> str:
    """Return a table of all ports with links to their pages, their clauses and the contract to run."""
    lines = ["| port | what it does | clauses | contract |", "|---|---|---|---|"]
    for name in _ports():
        port = getattr(ports, name)
        numbers = list(clauses_in(port.__doc__ or "")) if inspect.isclass(port) else []
        said = (inspect.cleandoc(port.__doc__ or "") if inspect.isclass(port) else "Answer the time.").splitlines()[0]
        shown = f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 2 else ", ".join(numbers)
        contract = _object(f"{name}Contract", testing) if hasattr(testing, f"{name}Contract") else ""
        lines.append(f"| [{name}]({page_name(name)}.md) | {said} | {shown or _dash()} | {contract or _dash()} |")
    return "\n".join(lines)


def page_name(name: str, /) -> str:
    """Return the name of a port's page: `HostAccounts` is on `host-accounts`."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).strip("-")


def _ports() -> list[str]:
    """Return the plain ports: storage in the order of its parts, then the others as they are written."""
    others = [name for name in vars(plain) if name in ports.__all__]
    return ["Repository", *PARTS, *others]


def _dash() -> str:
    return "\u2013"


def _facts(name: str) -> str:
    rows = []
    if hasattr(ports, f"Async{name}"):
        rows.append(("async twin", _object(f"Async{name}", ports)))
    if hasattr(testing, f"{name}Contract"):
        rows.append(("prove yours with", _object(f"{name}Contract", testing)))
    if name in PARTS:
        rows.append(("part of", "[Repository](repository.md)"))
    if name == "Repository":
        rows.append(("made of", ", ".join(f"[{part}]({page_name(part)}.md)" for part in PARTS)))
    if not rows:
        rows.append(("async twin", "none: whatever its color, a host answers it at once"))
    return "\n".join(f"- {what}: {which}" for what, which in rows)


def _object(name: str, room: Any) -> str:
    return f"{{py:obj}}`{name} <{room.__name__}.{name}>`"


def _entries(name: str) -> str:
    port = getattr(ports, name)
    lines = [".. currentmodule:: subaccounts.ports", ""]
    if inspect.isclass(port):
        lines += [f".. autoclass:: {name}", "   :no-show-inheritance:"]
        lines += ["   :no-members:"] if name == "Repository" else ["   :undoc-members:"]
    else:
        lines += [f".. autodata:: {name}", "   :no-value:"]
    if hasattr(ports, f"Async{name}"):
        lines += ["", f".. autoclass:: Async{name}", "   :no-members:", "   :no-show-inheritance:"]
    return "\n".join(("```{eval-rst}", *lines, "```"))


def _clause(number: str, text: str) -> str:
    anchor = f"clause-{number.lower()}" if number not in RULES else f"rule-{number}"
    proofs = [f"- `{test}`: {rule}" for test, rule in _tests().get(number, {}).items()]
    broken = [f"- `{each.name}`: {each.does}" for each in saboteurs(number)]
    listed = ["**Proven by**", *_listed(proofs), "**Broken by**", *_listed(broken)]
    return "\n\n".join((f"({anchor})=\n### {number}", text, "::::{container} proofs", *listed, "::::"))


def _listed(lines: Iterable[str]) -> list[str]:
    return ["\n".join(lines) or "- nobody"]


@cache
def _tests() -> Mapping[str, Mapping[str, str]]:
    """Return, for each clause, the kit's tests with the rule each states."""
    found: dict[str, dict[str, str]] = {}
    for name in testing.__all__:
        contract = getattr(testing, name)
        if inspect.isclass(contract) and issubclass(contract, Contract):
            for test, number in clause_tests(contract).items():
                found.setdefault(number, {})[test] = " ".join((getattr(contract, test).__doc__ or "").split())
    return found


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
