"""Telling people how to come in: by itself for each way of creation, by hand, dry; and whom nobody tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ActivationLine,
    ActivationPage,
    ActivationPolicy,
    AddedPerson,
    AddPeople,
    ArchivePerson,
    ChangeActivation,
    Channel,
    CloseAccount,
    EditPerson,
    FollowLink,
    Form,
    Grant,
    HostUser,
    Issuer,
    Language,
    LapsePolicy,
    MakeDepartment,
    MessageBudget,
    NewPerson,
    NoticeKind,
    OrganizationId,
    RegistrationPolicy,
    RequestReset,
    ResetPassword,
    Role,
    Selection,
    SendActivation,
    SubAccountId,
    SwitchPolicy,
    System,
    Way,
)
from subaccounts.domain.activation_events import ActivationSent, ActivationSwitched
from subaccounts.domain.channel import address_text
from subaccounts.domain.email import Email
from subaccounts.domain.events import CodeIssued, SubAccountAdded
from subaccounts.domain.notice import NOTICES, Notice
from subaccounts.domain.policy import FieldRule
from subaccounts.domain.profile import Profile, Supplied
from subaccounts.domain.steps import AskAdministrator
from subaccounts.domain.supplier import Supplier
from subaccounts.domain.wording import Place
from subaccounts.errors import InvalidValue, NotAllowed, TooMany
from subaccounts.wire import loads
from tests.commands.shop import Shop, code_of

EMAIL = {"email": "anna@shop.example"}
PHONE = {"phone": "+4512345678"}
BY_ITSELF = ActivationPolicy(automatic=frozenset({Way.BY_HAND}))


def change(shop: Shop, policy: ActivationPolicy) -> None:
    """Change how the organization tells its people."""
    shop.organization = shop.handle(ChangeActivation(actor=shop.admin, organization=shop.id, activation=policy))


def sells_sms(shop: Shop) -> None:
    """Let the organization have bought SMS."""
    shop.subscriptions.sell(shop.id, evolve(shop.subscriptions.current(shop.id), sms=True))


def notices(shop: Shop) -> list[Notice]:
    """Return what waits to be sent, in the order it was decided on."""
    tasks = shop.repository.tasks_page(shop.id, NOTICES, after=None, limit=1000)
    return [loads(Notice, each.task.body) for each in tasks]


def told(shop: Shop, *people: SubAccountId, dry: bool = False) -> tuple[ActivationLine, ...]:
    """Tell people by hand, and return the lines."""
    selection = Selection(people=people or None)
    return shop.handle(SendActivation(actor=shop.admin, organization=shop.id, selection=selection, dry=dry)).lines


class TestVouchedFor:
    """A contact that somebody gave itself counts once an administrator gives it again."""

    @pytest.mark.parametrize(("name", "value"), [*EMAIL.items(), *PHONE.items()])
    def test_after_a_reset(self, name: str, value: str) -> None:
        """Given a contact of the claim and a reset, nobody is reached until the administrator enters the same contact."""
        rules = {name: FieldRule(suppliers=(Supplier.ADMINISTRATOR, Supplier.PERSON), asked_of=Supplier.PERSON)}
        shop = Shop(policy=RegistrationPolicy(name="own", fields=rules))
        sells_sms(shop)
        added = shop.add()
        me = added.sub_account.id
        shop.complete(code=code_of(added), fields={name: value})
        shop.handle(ResetPassword(actor=shop.admin, sub_account=me))
        assert ["not_reachable"] == [line.why for line in told(shop, me)]
        shop.handle(EditPerson(actor=shop.admin, sub_account=me, fields={name: value}))
        assert [None] == [line.why for line in told(shop, me)]
        assert [value] == [address_text(each.to) for each in notices(shop) if each.kind is NoticeKind.ACTIVATION]


class TestByItself:
    """Each way of creation is told by itself or by hand."""

    def test_by_hand_unless_said(self, shop: Shop) -> None:
        """Nobody is told by itself before the organization says so: the administrator gets the code."""
        added = shop.add(fields=EMAIL)
        assert added.code is not None
        assert [] == notices(shop)

    def test_an_addition_is_told(self, shop: Shop) -> None:
        """Given a way that is told by itself, who is added with an e-mail is sent a link, and nobody is handed a code."""
        change(shop, BY_ITSELF)
        added = shop.add(fields=EMAIL)
        (notice,) = notices(shop)
        code = shop.credential(added.sub_account.id).code
        assert added.code is None
        assert code is not None
        assert (Form.LINK, "anna@shop.example", False) == (code.form, code.sent_to, code.begun)
        assert (NoticeKind.ACTIVATION, "anna@shop.example") == (notice.kind, getattr(notice.to, "text", None))
        assert notice.proof is not None
        assert (code.id, added.sub_account.id.value) == (notice.proof.id, notice.proof.owner)
        assert Place.LINK in notice.wording.text
        assert [
            SubAccountAdded(login="anna"),
            CodeIssued(expires_at=code.expires_at),
            ActivationSent(channel="email"),
        ] == (shop.happened(SubAccountAdded, CodeIssued, ActivationSent))

    def test_other_ways_do_not_count(self, shop: Shop) -> None:
        """A spreadsheet's automatism tells nobody who is added by hand."""
        change(shop, ActivationPolicy(automatic=frozenset({Way.SPREADSHEET, Way.DIRECTORY, Way.SIGN_UP})))
        assert shop.add(fields=EMAIL).code is not None
        assert [] == notices(shop)

    def test_nobody_reachable_gets_a_code(self, shop: Shop) -> None:
        """Who has neither phone nor e-mail is handed a code, whatever is automatic."""
        change(shop, BY_ITSELF)
        assert shop.add().code is not None
        assert [] == notices(shop)

    def test_many_are_told_each(self, shop: Shop) -> None:
        """Of pasted lines each is told by its own way, in the same commit."""
        change(shop, BY_ITSELF)
        people = (NewPerson(login="one", fields=EMAIL), NewPerson(login="two"), NewPerson(login="three", fields=PHONE))
        sells_sms(shop)
        lines = shop.handle(AddPeople(actor=shop.admin, account=shop.account.id, people=people))
        assert [False, True, False] == [line.code is not None for line in lines]
        assert [Channel.EMAIL, Channel.SMS] == [
            Channel.EMAIL if hasattr(each.to, "text") else Channel.SMS for each in notices(shop)
        ]


