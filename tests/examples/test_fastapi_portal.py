"""The FastAPI portal on the async facade, used as a browser uses it, on one event loop a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx2

from examples.fastapi_portal import make_portal
from subaccounts import AsyncNobodyPrivileged, AsyncSubAccounts
from subaccounts.repositories import AsyncSQLiteRepository
from subaccounts.testing import AsyncTestHasher, CheapHasher
from tests.examples.conftest import PASSWORD, Office

Story = Callable[[httpx2.AsyncClient], Awaitable[None]]


@asynccontextmanager
async def browser(office: Office) -> AsyncIterator[httpx2.AsyncClient]:
    """Stand before the portal with nobody signed in."""
    async with AsyncSQLiteRepository(office.path) as repository:
        subs = AsyncSubAccounts(
            repository=repository,
            keys=office.keys,
            host_accounts=AsyncNobodyPrivileged(),
            hasher=AsyncTestHasher(CheapHasher()),
        )
        portal = make_portal(subs, account=lambda _: office.account, secret_key="only for tests")
        transport = httpx2.ASGITransport(app=portal)
        async with httpx2.AsyncClient(transport=transport, base_url="https://crm.example") as client:
            yield client


def play(office: Office, story: Story) -> None:
    """Play a story in a browser."""

    async def run() -> None:
        async with browser(office) as client:
            await story(client)

    asyncio.run(run())


async def send(client: httpx2.AsyncClient, **form: str) -> tuple[int, str]:
    """Send a form to the sign-in page; return status and text, or where it leads."""
    answer = await client.post("/sign-in", data=form)
    return answer.status_code, answer.headers.get("Location") or answer.text


async def at_home(client: httpx2.AsyncClient) -> str:
    """Return what the portal says to who is signed in, or where it sends the browser."""
    answer = await client.get("/")
    return answer.headers.get("Location") or answer.text


async def claim(client: httpx2.AsyncClient, office: Office, login: str = "anna", name: str = "Anna Lind") -> None:
    """Have a person make the first sign-in."""
    assert (303, "/") == await send(client, **office.registration(login, name=name))


class TestFirstSignIn:
    """Given a person who waits, the dialogue leads in."""

    def test_leads_in_step_by_step(self, office: Office) -> None:
        """Login, then fields, code and password, then a page that knows the person by its id."""

        async def story(client: httpx2.AsyncClient) -> None:
            assert 'name="login"' in (await client.get("/sign-in")).text
            _, text = await send(client, login="борис")
            assert all(f'name="{name}"' in text for name in ("field:full_name", "field:position", "code", "new"))
            await claim(client, office, "борис", "Борис Иванов")
            assert f"{office.people['борис'].value} Борис Иванов" == await at_home(client)

        play(office, story)

    def test_wrong_code(self, office: Office) -> None:
        """A wrong code is told, the password is not repeated, and nobody is signed in."""

        async def story(client: httpx2.AsyncClient) -> None:
            _, text = await send(client, **office.registration("anna", name="Anna", code="AAAAA-AAAAA"))
            assert "This code is not right." in text
            assert PASSWORD not in text
            assert "/sign-in" == await at_home(client)

        play(office, story)


class TestSignIn:
    """Given a person who is active."""

    def test_wrong_and_right_password(self, office: Office) -> None:
        """A wrong password lets nobody in, the right one does."""

        async def story(client: httpx2.AsyncClient) -> None:
            await claim(client, office)
            await client.post("/sign-out")
            assert "Wrong password." in (await send(client, login="anna", proof="another fine password"))[1]
            assert "/sign-in" == await at_home(client)
            assert (303, "/") == await send(client, login="anna", proof=PASSWORD)
            assert (await at_home(client)).endswith(" Anna Lind")

        play(office, story)

    def test_the_next_person_at_the_same_screen(self, office: Office) -> None:
        """Who signs in after somebody else is itself, and nothing of the one before stays."""

        async def story(client: httpx2.AsyncClient) -> None:
            await claim(client, office)
            await claim(client, office, "борис", "Борис Иванов")
            assert (await at_home(client)).endswith(" Борис Иванов")

        play(office, story)

    def test_reset_ends_the_session(self, office: Office) -> None:
        """After a reset the cookie that worked works no more."""

        async def story(client: httpx2.AsyncClient) -> None:
            await claim(client, office)
            office.reset("anna")
            assert "/sign-in" == await at_home(client)

        play(office, story)


class TestBadInput:
    """What comes from elsewhere changes nothing."""

    def test_a_form_that_is_too_long(self, office: Office) -> None:
        """A form is read up to a bound and then refused, whatever it says of its own length."""

        async def story(client: httpx2.AsyncClient) -> None:
            async def endless() -> AsyncIterator[bytes]:
                yield b"login=anna&proof="
                for sent in range(100):
                    assert sent < 20, "it reads on and on"
                    yield b"x" * 1024

            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            assert 413 == (await client.post("/sign-in", content=endless(), headers=kind)).status_code

        play(office, story)

    def test_a_form_of_another_site(self, office: Office) -> None:
        """A form that another site had the browser send is refused."""

        async def story(client: httpx2.AsyncClient) -> None:
            await claim(client, office)
            answer = await client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
            assert 403 == answer.status_code
            assert (await at_home(client)).endswith(" Anna Lind")

        play(office, story)

    def test_an_endless_password(self, office: Office) -> None:
        """A password that is too long to be one is refused with its status, and not repeated."""

        async def story(client: httpx2.AsyncClient) -> None:
            status, text = await send(client, login="anna", proof="x" * 2000)
            assert 422 == status
            assert "xxx" not in text

        play(office, story)
