"""A host's sign-in page for sub-accounts in FastAPI. `account` says which shop's shared login the host has signed in.

The session keeps the subject and nothing else. A form sent by another site is refused by its `Sec-Fetch-Site` header.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from starlette.middleware.sessions import SessionMiddleware

from examples.sign_in_page import asked, page
from subaccounts import AccountId, AsyncSubAccounts, Authenticated, Door, Recognize, Refusal, Subject
from subaccounts.wire import dumps, loads

LARGEST_FORM: Final = 16 * 1024
"""Bytes of a form; what sends more is no sign-in page of ours."""


def make_portal(subs: AsyncSubAccounts, *, account: Callable[[Request], AccountId], secret_key: str) -> FastAPI:
    """Return the portal: `/` for who is signed in, `/sign-in` with the dialogue, `/sign-out`."""
    app = FastAPI()
    app.add_middleware(SessionMiddleware, secret_key=secret_key, https_only=True, same_site="lax")

    async def form(request: Request) -> dict[str, str]:
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            raise HTTPException(403)
        body = b""
        async for chunk in request.stream():  # nobody has us keep what is too long to be one
            body += chunk
            if len(body) > LARGEST_FORM:
                raise HTTPException(413)
        return dict(parse_qsl(body.decode(errors="replace"), max_num_fields=50))

    @app.get("/")
    async def home(request: Request) -> Response:
        kept = request.session.get("subject")
        person = await subs.handle(Recognize(subject=loads(Subject, kept))) if kept else None
        if person is None:  # never signed in, or reset, archived, signed in elsewhere with another password, ...
            return RedirectResponse("/sign-in", 303)
        return PlainTextResponse(f"{person.id.value} {person.profile.full_name}")

    @app.get("/sign-in")
    async def first_page(request: Request) -> Response:
        return HTMLResponse(page(await subs.handle(asked(Door.inside(account(request)), {})), {}))

    @app.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        sent = await form(request)
        step = await subs.handle(asked(Door.inside(account(request)), sent))
        if not isinstance(step, Authenticated):
            return HTMLResponse(page(step, sent))
        request.session.clear()  # nothing of who was here before; a session kept on the server gets a new id here
        request.session["subject"] = dumps(step.subject)
        return RedirectResponse("/", 303)

    @app.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        await form(request)
        request.session.clear()
        return RedirectResponse("/sign-in", 303)

    @app.exception_handler(Refusal)
    async def refused(_: Request, refusal: Refusal) -> Response:
        return PlainTextResponse(str(refusal), refusal.status)

    return app
