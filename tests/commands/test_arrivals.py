"""Arriving by a company account, told in stories: who is found by what, and what an arrival changes of a person.

Who is turned away is `test_turned_away`, who is created `test_created`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ArchivePerson,
    AskAdministrator,
    Authenticated,
    ChangeContact,
    ContinueWithSSO,
    DeletePerson,
    EditPerson,
    Identity,
    OpenClaim,
    Pathway,
    ProveContact,
    Recognize,
    RedeemLink,
    RegistrationPolicy,
    RequestReset,
    ResetPassword,
    RestorePerson,
    Secret,
    State,
    SubAccountId,
)
from subaccounts.domain.activation_events import IdentityLinked
from subaccounts.domain.channel import address_text
from subaccounts.domain.events import PersonSignedIn, SubAccountClaimed
from subaccounts.domain.notice import NoticeKind
from subaccounts.domain.proof import Purpose
from subaccounts.errors import LinkRefused, NameTaken
from tests.commands.company import ACME, OTHER, add, arrive, claimed, enter, issuer, trusting, verified, with_both
from tests.commands.shop import NAMED, PASSWORD, Shop, code_of
from tests.sent import proof_of, waiting

ANNAS = Identity(issuer=ACME, subject="s-1")
MAIL = "anna@acme.example"
NOT_KNOWN = AskAdministrator(why="not_known")


@pytest.fixture
def shop() -> Shop:
    """Open a shop whose people come by the external id an issuer says, or by an e-mail it verified."""
    shop = Shop(policy=RegistrationPolicy.by_administrator())
    trusting(shop, issuer(external_id="eid", trusts_email=True), issuer(OTHER))
    return shop


def came(shop: Shop) -> SubAccountId:
    """Have Anna come by her company account, found by her external id."""
    add(shop, external_id="E-1")
    return enter(shop, verified(eid="E-1")).sub_account


class TestKnown:
    """Given somebody who came before, the company account alone leads to the person."""

    @pytest.mark.asvs("6.8.1")
    def test_is_let_in(self, shop: Shop) -> None:
        """The subject says how and where it was proven, and is recognized."""
        anna = came(shop)
        subject = enter(shop, verified(), door=evolve(shop.inside, terminal="till"))
        assert (anna, Pathway.SSO, "till") == (subject.sub_account, subject.pathway, subject.terminal)
        assert shop.person(anna) == shop.handle(Recognize(subject=subject))

    def test_changes_nothing_of_the_record(self, shop: Shop) -> None:
        """Whatever the issuer says later, name, e-mail or external id, nothing of the person changes."""
        anna = came(shop)
        before = shop.person(anna)
        enter(shop, verified(eid="E-2", email="other@acme.example", name="Somebody", title="Else"))
        assert before == shop.person(anna)

    def test_a_second_time_today_writes_no_record(self, shop: Shop) -> None:
        """On the same day nothing but the event is written; on the next the day of the sign-in is."""
        anna = came(shop)
        before = shop.row(anna)
        shop.wait(hours=1)
        enter(shop, verified())
        assert before == shop.row(anna)
        shop.wait(days=1)
        enter(shop, verified())
        assert before.sub_account == shop.person(anna)
        assert shop.clock() == shop.credential(anna).last_sign_in_at

    @pytest.mark.asvs("16.3.1")
    def test_each_arrival_is_an_event(self, shop: Shop) -> None:
        """Every sign-in by a company account is in the audit trail, with its pathway and terminal."""
        came(shop)
        moment = len(shop.events())
        enter(shop, verified())
        assert [PersonSignedIn(pathway=Pathway.SSO, terminal="shared")] == shop.since(moment)

    def test_leaves_the_guesses_counted(self, shop: Shop) -> None:
        """Coming by the company account forgives no wrong password: somebody else is guessing it meanwhile."""
        anna = with_both(shop).sub_account
        shop.fail(4)
        shop.wait(days=1)
        enter(shop, verified())
        assert 4 == shop.credential(anna).attempts.in_a_row
        assert isinstance(shop.sign_in("anna", PASSWORD), Authenticated)

    def test_comes_in_while_the_password_is_locked(self, shop: Shop) -> None:
        """A delay that somebody's guesses began is for the password, and keeps nobody out who needs none."""
        with_both(shop)
        shop.fail(5)
        assert not isinstance(shop.sign_in("anna", PASSWORD), Authenticated)
        enter(shop, verified())

    def test_whoever_is_disabled_comes_back_without_its_password(self, shop: Shop) -> None:
        """Given a password guessed away, the company account still lets in; password and earlier sign-ins stay dead."""
        earlier = with_both(shop)
        anna = earlier.sub_account
        shop.guess_until_disabled("anna")
        assert State.DISABLED is shop.person(anna).state
        assert isinstance(shop.begin("anna"), ContinueWithSSO)
        subject = enter(shop, verified())
        person, credential = shop.person(anna), shop.credential(anna)
        assert (State.ACTIVE, None, 0) == (person.state, credential.password, credential.attempts.in_a_row)
        assert shop.handle(Recognize(subject=earlier)) is None
        assert person == shop.handle(Recognize(subject=subject))
        assert not isinstance(shop.sign_in("anna", PASSWORD), Authenticated)

    def test_comes_back_after_the_archive_by_a_new_claim(self, shop: Shop) -> None:
        """Given a restored person, the company account ends the wait; the code that was put out is dead."""
        anna = came(shop)
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        assert AskAdministrator(why="archived") == arrive(shop, verified())
        restored = shop.handle(RestorePerson(actor=shop.admin, sub_account=anna))
        moment = len(shop.events())
        enter(shop, verified())
        assert (State.ACTIVE, None) == (shop.person(anna).state, shop.credential(anna).code)
        assert [SubAccountClaimed, PersonSignedIn] == [type(what) for what in shop.since(moment)]
        assert not isinstance(shop.complete("anna", code=code_of(restored), fields={}), Authenticated)

    def test_what_it_had_proven_counts_after_the_archive(self, shop: Shop) -> None:
        """Whoever comes back by its own company account is the one who proved its contacts: they count as before."""
        came(shop)
        me = enter(shop, verified())
        shop.handle(ChangeContact(subject=me, field="email", value="anna@home.example"))
        shop.handle(ProveContact(link=proof_of(shop.keys, shop.row(me.sub_account), Purpose.CONTACT)))
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=me.sub_account))
        shop.handle(RestorePerson(actor=shop.admin, sub_account=me.sub_account))
        enter(shop, verified())
        assert {"email"} == shop.person(me.sub_account).proven

    def test_a_company_account_is_compared_as_it_is(self, shop: Shop) -> None:
        """Another letter, another case or the same subject of another issuer is another company account."""
        came(shop)
        for other in (verified("S-1"), verified("s-1 "), verified("s-1", by=OTHER), verified("s-1", by=ACME + "/")):
            assert NOT_KNOWN == arrive(shop, other)


