"""One working sample of every command, each on a person of its own: what is run to see how every command fails.

A command without a sample fails the test that walks them; add it to `SAMPLES`, or to `tests.samples.CHANGES` when it
changes something without a proof.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import subaccounts.commands
from subaccounts import (
    AdvanceGeneration,
    ArriveBySSO,
    BeginSignIn,
    Change,
    ChangeIssuers,
    ChangePassword,
    Command,
    CompleteRegistration,
    DeliverNotices,
    EventsAfter,
    ExpireMemberships,
    ExplainField,
    ForgetStrangers,
    GrantCode,
    Identity,
    LinkIdentity,
    ListAccounts,
    ListCatalog,
    ListDeadLetters,
    ListGroups,
    ListMembers,
    ListPeople,
    PreviewPolicySwitch,
    ReadAccount,
    ReadAudit,
    ReadGroup,
    ReadMemberships,
    ReadOrganization,
    ReadPerson,
    Recognize,
    RegistrationPolicy,
    SealAudit,
    Secret,
    SignIn,
    SubAccount,
    VerifiedIdentity,
    VerifyAudit,
)
from tests.group_samples import group, invited
from tests.invariants.world import FIELDS, OPERATOR, OTHER_PASSWORD, PASSWORD, Shop
from tests.samples import CHANGES, ISSUER, Place, letter_in
from tests.shell.sent_samples import SENT_SAMPLES
from tests.shell.sight_samples import SIGHT_SAMPLES
from tests.shell.sign_up_samples import SIGN_UP_SAMPLES

Sample = Callable[[Shop], Command[Any]]
_DAYS: Final = timedelta(days=2)


def _place(shop: Shop) -> Place:
    return Place(
        admin=shop.admin,
        account=shop.account.id,
        run=shop.world.rival.handle,
        waiting=lambda login: shop.add(login).sub_account.id,
        active=lambda login: shop.active(login).sub_account,
        subject=shop.active,
        letter=lambda: letter_in(shop.world.plain, shop.organization),
    )


def _changing(make: Callable[[Place], Change[Any]]) -> Sample:
    return lambda shop: make(_place(shop))


def _person(shop: Shop) -> SubAccount:
    return shop.add("sample").sub_account


def _stranger(shop: Shop) -> None:
    shop.sign_in("nobody", "not it at all")


def _change(shop: Shop) -> ChangePassword:
    return ChangePassword(subject=shop.active("sample"), current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))


def _login(shop: Shop) -> str:
    shop.active("sample")
    return "sample"


def _arriving(shop: Shop) -> ArriveBySSO:
    place = _place(shop)
    place.run(ChangeIssuers(actor=shop.admin, organization=shop.organization, issuers=place.issuers()))
    shop.add("sample", external_id="E-1", **FIELDS)
    who = VerifiedIdentity(identity=Identity(issuer=ISSUER, subject="s-1"), attributes={"eid": "E-1"})
    return ArriveBySSO(door=shop.inside, identity=who)


def _linking(shop: Shop) -> LinkIdentity:
    place = _place(shop)
    place.run(ChangeIssuers(actor=shop.admin, organization=shop.organization, issuers=place.issuers()))
    who = VerifiedIdentity(identity=Identity(issuer=ISSUER, subject="s-1"))
    return LinkIdentity(subject=shop.active("sample"), identity=who, current=Secret(PASSWORD))


def _advancing(shop: Shop) -> AdvanceGeneration:
    shop.world.keys.advance(to=shop.world.keys.generation + 1)  # what was created is one ahead until then
    return AdvanceGeneration(actor=OPERATOR, organization=shop.organization)


def _forgetting(shop: Shop) -> ForgetStrangers:
    _stranger(shop)
    shop.world.clock.advance(_DAYS)
    return ForgetStrangers(actor=OPERATOR, organization=shop.organization)


def _listing_members(shop: Shop) -> ListMembers:
    return ListMembers(actor=shop.admin, group=invited(_place(shop))[1])


_POLICY: Final = RegistrationPolicy.by_administrator()

SAMPLES: Final[Mapping[type[Command[Any]], Sample]] = {
    **{kind: _changing(make) for kind, make in CHANGES.items()},
    **SENT_SAMPLES,
    **SIGN_UP_SAMPLES,
    **SIGHT_SAMPLES,
    ReadOrganization: lambda s: ReadOrganization(actor=s.admin, id=s.organization),
    ListCatalog: lambda s: ListCatalog(actor=s.admin, organization=s.organization, kind="department"),
    PreviewPolicySwitch: lambda s: PreviewPolicySwitch(actor=s.admin, account=s.account.id, policy=_POLICY),
    ReadAccount: lambda s: ReadAccount(actor=s.admin, account=s.account.id),
    ListAccounts: lambda s: ListAccounts(actor=s.admin, organization=s.organization),
    ReadPerson: lambda s: ReadPerson(actor=s.admin, sub_account=_person(s).id),
    ExplainField: lambda s: ExplainField(actor=s.admin, sub_account=_person(s).id, field="position"),
    ListPeople: lambda s: ListPeople(actor=s.admin, organization=s.organization),
    BeginSignIn: lambda s: s.beginning(_person(s).login.text),
    SignIn: lambda s: s.signing_in(_login(s)),
    CompleteRegistration: lambda s: s.claiming("sample", s.add("sample").code),
    ArriveBySSO: _arriving,
    LinkIdentity: _linking,
    ChangePassword: _change,
    GrantCode: lambda s: GrantCode(actor=s.admin, sub_account=_person(s).id, code=Secret("TULIP-2026")),
    Recognize: lambda s: Recognize(subject=s.active("sample")),
    ReadAudit: lambda s: ReadAudit(actor=s.admin, organization=s.organization),
    EventsAfter: lambda s: EventsAfter(actor=OPERATOR, organization=s.organization),
    SealAudit: lambda s: SealAudit(actor=OPERATOR, organization=s.organization),
    VerifyAudit: lambda s: VerifyAudit(actor=OPERATOR, organization=s.organization),
    ForgetStrangers: _forgetting,
    AdvanceGeneration: _advancing,
    # Workers that find nothing due: those that do are failed and killed in tests/faults, test_delivery and test_endings.
    ExpireMemberships: lambda s: ExpireMemberships(actor=OPERATOR, organization=s.organization),
    DeliverNotices: lambda s: DeliverNotices(actor=OPERATOR, organization=s.organization),
    ListDeadLetters: lambda s: ListDeadLetters(actor=s.admin, organization=s.organization),
    ReadGroup: lambda s: ReadGroup(actor=s.admin, group=group(_place(s))),
    ListGroups: lambda s: ListGroups(actor=s.admin, organization=s.organization),
    ListMembers: _listing_members,
    ReadMemberships: lambda s: ReadMemberships(actor=s.admin, sub_account=invited(_place(s))[0].sub_account),
}
"""How each command is made so that it succeeds."""


def every_command() -> set[type[Command[Any]]]:
    """Return every command that a host can give."""
    named = [getattr(subaccounts.commands, name) for name in subaccounts.commands.__all__]
    return {each for each in named if isinstance(each, type) and issubclass(each, Command)} - {Command, Change}
