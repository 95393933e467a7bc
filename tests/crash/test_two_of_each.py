"""Two processes of each role on one database: they share the work and don't do it twice."""

import asyncio
from contextlib import suppress

import pytest
from tests.crash.losses import losses
from tests.crash.mail_servers import mail_servers
from tests.crash.test_killed_mail_servers import senders_for
from tests.crash.texts import everybody_is_told_once
from tests.support.installation import Installed

pytestmark = pytest.mark.crash

MESSAGES = 150


async def test_two_of_each_lose_nothing_and_tell_nobody_twice(installation: Installed):
    async with mail_servers(installation, 2, workers=2) as servers:
        senders = senders_for(installation, servers.port)
        sending = asyncio.create_task(senders.run(8))
        try:
            async with asyncio.timeout(120):
                hands = await _until_both_took_jobs(installation)
                while len(senders.acknowledged) < MESSAGES:
                    await asyncio.sleep(0.01)
        finally:
            sending.cancel()
            with suppress(asyncio.CancelledError):
                await sending
        assert len(hands) == 2
        await everybody_is_told_once(installation)
        assert await losses(installation, senders.acknowledged) == []


async def _until_both_took_jobs(installed: Installed) -> set[object]:
    hands: set[object] = set()
    async with installed.as_owner() as owner:
        while len(hands) < 2:
            rows = await owner.fetch(
                "SELECT DISTINCT queue_manager_id AS hand FROM jobs.pgqueuer"
                " WHERE queue_manager_id IS NOT NULL"
            )
            hands |= {row["hand"] for row in rows}
            await asyncio.sleep(0.005)
    return hands
