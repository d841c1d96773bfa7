"""Delivering notices: sent after their change and not before, tried again, given up, cancelled when overtaken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import astuple, evolve

from subaccounts import (
    ArchivePerson,
    CreateOrganization,
    Deferred,
    DeletePerson,
    Delivered,
    DeliverNotices,
    EditPerson,
    Email,
    Form,
    HostAccount,
    HostUser,
    IssueCode,
    Issuer,
    KeyRing,
    Language,
    NoticeKind,
    OpenAccount,
    OrganizationId,
    Phone,
    RegistrationPolicy,
    Rejected,
    RenamePerson,
    ResetPassword,
    Restored,
    Selection,
    SendActivation,
    SubAccountId,
    SwitchPolicy,
    Ungrouped,
    VoidCode,
)
from subaccounts.commands import delivering
from subaccounts.domain import link
from subaccounts.domain.activation_events import NoticeCancelled, NoticeDelivered, NoticeGivenUp
from subaccounts.domain.credential import ClaimCode
from subaccounts.domain.decision import Batch, Seen
from subaccounts.domain.delivery import LEASED, MOST_LEASES, MOST_TRIES, PATIENCE, ROOM
from subaccounts.domain.message import Message, SendOutcome
from subaccounts.domain.notice import DEAD_LETTERS, NOTICES
from subaccounts.domain.pace import FRAIL_AFTER, MOST_AT_ONCE
from subaccounts.domain.proof import Purpose
from subaccounts.domain.sign_up import SignUp
from subaccounts.domain.task import Task
from subaccounts.domain.wording import Place, Wording
from subaccounts.errors import (
    BrokenPort,
    InsideTransaction,
    KeyRingFailed,
    NotAllowed,
    NotFound,
    NotRestored,
    StorageFailed,
    TooMany,
)
from subaccounts.testing import builders as b
from subaccounts.testing import proof_in
from subaccounts.testing.letters import notice
from subaccounts.wire import dumps
from tests.commands.post import EMAIL, PHONE, WORKER, Post
from tests.commands.shop import SETUP

LATER = Deferred(reason="busy")


@pytest.fixture
def post() -> Post:
    """Open a shop that tells whom it adds."""
    return Post()


class TestSent:
    """What was committed goes out, with a proof that works."""

    def test_a_link_by_email(self, post: Post) -> None:
        """Given somebody who is told, when a worker runs, then the message goes out once, and its link is theirs."""
        anna = post.tell()
        (notice,) = post.notices()
        assert Delivered(sent=1) == post.deliver()
        (message,) = post.notifier.messages
        assert (notice.id, NoticeKind.ACTIVATION, Email.parse(EMAIL)) == (message.id, message.kind, message.to)
        assert post.opens(message, anna)
        assert message.html is not None
        assert proof_in(message).reveal() in message.html.reveal()
        assert () == post.waiting()
        assert Delivered() == post.deliver()
        assert [
            NoticeDelivered(notice=notice.id, kind="activation", channel="email", provider_id=f"fake-{notice.id}")
        ] == post.happened(NoticeDelivered)

    def test_a_code_by_sms(self) -> None:
        """A code by SMS is the one that the person types."""
        post = Post(sms=True, sms_form=Form.CODE)
        anna = post.tell(phone=PHONE)
        assert Delivered(sent=1) == post.deliver()
        (message,) = post.notifier.to(Phone.parse(PHONE))
        assert (True, None, "") == (post.opens(message, anna), message.html, message.subject)
        assert anna == post.complete(code=proof_in(message)).subject.sub_account  # type: ignore[union-attr]  # it authenticates

    def test_without_a_proof(self, post: Post) -> None:
        """What carries no link or code goes out as it was worded: a security notice, an activation by company account."""
        anna = post.claimed("anna")
        post.handle(EditPerson(actor=post.admin, sub_account=anna.sub_account, fields={"email": EMAIL}))
        assert Delivered(sent=1) == post.deliver()
        (message,) = post.notifier.messages
        assert (NoticeKind.EMAIL_CHANGED, "") == (message.kind, proof_in(message).reveal())

    def test_life_begins_at_the_first_lease(self, post: Post) -> None:
        """However long a notice waited, its link lives as long as the organization says from when it is taken."""
        anna = post.tell()
        post.wait(days=30)
        assert not post.code(anna).begun
        seen: list[ClaimCode] = []
        post.notifier.before = lambda _: seen.append(post.code(anna))
        post.deliver()
        (begun,) = seen
        assert (True, post.clock() + timedelta(days=14)) == (begun.begun, begun.expires_at)
        assert begun == post.code(anna)

    def test_address_and_wording_are_of_the_commit(self, post: Post) -> None:
        """Whatever is edited before a worker comes, what goes out says what it said when it was decided, where it was to go."""
        anna = post.claimed("anna").sub_account
        post.handle(EditPerson(actor=post.admin, sub_account=anna, fields={"email": EMAIL}))
        post.deliver()
        post.handle(RenamePerson(actor=post.admin, sub_account=anna, login="anna-koval"))
        post.tell("boris", email="boris@shop.example", full_name="Boris Lind", language="da")
        told = {each.id: (each.to, each.wording, each.language) for each in post.notices()}
        assert {NoticeKind.LOGIN_CHANGED, NoticeKind.ACTIVATION} == {each.kind for each in post.notices()}
        post.handle(EditPerson(actor=post.admin, sub_account=anna, fields={"email": "new@shop.example"}))
        boris = next(each.sub_account for each in post.notices() if each.kind is NoticeKind.ACTIVATION)
        assert boris is not None
        edited = {"full_name": "Bo Lund", "language": "ru"}
        post.handle(EditPerson(actor=post.admin, sub_account=boris, fields=edited))
        renamed = evolve(post.organization, name="Another name", version=post.repository.organization(post.id).version)  # type: ignore[union-attr]  # it is there
        post.repository.commit(Batch(organization=post.id, puts=(renamed,)))
        post.change(language=Language(tag="ru"))
        post.deliver()
        sent = {each.id: each for each in post.notifier.messages if each.id in told}
        assert set(told) == set(sent)
        for id_, (to, wording, language) in told.items():
            message = sent[id_]
            assert (to, wording.subject, language) == (message.to, message.subject, message.language)
            assert message.text.reveal().startswith(str(wording.text[0]))

    def test_a_repeat_is_the_same(self, post: Post) -> None:
        """Put off, a notice is tried again with the same id and link, whose life does not begin again."""
        anna = post.tell()
        post.notifier.answers(LATER, LATER)
        assert Delivered(deferred=1) == post.deliver()
        began = post.code(anna)
        post.wait(minutes=2)
        assert Delivered(deferred=1) == post.deliver()
        post.wait(minutes=4)
        assert Delivered(sent=1) == post.deliver()
        three = [*post.notifier.refused, *post.notifier.messages]
        assert 1 == len({(message.id, message.text.reveal()) for message in three})
        assert (3, began) == (len(three), post.code(anna))

    @pytest.mark.asvs("15.4.4")
    def test_many_of_several_organizations(self, post: Post) -> None:
        """A worker of all organizations sends what is due of each, some of each in turn."""
        for number in range(9):
            post.tell(f"person-{number}")
        other = another(post, "zenith", people=2)
        assert Delivered(sent=11) == post.handle(DeliverNotices(actor=WORKER))
        order = [message.organization for message in post.notifier.messages]
        assert order.index(other) < len(order) - 2  # before the last of the large one

    def test_more_organizations_than_are_asked_for_at_once(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        """However many organizations have something due, each is asked for."""
        monkeypatch.setattr(delivering, "ORGANIZATIONS", 1)
        others = [another(post, name, people=5) for name in ("a", "m", "z")]
        assert Delivered(sent=15) == post.handle(DeliverNotices(actor=WORKER))
        assert dict.fromkeys(others, 5) == Counter(message.organization for message in post.notifier.messages)

    def test_the_limit(self, post: Post) -> None:
        """A run takes no more than its limit, and says that there can be more."""
        for number in range(5):
            post.tell(f"person-{number}")
        asked: list[int] = []
        lease = post.repository.lease

        def counted(*args: Any, **named: Any) -> Any:
            asked.append(named["limit"])
            return lease(*args, **named)

        post.repository.lease = counted  # type: ignore[method-assign]  # to see what is asked for
        post.subs = post.facade()
        assert Delivered(sent=3, more=True) == post.deliver(limit=3)
        assert Delivered(sent=1, more=True) == post.deliver(limit=1)
        assert Delivered(sent=1, more=True) == post.handle(DeliverNotices(actor=WORKER, limit=1))
        assert Delivered() == post.deliver(limit=3)
        assert [3, 1, 1, 3] == asked

    @pytest.mark.parametrize("limit", [0, -1, 1_000_001])
    def test_an_impossible_limit(self, post: Post, limit: int) -> None:
        """A limit outside 1 to 1,000,000 is refused."""
        post.tell()
        with pytest.raises(TooMany, match="at most 1000000 notices at once"):
            post.deliver(limit=limit)

    @pytest.mark.parametrize("limit", [1, 1_000_000])
    def test_the_least_and_the_most(self, post: Post, limit: int) -> None:
        """Both ends of what a limit can be are good."""
        assert Delivered() == post.deliver(limit=limit)

    def test_only_the_system_serves_all(self, post: Post) -> None:
        """Nobody of a host sends for every organization, or for one."""
        for organization in (None, post.id):
            with pytest.raises(NotAllowed):
                post.handle(DeliverNotices(actor=post.admin, organization=organization))

    def test_whom_it_happened_to(self, post: Post) -> None:
        """The event of a notice names its account and its person."""
        anna = post.tell()
        post.deliver()
        (event,) = [each for each in post.events() if isinstance(each.happening, NoticeDelivered)]
        assert (post.account.id, anna) == (event.account, event.sub_account)

    def test_nothing_is_nothing(self, post: Post) -> None:
        """Where nothing is due, nothing is said to have come of anything."""
        assert (0, 0, 0, 0, 0, False, ()) == astuple(post.deliver())

    def test_inside_a_transaction_of_the_hosts(self, post: Post) -> None:
        """What is sent cannot be rolled back: inside a transaction of the host's nothing is taken."""
        post.tell()
        post.repository.joins_host_transaction = True  # type: ignore[attr-defined]  # as a repository says that joins one
        with pytest.raises(InsideTransaction):
            post.deliver()
        assert [0] == [each.fence for each in post.waiting()]

    def test_nobody_there(self, post: Post) -> None:
        """An organization that is not there is not found, and without notices there is nothing to do."""
        with pytest.raises(NotFound):
            post.handle(DeliverNotices(actor=WORKER, organization=OrganizationId(value="nobody")))
        assert Delivered() == post.handle(DeliverNotices(actor=WORKER))


