"""The form an account offers: who can switch it, what it can ask and give, where it is shown. Stories."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    CloseAccount,
    Door,
    EnterLogin,
    EnterLoginAndProof,
    FieldRule,
    HostAccount,
    Kind,
    MakeDepartment,
    MakeJobProfile,
    MakePermissionType,
    OpenAccount,
    PreviewPolicySwitch,
    RegistrationPolicy,
    RetireCatalogEntry,
    SignUpBy,
    SignUpField,
    SignUpForm,
    Supplier,
    SwitchPolicy,
    SwitchSignUp,
)
from subaccounts.domain.activation_events import SignUpSwitched
from subaccounts.domain.ids import DepartmentId
from subaccounts.errors import FieldRefused, FieldsMissing, InvalidValue, NotOffered, WrongState
from tests.commands.sign_ups import BY_EMAIL, BY_PHONE, OpenShop


def switching(shop: OpenShop, form: SignUpForm | None) -> SwitchSignUp:
    """Return the command that offers a form."""
    return SwitchSignUp(actor=shop.admin, account=shop.account.id, form=form)


def complete(shop: OpenShop, **changes: Any) -> SignUpForm:
    """Return a form that leaves complete records."""
    made = {
        "departments": MakeDepartment(actor=shop.admin, organization=shop.id, name="Sales"),
        "job_profile": MakeJobProfile(actor=shop.admin, organization=shop.id, name="Seller"),
        "permission_types": MakePermissionType(actor=shop.admin, organization=shop.id, name="Till"),
    }
    ids: dict[str, Any] = {name: shop.handle(command).id for name, command in made.items()}
    form = SignUpForm(
        fields=tuple(SignUpField(name=name) for name in ("given_name", "family_name", "language")),
        permission_types=frozenset({ids["permission_types"]}),
        job_profile=ids["job_profile"],
        departments=frozenset({ids["departments"]}),
    )
    return evolve(form, **changes)


class TestShowing:
    """A form is offered on the first step of the sign-in page, and nowhere else."""

    def test_it_is_on_the_first_step_at_both_doors(self) -> None:
        """Given a form, when a page asks what to show first, then the form is among its offers, inside and outside."""
        shop = OpenShop()
        inside, outside = shop.begin(None, door=shop.inside), shop.begin(None, door=shop.outside)
        assert isinstance(inside, EnterLogin)
        assert isinstance(outside, EnterLoginAndProof)
        assert BY_EMAIL == inside.offers.sign_up == outside.offers.sign_up

    def test_nobody_is_offered_what_is_not_there(self) -> None:
        """Given no form, or one that was withdrawn, or a closed account, then a page has nothing to offer."""
        shop = OpenShop(None)
        nothing = repr(EnterLoginAndProof())
        assert nothing == repr(shop.begin(None, door=shop.outside))
        shop.offer(BY_EMAIL)
        shop.offer(None)
        assert nothing == repr(shop.begin(None, door=shop.outside))
        shop.offer(BY_EMAIL)
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        assert nothing == repr(shop.begin(None, door=shop.outside))

    def test_another_account_offers_nothing(self) -> None:
        """A form is one account's: the next one under the same organization offers nothing, and neither does the whole."""
        shop = OpenShop()
        other = shop.open("shop-2")
        assert repr(EnterLoginAndProof()) == repr(shop.begin(None, door=Door.outside(other.id)))
        assert repr(EnterLoginAndProof()) == repr(shop.begin(None, door=Door.outside(shop.id)))

    def test_switching_is_an_event(self) -> None:
        """Offering and withdrawing are told, and saying again what is so already is nothing that happened."""
        shop = OpenShop(None)
        for form in (BY_EMAIL, BY_EMAIL, None, None):
            shop.offer(form)
        assert [SignUpSwitched(offered=True), SignUpSwitched(offered=False)] == shop.happened(SignUpSwitched)

    def test_the_account_is_answered_as_it_is_stored(self) -> None:
        """Whoever switches the form is answered the account with it, in the version that is stored now."""
        shop = OpenShop(None)
        for form in (BY_EMAIL, BY_EMAIL, None):
            shop.offer(form)
            stored = shop.repository.account(shop.account.id)
            assert stored is not None
            assert (form, stored.account) == (shop.account.sign_up, shop.account)


