"""The contract of what storage keeps to itself: it is given password hashes, and the contacts of people who are not there
yet, and tells them to nobody who does not ask.

No clause of one method can say this, because they can get out of any of them: into a log line, an event, an error.
"""

from __future__ import annotations

import io
import logging
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import timedelta
from typing import Final, cast

from attrs import evolve

from ...domain import fields as f
from ...domain.decision import Batch, Count, Seen
from ...domain.email import Email
from ...domain.password import PasswordHash
from ...domain.queries import EventQuery, PeopleQuery
from ...domain.sign_up import SignUp
from ...domain.supplier import Supplier
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from .bridge import Bridge
from .contract import clause
from .expect import expect_true
from .storage import StorageContract, read_back, store
from .viewer_pages import who_sees

TELLTALE: Final = "dGhpcyBtdXN0IG5ldmVyIGJlIHRvbGQgdG8gYW55Ym9keQ"
"""The part of a hash that is looked for: long enough to be nobody's by chance, and found in whatever quotes the hash."""


CONTACT: Final = "not-yet-here-and-nobodys-business@example.org"
"""The contact of an attempt to sign up that is looked for as well."""


@contextmanager
def overheard(level: int = logging.INFO, /) -> Iterator[list[str]]:
    """Collect what is logged, warned of and printed meanwhile; all of it is there when the context ends.

    Logging is heard from INFO up unless told otherwise, which is what runs in production; what a database driver says to
    those who debug it is theirs.
    """
    heard: list[str] = []
    out, root = io.StringIO(), logging.getLogger()
    handler, before = logging.StreamHandler(out), root.level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        with warnings.catch_warnings(record=True) as warned, redirect_stdout(out), redirect_stderr(out):
            warnings.simplefilter("always")
            yield heard
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
    heard += [out.getvalue(), *(str(each.message) for each in warned)]


class SecrecyContract(StorageContract):
    """Prove the rule `secrets`; needs all of `Repository`."""

    @clause("secrets")
    async def test_secrets_no_log_tells_a_hash(self) -> None:
        """Written, refused and read, a hash or a contact is in no log line, no warning and nothing printed."""
        with overheard() as heard:
            repository = await self._with_a_password()
            await _refused(repository)
            await read_back(repository, a.sub_account_id().credential)
            await read_back(repository, a.sign_up_id())
        _expect_untold("\n".join(heard), "what was logged, warned of or printed")

    @clause("secrets")
    async def test_secrets_no_error_tells_a_hash(self) -> None:
        """Whatever a batch with a hash or a contact is refused for, the error, its cause and its notes show neither."""
        repository = await self._with_a_password()
        errors = await _refused(repository)
        expect_true(bool(errors), "batches of a stale version, with a taken login, past a limit were all written")
        for error in errors:
            told = "".join((*traceback.format_exception(error), repr(error), repr(vars(error))))
            _expect_untold(told, f"what {type(error).__name__} tells")

    @clause("secrets")
    async def test_secrets_no_other_read_tells_a_hash(self) -> None:
        """A hash is in the credential alone and a contact in its attempt: not in the trail, a request, a page, a repr."""
        repository = await self._with_a_password()
        told = {
            "the events": await repository.events_page(EventQuery(organization=a.OURS)),
            "the unsealed events": await repository.unsealed_events(a.OURS, limit=9),
            "the request": (await repository.request(a.OURS, a.request().id),),
            "a page of people": await repository.people_page(PeopleQuery(organization=a.OURS)),
            "the account": (await repository.account(a.account_id()),),
            "the organization": (await repository.organization(a.OURS),),
            "the tasks": await repository.tasks_page(a.OURS, "notices", after=None, limit=9),
            "the facts of a viewer": await repository.viewer_facts((a.sub_account_id(),)),
            "who sees a resource": await repository.viewers_page(who_sees(g.resource())),
            "the members of a group": await repository.members_page(g.group_id(), after=None, limit=9),
            "the participants in a resource": await repository.participants_page(g.resource_id(), after=None, limit=9),
        }
        for about, values in told.items():
            _expect_untold("".join(map(_written, values)), about)
        attempts = await repository.stale_sign_ups(a.OURS, before=NOON + timedelta(days=99), limit=9)
        expect_true(TELLTALE not in "".join(map(_written, attempts)), "a password hash is in the attempts to sign up")
        port = cast("Bridge", repository).port
        _expect_untold(f"{port!r} {port}", "the repository's repr")

    async def _with_a_password(self) -> AsyncRepository:
        repository = await self.opened()
        await store(repository, a.organization(), a.account())
        person, credential = a.sub_account(), a.credential(password=_hash(), code=a.claim_code())
        happened = Batch(
            organization=a.OURS,
            puts=(person, credential, _attempt(), g.group(), g.membership(), g.resource(), g.participation()),
            events=(a.event(1),),
            request=a.request(),
            counts=(_FULL,),
            tasks=(a.task(),),
        )
        await repository.commit(happened)
        return repository


_FULL: Final = Count(name="seats", by=1, at_most=1)


async def _refused(repository: AsyncRepository) -> list[Exception]:
    """Return the errors of batches with a hash in them: stale, taken and full; which it has to be is for other clauses."""
    credential = a.credential(version=1, password=evolve(_hash(), pepper="key-2"))
    other = a.sub_account(2, login="person-1"), a.credential(2, password=_hash())
    stale = evolve(credential, version=7)
    guard = Seen(id=a.account_id(), version=7)
    errors: list[Exception] = []
    for batch in (
        Batch(organization=a.OURS, puts=(stale,)),
        Batch(organization=a.OURS, puts=(_attempt(),)),
        Batch(organization=a.OURS, puts=(_attempt(version=7),)),
        Batch(organization=a.OURS, puts=(_attempt(version=1), *other)),
        Batch(organization=a.OURS, puts=(evolve(credential, version=0),)),
        Batch(organization=a.OURS, puts=(credential,), guards=(guard,)),
        Batch(organization=a.OURS, puts=other),
        Batch(organization=a.OURS, puts=(credential,), counts=(_FULL,)),
    ):
        try:
            await repository.commit(batch)
        except Exception as error:  # noqa: BLE001 - whatever was raised is what is looked at
            errors.append(error)
    return errors


def _attempt(*, version: int = 0) -> SignUp:
    profile = a.profile({f.EMAIL: Email.parse(CONTACT)}, by=Supplier.SIGN_UP)
    return a.sign_up(version=version, profile=profile, proof=a.sent_proof(sent_to=CONTACT))


def _expect_untold(told: str, about: str) -> None:
    expect_true(TELLTALE not in told, f"a password hash is in {about}")
    expect_true(CONTACT not in told, f"the contact of somebody who would sign up is in {about}")


def _hash() -> PasswordHash:
    return a.password_hash(encoded=f"$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA${TELLTALE}")


def _written(value: object) -> str:
    """Return all that a value holds, what its repr hides too: as storage writes it."""
    from ...wire import store_dumps  # cattrs is loaded where it is needed

    return "" if value is None else store_dumps(value)
