"""Invariants 3 and 4 for what messages carry: a link or code works once, for its owner, and after nothing that ended it.

Every kind of proof meets every ending, on every storage and in both colors. Afterwards the person goes on living, and the
proof is tried again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
from attrs import evolve, frozen

from subaccounts import (
    ActivationPolicy,
    AddPerson,
    ArchivePerson,
    ChangeContact,
    ChangePassword,
    CloseAccount,
    Command,
    CompleteRegistration,
    DeletePerson,
    EditPerson,
    Form,
    IssuedCode,
    MessageBudget,
    OpenAccount,
    PeekLink,
    ProveContact,
    ProveContactByCode,
    Purpose,
    RedeemCode,
    RedeemLink,
    RegistrationPolicy,
    RequestReset,
    ResetPassword,
    Restored,
    RestorePerson,
    Secret,
    SubAccountId,
    Subject,
    SwitchPolicy,
    Way,
)
from subaccounts.domain.contact_change import ContactProven
from subaccounts.domain.decision import Batch
from subaccounts.domain.policy import FieldRule
from subaccounts.domain.steps import Authenticated, EnterPassword
from subaccounts.domain.supplier import Supplier
from subaccounts.errors import Refusal
from tests.invariants.served import EVERY_KIND, opened_world
from tests.invariants.world import FIELDS, OPERATOR, PASSWORD, Shop, World, subject_of
from tests.sent import proof_of
from tests.shell.sent_samples import says

EMAIL: Final = "anna@shop.example"
PHONE: Final = "+4512345678"
THIEF: Final = "a password that somebody else wants"
NEXT: Final = "seven quiet otters swim at dusk"
BY_LINK: Final = ActivationPolicy(
    automatic=frozenset({Way.BY_HAND}), budget=MessageBudget(sms_countries=frozenset({"45"}))
)
BY_CODE: Final = evolve(BY_LINK, sms_form=Form.CODE)


@frozen(kw_only=True)
class Out:
    """Hold a proof that is out: whose it is, its text, and the command that uses it; `subject` is who is signed in, if any."""

    who: SubAccountId
    text: Secret
    use: Callable[[Secret], Command[Any]]
    subject: Subject | None = None


@pytest.fixture(params=EVERY_KIND)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Open one world of every storage and color."""
    with opened_world(request.param) as world:
        yield world


def _shop(world: World, **more: Any) -> Shop:
    """Open a shop whose people give their contacts themselves, and outrank the administrator in them."""
    policy = RegistrationPolicy.by_person()
    mine = FieldRule(suppliers=(Supplier.PERSON, Supplier.ADMINISTRATOR))
    return Shop(world, policy=evolve(policy, fields={**policy.fields, "email": mine, "phone": mine}), **more)


def _text(shop: Shop, who: SubAccountId, purpose: Purpose) -> Secret:
    return proof_of(shop.world.keys, shop.world.person(who), purpose)


def _redeem(link: Secret) -> RedeemLink:
    return RedeemLink(link=link, password=Secret(THIEF), fields=FIELDS)


def _claiming(shop: Shop, login: str, code: Secret, password: str = THIEF) -> CompleteRegistration:
    return CompleteRegistration(door=shop.inside, login=login, password=Secret(password), code=code, fields=FIELDS)


def _activation_link(shop: Shop, login: str = "anna") -> Out:
    says(shop, BY_LINK)
    who = shop.add(login, email=f"{login}@shop.example").sub_account.id
    return Out(who=who, text=_text(shop, who, Purpose.CLAIM), use=_redeem)


def _activation_code(shop: Shop, login: str = "anna") -> Out:
    says(shop, BY_CODE)
    who = shop.add(login, phone=PHONE).sub_account.id
    return Out(who=who, text=_text(shop, who, Purpose.CLAIM), use=lambda code: _claiming(shop, login, code))


def _active(shop: Shop, login: str, **fields: str) -> Subject:
    says(shop, evolve(BY_CODE, automatic=frozenset()))
    added = shop.add(login, **fields)
    return subject_of(shop.world.rival.handle(shop.claiming(login, added.code)))


def _recovery_link(shop: Shop, login: str = "anna") -> Out:
    me = _active(shop, login, email=f"{login}@shop.example")
    shop.world.rival.handle(RequestReset(door=shop.outside, login=login))
    return Out(who=me.sub_account, text=_text(shop, me.sub_account, Purpose.RECOVERY), use=_redeem, subject=me)


def _recovery_code(shop: Shop, login: str = "anna") -> Out:
    me = _active(shop, login, phone=PHONE)
    shop.world.rival.handle(RequestReset(door=shop.outside, login=login))

    def use(code: Secret) -> RedeemCode:
        return RedeemCode(door=shop.inside, login=login, code=code, password=Secret(THIEF))

    return Out(who=me.sub_account, text=_text(shop, me.sub_account, Purpose.RECOVERY), use=use, subject=me)


def _contact_link(shop: Shop, login: str = "anna") -> Out:
    me = _active(shop, login)
    shop.world.rival.handle(ChangeContact(subject=me, field="email", value=f"{login}@home.example"))
    text = _text(shop, me.sub_account, Purpose.CONTACT)
    return Out(who=me.sub_account, text=text, use=lambda link: ProveContact(link=link), subject=me)


