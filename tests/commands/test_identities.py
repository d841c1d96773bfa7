"""Company accounts linked and unlinked, and people without a password at every command that takes one; told in stories."""

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
    ChangePassword,
    CompleteRegistration,
    ContinueWithSSO,
    EnterLoginAndProof,
    EnterPassword,
    LinkIdentity,
    OfferedIssuer,
    Offers,
    OpenClaim,
    ProveContact,
    Recognize,
    RegistrationPolicy,
    RequestReset,
    ResetPassword,
    RestorePerson,
    Secret,
    State,
    Subject,
    UnlinkIdentity,
    UnlockPerson,
)
from subaccounts.domain.activation_events import IdentityLinked, IdentityUnlinked
from subaccounts.domain.attempts import DISABLED_AT
from subaccounts.domain.channel import address_text
from subaccounts.domain.events import CodeIssued, SubAccountReset
from subaccounts.domain.notice import NoticeKind
from subaccounts.domain.proof import Purpose
from subaccounts.errors import InvalidValue, NameTaken, NotFound, NotOffered, ProofNeeded, ProofRefused, WrongState
from tests.commands.company import ACME, OTHER, add, arrive, claimed, enter, issuer, trusting, verified, with_both
from tests.commands.shop import OTHER_PASSWORD, PASSWORD, WRONG, Shop, code_of
from tests.sent import proof_of, waiting

MAIL = "anna@acme.example"
NOT_KNOWN = AskAdministrator(why="not_known")
CONTINUE = ContinueWithSSO(issuer=OfferedIssuer(issuer=ACME, name="Acme account"))


@pytest.fixture
def shop() -> Shop:
    """Open a shop whose people come by the external id an issuer says."""
    shop = Shop(policy=RegistrationPolicy.by_administrator())
    trusting(shop, issuer(external_id="eid"), issuer(OTHER))
    return shop


def by_sso(shop: Shop, **fields: Any) -> Subject:
    """Add Anna, who comes by her company account and has no password."""
    add(shop, external_id="E-1", **fields)
    return enter(shop, verified(eid="E-1"))


def link(subject: Subject, who: Any = None, **given: Any) -> LinkIdentity:
    """Return the command that links a company account."""
    return LinkIdentity(subject=subject, identity=who or verified(), **given)


def unlink(shop: Shop, subject: Subject, by: str = ACME) -> UnlinkIdentity:
    """Return the command that unlinks one."""
    return UnlinkIdentity(actor=shop.admin, sub_account=subject.sub_account, issuer=by)


