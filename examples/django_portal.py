"""A host's sign-in page for sub-accounts in Django: a request becomes a subject, and no user of Django's is made of it.

Whoever is signed in with Django's own users, the shop's shared login for example, stays who it is: a person under that
account is something of its own, kept in the session as the subject and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import final

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from examples.sign_in_page import asked, page
from subaccounts import AccountId, Authenticated, Door, Recognize, Refusal, SubAccount, SubAccounts, Subject
from subaccounts.wire import dumps, loads

SUBJECT = "subaccounts.subject"
"""Where the session keeps who signed in."""


class PortalRequest(HttpRequest):
    """Be a request as the views below are given it: `person` is who signed in, asked for when it is looked at."""

    person: SubAccount | None


@final
class Portal:
    """Hold the pages and the middleware; `account` says under which account somebody signs in with this request."""

    def __init__(self, subs: SubAccounts, *, account: Callable[[HttpRequest], AccountId]) -> None:
        self._subs, self._account = subs, account

    @property
    def urls(self) -> list[URLPattern]:
        """Return the addresses: `/` for who is signed in, `/sign-in` with the dialogue, `/sign-out`."""
        sign_in = transaction.non_atomic_requests(require_http_methods(["GET", "POST"])(self._sign_in))
        sign_out = require_POST(self._sign_out)
        return [path("", require_GET(self._home)), path("sign-in", sign_in), path("sign-out", sign_out)]

    def middleware(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> Middleware:
        """Return what goes into `MIDDLEWARE` after the session's: it gives every request its person."""
        return Middleware(get_response, self.person)

    def person(self, request: HttpRequest) -> SubAccount | None:
        """Return who is signed in: nobody who was reset or archived, or has another password by now."""
        kept = request.session.get(SUBJECT)
        return self._subs.handle(Recognize(subject=loads(Subject, kept))) if kept else None

    def _home(self, request: PortalRequest) -> HttpResponseBase:
        person = request.person
        if not person:
            return redirect("/sign-in")
        return JsonResponse({"id": person.id.value, "name": person.profile.full_name})

    def _sign_in(self, request: HttpRequest) -> HttpResponseBase:
        form = request.POST.dict()
        step = self._subs.handle(asked(Door.inside(self._account(request)), {k: str(v) for k, v in form.items()}))
        if not isinstance(step, Authenticated):
            return HttpResponse(_guarded(page(step, {k: str(v) for k, v in form.items()}), request))
        request.session.cycle_key()  # a session that somebody knew before is not one in which a person is signed in
        request.session[SUBJECT] = dumps(step.subject)
        return redirect("/")

    def _sign_out(self, request: HttpRequest) -> HttpResponseBase:
        request.session.pop(SUBJECT, None)
        request.session.cycle_key()
        return redirect("/sign-in")


@final
class Middleware:
    """Give every request its person, and answer a refusal with its words and its status."""

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponseBase], person: Callable[[HttpRequest], object]
    ) -> None:
        self._get_response, self._person = get_response, person

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.__dict__["person"] = SimpleLazyObject(lambda: self._person(request))
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer a refusal; anything else is Django's to answer."""
        if not isinstance(exception, Refusal):
            return None
        return HttpResponse(str(exception), status=exception.status, content_type="text/plain; charset=utf-8")


def _guarded(html: str, request: HttpRequest) -> str:
    """Put Django's token into the form, without which its middleware takes no form from anywhere."""
    token = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request))
    return html.replace('<form method="post">', f'<form method="post">{token}')
