"""Who reaches the port can't stop the web process by the head of a request."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
import uvicorn

from licorne.wiring.bounded_http import LONGEST_HEAD, BoundedHttp


class Impatient(BoundedHttp):
    head_seconds = 0.3


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the length of the body."""
    size, more = 0, True
    while more:
        event = await receive()
        size, more = size + len(event.get("body", b"")), event.get("more_body", False)
    headers = [(b"content-length", str(len(str(size))).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": str(size).encode()})


@pytest.fixture
async def port(request: pytest.FixtureRequest) -> AsyncIterator[int]:
    kind = getattr(request, "param", BoundedHttp)
    config = uvicorn.Config(
        cast("Any", echo), http=kind, loop="uvloop", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        yield listening.getsockname()[1]
        server.should_exit = True
        await serving


async def talk(port: int, *pieces: bytes) -> bytes:
    """Send the pieces and give all that comes back until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass
    async with asyncio.timeout(10):
        try:
            return await reader.read()
        except ConnectionError:
            return b"reset"
        finally:
            writer.close()


HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "endless", [HEAD + b"X: ", b"GET /", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000]
)
async def test_an_endless_head_is_cut_off(port: int, endless: bytes) -> None:
    answer = await talk(port, endless, *[b"a" * 65_536] * 40)
    assert answer == b"reset" or answer.startswith(b"HTTP/1.1 400")
    assert (await talk(port, HEAD + b"\r\n")).startswith(b"HTTP/1.1 200")


async def test_a_head_within_the_limit_and_a_body_far_beyond_it_go_through(port: int) -> None:
    long = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000000\r\nX: "
    long += b"a" * (LONGEST_HEAD - len(long) - 100) + b"\r\n\r\n"
    assert (await talk(port, long + b"b" * 1_000_000)).endswith(b"\r\n\r\n1000000")


async def test_every_request_of_a_connection_has_the_whole_limit(port: int) -> None:
    some = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40_000 + b"\r\n\r\n"
    answer = await talk(port, some, some, some, HEAD + b"\r\n")
    assert answer.count(b"HTTP/1.1 200") == 4


@pytest.mark.parametrize("port", [Impatient], indirect=True)
@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX: "])
async def test_whoever_never_ends_a_head_is_not_waited_for(port: int, begun: bytes) -> None:
    assert (await talk(port, begun)).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("port", [Impatient], indirect=True)
async def test_a_slow_body_is_waited_for(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\na")
    await asyncio.sleep(Impatient.head_seconds * 2)  # the very thing that is tested
    writer.write(b"b")
    assert (await reader.read()).endswith(b"2")
    writer.close()