class TestLink:
    """Given somebody signed in with a password, its company account is linked by a proof from both sides."""

    def test_leads_in_from_then_on(self, shop: Shop) -> None:
        """The company account and the password both let in; nothing else changed, and the sign-in goes on."""
        subject = claimed(shop)
        before, moment = shop.row(subject.sub_account), len(shop.events())
        person = shop.handle(link(subject))
        assert [IdentityLinked(issuer=ACME, how="person")] == shop.since(moment)
        assert evolve(before.sub_account, identities=person.identities, version=person.version) == person
        assert before.credential == shop.credential(subject.sub_account)
        assert subject.sub_account == enter(shop, verified()).sub_account
        assert isinstance(shop.sign_in("anna", PASSWORD), Authenticated)
        assert person == shop.handle(Recognize(subject=subject))

    def test_again_changes_nothing(self, shop: Shop) -> None:
        """What is linked already is linked once; no proof is asked for, and so none is told right or wrong."""
        subject = with_both(shop)
        shop.wait(minutes=11)
        before, hashed = shop.stored(), shop.hasher.work
        for current in (None, Secret(WRONG), Secret(PASSWORD)):
            assert shop.person(subject.sub_account) == shop.handle(link(subject, current=current))
        assert (before, hashed) == (shop.stored(), shop.hasher.work)

    @pytest.mark.asvs("7.5.1")
    def test_takes_a_recent_sign_in_or_the_password(self, shop: Shop) -> None:
        """A session that somebody left open links nothing: after ten minutes it takes the password."""
        subject = claimed(shop)
        shop.wait(minutes=10, seconds=1)
        assert isinstance(shop.refused(link(subject)), ProofNeeded)
        with pytest.raises(ProofRefused):
            shop.handle(link(subject, current=Secret(WRONG)))
        assert 1 == shop.credential(subject.sub_account).attempts.in_a_row
        shop.handle(link(subject, current=Secret(PASSWORD)))

    def test_takes_a_recent_sign_in_there(self, shop: Shop) -> None:
        """What the organization asks of an arrival it asks of a link."""
        trusting(shop, issuer(levels=frozenset({"phr"})))
        subject = claimed(shop)
        assert isinstance(shop.refused(link(subject)), ProofNeeded)
        shop.handle(link(subject, verified(level="phr")))

    def test_contacts_are_told(self, shop: Shop) -> None:
        """Every contact that counts is told of it, by a notice nobody can switch off."""
        subject = claimed(shop, email=MAIL)
        waiting(shop.repository, shop.id, now=shop.clock())
        shop.handle(link(subject))
        assert [(NoticeKind.IDENTITY_LINKED, MAIL)] == [
            (each.kind, address_text(each.to)) for each in waiting(shop.repository, shop.id, now=shop.clock())
        ]

    def test_what_is_somebody_elses(self, shop: Shop) -> None:
        """A company account, or an external id, that is another person's is linked to nobody else."""
        with_both(shop)
        add(shop, "carla", external_id="E-3")
        boris = claimed(shop, "boris", external_id="E-2")
        assert repr(NameTaken(field="identity")) == repr(shop.refused(link(boris)))
        for said in ("E-3", "E-9"):
            assert repr(NameTaken(field="external_id")) == repr(shop.refused(link(boris, verified("s-2", eid=said))))
        shop.handle(link(boris, verified("s-2", eid="E-2")))
        dora = claimed(shop, "dora")  # whom the organization knows by no external id
        assert repr(NameTaken(field="external_id")) == repr(shop.refused(link(dora, verified("s-4", eid="E-3"))))

    def test_one_account_of_an_issuer(self, shop: Shop) -> None:
        """A second account of the issuer waits until the first is unlinked; one of another issuer is linked beside it."""
        subject = with_both(shop)
        otherwise = WrongState(what="sub_account", state="linked to another account of this issuer", action="link")
        assert repr(otherwise) == repr(shop.refused(link(subject, verified("s-2"))))
        shop.handle(link(subject, verified("o-1", by=OTHER)))
        assert subject.sub_account == enter(shop, verified("o-1", by=OTHER)).sub_account

    def test_an_issuer_that_is_none_here(self, shop: Shop) -> None:
        """Nobody links itself to whom the organization does not trust."""
        subject = claimed(shop)
        assert repr(NotOffered(what="sso")) == repr(shop.refused(link(subject, verified(by="https://evil.example"))))

    def test_after_the_sign_in_ended(self, shop: Shop) -> None:
        """A subject that holds no more links nothing."""
        subject = claimed(shop)
        shop.handle(ResetPassword(actor=shop.admin, sub_account=subject.sub_account))
        assert "not_allowed" == shop.refused(link(subject)).code

    def test_two_people_at_once(self, shop: Shop) -> None:
        """Of two people who link one company account at once one has it; the other is told."""
        anna, boris = claimed(shop), claimed(shop, "boris")
        shop.meanwhile(lambda: shop.handle(link(boris)))
        with pytest.raises(NameTaken) as refusal:
            shop.handle(link(anna))
        assert "identity" == refusal.value.field