def another(post: Post, name: str, *, people: int) -> OrganizationId:
    """Create an organization beside the shop's, with people who are told by hand."""
    other = OrganizationId(value=name)
    post.handle(CreateOrganization(actor=SETUP, id=other, name=name, ungrouped=Ungrouped.EVERYBODY))
    admin, policy = HostUser.administrator("boss", of=other), RegistrationPolicy.by_person()
    host = HostAccount(system="crm", id="shop-1")
    mine = post.admin, post.account
    post.admin = admin
    post.account = post.handle(OpenAccount(actor=admin, organization=other, host=host, name="One", policy=policy))
    for number in range(people):
        post.add(f"person-{number}", fields={"email": f"{name}-{number}@shop.example"})
    post.handle(SendActivation(actor=admin, organization=other, selection=Selection()))
    post.admin, post.account = mine
    return other


class TestOvertaken:
    """What was overtaken before it is sent does not go out."""

    @pytest.mark.parametrize(
        "overtaking",
        [
            lambda post, anna: post.handle(ResetPassword(actor=post.admin, sub_account=anna)),
            lambda post, anna: post.handle(DeletePerson(actor=post.admin, sub_account=anna)),
            lambda post, anna: post.handle(ArchivePerson(actor=post.admin, sub_account=anna)),
            lambda post, anna: post.handle(IssueCode(actor=post.admin, sub_account=anna)),
            lambda post, anna: post.handle(VoidCode(actor=post.admin, sub_account=anna)),
            lambda post, anna: post.handle(
                EditPerson(actor=post.admin, sub_account=anna, fields={"email": "new@shop.example"})
            ),
            lambda post, anna: post.handle(EditPerson(actor=post.admin, sub_account=anna, fields={"email": None})),
            lambda post, anna: post.handle(
                SwitchPolicy(actor=post.admin, account=post.account.id, policy=RegistrationPolicy.by_administrator())
            ),
        ],
        ids=["reset", "deleted", "archived", "slip", "voided", "another address", "no address", "policy switched"],
    )
    def test_an_activation(self, post: Post, overtaking: Callable[[Post, SubAccountId], object]) -> None:
        """Given an activation that waits, when its person is reset, deleted, or anything that kills it, then it is cancelled."""
        anna = post.tell()
        (notice,) = post.notices()
        overtaking(post, anna)
        cancelled = post.deliver().cancelled
        assert (1, []) == (cancelled, [each for each in post.notifier.messages if each.id == notice.id])
        assert NoticeCancelled(notice=notice.id, kind="activation") in post.happened(NoticeCancelled)

    def test_by_activation(self) -> None:
        """Given a code by SMS that goes out twice, when the first one is claimed with, then the second is cancelled."""
        post = Post(sms=True, sms_form=Form.CODE)
        post.tell(phone=PHONE)
        kept = post.waiting()
        post.deliver()
        post.complete(code=proof_in(post.notifier.messages[0]))
        post.deliver()
        again = evolve(kept[0].task, id="again", due=post.clock())
        post.repository.commit(Batch(organization=post.id, tasks=(again,)))
        assert Delivered(cancelled=1) == post.deliver()

    def test_a_resend(self, post: Post) -> None:
        """Sent anew before a worker came, only the new one goes out."""
        anna = post.tell()
        post.handle(SendActivation(actor=post.admin, organization=post.id, selection=Selection(people=(anna,))))
        assert Delivered(sent=1, cancelled=1) == post.deliver()
        assert post.opens(post.notifier.messages[0], anna)

    def test_by_company_account(self, post: Post) -> None:
        """An activation by company account is cancelled once its person is there."""
        issuer = Issuer(issuer="https://login.example", name="Example", domains=frozenset({"shop.example"}))
        post.change(sso_told=True)
        post.repository.commit(Batch(organization=post.id, puts=(evolve(post.organization, issuers=(issuer,)),)))
        anna, boris = post.tell("anna"), post.tell("boris")
        post.handle(ArchivePerson(actor=post.admin, sub_account=boris))
        assert Delivered(sent=1, cancelled=1) == post.deliver()
        assert [NoticeKind.ACTIVATION_BY_SSO] == [each.kind for each in post.notifier.messages]
        assert post.person(anna).profile.email == post.notifier.messages[0].to

    def test_a_retired_key(self, post: Post) -> None:
        """A key that was retired killed its links: what carried one is cancelled."""
        post.tell()
        (leased,) = post.waiting()
        (notice,) = post.notices()
        assert notice.proof is not None
        credential = post.credential(SubAccountId(organization=post.id, value=notice.proof.owner))
        assert credential.code is not None
        gone = evolve(credential, code=evolve(credential.code, key="retired"))
        body = leased.task.body.replace(f'"key":"{notice.proof.key}"', '"key":"retired"')
        task = evolve(leased.task, id="again", body=body)
        post.repository.commit(
            Batch(organization=post.id, puts=(gone,), tasks=(task,), acknowledgments=(leased.done(),))
        )
        assert Delivered(cancelled=1) == post.deliver()

    def test_a_restored_backup(self, post: Post) -> None:
        """After `Restored` nothing of before goes out, whether it was cancelled there or came back under a lease."""
        post.tell("anna")
        kept = post.waiting()
        post.handle(Restored(actor=SETUP, organization=post.id))
        assert () == post.waiting()
        post.repository.commit(Batch(organization=post.id, tasks=(kept[0].task,)))
        assert Delivered(cancelled=1) == post.deliver()
        assert [] == post.notifier.messages

    def test_a_person_that_was_never_there(self, post: Post) -> None:
        """A notice of nobody is cancelled."""
        post.tell()
        (leased,) = post.waiting()
        body = leased.task.body.replace(post.notices()[0].sub_account.value, "nobody")  # type: ignore[union-attr]  # it has one
        task = evolve(leased.task, id="again", body=body)
        post.repository.commit(Batch(organization=post.id, tasks=(task,), acknowledgments=(leased.done(),)))
        assert Delivered(cancelled=1) == post.deliver()

    def test_while_it_is_sent(self, post: Post) -> None:
        """What is overtaken after it was taken goes out with a dead link: whoever reset the person is not lost."""
        anna = post.tell()

        post.notifier.before = lambda _: post.handle(ResetPassword(actor=post.admin, sub_account=anna))
        assert Delivered(sent=1) == post.deliver()
        assert not post.opens(post.notifier.messages[0], anna)

    def test_between_the_look_and_the_beginning(self, post: Post) -> None:
        """Reset after the worker looked and before the link's life began, the notice is decided anew, and cancelled."""
        anna = post.tell()
        post.meanwhile(lambda: post.handle(ResetPassword(actor=post.admin, sub_account=anna)))
        assert Delivered(cancelled=1) == post.deliver()
        assert [] == post.notifier.messages


