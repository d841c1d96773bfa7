"""A person's own e-mail and phone: a fresh proof of who asks, a proof of the new address, and nothing before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ArchivePerson,
    ChangeContact,
    ChangePassword,
    Command,
    ContactProven,
    ContactRequested,
    Door,
    EditPerson,
    Form,
    MessageBudget,
    NoticeKind,
    ProveContact,
    ProveContactByCode,
    Purpose,
    Realm,
    RedeemLink,
    RegistrationPolicy,
    RenamePerson,
    RequestReset,
    ResetPassword,
    Restored,
    Secret,
    SignedIn,
    Subject,
    SwitchPolicy,
    System,
)
from subaccounts.domain.activation_events import ContactChangeRequested, MessageBudgetSpent
from subaccounts.domain.email import Email
from subaccounts.domain.events import By, SignInFailed, SubAccountEdited
from subaccounts.domain.phone import Phone
from subaccounts.domain.policy import FieldRule
from subaccounts.domain.supplier import Supplier
from subaccounts.errors import (
    FieldRefused,
    InvalidValue,
    LinkRefused,
    NotAllowed,
    NotOffered,
    ProofNeeded,
    ProofRefused,
    Refusal,
    TooSoon,
)
from tests.commands.messages import EMAIL, PHONE, notices, out, says, sells_sms, told
from tests.commands.shop import OTHER_PASSWORD, PASSWORD, WRONG, Shop, subject_of
from tests.sent import ref_of

NEW = "anna.koval@home.example"
K = NoticeKind


def change(shop: Shop, me: Subject, value: Any = NEW, *, field: str = "email", current: str | None = None) -> Any:
    """Ask for another contact."""
    return shop.handle(_change(me, value, field=field, current=current))


def _change(me: Subject, value: Any = NEW, *, field: str = "email", current: str | None = None) -> ChangeContact:
    proof = Secret(current) if current is not None else None
    return ChangeContact(subject=me, field=field, value=value, current=proof)


def prove(shop: Shop, me: Subject) -> ContactProven:
    """Prove the contact that waits: by its link, or by its code."""
    proof, pending = out(shop, me.sub_account, Purpose.CONTACT), shop.credential(me.sub_account).contact
    assert pending is not None
    if pending.proof.form is Form.LINK:
        return shop.handle(ProveContact(link=proof))
    return shop.handle(ProveContactByCode(subject=me, code=proof))


def texting(shop: Shop, *, budget: MessageBudget | None = None) -> None:
    """Have the organization buy SMS, and let people of Denmark give their phones."""
    sells_sms(shop)
    says(shop, budget=budget or MessageBudget(sms_countries=frozenset({"45"})))


def raised(shop: Shop, command: Command[Any], what: type[Refusal]) -> Any:
    """Return the refusal of a command, which is of this kind."""
    refusal = shop.refused(command)
    assert isinstance(refusal, what), refusal
    return refusal


class TestAsking:
    """Nothing changes before the proof, and who asks is proven anew."""

    @pytest.mark.asvs("7.5.1")
    def test_nothing_changes_yet(self, shop: Shop) -> None:
        """The new address is written to, masked in the answer; the person is as it was."""
        me = shop.claimed()
        before, events = shop.person(me.sub_account), len(shop.events())
        expected = ContactRequested(
            field="email", contact="a***@home.example", form=Form.LINK, again_at=shop.clock() + timedelta(minutes=5)
        )
        assert expected == change(shop, me)
        assert [(K.PROVE_CONTACT, NEW)] == told(shop)
        assert before == shop.person(me.sub_account)
        assert [ContactChangeRequested(field="email")] == shop.since(events)
        assert By(kind="sub_account", id=me.sub_account.value) == shop.events()[-1].by
        assert "contact=a***@home.example" in repr(notices(shop)[-1].wording)
        assert ref_of(shop.row(me.sub_account), Purpose.CONTACT) == notices(shop)[-1].proof

    @pytest.mark.parametrize(("field", "value"), [("email", "z@home.example"), ("phone", PHONE)])
    def test_the_message_names_nobody(self, shop: Shop, field: str, value: str) -> None:
        """Who is written to can be anybody: no name that the person chose is said there, and nothing that tells who it is."""
        texting(shop)
        me = shop.claimed("lone-login")
        name = "Call +4599999999 at once, Zoë"
        shop.handle(EditPerson(actor=shop.admin, sub_account=me.sub_account, fields={"full_name": name}))
        change(shop, me, value, field=field)
        (notice,) = notices(shop)
        assert all(each not in repr(notice.wording) for each in (name, "lone-login", value))
        assert (me.sub_account, shop.person(me.sub_account).account) == (notice.sub_account, notice.account)

    def test_in_the_language_of_the_person(self, shop: Shop) -> None:
        """The message is in the person's language, as every other one to it."""
        me = shop.claimed(fields={"language": "da"})
        change(shop, me)
        assert "da" == notices(shop)[-1].language.tag

    def test_typed_values_will_do(self, shop: Shop) -> None:
        """What was parsed before is taken as it is."""
        texting(shop)
        assert "a***@home.example" == change(shop, shop.claimed(), Email.parse(NEW)).contact
        assert "+45******78" == change(shop, shop.claimed("boris"), Phone.parse(PHONE), field="phone").contact

    @pytest.mark.asvs("7.5.1")
    def test_a_sign_in_of_ten_minutes_ago(self, shop: Shop) -> None:
        """A fresh sign-in is proof enough for ten minutes; after that it takes the present password."""
        me = shop.claimed()
        shop.wait(minutes=10)
        change(shop, me)
        shop.wait(minutes=5)
        raised(shop, _change(me), ProofNeeded)
        change(shop, me, current=PASSWORD)
        shop.wait(minutes=5)
        change(shop, shop.enter())

    def test_a_wrong_password_is_counted(self, shop: Shop) -> None:
        """A wrong one is a wrong sign-in: counted, delayed after five, and refused while the delay lasts."""
        me = shop.claimed()
        events = len(shop.events())
        for _ in range(5):
            with pytest.raises(ProofRefused):
                change(shop, me, current=WRONG)
        assert [SignInFailed(terminal="shared", failures=n) for n in range(1, 6)] == shop.since(events)
        with pytest.raises(ProofRefused) as delayed:
            change(shop, me, current=PASSWORD)
        assert shop.clock() + timedelta(seconds=30) == delayed.value.until
        assert [] == told(shop)

    def test_a_wrong_password_beside_a_fresh_sign_in(self, shop: Shop) -> None:
        """Who gives a password is judged by it, however fresh the sign-in is."""
        me = shop.claimed()
        with pytest.raises(ProofRefused):
            change(shop, me, current=WRONG)

    def test_what_the_policy_keeps(self, shop: Shop) -> None:
        """A field the policy keeps from the person, or in which an administrator ranks higher, is refused first."""
        me = shop.claimed(fields={"email": EMAIL})
        assert "outranked" == raised(shop, _change(me, current=WRONG), FieldRefused).why
        rules = {**shop.account.policy.fields, "email": FieldRule(suppliers=(Supplier.ADMINISTRATOR,))}
        policy = evolve(shop.account.policy, fields=rules)
        shop.handle(SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=policy))
        boris = shop.claimed("boris")
        assert "not_supplied_by_you" == raised(shop, _change(boris), FieldRefused).why

    @pytest.mark.parametrize("field", ["position", "kind", "departments", "host:x", "nothing", "login", ""])
    def test_only_contacts(self, shop: Shop, field: str) -> None:
        """Anything but an e-mail or a phone is refused as no contact, before anybody is looked for."""
        assert "unknown" == raised(shop, _change(shop.claimed(), "x", field=field), FieldRefused).why

    def test_no_address(self, shop: Shop) -> None:
        """What cannot be an address is refused, and not repeated."""
        texting(shop)
        me = shop.claimed()
        assert "email" == raised(shop, _change(me, "no address"), InvalidValue).field
        assert "phone" == raised(shop, _change(me, "12", field="phone"), InvalidValue).field

    def test_who_is_signed_out(self, shop: Shop) -> None:
        """An ended sign-in asks for nothing."""
        me = shop.claimed()
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=me.sub_account))
        raised(shop, _change(me), NotAllowed)

    def test_the_same_for_an_address_somebody_has(self, shop: Shop) -> None:
        """Whether the address is somebody's, a login's or nobody's, the answer, the questions and the notice are the same."""
        shop.claimed("boris", fields={"email": "boris@shop.example"})
        shop.claimed("carla@shop.example")
        me = shop.claimed()
        seen = set()
        for address in ("boris@shop.example", "carla@shop.example", "nobody@shop.example"):
            shop.wait(minutes=5)
            answer = change(shop, me, address, current=PASSWORD)
            seen.add((answer.field, answer.form, notices(shop)[-1].kind, shop.events()[-1].happening))
        assert 1 == len(seen)


