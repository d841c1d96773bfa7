"""Links: how a proof that is followed, not typed, is written and read.

A link's text names its organization and its owner, so that it is found without asking every tenant, and ends with 128 bits
that are derived under the key ring. Which page of the host it is appended to is the host's; behind a `#`, so that it is in
no server's log.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from typing import Final, final
from uuid import UUID

from attrs import frozen

from ..errors import LinkRefused
from .ids import LONGEST_ID, OrganizationId
from .proof import Form, ProofRef, Purpose
from .secret import Secret

MAC_BYTES: Final = 16
"""128 bits: not guessed, so that wrong links need no count (NIST SP 800-63B-4 §3.1.2.2)."""
LONGEST_LINK: Final = 1000
"""Characters of a link's text: an organization's id has at most 64 letters of four bytes, its owner's is ours."""

_LETTERS: Final = {Purpose.CLAIM: "a", Purpose.RECOVERY: "r", Purpose.CONTACT: "c", Purpose.SIGN_UP: "s"}
_PURPOSES: Final = {letter: purpose for purpose, letter in _LETTERS.items()}
_SHAPE: Final = re.compile(r"([arcs])\.([ut][\w-]+)\.([ut][\w-]+)\.([\w-]{22})", re.ASCII)


@final
@frozen(kw_only=True)
class Link:
    """Hold what a link says: what it is for, whose it is, and its proof."""

    purpose: Purpose
    organization: OrganizationId
    owner: str
    proof: Secret


def purpose_of(purpose: Purpose, form: Form, /) -> str:
    """Return what the key ring derives such a proof for: links and codes of every purpose have keys of their own.

    A code is the same whether it was sent or handed over.
    """
    return f"{purpose.value.replace('_', '-')}-{'link' if form is Form.LINK else 'code'}"


def parts(organization: OrganizationId, owner: str, id: str, /) -> tuple[str, ...]:  # noqa: A002 - positional
    """Return what a proof is derived from: organization, owner and its own id."""
    return (organization.value, owner, id)


def text(ref: ProofRef, digest: bytes, /, *, organization: OrganizationId) -> str:
    """Return the link of a digest: ASCII letters, digits, `-`, `_` and `.`, which no page has to escape."""
    written = (_LETTERS[ref.purpose], _written(organization.value), _written(ref.owner), _encoded(digest[:MAC_BYTES]))
    return ".".join(written)


def parse(typed: Secret, /) -> Link:
    """Read a link's text. Raises `LinkRefused` (`unknown`) for what is none; nothing of it is repeated."""
    whole = typed.reveal()
    shape = _SHAPE.fullmatch(whole) if len(whole) <= LONGEST_LINK else None
    if shape is None:
        raise LinkRefused(why="unknown")
    letter, organization, owner, proof = shape.groups()
    tenant, whose = _read(organization), _read(owner)
    if not all(len(each) <= LONGEST_ID and each.isprintable() for each in (tenant, whose)):
        raise LinkRefused(why="unknown")
    return Link(purpose=_PURPOSES[letter], organization=OrganizationId(value=tenant), owner=whose, proof=Secret(proof))


def is_link(link: Link, digest: bytes, /) -> bool:
    """Tell whether a link's proof is the one of this digest."""
    return hmac.compare_digest(link.proof.reveal().encode(), _encoded(digest[:MAC_BYTES]).encode())


def _written(value: str) -> str:
    """Return an id in the letters of a link: a UUID by its 16 bytes, anything else as it is."""
    try:
        uuid = UUID(value)
    except ValueError:
        return f"t{_encoded(value.encode())}"
    return f"u{_encoded(uuid.bytes)}" if str(uuid) == value else f"t{_encoded(value.encode())}"


def _read(written: str) -> str:
    """Return the id that was written; raise `LinkRefused` for what nobody wrote, a second way to write one included."""
    kind, rest = written[0], written[1:]
    try:
        raw = base64.urlsafe_b64decode(rest + "=" * (-len(rest) % 4))
        value = str(UUID(bytes=raw)) if kind == "u" else raw.decode()
    except (binascii.Error, ValueError):
        raise LinkRefused(why="unknown") from None
    if _written(value) != written:
        raise LinkRefused(why="unknown")
    return value


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