class TestPreference:
    """One preference: SMS when bought and there is a phone, else e-mail, else a slip."""

    @pytest.mark.parametrize(
        ("fields", "bought", "channel", "to"),
        [
            ({**EMAIL, **PHONE}, True, Channel.SMS, "+45******78"),
            ({**EMAIL, **PHONE}, False, Channel.EMAIL, "a***@shop.example"),
            (EMAIL, True, Channel.EMAIL, "a***@shop.example"),
            (PHONE, True, Channel.SMS, "+45******78"),
            (PHONE, False, Channel.SLIP, None),
            ({}, True, Channel.SLIP, None),
        ],
    )
    def test_the_channel(
        self, shop: Shop, fields: dict[str, str], bought: bool, channel: Channel, to: str | None
    ) -> None:
        """The dry answer names the channel and the masked address, and what is sent goes there."""
        if bought:
            sells_sms(shop)
        anna = shop.add(fields=fields).sub_account.id
        before = shop.stored()
        (dry,) = told(shop, anna, dry=True)
        assert before == shop.stored()
        (line,) = told(shop, anna)
        assert dry == line
        assert (channel, to, to is not None) == (line.channel, line.to, line.sent)
        assert (None if to is not None else "not_reachable") == line.why
        assert int(to is not None) == len(notices(shop))

    @pytest.mark.parametrize("form", [Form.LINK, Form.CODE])
    def test_what_would_be_told(self, shop: Shop, form: Form) -> None:
        """The dry answer names the message and what it carries, as the notice then has it; nothing for who is told nothing."""
        change(shop, ActivationPolicy(sms_form=form))
        sells_sms(shop)
        people = [
            shop.add("anna", fields=PHONE),
            shop.add("boris", fields={"email": "boris@shop.example"}),
            shop.add("vera"),
        ]
        ids = tuple(added.sub_account.id for added in people)
        dry = told(shop, *ids, dry=True)
        assert [(NoticeKind.ACTIVATION, form), (NoticeKind.ACTIVATION, Form.LINK), (None, None)] == [
            (line.kind, line.form) for line in dry
        ]
        assert dry == told(shop, *ids)
        assert [(line.kind, line.form) for line in dry if line.sent] == [
            (each.kind, each.proof.form if each.proof is not None else None) for each in notices(shop)
        ]

    @pytest.mark.parametrize("people", [0, 1])
    def test_which_ways_are_told_by_themselves(self, shop: Shop, people: int) -> None:
        """The answer names the ways of creation that are automatic now, also where nobody waits."""
        for automatic in (frozenset[Way](), frozenset({Way.BY_HAND}), frozenset({Way.DIRECTORY, Way.SIGN_UP})):
            change(shop, ActivationPolicy(automatic=automatic))
            for number in range(people):
                shop.add(f"p{number}-{len(automatic)}-{Way.BY_HAND in automatic}")
            for dry in (True, False):
                send = SendActivation(actor=shop.admin, organization=shop.id, selection=Selection(), dry=dry)
                assert automatic == shop.handle(send).automatic

    @pytest.mark.parametrize(("form", "place"), [(Form.LINK, Place.LINK), (Form.CODE, Place.CODE)])
    def test_what_an_sms_carries(self, shop: Shop, form: Form, place: Place) -> None:
        """An organization has its SMS carry a link or a code, each with its own life."""
        change(shop, ActivationPolicy(sms_form=form))
        sells_sms(shop)
        anna = shop.add(fields=PHONE).sub_account.id
        told(shop, anna)
        code, (notice,) = shop.credential(anna).code, notices(shop)
        assert code is not None
        assert form is code.form
        lasts = timedelta(days=14) if form is Form.LINK else timedelta(minutes=10)
        assert lasts == code.expires_at - code.issued_at
        assert place in notice.wording.text

    def test_an_email_carries_a_link(self, shop: Shop) -> None:
        """Whatever an SMS carries, an e-mail carries a link: it is read where it can be followed."""
        change(shop, ActivationPolicy(sms_form=Form.CODE))
        sells_sms(shop)
        anna = shop.add(fields=EMAIL).sub_account.id
        told(shop, anna)
        code = shop.credential(anna).code
        assert code is not None
        assert Form.LINK is code.form

    def test_the_language(self, shop: Shop) -> None:
        """A person is told in its language, and in the organization's where it has none."""
        change(shop, ActivationPolicy(language=Language(tag="ru")))
        anna = shop.add(fields={**EMAIL, "language": "da"}).sub_account.id
        boris = shop.add("boris", fields={"email": "boris@shop.example"}).sub_account.id
        told(shop, anna, boris)
        assert ["da", "ru"] == [each.language.tag for each in notices(shop)]

    @pytest.mark.parametrize("kept_on", [True, False])
    def test_a_company_account(self, shop: Shop, kept_on: bool) -> None:
        """Who comes by a company account is told only where that is kept on, and gets no proof: the account is one."""
        by_domain = Issuer(issuer="https://id.example", name="Acme account", domains=frozenset({"shop.example"}))
        organization = shop.repository.organization(shop.id)
        assert organization is not None
        shop.repository._records[shop.id] = evolve(organization, issuers=(by_domain,))
        change(shop, ActivationPolicy(sso_told=kept_on))
        anna = shop.add(fields=EMAIL).sub_account.id
        slip, moment = shop.credential(anna).code, len(shop.events())
        (line,) = told(shop, anna)
        assert (Channel.SSO, kept_on) == (line.channel, line.sent)
        assert (None if kept_on else "company_account") == line.why
        assert (NoticeKind.ACTIVATION_BY_SSO if kept_on else None, None) == (line.kind, line.form)
        assert [NoticeKind.ACTIVATION_BY_SSO] * kept_on == [each.kind for each in notices(shop)]
        assert [None] * kept_on == [each.proof for each in notices(shop)]
        assert slip == shop.credential(anna).code
        assert [ActivationSent(channel="email")] * kept_on == shop.since(moment)


