"""Every task that touches anna, by name: what she does, what others do with her login, what is done to her, and what
happens around her.

What is tried beside it, and a new command, belongs into a family of `everything`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from attrs import evolve

from subaccounts import (
    ActivationPolicy,
    AddPeople,
    AddPerson,
    AdvanceGeneration,
    ArchivePerson,
    BeginSignIn,
    ChangeActivation,
    ChangeIssuers,
    ChangePassword,
    ClaimSlips,
    CloseAccount,
    CompleteRegistration,
    DeletePerson,
    DeliverNotices,
    DropDeadLetter,
    EditPerson,
    ExpireMemberships,
    ExplainField,
    GrantCode,
    HostUser,
    IssueCode,
    LinkIdentity,
    ListPeople,
    MakeDepartment,
    MoveDepartment,
    NewPerson,
    OpenAccount,
    PreviewPolicySwitch,
    ReadPerson,
    Recognize,
    RegistrationPolicy,
    RenameCatalogEntry,
    RenamePerson,
    ResetPassword,
    Restored,
    RestorePerson,
    RetireCatalogEntry,
    RetryDeadLetter,
    SealAudit,
    Secret,
    Selection,
    SendActivation,
    SignedIn,
    SignIn,
    SwitchPolicy,
    UnlinkIdentity,
    UnlockPerson,
    VerifyAudit,
    VoidCode,
    VoidSlips,
    Way,
)
from subaccounts.domain.account import HostRole
from subaccounts.domain.ids import DepartmentId
from subaccounts.domain.notice import DEAD_LETTERS
from subaccounts.testing.interleavings import HostBecomes, SubscriptionBecomes, Task
from tests.interleavings.builder import (
    BOSS,
    FIELDS,
    HOST,
    ISSUER,
    OPEN,
    OPERATOR,
    ORGANIZATION,
    PASSWORD,
    WRONG,
    arriving,
)
from tests.interleavings.shop import Shop

NEW_PASSWORD: Final = "seven quiet otters swim at dusk"
RIVAL_PASSWORD: Final = "nine loud herons wade at dawn"
EMAIL: Final = "anna@example.com"


def claiming(shop: Shop, code: Secret | None, *, password: str = PASSWORD) -> CompleteRegistration:
    """Return the command that claims anna's login."""
    return CompleteRegistration(door=shop.inside, login="anna", password=Secret(password), code=code, fields=FIELDS)


def signing_in(shop: Shop, secret: Secret, *, login: str = "anna") -> SignIn:
    """Return the command that signs in inside the host account."""
    return SignIn(door=shop.inside, login=login, secret=secret)


def changing(shop: Shop, current: str) -> ChangePassword:
    """Return the command that changes anna's password."""
    return ChangePassword(subject=shop.subject, current=Secret(current), new=Secret(NEW_PASSWORD))


def _open_again(shop: Shop) -> OpenAccount:
    policy = RegistrationPolicy.by_person()
    return OpenAccount(actor=BOSS, organization=ORGANIZATION, host=HOST, name="Shop again", policy=policy)


def _open_claims(shop: Shop) -> SwitchPolicy:
    return SwitchPolicy(actor=BOSS, account=shop.account, policy=RegistrationPolicy.by_person(claim=OPEN))


def _paste(shop: Shop) -> AddPeople:
    people = (NewPerson(login="anna"), NewPerson(login="hanna"), NewPerson(login="carla"))
    return AddPeople(actor=BOSS, account=shop.account, people=people)


def _placing(shop: Shop, actor: HostUser, department: DepartmentId) -> EditPerson:
    return EditPerson(actor=actor, sub_account=shop.anna, fields={"departments": frozenset({department})})


def _dead_letter(shop: Shop) -> str:
    """Return the id of the message that was given up."""
    (kept,) = shop.world.repository.tasks_page(ORGANIZATION, DEAD_LETTERS, after=None, limit=9)
    return str(kept.task.id)


