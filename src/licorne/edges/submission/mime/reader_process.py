"""One child process that reads mail, seen from the mail server: start, ask, end."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path
from typing import Self

import msgspec

import licorne
from licorne.domain.message.content import MAX_ATTACHMENTS, MAX_CONTENT_BYTES
from licorne.edges.submission.mime.parsed_submission import ParsedSubmission
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused
from licorne.edges.submission.mime.worker_protocol import (
    MAX_REPLY_BYTES,
    REPLY_LENGTH,
    REQUEST_LENGTH,
    Refused,
    assemble,
    decode_reply,
)

_MODULE = "licorne.edges.submission.mime.worker_process"
_PACKAGE_ROOT = Path(licorne.__file__).parent.parent


class ReaderGoneError(Exception):
    """The process ended, or said something senseless, before its answer was whole."""


class ReadingFailedError(Exception):
    """Our own code failed on a message; the text says what and where, without content."""


class ReaderProcess:
    """A started process; it answers one message at a time."""

    def __init__(self, process: Process, connection: socket.socket) -> None:
        self._process = process
        self._connection = connection

    @classmethod
    async def start(cls, memory_bytes: int, processor_seconds: int) -> Self:
        """Start a process with nothing but a socket: no environment, no terminal, own session.

        Raises `OSError` if the system has no room for it.
        """
        ours, theirs = socket.socketpair()
        try:
            ours.setblocking(False)
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-P",
                "-m",
                _MODULE,
                *(str(limit) for limit in (memory_bytes, processor_seconds, os.getpid())),
                stdin=theirs.fileno(),
                stdout=DEVNULL,
                stderr=DEVNULL,
                cwd="/",
                env={"PYTHONPATH": str(_PACKAGE_ROOT)},
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return cls(process, ours)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        return self._process.returncode is not None

    async def read(self, raw: bytes) -> ParsedSubmission:
        """Have a message read.

        Raises `SubmissionRefused` if the process refuses it or hit its processor limit over it,
        `ReaderGoneError` if the process was lost. After anything but an answer or a refusal the
        two ends are out of step: call `end`.
        """
        try:
            await self._send(REQUEST_LENGTH.pack(len(raw)))
            await self._send(raw)
            (length,) = REPLY_LENGTH.unpack(await self._receive(REPLY_LENGTH.size))
            if length > MAX_REPLY_BYTES:
                raise ReaderGoneError
            reply = decode_reply(await self._receive(length))
            if isinstance(reply, Refused):
                raise SubmissionRefused.because(RefusalReason[reply.reason]) from (
                    ReadingFailedError(reply.cause) if reply.cause else None
                )
            sizes = [file.size for file in reply.files]
            if len(sizes) > MAX_ATTACHMENTS or min(sizes, default=0) < 0:
                raise ReaderGoneError
            if sum(sizes) > MAX_CONTENT_BYTES:
                raise ReaderGoneError
            return assemble(reply, [bytes(await self._receive(size)) for size in sizes])
        except (OSError, msgspec.DecodeError, KeyError, ValueError) as lost:
            raise ReaderGoneError from lost

    async def end(self) -> int:
        """Kill the process and wait until it is gone; gives what it ended by, as `returncode`."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        self._connection.close()
        return await self._process.wait()

    async def ended_by_processor_limit(self) -> bool:
        """Whether a process that hung up was stopped by the kernel for using too much time."""
        try:
            async with asyncio.timeout(1.0):
                return await self._process.wait() == -signal.SIGXCPU
        except TimeoutError:
            return False

    async def _send(self, content: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._connection, content)

    async def _receive(self, length: int) -> bytearray:
        received = bytearray(length)
        rest = memoryview(received)
        loop = asyncio.get_running_loop()
        while rest:
            count = await loop.sock_recv_into(self._connection, rest)
            if count == 0:
                raise ReaderGoneError
            rest = rest[count:]
        return received
