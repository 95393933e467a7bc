"""A real HTTP server that plays a carrier: it answers as told and remembers what came."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: bytes = b'{"message": {"id": "c-1"}}'


class HangUp(Exception):
    """Close the connection without an answer."""


class SayNothing(Exception):
    """Keep the connection open and never answer."""


Behaviour = Callable[[Asked], Reply]


@dataclass
class Gateway:
    url: str = ""
    behaviour: Behaviour = field(default=lambda _asked: Reply())
    asked: list[Asked] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)  # by our id: what phones got
    server: asyncio.Server | None = None

    async def stop(self) -> None:
        """Go away: from now on nobody listens."""
        assert self.server is not None
        self.server.close()
        await self.server.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await _read(reader)
            self.asked.append(asked)
            reply = self.behaviour(asked)
            head = (
                f"HTTP/1.1 {reply.status} x\r\ncontent-length: {len(reply.body)}\r\n"
                "content-type: application/json\r\nconnection: close\r\n\r\n"
            )
            writer.write(head.encode() + reply.body)
            await writer.drain()
        except HangUp:
            pass
        except SayNothing:
            await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(method, target, headers, body)


@asynccontextmanager
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.server = server
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()


def answering(status: int, document: object) -> Behaviour:
    return lambda _asked: Reply(status, json.dumps(document).encode())


def hanging_up(_asked: Asked) -> Reply:
    raise HangUp


def saying_nothing(_asked: Asked) -> Reply:
    raise SayNothing
