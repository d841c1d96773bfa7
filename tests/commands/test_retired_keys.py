"""What the key ring takes away, signing in does without: codes of a retired key, and keys that cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest
from attrs import evolve

from subaccounts import (
    AskAdministrator,
    Authenticated,
    ChangePassword,
    ClaimSlips,
    CompleteFields,
    EnterLoginAndProof,
    FollowLink,
    Form,
    GrantCode,
    KeyRing,
    LapsePolicy,
    PeekLink,
    Purpose,
    ReadPerson,
    RedeemCode,
    RedeemLink,
    RequestReset,
    Secret,
    Selection,
    SignedIn,
    State,
    SubAccountId,
    SubAccounts,
    VoidCode,
)
from subaccounts.domain import codes, link
from subaccounts.domain.decision import Batch
from subaccounts.domain.password import PasswordHash
from subaccounts.errors import KeyRingFailed, LinkRefused, NotAllowed
from tests.commands.messages import BY_ITSELF, EMAIL, PHONE, says, sells_sms
from tests.commands.shop import OTHER_PASSWORD, PASSWORD, Shop, code_of


def retire_the_present_key(shop: Shop) -> None:
    """Rotate the ring and retire the key before, with which all codes that are out were made."""
    before = shop.keys.current
    shop.keys.rotate(now=shop.clock())
    shop.keys.retire(before)


class Heard:
    """Be a key ring that writes down for what it derived, or cannot derive codes."""

    def __init__(self, keys: KeyRing, *, fails: bool) -> None:
        self._keys, self._fails, self.passes = keys, fails, False
        self.derived: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._keys, name)

    def derive(self, *, purpose: str, parts: Sequence[str], key: str | None = None) -> bytes:
        """Derive, or fail as a ring whose file cannot be read."""
        if self._fails and purpose == codes.PURPOSE:
            self._fails = not self.passes
            raise KeyRingFailed(problem="unreadable", detail="portal.keys")
        derived = self._keys.derive(purpose=purpose, parts=parts, key=key)
        self.derived.append(purpose)
        return derived


def heard(shop: Shop, *, fails: bool = False) -> Heard:
    """Put an ear, or a fault, between the shop and its keys."""
    ring = Heard(shop.keys, fails=fails)
    shop.subs = SubAccounts(
        repository=shop.repository,
        keys=cast("Any", ring),
        host_accounts=shop.hosts,
        subscriptions=shop.subscriptions,
        hasher=shop.hasher,
        clock=shop.clock,
        entropy=shop.entropy,
    )
    return ring


def work(shop: Shop, proof: Secret) -> tuple[int, int]:
    """Sign in and return how many hashes and derivations it took."""
    ring = heard(shop)
    shop.hasher.reset()
    shop.sign_in("anna", proof)
    return shop.hasher.work, len(ring.derived)


class TestRetired:
    """Retiring a key kills the codes it made, as a wrong code is refused and not as a fault."""

    def test_nobody_is_asked_for_a_code_of_a_retired_key(self) -> None:
        """Inside, who waits is led to its administrator, as with a code that expired, and claims nothing with the dead one."""
        shop = Shop()
        added = shop.add()
        assert isinstance(shop.begin(), CompleteFields)
        retire_the_present_key(shop)
        no_code = AskAdministrator(why="no_code")
        assert [no_code] * 3 == [shop.begin(), shop.sign_in("anna", code_of(added)), shop.complete(code=code_of(added))]
        assert State.WAITING is shop.person(added.sub_account.id).state

    def test_nobody_is_sent_to_a_link_of_a_retired_key(self, shop: Shop) -> None:
        """Nor is who was sent a link: it is dead."""
        says(shop, BY_ITSELF)
        shop.add(fields={"email": EMAIL})
        assert FollowLink() == shop.begin()
        retire_the_present_key(shop)
        assert AskAdministrator(why="no_code") == shop.begin()

    def test_nothing_tells_who_waits(self) -> None:
        """Outside, who waits with a dead code and who does not exist are answered alike."""
        shop = Shop()
        added = shop.add()
        retire_the_present_key(shop)
        waiting = shop.sign_in("anna", code_of(added), door=shop.outside)
        assert EnterLoginAndProof(refused=True) == waiting == shop.sign_in("nobody", PASSWORD, door=shop.outside)

    def test_what_stands_in_for_a_dead_code_is_none(self) -> None:
        """The digest that is made in place of a dead code is nobody's code, also for who could calculate it."""
        shop = Shop()
        shop.add()
        retire_the_present_key(shop)
        standing_in = codes.text(shop.keys.derive(purpose=codes.PURPOSE, parts=("", "", "")))
        assert AskAdministrator(why="no_code") == shop.complete(code=Secret(standing_in))

    @pytest.mark.parametrize("sent", [False, True])
    def test_what_stands_in_for_a_forgotten_password_is_none(self, shop: Shop, sent: bool) -> None:
        """So it is with the code of a forgotten password, which was sent under a dead key, or to nobody."""
        me = shop.claimed(fields={"email": EMAIL, "phone": PHONE})
        if sent:
            sells_sms(shop)
            says(shop, sms_form=Form.CODE)
            shop.handle(RequestReset(door=shop.outside, login="anna"))
        retire_the_present_key(shop)
        like = link.purpose_of(Purpose.RECOVERY, Form.CODE)
        standing_in = Secret(codes.text(shop.keys.derive(purpose=like, parts=("", "", ""))))
        command = RedeemCode(door=shop.outside, login="anna", code=standing_in, password=Secret(OTHER_PASSWORD))
        assert EnterLoginAndProof(refused=True) == shop.handle(command)
        assert me.sub_account == shop.enter().sub_account

    def test_what_stands_in_for_a_dead_link_is_none(self, shop: Shop) -> None:
        """So it is with a link, whose page shows nothing and whose redemption changes nothing."""
        me = shop.claimed(fields={"email": EMAIL})
        shop.handle(RequestReset(door=shop.outside, login="anna"))
        proof = shop.credential(me.sub_account).recovery
        assert proof is not None
        retire_the_present_key(shop)
        like = link.purpose_of(Purpose.RECOVERY, Form.LINK)
        digest = shop.keys.derive(purpose=like, parts=("", "", ""))
        ref = proof.ref(purpose=Purpose.RECOVERY, owner=me.sub_account.value)
        standing_in = Secret(link.text(ref, digest, organization=shop.id))
        for command in (PeekLink(link=standing_in), RedeemLink(link=standing_in, password=Secret(OTHER_PASSWORD))):
            assert isinstance(shop.refused(command), LinkRefused)
        assert me.sub_account == shop.enter().sub_account

    def test_the_same_work_is_done(self) -> None:
        """A code of a retired key costs one hash and as many derivations that succeed as a living one."""
        shop = Shop()
        added = shop.add()
        living = work(shop, code_of(added))
        retire_the_present_key(shop)
        assert (1, 3) == living == work(shop, code_of(added))

    def test_a_slip_of_a_retired_key_is_put_out_anew(self, shop: Shop) -> None:
        """It stops no page of slips: whose slip is dead gets another, and what is alive is printed again as it is."""
        anna = shop.add()
        shop.add("boris", fields={"email": EMAIL})
        shop.handle(
            GrantCode(actor=shop.admin, sub_account=shop.add("carla").sub_account.id, code=Secret("paper-2026-a"))
        )
        retire_the_present_key(shop)
        dora = shop.add("dora")
        command = ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection())
        printed, again = (
            {slip.code.login: slip.code.code.reveal() for slip in shop.handle(command).slips} for _ in "12"
        )
        assert ["anna", "boris", "carla", "dora"] == list(printed)
        assert code_of(dora).reveal() == printed["dora"]
        assert code_of(anna).reveal() != printed["anna"]
        assert again == printed
        for login, code in printed.items():
            assert isinstance(shop.complete(login, code=Secret(code)), Authenticated)

    def test_a_new_code_is_made_under_the_new_key(self) -> None:
        """A person added after the rotation claims with a code of the new key."""
        shop = Shop()
        retire_the_present_key(shop)
        assert shop.claimed().sub_account == shop.enter().sub_account