TASKS: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "begin": lambda s: BeginSignIn(door=s.inside, login="anna"),
    "claim": lambda s: claiming(s, s.code),
    "claim as a rival": lambda s: claiming(s, s.code, password=RIVAL_PASSWORD),
    "claim without a code": lambda s: claiming(s, None),
    "claim with a wrong code": lambda s: claiming(s, Secret(WRONG)),
    "claim with a flaw": lambda s: claiming(s, s.code, password="short"),
    "show the code": lambda s: signing_in(s, s.code),
    "sign in": lambda s: signing_in(s, Secret(PASSWORD)),
    "sign in outside": lambda s: evolve(signing_in(s, Secret(PASSWORD)), door=s.outside),
    "guess": lambda s: signing_in(s, Secret(WRONG)),
    "guess at a till": lambda s: evolve(signing_in(s, Secret(WRONG)), door=evolve(s.outside, terminal="till-2")),
    "change the password": lambda s: changing(s, PASSWORD),
    "change it by a guess": lambda s: changing(s, WRONG),
    "recognize": lambda s: Recognize(subject=s.subject),
    "edit herself": lambda s: EditPerson(
        actor=SignedIn(subject=s.subject), sub_account=s.anna, fields={"full_name": "Anna Anew"}
    ),
    "read": lambda s: ReadPerson(actor=BOSS, sub_account=s.anna),
    "list": lambda s: ListPeople(actor=BOSS, organization=ORGANIZATION),
    "edit": lambda s: EditPerson(actor=BOSS, sub_account=s.anna, fields={"full_name": "Anna Petrenko"}),
    "edit the e-mail": lambda s: EditPerson(actor=BOSS, sub_account=s.anna, fields={"email": EMAIL}),
    "give boris the e-mail": lambda s: EditPerson(actor=BOSS, sub_account=s.boris, fields={"email": EMAIL}),
    "issue a code": lambda s: IssueCode(actor=BOSS, sub_account=s.anna),
    "send her activation": lambda s: SendActivation(
        actor=BOSS, organization=ORGANIZATION, selection=Selection(people=(s.anna,))
    ),
    "reissue her slip": lambda s: ClaimSlips(
        actor=BOSS, organization=ORGANIZATION, selection=Selection(people=(s.anna,)), reissue=True
    ),
    "grant a code": lambda s: GrantCode(actor=BOSS, sub_account=s.anna, code=Secret("TULIP-2026")),
    "void the code": lambda s: VoidCode(actor=BOSS, sub_account=s.anna),
    "reset": lambda s: ResetPassword(actor=BOSS, sub_account=s.anna),
    "reset once": lambda s: ResetPassword(actor=BOSS, sub_account=s.anna, request_id="reset-1"),
    "unlock": lambda s: UnlockPerson(actor=BOSS, sub_account=s.anna),
    "archive": lambda s: ArchivePerson(actor=BOSS, sub_account=s.anna),
    "archive once": lambda s: ArchivePerson(actor=BOSS, sub_account=s.anna, request_id="archive-1"),
    "restore": lambda s: RestorePerson(actor=BOSS, sub_account=s.anna),
    "delete": lambda s: DeletePerson(actor=BOSS, sub_account=s.anna),
    "delete once": lambda s: DeletePerson(actor=BOSS, sub_account=s.anna, request_id="delete-1"),
    "rename": lambda s: RenamePerson(actor=BOSS, sub_account=s.anna, login="hanna"),
    "respell": lambda s: RenamePerson(actor=BOSS, sub_account=s.anna, login="Anna"),
    "rename boris": lambda s: RenamePerson(actor=BOSS, sub_account=s.boris, login="hanna"),
    "rename boris to anna": lambda s: RenamePerson(actor=BOSS, sub_account=s.boris, login="anna", reuse_deleted=True),
    "add her login": lambda s: AddPerson(actor=BOSS, account=s.account, login="anna"),
    "add her login again": lambda s: AddPerson(actor=BOSS, account=s.account, login="anna", reuse_deleted=True),
    "add hanna": lambda s: AddPerson(actor=BOSS, account=s.account, login="hanna"),
    "add hanna once": lambda s: AddPerson(actor=BOSS, account=s.account, login="hanna", request_id="add-1"),
    "paste": _paste,
    "sign boris in": lambda s: signing_in(s, Secret(PASSWORD), login="boris"),
    "open claims": _open_claims,
    "close the account": lambda s: CloseAccount(actor=BOSS, account=s.account),
    "open the account": _open_again,
    "promote the host": lambda s: HostBecomes(host=HOST, roles=frozenset({HostRole.MODERATOR})),
    "demote the host": lambda s: HostBecomes(host=HOST, roles=frozenset()),
    "put her in the office": lambda s: _placing(s, BOSS, s.office),
    "put her in the office as the head": lambda s: _placing(s, s.head, s.office),
    "give her the job": lambda s: EditPerson(actor=BOSS, sub_account=s.anna, fields={"job_profile": s.seller}),
    "add hanna to the office": lambda s: AddPerson(
        actor=BOSS, account=s.account, login="hanna", fields={"departments": frozenset({s.office})}
    ),
    "archive as the head": lambda s: ArchivePerson(actor=s.head, sub_account=s.anna),
    "list as the head": lambda s: ListPeople(actor=s.head, organization=ORGANIZATION),
    "explain": lambda s: ExplainField(actor=BOSS, sub_account=s.anna, field="full_name"),
    "retire the office": lambda s: RetireCatalogEntry(actor=BOSS, entry=s.office),
    "retire the till": lambda s: RetireCatalogEntry(actor=BOSS, entry=s.till),
    "retire the job": lambda s: RetireCatalogEntry(actor=BOSS, entry=s.seller),
    "rename the office": lambda s: RenameCatalogEntry(actor=BOSS, entry=s.office, name="Back office"),
    "move the till": lambda s: MoveDepartment(actor=BOSS, department=s.till, parent=None),
    "say restored": lambda s: Restored(actor=OPERATOR, organization=ORGANIZATION),
    "lapse": lambda s: SubscriptionBecomes(subscription=evolve(s.world.subscription, active=False)),
}
"""Every task that is one step to whoever looks at it, made for a shop."""

