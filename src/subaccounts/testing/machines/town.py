"""Two organizations with two shops each, and how a command is run in one of them and judged."""

from __future__ import annotations

from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant

from ...commands import AddPerson, ChangeIssuers, Command, CreateOrganization, OpenAccount, Recognize
from ...domain.account import AccountState, HostAccount
from ...domain.actor import HostUser, System
from ...domain.audience import Ungrouped
from ...domain.catalog import CatalogEntry
from ...domain.codes import IssuedCode
from ...domain.credential import Credential
from ...domain.ids import AccountId, DepartmentId, OrganizationId, ResourceId, SubAccountId
from ...domain.issuer import Issuer, JustInTime
from ...domain.life import State
from ...domain.login import Login
from ...domain.organization import LapsePolicy, Organization, Realm
from ...domain.policy import RegistrationPolicy
from ...domain.resource import Resource
from ...domain.sub_account import Person, SubAccount
from ...domain.subscription import StoredSeats
from ...errors import NotAllowed, ProofRefused, Refusal
from .answers import Answers
from .invariants import InvariantBroken
from .known import Known, Shop
from .machine import Machine
from .portal import Portal
from .scene import Scene

R = TypeVar("R")
OPERATOR = System(name="operator")
ISSUER = "https://login.example"
COUNTED = frozenset({State.WAITING, State.ACTIVE})
"""The states of people who take a seat, where seats are counted."""


def issuer(shop: Shop, *, external: bool, email: bool, creates: bool) -> Issuer:
    """Return an issuer that is trusted with this much, and creates people in a shop."""
    return Issuer(
        issuer=ISSUER,
        name="Company account",
        external_id="eid" if external else None,
        trusts_email=email,
        creates=JustInTime(account=shop.account, login="uid") if creates else None,
    )


