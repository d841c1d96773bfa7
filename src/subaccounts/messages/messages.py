"""Messages: what people are told, in their language, by the shipped templates or the host's own; a `Texts` port.

What belongs here: finding the right template and putting values into it. What the templates say is `words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import final

from attrs import evolve, field, frozen

from ..domain.channel import Channel, channel_of
from ..domain.ids import OrganizationId
from ..domain.language import Language
from ..domain.notice import NoticeKind, Telling
from ..domain.proof import Form, Purpose
from ..domain.secret import Secret
from ..domain.wording import Wording
from ..errors import BrokenPort
from ..locale import ENGLISH, LANGUAGES, lasting, nearest, steps_down
from .facts import CHANNELS, FACTS, LASTS, NUMBERS, form_of, lacking
from .pages import Pages
from .pieces import PLACES
from .prepared import Prepared, prepared, shipped
from .replacement import Replacement
from .template import Template

_Key = tuple[OrganizationId | None, NoticeKind, Channel, Form | None, str]
"""Whose template it is, and for what; the last is the language."""


def _frozen_pages(given: Mapping[OrganizationId, Pages]) -> Mapping[OrganizationId, Pages]:
    return MappingProxyType(dict(given))


def _pages(given: Pages | str | None) -> Pages | None:
    return Pages(proof=given) if isinstance(given, str) else given


def _own(given: Iterable[Replacement]) -> tuple[Replacement, ...]:
    return tuple(given)


@final
@frozen(kw_only=True)
class Messages:
    """Word what people are told: the port `subaccounts.ports.Texts`.

    `pages` are the host's addresses (a text is the address for every purpose), `pages_of` those of organizations that have
    others. Without them there are codes to type, and no link can be sent. `own` are templates in place of the shipped
    ones, of which the last for the same message counts; an organization's own go before the host's, and both only in
    their language. `default` is the language of a person whose language has no template: one of `en`, `da` and
    `ru`, or one for which `own` has everything.

    Raises ValueError when `default` lacks a template.
    """

    pages: Pages | None = field(default=None, converter=_pages)
    pages_of: Mapping[OrganizationId, Pages] = field(factory=dict, converter=_frozen_pages, hash=False)
    default: Language = ENGLISH
    own: tuple[Replacement, ...] = field(default=(), converter=_own)
    _replaced: Mapping[_Key, Prepared] = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        made = {
            (each.organization, each.kind, each.channel, each.form, each.language.tag): prepared(
                each.template, language=each.language, channel=each.channel
            )
            for each in self.own
        }
        object.__setattr__(self, "_replaced", MappingProxyType(made))
        missing = [
            f"{kind.value} ({channel.value}{f', {form.value}' if form else ''})"
            for kind in NoticeKind
            for channel in CHANNELS
            for form in FACTS[kind].forms
            if self._found(None, kind, channel, form, self.default) is None
        ]
        if missing:
            raise ValueError(f"{self.default.tag} cannot be the default, it lacks templates: {', '.join(missing)}")

    def replaced(
        self,
        template: Template,
        /,
        *,
        kind: NoticeKind,
        channel: Channel,
        language: Language,
        organization: OrganizationId | None = None,
    ) -> Messages:
        """Return messages with this template in place of the one before, for all organizations or for one.

        Of a kind that carries a proof it replaces the form it names: `$link` or `$code`. Raises ValueError for a template
        that is not good, as `Replacement` does.
        """
        own = Replacement(kind=kind, channel=channel, language=language, template=template, organization=organization)
        return evolve(self, own=(*self.own, own))

    def wording(self, telling: Telling, /) -> Wording:
        """Return a telling in words, with places for the link or code.

        Raises ValueError for what no rule tells: a proof too many or missing, or no value for what every message of its
        kind has.
        """
        missing = lacking(telling)
        if missing:
            raise ValueError(f"{telling.kind.value} is told without {', '.join(missing)}")
        channel, form = channel_of(telling.to), form_of(telling)
        template = self._found(telling.organization, telling.kind, channel, form, telling.language) or self._found(
            telling.organization, telling.kind, channel, form, self.default
        )
        assert template is not None, "the default has every template"  # noqa: S101 - the constructor has looked
        return template.wording(self._values(telling, template.language))

    def page(self, organization: OrganizationId, purpose: Purpose, link: Secret, /) -> Secret:
        """Return the address of the host's page for a purpose, with the link's text in it.

        Raises `BrokenPort` where no pages were given: a link has to lead somewhere.
        """
        pages = self.pages_of.get(organization, self.pages)
        if pages is None:
            raise BrokenPort(port="texts", problem="a link needs a page: Messages(pages='https://...#{link}')")
        return pages.to(purpose, organization=organization, link=link)

    def _found(
        self,
        organization: OrganizationId | None,
        kind: NoticeKind,
        channel: Channel,
        form: Form | None,
        asked: Language,
    ) -> Prepared | None:
        """Return the template in a language or the nearest wider one; the organization's, the host's, the shipped one."""
        for tag in steps_down(asked):
            for whose in dict.fromkeys((organization, None)):
                own = self._replaced.get((whose, kind, channel, form, tag))
                if own is not None:
                    return own
            if tag in LANGUAGES:
                return shipped(kind, channel, form, tag)
        return None

    def _values(self, telling: Telling, language: Language) -> Mapping[str, str]:
        """Return everything that a template can name and this message has."""
        values = {name: value for name, value in telling.values.items() if value and name not in PLACES}
        pages = self.pages_of.get(telling.organization, self.pages)
        sign_in = pages.to_sign_in(telling.organization) if pages is not None else ""
        known = nearest(language)
        days, minutes = (int(values[number]) if number in values else None for number in NUMBERS)
        if known is not None and (days, minutes) != (None, None):
            values[LASTS] = lasting(known, days=days, minutes=minutes)
        if sign_in:
            values["sign_in"] = sign_in
        return values
