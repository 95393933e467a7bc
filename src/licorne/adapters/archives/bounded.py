"""Has archives looked into by a process of their own, a few at a time."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path

import licorne
from licorne.ports.archive_inspector import ArchiveFault

MEMORY_BYTES = 512 * 1024 * 1024
PROCESSOR_SECONDS = 8
DEADLINE = 60.0  # seconds by the clock: a busy machine is slow, not attacked
AT_ONCE = 2
_MODULE = "licorne.adapters.archives.process"
_PACKAGE_ROOT = Path(licorne.__file__).parent.parent


class BoundedArchives:
    def __init__(
        self, memory_bytes: int = MEMORY_BYTES, processor_seconds: int = PROCESSOR_SECONDS
    ) -> None:
        self._limits = (str(memory_bytes), str(processor_seconds))
        self._seats = asyncio.Semaphore(AT_ONCE)

    async def begin(self) -> "BoundedInspection":
        """Wait for a seat, and start a process for one archive."""
        await self._seats.acquire()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                _MODULE,
                *self._limits,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                cwd="/",
                env={"PYTHONPATH": str(_PACKAGE_ROOT)},
                start_new_session=True,
            )
        except BaseException:
            self._seats.release()
            raise
        return BoundedInspection(process, self._seats)


class BoundedInspection:
    def __init__(self, process: Process, seats: asyncio.Semaphore) -> None:
        self._process = process
        self._seats = seats
        self._is_open = True

    async def feed(self, piece: bytes) -> None:
        stdin = self._process.stdin
        assert stdin is not None, "a pipe, as asked for"
        with contextlib.suppress(OSError):  # a process that is gone has no answer: see `fault`
            stdin.write(piece)
            await stdin.drain()

    async def fault(self) -> ArchiveFault | None:
        try:
            async with asyncio.timeout(DEADLINE):
                told = await self._answer()
        except TimeoutError:
            return ArchiveFault.TOO_COMPLEX
        if told == b"ok":
            return None
        try:
            return ArchiveFault(told.decode("ascii", "replace"))
        except ValueError:  # ended by a limit, before it could say a word
            return ArchiveFault.TOO_COMPLEX

    async def _answer(self) -> bytes:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None, "a pipe, as asked for"
        assert stdout is not None, "a pipe, as asked for"
        with contextlib.suppress(OSError):
            stdin.close()
            await stdin.wait_closed()
        return await stdout.read()

    async def close(self) -> None:
        if not self._is_open:
            return
        self._is_open = False
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()
        self._seats.release()