def switched(shop: Shop) -> None:
    """Have the policy ask the administrator for more than it has given."""
    policy = RegistrationPolicy.complete_record()
    shop.handle(SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=policy))


class TestUseless:
    """Nobody is sent what it could not use: by the rule of who is sent its activation again by itself."""

    @pytest.mark.parametrize(
        ("why", "happens"),
        [
            ("account_closed", lambda s: s.handle(CloseAccount(actor=s.admin, account=s.account.id))),
            ("host_account_barred", lambda s: s.hosts.promote(s.account.host)),
            ("subscription_lapsed", lambda s: s.subscriptions.lapse(s.id)),
            ("record_incomplete", switched),
        ],
    )
    def test_why_nobody_is_told(self, why: str, happens: Callable[[Shop], object]) -> None:
        """The line says what is in the way, dry too; the proof that is out stays as it is, and nothing is written."""
        shop = Shop(lapse=LapsePolicy.BLOCKED)
        anna = shop.add(fields=EMAIL).sub_account.id
        happens(shop)
        before = shop.stored()
        line = ActivationLine(sub_account=anna, login="anna", why=why)
        assert (line,) == told(shop, anna, dry=True) == told(shop, anna)
        assert before == shop.stored()
        shop.handle(RequestReset(door=shop.outside, login="anna"))
        assert [] == notices(shop)

    def test_each_by_its_own_account(self, shop: Shop) -> None:
        """One account's host is promoted: its people are passed over, and those of the others are told. Each host is asked once."""
        other = shop.open("shop-2")
        people = [shop.add(login, fields={"email": f"{login}@shop.example"}) for login in ("anna", "boris")]
        people += [shop.add("carla", account=other, fields={"email": "carla@shop.example"})]
        shop.hosts.promote(other.host)
        del shop.hosts.asked[:]
        lines = told(shop, *(added.sub_account.id for added in people))
        assert [None, None, "host_account_barred"] == [line.why for line in lines]
        assert [shop.account.host, other.host] == shop.hosts.asked

    def test_a_lapse_that_blocks_nobody(self, shop: Shop) -> None:
        """Where a lapse lets people go on signing in, they are told how."""
        anna = shop.add(fields=EMAIL).sub_account.id
        shop.subscriptions.lapse(shop.id)
        assert [True] == [line.sent for line in told(shop, anna)]


