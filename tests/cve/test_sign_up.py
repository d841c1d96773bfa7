"""Sign-up at somebody else's expense: messages pumped to premium numbers, and quotas that races pass."""

from __future__ import annotations

import pytest
from attrs import evolve

from subaccounts import (
    ActivationPolicy,
    BeginSignUp,
    ChangeActivation,
    MessageBudget,
    SignUpBegun,
    SignUpBy,
    SignUpField,
    SignUpForm,
    SubAccounts,
    SwitchSignUp,
)
from subaccounts.domain.notice import NOTICES
from subaccounts.testing import BOUGHT, FakeSubscriptions, FakeTexts
from tests.cve.portal import FIELDS, Portal, at_once

FORM = SignUpForm(by=SignUpBy.USERNAME_AND_PHONE, fields=(SignUpField(name="full_name"), SignUpField(name="position")))
DENMARK = frozenset({"45"})


def offering(portal: Portal, *, a_day: int | None, countries: frozenset[str] = DENMARK) -> Portal:
    """Have a portal offer to sign up by phone, with a budget; SMS were bought."""
    portal.subs = SubAccounts(
        repository=portal.repository,
        keys=portal.keys,
        host_accounts=portal.hosts,
        subscriptions=FakeSubscriptions(evolve(BOUGHT, sms=True)),
        hasher=portal.hasher,
        texts=FakeTexts(),
        clock=portal.clock,
        blocklist=frozenset(),
    )
    activation = ActivationPolicy(budget=MessageBudget(sms_a_day=a_day, sms_countries=countries))
    portal.handle(ChangeActivation(actor=portal.admin, organization=portal.id, activation=activation))
    portal.handle(SwitchSignUp(actor=portal.admin, account=portal.account.id, form=FORM))
    return portal


def beginning(portal: Portal, phone: str, login: str = "anna") -> BeginSignUp:
    """Return the command that begins with a phone."""
    return BeginSignUp(door=portal.outside, fields={**FIELDS, "phone": phone}, login=login)


def sent(portal: Portal) -> int:
    """Return how many messages wait to be sent."""
    return len(portal.repository.tasks_page(portal.id, NOTICES, after=None, limit=1000))


class TestSMSPumping:
    """hackclub/hcb#13059, authgear#5527 and supabase/auth#605: a form sent an SMS to any number in the world that somebody
    typed, as often as somebody did, and whoever owned the premium numbers was paid for it.

    Here no SMS goes to a country that the organization did not list, one goes to a number in two minutes, five at most
    until a day has passed, and the whole organization has a budget for the day.
    """

    def test_no_country_is_on_the_list_by_itself(self, portal: Portal) -> None:
        """Until countries are listed no number is written to, and afterwards none but theirs."""
        offering(portal, a_day=None, countries=frozenset())
        assert "not_offered" == portal.refused(beginning(portal, "+4520123456")).code
        offering(portal, a_day=None)
        for premium in ("+88213300000", "+2526155555", "+18765550100", "+4412345678", "+3725550100"):
            assert "not_offered" == portal.refused(beginning(portal, premium)).code
        assert 0 == sent(portal)

    def test_a_country_that_shares_a_code_is_not_listed_with_it(self, portal: Portal) -> None:
        """Where the United States are listed, the premium islands that are dialed by the same 1 are written to no more."""
        offering(portal, a_day=None, countries=frozenset({"1"}))
        for island in ("+18765550100", "+18095550100", "+12425550100", "+17675550100", "+19005550100"):
            assert "not_offered" == portal.refused(beginning(portal, island)).code
        assert 0 == sent(portal)
        portal.handle(beginning(portal, "+12125550100"))
        assert 1 == sent(portal)

    def test_again_and_again(self, portal: Portal) -> None:
        """A number that is typed every four minutes for a day is written to five times."""
        offering(portal, a_day=None)
        for _ in range(360):
            portal.handle(beginning(portal, "+4520123456"))
            portal.wait(minutes=4)
        assert 5 == sent(portal)

    @pytest.mark.asvs("2.4.1")
    def test_a_hundred_numbers(self, portal: Portal) -> None:
        """A hundred numbers are written to as often as the day's budget has messages, and nobody is told when it is spent."""
        offering(portal, a_day=10)
        answers = {
            (type(begun).__name__, begun.channel.value)
            for number in range(100)
            if isinstance(begun := portal.handle(beginning(portal, f"+45201234{number:02}")), SignUpBegun)
        }
        assert ({("SignUpBegun", "sms")}, 10) == (answers, sent(portal))


class TestQuotaRace:
    """identity-idp#9374: where the number of one-time codes was looked at first and counted afterwards, many requests at once
    all passed the look; it was mended by looking, counting and looking again.

    Here the count is a condition of the commit that holds the message: whoever would be one too many fails, and looks again.
    """

    def test_threads(self, portal: Portal) -> None:
        """Of sixteen threads with as many numbers, all of which have looked at the same budget of five, five send."""
        offering(portal, a_day=5)
        at_once(16, lambda number: portal.handle(beginning(portal, f"+45201234{number:02}")))
        assert 5 == sent(portal)

    def test_the_naive_count_is_passed(self) -> None:
        """The attack works on a look that is not part of the count."""
        sent, limit, looked = list[int](), 5, list[bool]()
        for _ in range(16):
            looked.append(len(sent) < limit)
        sent += [number for number, passed in enumerate(looked) if passed]
        assert 16 == len(sent)
