"""Those who are allowed in and take more: administrators, colleagues at one terminal, leavers, fields nobody asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints

import pytest
from attrs import evolve, fields

from subaccounts import (
    AddPeople,
    AddPerson,
    ArchivePerson,
    BeginSignIn,
    ChangePassword,
    CloseAccount,
    DeletePerson,
    EditPerson,
    EnterLogin,
    HostRole,
    ReadPerson,
    Recognize,
    ResetPassword,
    RestorePerson,
    Secret,
    SignedIn,
    Subject,
    commands,
    wire,
)
from subaccounts.domain.events import SubAccountReset
from subaccounts.errors import FieldRefused, InvalidValue, NotAllowed
from tests.cve.portal import FIELDS, OTHER_PASSWORD, PASSWORD, Portal, is_in, subject_of
from tests.shell.samples import every_command


class TestAdministratorKnowsAPassword:
    """docmost#2437, nextcloud/impersonate#80: administrators set people's passwords, or acted as them, and nobody was told.

    Here no command that acts on somebody else takes or answers a password, nobody acts as somebody else, and every act
    on a proof is in the audit trail.
    """

    @pytest.mark.asvs("6.4.6")
    def test_no_command_for_others_takes_a_password(self) -> None:
        """Only the commands by which a person proves itself take a secret; they name no actor beside that person.

        A code that somebody chose is no password: it leads to choosing one.
        """
        taking = {each.__name__ for each in every_command() if Secret in _parts(each)}
        signing_in = {"SignIn", "CompleteRegistration", "ChangePassword", "LinkIdentity"}
        by_message = {"PeekLink", "RedeemLink", "RedeemCode", "CompleteSignUp"}
        contacts = {"ChangeContact", "ProveContact", "ProveContactByCode"}
        assert {"GrantCode", *signing_in, *by_message, *contacts} == taking
        assert ["GrantCode"] == [name for name in taking if hasattr(getattr(commands, name), "actor")]

    @pytest.mark.asvs("6.4.1")
    def test_a_reset_is_an_event_and_hands_over_no_password(self, portal: Portal) -> None:
        """A reset leaves an event that says who did it, and its code leads to the registration, not into the account."""
        subject = portal.active("anna")
        issued = portal.handle(ResetPassword(actor=portal.admin, sub_account=subject.sub_account)).code
        assert issued is not None
        assert not is_in(portal.sign_in("anna", issued.code))
        by = [event.by for event in portal.events() if isinstance(event.happening, SubAccountReset)]
        assert [("host_user", "boss")] == [(each.kind, each.id) for each in by]

    def test_nobody_changes_anothers_password(self, portal: Portal) -> None:
        """A person's subject and password change nothing for a colleague."""
        anna, boris = portal.active("anna"), portal.active("boris", OTHER_PASSWORD)
        forged = evolve(anna, sub_account=boris.sub_account, epoch=anna.epoch + 1)
        new = Secret("the password of an attacker")
        refusal = portal.refused(ChangePassword(subject=forged, current=Secret(PASSWORD), new=new))
        assert isinstance(refusal, NotAllowed)
        assert is_in(portal.sign_in("boris", OTHER_PASSWORD))


def _parts(command: type[Any]) -> set[object]:
    """Return the types that a command's fields can hold, unions opened."""
    hints = get_type_hints(command)
    found = {hints[field.name] for field in fields(command)}
    return found | {part for hint in found for part in getattr(hint, "__args__", ())}


class TestOverwrittenByImport:
    """Meeds#642: a list of people was read in, and for those who existed already it set their passwords again.

    Here adding creates and nothing else: a login that somebody holds is answered as taken on its own line.
    """

    def test_who_exists_stays_as_it_is(self, portal: Portal) -> None:
        """Pasting lines with a login that is taken changes no byte of its person and credential; the others are added."""
        subject = portal.active("anna")
        before = portal.person(subject.sub_account)
        lines = portal.handle(AddPeople.pasted("anna\nboris", actor=portal.admin, account=portal.account.id))
        assert [False, True] == [line.sub_account is not None for line in lines]
        assert before == portal.person(subject.sub_account)
        assert is_in(portal.sign_in("anna"))


class TestSharedTerminal:
    """pgina#294, windows-itpro-docs#1671: a shared machine stayed signed in, and the next person worked as the one before.

    Here nothing half-done is kept, a sign-in never answers with somebody who signed in before, and a subject is of one
    person and one terminal.
    """

    def test_the_next_person_is_asked_anew(self, portal: Portal) -> None:
        """At a terminal where somebody is signed in, the page begins with the login, and the next subject is the next's."""
        anna = portal.active("anna")
        portal.add("boris")
        assert isinstance(portal.handle(BeginSignIn(door=portal.inside)), EnterLogin)
        assert not is_in(portal.handle(BeginSignIn(door=portal.inside, login="anna")))
        boris = portal.active("vera", OTHER_PASSWORD)
        assert anna.sub_account != boris.sub_account
        assert anna.terminal == boris.terminal

    def test_a_changed_password_ends_the_other_terminals(self, portal: Portal) -> None:
        """Whoever changes the password ends every sign-in elsewhere, and goes on with a fresh subject."""
        left_open = portal.active("anna")
        here = subject_of(portal.sign_in("anna"))
        change = ChangePassword(subject=here, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))
        fresh = portal.handle(change)
        assert [None, None] == [portal.handle(Recognize(subject=each)) for each in (left_open, here)]
        assert portal.handle(Recognize(subject=fresh)) is not None