class TestTakeover:
    """Given a person who is found, the first arrival takes the record over; whatever proved anything before is dead."""

    def test_a_waiting_person(self, shop: Shop) -> None:
        """The wait ends without a password; who claimed, and by what it was found, is in the audit trail."""
        anna = add(shop, external_id="E-1")
        moment = len(shop.events())
        subject = enter(shop, verified(eid="E-1"))
        person, credential = shop.person(anna), shop.credential(anna)
        assert (State.ACTIVE, frozenset({ANNAS}), shop.clock()) == (person.state, person.identities, person.claimed_at)
        assert (None, None, shop.clock()) == (credential.password, credential.code, credential.last_sign_in_at)
        assert (person.epoch, 2) == (subject.epoch, person.epoch)
        assert [
            IdentityLinked(issuer=ACME, how="external_id"),
            SubAccountClaimed(pathway=Pathway.SSO, terminal="shared"),
            PersonSignedIn(pathway=Pathway.SSO, terminal="shared"),
        ] == shop.since(moment)

    def test_its_code_is_dead(self, shop: Shop) -> None:
        """The code that was out for the person claims nothing any more."""
        added = shop.add("anna", fields=NAMED | {"external_id": "E-1"})
        enter(shop, verified(eid="E-1"))
        assert not isinstance(shop.complete("anna", code=code_of(added), fields={}), Authenticated)

    def test_the_values_stay(self, shop: Shop) -> None:
        """What the administrator gave is not replaced by what the issuer says, at the first arrival either."""
        anna = add(shop, external_id="E-1", email="hr@acme.example")
        before = shop.person(anna).profile
        enter(shop, verified(eid="E-1", email=MAIL, name="Somebody", title="Else"))
        assert before == shop.person(anna).profile

    def test_a_person_with_a_password(self, shop: Shop) -> None:
        """Given somebody who claimed with a code, the company account ends the password and every sign-in of before."""
        earlier = claimed(shop, external_id="E-1")
        subject = enter(shop, verified(eid="E-1"))
        assert earlier.sub_account == subject.sub_account
        assert shop.credential(subject.sub_account).password is None
        assert shop.handle(Recognize(subject=earlier)) is None
        assert isinstance(shop.sign_in("anna", PASSWORD), ContinueWithSSO)

    def test_links_that_were_sent_are_dead(self, shop: Shop) -> None:
        """A link for a forgotten password, and the proof of a new contact, end with the takeover."""
        earlier = claimed(shop, external_id="E-1", email=MAIL)
        shop.handle(RequestReset(door=shop.inside, login="anna"))
        recovery = proof_of(shop.keys, shop.row(earlier.sub_account), Purpose.RECOVERY)
        enter(shop, verified(eid="E-1"))
        redeem = RedeemLink(link=recovery, password=Secret("another long and fine phrase"))
        assert isinstance(shop.refused(redeem), LinkRefused)
        assert shop.credential(earlier.sub_account).recovery is None

    def test_a_contact_that_waited_for_its_proof_is_dead(self, shop: Shop) -> None:
        """Whoever asked for another e-mail before the takeover cannot prove it after."""
        earlier = claimed(shop, external_id="E-1")
        shop.handle(ChangeContact(subject=earlier, field="email", value="mallory@evil.example"))
        link = proof_of(shop.keys, shop.row(earlier.sub_account), Purpose.CONTACT)
        enter(shop, verified(eid="E-1"))
        assert isinstance(shop.refused(ProveContact(link=link)), LinkRefused)
        assert shop.person(earlier.sub_account).profile.email is None

    def test_contacts_that_were_proven_before_count_no_more(self, shop: Shop) -> None:
        """A contact that somebody proved before the takeover stays as a text, and is sent nothing that lets in."""
        earlier = claimed(shop, external_id="E-1")
        shop.handle(ChangeContact(subject=earlier, field="email", value="mallory@evil.example"))
        shop.handle(ProveContact(link=proof_of(shop.keys, shop.row(earlier.sub_account), Purpose.CONTACT)))
        assert {"email"} == shop.person(earlier.sub_account).proven
        enter(shop, verified(eid="E-1"))
        assert frozenset() == shop.person(earlier.sub_account).proven

    def test_old_and_new_contacts_are_told(self, shop: Shop) -> None:
        """Every contact that counted is told that a company account opens the login now."""
        add(shop, external_id="E-1", email=MAIL)
        enter(shop, verified(eid="E-1"))
        (notice,) = waiting(shop.repository, shop.id, now=shop.clock())
        assert (NoticeKind.IDENTITY_LINKED, MAIL) == (notice.kind, address_text(notice.to))

    def test_is_not_told_of_later_arrivals(self, shop: Shop) -> None:
        """Only what changed is told."""
        add(shop, external_id="E-1", email=MAIL)
        enter(shop, verified(eid="E-1"))
        waiting(shop.repository, shop.id, now=shop.clock())
        enter(shop, verified())
        assert [] == waiting(shop.repository, shop.id, now=shop.clock())

    def test_a_reset_undoes_it(self, shop: Shop) -> None:
        """After a reset the company account leads here no more; the external id, which is the organization's word, does."""
        anna = came(shop)
        earlier = enter(shop, verified())
        shop.handle(ResetPassword(actor=shop.admin, sub_account=anna))
        assert shop.handle(Recognize(subject=earlier)) is None
        assert NOT_KNOWN == arrive(shop, verified())
        assert anna == enter(shop, verified(eid="E-1")).sub_account

    def test_an_open_window_closes(self) -> None:
        """Where claims are open, whoever was taken over is claimed by nobody else."""
        shop = Shop(policy=RegistrationPolicy.by_administrator(claim=OpenClaim(within=timedelta(days=1))))
        trusting(shop, issuer(external_id="eid"))
        add(shop, external_id="E-1")
        enter(shop, verified(eid="E-1"))
        assert not isinstance(shop.complete("anna", fields={}), Authenticated)


