"""Forgotten passwords: who is sent what, what the proof does, and what somebody learns who only knows a login."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ArchivePerson,
    AskAdministrator,
    Authenticated,
    ByCode,
    Command,
    ContinueWithSSO,
    CreatePassword,
    DeletePerson,
    Door,
    EditPerson,
    EnterLogin,
    EnterLoginAndProof,
    EnterPassword,
    FieldRule,
    FollowLink,
    Form,
    GrantCode,
    Issuer,
    LapsePolicy,
    LockedUntil,
    MessageBudget,
    NoticeKind,
    OpenClaim,
    Purpose,
    Realm,
    Recognize,
    RedeemCode,
    RedeemLink,
    RegistrationPolicy,
    RequestReset,
    ResetPassword,
    Restored,
    Secret,
    StoredSeats,
    SubAccountId,
    Subject,
    Supplier,
    VoidCode,
)
from subaccounts.domain.activation_events import (
    ActivationSent,
    MessageBudgetSpent,
    PasswordRecovered,
    RecoveryRequested,
)
from subaccounts.domain.attempts import Attempts
from subaccounts.domain.decision import Batch
from subaccounts.domain.events import By, CodeIssued
from subaccounts.domain.life import State
from subaccounts.domain.notice import Telling
from subaccounts.domain.recovery import Requested
from subaccounts.domain.steps import AnyStep
from subaccounts.domain.wording import Wording
from subaccounts.errors import InvalidValue, LinkRefused, NotFound
from subaccounts.testing import FakeTexts
from tests.commands.messages import BY_ITSELF, EMAIL, PHONE, notices, out, says, sells_sms, told
from tests.commands.shop import NAMED, OTHER_PASSWORD, PASSWORD, SETUP, WRONG, R, Shop, code_of
from tests.commands.test_retired_keys import heard, retire_the_present_key

THIRD = "a third phrase that is long"
K = NoticeKind


def forget(shop: Shop, login: str = "anna", *, door: Door | None = None) -> Requested:
    """Ask for another password."""
    return shop.handle(RequestReset(door=door or shop.outside, login=login))


def recover(shop: Shop, who: SubAccountId, password: str = OTHER_PASSWORD) -> AnyStep:
    """Redeem the recovery link that is out for a person."""
    return shop.handle(RedeemLink(link=out(shop, who, Purpose.RECOVERY), password=Secret(password)))


def type_code(
    shop: Shop, code: str | Secret, password: str = OTHER_PASSWORD, *, login: str = "anna", door: Door | None = None
) -> AnyStep:
    """Type a recovery code."""
    typed = code if isinstance(code, Secret) else Secret(code)
    return shop.handle(RedeemCode(door=door or shop.outside, login=login, code=typed, password=Secret(password)))


def texted(shop: Shop) -> Subject:
    """Have an active person be sent a recovery code by SMS."""
    sells_sms(shop)
    says(shop, sms_form=Form.CODE)
    me = shop.claimed(fields={"phone": PHONE})
    forget(shop)
    return me


class TestWhoIsTold:
    """A message goes to whom it helps, by the one preference there is."""

    @pytest.mark.asvs("6.4.3")
    def test_an_active_person(self, shop: Shop) -> None:
        """Who has a password is sent a link, and nothing changes before it is used."""
        me = shop.claimed(fields={"email": EMAIL})
        before, events = len(notices(shop)), len(shop.events())
        assert Requested(again_at=shop.clock() + timedelta(minutes=5)) == forget(shop)
        assert [(K.RECOVERY, EMAIL)] == told(shop, since=before)
        assert [RecoveryRequested(channel="email")] == shop.since(events)
        assert By(kind="terminal", id="shared") == shop.events()[-1].by
        assert shop.handle(Recognize(subject=me)) is not None
        shop.enter("anna", PASSWORD)

    def test_the_stored_address_and_no_other(self, shop: Shop) -> None:
        """Asked for by another spelling of the e-mail, the message goes to the one that is stored (CVE-2019-19844)."""
        shop.claimed(fields={"email": "Anna@Shop.example"})
        before = len(notices(shop))
        forget(shop, "aNNa@shop.EXAMPLE")
        assert [(K.RECOVERY, "Anna@Shop.example")] == told(shop, since=before)

    def test_the_address_of_the_moment(self, shop: Shop) -> None:
        """Nothing goes to an address that an administrator replaces while somebody asks: the new one is written to."""
        me = shop.claimed(fields={"email": "old@shop.example"})
        before = len(notices(shop))
        edit = EditPerson(actor=shop.admin, sub_account=me.sub_account, fields={"email": EMAIL})
        shop.meanwhile(lambda: shop.handle(edit))
        forget(shop)
        assert (K.RECOVERY, EMAIL) == told(shop, since=before)[-1]
        assert (K.RECOVERY, "old@shop.example") not in told(shop, since=before)

    def test_a_phone_before_an_e_mail(self, shop: Shop) -> None:
        """Where SMS were bought the phone is preferred; what an administrator entered is not asked for its country."""
        sells_sms(shop)
        shop.claimed(fields={"email": EMAIL, "phone": PHONE})
        before = len(notices(shop))
        forget(shop)
        assert [(K.RECOVERY, PHONE)] == told(shop, since=before)

    def test_a_disabled_password(self, shop: Shop) -> None:
        """Who was disabled by somebody's guesses helps itself, and no administrator is needed."""
        me = shop.claimed(fields={"email": EMAIL})
        shop.guess_until_disabled()
        assert State.DISABLED is shop.person(me.sub_account).state
        forget(shop)
        assert isinstance(recover(shop, me.sub_account), EnterPassword)
        assert (State.ACTIVE, Attempts()) == (
            shop.person(me.sub_account).state,
            shop.credential(me.sub_account).attempts,
        )
        shop.enter("anna", OTHER_PASSWORD)

    def test_an_unproven_contact_does_not_count(self) -> None:
        """An e-mail that a person typed at its registration and never proved is not written to."""
        by_person, mine = (
            RegistrationPolicy.by_person(),
            FieldRule(suppliers=(Supplier.PERSON,), asked_of=Supplier.PERSON),
        )
        shop = Shop(policy=evolve(by_person, fields={**by_person.fields, "email": mine}))
        code = code_of(shop.add())
        shop.complete(code=code, fields={**NAMED, "email": EMAIL})
        forget(shop)
        assert [] == told(shop)

    @pytest.mark.parametrize("end", [ArchivePerson, DeletePerson])
    def test_who_is_gone(self, shop: Shop, end: Any) -> None:
        """Archived and deleted people are sent nothing."""
        me = shop.claimed(fields={"email": EMAIL})
        shop.handle(end(actor=shop.admin, sub_account=me.sub_account))
        before = len(notices(shop))
        forget(shop)
        assert [] == told(shop, since=before)

    def test_who_has_no_contact(self, shop: Shop) -> None:
        """Nobody can be written to without an address; the administrator resets."""
        shop.claimed()
        forget(shop)
        assert [] == told(shop)

    def test_where_nobody_gets_in(self) -> None:
        """While the host account is promoted, or a lapse blocks, nothing is sent; afterwards it is, at once."""
        shop = Shop(lapse=LapsePolicy.BLOCKED)
        shop.claimed(fields={"email": EMAIL})
        before, bought = len(notices(shop)), shop.subscriptions.current(shop.id)
        shop.hosts.promote(shop.account.host)
        forget(shop)
        shop.hosts.demote(shop.account.host)
        shop.subscriptions.sell(shop.id, evolve(bought, active=False))
        forget(shop)
        assert [] == told(shop, since=before)
        shop.subscriptions.sell(shop.id, bought)
        forget(shop)
        assert [(K.RECOVERY, EMAIL)] == told(shop, since=before)

    def test_a_whole_organization(self) -> None:
        """At the door of an organization everybody is found, of whichever account."""
        shop = Shop(realm=Realm.ORGANIZATION)
        shop.claimed(fields={"email": EMAIL})
        before = len(notices(shop))
        forget(shop, door=Door.outside(shop.id))
        assert [(K.RECOVERY, EMAIL)] == told(shop, since=before)

    def test_places_that_are_none(self, shop: Shop) -> None:
        """A place that does not exist and a terminal that is no name are refused as at the sign-in."""
        nowhere = Door.outside(evolve(shop.account.id, value="nowhere"))
        assert isinstance(shop.refused(RequestReset(door=nowhere, login="anna")), NotFound)
        no_name = evolve(shop.outside, terminal="\n")
        assert isinstance(shop.refused(RequestReset(door=no_name, login="anna")), InvalidValue)