def test_a_rotated_key_still_reads_its_codes() -> None:
    """A rotation alone kills nothing: codes that are out are derived with the key they were made with."""
    shop = Shop()
    added = shop.add()
    shop.keys.rotate(now=shop.clock())
    assert isinstance(shop.complete(code=code_of(added)), Authenticated)


def test_a_rotated_key_still_reads_what_somebody_chose(shop: Shop) -> None:
    """So are codes that somebody chose."""
    anna = shop.add().sub_account.id
    chosen = Secret("paper-2026-a")
    shop.handle(GrantCode(actor=shop.admin, sub_account=anna, code=chosen))
    shop.keys.rotate(now=shop.clock())
    assert isinstance(shop.complete(code=chosen), Authenticated)


def test_nothing_that_is_typed_is_a_link(shop: Shop) -> None:
    """Whose link is out claims by nothing that is typed, though it were derived from the link's own id."""
    says(shop, BY_ITSELF)
    anna = shop.add(fields={"email": EMAIL}).sub_account
    code = shop.credential(anna.id).code
    assert code is not None
    parts = codes.parts(anna.id, code)
    typed = Secret(codes.text(shop.keys.derive(purpose=codes.PURPOSE, parts=parts, key=code.key)))
    assert FollowLink() == shop.complete(code=typed)
    assert State.WAITING is shop.person(anna.id).state