ENDINGS: dict[str, Callable[[Portal, Subject], object]] = {
    "archived": lambda p, s: p.handle(ArchivePerson(actor=p.admin, sub_account=s.sub_account)),
    "deleted": lambda p, s: p.handle(DeletePerson(actor=p.admin, sub_account=s.sub_account)),
    "reset": lambda p, s: p.handle(ResetPassword(actor=p.admin, sub_account=s.sub_account)),
    "account closed": lambda p, s: p.handle(CloseAccount(actor=p.admin, account=s.account)),
}


class TestSessionOutlivesItsPerson:
    """CWE-613: a person was deactivated, and the session it had open went on for days.

    Here every ending raises the epoch in its own commit, and `Recognize` compares at every request.
    """

    @pytest.mark.asvs("7.4.2", "7.4.5")
    @pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
    def test_it_ends_at_once(self, portal: Portal, ending: Callable[[Portal, Subject], object]) -> None:
        """After each ending the subject is nobody's, also through JSON, acts for nobody, and the password is no way in."""
        subject = portal.active("anna")
        kept = wire.dumps(subject)
        assert portal.handle(Recognize(subject=wire.loads(Subject, kept))) is not None
        ending(portal, subject)
        assert portal.handle(Recognize(subject=wire.loads(Subject, kept))) is None
        assert isinstance(
            portal.refused(ReadPerson(actor=SignedIn(subject=subject), sub_account=subject.sub_account)), NotAllowed
        )
        assert not is_in(portal.sign_in("anna"))

    def test_coming_back_revives_nothing(self, portal: Portal) -> None:
        """A person who was archived and restored has to claim anew, and the old subject stays ended."""
        subject = portal.active("anna")
        portal.handle(ArchivePerson(actor=portal.admin, sub_account=subject.sub_account))
        restored = portal.handle(RestorePerson(actor=portal.admin, sub_account=subject.sub_account))
        assert not is_in(portal.sign_in("anna"))
        assert restored.code is not None
        assert is_in(portal.claim("anna", restored.code.code, OTHER_PASSWORD))
        assert portal.handle(Recognize(subject=subject)) is None

    def test_a_naive_session_goes_on(self, portal: Portal) -> None:
        """The attack works on a host that keeps the login in its session and asks nobody."""
        subject = portal.active("anna")
        session = {"user": subject.sub_account}
        portal.handle(ArchivePerson(actor=portal.admin, sub_account=subject.sub_account))
        assert session["user"] == subject.sub_account
        assert portal.handle(Recognize(subject=subject)) is None

    def test_a_promoted_host_account_lends_nothing(self, portal: Portal) -> None:
        """When the shared host account becomes an administrator, nobody behind it signs in, from the next time on."""
        portal.active("anna")
        portal.hosts.promote(portal.account.host, HostRole.ADMINISTRATOR)
        assert not is_in(portal.sign_in("anna"))


class TestMassAssignment:
    """CWE-915: a form's fields were all written to the record, and people made themselves administrators by adding one.

    Here fields are named, the policy says who gives which, and what is not a person's to give is refused by name.
    """

    @pytest.mark.asvs("15.3.3")
    @pytest.mark.parametrize(
        "extra",
        [{"kind": "external"}, {"state": "active"}, {"permission_types": ["boss"]}, {"job_profile": "boss"}, {"id": "1"},
         {"epoch": 0}, {"email": "me@example.org"}, {"is_admin": True}, {"version": 9}, {"password": "x"}, {"": "x"}],
        ids=lambda extra: next(iter(extra)),
    )  # fmt: skip
    def test_a_field_of_nobodys_asking(self, portal: Portal, extra: dict[str, Any]) -> None:
        """A registration with a field that is not the person's lets nobody in and writes nothing; nor does an edit."""
        added = portal.add("anna")
        assert added.code is not None
        before = portal.person(added.sub_account.id)
        step = portal.claim("anna", added.code.code, fields={**FIELDS, **extra})
        assert not is_in(step)
        assert before.sub_account == portal.person(added.sub_account.id).sub_account
        subject = subject_of(portal.claim("anna", added.code.code))
        edit = EditPerson(actor=SignedIn(subject=subject), sub_account=subject.sub_account, fields=extra)
        assert isinstance(portal.refused(edit), (FieldRefused, InvalidValue, NotAllowed))

    @pytest.mark.asvs("1.5.2")
    def test_plain_data_with_more_in_it(self, portal: Portal) -> None:
        """Plain data with a key that its class does not have is refused, and so is a class that is not of the union."""
        command = AddPerson(actor=portal.admin, account=portal.account.id, login="anna")
        plain = wire.to_plain(command)
        for wrong in ({**plain, "state": "active"}, {**plain, "actor": {**plain["actor"], "type": "System"}}):
            with pytest.raises(InvalidValue):
                wire.from_plain(AddPerson, wrong)
        assert command == wire.from_plain(AddPerson, plain)
