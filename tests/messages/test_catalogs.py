"""The catalogs are complete, compiled, and say the same thing about the same values in every language."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from string import Template

import pytest

from subaccounts import locale
from subaccounts.locale import LANGUAGES, catalog, lasting
from subaccounts.messages import words as of_messages
from subaccounts.messages.facts import FACTS, LASTS
from subaccounts.messages.pieces import PLACES, names, parts
from subaccounts.slips import words as of_slips
from tools import build_messages

every_translation = pytest.mark.parametrize("language", LANGUAGES[1:])
NUMBERS = range(200)
FOREIGN = {"da": (0.4, set("æøåÆØÅ")), "ru": (1.0, set("авеиклмнорстуявгдя"))}
"""How many of a hundred texts have one of the letters that English has not."""


@every_translation
def test_the_files_are_in_line(language: str) -> None:
    """What `tools/build_messages.py` would write is what is there: no text is missing, and none is left that is gone."""
    po = build_messages.path_of(language)
    assert build_messages.text_of(language) == po.read_text(encoding="utf-8")


@every_translation
def test_what_is_compiled_is_what_was_translated(language: str) -> None:
    """Every text of a catalog is answered from the compiled file as the `.po` says it, and there is nothing else in it."""
    compiled, written = catalog(language), build_messages.read(language)
    translated = 0
    for message in written:
        if not message.id:
            continue
        translations = build_messages.translations(message)
        if isinstance(message.id, str) and message.context:
            assert translations == (compiled.pgettext(message.context, message.id),)
        elif isinstance(message.id, str):
            assert translations == (compiled.gettext(message.id),)
        else:
            assert set(translations) == {compiled.ngettext(message.id[0], message.id[1], number) for number in NUMBERS}
        translated += len(translations)
    inside = vars(compiled)["_catalog"]
    assert translated == len([key for key in inside if key])


@every_translation
def test_everything_is_translated(language: str) -> None:
    """Every text has a translation, and none of it is English: as many as there should be have a letter that English has not."""
    written = [message for message in build_messages.read(language) if message.id]
    assert [] == [message.id for message in written if not all(build_messages.translations(message))]
    assert [] == [message.id for message in written if message.string == message.id and " " in str(message.id)]
    share, letters = FOREIGN[language]
    local = [each for each in written if not letters.isdisjoint("".join(build_messages.translations(each)))]
    assert len(local) >= len(written) * share


@every_translation
def test_values_are_the_same_in_every_language(language: str) -> None:
    """A translation names just the values of the English text, each as often, and on as many lines."""
    for _, text in build_messages.wanted():
        translated = catalog(language).gettext(text)
        assert Counter(names(parts(text))) == Counter(names(parts(translated))), text
        assert text.count("\n") == translated.count("\n"), text
        assert Template(translated).is_valid()


def test_every_value_is_known() -> None:
    """The words of a kind name only values that a message of that kind can have, and a subject only those it always has."""
    for kind, words in of_messages.WORDS.items():
        facts = FACTS[kind]
        known = facts.names | (PLACES.keys() if facts.proof else set())
        used = {
            name
            for form in facts.forms
            for text in (*words.email(form), *words.short(form))
            for name in names(parts(text))
        }
        assert used <= known, kind
        assert set(names(parts(words.subject))) <= facts.always, kind
        assert facts.proof == (LASTS in used), kind
    assert of_messages.WORDS.keys() == FACTS.keys()


def test_every_text_is_in_the_catalogs() -> None:
    """What the rooms say is read is what they translate: no text of theirs is left out of `sources`."""
    said = {text for _, text in build_messages.wanted()}
    for words in of_messages.WORDS.values():
        texts = (
            words.subject,
            *words.begins,
            *words.link,
            *words.code,
            *words.ends,
            *words.sms,
            *words.sms_link,
            *words.sms_code,
        )
        assert {text for text in texts if text != of_messages.AT} <= said
    assert {of_slips.TITLE, *of_slips.STEPS, of_slips.UNTIL, of_slips.KEEP, of_slips.MOMENT, *of_slips.MONTHS} <= said


@pytest.mark.parametrize(
    ("language", "days", "minutes"),
    [
        ("en", ("1 day", "2 days", "14 days", "21 days"), ("1 minute", "10 minutes")),
        ("da", ("1 dag", "2 dage", "14 dage", "21 dage"), ("1 minut", "10 minutter")),
        ("ru", ("1 день", "2 дня", "14 дней", "21 день"), ("1 минуту", "10 минут")),
    ],
)
def test_numbers_have_their_forms(language: str, days: tuple[str, ...], minutes: tuple[str, ...]) -> None:
    """A number of days or minutes stands in the form that its language has for it."""
    assert days == tuple(lasting(language, days=number) for number in (1, 2, 14, 21))
    assert minutes == tuple(lasting(language, minutes=number) for number in (1, 10))


def test_the_tool_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new language is given all texts, named as untranslated; translated, it is compiled and found in line."""
    monkeypatch.setattr(build_messages, "HOME", tmp_path)
    monkeypatch.setattr(locale, "LANGUAGES", ("en", "pl"))
    po = build_messages.path_of("pl")
    po.parent.mkdir(parents=True)
    po.touch()
    monkeypatch.setattr(sys, "argv", ["build_messages.py"])
    assert 1 == build_messages.main()
    missing = capsys.readouterr().out.splitlines()
    assert len(build_messages.wanted()) + len(build_messages.plurals()) == len(missing)
    po.write_text(
        po.read_text(encoding="utf-8")
        .replace('""\n\n', '"x"\n\n')
        .replace('] ""', '] "x"')
        .replace('msgstr ""\n\n', 'msgstr "x"\n\n'),
        encoding="utf-8",
    )
    assert 0 == build_messages.main()
    monkeypatch.setattr(sys, "argv", ["build_messages.py", "--check"])
    assert 0 == build_messages.main()
    po.write_text(po.read_text(encoding="utf-8").replace('msgid "Login"', 'msgid "Logins"'), encoding="utf-8")
    assert 1 == build_messages.main()
