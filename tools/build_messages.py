"""Bring the catalogs of `src/subaccounts/locale` in line with the words, and compile them.

    python tools/build_messages.py            # after words or translations changed; needs Babel
    python tools/build_messages.py --check    # exits with 1 if that would change anything

A `.po` file is written by a translator, all but what it translates: new texts are added to it without a translation, and
texts that are gone are taken out. The `.mo` beside it is what the package reads, and is made of it. Another language begins
as an empty `locale/<language>/LC_MESSAGES/subaccounts.po` and a word in `subaccounts.locale.LANGUAGES`.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import normalize, read_po

from subaccounts import locale
from subaccounts.messages import sight_words as of_sights
from subaccounts.messages import words as of_messages
from subaccounts.slips import words as of_slips

HOME = Path(__file__).parents[1] / "src" / "subaccounts" / "locale"
Key = tuple[str, str]
"""The context of a text, empty for most, and the text."""
WIDTH = 120
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""When every compiled catalog says it was made: two builds of the same texts are the same bytes."""


def wanted() -> dict[Key, list[str]]:
    """Return every text that is translated, with the places where it is read, in the order of the words."""
    found: dict[Key, list[str]] = {}
    for text, place in (*of_messages.sources(), *of_slips.sources(), *of_sights.sources()):
        places = found.setdefault(("", text), [])
        places += [place] if place not in places else []
    found |= {(of_slips.MONTH, month): ["slips, until when"] for month in of_slips.MONTHS}
    return found


def plurals() -> dict[str, tuple[str, str]]:
    """Return the texts that have a form for each number, with what they say."""
    return {
        "after: it works for": locale.DAY,
        "after: it works for, as well": locale.MINUTE,
        "who sees what, after ten names": of_sights.MORE,
    }


def path_of(language: str) -> Path:
    """Return where the catalog of a language is."""
    return HOME / language / "LC_MESSAGES" / f"{locale.DOMAIN}.po"


def read(language: str) -> Catalog:
    """Return the catalog of a language as it is in its file."""
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, domain=locale.DOMAIN)


def lines(language: str, known: Mapping[Key, str | tuple[str, ...]]) -> Iterator[str]:
    """Yield the paragraphs of a `.po` file: its header, the texts with what is known of their translations, and the plurals."""
    rule = get_plural(language)
    header = (
        f"Language: {language}\\n",
        "MIME-Version: 1.0\\n",
        "Content-Type: text/plain; charset=utf-8\\n",
        "Content-Transfer-Encoding: 8bit\\n",
        f"Plural-Forms: nplurals={rule[0]}; plural={rule[1]};\\n",
    )
    name = Locale.parse(language).get_display_name("en")
    quoted = "\n".join(f'"{line}"' for line in header)
    yield f'# {name}. Texts come from the words of the package; tools/build_messages.py puts them here.\nmsgid ""\nmsgstr ""\n{quoted}'
    for (context, text), places in wanted().items():
        comments = "".join(f"#. {place}\n" for place in places)
        scope = f'msgctxt "{context}"\n' if context else ""
        translated = known.get((context, text), "")
        yield f"{comments}{scope}msgid {normalize(text, width=WIDTH)}\nmsgstr {normalize(str(translated), width=WIDTH)}"
    for place, (one, many) in plurals().items():
        forms = known.get(("", one), ("",) * rule[0])
        told = "\n".join(f'msgstr[{number}] "{form}"' for number, form in enumerate(forms))
        yield f'#. {place}\nmsgid "{one}"\nmsgid_plural "{many}"\n{told}'


def translations(message: Message) -> tuple[str, ...]:
    """Return a text's translation, or one for each form of number; empty where there is none yet."""
    return (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)


def text_of(language: str) -> str:
    """Return what the `.po` file of a language should be."""
    known: dict[Key, str | tuple[str, ...]] = {}
    for message in read(language):
        text = message.id if isinstance(message.id, str) else message.id[0]
        known[message.context or "", text] = translations(message)[0 if isinstance(message.id, str) else slice(None)]
    return "\n\n".join(lines(language, known)) + "\n"


def compiled(language: str) -> bytes:
    """Return the `.mo` of a catalog, whose dates are always the same, so that it changes only with its texts."""
    catalog = read(language)
    catalog.creation_date = catalog.revision_date = MADE
    catalog.header_comment = ""
    made = io.BytesIO()
    write_mo(made, catalog)
    return made.getvalue()


def main() -> int:
    """Write the files, or with `--check` compare them; name what has no translation."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    only_check = parser.parse_args().check
    missing = 0
    changed = False
    for language in locale.LANGUAGES[1:]:
        po = path_of(language)
        text = text_of(language)
        changed |= po.read_text(encoding="utf-8") != text
        if not only_check:
            po.write_text(text, encoding="utf-8")
        mo = po.with_suffix(".mo")
        made = compiled(language)
        changed |= not mo.exists() or mo.read_bytes() != made
        if not only_check:
            mo.write_bytes(made)
        for message in read(language):
            if message.id and not all(
                message.string if isinstance(message.string, (list, tuple)) else (message.string,)
            ):
                missing += 1
                print(f"{language}: not translated: {message.id!r}")
    return 1 if missing or (only_check and changed) else 0


if __name__ == "__main__":
    raise SystemExit(main())
