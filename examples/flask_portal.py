"""A host's sign-in page for sub-accounts in Flask. `account` says which shop's shared login the host has signed in.

The session keeps the subject and nothing else. A form sent by another site is refused by its `Sec-Fetch-Site` header.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, redirect, request, session
from flask.typing import ResponseReturnValue

from examples.sign_in_page import asked, page
from subaccounts import AccountId, Authenticated, Door, Recognize, Refusal, SubAccounts, Subject
from subaccounts.wire import dumps, loads


def make_portal(subs: SubAccounts, *, account: Callable[[], AccountId], secret_key: str) -> Flask:
    """Return the portal: `/` for who is signed in, `/sign-in` with the dialogue, `/sign-out`."""
    app = Flask(__name__)
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
        if person is None:  # never signed in, or reset, archived, signed in elsewhere with another password, ...
            return redirect("/sign-in")
        return {"id": person.id.value, "name": person.profile.full_name}

    @app.route("/sign-in", methods=["GET", "POST"])
    def sign_in() -> ResponseReturnValue:
        step = subs.handle(asked(Door.inside(account()), request.form))
        if not isinstance(step, Authenticated):
            return page(step, request.form)
        session.clear()  # nothing of who was here before; a session kept on the server gets a new id here
        session["subject"] = dumps(step.subject)
        return redirect("/")

    @app.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        session.clear()
        return redirect("/sign-in")

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> ResponseReturnValue:
        return str(refusal), refusal.status, {"Content-Type": "text/plain; charset=utf-8"}

    return app