class TestWhoWaits:
    """Who never signed in is sent its activation again, and nothing that is out in paper is killed by a stranger."""

    def test_a_link_again(self, shop: Shop) -> None:
        """The activation goes out anew: another link, and the one before is dead."""
        says(shop, BY_ITSELF)
        who = shop.add(fields={"email": EMAIL}).sub_account.id
        first, events = out(shop, who, Purpose.CLAIM), len(shop.events())
        forget(shop)
        assert [(K.ACTIVATION, EMAIL), (K.ACTIVATION, EMAIL)] == told(shop)
        issued = shop.credential(who).code
        assert issued is not None
        assert [CodeIssued(expires_at=issued.expires_at), ActivationSent(channel="email")] == shop.since(events)
        assert first.reveal() != out(shop, who, Purpose.CLAIM).reveal()
        with pytest.raises(LinkRefused):
            shop.handle(RedeemLink(link=first, password=Secret(PASSWORD)))

    def test_a_slip_stays(self, shop: Shop) -> None:
        """A code that was handed over is not killed; when its time is over a link goes out instead."""
        added = shop.add(fields={"email": EMAIL})
        forget(shop)
        assert [] == told(shop)
        assert added.code is not None
        shop.wait(days=31)
        forget(shop)
        assert [(K.ACTIVATION, EMAIL)] == told(shop)
        assert isinstance(shop.begin(), FollowLink)

    @pytest.mark.parametrize("chosen", [False, True])
    def test_a_slip_of_a_retired_key(self, shop: Shop, chosen: bool) -> None:
        """What died with its key is in nobody's drawer any more: a link goes out instead, and works."""
        who = shop.add(fields={"email": EMAIL}).sub_account.id
        if chosen:
            shop.handle(GrantCode(actor=shop.admin, sub_account=who, code=Secret("paper-2026-a")))
        retire_the_present_key(shop)
        forget(shop)
        assert [(K.ACTIVATION, EMAIL)] == told(shop)
        assert isinstance(shop.begin(), FollowLink)
        link = out(shop, who, Purpose.CLAIM)
        assert isinstance(shop.handle(RedeemLink(link=link, password=Secret(PASSWORD), fields=NAMED)), Authenticated)

    def test_the_same_is_derived(self, shop: Shop) -> None:
        """Asking costs as many derivations for a slip that is alive or dead, for no code, and for nobody."""
        logins, ring = [*crowd(shop), "anna", "dead"], heard(shop)
        shop.claimed(fields={"email": "anna@home.example"})
        shop.add("dead", fields={"email": "dead@shop.example"})
        derived = []
        for login in logins:
            if login == "dead":
                retire_the_present_key(shop)
            ring.derived.clear()
            forget(shop, login)
            derived.append(list(ring.derived))
        assert [derived[0]] * len(logins) == derived

    def test_who_was_reset(self, shop: Shop) -> None:
        """Who signed in once and was reset waits for its administrator, whatever it types."""
        me = shop.claimed(fields={"email": EMAIL})
        code = shop.handle(ResetPassword(actor=shop.admin, sub_account=me.sub_account)).code
        shop.wait(days=31)
        before = len(notices(shop))
        forget(shop)
        assert (True, []) == (code is not None, told(shop, since=before))

    def test_who_was_given_nothing(self, shop: Shop) -> None:
        """Whose code was voided is sent nothing: that was somebody's word."""
        who = shop.add(fields={"email": EMAIL}).sub_account.id
        shop.handle(VoidCode(actor=shop.admin, sub_account=who))
        forget(shop)
        assert [] == told(shop)

    def test_an_open_window(self) -> None:
        """Who can claim by the login alone needs no link, and an outsider does not close the window by asking for one."""
        shop = Shop(policy=RegistrationPolicy.by_person(claim=ByCode(lasts=timedelta(hours=1))))
        shop.add(fields={"email": EMAIL})
        shop.account = shop.handle(
            _switch_to(shop, RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=2))))
        )
        shop.wait(days=2, seconds=-1)
        forget(shop)
        assert [] == told(shop)
        shop.wait(seconds=1)
        forget(shop)
        assert [(K.ACTIVATION, EMAIL)] == told(shop)

    def test_an_incomplete_record(self, shop: Shop) -> None:
        """Whose record an administrator still has to complete is sent nothing: the link would lead nowhere."""
        says(shop, BY_ITSELF)
        shop.add(fields={"email": EMAIL})
        shop.account = shop.handle(_switch_to(shop, RegistrationPolicy.by_administrator()))
        before = len(notices(shop))
        shop.wait(minutes=5)
        forget(shop)
        assert [] == told(shop, since=before)

    @pytest.mark.parametrize("kept_on", [False, True])
    def test_who_comes_by_a_company_account(self, shop: Shop, kept_on: bool) -> None:
        """Such a person is told to use its company account where that is kept on, else nothing, and once in a cool-down."""
        issuer = Issuer(issuer="https://id.example", name="Example ID", domains=frozenset({"shop.example"}))
        says(shop, BY_ITSELF, sso_told=kept_on)
        _trust(shop, issuer)
        shop.add(fields={"email": EMAIL})
        before = len(notices(shop))
        shop.wait(minutes=5)
        for _ in range(3):
            forget(shop)
        assert [(K.ACTIVATION_BY_SSO, EMAIL)] * kept_on == told(shop, since=before)
        if not kept_on:
            assert isinstance(shop.begin(), ContinueWithSSO)

    def test_a_reminder_ends_nothing(self, shop: Shop) -> None:
        """To be reminded of a company account ends no link that is out: a stranger who asks takes nothing away."""
        says(shop, BY_ITSELF, sso_told=True)
        who = shop.add(fields={"email": EMAIL}).sub_account.id
        link = out(shop, who, Purpose.CLAIM)
        _trust(shop, Issuer(issuer="https://id.example", name="Example ID", domains=frozenset({"shop.example"})))
        before = len(notices(shop))
        forget(shop)
        assert [(K.ACTIVATION_BY_SSO, EMAIL)] == told(shop, since=before)
        assert isinstance(shop.handle(RedeemLink(link=link, password=Secret(PASSWORD), fields=NAMED)), Authenticated)

    @pytest.mark.parametrize("kept_on", [False, True])
    @pytest.mark.parametrize("trusted", [False, True])
    def test_who_has_no_password(self, shop: Shop, kept_on: bool, trusted: bool) -> None:
        """Who is active by a company account alone has no password to recover, and is only reminded of where to go."""
        me = shop.claimed(fields={"email": EMAIL})
        row = shop.credential(me.sub_account)
        shop.repository._records[row.id] = evolve(row, password=None)
        says(shop, sso_told=kept_on)
        if trusted:
            _trust(shop, Issuer(issuer="https://id.example", name="Example ID", domains=frozenset({"shop.example"})))
        before = len(notices(shop))
        forget(shop)
        forget(shop)
        assert [(K.ACTIVATION_BY_SSO, EMAIL)] * (kept_on and trusted) == told(shop, since=before)
        assert shop.credential(me.sub_account).recovery is None