class TestUnlink:
    """An administrator takes a company account away; every sign-in of the person ends."""

    @pytest.mark.asvs("6.5.6")
    def test_who_has_a_password(self, shop: Shop) -> None:
        """With a password the person stays active, and is signed out; the company account leads nowhere."""
        subject = with_both(shop)
        moment = len(shop.events())
        handover = shop.handle(unlink(shop, subject))
        assert [IdentityUnlinked(issuer=ACME)] == shop.since(moment)
        assert (State.ACTIVE, None) == (handover.sub_account.state, handover.code)
        assert shop.handle(Recognize(subject=subject)) is None
        assert NOT_KNOWN == arrive(shop, verified())
        assert isinstance(shop.sign_in("anna", PASSWORD), Authenticated)

    def test_no_sign_in_of_before_comes_back(self, shop: Shop) -> None:
        """A sign-in that ended before the company account was unlinked is as dead as those that end by it."""
        ended = with_both(shop)
        latest = shop.handle(ChangePassword(subject=ended, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD)))
        shop.handle(unlink(shop, ended))
        assert [None, None] == [shop.handle(Recognize(subject=each)) for each in (ended, latest)]

    def test_who_has_nothing_else(self, shop: Shop) -> None:
        """Without a password the person is reset, and the code is handed over: it claims, and creates a password."""
        subject = by_sso(shop)
        moment = len(shop.events())
        handover = shop.handle(unlink(shop, subject))
        assert [IdentityUnlinked, SubAccountReset, CodeIssued] == [type(what) for what in shop.since(moment)]
        assert State.WAITING is handover.sub_account.state
        assert shop.handle(Recognize(subject=subject)) is None
        assert isinstance(shop.complete("anna", code=code_of(handover), fields={}), Authenticated)

    def test_who_has_another_company_account(self, shop: Shop) -> None:
        """Another company account goes on letting in."""
        subject = with_both(shop)
        shop.handle(link(subject, verified("o-1", by=OTHER)))
        shop.guess_until_disabled("anna")
        enter(shop, verified())
        assert State.ACTIVE is shop.handle(unlink(shop, subject)).sub_account.state
        assert subject.sub_account == enter(shop, verified("o-1", by=OTHER)).sub_account

    def test_finds_in_again_by_its_external_id(self, shop: Shop) -> None:
        """Whom the organization knows by an external id is found by it again: that is what to take away first."""
        subject = by_sso(shop)
        shop.handle(unlink(shop, subject))
        assert NOT_KNOWN == arrive(shop, verified())
        assert subject.sub_account == enter(shop, verified(eid="E-1")).sub_account

    def test_the_archived_and_who_waits(self, shop: Shop) -> None:
        """The company account of who is archived, or was restored, is unlinked, and nothing else happens."""
        subject = by_sso(shop)
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=subject.sub_account))
        assert State.ARCHIVED is shop.handle(unlink(shop, subject)).sub_account.state
        restored = shop.handle(RestorePerson(actor=shop.admin, sub_account=subject.sub_account))
        assert NOT_KNOWN == arrive(shop, verified())
        assert isinstance(shop.complete("anna", code=code_of(restored), fields={}), Authenticated)

    def test_a_code_that_is_out_is_not_said_again(self, shop: Shop) -> None:
        """Unlinking who waits for a claim shows nobody the code that was handed over before."""
        subject = by_sso(shop)
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=subject.sub_account))
        restored = shop.handle(RestorePerson(actor=shop.admin, sub_account=subject.sub_account))
        assert shop.handle(unlink(shop, subject)).code is None
        assert isinstance(shop.complete("anna", code=code_of(restored), fields={}), Authenticated)

    def test_the_disabled(self, shop: Shop) -> None:
        """Whose password was guessed away stays disabled, and waits for a reset."""
        subject = with_both(shop)
        shop.guess_until_disabled("anna")
        assert State.DISABLED is shop.handle(unlink(shop, subject)).sub_account.state
        assert NOT_KNOWN == arrive(shop, verified())
        assert AskAdministrator(why="disabled") == shop.begin("anna")

    def test_where_claims_are_open(self) -> None:
        """Under a policy of open claims no code is put out."""
        policy = RegistrationPolicy.by_administrator(claim=OpenClaim(within=timedelta(days=1)))
        shop = Shop(policy=policy)
        trusting(shop, issuer(external_id="eid"))
        assert shop.handle(unlink(shop, by_sso(shop))).code is None

    @pytest.mark.parametrize("by", [OTHER, "https://evil.example"])
    def test_what_is_not_linked(self, shop: Shop, by: str) -> None:
        """There is nothing to unlink where no account of the issuer leads to the person."""
        assert repr(NotFound(what="identity")) == repr(shop.refused(unlink(shop, by_sso(shop), by)))

    def test_what_is_no_issuer(self, shop: Shop) -> None:
        """A text that no issuer can be called by is refused by the name of its field."""
        with pytest.raises(InvalidValue) as refusal:
            unlink(shop, by_sso(shop), "")
        assert ("issuer", "empty") == (refusal.value.field, refusal.value.problem)

    def test_an_issuer_that_is_no_more(self, shop: Shop) -> None:
        """What an issuer left behind that the organization trusts no more can be taken away."""
        subject = by_sso(shop)
        trusting(shop)
        shop.handle(unlink(shop, subject))
        assert frozenset() == shop.person(subject.sub_account).identities

    def test_contacts_are_told(self, shop: Shop) -> None:
        """The person is told that the company account opens the login no more, and of the reset that follows."""
        subject = by_sso(shop, email=MAIL)
        waiting(shop.repository, shop.id, now=shop.clock())
        shop.handle(unlink(shop, subject))
        kinds = [each.kind for each in waiting(shop.repository, shop.id, now=shop.clock())]
        assert [NoticeKind.IDENTITY_UNLINKED, NoticeKind.PASSWORD_RESET] == kinds


