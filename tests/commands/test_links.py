"""Looking at links and redeeming them: a page that changes nothing, one path for every registration, one winner."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ArchivePerson,
    AskAdministrator,
    Authenticated,
    ChangeContact,
    CloseAccount,
    Command,
    CompleteFields,
    ConfirmContact,
    CreatePassword,
    DeletePerson,
    EditPerson,
    EnterPassword,
    FollowLink,
    HostAccountBarred,
    IssueCode,
    KeyRing,
    LapsePolicy,
    LinkPage,
    MessageBudget,
    PeekLink,
    ProveContact,
    Purpose,
    RedeemLink,
    RegistrationPolicy,
    RequestReset,
    ResetPassword,
    Secret,
    StoredSeats,
    SubAccountId,
    SwitchPolicy,
    VoidCode,
)
from subaccounts.domain.events import PersonSignedIn, SubAccountClaimed
from subaccounts.domain.life import State
from subaccounts.domain.subject import Pathway
from subaccounts.errors import (
    FieldRefused,
    FieldsMissing,
    InvalidValue,
    KeyRingFailed,
    LinkRefused,
    PasswordRefused,
    TooMany,
)
from tests.commands.generations import make_old, unfit
from tests.commands.messages import BY_ITSELF, EMAIL, PHONE, notices, out, says, sells_sms
from tests.commands.shop import NAMED, OTHER_PASSWORD, PASSWORD, Shop, subject_of

UNKNOWN, EXPIRED = "link_refused unknown", "link_refused expired"


def refused(shop: Shop, command: Command[Any]) -> str:
    """Run a command that a rule says no to, and return which, with its reason."""
    refusal = shop.refused(command)
    return f"{refusal.code} {getattr(refusal, 'why', getattr(refusal, 'field', ''))}".strip()


def told(shop: Shop, login: str = "anna", **fields: Any) -> tuple[SubAccountId, Secret]:
    """Add somebody who is told at once; answer the person and the link."""
    says(shop, BY_ITSELF)
    who = shop.add(login, fields={"email": f"{login}@shop.example", **fields}).sub_account.id
    return who, out(shop, who, Purpose.CLAIM)


def forgot(shop: Shop, login: str = "anna") -> tuple[SubAccountId, Secret]:
    """Have an active person forget its password; answer the person and the link."""
    who = shop.claimed(login, fields={"email": f"{login}@shop.example"}).sub_account
    shop.handle(RequestReset(door=shop.outside, login=login))
    return who, out(shop, who, Purpose.RECOVERY)


def redeem(link: Secret, password: str = PASSWORD, **more: Any) -> RedeemLink:
    """Return the command that redeems a link, with the fields of a registration unless others are given."""
    return RedeemLink(link=link, password=Secret(password), fields=more.pop("fields", NAMED), **more)


def page(shop: Shop, link: Secret) -> LinkPage:
    """Look at a link."""
    return shop.handle(PeekLink(link=link))


class TestPages:
    """What a page shows for a link."""

    def test_an_activation(self, shop: Shop) -> None:
        """An activation's page says whose it is and asks for what the registration asks, until the link ends."""
        who, link = told(shop, language="da")
        ends = shop.clock() + timedelta(days=14)
        expected = LinkPage(
            purpose=Purpose.CLAIM,
            organization=shop.id,
            account=shop.account.id,
            login="anna",
            name=None,
            language=shop.person(who).profile.language or shop.organization.activation.language,
            step=CompleteFields(fields=("full_name", "position"), code_needed=False),
            until=ends,
        )
        assert repr(expected) == repr(page(shop, link))
        assert "da" == page(shop, link).language.tag

    def test_an_activation_of_a_whole_record(self) -> None:
        """Where the administrator filled everything in, the page asks for a password alone, and greets by name."""
        shop = Shop(policy=RegistrationPolicy.by_administrator())
        _, link = told(shop, **NAMED)
        shown = page(shop, link)
        assert ("Anna Koval", "en", repr(CreatePassword(code_needed=False))) == (
            shown.name,
            shown.language.tag,
            repr(shown.step),
        )

    def test_a_forgotten_password(self, shop: Shop) -> None:
        """A recovery's page asks for a new password."""
        _, link = forgot(shop)
        shown = page(shop, link)
        assert (Purpose.RECOVERY, repr(CreatePassword(code_needed=False))) == (shown.purpose, repr(shown.step))

    def test_a_new_contact(self, shop: Shop) -> None:
        """A contact's page asks to confirm the address, which is masked; whose it would be is not said to who reads its mail."""
        me = shop.claimed()
        shop.handle(ChangeContact(subject=me, field="email", value=EMAIL))
        shown = page(shop, out(shop, me.sub_account, Purpose.CONTACT))
        assert (Purpose.CONTACT, repr(ConfirmContact(field="email", contact="a***@shop.example"))) == (
            shown.purpose,
            repr(shown.step),
        )
        assert (None, None) == (shown.login, shown.name)
        assert (shop.id, shop.account.id) == (shown.organization, shown.account)

    def test_a_forgotten_password_beside_a_new_contact(self, shop: Shop) -> None:
        """Of two links of one person each page shows what its own is for."""
        sells_sms(shop)
        says(shop, budget=MessageBudget(sms_countries=frozenset({"45"})))
        me = shop.claimed(fields={"email": EMAIL})
        shop.handle(ChangeContact(subject=me, field="phone", value=PHONE))
        shop.handle(RequestReset(door=shop.outside, login="anna"))
        shown = page(shop, out(shop, me.sub_account, Purpose.RECOVERY))
        assert (Purpose.RECOVERY, repr(CreatePassword(code_needed=False))) == (shown.purpose, repr(shown.step))

    @pytest.mark.asvs("6.3.6")
    def test_a_thousand_looks_change_nothing(self, shop: Shop) -> None:
        """However often an address is opened, nothing is committed; then the link is redeemed as if for the first time."""
        links = [forgot(shop, "boris")[1], told(shop)[1]]
        commits: list[object] = []
        commit = shop.repository.commit
        shop.repository.commit = commits.append  # type: ignore[method-assign]  # a spy of the test
        shop.subs = shop.facade()
        stored = shop.stored()
        for _ in range(500):
            for link in links:
                page(shop, link)
        assert ([], stored) == (commits, shop.stored())
        shop.repository.commit = commit  # type: ignore[method-assign]  # the real one again
        shop.subs = shop.facade()
        answers = [type(shop.handle(redeem(link))) for link in links]
        assert [EnterPassword, Authenticated] == answers

    @pytest.mark.parametrize("purpose", [Purpose.CLAIM, Purpose.RECOVERY, Purpose.CONTACT])
    def test_where_nobody_gets_in(self, purpose: Purpose) -> None:
        """A closed account, a promoted host account, a lapse that blocks: the page says so, and nothing is used up."""
        shop = Shop(lapse=LapsePolicy.BLOCKED)
        if purpose is Purpose.CONTACT:
            me = shop.claimed()
            shop.handle(ChangeContact(subject=me, field="email", value=EMAIL))
            link = out(shop, me.sub_account, purpose)
        else:
            _, link = told(shop) if purpose is Purpose.CLAIM else forgot(shop)

        def use() -> object:
            if purpose is Purpose.CONTACT:
                return refused(shop, ProveContact(link=link))
            return repr(shop.handle(redeem(link)))

        shop.hosts.promote(shop.account.host)
        assert isinstance(page(shop, link).step, HostAccountBarred)
        assert use() in {repr(page(shop, link).step), UNKNOWN}
        shop.hosts.demote(shop.account.host)
        bought = shop.subscriptions.current(shop.id)
        shop.subscriptions.sell(shop.id, evolve(bought, active=False))
        lapsed = AskAdministrator(why="subscription_lapsed")
        assert repr(lapsed) == repr(page(shop, link).step)
        assert use() in {repr(lapsed), UNKNOWN}
        shop.subscriptions.sell(shop.id, bought)
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        assert repr(AskAdministrator(why="account_closed")) == repr(page(shop, link).step)
        assert use() in {repr(AskAdministrator(why="account_closed")), UNKNOWN}
        shop.open()  # under a policy that is given anew, so that what was sent under the one before is dead
        assert UNKNOWN == refused(shop, PeekLink(link=link))


