"""Dead letters: seen by whoever looks after them, sent again, dropped; never twice, never of another organization."""

from __future__ import annotations

from typing import Any

import pytest

from subaccounts import (
    Channel,
    DeadLetter,
    Delivered,
    DropDeadLetter,
    HostUser,
    ListDeadLetters,
    NoticeKind,
    Rejected,
    ResetPassword,
    Restored,
    RetryDeadLetter,
    SubAccountId,
)
from subaccounts.commands import dead_letters
from subaccounts.domain.activation_events import DeadLetterDropped, DeadLetterRetried, NoticeGivenUp
from subaccounts.domain.notice import DEAD_LETTERS
from subaccounts.errors import InvalidValue, NotAllowed, NotFound, TooMany
from tests.commands.post import Post
from tests.commands.shop import SETUP
from tests.commands.test_delivering import another


@pytest.fixture
def post() -> Post:
    """Open a shop that tells whom it adds."""
    return Post()


def given_up(post: Post, *logins: str) -> tuple[SubAccountId, ...]:
    """Add people whose messages are rejected."""
    people = tuple(post.tell(login) for login in logins)
    post.notifier.answers(*[Rejected(reason="no such mailbox") for _ in people])
    assert len(people) == post.deliver().rejected
    return people


class TestList:
    """An operator sees what was given up, and no more of an address than a mask."""

    @pytest.mark.asvs("14.2.6")
    def test_what_is_shown(self, post: Post) -> None:
        """A dead letter says who was to be told what, why it was not, and when."""
        (anna,) = given_up(post, "anna")
        (letter,) = post.letters()
        (happened,) = post.happened(NoticeGivenUp)
        assert happened.notice == letter.notice != letter.id
        assert letter == DeadLetter(
            id=letter.id,
            notice=letter.notice,
            kind=NoticeKind.ACTIVATION,
            channel=Channel.EMAIL,
            to="a***@shop.example",
            account=post.account.id,
            sub_account=anna,
            why="rejected",
            reason="no such mailbox",
            tries=1,
            decided_at=post.clock(),
            given_up_at=post.clock(),
        )

    def test_pages(self, post: Post) -> None:
        """Pages are in the order of ids, and none is on two of them."""
        given_up(post, *(f"person-{number}" for number in range(5)))
        listed: list[str] = []
        after = None
        while page := post.handle(ListDeadLetters(actor=post.admin, organization=post.id, after=after, limit=2)):
            listed += [each.id for each in page]
            after = page[-1].id
        assert listed == sorted(each.id for each in post.letters())
        assert 5 == len(set(listed))

    @pytest.mark.parametrize("limit", [0, 1001])
    def test_an_impossible_limit(self, post: Post, limit: int) -> None:
        """A page has between one and a thousand."""
        with pytest.raises(TooMany, match="at most 1000 dead letters at once"):
            post.handle(ListDeadLetters(actor=post.admin, organization=post.id, limit=limit))

    @pytest.mark.parametrize("limit", [1, 1000])
    def test_the_least_and_the_most(self, post: Post, limit: int) -> None:
        """Both ends of what a page can be are good."""
        given_up(post, "anna")
        assert 1 == len(post.handle(ListDeadLetters(actor=post.admin, organization=post.id, limit=limit)))

    def test_only_for_who_looks_after_them(self, post: Post) -> None:
        """A moderator sees no dead letters, and handles none."""
        given_up(post, "anna")
        (letter,) = post.letters()
        moderator = HostUser.moderator("aide", of=post.id)
        assert isinstance(post.refused(ListDeadLetters(actor=moderator, organization=post.id)), NotAllowed)
        for command in (RetryDeadLetter, DropDeadLetter):
            asked = command(actor=moderator, organization=post.id, dead_letter=letter.id)
            assert isinstance(post.refused(asked), NotAllowed)


class TestRetry:
    """What was given up can be sent again, as the same notice."""

    def test_it_is_the_same_notice(self, post: Post) -> None:
        """Retried, it goes out under the id and with the link it had, and is a dead letter no more."""
        (anna,) = given_up(post, "anna")
        (letter,) = post.letters()
        assert letter == post.handle(RetryDeadLetter(actor=post.admin, organization=post.id, dead_letter=letter.id))
        assert () == post.letters()
        assert Delivered(sent=1) == post.deliver()
        (before,), (after,) = post.notifier.refused, post.notifier.messages
        assert (before.id, before.text.reveal()) == (after.id, after.text.reveal())
        assert post.opens(after, anna)
        assert [DeadLetterRetried(notice=letter.notice)] == post.happened(DeadLetterRetried)

    def test_given_up_again(self, post: Post) -> None:
        """Given up once more it is another dead letter of the same notice."""
        given_up(post, "anna")
        (first,) = post.letters()
        post.handle(RetryDeadLetter(actor=post.admin, organization=post.id, dead_letter=first.id))
        post.notifier.answers(Rejected(reason="still not"))
        post.deliver()
        (second,) = post.letters()
        assert (first.notice, "still not", True) == (second.notice, second.reason, first.id != second.id)

    def test_one_of_neighbors(self, post: Post) -> None:
        """Ids that differ in their last letters are told apart."""
        given_up(post, *(f"person-{number}" for number in range(40)))
        letters = post.letters()
        chosen = letters[17]
        asked: list[str | None] = []
        tasks_page = post.repository.tasks_page

        def counted(*args: Any, **named: Any) -> Any:
            asked.append(named["after"])
            return tasks_page(*args, **named)

        post.repository.tasks_page = counted  # type: ignore[method-assign]  # to see where is looked
        post.subs = post.facade()
        post.handle(DropDeadLetter(actor=post.admin, organization=post.id, dead_letter=chosen.id))
        assert [chosen.id[:-1]] == asked
        assert set(letters) - {chosen} == set(post.letters())

    def test_overtaken_meanwhile(self, post: Post) -> None:
        """Of somebody who was reset meanwhile nothing goes out."""
        (anna,) = given_up(post, "anna")
        (letter,) = post.letters()
        post.handle(ResetPassword(actor=post.admin, sub_account=anna))
        post.handle(RetryDeadLetter(actor=post.admin, organization=post.id, dead_letter=letter.id))
        assert Delivered(cancelled=1) == post.deliver()

    def test_its_link_has_ended(self, post: Post) -> None:
        """After its link's life it is given up once more: the person has to be told anew."""
        given_up(post, "anna")
        (letter,) = post.letters()
        post.wait(days=14)
        post.handle(RetryDeadLetter(actor=post.admin, organization=post.id, dead_letter=letter.id))
        assert Delivered(given_up=1) == post.deliver()
        assert ["expired"] == [each.why for each in post.letters()]

    def test_of_before_a_backup(self, post: Post) -> None:
        """Dead letters outlive `Restored`, to show who was not reached; retried, one is cancelled."""
        given_up(post, "anna")
        post.handle(Restored(actor=SETUP, organization=post.id))
        (letter,) = post.letters()
        post.handle(RetryDeadLetter(actor=post.admin, organization=post.id, dead_letter=letter.id))
        assert Delivered(cancelled=1) == post.deliver()