class TestAskingMeanwhile:
    """What stands in the way just before the message is committed stands in the way of it."""

    def test_an_administrator_gives_the_field(self, shop: Shop) -> None:
        """When an administrator gives the e-mail in between, then nobody is written to."""
        me = shop.claimed()
        edit = EditPerson(actor=shop.admin, sub_account=me.sub_account, fields={"email": EMAIL})
        shop.meanwhile(lambda: shop.handle(edit))
        with pytest.raises(FieldRefused):
            change(shop, me)
        assert K.PROVE_CONTACT not in {kind for kind, _ in told(shop)}

    def test_the_policy_takes_the_field(self, shop: Shop) -> None:
        """When the policy keeps the field from the person in between, then nobody is written to."""
        me = shop.claimed()
        rules = {**shop.account.policy.fields, "email": FieldRule(suppliers=(Supplier.ADMINISTRATOR,))}
        policy = evolve(shop.account.policy, fields=rules)
        switch = SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=policy)
        shop.meanwhile(lambda: shop.handle(switch))
        with pytest.raises(FieldRefused):
            change(shop, me)
        assert [] == told(shop)


class TestCoolDown:
    """One message in five minutes, whatever became of the last."""

    def test_too_soon(self, shop: Shop) -> None:
        """Within five minutes another is refused with its time, and the one that is out works on."""
        me = shop.claimed()
        change(shop, me)
        at = shop.clock() + timedelta(minutes=5)
        refusal = raised(shop, _change(me, "other@home.example"), TooSoon)
        assert (at, "just_sent") == (refusal.until, refusal.why)
        shop.wait(minutes=4, seconds=59)
        raised(shop, _change(me), TooSoon)
        assert ContactProven(field="email", contact="a***@home.example", signs_in=True) == prove(shop, me)

    def test_a_new_one_replaces_the_one_before(self, shop: Shop) -> None:
        """After five minutes another takes the place of the first, whose link is dead."""
        me = shop.claimed()
        change(shop, me)
        first = out(shop, me.sub_account, Purpose.CONTACT)
        shop.wait(minutes=5)
        change(shop, me, "other@home.example")
        raised(shop, ProveContact(link=first), LinkRefused)
        prove(shop, me)
        assert "other@home.example" == _email(shop, me)

    def test_a_changed_password_does_not_end_it(self, shop: Shop) -> None:
        """A changed password kills the link and not the cool-down: it cannot be used to fill somebody's mailbox."""
        me = shop.claimed()
        change(shop, me)
        link = out(shop, me.sub_account, Purpose.CONTACT)
        me = shop.handle(ChangePassword(subject=me, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD)))
        raised(shop, ProveContact(link=link), LinkRefused)
        raised(shop, _change(me), TooSoon)

    def test_two_at_once(self, shop: Shop) -> None:
        """Of two at once one is sent and the other is too soon."""
        me = shop.claimed()
        shop.meanwhile(lambda: change(shop, me, "other@home.example"))
        with pytest.raises(TooSoon):
            change(shop, me)
        assert [(K.PROVE_CONTACT, "other@home.example")] == told(shop)