class TestByHand:
    """An administrator sends, and sends again."""

    def test_sending_again_replaces(self, shop: Shop) -> None:
        """The second sending carries another link, and the slip of before is dead: at most one proof is out."""
        added = shop.add(fields=EMAIL)
        anna, moment = added.sub_account.id, len(shop.events())
        told(shop, anna)
        told(shop, anna)
        first, second = notices(shop)
        code = shop.credential(anna).code
        assert first.proof is not None
        assert second.proof is not None
        assert code is not None
        assert first.proof.id != second.proof.id == code.id
        issued, sent = CodeIssued(expires_at=code.expires_at), ActivationSent(channel="email")
        assert [issued, sent, issued, sent] == shop.since(moment)
        assert FollowLink() == shop.begin()
        assert FollowLink() == shop.complete(code=code_of(added))

    def test_only_who_waits(self, shop: Shop) -> None:
        """Who signed in, or is archived, is not told; who was reset since is."""
        anna = shop.claimed(fields=EMAIL).sub_account
        boris = shop.add("boris", fields={"email": "boris@shop.example"}).sub_account.id
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=boris))
        assert ["not_waiting", "not_waiting"] == [line.why for line in told(shop, anna, boris)]
        shop.handle(ResetPassword(actor=shop.admin, sub_account=anna))
        before = len(notices(shop))
        assert [True] == [line.sent for line in told(shop, anna)]
        assert before + 1 == len(notices(shop))

    def test_everybody_who_waits(self, shop: Shop) -> None:
        """Nobody named means everybody who waits, in pages."""
        for number in range(5):
            shop.add(f"p{number}", fields={"email": f"p{number}@shop.example"})
        shop.claimed("zoe", fields={"email": "zoe@shop.example"})
        lines: list[ActivationLine] = []
        selection: Selection | None = Selection(limit=2)
        while selection is not None:
            page: ActivationPage = shop.handle(
                SendActivation(actor=shop.admin, organization=shop.id, selection=selection)
            )
            lines += page.lines
            selection = evolve(selection, after=page.after) if page.after is not None else None
        assert [f"p{number}" for number in range(5)] == [line.login for line in lines]
        assert {"activation"} == {each.kind.value for each in notices(shop)} - {"claimed"}

    def test_somebody_who_is_not_there(self, shop: Shop) -> None:
        """A person of another organization is told of as one that is not there, whatever its id; the others are told."""
        anna = shop.add(fields=EMAIL).sub_account.id
        nobody = SubAccountId(organization=shop.id, value="nobody")
        theirs = evolve(anna, organization=OrganizationId(value="umbrella"))
        lines = told(shop, nobody, theirs, anna)
        assert [("not_found", False), ("not_found", False), (None, True)] == [(each.why, each.sent) for each in lines]
        assert 1 == len(notices(shop))

    def test_somebody_out_of_reach(self, shop: Shop) -> None:
        """Who acts by a role over a department tells its people; of others it hears that it must not, person by person."""
        making = MakeDepartment(actor=shop.admin, organization=shop.id, name="Office")
        office = shop.handle(making).department
        anna = shop.add("anna", fields={**EMAIL, "departments": {office}}).sub_account.id
        boris = shop.add("boris", fields={"email": "boris@shop.example"}).sub_account.id
        head = HostUser.administrator("head", of=office)
        send = SendActivation(actor=head, organization=shop.id, selection=Selection(people=(boris, anna)))
        lines = {each.sub_account: (each.why, each.sent) for each in shop.handle(send).lines}
        assert {boris: ("not_allowed", False), anna: (None, True)} == lines

    def test_without_any_reach(self, shop: Shop) -> None:
        """Whoever may tell nobody here is refused as a whole, and not person by person."""
        anna = shop.add(fields=EMAIL).sub_account.id
        for actor in (HostUser.moderator("mod", of=shop.id), System(name="worker")):
            send = SendActivation(actor=actor, organization=shop.id, selection=Selection(people=(anna,)))
            assert isinstance(shop.refused(send), NotAllowed)

    @pytest.mark.parametrize("selection", [Selection(), Selection(people=())])
    def test_where_nobody_waits(self, shop: Shop, selection: Selection) -> None:
        """Of an organization where nobody waits no more is told to whom may tell nobody there, and what is not there is not found."""
        nowhere = OrganizationId(value="nowhere")
        make = MakeDepartment(actor=shop.admin, organization=shop.id, name="Office")
        office = shop.handle(make).department
        for actor in (shop.admin, HostUser.administrator("head", of=office)):
            send = SendActivation(actor=actor, organization=shop.id, selection=selection)
            assert () == shop.handle(send).lines
            elsewhere = evolve(send, organization=nowhere)
            assert isinstance(shop.refused(elsewhere), NotAllowed)
        for moderator in (HostUser.moderator("mod", of=shop.id), HostUser(id="nobody"), System(name="worker")):
            send = SendActivation(actor=moderator, organization=shop.id, selection=selection)
            assert isinstance(shop.refused(send), NotAllowed)
        founder = HostUser.administrator("founder", of=nowhere)
        send = SendActivation(actor=founder, organization=nowhere, selection=selection)
        assert "organization" == getattr(shop.refused(send), "what", None)

    @pytest.mark.parametrize("selection", [Selection(limit=0), Selection(limit=501)])
    def test_too_many(self, shop: Shop, selection: Selection) -> None:
        """A page has between one and 500 people."""
        refusal = shop.refused(SendActivation(actor=shop.admin, organization=shop.id, selection=selection))
        assert isinstance(refusal, TooMany)
        assert 500 == refusal.limit

    def test_a_search(self, shop: Shop) -> None:
        """A search narrows whom is told, and one that cannot be one is refused."""
        shop.add("anna", fields=EMAIL)
        shop.add("boris", fields={"email": "boris@shop.example"})
        send = SendActivation(actor=shop.admin, organization=shop.id, selection=Selection(search="bor"))
        assert ["boris"] == [line.login for line in shop.handle(send).lines]
        refusal = shop.refused(evolve(send, selection=Selection(search="a\x00")))
        assert isinstance(refusal, InvalidValue)

    def test_the_same_request_twice(self, shop: Shop) -> None:
        """The same click twice tells once and answers the same."""
        anna = shop.add(fields=EMAIL).sub_account.id
        send = SendActivation(
            actor=shop.admin, organization=shop.id, selection=Selection(people=(anna,)), request_id="click"
        )
        assert shop.handle(send) == shop.handle(send)
        assert 1 == len(notices(shop))

    def test_a_dry_run_is_of_the_moment(self, shop: Shop) -> None:
        """What would be told is kept under no request id: it is shown as it is now, and the id is left for the sending."""
        anna = shop.add().sub_account.id
        selection = Selection(people=(anna,))
        dry = SendActivation(actor=shop.admin, organization=shop.id, selection=selection, dry=True, request_id="click")
        before = shop.stored()
        assert ["not_reachable"] == [line.why for line in shop.handle(dry).lines]
        assert before == shop.stored()
        shop.handle(EditPerson(actor=shop.admin, sub_account=anna, fields=EMAIL))
        assert [True] == [line.sent for line in shop.handle(dry).lines]
        send = evolve(dry, dry=False)
        assert shop.handle(send) == shop.handle(send)
        assert 1 == len(notices(shop))

    def test_an_address_that_changed(self, shop: Shop) -> None:
        """An administrator who mends the address kills the link that went to the wrong one."""
        anna = shop.add(fields=EMAIL).sub_account.id
        told(shop, anna)
        shop.handle(EditPerson(actor=shop.admin, sub_account=anna, fields={"email": "anna@right.example"}))
        assert shop.credential(anna).code is None
        assert AskAdministrator(why="no_code") == shop.begin()

    def test_an_unproven_contact(self, shop: Shop) -> None:
        """What a person gave itself and has not proven is no way to reach it."""
        anna = shop.claimed(fields=None).sub_account
        row = shop.row(anna)
        mine = Supplied(value=Email.parse("me@home.example"), by=Supplier.PERSON, at=shop.clock())
        profile = Profile(values={**row.sub_account.profile.values, "email": mine})
        shop.repository._records[anna] = evolve(row.sub_account, profile=profile)
        shop.handle(ResetPassword(actor=shop.admin, sub_account=anna))
        assert [Channel.SLIP] == [line.channel for line in told(shop, anna)]