class TestActivating:
    """Redeeming an activation is completing the registration."""

    @pytest.mark.asvs("16.3.1")
    def test_it_is_a_claim(self, shop: Shop) -> None:
        """The fields are kept, the password works, and the way in is told as a link."""
        who, link = told(shop)
        before = len(shop.events())
        subject = subject_of(shop.handle(redeem(link, terminal="till-1")))
        assert (who, Pathway.CLAIM_LINK, "till-1") == (subject.sub_account, subject.pathway, subject.terminal)
        assert ("Anna Koval", State.ACTIVE) == (shop.person(who).profile.full_name, shop.person(who).state)
        assert shop.since(before) == [
            SubAccountClaimed(pathway=Pathway.CLAIM_LINK, terminal="till-1"),
            PersonSignedIn(pathway=Pathway.CLAIM_LINK, terminal="till-1"),
        ]
        shop.enter("anna", PASSWORD)
        shop.enter("anna@shop.example", PASSWORD)

    def test_what_was_wrong_is_shown_and_uses_nothing_up(self, shop: Shop) -> None:
        """Flaws come back as the step with its problems, and the link works on."""
        who, link = told(shop)
        flawed = shop.handle(
            redeem(link, "short", fields={"full_name": "Anna", "kind": "external", "email": "x@y.example"})
        )
        assert isinstance(flawed, CompleteFields)
        assert [FieldRefused, FieldRefused, FieldsMissing, PasswordRefused] == [type(each) for each in flawed.problems]
        assert not flawed.code_needed
        assert State.WAITING is shop.person(who).state
        assert isinstance(shop.handle(redeem(link)), Authenticated)

    @pytest.mark.asvs("6.4.1")
    def test_the_link_is_no_password(self, shop: Shop) -> None:
        """An initial secret never becomes the password."""
        _, link = told(shop)
        step = shop.handle(redeem(link, link.reveal()))
        assert isinstance(step, CompleteFields)
        assert ["personal"] == [getattr(each, "reason", None) for each in step.problems]

    def test_a_second_factor_is_the_hosts_word(self, shop: Shop) -> None:
        """A shorter password passes where the host says that another factor was shown, and only there."""
        _, link = told(shop)
        assert isinstance(shop.handle(redeem(link, "otters8x")), CompleteFields)
        assert isinstance(shop.handle(redeem(link, "otters8x", second_factor=True)), Authenticated)

    def test_guesses_do_not_lock_a_link(self, shop: Shop) -> None:
        """Somebody typing wrong codes for the login keeps nobody from following the link, and is told to follow it."""
        _, link = told(shop)
        assert isinstance(shop.fail(8), FollowLink)
        assert isinstance(shop.handle(redeem(link)), Authenticated)

    def test_a_seat_that_is_not_there(self, shop: Shop) -> None:
        """Where the last seat is taken the link says so and stays; with a seat more it works."""
        who, link = told(shop)
        full = StoredSeats(limit=0, states=frozenset({State.ACTIVE}))
        bought = shop.subscriptions.current(shop.id)
        shop.subscriptions.sell(shop.id, evolve(bought, seats=full))
        for step in (page(shop, link).step, shop.handle(redeem(link))):
            assert repr(AskAdministrator(why="seats_full")) == repr(step)
        shop.subscriptions.sell(shop.id, evolve(bought, seats=evolve(full, limit=1)))
        assert who == subject_of(shop.handle(redeem(link))).sub_account

    def test_one_hash(self, shop: Shop) -> None:
        """A link that works costs one hash, flawed or not; one that does not costs none: nobody guesses 128 bits."""
        _, link = told(shop)
        costs = []
        for command in (redeem(link, "short"), redeem(link), redeem(link)):
            shop.hasher.reset()
            with contextlib.suppress(LinkRefused):
                shop.handle(command)
            costs.append(shop.hasher.work)
        assert [1, 1, 0] == costs

    def test_no_hash_of_what_is_refused(self, shop: Shop) -> None:
        """A forgotten password is hashed when it is taken; who holds the link hears what is wrong with it for nothing."""
        _, link = forgot(shop)
        costs = []
        for password in ("short", OTHER_PASSWORD):
            shop.hasher.reset()
            shop.handle(redeem(link, password))
            costs.append(shop.hasher.work)
        assert [0, 1] == costs

    def test_bounds(self, shop: Shop) -> None:
        """More fields than any page has, and a terminal that is no name, are refused before anything is used up."""
        _, link = told(shop)
        fields = {f"host:f{number}": "x" for number in range(101)}
        assert isinstance(shop.refused(redeem(link, fields=fields)), TooMany)
        for nameless, problem in (("", "empty"), ("x" * 129, "too_long"), ("till\n7", "characters")):
            refusal = shop.refused(redeem(link, "short", terminal=nameless))
            assert isinstance(refusal, InvalidValue)
            assert ("terminal", problem) == (refusal.field, refusal.problem)
        assert isinstance(shop.handle(redeem(link)), Authenticated)


