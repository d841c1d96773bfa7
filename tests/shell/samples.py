"""One working sample of every command, each on a person of its own: what is run to see how every command fails.

A command without a sample fails the test that walks them; add it to `SAMPLES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import subaccounts.commands
from subaccounts import (
    AddPeople,
    AddPerson,
    ArchivePerson,
    BeginSignIn,
    Change,
    ChangePassword,
    CloseAccount,
    Command,
    CompleteRegistration,
    CreateOrganization,
    DeletePerson,
    EditPerson,
    EventsAfter,
    ExplainField,
    ForgetStrangers,
    HostAccount,
    IssueCode,
    ListAccounts,
    ListCatalog,
    ListPeople,
    MakeDepartment,
    MakeJobProfile,
    MakePermissionType,
    MoveDepartment,
    OpenAccount,
    OrganizationId,
    PreviewPolicySwitch,
    ReadAccount,
    ReadAudit,
    ReadOrganization,
    ReadPerson,
    Recognize,
    RegistrationPolicy,
    RenameCatalogEntry,
    RenamePerson,
    ResetPassword,
    RestorePerson,
    RetireCatalogEntry,
    SealAudit,
    Secret,
    SignIn,
    SubAccount,
    SwitchPolicy,
    UnlockPerson,
    VerifyAudit,
    VoidCode,
)
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.ids import DepartmentId
from tests.invariants.world import OPERATOR, OTHER_PASSWORD, PASSWORD, Shop

Sample = Callable[[Shop], Command[Any]]
_DAYS: Final = timedelta(days=2)


def _person(shop: Shop) -> SubAccount:
    return shop.add("sample").sub_account


def _archived(shop: Shop) -> SubAccount:
    person = _person(shop)
    return shop.world.rival.handle(ArchivePerson(actor=shop.admin, sub_account=person.id))


def _department(shop: Shop, name: str) -> DepartmentId:
    made: CatalogEntry = shop.world.rival.handle(
        MakeDepartment(actor=shop.admin, organization=shop.organization, name=name)
    )
    assert isinstance(made.id, DepartmentId)
    return made.id


def _stranger(shop: Shop) -> None:
    shop.sign_in("nobody", "not it at all")


def _change(shop: Shop) -> ChangePassword:
    return ChangePassword(subject=shop.active("sample"), current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))


def _login(shop: Shop) -> str:
    shop.active("sample")
    return "sample"


def _forgetting(shop: Shop) -> ForgetStrangers:
    _stranger(shop)
    shop.world.clock.advance(_DAYS)
    return ForgetStrangers(actor=OPERATOR, organization=shop.organization)


_POLICY: Final = RegistrationPolicy.by_administrator()

SAMPLES: Final[Mapping[type[Command[Any]], Sample]] = {
    CreateOrganization: lambda s: CreateOrganization(actor=OPERATOR, id=OrganizationId(value="fresh"), name="Fresh"),
    ReadOrganization: lambda s: ReadOrganization(actor=s.admin, id=s.organization),
    MakeDepartment: lambda s: MakeDepartment(
        actor=s.admin, organization=s.organization, name="Below", parent=_department(s, "Above")
    ),
    MakeJobProfile: lambda s: MakeJobProfile(actor=s.admin, organization=s.organization, name="Cashier"),
    MakePermissionType: lambda s: MakePermissionType(actor=s.admin, organization=s.organization, name="Till"),
    RenameCatalogEntry: lambda s: RenameCatalogEntry(actor=s.admin, entry=_department(s, "Old"), name="New"),
    MoveDepartment: lambda s: MoveDepartment(
        actor=s.admin, department=_department(s, "Mover"), parent=_department(s, "Home")
    ),
    RetireCatalogEntry: lambda s: RetireCatalogEntry(actor=s.admin, entry=_department(s, "Gone")),
    ListCatalog: lambda s: ListCatalog(actor=s.admin, organization=s.organization, kind="department"),
    OpenAccount: lambda s: OpenAccount(
        actor=s.admin,
        organization=s.organization,
        host=HostAccount(system="crm", id="another"),
        name="Another",
        policy=_POLICY,
    ),
    CloseAccount: lambda s: CloseAccount(actor=s.admin, account=s.account.id),
    SwitchPolicy: lambda s: SwitchPolicy(actor=s.admin, account=s.account.id, policy=_POLICY),
    PreviewPolicySwitch: lambda s: PreviewPolicySwitch(actor=s.admin, account=s.account.id, policy=_POLICY),
    ReadAccount: lambda s: ReadAccount(actor=s.admin, account=s.account.id),
    ListAccounts: lambda s: ListAccounts(actor=s.admin, organization=s.organization),
    AddPerson: lambda s: AddPerson(actor=s.admin, account=s.account.id, login="fresh"),
    AddPeople: lambda s: AddPeople.pasted("one\ntwo\nthree", actor=s.admin, account=s.account.id),
    ReadPerson: lambda s: ReadPerson(actor=s.admin, sub_account=_person(s).id),
    ExplainField: lambda s: ExplainField(actor=s.admin, sub_account=_person(s).id, field="position"),
    ListPeople: lambda s: ListPeople(actor=s.admin, organization=s.organization),
    EditPerson: lambda s: EditPerson(
        actor=s.admin, sub_account=_person(s).id, fields={"full_name": "Anna", "email": "anna@shop.example"}
    ),
    RenamePerson: lambda s: RenamePerson(actor=s.admin, sub_account=_person(s).id, login="renamed"),
    ArchivePerson: lambda s: ArchivePerson(actor=s.admin, sub_account=s.active("sample").sub_account),
    RestorePerson: lambda s: RestorePerson(actor=s.admin, sub_account=_archived(s).id),
    DeletePerson: lambda s: DeletePerson(actor=s.admin, sub_account=s.active("sample").sub_account),
    IssueCode: lambda s: IssueCode(actor=s.admin, sub_account=_person(s).id),
    VoidCode: lambda s: VoidCode(actor=s.admin, sub_account=_person(s).id),
    ResetPassword: lambda s: ResetPassword(actor=s.admin, sub_account=s.active("sample").sub_account),
    UnlockPerson: lambda s: UnlockPerson(actor=s.admin, sub_account=_person(s).id),
    BeginSignIn: lambda s: s.beginning(_person(s).login.text),
    SignIn: lambda s: s.signing_in(_login(s)),
    CompleteRegistration: lambda s: s.claiming("sample", s.add("sample").code),
    ChangePassword: _change,
    Recognize: lambda s: Recognize(subject=s.active("sample")),
    ReadAudit: lambda s: ReadAudit(actor=s.admin, organization=s.organization),
    EventsAfter: lambda s: EventsAfter(actor=OPERATOR, organization=s.organization),
    SealAudit: lambda s: SealAudit(actor=OPERATOR, organization=s.organization),
    VerifyAudit: lambda s: VerifyAudit(actor=OPERATOR, organization=s.organization),
    ForgetStrangers: _forgetting,
}
"""How each command is made so that it succeeds."""


def every_command() -> set[type[Command[Any]]]:
    """Return every command that a host can give."""
    named = [getattr(subaccounts.commands, name) for name in subaccounts.commands.__all__]
    return {each for each in named if isinstance(each, type) and issubclass(each, Command)} - {Command, Change}
