"""The words of every message, in English; paragraph by paragraph they are what the catalogs translate.

What belongs here: what people read. Written so that it says who writes, what happened, what to do, how long that works, and
what to do if it was somebody else. SMS are paid for by 160 letters (70 where there is one that GSM 03.38 has not): they
are as short as can be, and their own letters are plain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, final

from attrs import frozen

from ..domain.channel import Channel
from ..domain.notice import NoticeKind
from ..domain.proof import Form


@final
@frozen(kw_only=True)
class Words:
    """Hold the paragraphs of one kind: what begins its e-mail, what ends it, and what an SMS says.

    `link` and `code` stand between beginning and end, and instead of `sms` there is one SMS for each form then.
    `action` is what a button says.
    """

    subject: str
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    link: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    action: str = ""
    sms: tuple[str, ...] = ()
    sms_link: tuple[str, ...] = ()
    sms_code: tuple[str, ...] = ()

    def email(self, form: Form | None, /) -> tuple[str, ...]:
        """Return the paragraphs of an e-mail."""
        proof = {None: (), Form.LINK: self.link, Form.CODE: self.code}[form]
        return (*self.begins, *proof, *self.ends)

    def short(self, form: Form | None, /) -> tuple[str, ...]:
        """Return the lines of an SMS."""
        return {None: self.sms, Form.LINK: self.sms_link, Form.CODE: self.sms_code}[form]


HELLO: Final = "Hello $name,"
HELLO_ANYBODY: Final = "Hello,"
"""What begins a message to an address that is nobody's before it is proven."""
YOURS: Final = "Your login: $login\nYour account: $account"
SIGN_IN: Final = "Sign in here: $sign_in"
AT: Final = "$sign_in"
LINK_WORKS: Final = (
    "The link works for $lasts, and only once. Please do not forward it: whoever has it can use it in your place."
)
CODE_WORKS: Final = (
    "The code works for $lasts, and only once. Do not share it: nobody at $organization will ever ask you for it."
)
NOT_EXPECTED: Final = (
    "If you did not expect this message, you can ignore it: nothing happens without you. If in doubt, ask your administrator"
    " at $organization."
)
NOT_YOU: Final = (
    "If it was you, there is nothing to do. If it was not, somebody else may be using your login: tell your administrator at"
    " $organization at once and ask for your password to be reset."
)

