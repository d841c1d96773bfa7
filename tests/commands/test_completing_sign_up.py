"""Completing a sign-up: by link and by code, what the person becomes, what is shown again, what is refused. Stories."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AskAdministrator,
    Authenticated,
    Channel,
    CloseAccount,
    CompleteFields,
    CompleteSignUp,
    CreatePassword,
    DeletePerson,
    Door,
    EditPerson,
    HostAccountBarred,
    HostRole,
    HostUser,
    KeyRing,
    Kind,
    MakeDepartment,
    MakeJobProfile,
    MakePermissionType,
    MonthlySeats,
    PeekLink,
    Realm,
    Recognize,
    RedeemLink,
    RegistrationPolicy,
    RequestReset,
    ResetPassword,
    Restored,
    RetireCatalogEntry,
    Secret,
    Selection,
    SendActivation,
    SignUpField,
    SignUpForm,
    SignUpId,
    State,
    StoredSeats,
    SwitchPolicy,
    SwitchSignUp,
    Way,
)
from subaccounts.domain import codes
from subaccounts.domain import events as e
from subaccounts.domain import link as links
from subaccounts.domain.contacts import contacts
from subaccounts.domain.notice import NoticeKind
from subaccounts.domain.proof import Purpose
from subaccounts.domain.sign_up import MOST_MESSAGES, MOST_NAMES
from subaccounts.domain.subject import Pathway
from subaccounts.errors import (
    FieldRefused,
    FieldsMissing,
    InvalidValue,
    KeyRingFailed,
    LinkRefused,
    NameTaken,
    NotFound,
    NotOffered,
    PasswordRefused,
    TooMany,
)
from tests.commands.company import enter, issuer, trusting, verified
from tests.commands.shop import OTHER_PASSWORD, PASSWORD, SETUP, code_of, subject_of
from tests.commands.sign_ups import BY_EMAIL, BY_PHONE, EMAIL, PHONE, SPENDING, OpenShop
from tests.sent import proof_of

WRONG_CODE = Secret("00000-00000")
UNKNOWN, EXPIRED = repr(LinkRefused(why="unknown")), repr(LinkRefused(why="expired"))


def by_phone(**given: Any) -> tuple[OpenShop, Any]:
    """Return a shop whose form is by phone, and what was begun there as anna."""
    shop = OpenShop(BY_PHONE, **given)
    return shop, shop.start(None, phone=PHONE, login="anna")


def revealed(shop: OpenShop, command: CompleteSignUp) -> str:
    """Return a refusal that has something to remember, as text."""
    with pytest.raises(Exception, match=r".") as refused:
        shop.handle(command)
    return repr(refused.value)


class TestByEmail:
    """The link in the message, and a password: then the person is there."""

    @pytest.mark.asvs("16.3.1")
    def test_the_person_is_there_and_signed_in(self) -> None:
        """Given a link, when a password is created, then the person is active, signed in, and has its e-mail as a key."""
        shop = OpenShop()
        shop.start()
        subject = subject_of(shop.finish())
        person = shop.person(subject.sub_account)
        assert (State.ACTIVE, EMAIL, EMAIL) == (person.state, person.login.text, person.profile.email.text)  # type: ignore[union-attr]  # given in the form
        assert (True, frozenset({"email"}), shop.clock()) == (person.email_is_key, person.proven, person.claimed_at)
        assert (Pathway.SIGN_UP, person) == (subject.pathway, shop.handle(Recognize(subject=subject)))
        assert [] == shop.attempts()
        assert [
            e.SubAccountAdded(login=EMAIL),
            e.SubAccountClaimed(pathway=Pathway.SIGN_UP, terminal="shared"),
            e.PersonSignedIn(pathway=Pathway.SIGN_UP, terminal="shared"),
        ] == shop.happened()[-3:]
        assert {("sub_account", person.id.value)} == {(event.by.kind, event.by.id) for event in shop.events()[-3:]}
        shop.enter("ANNA@example.com", door=shop.outside)

    def test_with_a_username(self) -> None:
        """Given a username beside the e-mail, then the person signs in with either."""
        shop = OpenShop()
        shop.start(login="anna")
        shop.finish()
        assert shop.enter("anna").sub_account == shop.enter(EMAIL).sub_account

    def test_a_link_works_once(self) -> None:
        """A link that let a person in is used up, for looking too."""
        shop = OpenShop()
        shop.start()
        command = shop.completing()
        shop.handle(command)
        assert UNKNOWN == repr(shop.refused(command))
        assert command.link is not None
        assert UNKNOWN == repr(shop.refused(PeekLink(link=command.link)))

    def test_a_link_ends_a_day_after_the_message(self) -> None:
        """However long links live, an attempt waits a day; who holds its link is told that it expired, until it is swept."""
        shop = OpenShop()
        shop.start()
        shop.wait(hours=23, minutes=59)
        shop.handle(PeekLink(link=shop.proof()))
        shop.wait(minutes=1)
        assert EXPIRED == repr(shop.refused(shop.completing()))

    def test_where_the_person_stands(self) -> None:
        """Beside a link the door tells the terminal at which the person is signed in."""
        shop = OpenShop()
        shop.start()
        assert "till-7" == subject_of(shop.finish(door=evolve(shop.outside, terminal="till-7"))).terminal

    def test_looking_at_it(self) -> None:
        """A page is shown whose attempt it is and what comes next; a thousand looks change nothing, and the link works then."""
        shop = OpenShop()
        shop.start()
        before, look = shop.stored(), PeekLink(link=shop.proof())
        pages = {repr(shop.handle(look)) for _ in range(1000)}
        page = shop.handle(look)
        assert (1, before) == (len(pages), shop.stored())
        assert (Purpose.SIGN_UP, EMAIL, "Anna Koval") == (page.purpose, page.login, page.name)
        assert repr(CreatePassword(code_needed=False)) == repr(page.step)
        assert isinstance(shop.finish(), Authenticated)

    def test_the_language_of_its_page(self) -> None:
        """The page is in the language that was chosen at the beginning, or in the organization's."""
        shop = OpenShop(evolve(BY_EMAIL, fields=(*BY_EMAIL.fields, SignUpField(name="language", required=False))))
        shown: list[str] = []
        for given in ({}, {"language": "da"}):
            shop.start(f"anna-{len(shown)}@example.com", **given)
            shown.append(shop.handle(PeekLink(link=shop.proof())).language.tag)
        assert ["en", "da"] == shown

    def test_redeemed_as_every_other_link(self) -> None:
        """A page that redeems links of any kind needs to know nothing of sign-ups."""
        shop = OpenShop()
        shop.start(login="anna")
        redeem = RedeemLink(
            link=shop.proof(), password=Secret(PASSWORD), fields={"position": "Head"}, terminal="till-7"
        )
        subject = subject_of(shop.handle(redeem))
        assert ("till-7", "Head") == (subject.terminal, shop.person(subject.sub_account).profile.position)

    @pytest.mark.parametrize("end", ["key", "epoch", "policy"])
    def test_what_ends_a_link(self, end: str) -> None:
        """A retired key, a restored backup and another policy each end every link of before."""
        shop = OpenShop()
        shop.start()
        command, key = shop.completing(), shop.keys.current
        match end:
            case "key":
                shop.keys.rotate(now=shop.clock())
                shop.keys.retire(key)
            case "epoch":
                shop.handle(Restored(actor=SETUP, organization=shop.id))
            case _:
                policy = RegistrationPolicy.by_administrator()
                shop.handle(SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=policy))
        assert UNKNOWN == repr(shop.refused(command))

    def test_a_link_for_another_purpose(self) -> None:
        """The link of an activation completes no sign-up, though both are links of one organization."""
        shop = OpenShop()
        shop.activation(automatic=frozenset({Way.BY_HAND}), budget=SPENDING)
        person = shop.row(shop.add("boris", fields={"email": EMAIL}).sub_account.id)
        link = proof_of(shop.keys, person, Purpose.CLAIM)
        assert UNKNOWN == repr(shop.refused(shop.completing(proof=link)))

    def test_a_key_ring_that_fails_is_no_wrong_link(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A key ring that cannot be read is the operator's trouble, and is not told as a link that does not work."""
        shop = OpenShop()
        shop.start()
        command = shop.completing()

        def failing(ring: KeyRing, **_: Any) -> bytes:
            raise KeyRingFailed(problem="unreadable", detail="portal.keys")

        monkeypatch.setattr(KeyRing, "derive", failing)
        with pytest.raises(KeyRingFailed, match="unreadable"):
            shop.handle(command)

    def test_a_link_of_somebody_else(self) -> None:
        """Neither a link whose proof was changed, nor one of another contact, nor nonsense lets anybody in."""
        shop = OpenShop()
        shop.start("one@example.com")
        one = shop.proof().reveal()
        shop.start("two@example.com")
        two = shop.proof().reveal()
        mixed = ".".join((*one.split(".")[:3], two.split(".")[3]))
        for text in (mixed, two[:-1] + ("A" if two[-1] != "A" else "E"), one[:-22] + "A" * 22, "nonsense"):
            assert UNKNOWN == repr(shop.refused(shop.completing(proof=Secret(text))))


class TestByPhone:
    """A code from an SMS, typed where it was begun."""

    def test_the_person_is_there_and_signed_in(self) -> None:
        """Given a code, when it is typed with a password, then the person signs in with its username, never with its phone."""
        shop, begun = by_phone()
        subject = subject_of(shop.finish(begun))
        person = shop.person(subject.sub_account)
        assert ("anna", frozenset({"phone"}), False) == (person.login.text, person.proven, person.email_is_key)
        shop.enter("anna")
        assert UNKNOWN == revealed(shop, shop.completing(begun))

    def test_five_wrong_codes_end_the_right_one(self) -> None:
        """Given five wrong codes, each counted before it was told, then the right one is refused as they were."""
        shop, begun = by_phone()
        for wrong in range(1, 6):
            assert UNKNOWN == revealed(shop, shop.completing(begun, proof=WRONG_CODE))
            assert [wrong] == [attempt.proof.wrong for attempt in shop.attempts()]
        assert UNKNOWN == revealed(shop, shop.completing(begun))
        shop.wait(minutes=2)
        assert isinstance(shop.finish(shop.start(None, phone=PHONE, login="anna")), Authenticated)

    def test_four_wrong_codes_do_not(self) -> None:
        """A right code after four wrong ones is right, however it is written."""
        shop, begun = by_phone()
        for _ in range(4):
            revealed(shop, shop.completing(begun, proof=WRONG_CODE))
        typed = Secret(shop.proof().reveal().lower().replace("-", " "))
        assert isinstance(shop.finish(begun, proof=typed), Authenticated)

    def test_a_code_ends(self) -> None:
        """A right code after its ten minutes has expired; a wrong one is wrong, and nothing more is said of it."""
        shop, begun = by_phone()
        shop.wait(minutes=10)
        assert [EXPIRED] * 6 == [revealed(shop, shop.completing(begun)) for _ in range(6)]
        assert UNKNOWN == revealed(shop, shop.completing(begun, proof=WRONG_CODE))
        assert [1] == [attempt.proof.wrong for attempt in shop.attempts()]

    def test_a_code_of_a_retired_key(self) -> None:
        """A code whose key was retired is a wrong one."""
        shop, begun = by_phone()
        command, key = shop.completing(begun), shop.keys.current
        shop.keys.rotate(now=shop.clock())
        shop.keys.retire(key)
        assert UNKNOWN == revealed(shop, command)

    @pytest.mark.parametrize("with_code", [False, True], ids=["link", "code"])
    def test_what_is_derived_for_nothing(self, with_code: bool) -> None:
        """What the key ring derives in place of a proof whose key was retired opens nothing, even for who could know it."""
        shop, begun = by_phone() if with_code else (OpenShop(), None)
        if not with_code:
            shop.start()
        (attempt,), key = shop.attempts(), shop.keys.current
        shop.keys.rotate(now=shop.clock())
        shop.keys.retire(key)
        ref = attempt.proof.ref(purpose=Purpose.SIGN_UP, owner=attempt.id.value)
        nothing = shop.keys.derive(purpose=links.purpose_of(Purpose.SIGN_UP, ref.form), parts=("", "", ""))
        text = codes.text(nothing) if with_code else links.text(ref, nothing, organization=shop.id)
        assert UNKNOWN == revealed(shop, shop.completing(begun, proof=Secret(text)))

    def test_a_code_made_of_a_link(self) -> None:
        """Whoever makes a code of what a link is derived from has no code: a guess at it would be a shorter one."""
        shop = OpenShop()
        begun, (attempt,) = shop.start(), shop.attempts()
        ref = attempt.proof.ref(purpose=Purpose.SIGN_UP, owner=attempt.id.value)
        purpose, parts = links.purpose_of(ref.purpose, ref.form), links.parts(shop.id, ref.owner, ref.id)
        code = codes.text(shop.keys.derive(purpose=purpose, parts=parts, key=ref.key))
        assert UNKNOWN == revealed(shop, shop.completing(begun, proof=Secret(code)))
        assert isinstance(shop.finish(), Authenticated)

    def test_a_code_is_no_link_and_a_link_is_no_code(self) -> None:
        """What was sent to be followed is not typed, not even its first letters, and what is typed is not followed."""
        shop = OpenShop()
        begun = shop.start()
        link = shop.proof()
        for text in (link.reveal(), link.reveal()[-22:], link.reveal()[-22:-12]):
            assert UNKNOWN == revealed(shop, shop.completing(begun, proof=Secret(text)))
        other, by_code = by_phone()
        assert UNKNOWN == repr(other.refused(other.completing(proof=other.proof())))
        assert by_code.sign_up.value not in link.reveal()

    def test_at_another_door(self) -> None:
        """A code is typed at the door of its account: at another's it is unknown, at none it is not offered."""
        shop, begun = by_phone()
        elsewhere = Door.outside(shop.open("shop-2").id)
        nowhere = Door.outside(evolve(shop.account.id, value="nowhere"))
        assert UNKNOWN == revealed(shop, shop.completing(begun, door=elsewhere))
        assert repr(NotFound(what="account")) == repr(shop.refused(shop.completing(begun, door=nowhere)))
        wide = shop.completing(begun, door=Door.outside(shop.id))
        assert repr(NotOffered(what="sign_up")) == repr(shop.refused(wide))
        assert isinstance(shop.finish(begun), Authenticated)

    def test_a_name_of_nobodys_attempt(self) -> None:
        """An attempt that never was is refused as a wrong code is, and fills no disk."""
        shop, begun = by_phone()
        for number in range(3):
            made_up = evolve(begun, sign_up=SignUpId(organization=shop.id, value=f"made-up-{number}"))
            assert UNKNOWN == revealed(shop, shop.completing(made_up, proof=WRONG_CODE))
        assert 1 == len(shop.attempts())

    def test_what_proves_a_sign_up(self) -> None:
        """A command holds a link, or a code with its door and attempt; anything else is a mistake in a program."""
        shop, begun = by_phone()
        password, code = Secret(PASSWORD), Secret("x")
        for given in (
            {},
            {"code": code},
            {"code": code, "door": shop.outside},
            {"code": code, "sign_up": begun.sign_up},
            {"door": shop.outside, "sign_up": begun.sign_up},
            {"link": code, "code": code},
            {"link": code, "sign_up": begun.sign_up},
        ):
            with pytest.raises(ValueError, match="by its link"):
                CompleteSignUp(password=password, **given)


class TestFlawed:
    """What is wrong is shown again, and nothing is used up."""

    @pytest.mark.parametrize("with_code", [False, True], ids=["link", "code"])
    def test_a_password_that_is_refused(self, with_code: bool) -> None:
        """A short password and one made of the person's own data are refused; a code is typed again then."""
        shop, begun = by_phone() if with_code else (OpenShop(), None)
        if not with_code:
            shop.start()
        for password, reason in (("short", "too_short"), ("Anna Koval Anna Koval", "personal")):
            step = shop.finish(begun, password=password)
            assert isinstance(step, CreatePassword)
            assert [(with_code, reason)] == [(step.code_needed, each.reason) for each in step.problems]  # type: ignore[attr-defined]  # a refused password says why
        assert isinstance(shop.finish(begun), Authenticated)

    def test_a_password_made_of_the_username(self) -> None:
        """The username that is asked for now is the person's own word too, and so is whatever it filled in."""
        shop = OpenShop()
        shop.start(position="Night Watch III.")
        for login, password in (("night-watchwoman-9", "night-watchwoman-9"), ("anna", "Night Watch III.")):
            step = shop.finish(login=login, password=password)
            assert repr(CreatePassword(code_needed=False, problems=(PasswordRefused(reason="personal"),))) == repr(step)

    @pytest.mark.parametrize("with_code", [False, True], ids=["link", "code"])
    def test_a_password_beside_a_second_factor(self, with_code: bool) -> None:
        """Eight characters will do where the host says that another factor was shown, and not elsewhere."""
        shop, begun = by_phone() if with_code else (OpenShop(), None)
        if not with_code:
            shop.start()
        for door in (shop.outside, None) if not with_code else (shop.outside,):
            step = shop.finish(begun, password="dQ7-xk2w", door=door)
            assert isinstance(step, CreatePassword)
            assert ["too_short"] == [each.reason for each in step.problems]  # type: ignore[attr-defined]  # a refused password says why
        strong = evolve(shop.outside, second_factor=True)
        assert isinstance(shop.finish(begun, password="dQ7-xk2w", door=strong), Authenticated)

    def test_nothing_is_hashed_for_nobody(self) -> None:
        """A password is hashed once nothing is wrong any more: flawed forms do not keep the machine busy."""
        shop = OpenShop()
        shop.start()
        before = shop.hasher.hashes
        shop.finish(login="bad login")
        assert before == shop.hasher.hashes
        shop.finish()
        assert before + 1 == shop.hasher.hashes

    @pytest.mark.parametrize("with_code", [False, True], ids=["link", "code"])
    def test_too_much(self, with_code: bool) -> None:
        """More than a hundred fields are refused before the first is read, and so is a terminal that is no name."""
        shop, begun = by_phone() if with_code else (OpenShop(), None)
        if not with_code:
            shop.start()
        many = {f"host:a{number}": "x" for number in range(101)}
        assert isinstance(shop.refused(shop.completing(begun, fields=many)), TooMany)
        nameless = shop.completing(begun, door=evolve(shop.outside, terminal=""))
        assert repr(InvalidValue(field="terminal", problem="empty")) == repr(shop.refused(nameless))

    @pytest.mark.parametrize("with_code", [False, True], ids=["link", "code"])
    def test_a_terminal_is_judged_before_the_proof(self, with_code: bool) -> None:
        """A wrong proof from a terminal that is no name is neither looked at nor counted."""
        shop, begun = by_phone() if with_code else (OpenShop(), None)
        door, password = evolve(shop.outside, terminal=""), Secret(PASSWORD)
        if begun is not None:
            wrong = CompleteSignUp(door=door, sign_up=begun.sign_up, code=Secret("00000-00000"), password=password)
        else:
            shop.start()
            link = Secret(shop.proof().reveal()[:-1] + "_")
            wrong = CompleteSignUp(door=door, link=link, password=password)
        assert repr(InvalidValue(field="terminal", problem="empty")) == repr(shop.refused(wrong))

    def test_the_proof_is_no_password(self) -> None:
        """Neither the code nor the link becomes the password (OWASP ASVS 5.0 6.4.1)."""
        shop = OpenShop()
        shop.start()
        step = shop.finish(password=shop.proof().reveal())
        assert repr(CreatePassword(code_needed=False, problems=(PasswordRefused(reason="personal"),))) == repr(step)

    @pytest.mark.parametrize("why", ["held", "looks_like", "deleted"])
    def test_a_login_that_cannot_be_had(self, why: str) -> None:
        """A login that somebody has, that looks like somebody's, or was a deleted person's: another one is asked for."""
        shop, begun = by_phone()
        asked = "cop" if why == "looks_like" else "anna"
        held = shop.add("сор" if why == "looks_like" else "anna").sub_account  # the first is Cyrillic
        if why == "deleted":
            shop.handle(DeletePerson(actor=shop.admin, sub_account=held.id))
        step = shop.finish(begun, login=asked)
        taken = NameTaken(field="login", why=why)
        assert repr(CreatePassword(code_needed=True, problems=(taken,))) == repr(step)
        assert isinstance(shop.finish(begun, login="carla"), Authenticated)

    def test_an_email_that_was_a_deleted_persons_login(self) -> None:
        """Given a deleted person whose login was this e-mail, then another username is asked for, and the e-mail signs in."""
        shop = OpenShop()
        gone = shop.add(EMAIL).sub_account
        shop.handle(DeletePerson(actor=shop.admin, sub_account=gone.id))
        shop.start()
        step = shop.finish()
        assert [NameTaken] == [type(problem) for problem in step.problems]  # type: ignore[union-attr]  # a step with problems
        subject_of(shop.finish(login="anna"))
        assert shop.enter(EMAIL).sub_account != gone.id

    @pytest.mark.parametrize("login", ["victim@example.com", "bad login", ""])
    def test_a_login_that_is_none(self, login: str) -> None:
        """What is no login, and an address that was not proven, is shown as what it is."""
        shop = OpenShop()
        shop.start()
        step = shop.finish(login=login)
        assert isinstance(step, CreatePassword)
        (problem,) = step.problems
        assert isinstance(problem, InvalidValue)
        assert "login" == problem.field

    def test_ten_logins_can_be_asked_for(self) -> None:
        """Whoever has proven a contact cannot ask for every login there is: after ten that were taken the attempt is dead."""
        shop = OpenShop()
        assert 10 == MOST_NAMES
        for number in range(MOST_NAMES):
            shop.add(f"taken-{number}")
        shop.start()
        for number in range(MOST_NAMES):
            assert isinstance(shop.finish(login=f"taken-{number}"), CreatePassword)
        assert UNKNOWN == repr(shop.refused(shop.completing(login="free")))

    def test_beginning_again_asks_for_no_more(self) -> None:
        """The ten are a contact's: begun again, the attempt goes on with what is left, and once it is dead nobody is written to."""
        shop = OpenShop()
        for number in range(MOST_NAMES):
            shop.add(f"taken-{number}")
        shop.start()
        for number in range(MOST_NAMES):
            shop.wait(minutes=2)
            if number < MOST_MESSAGES - 1:
                shop.start()
            assert isinstance(shop.finish(login=f"taken-{number}"), CreatePassword)
        assert UNKNOWN == repr(shop.refused(shop.completing(login="free")))

    def test_a_dead_attempt_is_not_written_to(self) -> None:
        """After ten that were taken no message goes out: its link would be dead. A day later the contact begins anew."""
        shop = OpenShop()
        shop.add("taken")
        began = shop.start()
        for _ in range(MOST_NAMES):
            shop.finish(login="taken")
        shop.wait(hours=23, minutes=59)
        assert began == shop.start()
        assert 1 == len(shop.told())
        shop.wait(minutes=1)
        shop.start()
        assert 2 == len(shop.told())
        subject_of(shop.finish(login="free"))

    def test_what_else_is_wrong_costs_no_login(self) -> None:
        """Only a login that somebody has is counted: a password can be refused as often as it takes."""
        shop, begun = by_phone()
        for _ in range(MOST_NAMES + 1):
            assert isinstance(shop.finish(begun, password="short"), CreatePassword)
        assert [0] == [attempt.names for attempt in shop.attempts()]
        assert isinstance(shop.finish(begun), Authenticated)

    def test_a_right_code_is_written_before_it_is_told(self) -> None:
        """Guesses are lined up on the attempt: a right code that leads nowhere yet is committed as a wrong one is."""
        shop, begun = by_phone()
        (before,) = shop.attempts()
        shop.finish(begun, password="short")
        assert [evolve(before, version=before.version + 1)] == shop.attempts()

    def test_a_right_code_that_dies_meanwhile(self) -> None:
        """When another policy ends the code just before it is told to be right, then it is told as a wrong one."""
        shop, begun = by_phone()
        command, policy = shop.completing(begun, password="short"), RegistrationPolicy.by_administrator()
        shop.meanwhile(lambda: shop.handle(SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=policy)))
        assert UNKNOWN == revealed(shop, command)

    def test_fields_are_corrected(self) -> None:
        """What was filled in can be corrected with the proof, as somebody else could have filled it in; the contact cannot."""
        shop = OpenShop()
        shop.start(full_name="Not My Name")
        step = shop.finish(fields={"email": "other@example.com", "kind": "external", "position": "x\ny"})
        assert isinstance(step, CompleteFields)
        assert ("position", "email", "kind") == step.fields
        assert repr(FieldRefused(field="email", why="needs_proof")) in map(repr, step.problems)
        subject = subject_of(shop.finish(fields={"full_name": "Anna Koval"}))
        assert "Anna Koval" == shop.person(subject.sub_account).profile.full_name

    def test_a_form_that_asks_more_meanwhile(self) -> None:
        """Given a form that was changed since, then what it asks for now is asked for, on the link's page too."""
        shop = OpenShop()
        shop.start(position="Cashier")
        shop.offer(
            evolve(BY_EMAIL, fields=(SignUpField(name="full_name"), SignUpField(name="position", choices=("Head",))))
        )
        refused = FieldRefused(field="position", why="unknown")
        expected = repr(CompleteFields(fields=("position",), code_needed=False, problems=(refused,)))
        assert expected == repr(shop.finish()) == repr(shop.handle(PeekLink(link=shop.proof())).step)
        more = evolve(BY_EMAIL, fields=(*BY_EMAIL.fields, SignUpField(name="language")))
        shop.offer(more)
        missing = FieldsMissing(fields=("language",))
        assert repr(CompleteFields(fields=("language",), code_needed=False, problems=(missing,))) == repr(shop.finish())
        assert isinstance(shop.finish(fields={"language": "da"}), Authenticated)


