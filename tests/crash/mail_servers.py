"""The processes of `pre_forked`, as the harness sees them: ready ones to kill, and a port."""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import MappingProxyType

from tests.support.installation import Installed

_NOTHING_MORE: Mapping[str, str] = MappingProxyType({})
_STARTS_WITHIN = 180.0  # seconds, on a machine with much else to do


class MailServers:
    def __init__(self) -> None:
        self.port = 0
        self.ready: list[int] = []
        self.ended = False
        self._changed = asyncio.Event()

    async def listen_to(self, output: asyncio.StreamReader) -> None:
        while line := await output.readline():
            word, _, value = line.decode().strip().partition(" ")
            if word == "port":
                self.port = int(value)
            elif word == "ready":
                self.ready.append(int(value))
            self._changed.set()
        self.ended = True
        self._changed.set()

    async def until_ready(self, processes: int) -> None:
        async with asyncio.timeout(_STARTS_WITHIN):
            while len(self.ready) < processes:
                assert not self.ended, "the mail servers' parent has ended"
                self._changed.clear()
                await self._changed.wait()

    async def kill_one(self) -> None:
        """SIGKILL one of those that answer, as soon as there is one."""
        await self.until_ready(1)
        victim = self.ready.pop(random.randrange(len(self.ready)))
        os.kill(victim, signal.SIGKILL)


@asynccontextmanager
async def mail_servers(
    installed: Installed,
    processes: int,
    *,
    workers: int = 0,
    sabotaged: bool = False,
    through: tuple[str, ...] = (),
    log: Path | None = None,
    environment: Mapping[str, str] = _NOTHING_MORE,
) -> AsyncIterator[MailServers]:
    """Start them, behind another program (strace) if wanted, and end them all.

    ``log`` takes what they write to standard error, where that is more than anybody wants to see.
    """
    wanted = {
        "home": str(installed.home.path),
        "owner_url": installed.urls.owner,
        "processes": processes,
        "workers": workers,
        "sabotaged": sabotaged,
    }
    errors = None if log is None else log.open("ab")
    process = await asyncio.create_subprocess_exec(
        *through,
        sys.executable,
        "-m",
        "tests.crash.pre_forked",
        json.dumps(wanted),
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
        cwd=Path(__file__).parents[2],
        env={**os.environ, **environment},
        start_new_session=True,
    )
    if errors is not None:
        errors.close()
    servers = MailServers()
    assert process.stdout is not None
    listening = asyncio.create_task(servers.listen_to(process.stdout))
    try:
        await servers.until_ready(processes + workers)
        yield servers
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        await listening
