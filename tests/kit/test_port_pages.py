"""Every port has a page in the reference, and every clause stands on exactly one of them.

The pages are read as they are written; that they can be built is the business of the session `docs`.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from subaccounts import ports
from subaccounts.ports import plain, storage
from subaccounts.testing import clauses
from subaccounts.testing.contracts.clauses import clauses_in

PAGES = Path(__file__).parent.parent.parent / "docs" / "reference" / "ports"
PRINTED = re.compile(r"(?m)^```\{port\} (\w+)$")


def printed() -> dict[str, list[str]]:
    """Return the pages with the ports that each prints."""
    return {
        path.stem: PRINTED.findall(path.read_text(encoding="utf-8"))
        for path in sorted(PAGES.glob("*.md"))
        if path.stem != "index"
    }


def test_every_port_has_a_page() -> None:
    """A page prints one port, every plain port has one, and the index leads to each."""
    assert {1} == {len(named) for named in printed().values()}
    of_plain = [name for name in ports.__all__ if hasattr(plain, name) or hasattr(storage, name)]
    assert sorted(of_plain) == sorted(name for named in printed().values() for name in named)
    index = (PAGES / "index.md").read_text(encoding="utf-8").splitlines()
    assert set() == {page for page in printed() if page not in index}


def test_every_clause_is_on_one_page() -> None:
    """Counted over all pages, every clause of every port is printed once."""
    told = Counter(
        number
        for named in printed().values()
        for name in named
        for number in clauses_in(getattr(ports, name).__doc__ or "")
    )
    assert dict.fromkeys(clauses(), 1) == told


def test_no_clause_is_copied() -> None:
    """No page writes a clause itself, by its number or in its words: they are printed."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in PAGES.glob("*.md"))
    assert [] == re.findall(r"(?m)^\W*[A-Z]\d+\. ", text)
    assert [] == [number for number, words in clauses().items() if words in " ".join(text.split())]


def test_every_page_says_what_it_is_for() -> None:
    """A page begins with the port's name and two sentences before anything is printed."""
    for page, (name,) in printed().items():
        head, _, _ = (PAGES / f"{page}.md").read_text(encoding="utf-8").partition("```{port}")
        title, _, words = head.strip().partition("\n\n")
        assert f"# {name}" == title
        assert 2 == len(re.findall(r"[.](?=\s|\Z)", words)), page
