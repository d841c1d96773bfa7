"""The Sphinx extension of this documentation: tables and figures as fenced blocks, and what autodoc cannot know.

`{life-table}` and its like print a table of `tables`, `field_tables` or `limit_tables`, `{life-figure}` a drawing of
`figures`, `{port}` the page of a port. The build fails when a public name is documented nowhere or a page points to a test
that is not there.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from typing import Final

import field_tables
import figures
import limit_tables
from docutils import nodes
from port_pages import port_page, port_table
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.logging import getLogger
from svg import Drawing
from tables import ROOMS, TABLES, answer_of, public_name

from subaccounts import commands
from subaccounts.domain.dialogue import Disclosure

logger = getLogger(__name__)
PRINTED: Final[dict[str, Callable[..., str]]] = {
    **TABLES,
    **field_tables.TABLES,
    **limit_tables.TABLES,
    "port-table": port_table,
}
FIGURES: Final[dict[str, Callable[[], Drawing]]] = {
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
        return self.parse_text_to_nodes(PRINTED[self.name](*self.arguments))


class Figure(SphinxDirective):
    """Print one of the figures."""

    def run(self) -> list[nodes.Node]:
        """Return the figure as HTML; other formats leave it out."""
        return [nodes.raw("", FIGURES[self.name]().draw(), format="html")]


class Port(SphinxDirective):
    """Print a port's methods and clauses, each clause with what proves it and what breaks it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the sections."""
        return self.parse_text_to_nodes(port_page(self.arguments[0]), allow_section_headings=True)


class Proof(SphinxRole):
    """Name a test file, or a folder of them, that is really there: an explanation can be checked."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the path as code; warn when nothing is at it."""
        if not (figures.ROOT / self.text).exists():
            logger.warning("there is no %s to prove anything", self.text, location=self.get_location())
        return [nodes.literal(self.text, self.text)], []


_CLAUSE: Final = re.compile(r"^[A-Z]\d+\. ")


def without_clauses(  # noqa: PLR0917 - the signature is that of the event
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Leave the numbered clauses out of a port's entry: they stand below it, each with its proofs."""
    if not getattr(obj, "_is_protocol", False):
        return
    shown: list[str] = []
    inside = False
    for line in lines:
        inside = bool(_CLAUSE.match(line)) or (inside and bool(line.strip()))
        shown += [] if inside else [line]
    lines[:] = shown


def code_as_code(  # noqa: PLR0917 - the signature is that of the event
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Show an indented block of a docstring as Python; in the source it needs no mark."""
    shown: list[str] = []
    inside = False
    for before, line in zip(["", *lines], lines, strict=False):
        indented = line.startswith("    ")
        if indented and not before.strip() and not inside:
            shown += [".. code-block:: python", ""]
            inside = True
        inside = inside and (indented or not line.strip())
        shown.append(line)
    lines[:] = shown


def what_it_answers(  # noqa: PLR0917 - the signature is that of the event
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Say below a command what it answers."""
    if inspect.isclass(obj) and issubclass(obj, commands.Command) and obj not in (commands.Command, commands.Change):
        lines += ["", f"Answers `{answer_of(obj)}`.", ""]


def no_constructor(  # noqa: PLR0917 - the signature is that of the event
    app: Sphinx, what: str, name: str, obj: object, options: object, signature: str, returned: str
) -> tuple[str, str] | None:
    """Show a Protocol without the arguments of a constructor that it does not have."""
    return ("", "") if getattr(obj, "_is_protocol", False) else None


def by_public_name(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element
) -> nodes.Element | None:
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


def paths_are_there(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn when SECURITY.md or another page of the root names a file that is not there."""
    for page in sorted(figures.ROOT.glob("*.md")):
        for path in re.findall(r"`((?:tests|docs|src|examples)/[\w./-]+)`", page.read_text(encoding="utf-8")):
            if not (figures.ROOT / path).exists():
                logger.warning("%s names %s, which is not there", page.name, path)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    for name in PRINTED:
        app.add_directive(name, Table)
    for name in FIGURES:
        app.add_directive(name, Figure)
    app.add_directive("port", Port)
    app.add_role("proof", Proof())
    app.connect("autodoc-process-docstring", code_as_code)
    app.connect("autodoc-process-docstring", without_clauses)
    app.connect("autodoc-process-docstring", what_it_answers)
    app.connect("autodoc-process-signature", no_constructor)
    app.connect("missing-reference", by_public_name)
    app.connect("env-check-consistency", nothing_left_out)
    app.connect("env-check-consistency", paths_are_there)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