class TestDrop:
    """What is of no use any more is forgotten."""

    def test_it_is_gone(self, post: Post) -> None:
        """Dropped, it is in no queue, and its notice never goes out."""
        given_up(post, "anna")
        (letter,) = post.letters()
        assert letter == post.handle(DropDeadLetter(actor=post.admin, organization=post.id, dead_letter=letter.id))
        assert ((), ()) == (post.letters(), post.waiting())
        assert [DeadLetterDropped(notice=letter.notice)] == post.happened(DeadLetterDropped)

    @pytest.mark.parametrize("command", [RetryDeadLetter, DropDeadLetter])
    def test_once(self, post: Post, command: type[RetryDeadLetter | DropDeadLetter]) -> None:
        """What was retried or dropped, or never was, is not found; a request that is repeated is answered the same."""
        given_up(post, "anna")
        (letter,) = post.letters()
        asked = command(actor=post.admin, organization=post.id, dead_letter=letter.id, request_id="once")
        assert letter == post.handle(asked) == post.handle(asked)
        for gone in (letter.id, "x", "zzz"):
            assert "there is no such dead letter" == str(
                post.refused(command(actor=post.admin, organization=post.id, dead_letter=gone))
            )

    @pytest.mark.parametrize("command", [RetryDeadLetter, DropDeadLetter])
    def test_both_at_once(self, post: Post, command: type[RetryDeadLetter | DropDeadLetter]) -> None:
        """When somebody else drops it just before the commit, it is not found."""
        given_up(post, "anna")
        (letter,) = post.letters()
        dropping = DropDeadLetter(actor=post.admin, organization=post.id, dead_letter=letter.id)
        post.meanwhile(lambda: post.handle(dropping))
        with pytest.raises(NotFound):
            post.handle(command(actor=post.admin, organization=post.id, dead_letter=letter.id))
        assert ((), ()) == (post.letters(), post.waiting())

    def test_none_of_these(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        """An id that is none is not found, whether it would stand before, between or behind those that are."""
        monkeypatch.setattr(dead_letters, "LOOKED_AT", 1)
        given_up(post, "anna", "boris", "vera")
        first, second, last = (letter.id for letter in post.letters())
        for none in ("0", f"{first[:-1]}~", f"{second}0", "zzz"):
            asked = DropDeadLetter(actor=post.admin, organization=post.id, dead_letter=none)
            assert "there is no such dead letter" == str(post.refused(asked))
        post.handle(DropDeadLetter(actor=post.admin, organization=post.id, dead_letter=last))
        assert [first, second] == [letter.id for letter in post.letters()]

    @pytest.mark.parametrize("id_", ["", "x" * 201, "a\nb"])
    def test_no_id(self, post: Post, id_: str) -> None:
        """What cannot be an id is refused, by the name of what was given; nor can a page begin after it."""
        with pytest.raises(InvalidValue) as refused:
            DropDeadLetter(actor=post.admin, organization=post.id, dead_letter=id_)
        assert "dead_letter" == refused.value.field
        with pytest.raises(InvalidValue) as refused:
            ListDeadLetters(actor=post.admin, organization=post.id, after=id_)
        assert "after" == refused.value.field


def test_another_organizations(post: Post) -> None:
    """Nobody of another organization sees a dead letter, or finds it by its id."""
    given_up(post, "anna")
    (letter,) = post.letters()
    other = another(post, "zenith", people=0)
    boss = HostUser.administrator("boss", of=other)
    assert () == post.handle(ListDeadLetters(actor=boss, organization=other))
    for command in (RetryDeadLetter, DropDeadLetter):
        assert isinstance(post.refused(command(actor=boss, organization=post.id, dead_letter=letter.id)), NotAllowed)
        assert "there is no such dead letter" == str(
            post.refused(command(actor=boss, organization=other, dead_letter=letter.id))
        )
    assert 1 == len(post.waiting(DEAD_LETTERS))
