"""Why somebody sees something or does not, in sentences to read to it. What is said of each fact is `sight_words`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from string import Template as Syntax
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from ..domain.explained import ExplainedSight
from ..domain.ids import ApplicationId, GroupId
from ..domain.language import Language
from ..domain.visibility import Fact, Named
from ..locale import ENGLISH, catalog, nearest
from .sight_words import FACTS, MEMBERSHIPS, MORE, VERDICTS

if TYPE_CHECKING:
    from gettext import NullTranslations

MOST_NAMES: Final = 10
"""Names in one sentence, of the others only how many there are; and memberships that are told of for one fact."""
_NO_NAMES: Final[Mapping[ApplicationId, str]] = MappingProxyType({})


def sight_sentences(
    explained: ExplainedSight,
    /,
    *,
    language: Language = ENGLISH,
    applications: Mapping[ApplicationId, str] = _NO_NAMES,
) -> tuple[str, ...]:
    """Return what `MaySee` answered as plain sentences: the verdict first, then one for every fact of the chain.

    Each speaks to the person it is about. `language` is the reader's: Danish, Russian, or else English. `applications`
    says what your applications are called; one without a name is told by its id, and so is what was renamed away meanwhile.
    """
    names = explained.names

    def called(each: Named) -> str:
        name = applications.get(each) if isinstance(each, ApplicationId) else names.get(each)
        return name or each.value

    return tuple(_sentences(explained, catalog(nearest(language) or ENGLISH.tag), called))


def _sentences(explained: ExplainedSight, words: NullTranslations, called: Callable[[Named], str]) -> Iterator[str]:
    def said(text: str, **values: str) -> str:
        return Syntax(words.gettext(text)).substitute(values, resource=explained.name)

    yield said(VERDICTS[explained.visible])
    told = set[GroupId]()  # a group can both open the application and be named
    for fact in explained.sight.facts:
        yield said(FACTS[fact.why, fact.holds], names=_listed(fact, words, called))
        for group, apart in [each for each in fact.apart if each[0] not in told][:MOST_NAMES]:
            told.add(group)
            yield said(MEMBERSHIPS[apart], group=called(group))


def _listed(fact: Fact, words: NullTranslations, called: Callable[[Named], str]) -> str:
    """Return the names of what a fact is about, in their order, and how many more there are."""
    names = sorted(map(called, fact.about), key=lambda name: (name.casefold(), name))
    left = len(names) - MOST_NAMES
    if left <= 0:
        return ", ".join(names)
    return f"{', '.join(names[:MOST_NAMES])} {words.ngettext(*MORE, left) % left}"
