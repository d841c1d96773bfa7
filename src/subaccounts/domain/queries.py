"""What is asked of storage in pages, as values. Pages are by key, never by offset: the next begins after the last."""

from __future__ import annotations

import unicodedata
from typing import Final, final

from attrs import field, frozen

from ..errors import TooMany
from .account import Account
from .credential import Credential, Stranger
from .ids import AccountId, DepartmentId, OrganizationId, SubAccountId, opaque
from .life import State
from .organization import Organization
from .sign_in_key import LONGEST_EMAIL
from .sub_account import SubAccount

LARGEST_PAGE: Final = 1000
"""Rows of a page; what a screen or a job takes at once. Storage is asked for one more, to see whether it goes on."""
LONGEST_SEARCH: Final = 200
"""Code points of a search text; longer is refused before any work."""


def require_page(limit: int, /, *, of: str) -> None:
    """Raise `TooMany` for a page that holds nothing, or more than one can."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise TooMany(what=of, limit=LARGEST_PAGE)


@final
@frozen(kw_only=True)
class SignInFacts:
    """Hold all that a sign-in decides on, read at once.

    `account` is where the person stands, or the found person's when it stands at the organization. `sub_account` and
    `credential` are there together or not at all; `stranger` only when there is no such person.
    """

    organization: Organization
    account: Account | None = None
    sub_account: SubAccount | None = None
    credential: Credential | None = None
    stranger: Stranger | None = None


@final
@frozen(kw_only=True)
class PeopleCursor:
    """Point at the last person of a page."""

    login_key: str = field(validator=opaque(of="after", longest=LONGEST_EMAIL, printable=False))
    id: str = field(validator=opaque(of="after"))


@final
@frozen(kw_only=True)
class PeopleQuery:
    """Ask for people, ordered by login key and id in binary order.

    `account` narrows to one account. `departments`, when not None, to people in at least one of them; it is meant
    literally, children are added by the caller. `words` are canonical search words (see `search_words`): each has to
    begin a word of the person's `search_text`. Deleted people are never among the answers unless `states` names them.
    """

    organization: OrganizationId
    account: AccountId | None = None
    departments: frozenset[DepartmentId] | None = None
    states: frozenset[State] = frozenset(State) - {State.DELETED}
    words: tuple[str, ...] = ()
    after: PeopleCursor | None = None
    limit: int = 50


@final
@frozen(kw_only=True)
class EventQuery:
    """Ask for events in the order of their ids (UUIDv7: by time), narrowed to an account or a person."""

    organization: OrganizationId
    account: AccountId | None = None
    sub_account: SubAccountId | None = None
    after: str | None = None
    limit: int = 100


def search_words(text: str, /) -> tuple[str, ...]:
    """Return the words to look for: compatibility-folded and case-folded, at most eight."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_SEARCH]).casefold()
    return tuple(folded.split()[:8])


def search_text(person: SubAccount, /) -> str:
    """Return what a person is found by: login, name, position and e-mail, folded, each word after one space."""
    profile = person.profile
    email = profile.email
    parts = (person.login.text, person.login.key, profile.full_name, profile.position, email.text if email else None)
    folded = unicodedata.normalize("NFKC", " ".join(part for part in parts if part)).casefold()
    return "".join(f" {word}" for word in dict.fromkeys(folded.split()))


def matches(person: SubAccount, query: PeopleQuery, /) -> bool:
    """Tell whether a person belongs to the answer of a query, pages apart: the rule every repository repeats."""
    text = search_text(person)
    return (
        person.id.organization == query.organization
        and (query.account is None or person.account == query.account)
        and (query.departments is None or bool(query.departments & person.profile.departments))
        and person.state in query.states
        and all(f" {word}" in text for word in query.words)
    )
