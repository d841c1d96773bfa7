"""Invariants 3 and 4 for what messages carry: a link or code works once, for its owner, and after nothing that ended it.

Every kind of proof meets every ending, on every storage and in both colors. Afterwards the person goes on living, and the
proof is tried again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve

from subaccounts import (
    PeekLink,
    Secret,
)
from subaccounts.domain.decision import Batch
from subaccounts.errors import Refusal
from tests.invariants.endings import ENDINGS, OF_WHO_HAS_CLAIMED
from tests.invariants.sent_proofs import NEXT, PROOFS, Out, claiming, open_shop, works
from tests.invariants.served import EVERY_KIND, opened_world
from tests.invariants.world import Shop, World, subject_of


@pytest.fixture(params=EVERY_KIND)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Open one world of every storage and color."""
    with opened_world(request.param) as world:
        yield world


def _pairs() -> list[tuple[str, str]]:
    """Return which proof meets which ending: a link has no tries, and who waits has no password."""
    return [
        (proof, ending)
        for proof in PROOFS
        for ending in ENDINGS
        if not (ending == "mistyped" and proof.endswith("link"))
        and not (ending in OF_WHO_HAS_CLAIMED and proof.startswith("activation"))
    ]


@pytest.mark.asvs("6.4.1", "6.5.1")
@pytest.mark.parametrize(("proof", "ending"), _pairs())
def test_what_ended_works_no_more(world: World, proof: str, ending: str) -> None:
    """After any ending a proof does nothing, now and after the next claim; a page for its link shows nothing."""
    shop = open_shop(world)
    out = PROOFS[proof](shop)
    code = ENDINGS[ending](shop, out)
    before = shop.world.person(out.who).sub_account
    assert not works(shop, out)
    if proof.endswith("link"):
        with pytest.raises(Refusal):
            world.handle(PeekLink(link=out.text))
    assert before == shop.world.person(out.who).sub_account
    if code is not None:
        world.clock.advance(timedelta(hours=2))
        subject_of(world.handle(claiming(shop, "anna", code.code, NEXT)))
        assert not works(shop, out)


@pytest.mark.parametrize("proof", PROOFS)
def test_it_works_once(world: World, proof: str) -> None:
    """Until something ends it a proof works, exactly once; what is changed in it by one letter is none."""
    shop = open_shop(world)
    out = PROOFS[proof](shop)
    text = out.text.reveal()
    assert not works(shop, out, Secret(text[:-1] + ("0" if text[-1] != "0" else "1")))
    assert [True, False] == [works(shop, out), works(shop, out)]


@pytest.mark.parametrize("proof", [name for name in PROOFS if name.endswith("code")])
def test_a_code_is_its_owners(world: World, proof: str) -> None:
    """A code typed for somebody else, of the same account or of another organization, is a wrong one."""
    shop, abroad = open_shop(world), open_shop(world, organization="abroad")
    mine, others, theirs = PROOFS[proof](shop), PROOFS[proof](shop, "boris"), PROOFS[proof](abroad)
    assert [False] * 4 == [
        works(shop, mine, others.text),
        works(shop, mine, theirs.text),
        works(abroad, theirs, mine.text),
        works(shop, others, mine.text),
    ]
    assert [True] * 3 == [works(shop, mine), works(shop, others), works(abroad, theirs)]


@pytest.mark.parametrize("proof", [name for name in PROOFS if name.endswith("link")])
def test_a_link_is_its_owners(world: World, proof: str) -> None:
    """A link with somebody else's name in it, of the same account or of another organization, is none."""
    shop, abroad = open_shop(world), open_shop(world, organization="abroad")
    outs = [PROOFS[proof](shop), PROOFS[proof](shop, "boris"), PROOFS[proof](abroad)]
    parts = [out.text.reveal().rpartition(".") for out in outs]
    for name, _, _ in parts:
        for own, _, mac in parts:
            if own != name:
                assert not works(shop, outs[0], Secret(f"{name}.{mac}"))
    assert [True] * 3 == [works(shop, out) for out in outs]


@pytest.mark.asvs("6.5.2")
@pytest.mark.parametrize("proof", PROOFS)
def test_nothing_stored_is_one(world: World, proof: str) -> None:
    """Every stored column, and every part of one, fed back as the link or code, is refused; then the right one works."""
    shop = open_shop(world)
    out = PROOFS[proof](shop)
    rows = "\n".join(world.rows().values())
    assert out.text.reveal() not in rows
    assert out.text.reveal().replace("-", "") not in rows
    texts = {part[:1000] for part in re.findall(r"[^\s\"',(){}\[\]]{4,}", rows)}
    assert len(texts) > 30
    whole = out.text.reveal().rpartition(".")[0]
    for text in sorted(texts):
        for typed in (text, f"{whole}.{text[:22]}") if proof.endswith("link") else (text,):
            assert not works(shop, _forgiving(shop, out), Secret(typed))
    assert works(shop, out)


def _forgiving(shop: Shop, out: Out) -> Out:
    """Return the same proof with its wrong tries forgotten, so that thousands of texts can be typed."""
    person = shop.world.person(out.who)
    credential, contact = person.credential, person.credential.contact
    if credential.code is not None:
        credential = evolve(credential, code=evolve(credential.code, wrong=0))
    if credential.recovery is not None:
        credential = evolve(credential, recovery=evolve(credential.recovery, wrong=0))
    if contact is not None:
        credential = evolve(credential, contact=evolve(contact, proof=evolve(contact.proof, wrong=0)))
    forgotten = evolve(credential, attempts=evolve(credential.attempts, in_a_row=0, terminals=()))
    shop.world.plain.commit(Batch(organization=shop.organization, puts=(forgotten,)))
    return out
