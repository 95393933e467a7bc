"""A way to a real server that is busy at first, or loses the answer to what the server did.

async with unreliable_way(api.url, "busy", "hangs up") as way:
    ...                       # the first request gets 503, the second one's answer is lost
assert way.took == ["busy", "hangs up", "passes on"]
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_BUSY = b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Way:
    """``took`` is what became of each request, in order."""

    url: str = ""
    took: list[str] = field(default_factory=list)


@asynccontextmanager
async def unreliable_way(url: str, *first: str) -> AsyncIterator[Way]:
    way, becomes = Way(), iter(first)
    server = urlsplit(url)

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await _request(reader)
            way.took.append(next(becomes, "passes on"))
            if way.took[-1] == "busy":
                writer.write(_BUSY)
                await writer.drain()
                return
            answer = await _ask(server.hostname or "", server.port or 80, request)
            if way.took[-1] == "passes on":
                writer.write(answer)
                await writer.drain()
        finally:
            writer.close()

    listening = await asyncio.start_server(take, "127.0.0.1", 0)
    way.url = f"http://localhost:{listening.sockets[0].getsockname()[1]}"
    async with listening:
        yield way


async def _request(reader: asyncio.StreamReader) -> bytes:
    """Read one request, and ask for a connection that ends with its answer (RFC 9112 §9.6)."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    body = await reader.readexactly(int(length[1])) if length else b""
    return re.sub(rb"(?i)connection: keep-alive", b"Connection: close", head) + body


async def _ask(host: str, port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request)
        await writer.drain()
        return await reader.read()
    finally:
        writer.close()
