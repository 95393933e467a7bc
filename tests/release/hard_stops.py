"""PostgreSQL stopped hard 50 times while mail comes in: nothing acknowledged may be lost.

    .venv/bin/python -m tests.release.hard_stops
    .venv/bin/python -m tests.release.hard_stops --stops 5

Every process of it is killed (SIGKILL) and it is started again on the same port; the mail servers
live on, tell senders to come back later, and find it again by themselves.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tests.crash.losses import losses
from tests.crash.mail_servers import mail_servers
from tests.crash.senders import Senders
from tests.crash.test_killed_mail_servers import CONNECTIONS, PROCESSES, senders_for
from tests.release.place import children, folder_on_disk, install, said, verdict

from licorne.adapters.embedded_postgres import EmbeddedPostgres, start_embedded_postgres


async def main(stops: int) -> int:
    with folder_on_disk() as folder:
        cluster = await start_embedded_postgres(folder / "postgres")
        try:
            installed = await install(folder, cluster)
            async with mail_servers(installed, PROCESSES, log=folder / "log") as servers:
                senders = senders_for(installed, servers.port)
                sending = asyncio.create_task(senders.run(CONNECTIONS))
                with said(f"{stops} times PostgreSQL is stopped hard while mail comes in"):
                    for _ in range(stops):
                        await _some_are_acknowledged(senders)
                        cluster = await _stopped_hard(folder, cluster)
                await _some_are_acknowledged(senders)
                sending.cancel()
                with suppress(asyncio.CancelledError):
                    await sending
            lost = await losses(installed, senders.acknowledged)
        finally:
            await cluster.stop()
    answered = ", ".join(f"{count} × {code}" for code, count in sorted(senders.answers.items()))
    print(f"answers: {answered}")
    told = f"{len(senders.acknowledged)} acknowledged, {senders.interrupted} cut off"
    return verdict(f"{told}, {len(lost)} lost", holds=not lost)


async def _some_are_acknowledged(senders: Senders) -> None:
    before = len(senders.acknowledged)
    async with asyncio.timeout(180):
        while len(senders.acknowledged) < before + CONNECTIONS:
            await asyncio.sleep(0.01)
    await asyncio.sleep(random.uniform(0, 0.3))


async def _stopped_hard(folder: Path, cluster: EmbeddedPostgres) -> EmbeddedPostgres:
    for process in (cluster.process_id, *children(cluster.process_id, "postgres")):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    await cluster.stop()
    return await start_embedded_postgres(folder / "postgres", port=cluster.port)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--stops", type=int, default=50)
    sys.exit(asyncio.run(main(parser.parse_args().stops)))