class TestMeanwhile:
    """What changed between beginning and completing."""

    def test_somebody_was_added_with_the_email(self) -> None:
        """Given a person added with the same e-mail meanwhile, then the sign-up is refused, and only its owner is told why."""
        shop = OpenShop()
        shop.start()
        shop.add("boris", fields={"email": EMAIL})
        assert repr(NameTaken(field="email")) == repr(shop.refused(shop.completing(login="anna")))

    def test_the_same_proof_used_twice_at_once(self) -> None:
        """When the same link is used between two reads, then it is found used, and not that somebody has the e-mail."""
        shop = OpenShop()
        shop.start()
        command = shop.completing()
        holders, waiting = shop.repository.holders, [command]

        def interrupted(keys: Any) -> Any:
            if waiting:
                shop.facade().handle(waiting.pop())
            return holders(keys)

        shop.repository.holders = interrupted  # type: ignore[method-assign]  # somebody else, in between
        shop.subs = shop.facade()
        assert UNKNOWN == revealed(shop, command)

    def test_somebody_is_added_between_look_and_commit(self) -> None:
        """When the login is taken just before the commit, then it is found taken, and the attempt goes on."""
        shop = OpenShop()
        shop.start(login="anna")
        command = shop.completing()
        shop.meanwhile(lambda: shop.add("anna"))
        step = shop.handle(command)
        assert isinstance(step, CreatePassword)
        assert isinstance(shop.handle(evolve(command, login="carla")), Authenticated)

    def test_a_known_contact_never_completes(self) -> None:
        """Whatever is typed or followed for the attempt of somebody who is here already, nobody comes in by it."""
        shop = OpenShop(BY_PHONE)
        shop.add("anna", fields={"phone": PHONE})
        begun = shop.start(None, phone=PHONE, login="anna")
        (attempt,) = shop.attempts()
        ref = attempt.proof.ref(purpose=Purpose.SIGN_UP, owner=attempt.id.value)
        (notice,) = shop.told()
        derived = shop.proof(evolve(notice, proof=ref))  # what only the key ring's owner could know
        assert UNKNOWN == revealed(shop, shop.completing(begun, proof=derived))

    @pytest.mark.parametrize("with_code", [False, True], ids=["link", "code"])
    def test_what_keeps_everybody_out(self, with_code: bool) -> None:
        """A closed account, a promoted host account and a lapsed subscription are told to the proof's owner; it works later."""
        shop, begun = by_phone() if with_code else (OpenShop(), None)
        if not with_code:
            shop.start()
        peek = PeekLink(link=shop.proof())
        shop.hosts.promote(shop.account.host)
        barred = HostAccountBarred(roles=frozenset({HostRole.ADMINISTRATOR}))
        assert repr(barred) == repr(shop.finish(begun))
        if not with_code:
            assert repr(barred) == repr(shop.handle(peek).step)
        shop.hosts.demote(shop.account.host)
        shop.subscriptions.lapse(shop.id)
        assert repr(AskAdministrator(why="subscription_lapsed")) == repr(shop.finish(begun))
        shop.subscriptions.renew(shop.id)
        sold = shop.subscriptions.current(shop.id)
        shop.subscriptions.sell(shop.id, evolve(sold, sms=True))
        assert isinstance(shop.finish(begun), Authenticated)

    def test_an_account_that_closed(self) -> None:
        """At an account that closed meanwhile nobody comes in."""
        shop = OpenShop()
        shop.start()
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        assert repr(AskAdministrator(why="account_closed")) == repr(shop.finish())

    @pytest.mark.parametrize("form", [None, BY_PHONE], ids=["withdrawn", "by phone now"])
    def test_a_form_that_is_not_offered_any_more(self, form: SignUpForm | None) -> None:
        """Given a form that was withdrawn, or asks for another contact now, then the proof opens nothing, nor its page."""
        shop = OpenShop()
        shop.start()
        shop.offer(form)
        for command in (shop.completing(), PeekLink(link=shop.proof())):
            assert repr(NotOffered(what="sign_up")) == repr(shop.refused(command))

    @pytest.mark.parametrize("seats", [StoredSeats(limit=1), MonthlySeats(limit=1)])
    def test_the_last_seat(self, seats: StoredSeats | MonthlySeats) -> None:
        """Of two who began while one seat was left, one gets it, and the other hears that none is."""
        shop = OpenShop()
        shop.subscriptions.seat(shop.id, seats)
        shop.start("one@example.com")
        first = shop.completing()
        shop.start("two@example.com")
        second = shop.completing()
        assert isinstance(shop.handle(first), Authenticated)
        assert repr(AskAdministrator(why="seats_full")) == repr(shop.handle(second))

    def test_the_last_seat_that_is_taken_meanwhile(self) -> None:
        """When the last seat goes between look and commit, then the commit fails, and the person hears that none is left."""
        shop = OpenShop()
        shop.subscriptions.seat(shop.id, StoredSeats(limit=1))
        shop.start()
        command = shop.completing()
        shop.meanwhile(lambda: shop.add("boris"))
        assert repr(AskAdministrator(why="seats_full")) == repr(shop.handle(command))

    def test_a_department_that_retires_meanwhile(self) -> None:
        """When the department is retired just before the commit, then nobody is put there."""
        shop = OpenShop(None)
        sales = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="Sales")).department
        shop.offer(evolve(BY_EMAIL, departments=frozenset({sales})))
        shop.start()
        command = shop.completing()
        shop.meanwhile(lambda: shop.handle(RetireCatalogEntry(actor=shop.admin, entry=sales)))
        step = shop.handle(command)
        assert isinstance(step, CompleteFields)
        assert (("departments",), []) == (step.fields, shop.stored_people())


