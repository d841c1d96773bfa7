"""Read what the documentation prints, without building it: its tables by the functions that print them, its pages as text."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent


def extension(name: str) -> Any:
    """Return a module of the documentation's own extension, which is no package and is found where it lies."""
    place = str(ROOT / "docs" / "_ext")
    sys.path.insert(0, place)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(place)


def rows(text: str) -> list[list[str]]:
    """Return the cells of the tables in a text, without heads."""
    lines = text.splitlines()
    heads = {number - 1 for number, line in enumerate(lines) if re.fullmatch(r"\|[-| ]+\|", line)}
    table = [line for number, line in enumerate(lines) if line.startswith("|") and number not in heads]
    found = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in table]
    return [cells for cells in found if set("".join(cells)) - set("- ")]


def page(name: str, section: str | None = None) -> str:
    """Return the text of a page, or of one section of it."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    if section is None:
        return text
    assert f"\n## {section}\n" in text
    return text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]


def named(cell: str) -> list[str]:
    """Return what a cell or a text names as code, or links to as an entry of the reference."""
    return [name or entry for name, entry in re.findall(r"(?<!\})`([\w.:<>/-]+)`|\{py:obj\}`(\w+) <", cell)]


def printed(name: str, table: str, on: str) -> list[list[str]]:
    """Return the rows of a printed table, which stands on a page."""
    assert f"```{{{table}}}\n" in page(on)
    return rows(extension(name).TABLES[table]())
