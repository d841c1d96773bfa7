"""A host's sign-in page in Flask where people come by a company account. `openid` speaks to the issuer.

Between the first page and the last the session keeps the sign-in that has begun, and for who has fields to fill in the
identity that was verified, ten minutes at most. After it, the session keeps the subject and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from typing import Final

from attrs import asdict
from flask import Flask, abort, redirect, request, session
from flask.typing import ResponseReturnValue

from examples.openid import Begun, NotSignedIn, Provider
from examples.sign_in_page import page
from subaccounts import (
    AccountId,
    AnyStep,
    ArriveBySSO,
    Authenticated,
    BeginSignIn,
    CompleteFields,
    Door,
    EnterLogin,
    OfferedIssuer,
    Recognize,
    Refusal,
    SubAccounts,
    Subject,
    VerifiedIdentity,
)
from subaccounts.wire import dumps, loads

WAITS: Final = 600
"""Seconds that a verified identity waits for the fields of its person."""


def make_portal(
    subs: SubAccounts,
    *,
    account: Callable[[], AccountId],
    providers: dict[str, Provider],
    secret_key: str,
    clock: Callable[[], float] = time.time,
) -> Flask:
    """Return the portal; `providers` are the issuers that this host speaks to, by the names they have for themselves."""
    app = _frame(subs, secret_key)

    @app.get("/sign-in")
    def offer() -> ResponseReturnValue:
        step = subs.handle(BeginSignIn(door=Door.inside(account())))
        offered = step.offers.issuers if isinstance(step, EnterLogin) else ()
        return "".join(map(_button, (each for each in offered if each.issuer in providers)))

    @app.post("/sso")
    def begin() -> ResponseReturnValue:  # by a button that somebody pressed, never by a link of another site
        provider = providers.get(request.form.get("issuer", ""))
        if provider is None:
            abort(404)
        begun = provider.begin()
        session["sso"] = {"issuer": provider.client.issuer, **asdict(begun)}
        return redirect(begun.url)

    @app.get("/sso/back")
    def back() -> ResponseReturnValue:
        session.pop("arriving", None)  # of whoever stood here before
        kept = session.pop("sso", None)  # taken out before anything is looked at: an answer is taken once
        provider = providers.get(kept.pop("issuer")) if kept else None
        if provider is None:
            raise NotSignedIn("nobody began")
        return arrive(provider.finish(Begun(**kept), request.args))

    @app.post("/sso/fields")
    def fill_in() -> ResponseReturnValue:
        waiting = session.get("arriving")
        if waiting is None or clock() > waiting["until"]:
            return redirect("/sign-in")
        fields = {name.removeprefix("field:"): text for name, text in request.form.items() if name.startswith("field:")}
        return arrive(loads(VerifiedIdentity, waiting["who"]), fields=fields)

    def arrive(who: VerifiedIdentity, *, fields: dict[str, str] | None = None) -> ResponseReturnValue:
        step: AnyStep = subs.handle(ArriveBySSO(door=Door.inside(account()), identity=who, fields=fields or {}))
        if isinstance(step, Authenticated):
            session.clear()  # nothing of who was here before; a session kept on the server gets a new id here
            session["subject"] = dumps(step.subject)
            return redirect("/")
        if isinstance(step, CompleteFields) and fields is None:
            session["arriving"] = {"who": dumps(who), "until": clock() + WAITS}
        return page(step, request.form, at="/sso/fields")

    return app


def _frame(subs: SubAccounts, secret_key: str) -> Flask:
    """Return what every page of the portal stands in: cookies, who is signed in, what a refusal looks like."""
    app = Flask(__name__)
    # Lax: the browser comes back from the issuer's site, and has to bring the cookie along.
    app.config.update(SECRET_KEY=secret_key, SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
    app.config.update(MAX_CONTENT_LENGTH=16 * 1024)

    @app.before_request
    def refuse_foreign_forms() -> None:
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            abort(403)

    @app.get("/")
    def home() -> ResponseReturnValue:
        kept = session.get("subject")
        person = subs.handle(Recognize(subject=loads(Subject, kept))) if kept else None
        if person is None:
            return redirect("/sign-in")
        return {"id": person.id.value, "name": person.profile.full_name}

    @app.errorhandler(NotSignedIn)
    def not_signed_in(error: NotSignedIn) -> ResponseReturnValue:
        app.logger.warning("nobody was signed in: %s", error.why)
        return "That did not work. Please try again.", 403, {"Content-Type": "text/plain; charset=utf-8"}

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> ResponseReturnValue:
        return str(refusal), refusal.status, {"Content-Type": "text/plain; charset=utf-8"}

    return app


def _button(offered: OfferedIssuer) -> str:
    chosen = f'<input type="hidden" name="issuer" value="{escape(offered.issuer)}">'
    return f'<form method="post" action="/sso">{chosen}<button>{escape(offered.name)}</button></form>'
