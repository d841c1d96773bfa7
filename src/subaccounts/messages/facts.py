"""What each kind of notice can say, as one table: the values a template can name, and whether it carries a proof.

What belongs here: names and what is behind them. The words are `words`; who decides the values is the rule that tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, assert_never, final

from attrs import frozen

from ..domain.channel import Channel
from ..domain.notice import NoticeKind, Telling
from ..domain.proof import Form

BEFORE: Final = "before"
"""The login a person had before what a security notice tells."""
LASTS: Final = "lasts"
"""How long a proof works, in words: `14 days`."""
NUMBERS: Final = ("lasts_days", "lasts_minutes")
"""The same as a bare number; a message with a proof has one of the two."""


@final
@frozen(kw_only=True)
class Facts:
    """Hold which names the templates of a kind can use.

    `always` has a value in every message; a line that names one of `sometimes` is left out where there is none.
    `proof` says that there is a template for a link and one for a code, and none without either.
    """

    always: frozenset[str] = frozenset({"organization", "name", "login"})
    sometimes: frozenset[str] = frozenset({"account", "sign_in"})
    proof: bool = False

    @property
    def names(self) -> frozenset[str]:
        """Return every name but those of the places."""
        return self.always | self.sometimes

    @property
    def forms(self) -> tuple[Form | None, ...]:
        """Return the forms there is a template for; None stands for a message without a proof."""
        return (Form.LINK, Form.CODE) if self.proof else (None,)


_NOTHING: Final[frozenset[str]] = frozenset()


def _facts(*more: str, always: frozenset[str] = _NOTHING, proof: bool = False, known: bool = True) -> Facts:
    """Return the facts of a kind; `known` says that it goes to an address of a person who is here, and can name that person.

    What goes to an address that nobody has proven yet could reach anybody: it has no name in it that somebody chose, and
    tells no stranger who is here. `more` has a value in some of its messages, `always` in each.
    """
    person = frozenset({"name", "login"})
    sometimes = frozenset({"account", "sign_in", *more, *(NUMBERS if proof else ())})
    every = frozenset({"organization", *([LASTS] if proof else ())}) | always | (person if known else _NOTHING)
    return Facts(always=every, sometimes=sometimes if known else sometimes | person, proof=proof)


FACTS: Final[Mapping[NoticeKind, Facts]] = MappingProxyType(
    {
        NoticeKind.ACTIVATION: _facts(proof=True),
        NoticeKind.ACTIVATION_BY_SSO: _facts("issuer"),
        NoticeKind.INVITATION: _facts(always=frozenset({"group"})),
        NoticeKind.WELCOME: _facts(),
        NoticeKind.RECOVERY: _facts(proof=True),
        NoticeKind.PROVE_CONTACT: _facts("contact", proof=True, known=False),
        NoticeKind.PROVE_SIGN_UP: _facts("contact", proof=True, known=False),
        NoticeKind.ALREADY_SIGNED_UP: _facts("contact"),
        NoticeKind.CLAIMED: _facts(BEFORE),
        NoticeKind.PASSWORD_CHANGED: _facts(BEFORE),
        NoticeKind.PASSWORD_RESET: _facts(BEFORE),
        NoticeKind.EMAIL_CHANGED: _facts(BEFORE, "contact"),
        NoticeKind.PHONE_CHANGED: _facts(BEFORE, "contact"),
        NoticeKind.IDENTITY_LINKED: _facts(BEFORE),
        NoticeKind.IDENTITY_UNLINKED: _facts(BEFORE),
        NoticeKind.LOGIN_CHANGED: _facts(BEFORE),
    }
)
CHANNELS: Final = (Channel.EMAIL, Channel.SMS)
"""How a message goes; every kind can go both ways, as a person can have a phone only."""


def lacking(telling: Telling, /) -> list[str]:
    """Return what a telling has no value for, although every message of its kind has one."""
    facts = FACTS[telling.kind]
    missing = sorted(name for name in facts.always - {LASTS} if not telling.values.get(name))
    timed = not facts.proof or any(telling.values.get(number) for number in NUMBERS)
    return missing if timed else [*missing, " or ".join(NUMBERS)]


def form_of(telling: Telling, /) -> Form | None:
    """Return which template a telling asks for. Raises ValueError for a proof too many or missing: a rule told nonsense."""
    if FACTS[telling.kind].proof != (telling.proof is not None):
        problem = "carries a proof" if telling.proof is None else "carries no proof"
        raise ValueError(f"{telling.kind.value} {problem}")
    if telling.proof is None:
        return None
    match telling.proof.form:
        case Form.LINK:
            return Form.LINK
        case Form.CODE | Form.SLIP:
            return Form.CODE
        case _:
            assert_never(telling.proof.form)