class Peppered:
    """Be a hasher whose hashes are all mixed with one key, and that misses a key when told to, after its work."""

    def __init__(self, hasher: Any, *, missing: str) -> None:
        self._hasher, self._missing = hasher, missing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hasher, name)

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        """Do the work, and fail as ours does where a key is not there."""
        self._hasher.matches(password=password, stored=stored)
        raise KeyRingFailed(problem="missing", detail=self._missing)


class TestPeppers:
    """A password that was mixed with a retired key tells nobody outside that it is there."""

    def missing(self, shop: Shop, key: str) -> SubAccountId:
        """Have somebody with a password under the key `old`, and a hasher that misses `key`."""
        self.subject = shop.claimed()
        anna = self.subject.sub_account
        credential = shop.credential(anna)
        assert credential.password is not None
        mixed = evolve(credential, password=evolve(credential.password, pepper="old"))
        shop.repository.commit(Batch(organization=shop.id, puts=(mixed,)))
        shop.hasher = cast("Any", Peppered(shop.hasher, missing=key))
        shop.subs = shop.facade()
        return anna

    def test_outside_it_is_a_wrong_one(self) -> None:
        """Also the right password is refused and counted there, as anybody's wrong one."""
        shop = Shop()
        anna = self.missing(shop, "old")
        assert EnterLoginAndProof(refused=True) == shop.sign_in("anna", Secret(PASSWORD), door=shop.outside)
        assert 1 == shop.credential(anna).attempts.in_a_row

    def test_inside_the_operator_hears_of_it(self) -> None:
        """Inside it is a fault, and no mistake of the person's."""
        shop = Shop()
        anna = self.missing(shop, "old")
        with pytest.raises(KeyRingFailed):
            shop.sign_in("anna", Secret(PASSWORD))
        assert 0 == shop.credential(anna).attempts.in_a_row

    def test_who_is_signed_in_hears_of_it_too(self) -> None:
        """Who changes its password has passed every door, and nothing is hidden from it."""
        shop = Shop()
        self.missing(shop, "old")
        subject = self.subject
        with pytest.raises(KeyRingFailed):
            shop.handle(ChangePassword(subject=subject, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD)))

    @pytest.mark.parametrize(("login", "key"), [("anna", "another"), ("nobody", "old")])
    def test_a_ring_that_fails_is_a_fault(self, login: str, key: str) -> None:
        """What fails for another reason than the row's own key is nobody's wrong password, at no door."""
        shop = Shop()
        self.missing(shop, key)
        with pytest.raises(KeyRingFailed):
            shop.sign_in(login, Secret(PASSWORD), door=shop.outside)


class TestUnreadable:
    """A ring that cannot derive is a fault of the deployment, and is told as one."""

    def test_a_fault_is_no_retired_key(self, shop: Shop) -> None:
        """When the file of keys is broken, no slip is put out in place of one that is alive."""
        shop.add()
        heard(shop, fails=True)
        before = shop.stored()
        with pytest.raises(KeyRingFailed):
            shop.handle(ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection()))
        assert before == shop.stored()

    @pytest.mark.parametrize("voided", [False, True])
    def test_a_fault_that_passes_is_no_retired_key(self, shop: Shop, voided: bool) -> None:
        """When the file of keys cannot be read just once, the page fails for who waits, with a code and without one."""
        anna = shop.add().sub_account.id
        if voided:
            shop.handle(VoidCode(actor=shop.admin, sub_account=anna))
        heard(shop, fails=True).passes = True
        with pytest.raises(KeyRingFailed):
            shop.handle(ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection()))

    @pytest.mark.parametrize("login", ["anna", "boris", "nobody"])
    def test_a_fault_is_no_wrong_code(self, login: str) -> None:
        """When the file of keys is broken, nobody is told that the code was wrong: waiting, active or unknown."""
        shop = Shop()
        added = shop.add("anna")
        shop.claimed("boris")
        heard(shop, fails=True)
        with pytest.raises(KeyRingFailed):
            shop.sign_in(login, code_of(added))


class TestLapse:
    """Where a lapse blocks, a person acts while the subscription runs."""

    def test_a_person_acts_until_the_lapse(self) -> None:
        """The same command is allowed while it is paid, refused from the lapse on, allowed again when renewed."""
        shop = Shop(lapse=LapsePolicy.BLOCKED)
        subject = shop.claimed()
        reading = ReadPerson(actor=SignedIn(subject=subject), sub_account=subject.sub_account)
        assert shop.person(subject.sub_account) == shop.handle(reading)
        shop.subscriptions.lapse(shop.id, at=shop.clock())
        assert isinstance(shop.refused(reading), NotAllowed)
        shop.subscriptions.renew(shop.id)
        assert shop.person(subject.sub_account) == shop.handle(reading)