class TestWithoutPassword:
    """Given an active person without a password, at each command that takes one."""

    def test_is_told_to_come_by_its_company_account(self, shop: Shop) -> None:
        """At an open door the person is told which company account; a password, or a registration, is answered alike."""
        by_sso(shop)
        assert CONTINUE == shop.begin("anna")
        assert CONTINUE == shop.sign_in("anna", PASSWORD)
        assert CONTINUE == shop.complete("anna", code=Secret("00000-00000"), fields={})

    def test_whose_issuer_is_no_more(self, shop: Shop) -> None:
        """Where the organization took the issuer away, the page is told that there is none."""
        by_sso(shop)
        trusting(shop)
        assert ContinueWithSSO(issuer=None) == shop.begin("anna")

    def test_is_refused_as_anybody_at_a_closed_door(self, shop: Shop) -> None:
        """On an open page a login that has no password is refused as one that does not exist."""
        by_sso(shop)
        for login in ("anna", "nobody"):
            assert EnterLoginAndProof(refused=True, offers=_offers(shop)) == shop.sign_in(
                login, WRONG, door=shop.outside
            )
            registration = CompleteRegistration(
                door=shop.outside, login=login, password=Secret(PASSWORD), code=Secret("00000-00000")
            )
            assert EnterLoginAndProof(refused=True, offers=_offers(shop)) == shop.handle(registration)

    def test_is_guessed_at_in_vain(self, shop: Shop) -> None:
        """There is nothing to guess: no guess is counted, nobody is locked or disabled, however many there are."""
        anna = by_sso(shop).sub_account
        before = shop.person(anna)
        for _ in range(DISABLED_AT + 1):
            assert CONTINUE == shop.sign_in("anna", WRONG)
        assert before == shop.person(anna)
        assert 0 == shop.credential(anna).attempts.in_a_row

    def test_changes_no_password(self, shop: Shop) -> None:
        """Who has no password changes none, and no wrong one is counted."""
        subject = by_sso(shop)
        change = ChangePassword(subject=subject, current=Secret(WRONG), new=Secret(OTHER_PASSWORD))
        refusal = shop.refused(change)
        assert repr(WrongState(what="sub_account", state="without a password", action="change_password")) == repr(
            refusal
        )

    def test_proves_itself_by_a_recent_sign_in(self, shop: Shop) -> None:
        """Another contact takes a sign-in of the last ten minutes; a password that is not there proves and counts nothing."""
        subject = by_sso(shop)
        change = ChangeContact(subject=subject, field="email", value=MAIL)
        assert isinstance(shop.refused(evolve(change, current=Secret(WRONG))), ProofNeeded)
        shop.handle(change)
        shop.handle(ProveContact(link=proof_of(shop.keys, shop.row(subject.sub_account), Purpose.CONTACT)))
        assert MAIL == shop.person(subject.sub_account).profile.email.text  # type: ignore[union-attr]  # just proven

    def test_forgets_no_password(self, shop: Shop) -> None:
        """A request for another password sends nothing that would create one beside the company account."""
        subject = by_sso(shop, email=MAIL)
        waiting(shop.repository, shop.id, now=shop.clock())
        shop.handle(RequestReset(door=shop.outside, login="anna"))
        assert shop.credential(subject.sub_account).recovery is None
        assert [] == waiting(shop.repository, shop.id, now=shop.clock())

    def test_is_given_a_password_by_a_reset(self, shop: Shop) -> None:
        """An administrator's reset leads to a claim that creates one; the company account is linked anew after it."""
        subject = by_sso(shop)
        handover = shop.handle(ResetPassword(actor=shop.admin, sub_account=subject.sub_account))
        shop.complete("anna", code=code_of(handover), fields={})
        assert isinstance(shop.sign_in("anna", PASSWORD), Authenticated)
        assert isinstance(shop.begin("anna"), EnterPassword)

    def test_is_unlocked_as_anybody(self, shop: Shop) -> None:
        """There is no delay to end, and ending it harms nothing."""
        subject = by_sso(shop)
        shop.handle(UnlockPerson(actor=shop.admin, sub_account=subject.sub_account))
        assert shop.person(subject.sub_account) == shop.handle(Recognize(subject=subject))


def _offers(shop: Shop) -> Any:
    names = ((ACME, "Acme account"), (OTHER, "Acme account"))
    return Offers(issuers=tuple(OfferedIssuer(issuer=each, name=name) for each, name in names))
