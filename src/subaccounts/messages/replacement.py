"""A template of the host's own, for all organizations or for one, checked before anybody is told anything with it.

What belongs here: what a template has to hold. What it can name is `facts`, how it is taken apart `pieces`.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Final, final

from attrs import field, frozen

from ..domain.channel import Channel
from ..domain.ids import OrganizationId
from ..domain.language import Language
from ..domain.notice import NoticeKind
from ..domain.proof import Form
from ..domain.wording import LONGEST_SUBJECT
from ..locale import LANGUAGES, nearest
from .facts import CHANNELS, FACTS, LASTS, Facts
from .pieces import LONGEST_IN_SUBJECT, PLACES, names, paragraphs, parts
from .template import Template

LONGEST_TEXT: Final = 10_000
"""Code points of a template's text."""
LONGEST_HTML: Final = 40_000
"""Code points of a template's own HTML; mail programs cut a message off at about 100,000 bytes."""
MOST_NAMES: Final = 40
"""Names in one text. With 200 letters for each, every one of them escaped, the message is below `LONGEST_MESSAGE`."""


@final
@frozen(kw_only=True)
class Replacement:
    """Hold a template in place of the shipped one: for a kind, a channel (e-mail or SMS), a language, and `organization`,
    or all of them.

    Raises ValueError that says what is wrong with it: a `$` that begins no name, a name that has no value in such a
    message, no `$link` or `$code` where the message has to carry one, a subject that is missing, too long or of several
    lines.
    """

    kind: NoticeKind
    channel: Channel
    language: Language
    template: Template
    organization: OrganizationId | None = None
    form: Form | None = field(init=False)
    """The form of proof that the template is for; None where the kind carries none."""

    def __attrs_post_init__(self) -> None:
        place = f"{self.kind.value}, {self.channel.value}, {self.language.tag}"
        try:
            object.__setattr__(self, "form", _checked(self))
        except ValueError as error:
            raise ValueError(f"{place}: {error}") from None


def _checked(own: Replacement) -> Form | None:
    """Return which form of proof a template is for. Raises ValueError for one that is not good."""
    template, facts = own.template, FACTS[own.kind]
    if own.channel not in CHANNELS:
        raise ValueError(f"no message goes by {own.channel.value}; there are email and sms")
    if not template.text.strip() or len(template.text) > LONGEST_TEXT:
        raise ValueError(f"a text has 1 to {LONGEST_TEXT} characters")
    if own.channel is Channel.SMS and (template.subject or template.action or template.html is not None):
        raise ValueError("an SMS is text alone: it has no subject, no action and no HTML")
    lines = [line for block in paragraphs(template.text) for line in block]
    used = [name for line in lines for name in names(line)]
    _known(used, facts, own.language)
    form = _form(used, facts)
    needed = {name for line in lines if not PLACES.keys().isdisjoint(names(line)) for name in names(line)}
    unsure = sorted(needed - facts.always - PLACES.keys())
    if unsure:
        raise ValueError(
            f"${unsure[0]} has no value in some messages, so that the line with the proof would be left out"
        )
    if own.channel is Channel.EMAIL:
        _check_subject(template.subject, facts)
        _check_html(template.html, form, facts, own.language)
    return form


def _known(used: Iterable[str], facts: Facts, language: Language) -> None:
    used = list(used)
    if len(used) > MOST_NAMES:
        raise ValueError(f"a text names values at most {MOST_NAMES} times")
    known = facts.names | (PLACES.keys() if facts.proof else set())
    for name in used:
        if name not in known:
            there = ", ".join(f"${each}" for each in sorted(known))
            raise ValueError(f"${name} has no value in such a message; there are {there}")
    if LASTS in used and nearest(language) is None:
        raise ValueError(
            f"$lasts is there in {', '.join(LANGUAGES)}; write a line with $lasts_days and one with $lasts_minutes"
        )


def _form(used: list[str], facts: Facts) -> Form | None:
    if not facts.proof:
        return None
    places = [name for name in used if name in PLACES]
    if len(places) != 1:
        problem = "is missing: write it once" if not places else "is there more than once; write a template for each"
        raise ValueError(f"$link or $code {problem}")
    return Form(places[0])


def _check_subject(subject: str, facts: Facts) -> None:
    if not subject.strip() or not subject.isprintable():
        raise ValueError("a subject is one line, and not empty")
    line = parts(subject)
    stray = [name for name in names(line) if name not in facts.always]
    if stray:
        there = ", ".join(f"${each}" for each in sorted(facts.always))
        raise ValueError(f"${stray[0]} cannot be in a subject, which is no secret and never empty; there are {there}")
    longest = sum(len(part) if isinstance(part, str) else LONGEST_IN_SUBJECT for part in line)
    if longest > LONGEST_SUBJECT:
        raise ValueError(f"a subject can become {longest} characters long; at most {LONGEST_SUBJECT} are sent")


def _check_html(page: str | None, form: Form | None, facts: Facts, language: Language) -> None:
    if page is None:
        return
    if len(page) > LONGEST_HTML:
        raise ValueError(f"HTML has at most {LONGEST_HTML} characters")
    if "<script" in html.unescape(page).lower():
        raise ValueError("no mail client runs a <script>, and no value belongs into one")
    used = [name for block in paragraphs(page) for line in block for name in names(line)]
    _known(used, facts, language)
    others = {each.value for each in Form} & PLACES.keys() - ({form.value} if form else set())
    if form is not None and form.value not in used:
        raise ValueError(f"${form.value} is in the text, but not in the HTML")
    if not others.isdisjoint(used):
        raise ValueError(f"${min(others & set(used))} is in the HTML, but not in the text")