class TestPhones:
    """A phone is proven by a code, where SMS were bought and its country is on the list."""

    @pytest.mark.asvs("6.6.1")
    def test_by_code(self, shop: Shop) -> None:
        """The code that was sent to it makes the phone the person's, in the session that asked."""
        texting(shop)
        me = shop.claimed()
        change(shop, me, PHONE, field="phone")
        assert [(K.PROVE_CONTACT, PHONE)] == told(shop)
        assert ContactProven(field="phone", contact="+45******78", signs_in=False) == prove(shop, me)
        person = shop.person(me.sub_account)
        assert (PHONE, frozenset({"phone"})) == (person.profile.phone and person.profile.phone.e164, person.proven)

    def test_it_signs_nobody_in(self, shop: Shop) -> None:
        """A phone that was proven is no sign-in key, also of who signs in with an e-mail, which stays one."""
        texting(shop)
        me = shop.claimed(fields={"email": EMAIL})
        change(shop, me, PHONE, field="phone")
        assert not prove(shop, me).signs_in
        assert me.sub_account == shop.enter(EMAIL).sub_account

    def test_where_sms_were_not_bought(self, shop: Shop) -> None:
        """Without SMS there is nothing to prove a phone with."""
        says(shop, budget=MessageBudget(sms_countries=frozenset({"45"})))
        assert "sms" == raised(shop, _change(shop.claimed(), PHONE, field="phone"), NotOffered).what

    @pytest.mark.parametrize("phone", ["+881612345678", "+46701234567"])
    def test_another_country(self, shop: Shop, phone: str) -> None:
        """Numbers of countries that are not on the list are not written to; nobody's are until somebody lists them."""
        texting(shop)
        assert "sms" == raised(shop, _change(shop.claimed(), phone, field="phone"), NotOffered).what
        says(shop, budget=MessageBudget())
        raised(shop, _change(shop.claimed("boris"), PHONE, field="phone"), NotOffered)

    def test_the_days_budget(self, shop: Shop) -> None:
        """The SMS of changed phones are counted with the rest of the day; beyond it is tomorrow, which is said once."""
        texting(shop, budget=MessageBudget(sms_a_day=1, sms_countries=frozenset({"45"})))
        change(shop, shop.claimed(), PHONE, field="phone")
        boris = shop.claimed("boris")
        events = len(shop.events())
        tomorrow = shop.clock().replace(hour=0, minute=0) + timedelta(days=1)
        for _ in range(2):
            before = shop.credential(boris.sub_account).version
            with pytest.raises(TooSoon) as refused:
                change(shop, boris, "+4587654321", field="phone")
            # It tells that the password was right, so that guesses at once have to line up on the row for it too.
            assert before + 1 == shop.credential(boris.sub_account).version
            assert (tomorrow, "spent") == (refused.value.until, refused.value.why)
        assert [MessageBudgetSpent(channel="sms")] == shop.since(events)
        shop.clock.set(tomorrow)
        change(shop, boris, "+4587654321", field="phone", current=PASSWORD)

    def test_an_email_costs_no_sms(self, shop: Shop) -> None:
        """A changed e-mail takes nothing of the day's SMS, and goes out when they are spent."""
        texting(shop, budget=MessageBudget(sms_a_day=1, sms_countries=frozenset({"45"})))
        change(shop, shop.claimed())
        change(shop, shop.claimed("boris"), PHONE, field="phone")
        change(shop, shop.claimed("carla"), "carla@home.example")
        assert [(K.PROVE_CONTACT, to) for to in (NEW, PHONE, "carla@home.example")] == told(shop)

    @pytest.mark.asvs("6.6.3")
    def test_five_wrong_codes(self, shop: Shop) -> None:
        """A wrong code is counted before it is refused, and the fifth ends the right one."""
        texting(shop)
        me = shop.claimed()
        change(shop, me, PHONE, field="phone")
        code = out(shop, me.sub_account, Purpose.CONTACT)
        for wrong in range(1, 6):
            with pytest.raises(ProofRefused):
                shop.handle(ProveContactByCode(subject=me, code=Secret("00000-00000")))
            pending = shop.credential(me.sub_account).contact
            assert pending is not None
            assert wrong == pending.proof.wrong
        assert "unknown" == raised(shop, ProveContactByCode(subject=me, code=code), LinkRefused).why

    @pytest.mark.asvs("6.5.5")
    def test_ten_minutes(self, shop: Shop) -> None:
        """After ten minutes the code has expired, which is told to who is signed in."""
        texting(shop)
        me = shop.claimed()
        change(shop, me, PHONE, field="phone")
        code = out(shop, me.sub_account, Purpose.CONTACT)
        shop.wait(minutes=10)
        assert "expired" == raised(shop, ProveContactByCode(subject=me, code=code), LinkRefused).why

    def test_no_code_is_out(self, shop: Shop) -> None:
        """Without a code, with a link instead, or under a retired key, there is nothing to type."""
        texting(shop)
        me = shop.claimed()
        command = ProveContactByCode(subject=me, code=Secret("00000-00000"))
        assert "unknown" == raised(shop, command, LinkRefused).why
        change(shop, me)
        assert "unknown" == raised(shop, command, LinkRefused).why
        shop.wait(minutes=5)
        change(shop, me, PHONE, field="phone")
        old = shop.keys.current
        shop.keys.rotate(now=shop.clock())
        shop.keys.retire(old)
        assert "unknown" == raised(shop, command, LinkRefused).why

    def test_only_its_own(self, shop: Shop) -> None:
        """A code is worth nothing in another person's session."""
        texting(shop)
        me, boris = shop.claimed(), shop.claimed("boris")
        change(shop, me, PHONE, field="phone")
        change(shop, boris, "+4587654321", field="phone")
        mine = out(shop, me.sub_account, Purpose.CONTACT)
        with pytest.raises(ProofRefused):
            shop.handle(ProveContactByCode(subject=boris, code=mine))
        assert "+45******78" == prove(shop, me).contact


