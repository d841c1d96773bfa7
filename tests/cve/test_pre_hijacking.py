"""Somebody who was there before the owner: pre-hijacked accounts, and people found by what they are not.

An attacker prepares the record of a person who will come by a company account later, and waits. Who is who is told in
`company`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from subaccounts import (
    ArchivePerson,
    AskAdministrator,
    ChangeContact,
    DeletePerson,
    OpenClaim,
    ProveContact,
    Recognize,
    RedeemLink,
    RegistrationPolicy,
    RequestReset,
    Secret,
)
from subaccounts.domain.activation_events import IdentityLinked
from subaccounts.domain.notice import NoticeKind
from subaccounts.domain.proof import Purpose
from tests.cve.company import CARELESS, EVIL, HERS, ISSUER, MAIL, Company
from tests.cve.portal import OTHER_PASSWORD, Portal, is_in, subject_of

NOT_KNOWN: Final = AskAdministrator(why="not_known")


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    """Open a portal where claims are open for a day, which is what Mallory needs."""
    policy = RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=1)))
    with Portal(tmp_path, policy=policy) as portal:
        yield Company(portal)


class TestPreHijacking:
    """arXiv:2205.10174 (Sudhodanan and Paverd, *Pre-hijacked accounts*): at 35 of 75 services whoever had made an account
    with the victim's e-mail kept a way in after the victim took it over, in one of five ways.

    Here an e-mail finds nobody who has claimed; and where the organization's own id leads to a record, its first arrival
    ends every password, session, pending proof and proven contact of before, whoever made them.
    """

    def test_classic_federated_merge(self, company: Company) -> None:
        """The password that Mallory set is dead once Anna came by her company account; Anna's sign-in holds."""
        mallory = company.prepared(external_id="E-1")
        subject = subject_of(company.arrive())
        assert mallory.sub_account == subject.sub_account
        assert not is_in(company.portal.sign_in("anna", OTHER_PASSWORD))
        assert company.portal.handle(Recognize(subject=subject)) is not None

    def test_classic_federated_merge_by_email(self, company: Company) -> None:
        """A record that Mallory claimed is not merged with Anna by her e-mail, however verified: it stays apart."""
        mallory = company.prepared(email=MAIL)
        before = company.portal.person(mallory.sub_account)
        assert NOT_KNOWN == company.arrive()
        assert before == company.portal.person(mallory.sub_account)

    def test_unexpired_session(self, company: Company) -> None:
        """A session that Mallory keeps open, and renews every day, is over at Anna's arrival."""
        mallory = company.prepared(external_id="E-1")
        for _ in range(3):
            company.portal.wait(days=1)
            assert company.portal.handle(Recognize(subject=mallory)) is not None
        company.arrive()
        assert company.portal.handle(Recognize(subject=mallory)) is None

    def test_trojan_identifier(self, company: Company) -> None:
        """An e-mail that Mallory added and proved opens nothing afterwards: no recovery goes there, and no reset."""
        mallory = company.prepared(external_id="E-1")
        company.portal.handle(ChangeContact(subject=mallory, field="email", value=EVIL))
        company.portal.handle(ProveContact(link=company.proof(mallory.sub_account, Purpose.CONTACT)))
        assert company.portal.person(mallory.sub_account).sub_account.profile.email is not None
        company.arrive()
        company.told()
        for login in ("anna", EVIL):
            company.portal.wait(hours=1)
            company.portal.handle(RequestReset(door=company.portal.outside, login=login))
        assert [] == company.told()
        assert company.portal.person(mallory.sub_account).credential.recovery is None
        assert not company.portal.person(mallory.sub_account).sub_account.email_is_key

    def test_trojan_company_account(self, company: Company) -> None:
        """A company account of her own that Mallory came by does not stay beside Anna's: the first one has to be undone."""
        company.portal.add("anna", external_id="E-1")
        mallory = subject_of(company.arrive(sub="mallory-1"))
        assert AskAdministrator(why="linked_already") == company.arrive()
        assert {"mallory-1"} == {
            each.subject for each in company.portal.person(mallory.sub_account).sub_account.identities
        }

    def test_unexpired_email_change(self, company: Company) -> None:
        """A change of e-mail that Mallory began is dead: the link that waits in her mailbox changes nothing."""
        mallory = company.prepared(external_id="E-1")
        company.portal.handle(ChangeContact(subject=mallory, field="email", value=EVIL))
        link = company.proof(mallory.sub_account, Purpose.CONTACT)
        company.arrive()
        assert "link_refused" == company.portal.refused(ProveContact(link=link)).code
        assert company.portal.person(mallory.sub_account).sub_account.profile.email is None

    def test_unexpired_recovery(self, company: Company) -> None:
        """A recovery link that Mallory had sent while the e-mail was hers is dead, unused as it is."""
        mallory = company.prepared(external_id="E-1", email=EVIL)
        company.portal.handle(RequestReset(door=company.portal.outside, login="anna"))
        link = company.proof(mallory.sub_account, Purpose.RECOVERY)
        company.arrive()
        redeem = RedeemLink(link=link, password=Secret(OTHER_PASSWORD))
        assert "link_refused" == company.portal.refused(redeem).code

    @pytest.mark.parametrize("claims", [{}, {"email_verified": False}, {"email_verified": "true"}, {"employee": "E-1"}])
    def test_non_verifying_provider(self, company: Company, claims: dict[str, Any]) -> None:
        """Mallory, whom a careless issuer lets call herself Anna, takes over nobody, and is created beside nobody."""
        anna = company.portal.add("anna", email=MAIL, external_id="E-1").sub_account.id
        before = company.portal.person(anna)
        assert not is_in(company.arrive(**{"iss": CARELESS, "sub": "mallory-1", **claims}))
        assert before == company.portal.person(anna)
        assert anna == subject_of(company.arrive()).sub_account

    def test_non_verifying_provider_comes_first(self, company: Company) -> None:
        """Whoever the careless issuer had created under Anna's address before her stays apart: Anna is never in there."""
        mallory = subject_of(company.arrive(iss=CARELESS, sub="mallory-1")).sub_account
        assert NOT_KNOWN == company.arrive()
        assert {"mallory-1"} == {each.subject for each in company.portal.person(mallory).sub_account.identities}
        anna = company.portal.add("anna", external_id="E-1").sub_account.id
        assert anna == subject_of(company.arrive()).sub_account

    def test_the_naive_merge_leaves_the_password(self) -> None:
        """The attack works on a merge by e-mail that keeps what the record had."""
        record = {"email": MAIL, "password": OTHER_PASSWORD, "subject": None}
        merged = {**record, "subject": "anna-1"} if record["email"] == HERS["email"] else record
        assert (OTHER_PASSWORD, "anna-1") == (merged["password"], merged["subject"])