WORDS: Final[Mapping[NoticeKind, Words]] = MappingProxyType(
    {
        NoticeKind.ACTIVATION: Words(
            subject="Create your password for $organization",
            begins=(HELLO, "You now have a login at $organization. Create your password, and you can start.", YOURS),
            link=("Open this link to create your password:\n$link", LINK_WORKS),
            code=(
                "Enter your login and this code on the sign-in page, and create your password there:\n$code",
                SIGN_IN,
                CODE_WORKS,
            ),
            ends=(NOT_EXPECTED,),
            action="Create your password",
            sms_link=("$organization: your login is $login, create your password: $link",),
            sms_code=("$organization: your login is $login, your code $code, valid for $lasts. Do not share it.", AT),
        ),
        NoticeKind.ACTIVATION_BY_SSO: Words(
            subject="You can now sign in at $organization",
            begins=(
                HELLO,
                "You now have access to $organization. You do not need another password: sign in with your company account.",
                "Your company account: $issuer\nYour account: $account",
                SIGN_IN,
            ),
            ends=(NOT_EXPECTED,),
            sms=("$organization: you can now sign in with your company account.", AT),
        ),
        NoticeKind.INVITATION: Words(
            subject="You are invited to the group $group at $organization",
            begins=(
                HELLO,
                (
                    "$organization invites you to the group $group. Sign in to accept or decline; you become a member when"
                    " you accept."
                ),
                YOURS,
                SIGN_IN,
                "If you have not signed in there yet, first follow the message or slip that you were given with your login.",
            ),
            ends=(NOT_EXPECTED,),
            sms=("$organization: you are invited to the group $group. Sign in as $login to accept or decline.", AT),
        ),
        NoticeKind.WELCOME: Words(
            subject="Welcome to $organization",
            begins=(HELLO, "You have signed up at $organization, and everything is ready for you.", YOURS, SIGN_IN),
            ends=(
                "If you did not sign up, somebody used your address: please tell the administrator at $organization.",
            ),
            sms=("$organization: you are signed up, your login is $login.", AT),
        ),
        NoticeKind.RECOVERY: Words(
            subject="Create a new password for $organization",
            begins=(
                HELLO,
                "Somebody, we hope it was you, asked for a new password for your login at $organization.",
                YOURS,
            ),
            link=("Open this link to create a new password:\n$link", LINK_WORKS),
            code=("Enter this code on the page where you asked for it:\n$code", CODE_WORKS),
            ends=(
                (
                    "If it was not you, you can ignore this message: your password stays as it is. If it happens again, tell your"
                    " administrator at $organization."
                ),
            ),
            action="Create a new password",
            sms_link=("$organization: create a new password for $login: $link",),
            sms_code=("$organization: $code is your code for a new password, valid for $lasts. Do not share it.",),
        ),
        NoticeKind.PROVE_CONTACT: Words(
            subject="Confirm your e-mail address for $organization",
            begins=(
                HELLO_ANYBODY,
                "This e-mail address is to be used with your login at $organization. Please confirm that it is yours.",
            ),
            link=("Open this link to confirm the address:\n$link", LINK_WORKS),
            code=("Enter this code on the page where you gave the address:\n$code", CODE_WORKS),
            ends=(
                (
                    "If it was not you, you can ignore this message: nothing changes without you. Please tell the"
                    " administrator at $organization."
                ),
            ),
            action="Confirm the address",
            sms_link=("$organization: confirm your phone number: $link",),
            sms_code=("$organization: $code is your code to confirm this number, valid for $lasts. Do not share it.",),
        ),
        NoticeKind.PROVE_SIGN_UP: Words(
            subject="Confirm your e-mail address to sign up at $organization",
            begins=(
                HELLO_ANYBODY,
                "Somebody, we hope it was you, is signing up at $organization with this e-mail address.",
            ),
            link=("Open this link to go on:\n$link", LINK_WORKS),
            code=("Enter this code on the page where you are signing up:\n$code", CODE_WORKS),
            ends=("If it was not you, you can ignore this message: nobody can sign up with this address without you.",),
            action="Go on with signing up",
            sms_link=("$organization: go on with signing up: $link",),
            sms_code=("$organization: $code is your code for signing up, valid for $lasts. Do not share it.",),
        ),
        NoticeKind.ALREADY_SIGNED_UP: Words(
            subject="You are already signed up at $organization",
            begins=(
                HELLO,
                (
                    "Somebody, we hope it was you, tried to sign up at $organization with this address. There is no need to: you"
                    " already have a login."
                ),
                YOURS,
                SIGN_IN,
                "If you have forgotten your password, you can ask for a new one on the sign-in page.",
            ),
            ends=("If it was not you, you can ignore this message: nothing has changed.",),
            sms=("$organization: you are signed up already, your login is $login.", AT),
        ),
        NoticeKind.CLAIMED: Words(
            subject="A password was created for your login at $organization",
            begins=(
                HELLO,
                "A password was created for your login at $organization. From now on you sign in with it.",
                YOURS,
            ),
            ends=(NOT_YOU,),
            sms=("$organization: a password was created for $login. Not you? Tell your administrator at once.",),
        ),
        NoticeKind.PASSWORD_CHANGED: Words(
            subject="Your password at $organization was changed",
            begins=(HELLO, "The password of your login at $organization was changed.", YOURS),
            ends=(NOT_YOU,),
            sms=("$organization: the password of $login was changed. Not you? Tell your administrator at once.",),
        ),
        NoticeKind.PASSWORD_RESET: Words(
            subject="Your password at $organization was reset",
            begins=(
                HELLO,
                (
                    "An administrator has reset the password of your login at $organization. The old password no longer works;"
                    " you create a new one with the link or code that you are sent or given."
                ),
                YOURS,
            ),
            ends=("If you did not expect this, ask your administrator at $organization why it was done.",),
            sms=("$organization: the password of $login was reset. Not expected? Ask your administrator.",),
        ),
        NoticeKind.EMAIL_CHANGED: Words(
            subject="Your e-mail address at $organization was changed",
            begins=(
                HELLO,
                "The e-mail address of your login at $organization was changed.",
                "The new address: $contact",
                YOURS,
            ),
            ends=(NOT_YOU,),
            sms=("$organization: the e-mail address of $login was changed. Not you? Tell your administrator at once.",),
        ),
        NoticeKind.PHONE_CHANGED: Words(
            subject="Your phone number at $organization was changed",
            begins=(
                HELLO,
                "The phone number of your login at $organization was changed.",
                "The new number: $contact",
                YOURS,
            ),
            ends=(NOT_YOU,),
            sms=("$organization: the phone number of $login was changed. Not you? Tell your administrator at once.",),
        ),
        NoticeKind.IDENTITY_LINKED: Words(
            subject="A company account was linked to your login at $organization",
            begins=(HELLO, "From now on your login at $organization opens with a company account.", YOURS),
            ends=(NOT_YOU,),
            sms=("$organization: a company account now opens $login. Not you? Tell your administrator at once.",),
        ),
        NoticeKind.IDENTITY_UNLINKED: Words(
            subject="A company account was unlinked from your login at $organization",
            begins=(
                HELLO,
                (
                    "An administrator has unlinked a company account from your login at $organization, which no longer opens"
                    " with it."
                ),
                YOURS,
            ),
            ends=("If you did not expect this, ask your administrator at $organization why it was done.",),
            sms=("$organization: a company account was unlinked from $login. Not expected? Ask your administrator.",),
        ),
        NoticeKind.LOGIN_CHANGED: Words(
            subject="Your login at $organization was changed",
            begins=(
                HELLO,
                "The login that you sign in with at $organization was changed. Your password is still the same.",
                "Your new login: $login\nYour previous login: $before\nYour account: $account",
            ),
            ends=(NOT_YOU,),
            sms=("$organization: your login is now $login. Not you? Tell your administrator at once.",),
        ),
    }
)


def sources() -> Iterator[tuple[str, str]]:
    """Yield each text that is translated, with where it is read; a text of several messages comes several times."""
    for kind, words in WORDS.items():
        name = kind.value.replace("_", " ")
        yield words.subject, f"{name}, {Channel.EMAIL.value}, subject"
        for paragraph in (*words.begins, *words.link, *words.code, *words.ends):
            yield paragraph, f"{name}, {Channel.EMAIL.value}"
        if words.action:
            yield words.action, f"{name}, {Channel.EMAIL.value}, button"
        for line in (*words.sms, *words.sms_link, *words.sms_code):
            if line != AT:
                yield line, f"{name}, {Channel.SMS.value}"