ARRIVALS: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "arrive": lambda s: arriving(s.inside),
    "arrive as another": lambda s: arriving(s.outside, "s-2"),
    "arrive as hanna": lambda s: arriving(s.inside, "s-3", uid="hanna"),
    "link": lambda s: LinkIdentity(subject=s.subject, identity=arriving(s.inside).identity, current=Secret(PASSWORD)),
    "unlink": lambda s: UnlinkIdentity(actor=BOSS, sub_account=s.anna, issuer=ISSUER),
    "trust nobody": lambda s: ChangeIssuers(actor=BOSS, organization=ORGANIZATION, issuers=()),
}
"""The tasks of company accounts, made for a shop."""

AROUND: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "tell everybody": lambda s: ChangeActivation(
        actor=BOSS, organization=ORGANIZATION, activation=ActivationPolicy(automatic=frozenset(Way))
    ),
    "void the slips": lambda s: VoidSlips(
        actor=BOSS, organization=ORGANIZATION, selection=Selection(people=(s.anna, s.boris))
    ),
    "retry her dead letter": lambda s: RetryDeadLetter(
        actor=OPERATOR, organization=ORGANIZATION, dead_letter=_dead_letter(s)
    ),
    "drop her dead letter": lambda s: DropDeadLetter(
        actor=OPERATOR, organization=ORGANIZATION, dead_letter=_dead_letter(s)
    ),
    "move a generation ahead": lambda s: AdvanceGeneration(actor=OPERATOR, organization=ORGANIZATION),
    "make a department": lambda s: MakeDepartment(
        actor=BOSS, organization=ORGANIZATION, name="Cellar", parent=s.office
    ),
}
"""What is done to the organization, to its catalogs and to the messages that were given up, where one was."""

WALKS: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "preview a switch": lambda s: PreviewPolicySwitch(
        actor=BOSS, account=s.account, policy=RegistrationPolicy.by_administrator()
    ),
    "seal": lambda s: SealAudit(actor=OPERATOR, organization=ORGANIZATION),
    "deliver": lambda s: DeliverNotices(actor=OPERATOR, organization=ORGANIZATION),
    "tell of ends": lambda s: ExpireMemberships(actor=OPERATOR, organization=ORGANIZATION),
    "verify": lambda s: VerifyAudit(actor=OPERATOR, organization=ORGANIZATION),
}
"""The tasks that walk over many people or commit chunk by chunk; others are let in between."""