def _switch_to(shop: Shop, policy: RegistrationPolicy) -> Any:
    from subaccounts import SwitchPolicy

    return SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=policy)


def _switched(shop: Shop) -> object:
    return shop.handle(_switch_to(shop, RegistrationPolicy.by_person()))


def _restored(shop: Shop) -> object:
    return shop.handle(Restored(actor=SETUP, organization=shop.id))


def _trust(shop: Shop, *issuers: Issuer) -> None:
    organization = shop.repository.organization(shop.id)
    assert organization is not None
    shop.repository._records[shop.id] = evolve(organization, issuers=issuers)


def crowd(shop: Shop) -> list[str]:
    """Have one person of every kind who is sent nothing, and return the logins, with one that nobody has."""
    shop.add("slip", fields={"email": EMAIL})
    voided = shop.add("voided", fields={"email": "voided@shop.example"}).sub_account.id
    shop.handle(VoidCode(actor=shop.admin, sub_account=voided))
    shop.claimed("without-contact")
    for login, end in (("archived", ArchivePerson), ("deleted", DeletePerson)):
        me = shop.claimed(login, fields={"email": f"{login}@shop.example"})
        shop.handle(end(actor=shop.admin, sub_account=me.sub_account))
    return ["slip", "voided", "without-contact", "archived", "deleted", "nobody"]


