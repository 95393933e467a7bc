"""`kill -9` of the mail server at any moment loses nothing that was acknowledged (270 rounds)."""

import asyncio
import random
import ssl
from contextlib import suppress

import pytest
from tests.crash.losses import losses
from tests.crash.mail_servers import MailServers, mail_servers
from tests.crash.senders import Senders
from tests.support.installation import Installed

pytestmark = pytest.mark.crash

ROUNDS = 270
SABOTAGED_ROUNDS = 12
PROCESSES = 3
CONNECTIONS = 6


def senders_for(installed: Installed, port: int) -> Senders:
    return Senders(
        installed.practice.email,
        installed.practice.app_password,
        ssl.create_default_context(cafile=str(installed.certificates.authority)),
        port,
    )


async def kill_while_sending(senders: Senders, servers: MailServers, rounds: int) -> None:
    sending = asyncio.create_task(senders.run(CONNECTIONS))
    try:
        for _ in range(rounds):
            before = len(senders.acknowledged)
            async with asyncio.timeout(180):  # life goes on in every round
                while len(senders.acknowledged) < before + CONNECTIONS:
                    await asyncio.sleep(0.005)
            await asyncio.sleep(random.uniform(0, 0.06))
            await servers.kill_one()
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


async def send_for(senders: Senders, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await senders.run(CONNECTIONS)


async def test_nothing_acknowledged_is_lost_when_mail_servers_are_killed(installation: Installed):
    async with mail_servers(installation, PROCESSES) as servers:
        senders = senders_for(installation, servers.port)
        await kill_while_sending(senders, servers, ROUNDS)
    # The test is worth something only if messages were cut off on their way, time and again.
    assert senders.interrupted > ROUNDS // 4
    assert len(senders.acknowledged) > ROUNDS * CONNECTIONS
    assert await losses(installation, senders.acknowledged) == []


async def test_a_wiring_that_acknowledges_before_it_commits_is_caught(installation: Installed):
    senders = senders_for(installation, 0)
    async with mail_servers(installation, 1) as servers:  # everybody is met, every thread begun
        senders.port = servers.port
        await senders.meet_everybody()
    async with mail_servers(installation, PROCESSES, sabotaged=True) as servers:
        senders.port = servers.port
        await send_for(senders, 1.0)
        async with asyncio.timeout(30):  # nothing is lost by it as long as nobody dies
            while await losses(installation, senders.acknowledged):
                await asyncio.sleep(0.1)
        await kill_while_sending(senders, servers, SABOTAGED_ROUNDS)
    assert await losses(installation, senders.acknowledged) != []
