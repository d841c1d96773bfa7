"""Tenant isolation for every read: two organizations hold everything under the same values, and each is answered its own.

What belongs here: a test for each read of `Repository`. What the two hold, and what they are answered, is `tenants`.
"""

from __future__ import annotations

from .contract import clause
from .expect import expect_equal
from .storage import StorageContract
from .tenants import EITHER, OURS, THEIRS, Asked


class IsolationContract(StorageContract):
    """Prove of every read that it is answered from one organization (C12), by the clause of that read; needs `Repository`.

    Each is asked thrice: by a tenant that has nothing while another has everything, and then by both.
    """

    @clause("R1")
    async def test_r1_of_two_tenants(self) -> None:
        """A customer is itself and no other, whatever both call their things."""
        await self._apart("organization")

    @clause("R2")
    async def test_r2_of_two_tenants(self) -> None:
        """Entries are the asked tenant's, though the other has one of each id."""
        await self._apart("catalog_entries")

    @clause("R3")
    async def test_r3_of_two_tenants(self) -> None:
        """A page of a catalog shows one tenant's entries."""
        await self._apart("catalog_page")

    @clause("R4")
    async def test_r4_of_two_tenants(self) -> None:
        """What is above a department is looked for in its own tree, though the other has the same ids elsewhere in its tree."""
        await self._apart("lineage")

    @clause("R5")
    async def test_r5_of_two_tenants(self) -> None:
        """What is below a department is looked for in its own tree, though the other has the same ids elsewhere in its tree."""
        await self._apart("offspring")

    @clause("R6")
    async def test_r6_of_two_tenants(self) -> None:
        """An account comes with the organization it was asked of, or not at all."""
        await self._apart("account")

    @clause("R7")
    async def test_r7_of_two_tenants(self) -> None:
        """A page of accounts shows one tenant's."""
        await self._apart("accounts_page")

    @clause("R8")
    async def test_r8_of_two_tenants(self) -> None:
        """A person is joined with account, credential and organization of its own tenant."""
        await self._apart("person")

    @clause("R9")
    async def test_r9_of_two_tenants(self) -> None:
        """A page of people shows one tenant's, under an account of the same id too."""
        await self._apart("people_page")

    @clause("R10")
    async def test_r10_of_two_tenants(self) -> None:
        """People of one tenant are counted."""
        await self._apart("people_count")

    @clause("R11")
    async def test_r11_of_two_tenants(self) -> None:
        """Counters of one name count apart."""
        await self._apart("counter")

    @clause("R12")
    async def test_r12_of_two_tenants(self) -> None:
        """A key of the same value is held by a person of its own tenant, or by nobody."""
        await self._apart("holders")

    @clause("R14")
    async def test_r14_of_two_tenants(self) -> None:
        """The same login at the same account id signs in two people, and the same digest is two strangers."""
        await self._apart("sign_in_facts")

    @clause("R17")
    async def test_r17_of_two_tenants(self) -> None:
        """Strangers of one tenant are answered."""
        await self._apart("stale_strangers")

    @clause("R18")
    async def test_r18_of_two_tenants(self) -> None:
        """The trail tells of one tenant."""
        await self._apart("events_page")

    @clause("R19")
    async def test_r19_of_two_tenants(self) -> None:
        """What waits to be sealed is one tenant's."""
        await self._apart("unsealed_events")

    @clause("R20")
    async def test_r20_of_two_tenants(self) -> None:
        """The feed has one tenant's events, though positions are the same."""
        await self._apart("events_after")

    @clause("R21")
    async def test_r21_of_two_tenants(self) -> None:
        """Each tenant has a head of its own."""
        await self._apart("chain")

    @clause("R22")
    async def test_r22_of_two_tenants(self) -> None:
        """A request id is remembered for one tenant."""
        await self._apart("request")

    @clause("R23")
    async def test_r23_of_two_tenants(self) -> None:
        """The same digest is two attempts to sign up."""
        await self._apart("sign_up")

    @clause("R24")
    async def test_r24_of_two_tenants(self) -> None:
        """Attempts of one tenant are answered."""
        await self._apart("stale_sign_ups")

    @clause("Q1")
    async def test_q1_of_two_tenants(self) -> None:
        """A queue that only one tenant uses names only that tenant."""
        await self._apart("due")

    @clause("Q2")
    async def test_q2_of_two_tenants(self) -> None:
        """Tasks of the same queue and ids are leased from one tenant, and count their leases apart."""
        await self._apart("lease")

    @clause("Q6")
    async def test_q6_of_two_tenants(self) -> None:
        """A page of a queue shows one tenant's tasks."""
        await self._apart("tasks_page")

    async def _apart(self, read: str) -> None:
        repository = await self.opened()

        async def answered(asked: Asked) -> object:
            return await getattr(repository, read)(*asked.args, **asked.named)

        await THEIRS.put(repository)
        for asked in OURS.asked(read):
            expect_equal(asked.nothing, await answered(asked), f"`{read}` of a tenant that has nothing")
        await OURS.put(repository)
        for tenant in EITHER:
            for asked in tenant.asked(read):
                found = await answered(asked)
                expect_equal(asked.answer, found, f"`{read}` of {tenant.of.value}, of two with the same values")
