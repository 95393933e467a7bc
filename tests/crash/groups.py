"""The groups of `group_nursery`, as the harness sees them: to be started, and killed whole."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_STARTS_WITHIN = 180.0  # seconds, on a machine with much else to do


@dataclass(frozen=True, slots=True)
class Group:
    leader: int
    port: int
    owner_url: str

    def kill(self) -> None:
        """SIGKILL every process of it in any order: mail server, worker, PostgreSQL, all."""
        victims = _with_descendants(self.leader)
        random.shuffle(victims)
        for victim in victims:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Nursery:
    process: asyncio.subprocess.Process

    async def start(self) -> Group:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"start\n")
        async with asyncio.timeout(_STARTS_WITHIN):
            line = await self.process.stdout.readline()
        word, leader, port, owner_url = line.decode().split()
        assert word == "up"
        return Group(int(leader), int(port), owner_url)


@asynccontextmanager
async def nursery(home: Path) -> AsyncIterator[Nursery]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.crash.group_nursery",
        str(home),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    try:
        yield Nursery(process)
    finally:
        for victim in _with_descendants(process.pid):
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        await process.wait()


def _with_descendants(ancestor: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                # Behind the command, which is in brackets: state, then the parent (proc(5)).
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
                children.setdefault(int(parent), []).append(int(entry.name))
    found = [ancestor]
    for one in found:
        found.extend(children.get(one, []))
    return found
