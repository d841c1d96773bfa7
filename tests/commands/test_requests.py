"""Repeating a command after an unknown outcome: with its request id it answers what happened the first time."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from attrs import evolve

from subaccounts import (
    AddPerson,
    Change,
    CreateOrganization,
    HostUser,
    IssueCode,
    OrganizationId,
    RegistrationPolicy,
    RenamePerson,
    ResetPassword,
    Secret,
    Ungrouped,
)
from subaccounts import commands as all_commands
from subaccounts.errors import InvalidValue, RequestReused
from tests.commands.shop import NAMED, SETUP, Shop, code_of
from tests.samples import CHANGES, Place, letter_in

BY_ADMINISTRATOR = RegistrationPolicy.by_administrator()


def sample(change: type[Change[Any]], shop: Shop) -> Change[Any]:
    """Return the sample of a change in a shop."""
    place = Place(
        admin=shop.admin,
        account=shop.account.id,
        run=shop.handle,
        waiting=lambda login: shop.add(login).sub_account.id,
        active=lambda login: shop.claimed(login).sub_account,
        subject=shop.claimed,
        letter=lambda: letter_in(shop.repository, shop.id),
    )
    return CHANGES[change](place)


def plain(answer: Any) -> Any:
    """Return an answer in comparable parts: codes in the clear, refusals by what they say."""
    if isinstance(answer, Secret):
        return answer.reveal()
    if isinstance(answer, Exception):
        return repr(answer)
    if isinstance(answer, tuple):
        return [plain(each) for each in answer]
    if attrs.has(type(answer)):
        return {field.name: plain(getattr(answer, field.name)) for field in attrs.fields(type(answer))}
    return answer


def test_every_change_can_be_repeated() -> None:
    """Every command that changes something without a proof takes a request id."""
    found = (getattr(all_commands, name) for name in all_commands.__all__)
    changes = {each for each in found if isinstance(each, type) and issubclass(each, Change)} - {Change}
    assert set(CHANGES) == changes


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_repeated_request_answers_the_same(change: type[Change[Any]], shop: Shop) -> None:
    """Given a command with a request id, sending it again, also from another process and later, answers the same code
    and all, and writes nothing."""
    command = evolve(sample(change, shop), request_id="request-1")
    first = plain(shop.handle(command))
    stored = shop.stored()
    shop.wait(days=300)
    shop.subs = shop.facade()
    assert first == plain(shop.handle(command))
    assert stored == shop.stored()


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_without_a_request_id_nothing_is_remembered(change: type[Change[Any]], shop: Shop) -> None:
    """A command without a request id leaves no request behind."""
    shop.handle(sample(change, shop))
    assert {} == shop.repository._requests


def test_a_refused_request_is_not_remembered(shop: Shop) -> None:
    """Given a request that was refused, the same request decides anew."""
    command = AddPerson(actor=shop.admin, account=shop.account.id, login="anna", request_id="r")
    anna = shop.add().sub_account
    assert "name_taken" == shop.refused(command).code
    shop.handle(RenamePerson(actor=shop.admin, sub_account=anna.id, login="ganna"))
    assert "anna" == shop.handle(command).sub_account.login.text


@pytest.mark.parametrize(
    "changes", [{"login": "boris"}, {"fields": NAMED}, {"reuse_deleted": True}, {"actor": HostUser(id="x")}], ids=str
)
def test_an_id_used_for_something_else(shop: Shop, changes: dict[str, Any]) -> None:
    """Given a request id that was used, another command, or the same by somebody else, is refused and changes nothing."""
    command = AddPerson(actor=shop.admin, account=shop.account.id, login="anna", request_id="r")
    shop.handle(command)
    refusal = shop.refused(evolve(command, **changes))
    assert isinstance(refusal, RequestReused)
    assert "r" == refusal.request_id


def test_an_id_used_for_another_command(shop: Shop) -> None:
    """Given a request id of one command, it is no other command's, however alike they look."""
    anna = shop.add().sub_account.id
    shop.handle(ResetPassword(actor=shop.admin, sub_account=anna, request_id="r"))
    assert isinstance(shop.refused(IssueCode(actor=shop.admin, sub_account=anna, request_id="r")), RequestReused)


def test_ids_are_the_organizations_own(shop: Shop) -> None:
    """Given the same request id in two organizations, neither knows of the other."""
    for name in ("one", "two"):
        created = shop.handle(
            CreateOrganization(
                actor=SETUP, id=OrganizationId(value=name), name=name, request_id="r", ungrouped=Ungrouped.EVERYBODY
            )
        )
        assert name == created.name


def test_a_repeated_code_is_the_one_that_was_handed_over(shop: Shop) -> None:
    """Given a reset repeated after the code was used, it answers the code of then, which is dead."""
    anna = shop.add().sub_account.id
    command = ResetPassword(actor=shop.admin, sub_account=anna, request_id="r")
    code = code_of(shop.handle(command))
    shop.complete(code=code)
    again = shop.handle(command)
    assert code.reveal() == code_of(again).reveal()
    assert "AlreadyClaimed" in repr(shop.complete(code=code_of(again)))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_request_sent_twice_at_once(change: type[Change[Any]]) -> None:
    """Given the same request written by another process, before this one decides or before it commits, both are
    answered alike and it happened once."""
    for moment in ("request", "commit"):
        command = evolve(sample(change, again := Shop()), request_id="r")
        twin = again.facade()
        first: list[Any] = []
        port, asked = getattr(again.repository, moment), [True]

        def interrupted(*args: Any, port: Any = port, asked: Any = asked, first: Any = first, **how: Any) -> Any:
            before = port(*args, **how) if moment == "request" else None  # noqa: B023 - called within the round
            if asked:
                asked.clear()
                first.append(twin.handle(command))  # noqa: B023 - called within the round
            return before if moment == "request" else port(*args, **how)  # noqa: B023 - called within the round

        setattr(again.repository, moment, interrupted)
        again.subs = again.facade()
        assert plain(again.handle(command)) == plain(first[0])


def test_no_secret_is_remembered(shop: Shop) -> None:
    """Given remembered requests, none holds a code."""
    code = code_of(shop.handle(AddPerson(actor=shop.admin, account=shop.account.id, login="anna", request_id="r")))
    text = repr(shop.repository._requests)
    assert isinstance(code, Secret)
    assert code.reveal() not in text
    assert code.reveal().replace("-", "") not in text


@pytest.mark.parametrize(
    ("id", "problem"),
    [("", "empty"), ("r" * 101, "too_long"), ("r\x00", "control"), ("\ud800", "surrogate"), ("r\u202e", "bidi")],
)
def test_what_is_no_request_id(shop: Shop, id: str, problem: str) -> None:  # noqa: A002 - what it is
    """A request id is a text of 1 to 100 characters that can be seen."""
    command = AddPerson(actor=shop.admin, account=shop.account.id, login="anna", request_id=id)
    refusal = shop.refused(command)
    assert isinstance(refusal, InvalidValue)
    assert ("request_id", problem) == (refusal.field, refusal.problem)
    shop.handle(evolve(command, request_id="r" * 100))