class TestPutOff:
    """What was not taken is tried again, later each time, and given up in the end."""

    @pytest.mark.parametrize("error", [OSError("anna@shop.example is no mailbox"), TimeoutError(), ValueError("no")])
    def test_an_error_is_a_later(self, post: Post, error: Exception) -> None:
        """A notifier that raises is tried again; nothing of what it said is kept but what kind of error it was."""
        post.tell()
        post.notifier.answers(*[error] * MOST_TRIES)
        for _ in range(MOST_TRIES):
            post.deliver()
            post.wait(days=1)
        (letter,) = post.letters()
        assert (type(error).__name__, "too_many_tries") == (letter.reason, letter.why)

    def test_storage_is_not_swallowed(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        """When storage fails, the run fails, and the notice comes due again by itself, the same."""
        post.tell()
        failed = StorageFailed(store="memory", problem="unreachable")
        commit = post.repository.commit
        commits: list[Batch] = []

        def failing(batch: Batch) -> None:
            commits.append(batch)
            if len(commits) == 2:  # the first begins the life of the link
                raise failed
            commit(batch)

        monkeypatch.setattr(post.repository, "commit", failing)
        post.subs = post.facade()
        with pytest.raises(StorageFailed):
            post.deliver()
        assert Delivered() == post.deliver()
        post.clock.advance(LEASED)
        assert Delivered(sent=1) == post.deliver()
        assert 1 == len({(each.id, each.text.reveal()) for each in post.notifier.messages})

    def test_when_it_is_tried_again(self, post: Post) -> None:
        """A provider is left alone as long as it asked, up to a day, or as long as the number of tries says."""
        post.tell()
        waits = []
        for answer in (LATER, LATER, Deferred(retry_after=timedelta(hours=1)), Deferred(retry_after=timedelta(days=9))):
            post.notifier.answers(answer)
            before = post.clock()
            assert Delivered(deferred=1) == post.deliver()
            (leased,) = post.waiting()
            waits.append(leased.task.due - before)
            post.clock.set(leased.task.due)
        minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
        least = [minute, 2 * minute, hour, day]
        most = [minute * 1.5, minute * 3, hour + minute * 2, day + minute * 4]
        assert [True] * 4 == [low <= waited <= high for low, waited, high in zip(least, waits, most, strict=True)]

    def test_what_was_put_off_together_comes_apart(self, post: Post) -> None:
        """Chance spreads what was put off at once over half a step: from the very least to nearly all of it."""
        minute = timedelta(minutes=1)
        for token, longest in (("0" * 32, minute), ("8" + "0" * 31, minute * 1.25), ("f" * 32, minute * 1.5)):
            post.tell(f"anna-{token[0]}")
            post.notifier.answers(LATER)
            post.entropy.token = lambda token=token: token  # type: ignore[method-assign,misc]  # one throw of the dice
            post.deliver()
            *_, waits = sorted(each.task.due - post.clock() for each in post.waiting())
            assert timedelta(0) <= longest - waits < timedelta(milliseconds=1)

    def test_given_up(self, post: Post) -> None:
        """Put off twelve times, a notice is a dead letter, and nobody tries it again."""
        anna = post.tell()
        (notice,) = post.notices()
        post.notifier.answers(*[LATER] * MOST_TRIES)
        answers = []
        for _ in range(MOST_TRIES):
            answers.append(post.deliver())
            post.wait(days=1)
        assert [Delivered(deferred=1)] * (MOST_TRIES - 1) + [Delivered(given_up=1)] == answers
        assert Delivered() == post.deliver()
        (letter,) = post.letters()
        expected = (notice.id, "a***@shop.example", "too_many_tries", "busy", MOST_TRIES, anna)
        assert expected == (letter.notice, letter.to, letter.why, letter.reason, letter.tries, letter.sub_account)
        assert [NoticeGivenUp(notice=notice.id, kind="activation", why="too_many_tries")] == post.happened(
            NoticeGivenUp
        )

    def test_rejected(self, post: Post) -> None:
        """A message that will never be taken is a dead letter at once."""
        post.tell()
        post.notifier.answers(Rejected(reason="550 no\r\nsuch mailbox"))
        assert Delivered(rejected=1) == post.deliver()
        (letter,) = post.letters()
        assert ("rejected", "550 no  such mailbox", 1) == (letter.why, letter.reason, letter.tries)

    def test_expired(self) -> None:
        """A code that ended while its provider was away is not sent: it is a dead letter, so that the person is told anew."""
        post = Post(sms=True, sms_form=Form.CODE)
        anna = post.tell(phone=PHONE)
        post.notifier.answers(LATER)
        post.deliver()
        post.wait(minutes=10)
        assert Delivered(given_up=1) == post.deliver()
        (letter,) = post.letters()
        assert ("expired", "", anna) == (letter.why, letter.reason, letter.sub_account)

    def test_whoever_tries_dies(self, post: Post) -> None:
        """A notice whose worker never lives to tell is given up untried in the end, and takes no neighbor with it."""
        post.tell("anna")
        post.tell("boris")
        deaths = 0

        def die(message: Message) -> None:
            if message.to == Email.parse(EMAIL):
                raise Died

        post.notifier.before = die
        while not post.letters():
            try:
                post.deliver()
            except Died:
                deaths += 1
            post.clock.advance(LEASED)
        assert PATIENCE // LEASED == deaths  # by then it was leased often enough, too
        assert ["boris@shop.example"] == [getattr(each.to, "text", "") for each in post.notifier.messages]
        assert [("too_many_tries", True)] == [(each.why, each.tries > MOST_LEASES) for each in post.letters()]

    def test_leases_that_were_no_tries(self, post: Post) -> None:
        """Leased a hundred times by workers that died beside it, a notice that is young is tried all the same, and put off."""
        post.tell()
        for _ in range(100):
            post.repository.lease(post.id, NOTICES, now=post.clock(), until=post.clock(), limit=9)
        post.notifier.answers(LATER)
        assert Delivered(deferred=1) == post.deliver()
        post.wait(hours=9)
        assert Delivered(sent=1) == post.deliver()

    def test_what_a_later_release_wrote(self, post: Post) -> None:
        """A notice that this release cannot read waits for a worker that can."""
        post.tell()
        (leased,) = post.waiting()
        task = evolve(leased.task, id="new", body='{"kind":"of a later release"}')
        post.repository.commit(Batch(organization=post.id, tasks=(task,)))
        assert Delivered(sent=1, deferred=1) == post.deliver()
        assert ["new"] == [each.task.id for each in post.waiting()]

    def test_somebody_is_always_faster(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        """A person that others keep changing is not waited for: its notice is put off."""
        anna = post.tell()
        commit = post.repository.commit
        logins = iter(range(1000))

        def beaten(batch: Batch) -> None:
            if any(getattr(put, "code", None) is not None and put.code.begun for put in batch.puts):  # type: ignore[union-attr]  # a credential
                person = post.person(anna)
                commit(
                    Batch(
                        organization=post.id,
                        puts=(evolve(person, login=evolve(person.login, text=f"a{next(logins)}")),),
                    )
                )
            commit(batch)

        monkeypatch.setattr(post.repository, "commit", beaten)
        post.subs = post.facade()
        assert Delivered(deferred=1) == post.deliver()
        assert [] == post.notifier.messages


class Died(BaseException):
    """Stand for the death of a worker."""


class TestLeases:
    """What a worker takes is its own until the lease ends, and it takes no more than it has time for."""

    def test_two_workers(self, post: Post) -> None:
        """What one worker has taken no other sends."""
        post.tell()
        inside: list[Delivered] = []

        post.notifier.before = lambda _: inside.append(post.deliver())
        assert Delivered(sent=1) == post.deliver()
        assert [Delivered()] == inside

    def test_one_that_slept(self, post: Post) -> None:
        """A worker that slept past its lease acknowledges nothing: whoever has the notice now does."""
        post.tell()
        awake: list[Delivered] = []

        def sleep(_: Message) -> None:
            post.notifier.before = None
            post.clock.advance(LEASED)
            awake.append(post.deliver())

        post.notifier.before = sleep
        assert [Delivered(sent=1)] * 2 == [post.deliver(), *awake]
        assert 1 == len({(each.id, each.text.reveal()) for each in post.notifier.messages})
        assert (1, ()) == (len(post.happened(NoticeDelivered)), post.waiting())

    def test_a_slow_provider(self, post: Post) -> None:
        """What a slow provider leaves no time for is given back untried, and none is lost or sent twice."""
        for number in range(40):
            post.tell(f"person-{number}")
        post.notifier.before = lambda _: post.clock.advance(timedelta(seconds=50))
        assert 40 == post.deliver().sent
        assert 40 == len({message.id for message in post.notifier.messages}) == len(post.notifier.messages)

    def test_a_quick_provider(self, post: Post) -> None:
        """A worker takes more at once while all goes well, up to a limit."""
        taken: list[int] = []
        lease = post.repository.lease

        def counted(*args: Any, **kwargs: Any) -> Any:
            answer = lease(*args, **kwargs)
            taken.append(len(answer))
            return answer

        post.repository.lease = counted  # type: ignore[method-assign]  # to count
        post.subs = post.facade()
        for number in range(200):
            post.tell(f"person-{number}")
        assert 200 == post.deliver().sent
        assert [4, 8, 16, 32, MOST_AT_ONCE, MOST_AT_ONCE, 12, 0] == taken

    def test_the_frail_alone(self, post: Post) -> None:
        """What was taken often is tried alone: of two such, one is given back before the other is tried."""
        for login in ("anna", "boris"):
            post.tell(login)
        for _ in range(FRAIL_AFTER):
            until = post.clock() + LEASED
            post.repository.lease(post.id, NOTICES, now=post.clock(), until=until, limit=9)
            post.clock.set(until)
        held: list[list[int]] = []

        post.notifier.before = lambda _: held.append(
            [each.fence for each in post.waiting() if each.task.due > post.clock()]
        )
        assert Delivered(sent=2) == post.deliver()
        assert [[FRAIL_AFTER + 1], [FRAIL_AFTER + 2]] == held

    def test_the_frail_among_others(self, post: Post) -> None:
        """One frail notice among fresh ones keeps the worker from taking several at once, until it is gone."""
        post.tell("anna")
        for _ in range(FRAIL_AFTER):
            post.clock.set(post.clock() + LEASED)
            post.repository.lease(post.id, NOTICES, now=post.clock(), until=post.clock(), limit=9)
        for login in ("boris", "vera", "zoe"):
            post.tell(login)
        held: list[int] = []
        post.notifier.before = lambda _: held.append(sum(each.task.due > post.clock() for each in post.waiting()))
        assert Delivered(sent=4) == post.deliver()
        assert [1, 1, 2, 1] == held

    @pytest.mark.parametrize(("late", "leases"), [(timedelta(), 1), (timedelta(seconds=1), 2)])
    def test_room_for_one_more(self, post: Post, late: timedelta, leases: int) -> None:
        """As long as a lease has a minute left there is room for one more message, and a second later there is none."""
        post.tell("anna")
        post.tell("boris")
        fences: list[int] = []

        def sleep(_: Message) -> None:
            fences.append(max(each.fence for each in post.waiting()))
            if len(fences) == 1:
                post.clock.advance(LEASED - ROOM + late)

        post.notifier.before = sleep
        assert Delivered(sent=2) == post.deliver()
        assert [1, leases] == fences

    def test_no_notifier(self, post: Post) -> None:
        """A facade without a notifier says so before anything is taken."""
        post.tell()
        post.subs._bridges["notifier"]._port = None
        with pytest.raises(BrokenPort, match="given none"):
            post.deliver()
        assert [0] == [each.fence for each in post.waiting()]

    def test_a_notifier_that_answers_nonsense(self, post: Post) -> None:
        """A notifier that answers no outcome is broken, and is told so loudly."""
        post.tell()
        post.notifier.send = lambda message: None  # type: ignore[method-assign,assignment,return-value]  # broken on purpose
        with pytest.raises(BrokenPort, match=r"port notifier\.send broke its contract: it answered no outcome"):
            post.deliver()

    def test_what_is_broken_stops_nobody_else(self, post: Post) -> None:
        """A broken part is told at the end of a run: its notice is put off, its neighbors are given back, others are served.

        It may have sent what it answered nonsense about, so that it is not asked again at once.
        """
        first = another(post, "a", people=3)
        for login in ("anna", "boris"):
            post.tell(login)
        answer, asked = post.notifier._answer, list[OrganizationId]()

        def broken(message: Message) -> SendOutcome | None:
            asked.append(message.organization)
            return None if message.organization == first else answer(message)

        post.notifier.send = broken  # type: ignore[method-assign,assignment]  # broken on purpose, for one of them
        with pytest.raises(BrokenPort, match="no outcome"):
            post.handle(DeliverNotices(actor=WORKER))
        assert [first, post.id, post.id] == asked
        waits = post.repository.tasks_page(first, NOTICES, after=None, limit=9)
        *given_back, put_off = sorted(each.task.due - post.clock() for each in waits)
        assert [timedelta(0)] * 2 == given_back
        assert timedelta(minutes=1) <= put_off <= timedelta(minutes=1.5)
        with pytest.raises(BrokenPort):
            post.handle(DeliverNotices(actor=WORKER, organization=first))
        assert [first, post.id, post.id, first] == asked

    def test_of_several_the_first_is_told(self, post: Post) -> None:
        """Where a part of the host's is broken for several organizations, what was met first is what is raised."""
        names = [another(post, name, people=1) for name in ("a", "b")]

        def broken(message: Message) -> SendOutcome:
            raise BrokenPort(port="notifier.send", problem=f"broken for {message.organization.value}")

        post.notifier.send = broken  # type: ignore[method-assign]  # broken on purpose
        with pytest.raises(BrokenPort, match=f"broken for {names[0].value}"):
            post.handle(DeliverNotices(actor=WORKER))

    def test_who_has_taken_enough_asks_for_nothing_more(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        """A run that has taken as many as it was to take reads no further, and takes nothing of the next."""
        for name in ("a", "b", "c"):
            another(post, name, people=2)
        due, lease, asked = post.repository.due, post.repository.lease, list[str]()

        def counted_due(*given: Any, **more: Any) -> Any:
            asked.append("due")
            return due(*given, **more)

        def counted_lease(*given: Any, **more: Any) -> Any:
            asked.append("lease")
            return lease(*given, **more)

        monkeypatch.setattr(post.repository, "due", counted_due)
        monkeypatch.setattr(post.repository, "lease", counted_lease)
        post.subs = post.facade()
        assert Delivered(sent=1, more=True) == post.handle(DeliverNotices(actor=WORKER, limit=1))
        assert ["due", "lease"] == asked


class TestStrangers:
    """What is told to who is nobody yet: an attempt to sign up, or nobody who is stored."""

    def test_a_sign_up(self, post: Post) -> None:
        """The link of an attempt goes out while it waits, and its life, a day at most, begins then."""
        attempt = self.begun(post)
        assert Delivered(sent=1) == post.deliver()
        stored = post.repository.sign_up(attempt.id)
        assert stored is not None
        assert (True, post.clock() + timedelta(days=1)) == (stored.proof.begun, stored.proof.expires_at)
        (message,) = post.notifier.messages
        read = link.parse(proof_in(message))
        assert (Purpose.SIGN_UP, attempt.id.value) == (read.purpose, read.owner)

    def test_one_that_is_over(self, post: Post) -> None:
        """Of an attempt that was forgotten, and of one that began anew, nothing goes out."""
        first, second = self.begun(post, 1), self.begun(post, 2)
        stored = post.repository.sign_up(second.id)
        assert stored is not None
        anew = evolve(stored, proof=evolve(stored.proof, id="another"))
        removes = (Seen(id=first.id, version=1),)
        post.repository.commit(Batch(organization=post.id, puts=(anew,), removes=removes))
        assert Delivered(cancelled=2) == post.deliver()

    def test_about_nobody(self, post: Post) -> None:
        """What is about nobody who is stored goes out as it was worded."""
        about = notice(of=post.id, account=None, sub_account=None, at=post.clock())
        task = Task(organization=post.id, queue=NOTICES, id="1", due=post.clock(), body=dumps(about))
        post.repository.commit(Batch(organization=post.id, tasks=(task,)))
        assert Delivered(sent=1) == post.deliver()

    def test_an_organization_that_is_gone(self, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
        """An organization that vanishes between two reads is not found, and nothing of it goes out."""
        self.test_about_nobody(post)
        about = notice(2, of=post.id, account=None, sub_account=None, at=post.clock())
        task = Task(organization=post.id, queue=NOTICES, id="2", due=post.clock(), body=dumps(about))
        post.repository.commit(Batch(organization=post.id, tasks=(task,)))
        found = [post.repository.organization(post.id)]
        monkeypatch.setattr(post.repository, "organization", lambda _: found.pop() if found else None)
        post.subs = post.facade()
        with pytest.raises(NotFound) as missing:
            post.deliver()
        assert "organization" == missing.value.what
        assert 1 == len(post.notifier.messages)

    def begun(self, post: Post, number: int = 1) -> SignUp:
        """Store an attempt and the notice that carries its link."""
        sent = b.sent_proof(key=post.keys.current, organization_epoch=post.organization.epoch)
        attempt = evolve(b.sign_up(number, of=post.id), account=post.account.id, proof=sent)
        about = notice(
            number,
            of=post.id,
            kind=NoticeKind.PROVE_SIGN_UP,
            sub_account=None,
            proof=sent.ref(purpose=Purpose.SIGN_UP, owner=attempt.id.value),
            at=post.clock(),
            wording=Wording(subject="Sign up", text=("go on; ", Place.LINK)),
        )
        task = Task(organization=post.id, queue=NOTICES, id=f"{number}", due=post.clock(), body=dumps(about))
        post.repository.commit(Batch(organization=post.id, puts=(attempt,), tasks=(task,)))
        return attempt


class Unreadable:
    """Be a key ring that cannot be read at one of its methods."""

    def __init__(self, keys: KeyRing, at: str) -> None:
        self._keys, self._at = keys, at

    def __getattr__(self, name: str) -> Any:
        if name == self._at:
            raise KeyRingFailed(problem="unreadable", detail="the disk")
        return getattr(self._keys, name)


class TestTime:
    """A store that is not of the key ring's time delivers nothing."""

    def behind(self, post: Post) -> None:
        """Let the ring move on without the store, as it has when a backup was put back."""
        for _ in range(3):
            post.keys.advance(to=post.keys.generation + 1)

    def test_of_one(self, post: Post) -> None:
        """An organization behind its ring is refused, and nothing was taken."""
        post.tell()
        self.behind(post)
        with pytest.raises(NotRestored):
            post.deliver()
        assert ([0], []) == ([each.fence for each in post.waiting()], post.notifier.messages)

    def test_of_all(self, post: Post) -> None:
        """Among all it is left out and named, and the others are served."""
        post.tell()
        self.behind(post)
        other = another(post, "zenith", people=1)
        assert Delivered(sent=1, not_restored=(post.id,)) == post.handle(DeliverNotices(actor=WORKER))
        assert [other] == [each.organization for each in post.notifier.messages]
        assert [0] == [each.fence for each in post.waiting()]

    def test_under_another_ring(self, post: Post) -> None:
        """So is one that belongs to another ring."""
        post.tell()
        post.repository.commit(Batch(organization=post.id, puts=(evolve(post.organization, key_ring="other"),)))
        assert Delivered(not_restored=(post.id,)) == post.handle(DeliverNotices(actor=WORKER))

    @pytest.mark.parametrize("at", ["reload", "derive"])
    def test_a_ring_that_cannot_be_read(self, post: Post, at: str) -> None:
        """A key ring that fails is nobody's fault but its own: the run fails, whoever it serves."""
        post.tell()
        if at == "reload":
            self.behind_by_one(post)
        post.keys = Unreadable(post.keys, at)  # type: ignore[assignment]  # a ring that fails
        post.subs = post.facade()
        with pytest.raises(KeyRingFailed):
            post.handle(DeliverNotices(actor=WORKER))
        assert [] == post.notifier.messages

    def behind_by_one(self, post: Post) -> None:
        """Let the organization look older than the ring, so that the ring is read anew."""
        found = post.repository.organization(post.id)
        assert found is not None
        post.repository.commit(Batch(organization=post.id, puts=(evolve(found, generation=9),)))

    def test_in_the_middle(self, post: Post) -> None:
        """When it happens between two messages, what was taken and not tried is given back at once."""
        for login in ("anna", "boris", "vera"):
            post.tell(login)
        post.notifier.before = lambda _: self.behind(post)
        assert Delivered(sent=1, not_restored=(post.id,)) == post.handle(DeliverNotices(actor=WORKER))
        assert [post.clock()] * 2 == [each.task.due for each in post.waiting()]


def test_nothing_secret_is_kept(post: Post) -> None:
    """Neither link nor code is in a task, an event or a dead letter, whatever came of the notice."""
    for login in ("anna", "boris", "vera"):
        post.tell(login)
    post.notifier.answers(Rejected(reason="no"), LATER)
    assert Delivered(sent=1, deferred=1, rejected=1) == post.deliver()
    proofs = [proof_in(each).reveal() for each in (*post.notifier.messages, *post.notifier.refused)]
    assert [3, 3] == [len(proofs), len(set(proofs))]
    kept = repr((post.stored(), post.waiting(), post.waiting(DEAD_LETTERS)))
    assert [] == [proof for proof in proofs if proof in kept or proof.rpartition(".")[2] in kept]