def _contact_code(shop: Shop, login: str = "anna") -> Out:
    me = _active(shop, login)
    shop.world.rival.handle(ChangeContact(subject=me, field="phone", value=PHONE))
    text = _text(shop, me.sub_account, Purpose.CONTACT)
    return Out(who=me.sub_account, text=text, use=lambda code: ProveContactByCode(subject=me, code=code), subject=me)


PROOFS: Final[Mapping[str, Callable[..., Out]]] = {
    "activation link": _activation_link,
    "activation code": _activation_code,
    "recovery link": _recovery_link,
    "recovery code": _recovery_code,
    "contact link": _contact_link,
    "contact code": _contact_code,
}
"""Everything that a message carries."""


def works(shop: Shop, out: Out, text: Secret | None = None) -> bool:
    """Tell whether a proof does what it was for; a link that is refused is not shown either."""
    try:
        answer = shop.world.handle(out.use(text or out.text))
    except Refusal:
        return False
    return isinstance(answer, (Authenticated, ContactProven)) or answer == EnterPassword()


def _reset(shop: Shop, out: Out) -> IssuedCode | None:
    return shop.world.handle(ResetPassword(actor=shop.admin, sub_account=out.who)).code


def _archive(shop: Shop, out: Out) -> IssuedCode | None:
    shop.world.handle(ArchivePerson(actor=shop.admin, sub_account=out.who))
    assert not works(shop, out)
    return shop.world.handle(RestorePerson(actor=shop.admin, sub_account=out.who)).code


def _delete(shop: Shop, out: Out) -> IssuedCode | None:
    says(shop, ActivationPolicy())
    shop.world.handle(DeletePerson(actor=shop.admin, sub_account=out.who))
    assert not works(shop, out)
    again = AddPerson(actor=shop.admin, account=shop.account.id, login="anna", reuse_deleted=True)
    return shop.world.handle(again).code


def _move(shop: Shop, out: Out) -> None:
    fields = {"email": "new@shop.example", "phone": "+4587654321"}
    shop.world.handle(EditPerson(actor=shop.admin, sub_account=out.who, fields=fields))


def _switch(shop: Shop, out: Out) -> None:
    shop.world.handle(SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=shop.account.policy))


def _close(shop: Shop, out: Out) -> None:
    shop.world.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
    assert not works(shop, out)
    policy = shop.account.policy
    shop.world.handle(
        OpenAccount(actor=shop.admin, organization=shop.organization, host=shop.host, name="again", policy=policy)
    )


def _restore(shop: Shop, out: Out) -> None:
    shop.world.clock.advance(timedelta(seconds=1))
    shop.world.handle(Restored(actor=OPERATOR, organization=shop.organization))


def _retire(shop: Shop, out: Out) -> None:
    old = shop.world.keys.current
    shop.world.keys.rotate(now=shop.world.clock())
    shop.world.keys.retire(old)


def _change_password(shop: Shop, out: Out) -> None:
    assert out.subject is not None
    shop.world.handle(ChangePassword(subject=out.subject, current=Secret(PASSWORD), new=Secret(NEXT)))


def _used(shop: Shop, out: Out) -> None:
    assert works(shop, out)


def _mistype(shop: Shop, out: Out) -> None:
    for _ in range(5):
        assert not works(shop, out, Secret("00000-00000"))


def _wait(shop: Shop, out: Out) -> None:
    shop.world.clock.advance(timedelta(days=31))


ENDINGS: Final[Mapping[str, Callable[[Shop, Out], IssuedCode | None]]] = {
    "reset": _reset,
    "archived": _archive,
    "deleted": _delete,
    "address changed": _move,
    "policy switched": _switch,
    "account closed": _close,
    "restored": _restore,
    "key retired": _retire,
    "time over": _wait,
    "used": _used,
    "mistyped": _mistype,
    "password changed": _change_password,
}
"""What ends a proof, and the code that the person is left with, if any."""


def _pairs() -> list[tuple[str, str]]:
    """Return which proof meets which ending: a link has no tries, and who waits has no password."""
    return [
        (proof, ending)
        for proof in PROOFS
        for ending in ENDINGS
        if not (ending == "mistyped" and proof.endswith("link"))
        and not (ending == "password changed" and proof.startswith("activation"))
    ]


@pytest.mark.asvs("6.4.1", "6.5.1")
@pytest.mark.parametrize(("proof", "ending"), _pairs())
def test_what_ended_works_no_more(world: World, proof: str, ending: str) -> None:
    """After any ending a proof does nothing, now and after the next claim; a page for its link shows nothing."""
    shop = _shop(world)
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
        subject_of(world.handle(_claiming(shop, "anna", code.code, NEXT)))
        assert not works(shop, out)


@pytest.mark.parametrize("proof", PROOFS)
def test_it_works_once(world: World, proof: str) -> None:
    """Until something ends it a proof works, exactly once; what is changed in it by one letter is none."""
    shop = _shop(world)
    out = PROOFS[proof](shop)
    text = out.text.reveal()
    assert not works(shop, out, Secret(text[:-1] + ("0" if text[-1] != "0" else "1")))
    assert [True, False] == [works(shop, out), works(shop, out)]


@pytest.mark.parametrize("proof", [name for name in PROOFS if name.endswith("code")])
def test_a_code_is_its_owners(world: World, proof: str) -> None:
    """A code typed for somebody else, of the same account or of another organization, is a wrong one."""
    shop, abroad = _shop(world), _shop(world, organization="abroad")
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
    shop, abroad = _shop(world), _shop(world, organization="abroad")
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
    shop = _shop(world)
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