class TestTwoAtOnce:
    """Of two redemptions at once one wins."""

    @pytest.mark.asvs("6.5.1")
    @pytest.mark.parametrize("purpose", [Purpose.CLAIM, Purpose.RECOVERY])
    def test_the_other_is_told(self, shop: Shop, purpose: Purpose) -> None:
        """The one that commits first has the person; the other hears that the link does not work any more."""
        _, link = told(shop) if purpose is Purpose.CLAIM else forgot(shop)
        shop.meanwhile(lambda: shop.handle(redeem(link, OTHER_PASSWORD)))
        with pytest.raises(LinkRefused) as raised:
            shop.handle(redeem(link, "a third phrase that is long"))
        assert "unknown" == raised.value.why
        shop.enter("anna", OTHER_PASSWORD)


def _switch(shop: Shop, who: SubAccountId) -> object:
    return shop.handle(SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=RegistrationPolicy.by_person()))


ENDINGS = {
    "used": lambda shop, who, link: shop.handle(redeem(link)),
    "reset": lambda shop, who, link: shop.handle(ResetPassword(actor=shop.admin, sub_account=who)),
    "archived": lambda shop, who, link: shop.handle(ArchivePerson(actor=shop.admin, sub_account=who)),
    "deleted": lambda shop, who, link: shop.handle(DeletePerson(actor=shop.admin, sub_account=who)),
    "policy switched": lambda shop, who, link: _switch(shop, who),
    "another address": lambda shop, who, link: shop.handle(
        EditPerson(actor=shop.admin, sub_account=who, fields={"email": "new@shop.example"})
    ),
    "no address": lambda shop, who, link: shop.handle(
        EditPerson(actor=shop.admin, sub_account=who, fields={"email": None})
    ),
    "another link": lambda shop, who, link: (
        shop.wait(minutes=5), shop.handle(RequestReset(door=shop.outside, login="anna"))
    ),
    "a key retired": lambda shop, who, link: _retire(shop),
}  # fmt: skip


