"""Beginning to sign up: what is refused, what is sent, how often, and what is remembered. Stories.

What whoever begins can observe is `tests/invariants/test_closed_sign_up.py`; completing is `test_completing_sign_up`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AskAdministrator,
    Authenticated,
    BeginSignUp,
    ChangeContact,
    CloseAccount,
    Door,
    EditPerson,
    Email,
    EnterLogin,
    ForgetSignUps,
    HostAccountBarred,
    HostRole,
    Language,
    LapsePolicy,
    MakeDepartment,
    MessageBudget,
    MonthlySeats,
    ProveContact,
    Purpose,
    Realm,
    RegistrationPolicy,
    ResetPassword,
    RetireCatalogEntry,
    SignUpField,
    StoredSeats,
)
from subaccounts.commands.signing_up import ATTEMPT_PURPOSE
from subaccounts.domain import events as e
from subaccounts.domain import fields as f
from subaccounts.domain.activation_events import MessageBudgetSpent, SignUpRequested
from subaccounts.domain.channel import address_text
from subaccounts.domain.ids import AccountId, OrganizationId
from subaccounts.domain.notice import NoticeKind, Telling
from subaccounts.domain.policy import FieldRule
from subaccounts.domain.proof import Form
from subaccounts.domain.sign_up import ATTEMPT_LASTS, COOL_DOWN, MOST_MESSAGES
from subaccounts.domain.supplier import Supplier
from subaccounts.domain.wording import Wording
from subaccounts.errors import FieldRefused, FieldsMissing, InvalidValue, NotFound, NotOffered, TooMany
from subaccounts.testing import FakeTexts
from tests.commands.company import enter, issuer, trusting, verified
from tests.commands.shop import SETUP, code_of, subject_of
from tests.commands.sign_ups import BY_EMAIL, BY_PHONE, EMAIL, NAMED, PHONE, SPENDING, OpenShop
from tests.sent import proof_of

PROVE, ALREADY = NoticeKind.PROVE_SIGN_UP, NoticeKind.ALREADY_SIGNED_UP


class TestBeginning:
    """A message goes to the contact, and nobody is there yet."""

    def test_by_email(self) -> None:
        """Given a form by e-mail, when somebody begins, then a link goes to the address and an attempt waits for it."""
        shop = OpenShop()
        begun = shop.start()
        (notice,), (attempt,) = shop.told(), shop.attempts()
        assert ("a***@example.com", PROVE, Form.LINK) == (begun.masked, notice.kind, attempt.proof.form)
        assert (Email.parse(EMAIL), None) == (notice.to, notice.sub_account)
        assert (begun.sign_up, False, 1) == (attempt.id, attempt.known, attempt.sent)
        assert {Supplier.SIGN_UP} == {held.by for held in attempt.profile.values.values()}
        assert [SignUpRequested(channel="email", known=False)] == shop.happened(SignUpRequested)
        assert [] == shop.happened(e.SubAccountAdded)

    def test_by_username_and_phone(self) -> None:
        """Given a form by phone, when somebody begins, then a code goes there by SMS."""
        shop = OpenShop(BY_PHONE)
        begun = shop.start(None, phone=PHONE, login="anna")
        (attempt,) = shop.attempts()
        assert ("+45******56", Form.CODE) == (begun.masked, attempt.proof.form)
        assert attempt.login is not None
        assert "anna" == attempt.login.text

    def test_nobody_signs_in_before_the_proof(self) -> None:
        """An attempt is nobody: no login of it is known, none is taken, and a person of that login can be added."""
        shop = OpenShop()
        shop.start(login="anna")
        refused = repr(shop.sign_in("nobody", door=shop.outside))
        assert refused == repr(shop.sign_in("anna", door=shop.outside))
        shop.add("anna")

    def test_the_message_holds_nothing_that_was_typed(self) -> None:
        """Whatever is typed into the form, the message to a stranger's mailbox repeats none of it but the masked address."""
        shop = OpenShop()
        shop.start(full_name="Win money at evil.example", position="Press here", login="free-money")
        words = repr(shop.told()[0].wording)
        assert [] == [word for word in ("evil", "Press", "free-money", EMAIL) if word in words]
        assert "account=Shop-1 contact=a***@example.com lasts_days=1 organization=Acme;" in words
        assert (shop.account.id, "terminal", "shared") == (
            shop.told()[0].account,
            shop.events()[-1].by.kind,
            shop.events()[-1].by.id,
        )

    def test_in_the_language_of_the_form(self) -> None:
        """The message is in the language that was chosen, else in the organization's."""
        shop = OpenShop(evolve(BY_EMAIL, fields=(*BY_EMAIL.fields, SignUpField(name="language", required=False))))
        shop.activation(language=Language(tag="da"), budget=SPENDING)
        shop.start("one@example.com", language="ru")
        shop.start("two@example.com")
        assert ["ru", "da"] == [notice.language.tag for notice in shop.told()]

    def test_another_account_is_another_attempt(self) -> None:
        """A contact has one attempt at each account, whose id tells nothing of it."""
        shop = OpenShop()
        first, other = shop.account, shop.open("shop-2")
        shop.account = other
        shop.offer(BY_EMAIL)
        begun = [shop.start(door=Door.outside(account.id)) for account in (first, other, first)]
        assert 2 == len(shop.attempts()) == len({each.sign_up for each in begun})
        assert all("anna" not in each.sign_up.value for each in begun)

    def test_an_address_written_in_another_way(self) -> None:
        """Addresses that are one key are one contact, so that capitals are no way to a second message."""
        shop = OpenShop()
        assert shop.start("ANNA@EXAMPLE.COM").sign_up == shop.start("anna@example.com").sign_up
        assert 1 == len(shop.told())


