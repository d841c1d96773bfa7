"""Targets for links: what is written is read back, and what is read is what somebody wrote, in one way only."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Final

from subaccounts import OrganizationId, Purpose, Secret
from subaccounts.domain import link
from subaccounts.domain.ids import LONGEST_ID
from subaccounts.domain.proof import Form, ProofRef
from subaccounts.domain.secret import LONGEST_SECRET
from subaccounts.errors import LinkRefused
from tests.fuzz.oracle import tried
from tests.fuzz.target import Target, bytes_of, text_of, texts_of

LONGEST_TENANT: Final = 64
"""Letters of an organization's id (`CreateOrganization`)."""
UUID: Final = "019cae6b-6600-7000-8000-000000000004"


def judge_link(data: bytes) -> None:
    """Any text is a link that was written, letter by letter, or is refused; and any link that is written is read back."""
    typed, *ids = texts_of(data, most=3)
    secret, _ = tried(lambda: Secret(typed), fields={"secret"})
    if secret is None:
        assert len(typed) > LONGEST_SECRET or not typed.isprintable()
    else:
        _judge_read(secret)
    _judge_written(data[:32].ljust(32, b"\x07"), *ids)


def _judge_read(typed: Secret) -> None:
    read, _ = tried(lambda: link.parse(typed), fields=(), refusals=(LinkRefused,))
    if read is None:
        return
    assert read.proof.reveal() not in repr(read)
    digest = base64.urlsafe_b64decode(read.proof.reveal() + "==").ljust(32, b"\x00")
    written = link.text(_ref(read.purpose, read.owner), digest, organization=read.organization)
    # The last of 22 letters says two bits: whoever writes the other four otherwise has written another link.
    assert (written == typed.reveal()) == link.is_link(read, digest)
    assert written[:-1] == typed.reveal()[:-1]


def _judge_written(digest: bytes, *ids: str) -> None:
    tenant, owner = [*ids, UUID, UUID][:2]
    if not all(0 < len(each) <= LONGEST_ID and each.isprintable() for each in (tenant, owner)):
        return
    if len(tenant) > LONGEST_TENANT or len(owner) > LONGEST_TENANT:
        return
    organization = OrganizationId(value=tenant)
    for purpose in Purpose:
        text = link.text(_ref(purpose, owner), digest, organization=organization)
        assert len(text) <= link.LONGEST_LINK
        assert text.isascii()
        assert not set(text) & set("/?#%&+= ")
        read = link.parse(Secret(text))
        assert (purpose, organization, owner) == (read.purpose, read.organization, read.owner)
        assert link.is_link(read, digest)
        assert not link.is_link(read, bytes([digest[0] ^ 1]) + digest[1:])


def _ref(purpose: Purpose, owner: str) -> ProofRef:
    return ProofRef(purpose=purpose, form=Form.LINK, owner=owner, id="1", key="k")


def _seeds() -> Iterable[bytes]:
    written = link.text(_ref(Purpose.CLAIM, UUID), bytes(range(32)), organization=OrganizationId(value="acme"))
    letter, tenant, owner, mac = written.split(".")
    texts = (
        written,
        written + "\n",
        written.upper(),
        f"s.{tenant}.{owner}.{mac}",
        f"x.{tenant}.{owner}.{mac}",
        f"{letter}.tYQ.tYR.{mac}",  # `a` written in a second way
        f"{letter}.t.{owner}.{mac}",
        f"{letter}.t_w.{owner}.{mac}",  # no UTF-8
        f"{letter}.tAA.{owner}.{mac}",  # a zero byte
        f"{letter}.uAAAA.{owner}.{mac}",  # no UUID
        f"{letter}.{'t' + 'YWFh' * 68}.{owner}.{mac}",  # an id of 204 letters
        f"{letter}.{tenant}.{owner}.{mac[:-1]}",
        f"{letter}.{tenant}.{owner}.{mac[:-1]}\u0661",
        "",
    )
    for text in texts:
        yield bytes_of(text)
        yield bytes_of(text, "Акме", UUID)
    yield bytes_of(written, "\U00020000" * LONGEST_TENANT, "Запит")
    yield text_of(b"\xff").encode("utf-8", "surrogateescape") + b"a"


TARGETS: Final = (
    Target(
        name="link",
        judge=judge_link,
        seeds=_seeds,
        words=("a.", "r.", "c.", "s.", ".u", ".t", "_", "-", "AZyua2YAcACAAAAAAAAABA"),
        longest=1200,
    ),
)
