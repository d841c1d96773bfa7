"""What the host's pages say: one text for each step of the sign-in dialogue, and for each refusal.

This is the part every host writes for itself. It says what the person can do next and nothing else.
"""

from __future__ import annotations

from typing import Final, assert_never

from subaccounts import (
    AlreadyClaimed,
    AnyStep,
    AskAdministrator,
    Authenticated,
    CompleteFields,
    ContinueWithSSO,
    CreatePassword,
    EnterLogin,
    EnterLoginAndProof,
    EnterPassword,
    FollowLink,
    HostAccountBarred,
    LockedUntil,
    Refusal,
)

LABELS: Final = {"full_name": "full name", "position": "position"}
_HELP: Final = {
    "archived": "This person is archived. Please see your administrator.",
    "disabled": "Too many wrong passwords. Please ask your administrator for a new code.",
    "no_code": "There is no valid code for you. Please ask your administrator for a new one.",
    "record_incomplete": "Your record is not complete. Please see your administrator.",
    "account_closed": "This shop's sub-accounts are closed. Please see your administrator.",
    "subscription_lapsed": "The subscription has ended. Please see your administrator.",
    "seats_full": "All seats are taken. Please see your administrator.",
}


def page(step: AnyStep) -> tuple[str, ...]:
    """Return what the sign-in page says at this step."""
    match step:
        case EnterLogin(wrong=wrong):
            return ("Nobody here has this login. Try again.",) if wrong else ("Your login?",)
        case EnterLoginAndProof(refused=refused):
            told = ("That did not work. Check what you typed, or ask your administrator.",)
            return told if refused else ("Your login, and your password or code?",)
        case EnterPassword(wrong=wrong):
            return ("Wrong password. Try again.",) if wrong else ("Your password?",)
        case CompleteFields(fields=fields, code_needed=code, code_wrong=wrong, problems=problems):
            asked = ", ".join(LABELS.get(name, name) for name in fields)
            return _first_time(
                f"Please give: {asked}{', your code' if code else ''} and a new password.", wrong, problems
            )
        case CreatePassword(code_needed=code, code_wrong=wrong, problems=problems):
            return _first_time(f"Please give {'your code and ' if code else ''}a new password.", wrong, problems)
        case LockedUntil(until=until):
            return (f"Too many wrong tries here. This screen takes the next one at {until:%H:%M:%S} UTC.",)
        case AlreadyClaimed():
            return ("Somebody has just signed up with this login. Was it not you? Tell your administrator now.",)
        case AskAdministrator(why=why):
            return (_HELP.get(why, "Please see your administrator."),)
        case FollowLink() | ContinueWithSSO():
            return (_elsewhere(step),)
        case HostAccountBarred(roles=roles):
            held = ", ".join(sorted(role.value for role in roles))
            return (f"This shop's login has become: {held}. Nobody signs in here until that is undone.",)
        case Authenticated(subject=subject, read_only=read_only):
            way = subject.pathway.value.replace("_", " ")
            return (f"Welcome! Signed in by {way}{', to read only' if read_only else ''}.",)
        case _:
            assert_never(step)


def _elsewhere(step: FollowLink | ContinueWithSSO) -> str:
    if isinstance(step, FollowLink):
        return "We sent you a message. Please follow the link in it."
    return f"Please go on with your {step.issuer.name if step.issuer else 'company account'}."


def _first_time(asked: str, code_wrong: bool, problems: tuple[Refusal, ...]) -> tuple[str, ...]:  # noqa: FBT001 - a field of the step
    told: tuple[str, ...] = ("This code is not right.",) if code_wrong else ()
    told += tuple(f"Not yet: {problem}." for problem in problems)
    return (*told, asked if told else f"First time here? {asked}")


def refused(refusal: Refusal) -> tuple[str, ...]:
    """Return what an administrator's page says about a refusal: its stable code for machines, its sentence for people."""
    return (f"Refused, {refusal.status} {refusal.code}: {refusal}",)
