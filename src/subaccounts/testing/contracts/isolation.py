"""Tenant isolation for every read: two organizations hold everything under the same values, and each is answered its own.

What belongs here: a test for each read of `Repository`. What the two hold, and what they are answered, is `tenants`.
"""

from __future__ import annotations

from .asked import Asked
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract
from .tenants import EITHER, OURS, THEIRS


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

    @clause("R25")
    async def test_r25_of_two_tenants(self) -> None:
        """Groups are the asked tenant's, though the other has one of each id."""
        await self._apart("groups")

    @clause("R26")
    async def test_r26_of_two_tenants(self) -> None:
        """A page of groups shows one tenant's."""
        await self._apart("groups_page")

    @clause("R27")
    async def test_r27_of_two_tenants(self) -> None:
        """The members of a group are its own tenant's people."""
        await self._apart("members_page")

    @clause("R28")
    async def test_r28_of_two_tenants(self) -> None:
        """What two hosts call the same is two resources, meant for others."""
        await self._apart("resources")

    @clause("R29")
    async def test_r29_of_two_tenants(self) -> None:
        """A roster is that of the asked tenant's resource."""
        await self._apart("participants_page")

    @clause("R30")
    async def test_r30_of_two_tenants(self) -> None:
        """A person is joined with groups, departments and rosters of its own tenant."""
        await self._apart("viewer_facts")

    @clause("R31")
    async def test_r31_of_two_tenants(self) -> None:
        """A page of resources shows one tenant's, by audiences of its own."""
        await self._apart("resources_page")

    @clause("R32")
    async def test_r32_of_two_tenants(self) -> None:
        """Resources of one tenant are counted."""
        await self._apart("resources_count")

    @clause("R33")
    async def test_r33_of_two_tenants(self) -> None:
        """Of the asked resources a viewer sees those of its own tenant, by audiences of its own."""
        await self._apart("visible_among")

    @clause("R34")
    async def test_r34_of_two_tenants(self) -> None:
        """A resource is seen by people of its own tenant, through groups and rosters of its own."""
        await self._apart("viewers_page")

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