class TestPolicy:
    """How an organization tells its people is a value that cannot be wrong."""

    @pytest.mark.parametrize(
        "given",
        [
            {"sms_form": Form.SLIP},
            {"link_lasts": timedelta(days=31)},
            {"link_lasts": timedelta(seconds=59)},
            {"code_lasts": timedelta(minutes=11)},
            {"code_lasts": timedelta(0)},
        ],
    )
    def test_what_cannot_be(self, given: dict[str, Any]) -> None:
        """A slip is not sent, no link outlives 30 days, no typed code ten minutes (OWASP ASVS 5.0 6.5.5)."""
        with pytest.raises(ValueError, match="a "):
            ActivationPolicy(**given)

    def test_what_lasts_how_long(self) -> None:
        """A minute is the least, thirty days and ten minutes the most; a slip is not the organization's to shorten here."""
        minute, ten, month = timedelta(minutes=1), timedelta(minutes=10), timedelta(days=30)
        shortest = ActivationPolicy(link_lasts=minute, code_lasts=minute)
        longest = ActivationPolicy(link_lasts=month, code_lasts=ten)
        assert [minute, minute, month] == [shortest.lasts(form) for form in (Form.LINK, Form.CODE, Form.SLIP)]
        assert [month, ten, month] == [longest.lasts(form) for form in (Form.LINK, Form.CODE, Form.SLIP)]

    def test_what_is_no_language(self) -> None:
        """A language that was built and not parsed is parsed here: every message is to be in it."""
        with pytest.raises(InvalidValue) as refused:
            ActivationPolicy(language=Language(tag="no language"))
        assert "language" == refused.value.field

    @pytest.mark.parametrize(
        "given",
        [
            {"sms_a_day": -1},
            {"emails_a_day": -1},
            {"sms_countries": frozenset({"+45"})},
            {"sms_countries": frozenset({"\u0664\u0665"})},
            {"sms_countries": frozenset({"4500"})},
        ],
    )
    def test_what_no_budget_is(self, given: dict[str, Any]) -> None:
        """A budget is not negative, and a calling code is digits."""
        with pytest.raises(ValueError, match="a "):
            MessageBudget(**given)

    def test_a_change_is_told_once(self, shop: Shop) -> None:
        """Changing to what is already so writes nothing."""
        change(shop, BY_ITSELF)
        before = shop.stored()
        change(shop, BY_ITSELF)
        assert before == shop.stored()
        assert shop.organization == shop.repository.organization(shop.id)
        assert [ActivationSwitched(automatic=("by_hand",))] == shop.happened(ActivationSwitched)

    def test_a_moderator(self, shop: Shop) -> None:
        """Only an administrator, or the system, changes how people are told, and only an administrator tells them."""
        moderator = HostUser(id="mod", grants=frozenset({Grant(role=Role.MODERATOR, scope=shop.id)}))
        for command in (
            ChangeActivation(actor=moderator, organization=shop.id, activation=BY_ITSELF),
            SendActivation(actor=moderator, organization=shop.id, selection=Selection()),
        ):
            assert isinstance(shop.refused(command), NotAllowed)


def test_a_person_added_is_what_it_was(shop: Shop) -> None:
    """A link that is out makes no other answer than one without a code to hand over."""
    change(shop, BY_ITSELF)
    added = shop.add(fields=EMAIL)
    assert isinstance(added, AddedPerson)
    assert added.sub_account == shop.person(added.sub_account.id)
