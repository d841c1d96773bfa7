"""What ends a proof that is out: acts of administrators, of the person, of operators, and time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from subaccounts import (
    ActivationPolicy,
    AddPerson,
    ArchivePerson,
    ArriveBySSO,
    ChangeIssuers,
    ChangePassword,
    CloseAccount,
    DeletePerson,
    Door,
    EditPerson,
    Identity,
    IssuedCode,
    Issuer,
    LinkIdentity,
    OpenAccount,
    ResetPassword,
    Restored,
    RestorePerson,
    Secret,
    State,
    Subject,
    SwitchPolicy,
    UnlinkIdentity,
    VerifiedIdentity,
)
from subaccounts.domain.attempts import DISABLED_AT
from tests.invariants.sent_proofs import NEXT, THIEF, Out, works
from tests.invariants.world import OPERATOR, PASSWORD, Shop, subject_of
from tests.shell.sent_samples import says

ISSUER: Final = Issuer(issuer="https://login.acme.example", name="Acme account")
COMPANY: Final = VerifiedIdentity(identity=Identity(issuer=ISSUER.issuer, subject="s-1"))


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


def _unlink(shop: Shop, out: Out) -> None:
    """Take a company account away that the person came by; a password is left."""
    _linked(shop, out)
    shop.world.handle(UnlinkIdentity(actor=shop.admin, sub_account=out.who, issuer=ISSUER.issuer))


def _wake(shop: Shop, out: Out) -> None:
    """Have the password guessed away, so that the person comes back by its company account alone."""
    _linked(shop, out)
    for number in range(DISABLED_AT):
        door = Door.inside(shop.account.id, terminal=f"till-{number}")
        shop.sign_in("anna", THIEF, door=door)
    assert State.DISABLED is shop.world.person(out.who).sub_account.state
    subject_of(shop.world.handle(ArriveBySSO(door=shop.inside, identity=COMPANY)))


def _linked(shop: Shop, out: Out) -> None:
    assert out.subject is not None
    link(shop, out.subject)


def link(shop: Shop, subject: Subject) -> None:
    """Have the organization trust an issuer, and a company account of it lead to who is signed in."""
    shop.world.handle(ChangeIssuers(actor=shop.admin, organization=shop.organization, issuers=(ISSUER,)))
    shop.world.handle(LinkIdentity(subject=subject, identity=COMPANY))


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
    "company account unlinked": _unlink,
    "woken by a company account": _wake,
}
"""What ends a proof, and the code that the person is left with, if any."""
OF_WHO_HAS_CLAIMED: Final = frozenset({"password changed", "company account unlinked", "woken by a company account"})
"""What only happens to a person who was signed in."""
