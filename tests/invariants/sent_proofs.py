"""The proofs that a message carries, each as it is sent to somebody: what the tests of dead messages end and try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from attrs import evolve, frozen

from subaccounts import (
    ActivationPolicy,
    ChangeContact,
    Command,
    CompleteRegistration,
    Form,
    MessageBudget,
    ProveContact,
    ProveContactByCode,
    Purpose,
    RedeemCode,
    RedeemLink,
    RegistrationPolicy,
    RequestReset,
    Secret,
    SubAccountId,
    Subject,
    Way,
)
from subaccounts.domain.contact_change import ContactProven
from subaccounts.domain.policy import FieldRule
from subaccounts.domain.steps import Authenticated, EnterPassword
from subaccounts.domain.supplier import Supplier
from subaccounts.errors import Refusal
from tests.invariants.world import FIELDS, Shop, World, subject_of
from tests.sent import proof_of
from tests.shell.sent_samples import says

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


def open_shop(world: World, **more: Any) -> Shop:
    """Open a shop whose people give their contacts themselves, and outrank the administrator in them."""
    policy = RegistrationPolicy.by_person()
    mine = FieldRule(suppliers=(Supplier.PERSON, Supplier.ADMINISTRATOR))
    return Shop(world, policy=evolve(policy, fields={**policy.fields, "email": mine, "phone": mine}), **more)


def _text(shop: Shop, who: SubAccountId, purpose: Purpose) -> Secret:
    return proof_of(shop.world.keys, shop.world.person(who), purpose)


def _redeem(link: Secret) -> RedeemLink:
    return RedeemLink(link=link, password=Secret(THIEF), fields=FIELDS)


def claiming(shop: Shop, login: str, code: Secret, password: str = THIEF) -> CompleteRegistration:
    return CompleteRegistration(door=shop.inside, login=login, password=Secret(password), code=code, fields=FIELDS)


def _activation_link(shop: Shop, login: str = "anna") -> Out:
    says(shop, BY_LINK)
    who = shop.add(login, email=f"{login}@shop.example").sub_account.id
    return Out(who=who, text=_text(shop, who, Purpose.CLAIM), use=_redeem)


def _activation_code(shop: Shop, login: str = "anna") -> Out:
    says(shop, BY_CODE)
    who = shop.add(login, phone=PHONE).sub_account.id
    return Out(who=who, text=_text(shop, who, Purpose.CLAIM), use=lambda code: claiming(shop, login, code))


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