class TestRefused:
    """What is wrong is said before anything is looked up; nothing is sent, and nothing is remembered."""

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"position": None}, FieldsMissing(fields=("position",))),
            ({"email": None}, FieldsMissing(fields=("email",))),
            ({"email": "nonsense"}, InvalidValue(field="email", problem="syntax")),
            ({"phone": PHONE}, FieldRefused(field="phone", why="not_supplied_by_you")),
            ({"permission_types": ()}, FieldRefused(field="permission_types", why="not_supplied_by_you")),
        ],
    )
    def test_a_form_with_something_wrong(self, fields: dict[str, Any], refusal: Exception) -> None:
        """A missing field, a text that is none, and a field that nobody asked for are refused by name."""
        shop = OpenShop()
        command = shop.beginning()
        given = {name: value for name, value in {**command.fields, **fields}.items() if value is not None}
        assert repr(refusal) == repr(shop.refused(evolve(command, fields=given)))

    def test_where_nobody_signs_up(self) -> None:
        """An account without a form offers nothing, neither does a whole organization, and one that is not there is none."""
        shop = OpenShop(None)
        nowhere = AccountId(organization=shop.id, value="nowhere")
        assert repr(NotOffered(what="sign_up")) == repr(shop.refused(shop.beginning()))
        shop.offer(BY_EMAIL)
        assert repr(NotOffered(what="sign_up")) == repr(shop.refused(shop.beginning(door=Door.outside(shop.id))))
        assert repr(NotFound(what="account")) == repr(shop.refused(shop.beginning(door=Door.outside(nowhere))))
        abroad = evolve(shop.account.id, organization=OrganizationId(value="abroad"))
        assert repr(NotFound(what="account")) == repr(shop.refused(shop.beginning(door=Door.outside(abroad))))

    def test_sms_where_none_go(self) -> None:
        """Without SMS bought, and to a country that is not listed, nothing is offered by phone."""
        shop = OpenShop(BY_PHONE)
        abroad = shop.beginning(None, phone="+18765550100", login="anna")
        assert repr(NotOffered(what="sms")) == repr(shop.refused(abroad))
        shop.subscriptions.sell(shop.id, evolve(shop.subscriptions.current(shop.id), sms=False))
        assert repr(NotOffered(what="sms")) == repr(shop.refused(shop.beginning(None, phone=PHONE, login="anna")))

    def test_too_much(self) -> None:
        """More than a hundred fields are refused before the first is read, and so is a terminal that is no name."""
        shop = OpenShop()
        many = {f"host:a{number}": "x" for number in range(101)}
        assert isinstance(shop.refused(BeginSignUp(door=shop.outside, fields=many)), TooMany)
        nameless = Door.outside(shop.account.id, terminal="")
        assert isinstance(shop.refused(shop.beginning(door=nameless)), InvalidValue)

    def test_what_was_retired_since(self) -> None:
        """Given a form with a department, when it is retired, then who would be put there is refused before any message."""
        shop = OpenShop(None)
        sales = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="Sales")).department
        stock = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="Stock")).department
        shop.offer(evolve(BY_EMAIL, departments=frozenset({sales, stock}), chosen=True))
        shop.handle(RetireCatalogEntry(actor=shop.admin, entry=sales))
        retired = FieldRefused(field="departments", why="retired")
        assert repr(retired) == repr(shop.refused(shop.beginning(departments={sales})))
        shop.start(departments={stock})
        shop.offer(evolve(BY_EMAIL, departments=frozenset({stock})))
        shop.handle(RetireCatalogEntry(actor=shop.admin, entry=stock))
        assert repr(retired) == repr(shop.refused(shop.beginning("boris@example.com")))


