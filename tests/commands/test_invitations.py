"""The message of an invitation: who is told what, once, in which words, and what overtakes it before it goes out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ArchivePerson,
    Channel,
    DeclineInvitation,
    DeletePerson,
    EditPerson,
    MembershipState,
    NoticeKind,
    Rejected,
    RenameGroup,
    ResetPassword,
    Restored,
    RestorePerson,
    RetireGroup,
    RetryDeadLetter,
    Subject,
    Supplier,
    SwitchExternal,
    Window,
)
from subaccounts.domain.activation_events import NoticeCancelled, NoticeDelivered
from subaccounts.domain.notice import Notice
from subaccounts.locale import LANGUAGES
from subaccounts.wire import dumps, loads
from tests.commands.members import Company
from tests.commands.shop import SETUP

MAIL = "ext@partner.example"


@pytest.fixture
def company() -> Company:
    """Open a company with a group of partners."""
    return Company()


def delivered(company: Company) -> tuple[int, int]:
    """Deliver what waits; return how many were sent and cancelled."""
    done = company.deliver()
    return done.sent, done.cancelled


class TestWhatItSays:
    """An invitation says who invites to what; it carries nothing that opens anything."""

    def test_words(self, company: Company) -> None:
        """Given somebody invited, the message names the organization, the group, the person and its login."""
        subject = company.outsider()
        company.invite(subject.sub_account)
        (notice,) = company.notices()
        assert (NoticeKind.INVITATION, None) == (notice.kind, notice.proof)
        assert (subject.sub_account, subject.account) == (notice.sub_account, notice.account)
        said = "invitation en group=Partners login=ext name=Anna Koval organization=Acme; "
        company.deliver()
        (message,) = company.invitations()
        assert (said, MAIL) == (message.text.reveal(), getattr(message.to, "text", None))

    def test_frozen_when_it_was_decided(self, company: Company) -> None:
        """Given a group that is renamed before the message goes out, it says the name under which it was decided."""
        company.invite(company.outsider().sub_account)
        company.handle(RenameGroup(actor=company.admin, group=company.partners, name="Friends"))
        assert (1, 0) == delivered(company)
        assert "group=Partners" in company.invitations()[0].text.reveal()

    def test_in_every_shipped_language(self, company: Company) -> None:
        """Given people of three languages, each reads its own, and the name of the group in it."""
        people = {tag: company.outsider(tag, language=tag).sub_account for tag in LANGUAGES}
        company.subs = company.facade(our_texts=True)
        company.invite(*people.values())
        subjects = {
            "en": "You are invited to the group Partners at Acme",
            "da": "Du er inviteret til gruppen Partners hos Acme",
            "ru": "Acme: приглашение в группу «Partners»",
        }
        assert subjects == {notice.language.tag: notice.wording.subject for notice in company.notices()}

    def test_by_sms(self) -> None:
        """Given SMS that were bought and a phone, it goes there, and the line says so."""
        company = Company(sms=True)
        who = company.outsider(phone="+4512345678").sub_account
        (line,) = company.invite(who)
        assert (Channel.SMS, "+45******78") == (line.channel, line.to)
        assert (1, 0) == delivered(company)

    def test_it_is_written_and_read(self, company: Company) -> None:
        """A notice comes back from its queue as it was put there, the invitation it is about included."""
        company.invite(company.outsider().sub_account)
        (notice,) = company.notices()
        assert notice.invitation is not None
        assert notice == loads(Notice, dumps(notice))
        held = company.repository.members_page(company.partners, after=None, limit=9)[0]
        assert (held.id, held.version) == (notice.invitation.id, notice.invitation.version)


class TestOnce:
    """Each invitation goes out once, and sending again is another."""

    def test_sent(self, company: Company) -> None:
        """Given somebody invited, it is told once, with the event of every message."""
        company.invite(company.outsider().sub_account)
        assert (1, 0) == delivered(company)
        assert (0, 0) == delivered(company)
        told = [each.channel for each in company.happened(NoticeDelivered) if each.kind == "invitation"]
        assert ["email"] == told

    def test_sent_again(self, company: Company) -> None:
        """Given an invitation that went out, inviting again sends another; two before the first delivery are one."""
        who = company.outsider().sub_account
        company.invite(who)
        company.deliver()
        company.wait(days=3)
        company.invite(who)
        assert (1, 0) == delivered(company)
        company.invite(who)
        company.invite(who)
        assert (1, 1) == delivered(company)
        assert 3 == len(company.invitations())
        assert ["invitation"] == [each.kind for each in company.happened(NoticeCancelled)]

    def test_given_up_and_retried(self, company: Company) -> None:
        """Given a message that no provider took, an operator sends it again; once it was accepted, that sends nothing."""
        subject = company.outsider()
        company.invite(subject.sub_account)
        company.notifier.answers(Rejected(reason="gone"))
        company.deliver()
        (letter,) = company.letters()
        assert (NoticeKind.INVITATION, subject.sub_account) == (letter.kind, letter.sub_account)
        company.handle(RetryDeadLetter(actor=SETUP, organization=company.id, dead_letter=letter.id))
        company.notifier.answers(Rejected(reason="gone"))
        company.deliver()
        (letter,) = company.letters()
        company.accept(subject)
        company.handle(RetryDeadLetter(actor=SETUP, organization=company.id, dead_letter=letter.id))
        assert (0, 1) == delivered(company)
        assert () == company.letters()


Act = Callable[[Company, Subject], Any]
OVERTAKING: dict[str, Act] = {
    "accepted": lambda c, s: c.accept(s),
    "declined": lambda c, s: c.handle(DeclineInvitation(subject=s, group=c.partners)),
    "added": lambda c, s: c.join(s.sub_account),
    "removed": lambda c, s: c.remove(s.sub_account),
    "archived": lambda c, s: c.handle(ArchivePerson(actor=c.admin, sub_account=s.sub_account)),
    "deleted": lambda c, s: c.handle(DeletePerson(actor=c.admin, sub_account=s.sub_account)),
    "moved": lambda c, s: c.handle(
        EditPerson(actor=c.admin, sub_account=s.sub_account, fields={"email": "other@partner.example"})
    ),
    "employees only": lambda c, _: c.handle(SwitchExternal(actor=c.admin, group=c.partners, allows_external=False)),
    "retired": lambda c, _: c.handle(RetireGroup(actor=c.admin, group=c.partners)),
    "over": lambda c, _: c.wait(days=2),
    "restored": lambda c, _: c.handle(Restored(actor=SETUP, organization=c.id)),
}


@pytest.mark.parametrize("what", OVERTAKING)
def test_overtaken(company: Company, what: str) -> None:
    """Given an invitation that waits to be sent, whatever ends it keeps its message from going out."""
    subject = company.outsider()
    company.invite(subject.sub_account, window=Window(until=company.clock() + timedelta(days=1)))
    OVERTAKING[what](company, subject)
    company.deliver()
    assert [] == company.invitations()


STAYING: dict[str, Act] = {
    "reset": lambda c, s: c.handle(ResetPassword(actor=c.admin, sub_account=s.sub_account)),
    "renamed": lambda c, _: c.handle(RenameGroup(actor=c.admin, group=c.partners, name="Friends")),
    "edited": lambda c, s: c.handle(
        EditPerson(actor=c.admin, sub_account=s.sub_account, fields={"position": "Partner"})
    ),
    "another is invited": lambda c, _: c.invite(c.outsider("other").sub_account),
    "archived and back": lambda c, s: [
        c.handle(each(actor=c.admin, sub_account=s.sub_account)) for each in (ArchivePerson, RestorePerson)
    ],
}


@pytest.mark.parametrize("what", STAYING)
def test_not_overtaken(company: Company, what: str) -> None:
    """Given an invitation that waits to be sent, what does not end it does not keep it: a reset takes no administrator's
    address away, and who waits again can accept it later."""
    subject = company.outsider()
    company.invite(subject.sub_account)
    STAYING[what](company, subject)
    company.deliver()
    assert MAIL in {getattr(message.to, "text", None) for message in company.invitations()}
    assert MembershipState.INVITED is company.mine(subject.sub_account).membership.state


def test_a_reset_ends_what_a_person_proved_itself(company: Company) -> None:
    """Given an invitation to an address that the person gave and proved itself, a reset keeps it from going there: whoever
    proved it is perhaps the one the reset is for."""
    subject = company.outsider()
    sub = company.person(subject.sub_account)
    held = evolve(sub.profile.values["email"], by=Supplier.PERSON)
    company.repository._records[sub.id] = evolve(
        sub, profile=evolve(sub.profile, values={**sub.profile.values, "email": held}), proven=frozenset({"email"})
    )
    company.invite(subject.sub_account)
    company.handle(ResetPassword(actor=company.admin, sub_account=subject.sub_account))
    company.deliver()
    assert [] == company.invitations()
