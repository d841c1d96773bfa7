"""What a facade brings when it is given only what it must have, and what it makes of awaitables nobody can close."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from subaccounts import (
    AsyncSubAccounts,
    Authenticated,
    BeginSignIn,
    CompleteRegistration,
    CreateOrganization,
    KeyRing,
    NobodyPrivileged,
    OrganizationId,
    Secret,
    SignIn,
    SubAccounts,
    System,
    Ungrouped,
)
from subaccounts.errors import BrokenPort, WrongColor
from subaccounts.repositories import AsyncMemoryRepository, MemoryRepository
from subaccounts.testing import AsyncFakeHostAccounts
from tests.commands.post import Post
from tests.commands.shop import NAMED, PASSWORD, Shop, code_of

ACME = OrganizationId(value="acme")


class Stubborn:
    """Be awaitable, with nothing to close or cancel it by."""

    def __await__(self) -> Iterator[None]:
        yield


class TestHasher:
    """Argon2id with the RFC 9106 low-memory parameters, unless the host says otherwise."""

    def test_plain(self) -> None:
        """A plain facade without a hasher stores Argon2id and signs in with it."""
        shop = Shop()
        shop.subs = SubAccounts(repository=shop.repository, keys=shop.keys, host_accounts=shop.hosts)
        claimed = shop.claimed()
        assert "$argon2id$v=19$m=65536,t=3,p=4" == _parameters(shop, claimed)
        assert isinstance(shop.sign_in(), Authenticated)

    def test_async(self) -> None:
        """An async facade without a hasher signs in with what the plain one stored: one scheme for both."""
        shop = Shop()
        shop.subs = SubAccounts(repository=shop.repository, keys=shop.keys, host_accounts=shop.hosts)
        added = shop.add()
        subs = AsyncSubAccounts(
            repository=AsyncMemoryRepository(shop.repository), keys=shop.keys, host_accounts=AsyncFakeHostAccounts()
        )
        claim = CompleteRegistration(
            door=shop.inside, login="anna", password=Secret(PASSWORD), code=code_of(added), fields=NAMED
        )
        step = asyncio.run(subs.handle(claim))
        assert isinstance(step, Authenticated)
        assert "$argon2id$v=19$m=65536,t=3,p=4" == _parameters(shop, step.subject)
        signing_in = SignIn(door=shop.inside, login="anna", secret=Secret(PASSWORD))
        assert isinstance(asyncio.run(subs.handle(signing_in)), Authenticated)


def _parameters(shop: Shop, subject: Any) -> str:
    stored = shop.credential(subject.sub_account).password
    assert stored is not None
    return stored.encoded.rpartition("$")[0].rpartition("$")[0].partition(",keyid=")[0]


class TestTexts:
    """The messages that come with us, unless the host says otherwise."""

    def test_a_link_leads_nowhere(self) -> None:
        """Given no texts, people are told in our words; but a link needs a page of the host's, and the port that lacks it is named."""
        post = Post()
        post.subs = post.facade(our_texts=True)
        post.tell()
        (notice,) = post.notices()
        assert "Create your password for Acme" == notice.wording.subject
        with pytest.raises(BrokenPort, match="a link needs a page") as refused:
            post.deliver()
        assert "texts" == refused.value.port
        assert [notice] == post.notices()


class TestStubborn:
    """An awaitable without `close` and `cancel` is refused like any other."""

    def test_as_an_answer(self) -> None:
        """A plain port that answers it is of the wrong color, and the port is named."""

        class Hosts:
            def roles(self, host: object, /) -> Any:
                return Stubborn()

        shop = Shop()
        subs = SubAccounts(repository=shop.repository, keys=shop.keys, host_accounts=Hosts(), hasher=shop.hasher)
        with pytest.raises(WrongColor) as refused:
            subs.handle(BeginSignIn(door=shop.inside, login="anna"))
        assert ("host_accounts.roles", "plain") == (refused.value.port, refused.value.wanted)

    def test_as_a_time(self) -> None:
        """A clock that answers it is broken."""
        clock: Any = Stubborn
        subs = SubAccounts(
            repository=MemoryRepository(),
            keys=KeyRing.in_memory(b"k" * 32),
            host_accounts=NobodyPrivileged(),
            clock=clock,
        )
        with pytest.raises(BrokenPort) as refused:
            subs.handle(
                CreateOrganization(actor=System(name="setup"), id=ACME, name="Acme", ungrouped=Ungrouped.EVERYBODY)
            )
        assert "clock" == refused.value.port