def committed(shop: Shop, command: Command[R]) -> tuple[R, Batch]:
    """Run a command that commits once; return its answer and what was committed."""
    answer, (batch,) = shop.committed(lambda: shop.handle(command))
    return answer, batch


class TestNothingIsTold:
    """Whatever stands behind a login, whoever asks or guesses causes one commit of one record, and hears one answer."""

    def test_by_a_request(self, shop: Shop) -> None:
        """Who is sent something, who is not, and who is nobody, cannot be told apart by what is written and guarded."""
        logins = [*crowd(shop), "anna", "anna"]  # the second time in her cool-down
        shop.claimed(fields={"email": "anna@home.example"})
        seen = [committed(shop, RequestReset(door=shop.outside, login=login)) for login in logins]
        assert {(1, 2)} == {(len(batch.puts), len(batch.guards)) for _, batch in seen}
        assert {Requested(again_at=shop.clock() + timedelta(minutes=5))} == {answer for answer, _ in seen}

    def test_by_the_time_of_the_words(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """Words take longer than all the rest, and are made once: for whom something is sent, and for whom nothing is."""
        logins = [*crowd(shop), "anna", "anna"]  # the second time in her cool-down
        shop.claimed(fields={"email": "anna@home.example"})
        word, worded = FakeTexts.wording, list[NoticeKind]()

        def counted(texts: FakeTexts, telling: Telling, /) -> Wording:
            worded.append(telling.kind)
            return word(texts, telling)

        monkeypatch.setattr(FakeTexts, "wording", counted)
        for login in logins:
            forget(shop, login)
        assert [K.RECOVERY] * len(logins) == worded

    @pytest.mark.parametrize("shut", [False, True])
    def test_by_a_wrong_code(self, shut: bool) -> None:
        """On an open page a wrong code is the same for everybody, also while nobody of the account gets in."""
        shop = Shop(realm=Realm.ORGANIZATION)
        logins = [*crowd(shop), "anna"]
        me, everywhere = texted(shop), Door.outside(shop.id)
        code = out(shop, me.sub_account, Purpose.RECOVERY)
        if shut:
            shop.hosts.promote(shop.account.host)
        typed = [(login, Secret("00000-00000")) for login in logins] + [("anna", code)] * shut
        seen = [
            committed(shop, RedeemCode(door=everywhere, login=login, code=each, password=Secret(OTHER_PASSWORD)))
            for login, each in typed
        ]
        assert {(1, 2)} == {(len(batch.puts), len(batch.guards)) for _, batch in seen}
        assert {repr(EnterLoginAndProof(refused=True))} == {repr(answer) for answer, _ in seen}


class TestCoolDown:
    """Asking again and again sends one message, and changes nothing."""

    @pytest.mark.asvs("6.6.2")
    def test_one_message_in_five_minutes(self, shop: Shop) -> None:
        """A thousand requests are one message; five minutes later there is another, whose link replaces the first."""
        me = shop.claimed(fields={"email": EMAIL})
        before = len(notices(shop))
        answers = {forget(shop) for _ in range(1000)}
        assert ({Requested(again_at=shop.clock() + timedelta(minutes=5))}, 1) == (answers, len(notices(shop)) - before)
        first, stored = out(shop, me.sub_account, Purpose.RECOVERY), shop.person(me.sub_account)
        shop.wait(minutes=4, seconds=59)
        forget(shop)
        assert 1 == len(notices(shop)) - before
        shop.wait(seconds=1)
        forget(shop)
        assert (2, stored) == (len(notices(shop)) - before, shop.person(me.sub_account))
        with pytest.raises(LinkRefused):
            shop.handle(RedeemLink(link=first, password=Secret(OTHER_PASSWORD)))
        assert isinstance(recover(shop, me.sub_account), EnterPassword)

    def test_it_outlives_what_it_is_for(self, shop: Shop) -> None:
        """A recovery that was used, or a reset and a claim since, start no new cool-down: the old one goes on."""
        me = shop.claimed(fields={"email": EMAIL})
        forget(shop)
        recover(shop, me.sub_account)
        code = shop.handle(ResetPassword(actor=shop.admin, sub_account=me.sub_account)).code
        assert code is not None
        shop.complete(code=code.code, fields={})
        before = len(notices(shop))
        forget(shop)
        assert [] == told(shop, since=before)


class TestBudget:
    """A day has so many messages to people who are not signed in, and no more."""

    def test_it_is_counted_and_ends(self, shop: Shop) -> None:
        """The third of two a day is not sent; that is said once, nothing else is told apart, and tomorrow there are more."""
        says(shop, budget=MessageBudget(emails_a_day=2))
        people = [shop.claimed(f"anna-{n}", fields={"email": f"anna-{n}@shop.example"}) for n in range(4)]
        before, events = len(notices(shop)), len(shop.events())
        answers = {forget(shop, f"anna-{n}") for n in range(4)}
        answers.add(forget(shop, "anna-3"))
        assert (1, 2) == (len(answers), len(notices(shop)) - before)
        spent = MessageBudgetSpent(channel="email")
        assert [*[RecoveryRequested(channel="email")] * 2, spent] == shop.since(events)
        assert None is shop.credential(people[3].sub_account).recovery
        shop.wait(days=1)
        forget(shop, "anna-3")
        assert 3 == len(notices(shop)) - before

    def test_without_end(self, shop: Shop) -> None:
        """An organization can leave a channel without end, and then nothing is refused."""
        says(shop, budget=MessageBudget(emails_a_day=None))
        shop.claimed(fields={"email": EMAIL})
        before = len(notices(shop))
        for _ in range(3):
            forget(shop)
            shop.wait(minutes=5)
        assert 3 == len(notices(shop)) - before

    def test_two_at_once(self, shop: Shop) -> None:
        """Of two requests for the day's last message one is sent and the other is not, and both hear the same."""
        says(shop, budget=MessageBudget(emails_a_day=1))
        for login in ("anna", "boris"):
            shop.claimed(login, fields={"email": f"{login}@shop.example"})
        before = len(notices(shop))
        shop.meanwhile(lambda: forget(shop, "boris"))
        assert forget(shop) == Requested(again_at=shop.clock() + timedelta(minutes=5))
        assert [(K.RECOVERY, "boris@shop.example")] == told(shop, since=before)


class TestRecovering:
    """The proof creates another password, and everything of before is dead."""

    @pytest.mark.asvs("6.3.6", "6.4.3", "7.4.3")
    def test_everything_of_before_ends(self, shop: Shop) -> None:
        """The new password works and nobody was signed in by the link; the old one and every sign-in are dead."""
        me = shop.claimed(fields={"email": EMAIL})
        other = shop.enter()
        shop.fail(3)
        forget(shop)
        before = len(shop.events())
        assert repr(EnterPassword()) == repr(recover(shop, me.sub_account))
        assert [PasswordRecovered()] == shop.since(before)
        assert By(kind="sub_account", id=me.sub_account.value) == shop.events()[-1].by
        assert [None, None] == [shop.handle(Recognize(subject=each)) for each in (me, other)]
        assert not shop.credential(me.sub_account).attempts.in_a_row
        assert repr(EnterPassword(wrong=True)) == repr(shop.sign_in("anna", PASSWORD))
        shop.enter("anna", OTHER_PASSWORD)

    def test_a_password_that_is_refused(self, shop: Shop) -> None:
        """The policy judges first, and a refused password uses nothing up."""
        me = shop.claimed(fields={"email": EMAIL})
        forget(shop)
        for refused in ("short", EMAIL + "!!!", out(shop, me.sub_account, Purpose.RECOVERY).reveal()):
            step = recover(shop, me.sub_account, refused)
            assert isinstance(step, CreatePassword)
            assert not step.code_needed
            assert ["password_refused"] == [problem.code for problem in step.problems]
        shop.enter("anna", PASSWORD)
        assert isinstance(recover(shop, me.sub_account), EnterPassword)

    def test_the_person_is_told(self, shop: Shop) -> None:
        """Every contact that counts hears that the password is another one: who did not do it finds out."""
        sells_sms(shop)
        me = shop.claimed(fields={"email": EMAIL, "phone": PHONE})
        forget(shop)
        link, before = out(shop, me.sub_account, Purpose.RECOVERY), len(notices(shop))
        shop.handle(RedeemLink(link=link, password=Secret(OTHER_PASSWORD)))
        assert [(K.PASSWORD_CHANGED, PHONE), (K.PASSWORD_CHANGED, EMAIL)] == told(shop, since=before)

    @pytest.mark.parametrize("act", [_switched, _restored])
    def test_a_link_that_dies_while_it_is_followed(self, shop: Shop, act: Callable[[Shop], object]) -> None:
        """A link is judged by the policy and the epoch of the moment in which the password is written."""
        me = shop.claimed(fields={"email": EMAIL})
        forget(shop)
        link = out(shop, me.sub_account, Purpose.RECOVERY)
        shop.meanwhile(lambda: act(shop))
        with pytest.raises(LinkRefused):
            shop.handle(RedeemLink(link=link, password=Secret(OTHER_PASSWORD)))
        shop.enter("anna", PASSWORD)

    @pytest.mark.parametrize("act", [_switched, _restored])
    def test_a_code_that_dies_while_it_is_typed(self, shop: Shop, act: Callable[[Shop], object]) -> None:
        """A code is judged by the policy and the epoch of the moment in which the password is written."""
        me = texted(shop)
        code = out(shop, me.sub_account, Purpose.RECOVERY)
        shop.meanwhile(lambda: act(shop))
        assert isinstance(type_code(shop, code), EnterLoginAndProof)
        shop.enter("anna", PASSWORD)

    def test_a_second_factor_is_the_hosts_word(self, shop: Shop) -> None:
        """A shorter password passes where the host says that another factor was shown."""
        me = shop.claimed(fields={"email": EMAIL})
        forget(shop)
        link = out(shop, me.sub_account, Purpose.RECOVERY)
        assert isinstance(shop.handle(RedeemLink(link=link, password=Secret("otters8x"))), CreatePassword)
        step = shop.handle(RedeemLink(link=link, password=Secret("otters8x"), second_factor=True))
        assert isinstance(step, EnterPassword)

    def test_a_seat_of_the_active(self, shop: Shop) -> None:
        """Where a disabled person would take a seat that is not there, the proof stays for when there is one."""
        me = shop.claimed(fields={"email": EMAIL})
        shop.guess_until_disabled()
        forget(shop)
        bought = shop.subscriptions.current(shop.id)
        full = StoredSeats(limit=0, states=frozenset({State.ACTIVE}))
        shop.subscriptions.sell(shop.id, evolve(bought, seats=full))
        assert repr(AskAdministrator(why="seats_full")) == repr(recover(shop, me.sub_account))
        shop.subscriptions.sell(shop.id, evolve(bought, seats=evolve(full, limit=1)))
        assert isinstance(recover(shop, me.sub_account), EnterPassword)

    def test_a_seat_is_taken_again(self, shop: Shop) -> None:
        """Who was disabled gave a seat back and takes one by the recovery: nobody else has it then."""
        shop.subscriptions.seat(shop.id, StoredSeats(limit=1, states=frozenset({State.ACTIVE})))
        me = shop.claimed(fields={"email": EMAIL})
        shop.guess_until_disabled()
        forget(shop)
        recover(shop, me.sub_account)
        code = code_of(shop.add("boris"))
        assert AskAdministrator(why="seats_full") == shop.complete("boris", code=code)


class TestCodes:
    """A code typed from an SMS."""

    @pytest.mark.parametrize("inside", [False, True])
    def test_it_recovers(self, shop: Shop, inside: bool) -> None:
        """The right code creates another password, at either door, typed as people type."""
        me, door = texted(shop), shop.inside if inside else shop.outside
        code = out(shop, me.sub_account, Purpose.RECOVERY).reveal().lower().replace("-", " ")
        assert repr(EnterPassword()) == repr(type_code(shop, code, door=door))
        assert shop.handle(Recognize(subject=me)) is None
        shop.enter("anna", OTHER_PASSWORD)

    @pytest.mark.asvs("6.5.1", "6.6.3")
    def test_five_wrong_ones_end_the_right_one(self, shop: Shop) -> None:
        """The fifth wrong code kills the right one, and no more is ever told; the next message has another."""
        me = texted(shop)
        code = out(shop, me.sub_account, Purpose.RECOVERY)
        for wrong in range(1, 6):
            assert repr(EnterLoginAndProof(refused=True)) == repr(type_code(shop, "00000-00000"))
            recovery = shop.credential(me.sub_account).recovery
            assert recovery is not None
            assert wrong == recovery.wrong
        assert repr(EnterLoginAndProof(refused=True)) == repr(type_code(shop, code))
        assert [] == shop.happened(PasswordRecovered)
        shop.enter("anna", PASSWORD)
        shop.wait(minutes=5)
        forget(shop)
        assert isinstance(type_code(shop, out(shop, me.sub_account, Purpose.RECOVERY)), EnterPassword)

    @pytest.mark.asvs("6.5.5")
    def test_ten_minutes(self, shop: Shop) -> None:
        """A code works in its last second and not in the next."""
        me = texted(shop)
        code = out(shop, me.sub_account, Purpose.RECOVERY)
        shop.wait(minutes=9, seconds=59)
        flawed = type_code(shop, code, "short")
        assert isinstance(flawed, CreatePassword)
        assert (True, False, ["password_refused"]) == (
            flawed.code_needed,
            flawed.code_wrong,
            [problem.code for problem in flawed.problems],
        )
        shop.wait(seconds=1)
        assert isinstance(type_code(shop, code), EnterLoginAndProof)

    def test_guesses_do_not_keep_it_out(self, shop: Shop) -> None:
        """Somebody's wrong passwords delay the sign-in and not the recovery, which ends the delay."""
        me = texted(shop)
        shop.fail(8)
        assert isinstance(type_code(shop, out(shop, me.sub_account, Purpose.RECOVERY), door=shop.inside), EnterPassword)
        shop.enter("anna", OTHER_PASSWORD)

    def test_what_an_open_door_tells(self, shop: Shop) -> None:
        """Inside the host account a wrong code is told as one, and any login where it stands."""
        texted(shop)
        waits = shop.add("boris")
        assert waits.code is not None
        wrong = "00000-00000"
        found = {
            login: repr(type_code(shop, wrong, login=login, door=shop.inside)) for login in ("anna", "boris", "nobody")
        }
        assert found == {
            "anna": repr(CreatePassword(code_needed=True, code_wrong=True)),
            "boris": repr(shop.begin("boris")),
            "nobody": repr(EnterLogin(wrong=True)),
        }
        shop.hosts.promote(shop.account.host)
        assert repr(shop.begin()) == repr(type_code(shop, wrong, door=shop.inside))

    def test_an_open_door_during_a_delay_and_after_the_last_guess(self, shop: Shop) -> None:
        """Somebody's guesses at the password take nobody from the page where its code is typed."""
        texted(shop)
        again = repr(CreatePassword(code_needed=True, code_wrong=True))
        assert isinstance(shop.fail(6), LockedUntil)
        assert again == repr(type_code(shop, "00000-00000", door=shop.inside))
        shop.guess_until_disabled()
        assert again == repr(type_code(shop, "00000-00000", door=shop.inside))

    def test_an_open_door_leads_to_what_was_sent(self, shop: Shop) -> None:
        """Whose activation is out as a link is led to it there, and to no page for a code."""
        says(shop, BY_ITSELF)
        shop.add("boris", fields={"email": EMAIL})
        assert FollowLink() == type_code(shop, "00000-00000", login="boris", door=shop.inside)

    @pytest.mark.parametrize("login", ["boris", "nobody"])
    def test_a_delay_at_an_open_door(self, shop: Shop, login: str) -> None:
        """Who has no password to recover is told of the delay that guesses have caused, also where nobody is."""
        shop.add("boris")
        delay = shop.fail(6, login)
        assert isinstance(delay, LockedUntil)
        assert delay == type_code(shop, "00000-00000", login=login, door=shop.inside)

    def test_a_shut_account_uses_nothing_up(self, shop: Shop) -> None:
        """While nobody gets in, neither right nor wrong codes count, and the right one works afterwards."""
        me = texted(shop)
        code = out(shop, me.sub_account, Purpose.RECOVERY)
        shop.hosts.promote(shop.account.host)
        for typed in (code, Secret("00000-00000")) * 5:
            assert not isinstance(type_code(shop, typed), EnterPassword)
        shop.hosts.demote(shop.account.host)
        assert isinstance(type_code(shop, code), EnterPassword)

    def test_a_link_is_no_code(self, shop: Shop) -> None:
        """Where a link was sent nothing that is typed is it, and nothing is counted on it."""
        me = shop.claimed(fields={"email": EMAIL})
        forget(shop)
        for typed in (out(shop, me.sub_account, Purpose.RECOVERY), Secret(WRONG)):
            assert isinstance(type_code(shop, typed), EnterLoginAndProof)
        recovery = shop.credential(me.sub_account).recovery
        assert recovery is not None
        assert 0 == recovery.wrong

    def test_a_retired_key(self, shop: Shop) -> None:
        """A key that was retired kills the codes under it, and nothing else is told."""
        me = texted(shop)
        code = out(shop, me.sub_account, Purpose.RECOVERY)
        old = shop.keys.current
        shop.keys.rotate(now=shop.clock())
        shop.keys.retire(old)
        assert repr(EnterLoginAndProof(refused=True)) == repr(type_code(shop, code))

    def test_the_code_is_no_password(self, shop: Shop) -> None:
        """The code itself is refused as a password."""
        me = texted(shop)
        code = out(shop, me.sub_account, Purpose.RECOVERY)
        step = type_code(shop, code, code.reveal() * 2)
        assert isinstance(step, CreatePassword)
        assert ["personal"] == [getattr(problem, "reason", None) for problem in step.problems]

    def test_a_seat_that_is_not_there(self, shop: Shop) -> None:
        """Where a disabled person would take a seat too many, the right code says so and is not used up."""
        me = texted(shop)
        shop.guess_until_disabled()
        code, bought = out(shop, me.sub_account, Purpose.RECOVERY), shop.subscriptions.current(shop.id)
        full = StoredSeats(limit=0, states=frozenset({State.ACTIVE}))
        shop.subscriptions.sell(shop.id, evolve(bought, seats=full))
        assert repr(AskAdministrator(why="seats_full")) == repr(type_code(shop, code))
        shop.subscriptions.sell(shop.id, bought)
        assert isinstance(type_code(shop, code), EnterPassword)

    def test_two_at_once(self, shop: Shop) -> None:
        """Of two right codes at once one wins and the other is refused."""
        me = texted(shop)
        code = out(shop, me.sub_account, Purpose.RECOVERY)
        shop.meanwhile(lambda: type_code(shop, code))
        assert isinstance(type_code(shop, code, THIRD), EnterLoginAndProof)
        shop.enter("anna", OTHER_PASSWORD)

    def test_a_right_code_with_a_flaw_is_committed_too(self, shop: Shop) -> None:
        """A guess that is right, with a password that is refused, is told only if no five wrong ones came between."""
        me = texted(shop)
        code = out(shop, me.sub_account, Purpose.RECOVERY)
        shop.meanwhile(lambda: [type_code(shop, "00000-00000") for _ in range(5)])
        assert isinstance(type_code(shop, code, "short"), EnterLoginAndProof)
