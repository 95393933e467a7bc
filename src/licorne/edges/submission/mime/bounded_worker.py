"""Reads any mail without letting it hurt the mail server: what `BoundedMimeWorker.parse` is for.

A short plain text is read at once. Everything else goes to one of a few child processes with a
memory limit, a processor limit and a deadline; whatever happens to them, the caller gets a parsed
message, a refusal for good (5xx) or a refusal for now (451).
"""

import asyncio
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from licorne.domain.message.content import ContentRefused
from licorne.edges.submission.mime.parse_message import parse_short_text
from licorne.edges.submission.mime.parsed_submission import ParsedSubmission
from licorne.edges.submission.mime.reader_process import ReaderGoneError, ReaderProcess
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused

_TRIES = 3
_MESSAGES_PER_PROCESS = 1_000  # then a fresh one: whatever piled up in it is gone


@dataclass(frozen=True, slots=True)
class MimeWorkerLimits:
    """How much the reading of mail may take.

    `deadline` is wall-clock seconds for one message, and `processor_seconds` is less, so that on a
    machine with time to spare a bomb is stopped by what it used (its own fault: refused for good)
    and a message that only had to wait for the processor is asked for again (451).
    """

    processes: int = 1
    waiting: int = 32  # messages in line beyond those being read; more are told to come back
    patience: float = 30.0  # seconds in line
    deadline: float = 5.0
    processor_seconds: int = 4
    memory_bytes: int = 512 * 1024 * 1024


class BoundedMimeWorker:
    """A pool of processes that read mail. Use as `async with`, or call `start` and `close`."""

    def __init__(self, limits: MimeWorkerLimits | None = None) -> None:
        self._limits = limits or MimeWorkerLimits()
        self._seats = [_Seat(self._limits) for _ in range(self._limits.processes)]
        self._free: asyncio.LifoQueue[_Seat] = asyncio.LifoQueue()
        for seat in self._seats:
            self._free.put_nowait(seat)
        self._in_line = 0
        self._closed = False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the processes now instead of at the first message; raises `OSError` if it can't."""
        for seat in self._seats:
            await seat.fill()

    async def close(self) -> None:
        """End every process; messages being read are answered with 451."""
        self._closed = True
        for seat in self._seats:
            await seat.clear()

    @property
    def process_ids(self) -> tuple[int, ...]:
        """The processes that run now, for the operator's eyes and for tests."""
        return tuple(seat.pid for seat in self._seats if seat.pid is not None)

    async def parse(self, raw: bytes) -> ParsedSubmission:
        """Read a message.

        Raises `SubmissionRefused`, permanent (5xx) for what is wrong with the message, temporary
        (451) when the line is full, the deadline passed or the processes fail.
        """
        parsed = parse_short_text(raw)
        if parsed is not None:
            return parsed
        if self._in_line >= self._limits.processes + self._limits.waiting:
            raise SubmissionRefused.because(RefusalReason.BUSY)
        self._in_line += 1
        try:
            seat = await self._next_free_seat()
            try:
                return await self._read(seat, raw)
            finally:
                self._free.put_nowait(seat)
        finally:
            self._in_line -= 1

    async def _next_free_seat(self) -> "_Seat":
        try:
            async with asyncio.timeout(self._limits.patience):
                return await self._free.get()
        except TimeoutError:
            raise SubmissionRefused.because(RefusalReason.BUSY) from None

    async def _read(self, seat: "_Seat", raw: bytes) -> ParsedSubmission:
        # A process that was killed while it waited shows it only when it is asked; that one, and
        # one that dies while it reads, cost the mail nothing.
        for _ in range(_TRIES):
            if self._closed:
                break
            try:
                return await seat.read(raw)
            except ReaderGoneError:
                continue
        raise SubmissionRefused.because(RefusalReason.READER_FAILED)


class _Seat:
    """The place of one process; whoever holds the seat is alone with it."""

    def __init__(self, limits: MimeWorkerLimits) -> None:
        self._limits = limits
        self._reader: ReaderProcess | None = None
        self._messages = 0

    @property
    def pid(self) -> int | None:
        return None if self._reader is None else self._reader.pid

    async def fill(self) -> ReaderProcess:
        if self._reader is not None and self._reader.has_ended:
            await self.clear()
        if self._reader is None:
            self._reader = await ReaderProcess.start(
                self._limits.memory_bytes, self._limits.processor_seconds
            )
            self._messages = 0
        return self._reader

    async def clear(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.end()

    async def read(self, raw: bytes) -> ParsedSubmission:
        """Read, and leave either a process that is in step or no process behind."""
        in_step = False
        try:
            reader = await self.fill()
            async with asyncio.timeout(self._limits.deadline):
                try:
                    parsed = await reader.read(raw)
                except SubmissionRefused:
                    in_step = True
                    raise
                except ReaderGoneError:
                    if await reader.ended_by_processor_limit():
                        raise SubmissionRefused.because(RefusalReason.TOO_COMPLEX) from None
                    raise
            self._messages += 1
            in_step = self._messages < _MESSAGES_PER_PROCESS
        except ContentRefused as refused:
            raise SubmissionRefused.for_content(refused.reason) from None
        except (TimeoutError, OSError):
            raise SubmissionRefused.because(RefusalReason.READER_FAILED) from None
        finally:
            if not in_step:
                await self.clear()
        return parsed
