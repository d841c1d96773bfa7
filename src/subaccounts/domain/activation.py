"""How an organization tells its people: who is told by itself, how long proofs live, what messages can cost.

Which way one person is told is `contacts`, what it is told is `tellings`.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Final, final

from attrs import field, frozen

from .channel import Channel
from .language import Language
from .phone import Phone, is_country
from .proof import LASTS, Form

LONGEST_LINK_LIFE: Final = timedelta(days=30)
"""No link outlives a slip."""


class Way(Enum):
    """How a person came to be; each is told by itself or by hand, as the organization says."""

    BY_HAND = "by_hand"
    SPREADSHEET = "spreadsheet"
    DIRECTORY = "directory"
    SIGN_UP = "sign_up"


@final
@frozen(kw_only=True)
class MessageBudget:
    """Bound what an organization sends without having asked for it.

    `sms_a_day` and `emails_a_day` count the messages of sign-ups and forgotten passwords of one UTC day, and of SMS also
    those that prove a changed phone; `None` is without end. `sms_countries` lists the countries of numbers that a stranger or a
    person names itself, by what they begin with: empty means none, because premium numbers are how SMS are stolen. Of the
    shared codes two are split, and each country there is listed by itself: `"1"` is the United States and Canada alone and
    `"1876"` Jamaica, `"7"` is Russia and `"76"` and `"77"` Kazakhstan. Every other code is whole: `"44"` also reaches
    Jersey, Guernsey, the Isle of Man and the personal numbers of +44 70, `"39"` the Vatican, `"262"` Mayotte, `"599"`
    Curacao. What an administrator or directory entered is not asked for its country. Raises `ValueError` for a negative
    limit, and for what no number begins with.
    """

    sms_a_day: int | None = 200
    emails_a_day: int | None = 2000
    sms_countries: frozenset[str] = frozenset()

    def __attrs_post_init__(self) -> None:
        limits = [limit for limit in (self.sms_a_day, self.emails_a_day) if limit is not None]
        if any(limit < 0 for limit in limits):
            raise ValueError("a budget is not negative")
        if not all(map(is_country, self.sms_countries)):
            raise ValueError(
                "a country is a calling code as ITU-T assigned it, or a part of the 1 or the 7 such as 1876"
            )

    def reaches(self, phone: Phone, /) -> bool:
        """Tell whether an SMS goes to a number that a stranger or a person named itself."""
        return phone.country in self.sms_countries


@final
@frozen(kw_only=True)
class ActivationPolicy:
    """Hold how an organization tells its people.

    `automatic` lists the ways of creation after which people are told at once; after the others an administrator sends.
    `sso_told` also tells who comes by a company account. `sms_form` is what an activation by SMS carries, a link or a code.
    `link_lasts` and `code_lasts` count from the moment a message is first taken to be sent; a slip's life is the
    registration policy's. `language` is for people who have none of their own. Raises `ValueError` for what cannot work,
    `InvalidValue` for what is no language.
    """

    automatic: frozenset[Way] = frozenset()
    sso_told: bool = False
    sms_form: Form = Form.LINK
    link_lasts: timedelta = LASTS[Form.LINK]
    code_lasts: timedelta = LASTS[Form.CODE]
    language: Language = field(default=Language(tag="en"))
    budget: MessageBudget = MessageBudget()

    def __attrs_post_init__(self) -> None:
        Language.parse(self.language.tag)  # an organization is written by hand, and read with every sign-in
        if self.sms_form is Form.SLIP:
            raise ValueError("a message carries a link or a code")
        if not timedelta(minutes=1) <= self.link_lasts <= LONGEST_LINK_LIFE:
            raise ValueError("a link lasts between a minute and 30 days")
        if not timedelta(minutes=1) <= self.code_lasts <= LASTS[Form.CODE]:
            raise ValueError("a code typed from a message lasts between one minute and ten")

    def lasts(self, form: Form, /) -> timedelta:
        """Return how long a proof of this form lives once its life has begun; a slip's is its longest."""
        return {Form.LINK: self.link_lasts, Form.CODE: self.code_lasts, Form.SLIP: LASTS[Form.SLIP]}[form]

    def form(self, channel: Channel, /) -> Form:
        """Return what an activation carries on a channel."""
        return self.sms_form if channel is Channel.SMS else Form.LINK
