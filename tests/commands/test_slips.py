"""Codes that are handed over: slips for many, printed again, reissued, voided; and a code that somebody chose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ActivationLine,
    AskAdministrator,
    Authenticated,
    ClaimSlips,
    ClaimSlipsPage,
    CompleteFields,
    CreatePassword,
    GrantCode,
    Language,
    Refusal,
    ResetPassword,
    Secret,
    Selection,
    SendActivation,
    SubAccountId,
    VoidSlips,
    VoidSlipsPage,
)
from subaccounts.domain.events import CodeIssued, CodeVoided
from subaccounts.domain.steps import FollowLink
from subaccounts.errors import InvalidValue, PasswordRefused, TooMany, WrongState
from tests.commands.shop import Shop, code_of

CHOSEN = "Tulip-2026-Q7"


def slips(shop: Shop, *people: SubAccountId, reissue: bool = False, **more: Any) -> ClaimSlipsPage:
    """Ask for slips of these people, or of everybody who waits."""
    selection = Selection(people=people or None)
    return shop.handle(ClaimSlips(actor=shop.admin, organization=shop.id, selection=selection, reissue=reissue, **more))


def printed(page: ClaimSlipsPage) -> list[tuple[str, str]]:
    """Return what stands on slips: login and code."""
    return [(slip.code.login, slip.code.code.reveal()) for slip in page.slips]


class TestSlips:
    """A stack of slips, one to a person who waits."""

    def test_what_is_out_is_printed_again(self, shop: Shop) -> None:
        """A slip that is out and alive is printed as it is, so that what hangs on a wall goes on working."""
        added = shop.add()
        assert [("anna", code_of(added).reveal())] == printed(slips(shop)) == printed(slips(shop))
        assert 1 == len(shop.happened(CodeIssued))

    def test_reissued(self, shop: Shop) -> None:
        """Reissued, every slip has another code and the one before is dead."""
        added = shop.add()
        ((_, code),) = printed(slips(shop, reissue=True))
        assert code != code_of(added).reveal()
        wrong = shop.complete(code=code_of(added))
        assert isinstance(wrong, CompleteFields)
        assert wrong.code_wrong
        assert isinstance(shop.complete(code=Secret(code)), Authenticated)

    def test_a_dead_one_is_replaced(self, shop: Shop) -> None:
        """A slip past its thirty days is replaced without a word."""
        added = shop.add()
        shop.wait(days=31)
        ((_, code),) = printed(slips(shop))
        assert code != code_of(added).reveal()

    def test_a_link_is_replaced(self, shop: Shop) -> None:
        """Who was sent a link and wants a slip gets one, and the link is dead."""
        anna = shop.add(fields={"email": "anna@shop.example"}).sub_account.id
        shop.handle(SendActivation(actor=shop.admin, organization=shop.id, selection=Selection(people=(anna,))))
        assert FollowLink() == shop.begin()
        ((_, code),) = printed(slips(shop, anna))
        assert isinstance(shop.complete(code=Secret(code)), Authenticated)

    def test_only_who_waits(self, shop: Shop) -> None:
        """Who signed in gets no slip, and is told of with the reason; whoever is named after gets one."""
        anna, boris = shop.claimed().sub_account, shop.add("boris").sub_account.id
        page = slips(shop, anna, boris)
        assert ["boris"] == [login for login, _ in printed(page)]
        assert [("anna", "not_waiting")] == [(line.login, line.why) for line in page.refused]

    def test_what_stands_on_it(self, shop: Shop) -> None:
        """A slip carries the names to print and the person's language."""
        shop.add(fields={"full_name": "Anna Koval", "language": "da"})
        (slip,) = slips(shop).slips
        assert ("Anna Koval", "Acme", "Shop-1", Language(tag="da")) == (
            slip.name,
            slip.organization,
            slip.account,
            slip.language,
        )
        assert shop.clock() + timedelta(days=30) == slip.code.expires_at

    def test_the_same_request_twice(self, shop: Shop) -> None:
        """The same click twice answers the same codes, and nothing that is stored is one."""
        shop.add()
        first = slips(shop, reissue=True, request_id="print")
        second = slips(shop, reissue=True, request_id="print")
        assert printed(first) == printed(second)
        ((_, code),) = printed(first)
        assert code not in repr(shop.stored())
        assert code.replace("-", "") not in repr(shop.stored())

    def test_pages(self, shop: Shop) -> None:
        """A school is printed page by page, and each person is on one of them."""
        for number in range(5):
            shop.add(f"p{number}")
        found: list[str] = []
        selection: Selection | None = Selection(limit=2)
        while selection is not None:
            page = shop.handle(ClaimSlips(actor=shop.admin, organization=shop.id, selection=selection))
            found += [login for login, _ in printed(page)]
            selection = evolve(selection, after=page.after) if page.after is not None else None
        assert [f"p{number}" for number in range(5)] == found

    def test_too_many(self, shop: Shop) -> None:
        """At most 500 slips are asked for at once."""
        ids = tuple(SubAccountId(organization=shop.id, value=f"{number}") for number in range(501))
        command = ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection(people=ids))
        assert isinstance(shop.refused(command), TooMany)

    def test_voided(self, shop: Shop) -> None:
        """A lost stack is voided at once: nothing on it claims anybody, and who has nothing out does not count."""
        added = shop.add()
        shop.add("boris")
        shop.claimed("vera")
        void = VoidSlips(actor=shop.admin, organization=shop.id, selection=Selection())
        assert (2, 0) == (shop.handle(void).voided, shop.handle(void).voided)
        assert 2 == len(shop.happened(CodeVoided))
        assert AskAdministrator(why="no_code") == shop.complete(code=code_of(added))
        (_, (_, boris)) = printed(slips(shop))
        assert isinstance(shop.complete("boris", code=Secret(boris)), Authenticated)

    def test_voided_page_by_page(self, shop: Shop) -> None:
        """Who is voided still waits, so that the next page is asked for: after the last one nothing is out for anybody."""
        everybody = [shop.add(f"p{number}").sub_account.id for number in range(5)]
        voided: list[int] = []
        selection: Selection | None = Selection(limit=2)
        while selection is not None:
            page = shop.handle(VoidSlips(actor=shop.admin, organization=shop.id, selection=selection))
            voided.append(page.voided)
            selection = evolve(selection, after=page.after) if page.after is not None else None
        assert [2, 2, 1] == voided
        assert [None] * 5 == [shop.credential(each).code for each in everybody]

    def test_who_is_voided_is_answered_for(self, shop: Shop) -> None:
        """Who is named and not there is answered in a line, and the others' are killed."""
        anna, nobody = shop.add().sub_account.id, SubAccountId(organization=shop.id, value="nobody")
        selection = Selection(people=(nobody, anna))
        page = shop.handle(VoidSlips(actor=shop.admin, organization=shop.id, selection=selection))
        line = ActivationLine(sub_account=nobody, why="not_found")
        assert VoidSlipsPage(voided=1, refused=(line,)) == page

    def test_voided_once_for_one_request(self, shop: Shop) -> None:
        """The same click twice answers the same page."""
        shop.add()
        void = VoidSlips(actor=shop.admin, organization=shop.id, selection=Selection(), request_id="void")
        assert VoidSlipsPage(voided=1, refused=()) == shop.handle(void) == shop.handle(void)


