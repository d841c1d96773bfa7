"""The sign-in page of the portals: a form that was sent becomes a command, a step becomes HTML. No framework in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final, assert_never

from subaccounts import (
    AlreadyClaimed,
    AnyStep,
    AskAdministrator,
    Authenticated,
    BeginSignIn,
    Command,
    CompleteFields,
    CompleteRegistration,
    ContinueWithSSO,
    CreatePassword,
    Door,
    EnterLogin,
    EnterLoginAndProof,
    EnterPassword,
    FollowLink,
    HostAccountBarred,
    LockedUntil,
    Refusal,
    Secret,
    SignIn,
)

_LOGIN: Final = '<label>Login <input name="login" autocomplete="username" required></label>'
_PROOF: Final = '<label>Password <input name="proof" type="password" autocomplete="current-password" required></label>'
_CODE: Final = '<label>Code <input name="code" autocomplete="one-time-code" required></label>'
_NEW: Final = '<label>New password <input name="new" type="password" autocomplete="new-password" required></label>'


def asked(door: Door, form: Mapping[str, str]) -> Command[AnyStep]:
    """Return the command that a form asks for: the first page, a login, a proof, or a whole registration."""
    login = form.get("login")
    if not login:
        return BeginSignIn(door=door)
    if "new" in form:
        code = Secret(form["code"]) if "code" in form else None
        fields = {name.removeprefix("field:"): text for name, text in form.items() if name.startswith("field:")}
        return CompleteRegistration(door=door, login=login, password=Secret(form["new"]), code=code, fields=fields)
    if "proof" in form:
        return SignIn(door=door, login=login, secret=Secret(form["proof"]))
    return BeginSignIn(door=door, login=login)


def page(step: AnyStep, form: Mapping[str, str], *, at: str = "") -> str:
    """Return the page for a step. What the person typed comes back as text only, and a secret never.

    `at` is where the fields of somebody go who came by a company account, and creates no password.
    """
    match step:
        case EnterLogin(wrong=wrong):
            return _page("Nobody here has this login." if wrong else "", _LOGIN)
        case EnterLoginAndProof(refused=refused):
            return _page("That did not work." if refused else "", _LOGIN, _PROOF)
        case EnterPassword(wrong=wrong):
            return _page("Wrong password." if wrong else "", _kept(form), _PROOF)
        case CompleteFields():
            return _fields(step, form, at)
        case CreatePassword(code_needed=code, code_wrong=wrong, problems=problems):
            return _page(_told(problems, code_wrong=wrong), _kept(form), _CODE if code else "", _NEW)
        case LockedUntil(until=until):
            return _page(f"Too many tries. Try again at {until:%H:%M:%S} UTC.", _LOGIN)
        case AlreadyClaimed():
            return _page("Somebody has just signed up with this login. Not you? Tell your administrator.", _LOGIN)
        case AskAdministrator(why=why):
            return _page(f"Please see your administrator ({why.replace('_', ' ')}).", _LOGIN)
        case FollowLink() | ContinueWithSSO():
            return _page(_elsewhere(step), _LOGIN)
        case HostAccountBarred():
            return _page("Nobody signs in under this account now. Please see your administrator.")
        case Authenticated():
            return _page("You are signed in.")
        case _:
            assert_never(step)


def _fields(step: CompleteFields, form: Mapping[str, str], at: str) -> str:
    told = _told(step.problems, code_wrong=step.code_wrong)
    inputs = [_field(name, form.get(f"field:{name}", "")) for name in step.fields]
    if not step.password_needed:
        return _page(told, *inputs, at=at)
    return _page(told, _kept(form), *inputs, _CODE if step.code_needed else "", _NEW)


def _elsewhere(step: FollowLink | ContinueWithSSO) -> str:
    if isinstance(step, FollowLink):
        return "We sent you a message. Please follow the link in it."
    return f"Please sign in with your {step.issuer.name if step.issuer else 'company account'}."


def _page(told: str, *inputs: str, at: str = "") -> str:
    action = f' action="{escape(at)}"' if at else ""
    form = f'<form method="post"{action}>{"".join(inputs)}<button>Go on</button></form>' if inputs else ""
    return f"<!doctype html><title>Sign in</title><p>{escape(told)}</p>{form}"


def _kept(form: Mapping[str, str]) -> str:
    return f'<input name="login" value="{escape(form.get("login", ""))}" autocomplete="username" readonly>'


def _field(name: str, typed: str) -> str:
    label = escape(name.replace("_", " ").capitalize())
    return f'<label>{label} <input name="field:{escape(name)}" value="{escape(typed)}" required></label>'


def _told(problems: Iterable[Refusal], *, code_wrong: bool) -> str:
    return " ".join([*(("This code is not right.",) if code_wrong else ()), *(f"{problem}." for problem in problems)])
