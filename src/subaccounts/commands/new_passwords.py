"""A password that somebody wants: what it must not be made of, and what is wrong with it. The rules are `password_policy`."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..domain import fields as f
from ..domain.channel import address_text
from ..domain.email import Email
from ..domain.login import Login
from ..domain.phone import Phone
from ..domain.profile import Profile
from ..domain.secret import Secret
from ..domain.sub_account import SubAccount
from ..errors import Refusal
from .ports_at_hand import PortsAtHand


def personal_words(*known: object) -> tuple[str, ...]:
    """Return the texts a password must not be made of, of whatever is known: people, profiles, logins, contacts, texts.

    Every field of a profile that is a text is one of them, and so is the name that given and family name make up.
    """
    return tuple(text for each in known for text in _texts(each))


def _texts(known: object) -> Iterator[str]:
    match known:
        case str():
            yield known
        case Login():
            yield known.text
        case Email() | Phone():
            yield address_text(known)
        case Profile():
            yield " ".join(filter(None, (known.text(f.GIVEN_NAME), known.text(f.FAMILY_NAME))))
            for held in known.values.values():
                yield from _texts(held.value)
        case SubAccount():
            yield from _texts(known.login)
            yield from _texts(known.profile)
        case _:
            return


def password_problems(
    ports: PortsAtHand, password: Secret, /, *, personal: Collection[str], second_factor: bool
) -> list[Refusal]:
    """Return what is wrong with a password, to be shown beside what is wrong with the rest of a form."""
    try:
        ports.passwords.check(password, personal=personal, blocklist=ports.blocklist, second_factor=second_factor)
    except Refusal as refusal:
        return [refusal]
    return []