def _email(shop: Shop, me: Subject) -> str | None:
    email = shop.person(me.sub_account).profile.email
    return email.text if email is not None else None


class TestProving:
    """The proof makes the contact the person's."""

    def test_it_signs_in(self, shop: Shop) -> None:
        """A proven e-mail that was added later signs in beside the login, and counts as a contact."""
        me = shop.claimed()
        change(shop, me)
        events = len(shop.events())
        assert ContactProven(field="email", contact="a***@home.example", signs_in=True) == prove(shop, me)
        person = shop.person(me.sub_account)
        held = person.profile.values["email"]
        assert (NEW, Supplier.PERSON, frozenset({"email"}), True) == (
            _email(shop, me),
            held.by,
            person.proven,
            person.email_is_key,
        )
        assert [SubAccountEdited(fields=("email",))] == shop.since(events)
        assert [me.sub_account] * 2 == [shop.enter(login).sub_account for login in ("anna", NEW)]
        before = len(notices(shop))
        shop.handle(RequestReset(door=shop.outside, login=NEW))
        assert [(K.RECOVERY, NEW)] == told(shop, since=before)

    @pytest.mark.parametrize("holder", ["boris@shop.example", "boris"])
    def test_an_address_that_somebody_signs_in_with(self, shop: Shop, holder: str) -> None:
        """An e-mail that is somebody's key becomes a contact and no key, and the other signs in as before."""
        fields = {} if "@" in holder else {"email": "boris@shop.example"}
        boris = shop.claimed(holder, fields=fields)
        me = shop.claimed()
        change(shop, me, "boris@shop.example")
        assert not prove(shop, me).signs_in
        assert ("boris@shop.example", boris.sub_account) == (
            _email(shop, me),
            shop.enter("boris@shop.example").sub_account,
        )

    def test_an_address_that_is_taken_meanwhile(self, shop: Shop) -> None:
        """Somebody who takes the address as a login in between keeps it; it becomes a contact."""
        me = shop.claimed()
        change(shop, me)
        shop.meanwhile(lambda: shop.add(NEW))
        assert not prove(shop, me).signs_in
        assert NEW == _email(shop, me)

    def test_in_a_realm_of_the_whole_organization(self) -> None:
        """Where keys are unique in the organization, an address of another account's person is no key either."""
        shop = Shop(realm=Realm.ORGANIZATION)
        shop.claimed("boris", account=shop.open("shop-2"), fields={"email": NEW})
        me = shop.claimed()
        change(shop, me)
        assert not prove(shop, me).signs_in

    def test_one_gives_way_to_another(self, shop: Shop) -> None:
        """A second change leaves the first address behind: it signs in no more, and what was sent to it is dead."""
        me = shop.claimed()
        change(shop, me)
        prove(shop, me)
        shop.handle(RequestReset(door=shop.outside, login="anna"))
        recovery = out(shop, me.sub_account, Purpose.RECOVERY)
        change(shop, me, "other@home.example")
        prove(shop, me)
        raised(shop, RedeemLink(link=recovery, password=Secret(OTHER_PASSWORD)), LinkRefused)
        assert me.sub_account == shop.enter("other@home.example").sub_account
        assert not hasattr(shop.sign_in(NEW), "subject")

    @pytest.mark.asvs("6.3.7")
    def test_both_addresses_are_told(self, shop: Shop) -> None:
        """The old address and the new one hear of it, once each, and so does the phone."""
        texting(shop)
        me = shop.claimed(fields={"phone": PHONE})
        change(shop, me)
        before = len(notices(shop))
        prove(shop, me)
        assert [(K.EMAIL_CHANGED, PHONE), (K.EMAIL_CHANGED, NEW)] == told(shop, since=before)
        shop.wait(minutes=5)
        change(shop, me, "other@home.example")
        before = len(notices(shop))
        prove(shop, me)
        expected = [(K.EMAIL_CHANGED, to) for to in (PHONE, NEW, "other@home.example")]
        assert expected == told(shop, since=before)

    def test_proving_what_one_has(self, shop: Shop) -> None:
        """An e-mail that was typed at the registration is proven later, stays what it is, and counts from then on."""
        by_person, mine = (
            RegistrationPolicy.by_person(),
            FieldRule(suppliers=(Supplier.PERSON,), asked_of=Supplier.PERSON),
        )
        shop = Shop(policy=evolve(by_person, fields={**by_person.fields, "email": mine}))
        code = shop.add().code
        assert code is not None
        fields = {"full_name": "Anna Koval", "position": "Cashier", "email": NEW}
        me = subject_of(shop.complete(code=code.code, fields=fields))
        change(shop, me)
        before = len(notices(shop))
        assert prove(shop, me).signs_in
        assert ([], frozenset({"email"})) == (told(shop, since=before), shop.person(me.sub_account).proven)

    @pytest.mark.asvs("6.5.1")
    def test_once(self, shop: Shop) -> None:
        """A link works once, also when two follow it together."""
        me = shop.claimed()
        change(shop, me)
        link = out(shop, me.sub_account, Purpose.CONTACT)
        shop.meanwhile(lambda: shop.handle(ProveContact(link=link)))
        with pytest.raises(LinkRefused):
            shop.handle(ProveContact(link=link))
        assert NEW == _email(shop, me)

    def test_without_a_session(self, shop: Shop) -> None:
        """The link is followed wherever the mailbox is read: the session that asked can be over."""
        me = shop.claimed()
        change(shop, me)
        shop.wait(days=13)
        prove(shop, me)
        assert NEW == _email(shop, me)


