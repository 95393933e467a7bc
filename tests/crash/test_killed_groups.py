"""`kill -9` of everything at once, PostgreSQL too, and a new start on the same home (30 rounds)."""

import asyncio
import random
import ssl
import tempfile
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from tests.crash.groups import Group, nursery
from tests.crash.losses import losses
from tests.crash.senders import Senders
from tests.crash.texts import everybody_is_told_once
from tests.support.installation import Installed

from licorne.adapters.demo_authority import demo_certificates
from licorne.domain.identity.ids import MemberId
from licorne.wiring.demo_practice import demo_practice
from licorne.wiring.installation import role_urls
from licorne.wiring.settings import Home

pytestmark = pytest.mark.crash

ROUNDS = 30
CONNECTIONS = 6


async def test_nothing_acknowledged_is_lost_when_everything_is_killed():
    # On a real disk, with a PostgreSQL that calls fsync.
    with tempfile.TemporaryDirectory(prefix="licorne-crash-") as folder:
        home = Home(Path(folder) / "home")
        async with nursery(home.path) as starter:
            group = await starter.start()
            senders = await senders_to(home, group)
            for _ in range(ROUNDS):
                await send_until_killed(senders, group)
                group = await starter.start()
                senders.port = group.port
            assert senders.interrupted > ROUNDS // 2
            assert len(senders.acknowledged) > ROUNDS * CONNECTIONS
            installed = await installed_at(home, group)
            assert await losses(installed, senders.acknowledged) == []
            await everybody_is_told_once(installed)


async def send_until_killed(senders: Senders, group: Group) -> None:
    sending = asyncio.create_task(senders.run(CONNECTIONS))
    try:
        before = len(senders.acknowledged)
        async with asyncio.timeout(180):
            while len(senders.acknowledged) < before + CONNECTIONS:
                await asyncio.sleep(0.005)
        await asyncio.sleep(random.uniform(0, 0.3))
        group.kill()
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


async def senders_to(home: Home, group: Group) -> Senders:
    practice = await demo_practice(home, group.owner_url)
    authority = str(demo_certificates(home.tls).authority)
    return Senders(
        practice.email,
        practice.app_password,
        ssl.create_default_context(cafile=authority),
        group.port,
    )


async def installed_at(home: Home, group: Group) -> Installed:
    owner = await asyncpg.connect(group.owner_url)
    try:
        member: UUID = await owner.fetchval("SELECT id FROM licorne.member")
    finally:
        await owner.close()
    return Installed(
        home=home,
        urls=role_urls(home, group.owner_url),
        practice=await demo_practice(home, group.owner_url),
        certificates=demo_certificates(home.tls),
        member=MemberId(member),
    )
