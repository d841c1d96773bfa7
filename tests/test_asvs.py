"""The ASVS table of SECURITY.md holds, and the script that says so rejects every table that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_asvs import (
    COLUMNS,
    HEADING,
    LEVELS,
    Proof,
    Row,
    every_test,
    level_of,
    problems,
    read_table,
    read_tests,
)

ROOT = Path(__file__).parent.parent
TESTS = {
    "tests/test_a.py::test_short": Proof(names=("6.2.1",)),
    "tests/test_a.py::TestX::test_two": Proof(names=("6.2.1", "6.2.9")),
    "tests/test_a.py::test_off": Proof(names=("6.2.9",), skipped=True),
    "tests/test_a.py::test_other": Proof(),
}
SOUND = (
    Row(id="6.2.1", level="1", tests=("tests/test_a.py::test_short", "tests/test_a.py::TestX::test_two")),
    Row(id="6.2.9", level="2", tests=("tests/test_a.py::TestX::test_two", "tests/test_a.py::test_off")),
)


def table(*rows: str) -> str:
    """Return a document with a table of these rows below the heading."""
    head = " | ".join(COLUMNS)
    return "\n".join(
        ["# Security", "", HEADING, "", f"| {head} |", "|---|---|---|---|---|", *rows, "", "## More", "| a |"]
    )


def told(*rows: Row, tests: dict[str, Proof] | None = None) -> list[str]:
    """Return what the script says of these rows beside the sound ones of `TESTS`, the skipped test apart."""
    return [each for each in problems(rows, TESTS if tests is None else tests) if "skipped" not in each]


def test_our_table_holds() -> None:
    """Every row of SECURITY.md is a requirement at its level, and it and its tests name each other."""
    rows = read_table((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert [] == problems(rows, every_test(ROOT))
    assert len(rows) > 50


def test_what_is_left_is_told_rightly() -> None:
    """What is only partly done stands in its order, as a requirement at its level, and is not claimed as done too."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    section = text.partition("\n## Left to the host, or only partly done\n")[2].partition("\n## ")[0]
    told = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[2:3].isdigit()
    ]
    left = [Row(id=cells[0], level=cells[1], tests=("t",)) for cells in told]
    assert [] == problems(left, {"t": Proof(names=tuple(row.id for row in left))})
    assert set() == {row.id for row in left} & {row.id for row in read_table(text)}
    assert len(left) > 5


class TestStandard:
    """The ids and levels are the standard's."""

    def test_there_are_345(self) -> None:
        """ASVS 5.0.0 has 345 requirements in 17 chapters: 70 of level 1, 183 of level 2, 92 of level 3."""
        digits = "".join(LEVELS.values()).replace(" ", "")
        assert (17, 345) == (len(LEVELS), len(digits))
        assert {"1": 70, "2": 183, "3": 92} == {level: digits.count(level) for level in "123"}

    @pytest.mark.parametrize(
        ("id", "level"),
        [("6.2.1", "1"), ("6.2.9", "2"), ("6.3.8", "3"), ("17.3.2", "2"), ("1.1.1", "2"), ("16.5.4", "3")],
    )
    def test_known(self, id: str, level: str) -> None:  # noqa: A002 - as the table calls it
        """A requirement has the level that the standard gives it."""
        assert level == level_of(id)

    @pytest.mark.parametrize(
        "id",
        ["6.2.13", "6.9.1", "6.0.1", "6.2.0", "18.1.1", "0.1.1", "6.2", "V6.2.1", "6.2.1.1", "6.2.x", "", "-6.2.1"],
    )
    def test_unknown(self, id: str) -> None:  # noqa: A002 - as the table calls it
        """What is no requirement has no level, whatever it looks like."""
        assert level_of(id) is None


class TestTable:
    """The table is read as it is written, or refused."""

    def test_rows(self) -> None:
        """A row gives its id, its level and its tests; an escaped bar is no column, and the next section is not read."""
        text = table("| 6.2.1 | 1 | at least 8 | 15 \\| 8 | `tests/a.py::test_a`, `tests/a.py::B::test_b` |")
        assert [Row(id="6.2.1", level="1", tests=("tests/a.py::test_a", "tests/a.py::B::test_b"))] == read_table(text)

    @pytest.mark.parametrize(
        "text",
        [
            "# Security\n\nno table\n",
            table().replace(HEADING, "## OWASP ASVS 4.0"),
            table().replace("| level ", ""),
            table("| 6.2.1 | 1 | at least 8 | `tests/a.py::test_a` |"),
            table("| 6.2.1 | 1 | at least 8 | 15 | and | `tests/a.py::test_a` |"),
        ],
        ids=["none", "another standard", "no level", "too few cells", "too many cells"],
    )
    def test_no_table(self, text: str) -> None:
        """A document without the table, with other columns or with a row of another width is refused."""
        with pytest.raises(ValueError, match="column"):
            read_table(text)