class TestTakenInAdvance:
    """Whoever begins with somebody else's address holds nothing of it."""

    def test_the_owner_is_not_kept_out(self) -> None:
        """Given a stranger's attempt, the owner begins and completes its own; the stranger's words and username are gone."""
        shop = OpenShop()
        shop.start(login="fool", full_name="Fool")
        strangers = shop.proof()
        assert repr(shop.sign_in("nobody", door=shop.outside)) == repr(shop.sign_in(EMAIL, door=shop.outside))
        shop.wait(minutes=2)
        shop.start()
        person = shop.person(subject_of(shop.finish()).sub_account)
        assert (EMAIL, "Anna Koval") == (person.login.text, person.profile.full_name)
        assert UNKNOWN == repr(shop.refused(shop.completing(proof=strangers)))

    def test_a_strangers_words_are_the_owners_to_correct(self) -> None:
        """Given the only message there is, the owner sees what a stranger filled in, and says it all anew."""
        shop = OpenShop()
        shop.start(login="fool", full_name="Fool")
        page = shop.handle(PeekLink(link=shop.proof()))
        assert ("fool", "Fool") == (page.login, page.name)
        subject = subject_of(shop.finish(login=EMAIL, fields={"full_name": "Anna Koval"}))
        assert (EMAIL, "Anna Koval") == (
            shop.person(subject.sub_account).login.text,
            shop.person(subject.sub_account).profile.full_name,
        )