class TestByExternalId:
    """The external id is found where the issuer names its attribute, and only there."""

    def test_comes_before_the_email(self, shop: Shop) -> None:
        """Given two people, one by the external id and one by the e-mail, the external id decides."""
        add(shop, "boris", email=MAIL)
        anna = add(shop, external_id="E-1")
        assert anna == enter(shop, verified(eid="E-1", email=MAIL)).sub_account

    def test_an_issuer_that_names_none(self, shop: Shop) -> None:
        """The same attribute of an issuer that is not trusted with it leads nowhere."""
        add(shop, external_id="E-1")
        assert NOT_KNOWN == arrive(shop, verified(by=OTHER, eid="E-1"))

    @pytest.mark.parametrize("said", ["e-1", "E-1\x00", "", "E-1" * 100])
    def test_is_compared_as_the_organization_wrote_it(self, shop: Shop, said: str) -> None:
        """Another case, and what is no text of a field, is no external id."""
        add(shop, external_id="E-1")
        assert NOT_KNOWN == arrive(shop, verified(eid=said))

    def test_the_subject_can_be_the_external_id(self) -> None:
        """Where the directory knows people by the very id that the issuer calls its subject, that is the attribute."""
        shop = Shop(policy=RegistrationPolicy.by_administrator())
        trusting(shop, issuer(external_id="sub"))
        anna = add(shop, external_id="s-1")
        assert anna == enter(shop, verified("s-1")).sub_account

    def test_is_one_persons(self, shop: Shop) -> None:
        """An external id that somebody has is refused when somebody is added, and when somebody is edited."""
        add(shop, external_id="E-1")
        boris = add(shop, "boris", external_id="E-2")
        edit = EditPerson(actor=shop.admin, sub_account=boris, fields={"external_id": "E-1"})
        assert "external_id" == _taken(shop.refused(edit))
        shop.handle(evolve(edit, fields={"external_id": "E-2", "position": "Seller"}))
        shop.handle(evolve(edit, fields={"external_id": None}))
        add(shop, "carla", external_id="E-2")

    def test_an_edit_that_meets_another_is_decided_anew(self, shop: Shop) -> None:
        """Given two people who are given one external id at once, the second is refused by name and tries no further."""
        boris = add(shop, "boris")
        edit = EditPerson(actor=shop.admin, sub_account=boris, fields={"external_id": "E-1"})
        shop.meanwhile(lambda: add(shop, external_id="E-1"))
        with pytest.raises(NameTaken) as refusal:
            shop.handle(edit)
        assert "external_id" == refusal.value.field