def _retire(shop: Shop) -> None:
    old = shop.keys.current
    shop.keys.rotate(now=shop.clock())
    shop.keys.retire(old)


class TestDeadLinks:
    """What ends a link ends it for good, and tells nobody why."""

    @pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS)
    @pytest.mark.parametrize("make", [told, forgot])
    def test_what_ends_one(self, shop: Shop, make: Any, ending: Any) -> None:
        """Looked at or redeemed, a link that was overtaken is unknown, and changes nothing."""
        who, link = make(shop)
        ending(shop, who, link)
        for command in (PeekLink(link=link), redeem(link, OTHER_PASSWORD)):
            assert UNKNOWN == refused(shop, command)

    def test_a_code_instead(self, shop: Shop) -> None:
        """A slip that the administrator puts out, or a void, ends the link."""
        for end in (IssueCode, VoidCode):
            who, link = told(shop, f"by-{end.__name__.lower()}")
            shop.handle(end(actor=shop.admin, sub_account=who))
            assert UNKNOWN == refused(shop, redeem(link))

    @pytest.mark.parametrize("make", [told, forgot])
    def test_its_time(self, shop: Shop, make: Any) -> None:
        """A link works in its last second and not in the next, which is told to who holds it."""
        _, link = make(shop)
        shop.wait(days=14, seconds=-1)
        page(shop, link)
        shop.wait(seconds=1)
        assert (EXPIRED, EXPIRED) == (refused(shop, PeekLink(link=link)), refused(shop, redeem(link)))

    def test_one_purpose_opens_nothing_else(self, shop: Shop) -> None:
        """A link proves what it was sent for: written for another purpose, or used for one, it is unknown."""
        _, link = told(shop)
        for letter in "rcs":
            other = Secret(letter + link.reveal()[1:])
            assert UNKNOWN == refused(shop, PeekLink(link=other))
        assert UNKNOWN == refused(shop, ProveContact(link=link))
        me = shop.claimed("boris")
        shop.handle(ChangeContact(subject=me, field="email", value="boris@shop.example"))
        assert UNKNOWN == refused(shop, redeem(out(shop, me.sub_account, Purpose.CONTACT)))

    @pytest.mark.parametrize("make", [told, forgot])
    def test_a_ring_that_fails(self, shop: Shop, make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        """A key ring that cannot be read is no dead link: the error is told, and the link works when it can be again."""
        _, link = make(shop)

        def failing(ring: KeyRing, **asked: Any) -> bytes:
            raise KeyRingFailed(problem="unreadable", detail="portal.keys")

        with monkeypatch.context() as broken:
            broken.setattr(KeyRing, "derive", failing)
            with pytest.raises(KeyRingFailed):
                page(shop, link)
        page(shop, link)

    @pytest.mark.parametrize("make", [told, forgot])
    def test_a_backup_that_was_put_back(self, shop: Shop, make: Any) -> None:
        """While a backup is not said to be in use, nothing of its links is told, and none is redeemed."""
        _, link = make(shop)
        make_old(shop)
        for command in (PeekLink(link=link), redeem(link, OTHER_PASSWORD)):
            unfit(shop, command)

    def test_nobodys_and_anothers(self, shop: Shop) -> None:
        """A link with another owner in it, or one that nobody is, is unknown."""
        _, link = told(shop)
        other, _ = told(shop, "boris")
        letter, organization, owner, proof = link.reveal().split(".")
        boris = out(shop, other, Purpose.CLAIM).reveal().split(".")[2]
        for text in (
            f"{letter}.{organization}.{boris}.{proof}",
            f"{letter}.tYWJyb2Fk.{owner}.{proof}",
            "",
            "x",
        ):
            assert UNKNOWN == refused(shop, PeekLink(link=Secret(text)))
        assert State.WAITING is shop.person(other).state

    def test_no_notice_holds_one(self, shop: Shop) -> None:
        """What waits to be sent names the proof and holds none of it."""
        _, link = told(shop)
        text = repr([each.wording for each in notices(shop)]) + repr(notices(shop))
        assert link.reveal() not in text
        assert link.reveal().rpartition(".")[2] not in text