class TestKnown:
    """Who is here already is told so in its own mailbox, and nobody else is told anything."""

    def test_an_email_that_signs_in(self) -> None:
        """Given a person with this e-mail, when somebody begins with it, then the person is told that it is here already."""
        shop = OpenShop()
        person = shop.add("boris", fields={"email": EMAIL}).sub_account
        shop.start()
        (notice,), (attempt,) = shop.told(), shop.attempts()
        assert (ALREADY, person.id, None) == (notice.kind, notice.sub_account, notice.proof)
        assert attempt.known
        assert [SignUpRequested(channel="email", known=True)] == shop.happened(SignUpRequested)

    def test_it_is_told_at_its_own_address(self) -> None:
        """The message goes to the address that is stored, never to the one that was typed (CVE-2019-19844)."""
        shop = OpenShop()
        shop.add("boris", fields={"email": "Anna@example.com"})
        shop.add("olga@example.com")
        shop.start("ANNA@example.com")
        shop.start("OLGA@example.com")
        assert ["Anna@example.com", "olga@example.com"] == [notice.to.text for notice in shop.told()]  # type: ignore[union-attr]  # both are e-mails

    def test_a_login_that_is_the_address(self) -> None:
        """Given a person whose login is the address, and whose own is another, then the message goes to the login's."""
        shop = OpenShop()
        shop.add(EMAIL, fields={"email": "boris@example.com"})
        shop.start(EMAIL.upper())
        (notice,) = shop.told()
        assert (ALREADY, EMAIL) == (notice.kind, address_text(notice.to))
        assert "contact=a***@example.com" in repr(notice.wording)

    def test_a_contact_that_is_no_key(self) -> None:
        """An e-mail that a person gave itself and never proved is nobody's key, so that its owner can sign up with it."""
        shop = OpenShop()
        boris = shop.claimed("boris").sub_account
        shop.handle(EditPerson(actor=shop.admin, sub_account=boris, fields={"email": EMAIL}))
        shop.add("olga", fields={"email": EMAIL})  # shared, and boris's key
        shop.handle(EditPerson(actor=shop.admin, sub_account=boris, fields={"email": None}))
        shop.start()
        assert [PROVE] == [notice.kind for notice in shop.told()]

    def test_a_phone_is_known_with_its_username(self) -> None:
        """A shared phone is nobody's alone: it is known beside the username of somebody who has it, and not beside another."""
        shop = OpenShop(BY_PHONE)
        shop.add("anna", fields={"phone": PHONE})
        shop.add("boris", fields={"phone": "+4520000000"})
        for login in ("anna", "boris", "carla"):
            shop.start(None, phone=PHONE, login=login)
            shop.wait(minutes=2)
        assert [ALREADY, PROVE, PROVE] == [notice.kind for notice in shop.told()]
        assert {PHONE} == {address_text(notice.to) for notice in shop.told()}

    @pytest.mark.parametrize("end", ["reset", "takeover"])
    def test_an_email_somebody_had_proven_before(self, end: str) -> None:
        """Given an e-mail that somebody proved on Anna's record, when that is undone, then whoever reads it learns nothing of her."""
        shop = OpenShop()
        anna = shop.claimed("anna", fields={"external_id": "E-1"})
        shop.handle(ChangeContact(subject=anna, field="email", value=EMAIL))
        shop.handle(ProveContact(link=proof_of(shop.keys, shop.row(anna.sub_account), Purpose.CONTACT)))
        shop.start()
        assert [(ALREADY, anna.sub_account)] == [(notice.kind, notice.sub_account) for notice in shop.told()]
        trusting(shop, issuer(external_id="eid"))
        if end == "reset":
            shop.handle(ResetPassword(actor=shop.admin, sub_account=anna.sub_account))
        else:
            assert anna.sub_account == enter(shop, verified(eid="E-1")).sub_account
        assert isinstance(shop.sign_in(EMAIL), EnterLogin)
        shop.wait(minutes=2)
        shop.start()
        assert [(PROVE, None)] == [(notice.kind, notice.sub_account) for notice in shop.told()][1:]
        assert "anna" not in repr(shop.told()[1].wording).replace(EMAIL, "")

    def test_an_own_login_that_is_the_address(self) -> None:
        """Who signed up with an address and was reset has it as its login still, and is told that it is here."""
        shop = OpenShop()
        shop.start()
        anna = subject_of(shop.finish()).sub_account
        shop.handle(ResetPassword(actor=shop.admin, sub_account=anna))
        shop.start(EMAIL.upper())
        assert (ALREADY, EMAIL) == (shop.told()[-1].kind, address_text(shop.told()[-1].to))

    def test_a_login_beside_an_email_that_does_not_count(self) -> None:
        """Given a login that is the address, and an e-mail nobody proved in another spelling of it, the login's is written to."""
        email = FieldRule(suppliers=(Supplier.PERSON, Supplier.ADMINISTRATOR), asked_of=Supplier.PERSON)
        rules = evolve(RegistrationPolicy.by_person(), fields={**RegistrationPolicy.by_person().fields, f.EMAIL: email})
        shop = OpenShop(policy=rules)
        added = shop.add(EMAIL)
        step = shop.complete(EMAIL, code=code_of(added), fields={**NAMED, "email": "anna@EXAMPLE.com"})
        assert isinstance(step, Authenticated), step
        assert shop.person(added.sub_account.id).profile.email == Email.parse("anna@EXAMPLE.com")
        shop.start()
        assert (ALREADY, EMAIL) == (shop.told()[-1].kind, address_text(shop.told()[-1].to))

    def test_an_email_that_does_not_count(self) -> None:
        """Given a key whose contact does not count, then the owner of the address is asked for a proof, and hears that it is taken."""
        email = FieldRule(suppliers=(Supplier.PERSON, Supplier.ADMINISTRATOR), asked_of=Supplier.PERSON)
        policy = RegistrationPolicy.by_person()
        shop = OpenShop(policy=evolve(policy, fields={**policy.fields, "email": email}))
        added = shop.add("boris")
        shop.complete("boris", code=code_of(added), fields={**NAMED, "email": EMAIL})
        shop.handle(EditPerson(actor=shop.admin, sub_account=added.sub_account.id, fields={"email": EMAIL}))
        shop.start()
        assert [(PROVE, None)] == [(notice.kind, notice.sub_account) for notice in shop.told()]
        assert "email" == str(getattr(shop.refused(shop.completing()), "field", None))

    def test_a_phone_that_does_not_count(self) -> None:
        """Given a phone that a person gave itself, then it is asked for a proof beside the username of that person too."""
        phone = FieldRule(suppliers=(Supplier.ADMINISTRATOR, Supplier.PERSON), asked_of=Supplier.PERSON)
        policy = RegistrationPolicy.by_person()
        shop = OpenShop(BY_PHONE, policy=evolve(policy, fields={**policy.fields, "phone": phone}))
        added = shop.add("anna")
        shop.complete("anna", code=code_of(added), fields={**NAMED, "phone": PHONE})
        shop.start(None, phone=PHONE, login="anna")
        assert [(PROVE, None)] == [(notice.kind, notice.sub_account) for notice in shop.told()]

    @pytest.mark.parametrize("realm", Realm)
    def test_somebody_of_another_account(self, realm: Realm) -> None:
        """Where keys are the organization's, a person of another account is known here too; where they are the account's, not."""
        shop = OpenShop(realm=realm)
        shop.add("boris", account=shop.open("shop-2"), fields={"email": EMAIL})
        shop.start()
        expected = ALREADY if realm is Realm.ORGANIZATION else PROVE
        assert [expected] == [notice.kind for notice in shop.told()]


