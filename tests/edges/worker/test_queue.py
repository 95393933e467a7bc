import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from tests.support.waiting_delivery import Practice, practice

from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.edges.worker.queue import _ListensFirst


@pytest_asyncio.fixture
async def elm(cluster: EmbeddedPostgres) -> AsyncIterator[Practice]:
    async with practice(cluster) as made:
        yield made


async def test_a_probe_of_the_listener_waits_until_there_is_one(elm: Practice) -> None:
    driver = _ListensFirst(elm.worker)
    heard: asyncio.Queue[str | bytes | bytearray] = asyncio.Queue()
    async with driver:
        probe = asyncio.create_task(driver.notify("a_channel", "are you there?"))
        await asyncio.sleep(0.1)
        await driver.add_listener("a_channel", heard.put_nowait)
        await probe
        async with asyncio.timeout(5):
            assert await heard.get() == "are you there?"