ENDINGS = {
    "reset": lambda shop, me: shop.handle(ResetPassword(actor=shop.admin, sub_account=me.sub_account)),
    "archived": lambda shop, me: shop.handle(ArchivePerson(actor=shop.admin, sub_account=me.sub_account)),
    "disabled": lambda shop, me: shop.guess_until_disabled(),
    "password changed": lambda shop, me: shop.handle(
        ChangePassword(subject=me, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))
    ),
    "policy switched": lambda shop, me: shop.handle(
        SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=RegistrationPolicy.by_person())
    ),
    "changed by an administrator": lambda shop, me: shop.handle(
        EditPerson(actor=shop.admin, sub_account=me.sub_account, fields={"email": EMAIL})
    ),
    "expired": lambda shop, me: shop.wait(days=14),
    "restored": lambda shop, me: _restored(shop),
}  # fmt: skip


def _restored(shop: Shop) -> None:
    shop.wait(seconds=1)
    shop.handle(Restored(actor=System(name="operator"), organization=shop.id))


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
def test_what_ends_a_change(shop: Shop, ending: Any) -> None:
    """A change that was overtaken changes nothing, whoever follows its link."""
    me = shop.claimed()
    change(shop, me)
    link = out(shop, me.sub_account, Purpose.CONTACT)
    ending(shop, me)
    raised(shop, ProveContact(link=link), LinkRefused)
    assert NEW != _email(shop, me)