class TestSaboteurs:
    """Tables that each have one thing wrong are told just that."""

    def test_a_sound_one(self) -> None:
        """Where rows and tests name each other nothing is told."""
        assert [] == told(*SOUND)

    @pytest.mark.parametrize(
        ("row", "says"),
        [
            (Row(id="6.2.99", level="1", tests=()), "6.2.99 is no requirement of ASVS 5.0"),
            (Row(id="6.2", level="1", tests=()), "6.2 is no requirement of ASVS 5.0"),
            (Row(id="6.3.1", level="2", tests=()), "6.3.1 is of level 1, its row says 2"),
            (Row(id="6.3.1", level="", tests=()), "6.3.1 is of level 1, its row says "),
            (Row(id="6.3.1", level="1", tests=()), "6.3.1 names no test"),
            (
                Row(id="6.3.1", level="1", tests=("tests/test_a.py::test_gone",)),
                "6.3.1 names tests/test_a.py::test_gone, which is not there",
            ),
            (
                Row(id="6.3.1", level="1", tests=("tests/test_a.py",)),
                "6.3.1 names tests/test_a.py, which is not there",
            ),
            (
                Row(id="6.3.1", level="1", tests=("tests/test_a.py::test_other",)),
                '6.3.1 names tests/test_a.py::test_other, which does not say @pytest.mark.asvs("6.3.1")',
            ),
            (
                Row(id="6.3.1", level="1", tests=("tests/test_a.py::test_short",)),
                '6.3.1 names tests/test_a.py::test_short, which does not say @pytest.mark.asvs("6.3.1")',
            ),
        ],
    )
    def test_one_bad_row(self, row: Row, says: str) -> None:
        """An id, a level or a test that is not right is told in one sentence with the row's id."""
        assert says in told(*SOUND, row)

    def test_a_skipped_test_proves_nothing(self) -> None:
        """A row that names a test which is always skipped is told so."""
        assert ["6.2.9 names tests/test_a.py::test_off, which is always skipped"] == problems(SOUND, TESTS)

    def test_a_mark_without_a_row(self) -> None:
        """A test that claims what no row says of it is told, row by row and test by test."""
        assert [
            "tests/test_a.py::TestX::test_two says it proves 6.2.9, which no row says of it",
            "tests/test_a.py::test_off says it proves 6.2.9, which no row says of it",
        ] == told(SOUND[0])
        forgotten = Row(id="6.2.1", level="1", tests=("tests/test_a.py::test_short",))
        assert ["tests/test_a.py::TestX::test_two says it proves 6.2.1, which no row says of it"] == told(
            forgotten, SOUND[1]
        )

    def test_the_order(self) -> None:
        """Two rows of one id, and rows out of order, are told; 6.2.10 comes after 6.2.9."""
        tests = {"t": Proof(names=("6.2.9", "6.2.10", "6.2.1"))}
        nine, ten, one = (Row(id=i, level=level_of(i) or "", tests=("t",)) for i in ("6.2.9", "6.2.10", "6.2.1"))
        assert [] == told(one, nine, ten, tests=tests)
        assert ["6.2.9 has two rows"] == told(one, nine, nine, ten, tests=tests)
        assert ["6.2.1 stands after 6.2.10"] == told(nine, ten, one, tests=tests)


class TestMarks:
    """Marks are read from the source of tests."""

    def test_functions_and_methods(self) -> None:
        """A function and a method of a test class are named with the ids of their mark; helpers and fixtures are not."""
        source = (
            "import pytest\n"
            "def helper(): ...\n"
            "@pytest.mark.parametrize('a', [1])\n@pytest.mark.asvs('6.2.1', '6.2.9')\ndef test_a(a): ...\n"
            "class TestB:\n    @pytest.mark.asvs('6.1.1')\n    async def test_c(self): ...\n    def help(self): ...\n"
            "class Other:\n    def test_d(self): ...\n"
        )
        read = {"test_a": Proof(names=("6.2.1", "6.2.9")), "TestB::test_c": Proof(names=("6.1.1",))}
        assert read == read_tests(source)

    @pytest.mark.parametrize(
        "source",
        [
            "@pytest.mark.skip\ndef test_a(): ...",
            "@pytest.mark.skip(reason='later')\ndef test_a(): ...",
            "@pytest.mark.skipif(True, reason='later')\ndef test_a(): ...",
            "def test_a():\n    'It is so.'\n    pytest.skip('later')\n    assert 1",
            "pytestmark = pytest.mark.skip\ndef test_a(): ...",
        ],
    )
    def test_skipped_without_a_condition(self, source: str) -> None:
        """A test that is skipped whatever happens is known as one, however that is written."""
        assert {"test_a": Proof(skipped=True)} == read_tests(source)

    def test_skipped_with_its_class(self) -> None:
        """A mark on the class skips its tests and no others."""
        source = "@pytest.mark.skip\nclass TestA:\n    def test_b(self): ...\ndef test_c(): ..."
        assert {"TestA::test_b": Proof(skipped=True), "test_c": Proof()} == read_tests(source)

    @pytest.mark.parametrize(
        "source",
        [
            "@pytest.mark.skipif(sys.platform == 'win32', reason='no forks')\ndef test_a(): ...",
            "def test_a():\n    if not here:\n        pytest.skip('not here')\n    assert 1",
        ],
    )
    def test_skipped_somewhere(self, source: str) -> None:
        """A test that is skipped on a condition still proves something elsewhere."""
        assert {"test_a": Proof()} == read_tests(source)

    @pytest.mark.parametrize(
        "source",
        [
            "@pytest.mark.asvs('6.2.1')\nclass TestA:\n    def test_b(self): ...",
            "pytestmark = pytest.mark.asvs('6.2.1')\ndef test_a(): ...",
            "@pytest.mark.asvs('6.2.1')\ndef helper(): ...",
            "@pytest.mark.asvs()\ndef test_a(): ...",
            "@pytest.mark.asvs('6.2.1')\n@pytest.mark.asvs('6.2.9')\ndef test_a(): ...",
            "MARK = pytest.mark.asvs\n@MARK('6.2.1')\ndef test_a(): ...",
        ],
    )
    def test_a_mark_elsewhere_is_refused(self, source: str) -> None:
        """A mark on a class, a module or a helper, a second or an empty one would be overlooked, and is refused."""
        with pytest.raises(ValueError, match="on the test itself"):
            read_tests(source)
