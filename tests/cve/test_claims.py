"""Taking over somebody who has not claimed yet: no password stored, the first comer, two at once, after a reset."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from subaccounts import (
    AlreadyClaimed,
    AnyStep,
    IssueCode,
    OpenClaim,
    RegistrationPolicy,
    ResetPassword,
    Secret,
    State,
    SwitchPolicy,
)
from subaccounts.domain.events import SubAccountClaimed
from subaccounts.domain.subject import Pathway
from tests.cve.portal import OTHER_PASSWORD, PASSWORD, Portal, at_once, is_in

ANYTHING = ("", " ", "null", "None", "undefined", "0", "False", "[]", "\x00", PASSWORD, "0" * 10, "00000-00000")
"""What falls through comparisons with a password that is not there."""


class TestNoPasswordStored:
    """GHSA-qg84-6hrg-mr5g (OneUptime, PR 3273): who had been invited had no password yet, and the check was skipped
    for a stored NULL; whoever knew the address took the account.

    Here waiting is a state. A stored None is verified like any other hash and matches nothing, and what leads on is
    the code alone.
    """

    @pytest.mark.parametrize("typed", ANYTHING)
    def test_no_text_opens_what_waits(self, portal: Portal, typed: str) -> None:
        """Whatever is typed at either door for a person without a password, nobody is in, and the person still waits."""
        added = portal.add("anna")
        for door in (portal.inside, portal.outside):
            assert not is_in(portal.sign_in("anna", typed, door=door))
            assert not is_in(portal.claim("anna", Secret(typed), door=door))
        assert portal.person(added.sub_account.id).credential.password is None
        assert State.WAITING is portal.person(added.sub_account.id).sub_account.state

    def test_the_naive_check_falls_through(self) -> None:
        """The attack works with every one of these texts on a check that is skipped where nothing is stored."""

        def naive(stored: str | None, typed: str) -> bool:
            return not (stored and stored != typed)

        assert [True] * len(ANYTHING) == [naive(None, typed) for typed in ANYTHING]
        assert not any(naive("what was chosen", typed) for typed in ANYTHING)


class TestFirstComer:
    """lunora#593, hermes-webui#3964, trinity#177: an invitation or a fresh installation was bound to an address or to
    nobody, so the first visitor who opened the page became its owner.

    Here a claim takes the code that was handed over. A claim by login alone is a policy with its own name and an end,
    never open on a page that anybody reaches, and each one is an event.
    """

    def test_a_colleague_without_the_code(self, portal: Portal) -> None:
        """A colleague inside the host account who knows the login claims nothing; the person with the code then does."""
        code = portal.code("anna")
        for guess in (None, Secret("anna"), Secret("AAAAA-AAAAA")):
            assert not is_in(portal.claim("anna", guess, OTHER_PASSWORD))
        assert is_in(portal.claim("anna", code))

    def test_a_code_of_somebody_else(self, portal: Portal) -> None:
        """A colleague's own code is worth nothing for another login."""
        anna, boris = portal.add("anna"), portal.code("boris")
        assert not is_in(portal.claim("anna", boris))
        assert State.WAITING is portal.person(anna.sub_account.id).sub_account.state

    def test_an_open_claim_is_bounded_and_told(self, tmp_path: Path) -> None:
        """Where claims are open by choice: not on a public page, not after the window, and the claim is an event."""
        policy = RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=1)))
        with Portal(tmp_path, policy=policy) as portal:
            for login in ("anna", "boris"):
                portal.add(login)
            assert not is_in(portal.claim("anna", None, door=portal.outside))
            assert is_in(portal.claim("anna", None))
            told = [event.happening for event in portal.events() if isinstance(event.happening, SubAccountClaimed)]
            assert [SubAccountClaimed(pathway=Pathway.OPEN_CLAIM, terminal="shared")] == told
            portal.wait(days=1)
            assert not is_in(portal.claim("boris", None))