class TestLinkingByEmail:
    """authorizer#503 (GHSA-29rf-f4vv-pvq6), the-desk#553, switch#291: whoever came by OAuth was linked to the account with
    the same e-mail, without asking whether the issuer had verified it, or the account its mailbox; the account was whose
    password was set first, or whose issuer lets anybody type an address.

    Here a company account is issuer and subject, compared as they are. An e-mail counts when the issuer says JSON's true and
    the organization trusts this issuer with it, and then finds only who has never claimed; and every link is an event and is
    told to the person.
    """

    @pytest.mark.parametrize("word", [False, None, "true", "false", 1, "yes"])
    def test_an_email_that_is_not_verified(self, company: Company, word: Any) -> None:
        """An administrator's seeded record is not found by an address that the issuer did not verify, however it says so."""
        boss = company.portal.add("boss", email=MAIL).sub_account.id
        assert NOT_KNOWN == company.arrive(email_verified=word)
        assert (
            company.portal.person(boss).credential.code is not None
            or not company.portal.person(boss).sub_account.identities
        )

    @pytest.mark.parametrize("claim", ["preferred_username", "upn", "login", "name", "uid"])
    def test_a_name_that_people_choose(self, company: Company, claim: str) -> None:
        """What somebody calls itself at the issuer is nobody's login here."""
        company.portal.add("boss")
        assert NOT_KNOWN == company.arrive(email=None, **{claim: "boss"})

    @pytest.mark.asvs("6.8.1")
    def test_the_same_subject_of_another_issuer(self, company: Company) -> None:
        """A subject of one issuer is nobody at another, which counts its people from 1 as well."""
        company.portal.add("anna", external_id="E-1")
        anna = subject_of(company.arrive(sub="1")).sub_account
        step = company.arrive(iss=CARELESS, sub="1", email="mallory@careless.example")
        assert not is_in(step) or subject_of(step).sub_account != anna

    def test_is_recorded_and_told(self, company: Company) -> None:
        """A link is in the audit trail with what led to it, and the person's address hears of it."""
        company.portal.add("anna", email=MAIL)
        company.arrive()
        linked = [each.happening for each in company.portal.events() if isinstance(each.happening, IdentityLinked)]
        assert [IdentityLinked(issuer=ISSUER, how="email")] == linked
        assert [(NoticeKind.IDENTITY_LINKED, MAIL)] == company.told()


class TestProvisioningReactivates:
    """metabase#67524: just-in-time provisioning also gave deactivated people their accounts back, as its documentation had
    to explain; whoever was dismissed and still known to the identity provider signed in again.

    Here an arrival never leaves the archive, and creates nobody beside who is in it, or where a deleted one's login was.
    """

    def test_the_archived_stay_out(self, company: Company) -> None:
        """Whoever is archived is told so, by every issuer that leads there, and is as it was."""
        company.portal.add("anna", external_id="E-1")
        anna = subject_of(company.arrive()).sub_account
        company.portal.handle(ArchivePerson(actor=company.portal.admin, sub_account=anna))
        before = company.portal.person(anna)
        for claims in ({}, {"email": "anna@new.example"}, {"sub": "anna-2"}):
            assert AskAdministrator(why="archived") == company.arrive(**claims)
        assert before == company.portal.person(anna)

    def test_the_archived_are_not_made_anew(self, company: Company) -> None:
        """Whom an issuer creates is not created again while the first is archived, nor once it is deleted."""
        created = {"iss": CARELESS, "email": "new@careless.example"}
        new = subject_of(company.arrive(**created)).sub_account
        for end, told in ((ArchivePerson, "archived"), (DeletePerson, "not_known")):
            company.portal.handle(end(actor=company.portal.admin, sub_account=new))
            assert AskAdministrator(why=told) == company.arrive(**created)