class TestFitting:
    """No half record can come of a form: it gives or insists on everything that the policy requires."""

    def test_what_the_policy_requires_and_the_form_does_not_ask(self) -> None:
        """A form that leaves out a required field, or only allows it, is refused with every such field."""
        shop = OpenShop(None)
        bare = SignUpForm(fields=())
        allowed = evolve(BY_EMAIL, fields=(SignUpField(name="full_name"), SignUpField(name="position", required=False)))
        assert repr(FieldsMissing(fields=("full_name", "position"))) == repr(shop.refused(switching(shop, bare)))
        assert repr(FieldsMissing(fields=("position",))) == repr(shop.refused(switching(shop, allowed)))

    def test_a_complete_record_by_a_form(self) -> None:
        """A form that asks for names and language, and gives job, department and permission, fits the complete record."""
        shop = OpenShop(None, policy=RegistrationPolicy.complete_record())
        form = complete(shop)
        for left_out in ("departments", "permission_types"):
            less: dict[str, Any] = {left_out: frozenset()}
            refused = shop.refused(switching(shop, evolve(form, **less)))
            assert repr(FieldsMissing(fields=(left_out,))) == repr(refused)
        assert repr(FieldsMissing(fields=("job_profile",))) == repr(
            shop.refused(switching(shop, evolve(form, job_profile=None)))
        )
        shop.offer(form)
        shop.offer(evolve(form, chosen=True))
        shop.offer(evolve(form, by=SignUpBy.USERNAME_AND_PHONE))

    def test_two_names_are_a_full_name(self) -> None:
        """Where a full name is required, given and family name will do, as they do in any record."""
        shop = OpenShop(None)
        rules = {**shop.account.policy.fields, **dict.fromkeys(("given_name", "family_name"), rule())}
        shop.handle(
            SwitchPolicy(
                actor=shop.admin, account=shop.account.id, policy=RegistrationPolicy(name="names", fields=rules)
            )
        )
        names = tuple(SignUpField(name=name) for name in ("given_name", "family_name", "position"))
        shop.offer(evolve(BY_EMAIL, fields=names))

    @pytest.mark.parametrize(
        ("field", "form"),
        [
            ("given_name", evolve(BY_EMAIL, fields=(*BY_EMAIL.fields, SignUpField(name="given_name")))),
            ("host:size", evolve(BY_EMAIL, fields=(*BY_EMAIL.fields, SignUpField(name="host:size", required=False)))),
        ],
    )
    def test_what_nobody_could_change_later(self, field: str, form: SignUpForm) -> None:
        """A field that the policy does not have is refused: no supplier could ever replace its value."""
        shop = OpenShop(None)
        assert repr(FieldRefused(field=field, why="unknown")) == repr(shop.refused(switching(shop, form)))

    def test_a_policy_without_the_contact_or_the_kind(self) -> None:
        """What the form gives has to be in the policy too: the contact, and the kind where people come from outside."""
        fields = dict.fromkeys(("full_name", "position", "email"), rule())
        shop = OpenShop(None, policy=RegistrationPolicy(name="narrow", fields=fields))
        shop.offer(BY_EMAIL)
        assert repr(FieldRefused(field="phone", why="unknown")) == repr(shop.refused(switching(shop, BY_PHONE)))
        outsiders = evolve(BY_EMAIL, kind=Kind.EXTERNAL)
        assert repr(FieldRefused(field="kind", why="unknown")) == repr(shop.refused(switching(shop, outsiders)))

    def test_a_policy_that_the_form_does_not_fit(self) -> None:
        """Given a form, when a policy is chosen that requires more, then the switch is refused, its preview too."""
        shop = OpenShop()
        more = RegistrationPolicy.complete_record()
        switch = SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=more)
        look = PreviewPolicySwitch(actor=shop.admin, account=shop.account.id, policy=more)
        lacking = ("given_name", "family_name", "job_profile", "departments", "permission_types", "language")
        missing = repr(FieldsMissing(fields=tuple(name for name in more.fields if name in lacking)))
        assert missing == repr(shop.refused(switch)) == repr(shop.refused(look))
        shop.offer(None)
        shop.handle(switch)

    def test_an_account_that_opens_again_offers_nothing(self) -> None:
        """Given a closed account with a form, when it opens again with another policy, then nobody signs up until it is said."""
        shop = OpenShop()
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        assert isinstance(shop.refused(switching(shop, None)), WrongState)
        again = OpenAccount(
            actor=shop.admin,
            organization=shop.id,
            host=HostAccount(system="crm", id="shop-1"),
            name="Again",
            policy=RegistrationPolicy.complete_record(),
        )
        assert shop.handle(again).sign_up is None


