"""The machine's clock jumps a day ahead, a day back, and right again, while mail comes in (threat 37).

    .venv/bin/python -m tests.release.clock_jumps

Mail servers and workers run under libfaketime (Debian's package faketime), which moves what the
clock says and leaves the seconds since the start alone. Everybody must be texted, nobody twice, and
what may be read for twelve hours must not end in the jump. PostgreSQL's own clock stays right.
"""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.crash.losses import losses
from tests.crash.mail_servers import mail_servers
from tests.crash.senders import Senders
from tests.crash.test_killed_mail_servers import senders_for
from tests.crash.texts import everybody_is_told_once
from tests.release.place import folder_on_disk, install, postgres_on_disk, said, verdict
from tests.support.installation import Installed

SECONDS = 8.0  # at each time
CONNECTIONS = 3
JUMPS = ("+1d", "-1d", "+0")


async def main() -> int:
    library = _library()
    with folder_on_disk() as folder:
        stamp = folder / "clock"
        stamp.write_text("+0")
        faked = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(stamp),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        async with postgres_on_disk(folder) as cluster:
            installed = await install(folder, cluster)
            return await _jump(installed, stamp, faked, folder / "log")


async def _jump(installed: Installed, stamp: Path, faked: dict[str, str], log: Path) -> int:
    await _readable_for(installed, "12 hours")
    async with mail_servers(installed, 2, workers=2, log=log, environment=faked) as servers:
        senders = senders_for(installed, servers.port)
        sending = asyncio.create_task(senders.run(CONNECTIONS))
        await _some_seconds(senders, "right")
        first = [message.id for message in senders.acknowledged]
        await _readable_for(installed, "30 days")
        for jump in JUMPS:
            stamp.write_text(jump)
            await _some_seconds(senders, jump)
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        with said("everybody is texted, and nobody twice"):
            await everybody_is_told_once(installed)
    ended = await _ended(installed, first)
    lost = await losses(installed, senders.acknowledged)
    told = f"{len(senders.acknowledged)} acknowledged, {len(lost)} lost, {ended} ended early"
    return verdict(told, holds=not lost and not ended)


async def _some_seconds(senders: Senders, what: str) -> None:
    before = len(senders.acknowledged)
    with said(f"mail comes in while the clock is {what}"):
        await asyncio.sleep(SECONDS)
        async with asyncio.timeout(60):  # it goes on
            while len(senders.acknowledged) < before + CONNECTIONS:
                await asyncio.sleep(0.05)


async def _readable_for(installed: Installed, time: str) -> None:
    async with installed.as_owner() as owner:
        await owner.execute(f"UPDATE organization SET default_expiry = interval '{time}'")


async def _ended(installed: Installed, messages: Sequence[object]) -> int:
    async with installed.as_owner() as owner:
        ended: int = await owner.fetchval(
            "SELECT count(contact_copy_ended_at) FROM message WHERE id = ANY($1::uuid[])",
            list(messages),
        )
    return ended


def _library() -> Path:
    for place in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"):
        return place
    sys.exit("This check needs libfaketime. On Debian and Ubuntu: apt-get install faketime")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