class TestRecord:
    """What the person is given."""

    def test_what_the_form_gives(self) -> None:
        """Kind, permission types, job profile and the chosen department are the form's, as it is when the person completes."""
        shop = OpenShop(None)
        old = shop.handle(MakePermissionType(actor=shop.admin, organization=shop.id, name="Old")).permission_type
        new = shop.handle(MakePermissionType(actor=shop.admin, organization=shop.id, name="New")).permission_type
        job = shop.handle(MakeJobProfile(actor=shop.admin, organization=shop.id, name="Seller")).job_profile
        sales = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="Sales")).department
        stock = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="Stock")).department
        form = evolve(
            BY_EMAIL,
            permission_types=frozenset({old}),
            job_profile=job,
            departments=frozenset({sales, stock}),
            chosen=True,
            kind=Kind.EXTERNAL,
        )
        shop.offer(form)
        shop.start(departments={stock})
        shop.offer(evolve(form, permission_types=frozenset({new})))
        profile = shop.person(subject_of(shop.finish()).sub_account).profile
        assert (frozenset({stock}), frozenset({new})) == (profile.departments, profile.permission_types)
        assert (job, Kind.EXTERNAL) == (profile.job_profile, profile.kind)

    @pytest.mark.parametrize("seats", [StoredSeats(limit=5), MonthlySeats(limit=5)])
    def test_a_seat_is_taken_once(self, seats: StoredSeats | MonthlySeats) -> None:
        """Whoever signs up takes one seat, and none again by signing in the same month."""
        shop = OpenShop()
        shop.subscriptions.seat(shop.id, seats)
        shop.start()
        shop.finish()
        shop.enter(EMAIL)
        name = seats.counter if isinstance(seats, StoredSeats) else seats.counter(shop.clock())
        assert 1 == shop.repository.counter(shop.id, name)

    @pytest.mark.parametrize("automatic", [True, False])
    def test_a_welcome(self, automatic: bool) -> None:
        """Where the organization tells who signs up by itself, the person is told its login; elsewhere it is not."""
        shop = OpenShop(BY_PHONE)
        ways = frozenset({Way.SIGN_UP}) if automatic else frozenset({Way.BY_HAND})
        shop.activation(automatic=ways, budget=SPENDING)
        shop.finish(shop.start(None, phone=PHONE, login="anna"))
        kinds = [notice.kind for notice in shop.told()]
        assert [NoticeKind.PROVE_SIGN_UP, *([NoticeKind.WELCOME] if automatic else [])] == kinds

    def test_a_welcome_that_reaches_nobody(self) -> None:
        """Where SMS are not sold any more, who came by phone is there all the same, and is told nothing."""
        shop = OpenShop(BY_PHONE)
        shop.activation(automatic=frozenset({Way.SIGN_UP}), budget=SPENDING)
        begun = shop.start(None, phone=PHONE, login="anna")
        shop.subscriptions.sell(shop.id, evolve(shop.subscriptions.current(shop.id), sms=False))
        assert isinstance(shop.finish(begun), Authenticated)
        assert [NoticeKind.PROVE_SIGN_UP] == [notice.kind for notice in shop.told()]

    def test_an_administrator_can_undo_it(self) -> None:
        """The person is like any other from then on: a reset ends its password, and it claims again with a code."""
        shop = OpenShop()
        shop.start()
        subject = subject_of(shop.finish())
        handover = shop.handle(ResetPassword(actor=shop.admin, sub_account=subject.sub_account))
        assert shop.handle(Recognize(subject=subject)) is None
        subject_of(shop.complete(EMAIL, code=code_of(handover), password=OTHER_PASSWORD, fields={}))

    def test_a_reset_ends_what_was_proven_to_sign_up(self) -> None:
        """After a reset nothing that lets in goes to the contact of the sign-up: whoever signed up can be who is reset."""
        shop = OpenShop()
        shop.start()
        person = subject_of(shop.finish()).sub_account
        shop.handle(ResetPassword(actor=shop.admin, sub_account=person))
        send = SendActivation(actor=shop.admin, organization=shop.id, selection=Selection())
        (line,) = shop.handle(send).lines
        assert (person, Channel.SLIP, False) == (line.sub_account, line.channel, line.sent)

    def test_a_takeover_ends_what_was_proven_to_sign_up(self) -> None:
        """Given somebody who signed up as another, when that one has come by its company account, then nothing is sent there.

        (Sudhodanan and Paverd, *Pre-hijacked accounts*, 2022.)
        """
        shop = OpenShop()
        trusting(shop, issuer(external_id="eid"))
        shop.start("mallory@evil.example", login="anna")
        person = subject_of(shop.finish()).sub_account
        shop.handle(EditPerson(actor=shop.admin, sub_account=person, fields={"external_id": "E-1"}))
        assert person == enter(shop, verified(eid="E-1")).sub_account
        assert () == contacts(shop.person(person), sms=True)
        before = len(shop.repository._tasks)
        shop.handle(RequestReset(door=shop.outside, login="anna"))
        assert before == len(shop.repository._tasks)

    def test_in_an_organization_of_one_realm(self) -> None:
        """Where logins are the organization's, the person signs in at the organization's door."""
        shop = OpenShop(realm=Realm.ORGANIZATION)
        shop.start()
        shop.finish()
        shop.enter(EMAIL, door=Door.outside(shop.id))


class TestAuthority:
    """Only an administrator says who may sign up alone."""

    def test_a_moderator_does_not(self) -> None:
        """A moderator lists and sees, and offers nothing."""
        shop = OpenShop()
        moderator = HostUser.moderator("mod", of=shop.id)
        command = SwitchSignUp(actor=moderator, account=shop.account.id, form=None)
        assert "not_allowed" == shop.refused(command).code