def rule() -> FieldRule:
    """Return a rule of a field that the administrator gives."""
    return FieldRule(suppliers=(Supplier.ADMINISTRATOR,))


class TestNaming:
    """What a form names is there, and is looked at again when it is given."""

    def test_catalog_entries(self) -> None:
        """An entry of nobody's, another organization's and a retired one are refused; one that is there is not."""
        shop = OpenShop(None)
        gone = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="Gone")).department
        shop.handle(RetireCatalogEntry(actor=shop.admin, entry=gone))
        nowhere = DepartmentId(organization=shop.id, value="nowhere")
        abroad = evolve(nowhere, organization=evolve(shop.id, value="abroad"))
        for id, why in ((gone, "retired"), (nowhere, "unknown"), (abroad, "unknown")):  # noqa: A001 - the id of a record
            form = evolve(BY_EMAIL, departments=frozenset({id}))
            assert repr(FieldRefused(field="departments", why=why)) == repr(shop.refused(switching(shop, form)))
            chosen = evolve(form, chosen=True)
            assert repr(FieldRefused(field="departments", why=why)) == repr(shop.refused(switching(shop, chosen)))

    def test_an_entry_that_retires_meanwhile(self) -> None:
        """When a department is retired while a form with it is being switched, then the form is judged again, and refused."""
        shop = OpenShop(None)
        sales = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="Sales")).department
        shop.meanwhile(lambda: shop.handle(RetireCatalogEntry(actor=shop.admin, entry=sales)))
        with pytest.raises(FieldRefused) as refused:
            shop.handle(switching(shop, evolve(BY_EMAIL, departments=frozenset({sales}))))
        assert ("departments", "retired") == (refused.value.field, refused.value.why)

    def test_choices_are_kept_as_values_are(self) -> None:
        """A choice is stored as the value it becomes, once; what could be no value is refused by its field."""
        shop = OpenShop(None)

        def asking(name: str, *choices: str) -> SignUpForm:
            return evolve(BY_EMAIL, fields=(*BY_EMAIL.fields[:1], SignUpField(name=name, choices=choices)))

        shop.offer(asking("position", " Cashier", "Cashier", "Store  keeper"))
        offered = shop.account.sign_up
        assert offered is not None
        assert ("Cashier", "Store keeper") == offered.fields[1].choices
        problem = InvalidValue(field="position", problem="control")
        assert repr(problem) == repr(shop.refused(switching(shop, asking("position", "Cash\nier"))))

    def test_sms_that_nobody_bought(self) -> None:
        """A form by phone needs SMS that were bought; one by e-mail does not."""
        shop = OpenShop(None)
        shop.subscriptions.sell(shop.id, evolve(shop.subscriptions.current(shop.id), sms=False))
        assert repr(NotOffered(what="sms")) == repr(shop.refused(switching(shop, BY_PHONE)))
        shop.offer(BY_EMAIL)