def _taken(refusal: Exception) -> str:
    assert isinstance(refusal, NameTaken)
    return refusal.field


class TestByEmail:
    """A verified e-mail of a trusted issuer finds who has never claimed, and nobody else."""

    def test_finds_who_waits(self, shop: Shop) -> None:
        """Given an e-mail that an administrator vouched for, its owner at the issuer takes the record over."""
        anna = add(shop, email=MAIL)
        moment = len(shop.events())
        assert anna == enter(shop, verified(email="Anna@ACME.example")).sub_account
        assert IdentityLinked(issuer=ACME, how="email") == shop.since(moment)[0]

    def test_finds_a_login_that_is_the_address(self, shop: Shop) -> None:
        """Given a login that is the e-mail itself, it is found all the same."""
        assert add(shop, MAIL) == enter(shop, verified(email=MAIL)).sub_account

    @pytest.mark.parametrize(
        "who",
        [verified(email=MAIL, verified=False), verified(by=OTHER, email=MAIL), verified(email="no address")],
        ids=["not verified", "not trusted", "no address"],
    )
    def test_needs_trust(self, shop: Shop, who: Any) -> None:
        """An e-mail that the issuer did not verify, one of an issuer that is not trusted, and nonsense find nobody."""
        add(shop, email=MAIL)
        assert NOT_KNOWN == arrive(shop, who)

    def test_never_finds_who_has_claimed(self, shop: Shop) -> None:
        """Whoever claimed once, also one who was reset since, is not found by an e-mail."""
        anna = claimed(shop, email=MAIL).sub_account
        assert NOT_KNOWN == arrive(shop, verified(email=MAIL))
        shop.handle(ResetPassword(actor=shop.admin, sub_account=anna))
        before = shop.row(anna)
        assert NOT_KNOWN == arrive(shop, verified(email=MAIL))
        assert before == shop.row(anna)

    def test_never_finds_the_archived(self, shop: Shop) -> None:
        """An archived person who never claimed is not found by an e-mail; restored, it is."""
        anna = add(shop, email=MAIL)
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        assert NOT_KNOWN == arrive(shop, verified(email=MAIL))
        shop.handle(RestorePerson(actor=shop.admin, sub_account=anna))
        assert anna == enter(shop, verified(email=MAIL)).sub_account

    def test_never_finds_the_deleted(self, shop: Shop) -> None:
        """A tombstone holds no e-mail and no external id."""
        anna = add(shop, email=MAIL, external_id="E-1")
        shop.handle(DeletePerson(actor=shop.admin, sub_account=anna))
        assert NOT_KNOWN == arrive(shop, verified(email=MAIL, eid="E-1"))

    def test_a_shared_address_is_nobodys(self, shop: Shop) -> None:
        """Of two people with one e-mail only the one who signs in with it is found; the other's is a contact."""
        anna, boris = add(shop, email=MAIL), add(shop, "boris", email=MAIL)
        assert (True, False) == (shop.person(anna).email_is_key, shop.person(boris).email_is_key)
        assert anna == enter(shop, verified(email=MAIL)).sub_account
        assert NOT_KNOWN == arrive(shop, verified("s-2", email=MAIL))
        assert State.WAITING is shop.person(boris).state

    def test_a_second_mailbox_with_the_same_key(self, shop: Shop) -> None:
        """Two addresses that are compared alike can be two mailboxes: only the very one that was given is found."""
        add(shop, email=MAIL)
        assert NOT_KNOWN == arrive(shop, verified(email="\uff41nna@acme.example"))

    @pytest.mark.parametrize("said", ["anna@ÅRE.example", "anna@xn--re-xia.example"])
    def test_another_spelling_of_the_domain(self, shop: Shop, said: str) -> None:
        """A domain is one in capitals, in small letters and encoded: however the issuer spells it, the person is found."""
        anna = add(shop, email="anna@åre.example")
        assert anna == enter(shop, verified(email=said)).sub_account

    def test_who_is_known_by_another_external_id(self, shop: Shop) -> None:
        """Given a mailbox that went from one person to the next, the external id keeps the next one out."""
        add(shop, email=MAIL, external_id="E-1")
        for who in (verified(email=MAIL, eid="E-2"), verified(email=MAIL)):
            assert NOT_KNOWN == arrive(shop, who)

    def test_another_domain(self, shop: Shop) -> None:
        """Where the issuer's domains are said, an e-mail of another is not trusted."""
        trusting(shop, issuer(trusts_email=True, domains=frozenset({"acme.example"})))
        add(shop, email="anna@mail.example")
        boris = add(shop, "boris", email=MAIL)
        assert NOT_KNOWN == arrive(shop, verified(email="anna@mail.example"))
        assert boris == enter(shop, verified("s-2", email=MAIL)).sub_account