class TestChosen:
    """A code that somebody chose, such as one that is on paper already."""

    def grant(self, shop: Shop, code: str = CHOSEN) -> SubAccountId:
        """Give anna a code that was chosen."""
        anna = shop.add().sub_account.id
        shop.handle(GrantCode(actor=shop.admin, sub_account=anna, code=Secret(code)))
        return anna

    @pytest.mark.parametrize("typed", [CHOSEN, "tulip2026q7", "TULIP 2026 Q7", "tu1ip-2o26-q7"])
    def test_it_claims(self, shop: Shop, typed: str) -> None:
        """Typed as it is read, it leads to the registration and creates the password."""
        self.grant(shop)
        assert isinstance(shop.sign_in(secret=typed), CompleteFields)
        assert isinstance(shop.complete(code=Secret(typed)), Authenticated)

    def test_it_claims_once(self, shop: Shop) -> None:
        """Once it claimed, it opens nothing."""
        anna = self.grant(shop)
        shop.complete(code=Secret(CHOSEN))
        shop.handle(ResetPassword(actor=shop.admin, sub_account=anna))
        again = shop.complete(code=Secret(CHOSEN))
        assert isinstance(again, CreatePassword)
        assert again.code_wrong

    def test_the_one_before_is_dead(self, shop: Shop) -> None:
        """The code that was derived for the person opens nothing any more."""
        added = shop.add()
        shop.handle(GrantCode(actor=shop.admin, sub_account=added.sub_account.id, code=Secret(CHOSEN)))
        wrong = shop.complete(code=code_of(added))
        assert isinstance(wrong, CompleteFields)
        assert wrong.code_wrong

    def test_five_wrong_tries(self, shop: Shop) -> None:
        """Five wrong codes kill it, as they kill any."""
        self.grant(shop)
        for number in range(5):
            shop.complete(code=Secret(f"wrong-code-{number}"))
            shop.wait(hours=2)
        assert AskAdministrator(why="no_code") == shop.complete(code=Secret(CHOSEN))

    def test_nothing_stored_is_it(self, shop: Shop) -> None:
        """What is stored is what it becomes under the key ring; fed back as a code, it is refused."""
        anna = self.grant(shop)
        stored = shop.credential(anna).code
        assert stored is not None
        assert stored.chosen is not None
        kept = repr(shop.stored()) + stored.chosen
        assert [] == [spelling for spelling in (CHOSEN, "TULIP2026Q7", "TU11P2026Q7") if spelling in kept]
        for column in (stored.chosen, stored.id, stored.key):
            step = shop.sign_in(secret=column)
            assert isinstance(step, CompleteFields)
            assert step.code_wrong

    def test_another_persons(self, shop: Shop) -> None:
        """Two people given the same code hold two different things: neither is the other's."""
        anna = self.grant(shop)
        boris = shop.add("boris").sub_account.id
        shop.handle(GrantCode(actor=shop.admin, sub_account=boris, code=Secret(CHOSEN)))
        hers, his = shop.credential(anna).code, shop.credential(boris).code
        assert hers is not None
        assert his is not None
        assert hers.chosen != his.chosen

    def test_it_is_printed_by_nobody(self, shop: Shop) -> None:
        """A chosen code cannot be read back: slips put out another."""
        anna = self.grant(shop)
        ((_, code),) = printed(slips(shop, anna))
        assert isinstance(shop.complete(code=Secret(code)), Authenticated)

    def test_no_password_of_it(self, shop: Shop) -> None:
        """The code does not become the password (OWASP ASVS 5.0 6.4.1)."""
        self.grant(shop, "tulip-twenty-twenty-six")
        step = shop.complete(code=Secret("tulip-twenty-twenty-six"), password="tulip-twenty-twenty-six")
        assert isinstance(step, CompleteFields)
        assert ["personal"] == [each.reason for each in step.problems if isinstance(each, PasswordRefused)]

    @pytest.mark.parametrize(
        ("code", "problem"),
        [
            ("short-7", "too_short"),
            ("- - - - - - - -", "too_short"),
            ("x" * 65, "too_long"),
            ("тюльпан-2026", "characters"),
            ("tulip_2026!", "characters"),
            ("anna-the-great", "characters"),
        ],
    )
    def test_what_no_code_is(self, shop: Shop, code: str, problem: str) -> None:
        """Too short, too long, letters that are not everybody's, the login itself: refused, and nothing of it is repeated."""
        anna = shop.add("anna-the-great").sub_account.id
        refusal: Refusal = shop.refused(GrantCode(actor=shop.admin, sub_account=anna, code=Secret(code)))
        assert isinstance(refusal, InvalidValue)
        assert ("code", problem) == (refusal.field, refusal.problem)
        assert code not in str(refusal)

    def test_only_who_waits(self, shop: Shop) -> None:
        """Who signed in is given no code: a reset comes first."""
        anna = shop.claimed().sub_account
        refusal = shop.refused(GrantCode(actor=shop.admin, sub_account=anna, code=Secret(CHOSEN)))
        assert isinstance(refusal, WrongState)