def test_a_recovery_ends_a_change(shop: Shop) -> None:
    """Whoever recovers its account ends the change that somebody else began in it (unexpired e-mail change)."""
    me = shop.claimed(fields={"email": EMAIL}, account=_open_to_people(shop))
    change(shop, me)
    attackers = out(shop, me.sub_account, Purpose.CONTACT)
    shop.handle(RequestReset(door=Door.outside(me.account), login="anna"))
    recovery = RedeemLink(link=out(shop, me.sub_account, Purpose.RECOVERY), password=Secret(OTHER_PASSWORD))
    shop.handle(recovery)
    raised(shop, ProveContact(link=attackers), LinkRefused)
    assert EMAIL == _email(shop, me)


def test_an_administrator_who_ranks_higher(shop: Shop) -> None:
    """A phone that an administrator gives meanwhile is not replaced by the proof of another."""
    texting(shop)
    me = shop.claimed()
    change(shop, me, PHONE, field="phone")
    code = out(shop, me.sub_account, Purpose.CONTACT)
    shop.handle(EditPerson(actor=shop.admin, sub_account=me.sub_account, fields={"email": EMAIL}))
    assert shop.credential(me.sub_account).contact is not None
    shop.meanwhile(
        lambda: shop.handle(EditPerson(actor=shop.admin, sub_account=me.sub_account, fields={"phone": "+4511111111"}))
    )
    with pytest.raises(LinkRefused):
        shop.handle(ProveContactByCode(subject=me, code=code))


def test_editing_still_needs_a_proof(shop: Shop) -> None:
    """A person's own contact is not changed by an edit, which asks for the proof; a rename leaves what waits alone."""
    me = shop.claimed()
    edit = EditPerson(actor=SignedIn(subject=me), sub_account=me.sub_account, fields={"email": NEW})
    assert "needs_proof" == raised(shop, edit, FieldRefused).why
    change(shop, me)
    shop.handle(RenamePerson(actor=shop.admin, sub_account=me.sub_account, login="anna-koval"))
    assert NEW == (prove(shop, me), _email(shop, me))[1]


def _open_to_people(shop: Shop) -> Any:
    """Open an account whose people outrank the administrator in their e-mail."""
    policy = RegistrationPolicy.by_person()
    rules = {**policy.fields, "email": FieldRule(suppliers=(Supplier.PERSON, Supplier.ADMINISTRATOR))}
    return shop.open("shop-2", policy=evolve(policy, fields=rules))
