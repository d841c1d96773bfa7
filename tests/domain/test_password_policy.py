"""Choosing a password: lengths, unknown characters, common ones, one's own data, and nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from subaccounts.domain.password_policy import Blocklist, PasswordPolicy, canonical, is_personal, normalized
from subaccounts.domain.secret import Secret
from subaccounts.errors import PasswordRefused

POLICY = PasswordPolicy()
NONE: Blocklist = frozenset[str]()
ANNA = ("anna.ivanova", "Anna Ivanova", "anna.ivanova@shop.example", "+380501234567", "Øst & Søn", "kassa10", "Anan")
LONG = "vXq3!k9#Lm2@pR7$"
known_text = st.text(st.characters(exclude_categories=["Cs", "Cn"]), min_size=15, max_size=256)


def refused(
    text: str,
    *,
    policy: PasswordPolicy = POLICY,
    personal: Collection[str] = (),
    blocklist: Blocklist = NONE,
    second_factor: bool = False,
) -> tuple[str, int | None] | None:
    """Return the reason and limit of the refusal, or None when the password was accepted."""
    try:
        policy.check(Secret(text), personal=personal, blocklist=blocklist, second_factor=second_factor)
    except PasswordRefused as refusal:
        return refusal.reason, refusal.limit
    return None


class TestLength:
    """Length is counted in code points, and comes first."""

    @pytest.mark.asvs("6.2.1")
    @pytest.mark.parametrize(
        ("length", "expected"),
        [
            (0, ("too_short", 15)),
            (14, ("too_short", 15)),
            (15, None),
            (64, None),
            (256, None),
            (257, ("too_long", 256)),
        ],
    )
    def test_alone(self, length: int, expected: tuple[str, int] | None) -> None:
        """The only proof has 15 to 256 characters."""
        assert expected == refused((LONG * 20)[:length])

    @pytest.mark.asvs("6.2.1")
    @pytest.mark.parametrize(
        ("length", "expected"), [(7, ("too_short", 8)), (8, None), (256, None), (257, ("too_long", 256))]
    )
    def test_beside_another_factor(self, length: int, expected: tuple[str, int] | None) -> None:
        """Beside another proven factor eight characters are enough."""
        assert expected == refused((LONG * 20)[:length], second_factor=True)

    def test_no_other_factor_is_assumed(self) -> None:
        """Where nobody says that another factor was proven, a password is the only proof."""
        with pytest.raises(PasswordRefused) as refusal:
            POLICY.check(Secret(LONG[:14]), personal=(), blocklist=NONE)
        assert ("too_short", 15) == (refusal.value.reason, refusal.value.limit)

    def test_counts_code_points_not_bytes(self) -> None:
        """Fifteen emoji are fifteen characters."""
        assert refused("🐝🌻🍯🐻🌲🏔️🌧️🌈🍄🦔🦊🪺") is not None
        assert refused("🐝🌻🍯🐻🌲🌧🌈🍄🦔🦊🪺🐸🐢🦉🐌") is None

    def test_counts_what_is_hashed(self) -> None:
        """Eight letters typed with their accents apart are eight, not sixteen."""
        assert ("too_short", 15) == refused("e\u0301" * 8)
        assert refused("e\u0301" * 15) is None

    def test_counts_what_is_typed(self) -> None:
        """Letters that NFC takes apart count as they were typed: fourteen are too few, though twenty-eight are hashed."""
        assert ("too_short", 15) == refused("\u0958" * 14)
        assert refused("\u0958\u0959\u095a\u095b\u095c" * 3) is None

    def test_comes_before_everything(self) -> None:
        """A long or short password is not compared with anything."""

        class Never:
            def __contains__(self, text: str, /) -> bool:
                pytest.fail("the list was asked")

        assert ("too_long", 256) == refused("\u0378" * 1024, blocklist=Never())
        assert ("too_short", 15) == refused("\u0378", blocklist=Never())

    @pytest.mark.asvs("6.2.9")
    @pytest.mark.parametrize(
        "lengths",
        [
            {"min_length": 7}, {"min_length": 0}, {"with_second_factor": 7}, {"min_length": 10, "with_second_factor": 11},
            {"max_length": 63}, {"max_length": 1025}, {"min_length": 100, "max_length": 99},
        ],
        ids=str,
    )  # fmt: skip
    def test_has_floors_and_a_ceiling(self, lengths: dict[str, int]) -> None:
        """A policy below 8, with a maximum outside 64 to 1,024, or upside down cannot be built."""
        with pytest.raises(ValueError, match="password"):
            PasswordPolicy(**lengths)

    @pytest.mark.parametrize("lengths", [{"min_length": 8}, {"max_length": 64}, {"max_length": 1024}], ids=str)
    def test_can_be_chosen_within_them(self, lengths: dict[str, int]) -> None:
        """The floors and the ceiling themselves can be chosen."""
        policy = PasswordPolicy(**lengths)
        assert refused("x" * policy.min_length, policy=policy) is None
        assert refused("x" * policy.max_length, policy=policy) is None


class TestText:
    """What a password is made of."""

    @pytest.mark.asvs("6.2.5")
    @given(known_text)
    def test_any_characters_will_do(self, text: str) -> None:
        """Every NFC text in the range, of characters that exist, is accepted and kept as it is."""
        text = unicodedata.normalize("NFC", text)
        assume(15 <= len(text) <= 256)
        assert text == POLICY.check(Secret(text), personal=(), blocklist=NONE).reveal()

    @given(known_text)
    def test_is_kept_in_nfc_and_not_otherwise_changed(self, text: str) -> None:
        """What comes back is the NFC form: no trimming, no folding, no cutting."""
        assume(len(unicodedata.normalize("NFC", text)) >= 15)
        kept = POLICY.check(Secret(text), personal=(), blocklist=NONE)
        assert unicodedata.normalize("NFC", text) == kept.reveal() == normalized(Secret(text))

    @pytest.mark.parametrize("letter", ["\u0378", "\uffff", "\U000e0fff", "\U0010ffff"])
    def test_unassigned_characters_are_refused(self, letter: str) -> None:
        """A character this Unicode does not know could normalize differently tomorrow."""
        assert ("unassigned", None) == refused(LONG + letter)

    @pytest.mark.parametrize("letter", ["\ue000", "\x00", "\u200d", "\t", " ", "\u202e"])
    def test_strange_ones_are_not(self, letter: str) -> None:
        """Private, control, invisible and white characters are assigned, and stay."""
        assert refused(LONG + letter) is None

    def test_the_refusal_does_not_repeat_it(self) -> None:
        """No refusal carries the password."""
        with pytest.raises(PasswordRefused) as caught:
            POLICY.check(Secret("hunter2"), personal=(), blocklist=NONE)
        assert "hunter2" not in str(caught.value) + repr(caught.value)


class TestCommon:
    """The list is asked about the whole password."""

    @pytest.mark.asvs("6.2.4")
    @pytest.mark.parametrize("text", ["correcthorsebattery", "CorrectHorseBattery", "ｃｏｒｒｅｃｔhorsebattery"])
    def test_the_whole_is_compared(self, text: str) -> None:
        """Case and width do not hide a common password."""
        assert ("common", None) == refused(text, blocklist={"correcthorsebattery"})

    @pytest.mark.parametrize("text", ["correcthorsebattery!", " correcthorsebattery", "my correcthorsebattery"])
    def test_a_part_is_not(self, text: str) -> None:
        """A password that contains a common one is another password (NIST SP 800-63B-4)."""
        assert refused(text, blocklist={"correcthorsebattery"}) is None

    def test_comes_before_personal(self) -> None:
        """Of two reasons the list's is told first."""
        assert ("common", None) == refused("annaivanova12345", personal=ANNA, blocklist={"annaivanova12345"})


