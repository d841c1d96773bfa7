"""The addresses of the host's pages that messages lead to."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, final

from attrs import field, frozen

from .._addresses import checked, filled
from ..domain.ids import OrganizationId
from ..domain.proof import Purpose
from ..domain.secret import Secret

LONGEST_FILLED: Final = 3000
"""Characters of an address with its link, which has a thousand at most."""

_OPEN: Final = ("purpose", "organization")
"""What is no secret in an address."""


def _each(proof: str | Mapping[Purpose, str]) -> Mapping[Purpose, str]:
    given = dict.fromkeys(Purpose, proof) if isinstance(proof, str) else proof
    missing = sorted(purpose.value for purpose in Purpose if purpose not in given)
    if missing:
        raise ValueError(f"pages: there is no address for {', '.join(missing)}")
    named = {purpose: f"the page for {purpose.value.replace('_', ' ')}" for purpose in Purpose}
    return MappingProxyType(
        {each: checked(given[each], named=named[each], holes=("link",), also=_OPEN) for each in Purpose}
    )


def _open_page(address: str) -> str:
    return checked(address, named="the sign-in page", also=("organization",)) if address else ""


@final
@frozen(kw_only=True)
class Pages:
    """Hold where messages lead: `proof` is the page of a link, `sign_in` the page to sign in at, if messages are to name it.

    `proof` is one address for all purposes, `https://portal.example/{purpose}#{link}`, or one for each `Purpose`. Each has
    `{link}` in it once, behind the `#` or in the path. Behind the `#` is better: a browser keeps that part to itself, so
    that it is in no server's log, no proxy's, and in no Referer; a page then hands it to your server by a form (`POST`).
    In the path it is in your own log. In a query it is refused. `{purpose}` becomes `claim`, `recovery`, `contact` or
    `sign-up`, `{organization}` the organization's id.

    Raises ValueError for an address that is none, or is not `https:` (`http:` is for this machine only).
    """

    proof: Mapping[Purpose, str] = field(converter=_each, hash=False)
    sign_in: str = field(default="", converter=_open_page)

    def to(self, purpose: Purpose, /, *, organization: OrganizationId, link: Secret) -> Secret:
        """Return the address of the page for a purpose, with the link in it."""
        word = purpose.value.replace("_", "-")
        address = filled(self.proof[purpose], purpose=word, organization=organization.value, link=link.reveal())
        return Secret(address, longest=LONGEST_FILLED)

    def to_sign_in(self, organization: OrganizationId, /) -> str:
        """Return the address of the sign-in page, empty where there is none."""
        return filled(self.sign_in, organization=organization.value)