class Town(Machine):
    """Be what the rules of every noun share: the shops, the people known, and a command run and judged."""

    shops: list[Shop]

    def __init__(self) -> None:
        super().__init__()
        self.portal: Portal = Portal(self.checked, self.loop)
        self.people: list[Known] = []
        self.numbers: int = 0
        self.refusal: Refusal | None = None
        """By what the last command was refused."""

    @initialize(
        realm=st.sampled_from(Realm),
        lapse=st.sampled_from(LapsePolicy),
        seats=st.sampled_from((None, 100, 3, 1)),
        ungrouped=st.sampled_from(Ungrouped),
    )
    def open_shops(self, realm: Realm, lapse: LapsePolicy, seats: int | None, ungrouped: Ungrouped) -> None:
        """Open two shops in each of two organizations, the second of which has what was drawn."""
        self.shops = []
        plain = (Realm.ACCOUNT, LapsePolicy.KEEP_SIGNING_IN, None, Ungrouped.EVERYBODY)
        chosen = {"alpha": plain, "beta": (realm, lapse, seats, ungrouped)}
        for name, (within, lapsing, limit, among) in chosen.items():
            of = OrganizationId(value=name)
            self.handle(
                CreateOrganization(actor=OPERATOR, id=of, name=name, realm=within, lapse=lapsing, ungrouped=among)
            )
            if limit is not None:
                self.portal.subscriptions.seat(of, StoredSeats(limit=limit, states=COUNTED))
            for number in (1, 2):
                self.shops.append(self._open(of, HostAccount(system="crm", id=f"shop-{number}"), within))
        for shop in self.shops[::2]:
            command = AddPerson(actor=shop.admin, account=shop.account, login="anna", fields={"external_id": "E-1"})
            added = self.handle(command)
            self.know(shop, added.sub_account, added.code)
            issuers = (issuer(shop, external=True, email=True, creates=True),)
            self.handle(ChangeIssuers(actor=shop.admin, organization=shop.organization, issuers=issuers))

    def _open(self, of: OrganizationId, host: HostAccount, realm: Realm) -> Shop:
        admin = HostUser.administrator("boss", of=of)
        policy = RegistrationPolicy.by_person()
        opened = self.handle(OpenAccount(actor=admin, organization=of, host=host, name=host.id, policy=policy))
        return Shop(account=opened.id, host=host, realm=realm, admin=admin)

    def know(self, shop: Shop, person: SubAccount, code: IssuedCode | None) -> None:
        """Remember somebody who was added."""
        revealed = code.code.reveal() if code else None
        self.people.append(Known(id=person.id, shop=shop, login=person.login.text, code=revealed))

    # What always holds.

    @invariant()
    def proofs_are_in_place(self) -> None:
        """Look at every credential: what is there fits the person's state."""
        for credential in self.stored(Credential):
            person = self.person(SubAccountId(organization=credential.id.organization, value=credential.id.value))
            state = person.sub_account.state
            comes_in = credential.password is not None or bool(person.sub_account.identities)
            if credential.password is not None and state is not State.ACTIVE:
                raise InvariantBroken("proofs in place", person.sub_account.id, f"{state} and {credential}")
            if state is State.ACTIVE and not comes_in:
                raise InvariantBroken("proofs in place", person.sub_account.id, "active, with no way to come in")
            if credential.code is not None and state is not State.WAITING:
                raise InvariantBroken("proofs in place", person.sub_account.id, f"{state} with a code")

    @invariant()
    def keys_have_one_holder(self) -> None:
        """Look at every living person: no two of a realm can be meant by one login or vouched e-mail. What they hold as
        keys is not asked: storage gives one key to one holder, and would not miss a key that nobody holds."""
        realms = {each.id: each.realm for each in self.stored(Organization)}
        holders: dict[tuple[OrganizationId | AccountId, str], SubAccountId] = {}
        for person in self.stored(SubAccount):
            of = person.id.organization
            where = of if realms[of] is Realm.ORGANIZATION else person.account
            for typed in self.signs_in_with(person):
                if person.state is not State.DELETED and holders.setdefault((where, typed), person.id) != person.id:
                    raise InvariantBroken("one holder", typed, f"{holders[where, typed]} and {person.id}")

    @invariant()
    def seats_are_counted(self) -> None:
        """Look at the counters of seats: each is how many people it counts."""
        for (of, name), value in self.seat_counters.items():
            counted = [each for each in self.stored(SubAccount) if each.id.organization == of and each.state in COUNTED]
            if len(counted) != value:
                raise InvariantBroken("seats", name, f"the counter says {value}, there are {len(counted)}")

    @invariant()
    def sign_ins_hold_or_do_not(self) -> None:
        """Ask whether the last sign-ins hold: exactly while nothing ended them and nothing is in the way."""
        for known in self.people:
            for subject in known.subjects[-1:]:
                found = self.handle(Recognize(subject=subject))
                if (found.id if found else None) != (known.id if self.may_enter(known.shop) else None):
                    raise InvariantBroken("living proofs", subject, f"it was recognized as {found}")
            for subject in known.dead_subjects[-2:]:
                if self.handle(Recognize(subject=subject)) is not None:
                    raise InvariantBroken("dead proofs", subject, "it is recognized")

    @property
    def seat_counters(self) -> dict[tuple[OrganizationId, str], int]:
        """Return the counters of seats; messages are counted too."""
        return {at: value for at, value in self.checked.model.counters.items() if at[1].startswith("seats/")}

    def everybody(self) -> list[SubAccount]:
        """Return everybody who is stored."""
        return self.stored(SubAccount)

    def living(self, shop: Shop, among: dict[SubAccountId, SubAccount] | None = None) -> list[SubAccount]:
        """Return who lives in the realm of a shop."""
        return [
            each
            for each in (self.everybody() if among is None else among.values())
            if each.id.organization == shop.organization
            and each.state is not State.DELETED
            and (shop.realm is Realm.ORGANIZATION or each.account == shop.account)
        ]

    def signs_in_with(self, person: SubAccount) -> set[str]:
        """Return what somebody is meant by at a door: the login, and an e-mail that was vouched for."""
        email = person.profile.email if person.email_is_key else None
        return {person.login.key, *([email.key] if email is not None else [])}

    def seats_left(self, shop: Shop) -> bool:
        """Tell whether one more person has a seat in the organization of a shop."""
        rule = self.portal.subscriptions._now(shop.organization).seats  # noqa: SLF001 - a look, not a question
        taken = [
            each for each in self.everybody() if each.id.organization == shop.organization and each.state in COUNTED
        ]
        return rule is None or len(taken) < rule.limit

    # How a command is run.

    def handle(self, command: Command[R], /) -> R:
        """Run a command, and count it once it is answered; raises what it raises."""
        answer = self.portal.handle(command)
        self.tally.commands[type(command).__name__] += 1
        return answer

    def do(self, shop: Shop, command: Command[R], *, only: Known | None = None) -> R | None:
        """Run a command; None when it was refused, by `refusal`. It changes only what it is about, and refused nothing at
        all."""
        self.tally.steps += 1
        before = len(self.checked.journal)
        answer: R | None = None
        self.refusal = None
        try:
            answer = self.handle(command)
        except Refusal as told:
            self.refusal = told
        written = self.checked.journal[before:]
        if self.refusal is not None and written and not isinstance(self.refusal, ProofRefused):
            raise InvariantBroken("refusals", command, f"it was refused ({self.refusal}) and wrote {written}")
        for batch in written:
            if batch.organization != shop.organization:
                raise InvariantBroken("reach", command, f"it wrote to {batch.organization}")
            for record in batch.puts:
                if isinstance(record, SubAccount | Credential) and not self._about(record, shop, only):
                    raise InvariantBroken("reach", command, f"it wrote {record}")
        return answer

    def _about(self, record: SubAccount | Credential, shop: Shop, only: Known | None) -> bool:
        """Tell whether a command about one person, or else one shop, has to do with a record of a person."""
        if only is not None:
            return record.id.value == only.id.value
        person = self.person(SubAccountId(organization=record.id.organization, value=record.id.value))
        return shop.realm is Realm.ORGANIZATION or person.sub_account.account == shop.account

    def expect(self, name: str, command: object, expected: object, actual: object) -> None:
        """Raise `InvariantBroken` unless the two are equal."""
        if expected != actual:
            raise InvariantBroken(name, command, f"expected {expected}, but it was {actual}")

    def require_alive(self, command: object, shop: Shop) -> None:
        """Raise `InvariantBroken` when who acts with a sign-in that holds was refused as somebody without one."""
        if self.may_enter(shop):
            self.expect("living proofs", command, False, isinstance(self.refusal, NotAllowed))  # noqa: FBT003 - expected

    # What is known.

    def known(self, number: int) -> Known:
        """Return somebody."""
        return self.people[number % len(self.people)]

    def addressed(self, number: int) -> Known:
        """Return who is meant by somebody's login: its holder now, or the person itself when that is dead."""
        person = self.known(number)
        key = Login.parse(person.login).key
        for each in self.people:
            if each.shop is person.shop:
                sub = self.person(each.id).sub_account
                email = sub.profile.email.key if sub.email_is_key and sub.profile.email else None
                if sub.state is not State.DELETED and key in {sub.login.key, email}:
                    return each
        return person

    def person(self, id: SubAccountId) -> Person:  # noqa: A002 - as the port calls it
        """Return a person as stored."""
        found = Answers(self.checked.model).person(id)
        assert found is not None, "nobody is removed"  # noqa: S101 - narrows the type
        return found

    def organization(self, shop: Shop) -> Organization:
        """Return the organization of a shop as stored."""
        found = Answers(self.checked.model).organization(shop.organization)
        assert found is not None, "an organization stays"  # noqa: S101 - narrows the type
        return found

    def stored(self, kind: type[R]) -> list[R]:
        """Return every record of a kind."""
        return [record for record in self.checked.model.records.values() if isinstance(record, kind)]

    @property
    def departments(self) -> list[DepartmentId]:
        """Return every department, of both organizations."""
        return [each.id for each in self.stored(CatalogEntry) if isinstance(each.id, DepartmentId)]

    def stored_at(self, id: ResourceId) -> Resource:  # noqa: A002 - as ids are called
        """Return a resource as stored, a removed one too."""
        return next(each for each in self.stored(Resource) if each.id == id)

    def resource(self, which: int) -> tuple[Resource, Shop]:
        """Return a resource, and a shop of its organization."""
        found = self.stored(Resource)[which % len(self.stored(Resource))]
        return found, next(each for each in self.shops if each.organization == found.id.organization)

    def neighbor(self, shop: Shop) -> Shop:
        """Return a shop of the other organization."""
        return next(each for each in self.shops if each.organization != shop.organization)

    def scene(self, shop: Shop) -> Scene:
        """Return who sees what in the organization of a shop, by what is stored now."""
        of, records = shop.organization, self.checked.model.records.values()
        return Scene(records=tuple(each for each in records if each.id.organization == of), now=self.portal.clock())

    def may_enter(self, shop: Shop) -> bool:
        """Tell whether people of a shop can be let in at all: it is open, its host in order, no lapse blocks."""
        facts = Answers(self.checked.model).account(shop.account)
        assert facts is not None, "a shop stays"  # noqa: S101 - narrows the type
        blocked = facts.organization.lapse is LapsePolicy.BLOCKED and not self.portal.covered(shop.organization)
        roles: Any = self.portal.hosts._roles.get(shop.host)  # noqa: SLF001 - a look, not a question
        return facts.account.state is AccountState.OPEN and not roles and not blocked

    def new_password(self) -> str:
        """Return a password nobody had."""
        return f"the password of number {self.next_number()}"

    def next_number(self) -> int:
        """Return a number nobody had."""
        self.numbers += 1
        return self.numbers

    def codes_die(self, shop: Shop) -> None:
        """Declare every code of a shop dead."""
        for person in self.people:
            if person.shop is shop:
                person.kill(password=False)
