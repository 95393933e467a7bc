"""2,000 crash rounds: mail servers killed one by one, and everything at once; nothing may be lost.

.venv/bin/python -m tests.release.crashes               # 1,800 and 200 rounds
.venv/bin/python -m tests.release.crashes --rounds 100
"""

import argparse
import asyncio
import sys
from pathlib import Path

from tests.crash.groups import nursery
from tests.crash.losses import losses
from tests.crash.mail_servers import mail_servers
from tests.crash.test_killed_groups import installed_at, send_until_killed, senders_to
from tests.crash.test_killed_mail_servers import PROCESSES, kill_while_sending, senders_for
from tests.crash.texts import everybody_is_told_once
from tests.release.place import folder_on_disk, install, postgres_on_disk, said, verdict

from licorne.wiring.settings import Home


async def main(rounds: int) -> int:
    of_all = max(1, rounds // 10)
    with folder_on_disk() as folder:
        failed = await _mail_servers(folder, rounds - of_all)
    with folder_on_disk() as folder:
        return failed | await _everything(folder, of_all)


async def _mail_servers(folder: Path, rounds: int) -> int:
    async with postgres_on_disk(folder) as cluster:
        installed = await install(folder, cluster)
        async with mail_servers(installed, PROCESSES, log=folder / "log") as servers:
            senders = senders_for(installed, servers.port)
            with said(f"{rounds} times a mail server is killed while mail comes in"):
                await kill_while_sending(senders, servers, rounds)
        lost = await losses(installed, senders.acknowledged)
    told = f"{len(senders.acknowledged)} acknowledged, {senders.interrupted} cut off"
    return verdict(f"{told}, {len(lost)} lost", holds=not lost)


async def _everything(folder: Path, rounds: int) -> int:
    home = Home(folder / "home")
    async with nursery(home.path) as starter:
        group = await starter.start()
        senders = await senders_to(home, group)
        with said(f"{rounds} times everything is killed at once, PostgreSQL too"):
            for _ in range(rounds):
                await send_until_killed(senders, group)
                group = await starter.start()
                senders.port = group.port
        installed = await installed_at(home, group)
        lost = await losses(installed, senders.acknowledged)
        with said("everybody is told, and nobody twice"):
            await everybody_is_told_once(installed)
    return verdict(f"{len(senders.acknowledged)} acknowledged, {len(lost)} lost", holds=not lost)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=2000)
    sys.exit(asyncio.run(main(parser.parse_args().rounds)))