class TestResetReopens:
    """matomo#24911: an old recovery link stayed good after a new invitation, so the earlier mailbox took over. kody#1977:
    a reset left factors alive that an attacker had added before.

    Here a reset is one commit that ends every password, code and session of before; the one new code is all there is.
    """

    def test_only_the_newest_code_works(self, portal: Portal) -> None:
        """After resets and re-issues every older code, password and subject is dead, before and after the new claim."""
        first = portal.code("anna")
        claimed = portal.claim("anna", first)
        assert is_in(claimed)
        (anna,) = {event.sub_account for event in portal.events() if event.sub_account}
        assert anna is not None
        codes = [first]
        for command in (
            ResetPassword(actor=portal.admin, sub_account=anna),
            IssueCode(actor=portal.admin, sub_account=anna),
            ResetPassword(actor=portal.admin, sub_account=anna),
        ):
            issued = portal.handle(command).code
            assert issued is not None
            codes.append(issued.code)
        for dead in codes[:-1]:
            assert not is_in(portal.claim("anna", dead, "the password of an attacker"))
        assert not is_in(portal.sign_in("anna", PASSWORD))
        portal.wait(hours=1)
        assert is_in(portal.claim("anna", codes[-1], OTHER_PASSWORD))
        for dead in codes:
            assert not is_in(portal.claim("anna", dead, "the password of an attacker"))
        assert is_in(portal.sign_in("anna", OTHER_PASSWORD))

    def test_a_reset_opens_nothing_wider(self, portal: Portal) -> None:
        """A reset of a person whose policy asks for codes leads to a claim by code, not by login alone."""
        subject = portal.active("anna")
        portal.handle(ResetPassword(actor=portal.admin, sub_account=subject.sub_account))
        assert not is_in(portal.claim("anna", None))
        assert not is_in(portal.sign_in("anna", ""))

    def test_a_code_of_a_former_policy(self, portal: Portal) -> None:
        """A code that was out when the policy was switched is dead."""
        code = portal.code("anna")
        policy = RegistrationPolicy.by_administrator()
        portal.handle(SwitchPolicy(actor=portal.admin, account=portal.account.id, policy=policy))
        assert not is_in(portal.claim("anna", code))


class TestTwoAtOnce:
    """own-pay#546, stage-door#128, gumroad#6615, authentik#19967: an invitation or a one-time code was looked at, then
    marked as used, and two requests between the two steps were both let in.

    Here the claim is a put on the version that was read, in the same commit that uses the code up.
    """

    def test_one_of_two(self, tmp_path: Path) -> None:
        """While one person's new password is being hashed another claims with the same code: one is in, one is told."""
        others: list[Callable[[], object]] = []
        with Portal(tmp_path, before=lambda: others.pop()() if others else None) as portal:
            code = portal.code("anna")
            steps = list[AnyStep]()
            others.append(lambda: steps.append(portal.claim("anna", code, OTHER_PASSWORD)))
            steps.append(portal.claim("anna", code, PASSWORD))
            assert [True, False] == [is_in(step) for step in steps]
            assert isinstance(steps[1], AlreadyClaimed)
            assert is_in(portal.sign_in("anna", OTHER_PASSWORD))
            assert not is_in(portal.sign_in("anna", PASSWORD))

    @pytest.mark.asvs("6.5.1")
    def test_threads(self, portal: Portal) -> None:
        """Of eight threads that claim one login with one code just one is in, and its password is the one that works."""
        code = portal.code("anna")
        steps = at_once(8, lambda number: portal.claim("anna", code, _password(number)))
        (winner,) = [number for number, step in enumerate(steps) if is_in(step)]
        assert is_in(portal.sign_in("anna", _password(winner)))
        assert 1 == sum(isinstance(event.happening, SubAccountClaimed) for event in portal.events())

    def test_the_naive_use_lets_all_in(self) -> None:
        """The attack works on a code that is looked up, and then marked as used."""
        unused, looked_up = {"code"}, threading.Barrier(8)

        def naive(_: int) -> bool:
            found = "code" in unused
            looked_up.wait()
            unused.discard("code")
            return found

        assert [True] * 8 == at_once(8, naive)


def _password(number: int) -> str:
    return f"the password of racer number {number}"
