"""Threat 20: a quota's places are handed out once each, also where a process takes some along."""

import asyncio

from tests.support.installation import Installed

from licorne.adapters.system import SystemClock
from licorne.application.sending.reservations import LEASE_LASTS, Reservations
from licorne.domain.identity.ids import AppPasswordId
from licorne.store.database import open_database
from licorne.wiring.core import Core

COUNTED = "SELECT coalesce(sum(used), 0) FROM quota_use"


async def counted(installation: Installed) -> int:
    async with installation.as_owner() as owner:
        return await owner.fetchval(COUNTED)


async def app_password_of(installation: Installed) -> AppPasswordId:
    async with installation.as_owner() as owner:
        return AppPasswordId(await owner.fetchval("SELECT id FROM app_password LIMIT 1"))


def two_processes(core: Core) -> tuple[Reservations, Reservations]:
    return Reservations(core.facts, SystemClock()), Reservations(core.facts, SystemClock())


async def test_two_processes_never_hand_out_more_than_the_quota(installation: Installed) -> None:
    quota, password = 200, await app_password_of(installation)
    async with installation.core() as core:
        both = two_processes(core)
        granted = 0
        for number in range(250):
            deliveries = 1 + number % 2
            reserved = await both[number % 3 == 0].reserve(
                installation.organization, deliveries, password
            )
            granted += sum(reserved.used_before + place < quota for place in range(deliveries))
        assert quota - 64 <= granted <= quota  # what the other one holds may be refused
        await asyncio.sleep(LEASE_LASTS + 0.3)
        assert await counted(installation) == 375


async def test_what_was_taken_along_and_not_used_goes_back(installation: Installed) -> None:
    async with installation.core() as core:
        reservations, _ = two_processes(core)
        password = await app_password_of(installation)
        for _ in range(25):
            await reservations.reserve(installation.organization, 1, password)
        assert await counted(installation) > 25
        await asyncio.sleep(LEASE_LASTS + 0.3)
        assert await counted(installation) == 25


async def test_no_more_is_taken_along_than_32_however_much_is_asked_for(
    installation: Installed,
) -> None:
    async with installation.core() as core, installation.as_owner() as owner:
        reservations, _ = two_processes(core)
        password = await app_password_of(installation)
        most = 0
        for handed in range(1, 201):
            await reservations.reserve(installation.organization, 1, password)
            if handed % 10 == 0:
                most = max(most, await owner.fetchval(COUNTED) - handed)
        assert 0 < most <= 32


async def test_a_lone_message_takes_nothing_along(installation: Installed) -> None:
    async with installation.core() as core:
        reservations, _ = two_processes(core)
        await reservations.reserve(installation.organization, 3)
        assert await counted(installation) == 3


async def test_what_comes_to_nothing_is_given_back(installation: Installed) -> None:
    async with installation.core() as core:
        reservations, _ = two_processes(core)
        await reservations.give_back(await reservations.reserve(installation.organization, 5))
        assert await counted(installation) == 0


async def test_a_revoked_app_password_is_noticed_when_the_lease_ends(
    installation: Installed,
) -> None:
    async with installation.core() as core:
        reservations, _ = two_processes(core)
        password = await app_password_of(installation)
        for _ in range(20):
            used = await reservations.reserve(installation.organization, 1, password)
        assert used.app_password is not None
        assert used.app_password.serves
        assert used.app_password.before == 19
        async with installation.as_owner() as owner:
            await owner.execute("UPDATE app_password SET revoked_at = now()")
        await asyncio.sleep(LEASE_LASTS)
        used = await reservations.reserve(installation.organization, 1, password)
        assert used.app_password is not None
        assert not used.app_password.serves


async def test_the_database_being_away_at_the_end_of_a_lease_harms_nothing(
    installation: Installed,
) -> None:
    password = await app_password_of(installation)
    intake = await open_database(installation.urls.intake, size=1)
    reservations = Reservations(intake, SystemClock())
    for _ in range(5):
        await reservations.reserve(installation.organization, 1, password)
    await intake.close()
    await asyncio.sleep(LEASE_LASTS + 0.1)