class TestMeanwhile:
    """What changes just before the message is committed is seen: it is decided again."""

    def test_the_form_is_withdrawn(self) -> None:
        """When the offer ends in between, then nothing is sent."""
        shop = OpenShop()
        shop.meanwhile(lambda: shop.offer(None))
        with pytest.raises(NotOffered):
            shop.start()
        assert [] == shop.told()

    def test_the_organization_changes_what_it_says(self) -> None:
        """When the organization takes another language in between, then the message is in that one."""
        shop = OpenShop()
        shop.meanwhile(lambda: shop.activation(language=Language(tag="da"), budget=SPENDING))
        shop.start()
        assert ["da"] == [notice.language.tag for notice in shop.told()]

    def test_a_person_is_given_another_address(self) -> None:
        """When the address is mended in between, then its former owner is told nothing there: it is a stranger's again."""
        shop = OpenShop()
        boris = shop.add("boris", fields={"email": EMAIL}).sub_account.id
        edit = EditPerson(actor=shop.admin, sub_account=boris, fields={"email": "boris@example.com"})
        shop.meanwhile(lambda: shop.handle(edit))
        shop.start()
        assert [PROVE] == [notice.kind for notice in shop.told()]

    @pytest.mark.parametrize("sent", [True, False], ids=["sent", "quiet"])
    def test_a_host_account_that_is_demoted(self, sent: bool) -> None:
        """Where the host account lost its role since, that is written with the message, and the account is not guarded too."""
        shop = OpenShop()
        if not sent:
            shop.start()
        shop.hosts.promote(shop.account.host)
        shop.handle(shop.beginning())
        shop.hosts.demote(shop.account.host)
        _, (batch,) = shop.committed(shop.start)
        assert {"account", "sign_up"} == {record.id.kind for record in batch.puts}
        assert ["organization", "sub_account"] == [guard.id.kind for guard in batch.guards]