class TestPersonal:
    """One's own data with a little decoration is refused."""

    @pytest.mark.asvs("6.2.11")
    @pytest.mark.parametrize(
        "text",
        [
            "anna.ivanova@shop.example", "ANNA.IVANOVA@SHOP.EXAMPLE", "Anna Ivanova 1987", "annaivanova2026!",
            "12345annaivanova", "!!anna.ivanova!!", "ivanova12345678", "anna-anna-anna-anna", "annaannaannaanna",
            "ＡＮＮＡ ivanova 2026", "anna_ivanova_____", "kassa1020262026", "kassa10!!!!!!!!", "380501234567380501234567",
            "+38 050 123-45-67", "øst søn øst søn", "ananananananananan", "ivanova1ivanova1",
            "ivanova1 ivanova1", "ØST & SØN 123456", "2026 ivanova ivanova 2026",
        ],
    )  # fmt: skip
    def test_is_refused(self, text: str) -> None:
        """Login, name, e-mail, phone and shop are refused, whole or a word of them, decorated or repeated."""
        assert ("personal", None) == refused(text, personal=ANNA)

    def test_an_address_gives_its_owner_away(self) -> None:
        """The part of an e-mail before its @ is known without its dots, even when no name is."""
        assert ("personal", None) == refused("annaivanova2026", personal=("anna.ivanova@shop.example",))

    @pytest.mark.parametrize(
        "text",
        [
            "correct horse anna battery",
            "anna likes ivanovas",
            "ivanova is my name",
            "xannaivanovax 2026",
            "123456789012345",
        ],
    )
    def test_a_part_is_not(self, text: str) -> None:
        """A password that merely contains one's data is not refused: substrings are not compared."""
        assert refused(text, personal=ANNA) is None

    @given(
        st.lists(st.text("anbyžøіЖשñ中é.- ", min_size=1, max_size=12), max_size=4),
        st.text("0123456789!.- ", max_size=6),
        st.integers(1, 4),
    )
    def test_no_decoration_hides_a_value(self, values: list[str], affix: str, times: int) -> None:
        """Whatever the value, repeated and with digits and punctuation around, it is found."""
        for value in values:
            assume(value[0].isalpha() and value[-1].isalpha())
            assert is_personal(canonical(affix + value * times + affix), personal=values)

    @pytest.mark.parametrize(("text", "value"), [("mariamaria2026", "Anna-Maria"), ("1anan1anan", "anan")])
    def test_a_word_of_a_value(self, text: str, value: str) -> None:
        """Words of a value end where letters do, also at a hyphen; a value that repeats itself is a value too."""
        assert is_personal(text, personal=(value,))

    @given(known_text)
    def test_empty_data_matches_nothing(self, text: str) -> None:
        """Fields that are empty, white or punctuation refuse nobody."""
        assert not is_personal(canonical(text + "x"), personal=("", " ", "--", "@", "12"))


class TestCanonical:
    """The form for comparing."""

    @given(st.text())
    def test_is_stable(self, text: str) -> None:
        """The canonical form of a canonical form is itself, and case does not change it."""
        assert canonical(text) == canonical(canonical(text))
