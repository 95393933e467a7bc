"""ClamAV's daemon, asked by INSTREAM: `clamd(8)`, "COMMANDS".

The file goes in pieces, each with its length before it (4 bytes, network order); a length of 0 ends
it. The answer is ``stream: OK``, ``stream: NAME FOUND`` or ``… ERROR``, up to a zero byte. What is
sent is plain text, so a scanner on the network must have a private address: it stands beside us.
"""

import asyncio
import contextlib
import ipaddress
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from licorne.ports.file_scanner import ScannerDown

USUAL_DEADLINE = 30.0  # seconds for each step: clamd reads slowly while it loads its signatures
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096


class ScannerAddressWrong(ValueError):
    """The text is for the operator."""


@dataclass(frozen=True, slots=True)
class ScannerAddress:
    """A Unix socket's path, or a host and a port."""

    path: str = ""
    host: str = ""
    port: int = 0


def parse_scanner_address(text: str) -> ScannerAddress:
    """Read ``unix:/run/clamav/clamd.ctl`` or ``tcp:127.0.0.1:3310``."""
    kind, _colon, rest = text.partition(":")
    if kind == "unix" and Path(rest).is_absolute():
        return ScannerAddress(path=rest)
    host, _colon, port = rest.rpartition(":")
    if kind == "tcp" and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536:
        return ScannerAddress(host=host.strip("[]"), port=int(port))
    raise ScannerAddressWrong("it must look like unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310")


class Clamd:
    def __init__(self, address: ScannerAddress, deadline: float = USUAL_DEADLINE) -> None:
        self._address = address
        self._deadline = deadline

    async def begin(self) -> "ClamdScan":
        scan = ClamdScan(*await self._connect(), self._deadline)
        await scan.send(b"zINSTREAM\x00")
        return scan

    async def version(self) -> str:
        scan = ClamdScan(*await self._connect(), self._deadline)
        try:
            await scan.send(b"zVERSION\x00")
            return await scan.answer()
        finally:
            await scan.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        address = self._address
        try:
            async with asyncio.timeout(self._deadline):
                if address.path:
                    return await asyncio.open_unix_connection(address.path, limit=_LONGEST_ANSWER)
                where = await _private_address(address)
                return await asyncio.open_connection(where, address.port, limit=_LONGEST_ANSWER)
        except (OSError, TimeoutError) as problem:
            raise ScannerDown(type(problem).__name__) from problem


class ClamdScan:
    """One connection, one file."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deadline: float
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._deadline = deadline

    async def feed(self, piece: bytes) -> None:
        view = memoryview(piece)
        for start in range(0, len(view), _PIECE):
            part = view[start : start + _PIECE]
            await self.send(struct.pack("!I", len(part)) + part)

    async def found(self) -> str | None:
        await self.send(struct.pack("!I", 0))
        answer = await self.answer()
        words = answer.removeprefix("stream: ")
        if words == "OK":
            return None
        name, _space, last = words.rpartition(" ")
        if last == "FOUND" and name:
            return name
        raise ScannerDown("size_limit" if "size limit" in words else "error")

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(self._deadline):
                await self._writer.wait_closed()

    async def send(self, content: bytes) -> None:
        try:
            async with asyncio.timeout(self._deadline):
                self._writer.write(content)
                await self._writer.drain()
        except (OSError, TimeoutError) as problem:
            raise ScannerDown(await self._why(problem)) from problem

    async def answer(self) -> str:
        try:
            async with asyncio.timeout(self._deadline):
                told = await self._reader.readuntil(b"\x00")
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError) as problem:
            raise ScannerDown(type(problem).__name__) from problem
        return told.rstrip(b"\x00").decode("utf-8", "replace")

    async def _why(self, problem: Exception) -> str:
        """A file over its limit is answered while it is sent, and the connection is cut."""
        with contextlib.suppress(OSError, TimeoutError, EOFError, asyncio.LimitOverrunError):
            async with asyncio.timeout(1):
                if b"size limit" in await self._reader.readuntil(b"\x00"):
                    return "size_limit"
        return type(problem).__name__


async def _private_address(address: ScannerAddress) -> str:
    found = await asyncio.get_running_loop().getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM
    )
    where = str(found[0][4][0])
    if not ipaddress.ip_address(where).is_private:
        raise ScannerDown("public_address")
    return where