class TestSparing:
    """Nobody can have a mailbox filled, or an organization's money spent."""

    def test_one_message_in_two_minutes(self) -> None:
        """Given a message, when somebody begins again at once, then nothing is sent and nothing changes; after it, one is."""
        shop = OpenShop()
        shop.start()
        (before,) = shop.attempts()
        shop.wait(seconds=COOL_DOWN.total_seconds() - 1)
        again = shop.start(full_name="Somebody Else")
        assert [evolve(before, version=2)] == shop.attempts()
        shop.wait(seconds=1)
        assert again == shop.start(full_name="Somebody Else")
        assert ([PROVE] * 2, [2]) == ([n.kind for n in shop.told()], [each.sent for each in shop.attempts()])
        assert [before.began_at] == [each.began_at for each in shop.attempts()]

    def test_what_is_not_sent_is_worded_all_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Words take time: one message is worded where one is sent, where none is due, and where the budget is spent."""
        shop, worded, wording = OpenShop(), list[NoticeKind](), FakeTexts.wording
        shop.add("boris", fields={"email": "boris@example.com"})
        shop.activation(budget=MessageBudget(emails_a_day=2))

        def counted(texts: FakeTexts, telling: Telling, /) -> Wording:
            worded.append(telling.kind)
            return wording(texts, telling)

        monkeypatch.setattr(FakeTexts, "wording", counted)
        for email in (EMAIL, EMAIL, "boris@example.com", "boris@example.com", "carla@example.com"):
            shop.start(email)
        assert ([PROVE, PROVE, ALREADY, PROVE, PROVE], 2) == (worded, len(shop.told()))

    def test_a_newer_message_replaces_the_older(self) -> None:
        """Each message belongs to what was filled in for it: the link of before is dead when another is sent."""
        shop = OpenShop()
        shop.start(full_name="First")
        first = shop.proof()
        shop.wait(minutes=2)
        shop.start(full_name="Second")
        assert "link_refused" == shop.refused(shop.completing(proof=first)).code
        shop.finish()
        assert "Second" == shop.stored_people()[0].profile.full_name

    def test_five_messages_without_a_day_in_between(self) -> None:
        """Given five messages, when somebody begins again, then none is sent until a day after the last."""
        shop = OpenShop()
        for _ in range(MOST_MESSAGES + 3):
            shop.start()
            shop.wait(hours=3)
        assert MOST_MESSAGES == len(shop.told())
        shop.wait(hours=11)  # the fifth went out at the twelfth hour: this is the thirty-fifth
        shop.start()
        assert MOST_MESSAGES == len(shop.told())
        shop.wait(hours=1)
        shop.start()
        assert (MOST_MESSAGES + 1, [1]) == (len(shop.told()), [each.sent for each in shop.attempts()])

    @pytest.mark.parametrize("known", [False, True], ids=["unknown", "known"])
    def test_a_day_has_a_budget(self, known: bool) -> None:
        """Given a budget of two, when three contacts begin, then the third is sent nothing, remembered nowhere, and told alike."""
        shop = OpenShop()
        shop.activation(budget=MessageBudget(emails_a_day=2))
        for name in ("one", "two", "three"):
            if known:
                shop.add(name, fields={"email": f"{name}@example.com"})
        begun = [shop.start(f"{name}@example.com") for name in ("one", "two", "three")]
        assert (2, 2) == (len(shop.told()), len(shop.attempts()))
        assert {"email"} == {each.channel.value for each in begun}
        assert [MessageBudgetSpent(channel="email")] == shop.happened(MessageBudgetSpent)
        shop.start("four@example.com")
        assert [MessageBudgetSpent(channel="email")] == shop.happened(MessageBudgetSpent)
        shop.wait(hours=12)  # from noon to midnight, in UTC
        shop.start("three@example.com")
        assert 3 == len(shop.told())

    def test_each_channel_spends_its_own(self) -> None:
        """SMS and e-mails are counted apart, and a budget of none lets none out."""
        shop = OpenShop()
        shop.activation(budget=MessageBudget(emails_a_day=0, sms_a_day=None, sms_countries=frozenset({"45"})))
        shop.start()
        assert [] == shop.told()
        shop.offer(BY_PHONE)
        shop.start(None, phone=PHONE, login="anna")
        counters = dict(shop.repository._counters)
        assert {"messages/email/2026-03-02/spent": 1, "messages/sms/2026-03-02": 1} == {
            name: value for (_, name), value in counters.items()
        }


class TestNotNow:
    """What keeps everybody out is said to everybody, and nothing is sent."""

    def test_a_closed_account(self) -> None:
        """At a closed account whoever begins is sent to the administrator."""
        shop = OpenShop()
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        assert AskAdministrator(why="account_closed") == shop.handle(shop.beginning())
        assert [] == shop.told()

    def test_a_host_account_that_was_promoted(self) -> None:
        """A promoted host account lends its powers to nobody new; the change of its role is told once, and told back."""
        shop = OpenShop()
        shop.hosts.promote(shop.account.host)
        barred = HostAccountBarred(roles=frozenset({HostRole.ADMINISTRATOR}))
        assert [barred] * 2 == [shop.handle(shop.beginning()) for _ in range(2)]
        shop.hosts.demote(shop.account.host)
        shop.start()
        kinds = (e.HostAccountRefused, e.HostAccountAccepted)
        assert list(kinds) == [type(what) for what in shop.happened(*kinds)]
        assert [PROVE] == [notice.kind for notice in shop.told()]

    @pytest.mark.parametrize("lapse", LapsePolicy)
    def test_without_a_subscription(self, lapse: LapsePolicy) -> None:
        """Without a subscription nobody new is let in, whatever a lapse means for those who exist."""
        shop = OpenShop(lapse=lapse)
        shop.subscriptions.lapse(shop.id)
        assert AskAdministrator(why="subscription_lapsed") == shop.handle(shop.beginning())
        assert [] == shop.told()

    @pytest.mark.parametrize("seats", [StoredSeats(limit=1), MonthlySeats(limit=1)])
    def test_full_seats(self, seats: StoredSeats | MonthlySeats) -> None:
        """Where no seat is left, the known and the unknown hear the same, before anything is sent."""
        shop = OpenShop()
        shop.subscriptions.seat(shop.id, seats)
        shop.claimed("boris", fields={"email": EMAIL})
        full = AskAdministrator(why="seats_full")
        assert {full} == {shop.handle(shop.beginning(email)) for email in (EMAIL, "new@example.com")}
        assert [] == shop.told()


class TestForgetting:
    """What was never proven is not kept."""

    def test_an_attempt_is_swept_a_day_after_its_last_message(self) -> None:
        """Given attempts, when a day has passed since the last message of some, then those are removed, and counted."""
        shop = OpenShop()
        forget = ForgetSignUps(actor=SETUP, organization=shop.id)
        shop.start("one@example.com")
        shop.start("two@example.com")
        shop.wait(hours=23)
        shop.start("one@example.com")
        shop.wait(hours=1)
        assert 0 == shop.handle(forget)
        shop.wait(seconds=1)
        assert (1, 1) == (shop.handle(forget), len(shop.attempts()))
        shop.wait(seconds=ATTEMPT_LASTS.total_seconds())
        assert (1, 0, []) == (shop.handle(forget), shop.handle(forget), shop.attempts())

    def test_many_are_swept_in_chunks(self) -> None:
        """More than fit into one commit are removed one commit after the other."""
        shop = OpenShop()
        shop.activation(budget=MessageBudget(emails_a_day=None))
        for number in range(601):
            shop.start(f"person-{number}@example.com")
        shop.wait(days=2)
        assert 601 == shop.handle(ForgetSignUps(actor=SETUP, organization=shop.id))

    def test_another_organization_keeps_its_own(self) -> None:
        """Sweeping one organization leaves the attempts of every other."""
        shop = OpenShop()
        shop.start()
        shop.wait(days=2)
        assert 0 == shop.handle(ForgetSignUps(actor=SETUP, organization=OrganizationId(value="abroad")))
        assert 1 == len(shop.attempts())


def test_times_are_what_the_documentation_says() -> None:
    """Two minutes between messages, five of them, a day for the proof."""
    assert (timedelta(minutes=2), 5, timedelta(days=1)) == (COOL_DOWN, MOST_MESSAGES, ATTEMPT_LASTS)


def test_a_policy_of_the_hosts_own() -> None:
    """A form works under any policy that it fits; here the one that the administrator fills in."""
    shop = OpenShop(policy=RegistrationPolicy.by_administrator())
    shop.start()
    assert [PROVE] == [notice.kind for notice in shop.told()]


def test_what_attempts_are_named_by() -> None:
    """An attempt is found again by what its contact becomes for this purpose, also after an upgrade: its word never changes."""
    assert "sign-up" == ATTEMPT_PURPOSE
