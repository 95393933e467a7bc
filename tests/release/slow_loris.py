"""1,000 sockets that dribble, on HTTP and on mail, leave the others' requests below half a second.

    .venv/bin/python -m tests.release.slow_loris
    .venv/bin/python -m tests.release.slow_loris --sockets 100

Each sends a byte of a request's head, or of a command, now and then, and connects anew when it is
cut off. Meanwhile messages are sent by API and by mail, one after the other, and timed.
"""

import argparse
import asyncio
import smtplib
import ssl
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx
from tests.release.place import allow_open_files, folder_on_disk, percentile, said, verdict
from tests.support.running_demo import RunningDemo, running_demo

ALLOWED = 0.5  # seconds, for 99 of 100
REQUESTS = 300
EVERY = 2.0  # seconds between two bytes of one socket
PER_ADDRESS = 100
HEAD = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
COMMAND = b"EHLO "


@dataclass
class Loris:
    """``alive`` sockets are open; ``cut_off`` were closed by the server and came again."""

    alive: int = 0
    cut_off: int = 0


def main(sockets: int) -> int:
    allow_open_files(2 * sockets + 1000)
    with folder_on_disk() as folder, running_demo(folder / "home") as demo:
        return asyncio.run(measure(demo, sockets))


async def measure(demo: RunningDemo, sockets: int) -> int:
    http = httpx.URL(demo.facts["api_url"]).port or 80
    before = await _timed(demo, REQUESTS)
    async with (
        dribbling(http, HEAD, sockets) as on_http,
        dribbling(demo.facts["smtp"]["port"], COMMAND, sockets) as on_mail,
    ):
        with said(f"{on_http.alive} sockets dribble on HTTP, {on_mail.alive} on mail"):
            during = await _timed(demo, REQUESTS)
        print(f"cut off meanwhile: {on_http.cut_off} on HTTP, {on_mail.cut_off} on mail")
    failed = 0
    for way in ("API", "mail"):
        earlier, now = (f"{percentile(times[way], 0.99) * 1000:.0f}" for times in (before, during))
        holds = percentile(during[way], 0.99) < ALLOWED
        failed |= verdict(f"{way}: p99 {earlier} ms before, {now} ms meanwhile", holds=holds)
    return failed


@asynccontextmanager
async def dribbling(port: int, beginning: bytes, sockets: int) -> AsyncIterator[Loris]:
    loris = Loris()
    tasks = [
        asyncio.create_task(_dribble(port, beginning, f"127.0.1.{1 + n // PER_ADDRESS}", loris))
        for n in range(sockets)
    ]
    try:
        async with asyncio.timeout(120):
            while loris.alive < sockets * 0.95:
                await asyncio.sleep(0.05)
        yield loris
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _dribble(port: int, beginning: bytes, address: str, loris: Loris) -> None:
    while True:
        with suppress(OSError):
            _reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=(address, 0)
            )
            loris.alive += 1
            try:
                writer.write(beginning)
                while not writer.is_closing():
                    await asyncio.sleep(EVERY)
                    writer.write(b"x")
                    await writer.drain()
            finally:
                loris.alive -= 1
                loris.cut_off += 1
                writer.close()
        await asyncio.sleep(0.1)


async def _timed(demo: RunningDemo, requests: int) -> dict[str, list[float]]:
    """Send messages by both ways at once, one after the other on each; give each one's seconds."""
    by_api, by_mail = await asyncio.gather(
        _by_api(demo, requests), asyncio.to_thread(_by_mail, demo, requests // 3)
    )
    return {"API": by_api, "mail": by_mail}


async def _by_api(demo: RunningDemo, requests: int) -> list[float]:
    headers = {"Authorization": f"Bearer {demo.facts['api_token']}"}
    said, times = {"to": ["+12125550123"], "text": "Hello."}, []
    async with httpx.AsyncClient(timeout=60) as client:
        for _ in range(requests):
            began = time.perf_counter()
            url = f"{demo.facts['api_url']}/messages"
            answer = await client.post(url, json=said, headers=headers)
            times.append(time.perf_counter() - began)
            assert answer.status_code == 201, answer.text
    return times


def _by_mail(demo: RunningDemo, requests: int) -> list[float]:
    """Time whole sessions, from connecting to the acknowledgement."""
    member, times = demo.facts["member"], []
    tls = ssl.create_default_context(cafile=demo.facts["ca_file"])
    letter = f"From: {member['email']}\r\nTo: +12125550123@secure.text\r\n\r\nHello.\r\n"
    for _ in range(requests):
        began = time.perf_counter()
        with smtplib.SMTP("localhost", demo.facts["smtp"]["port"], timeout=60) as program:
            program.starttls(context=tls)
            program.login(member["email"], member["app_password"])
            program.sendmail(member["email"], ["+12125550123@secure.text"], letter)
            times.append(time.perf_counter() - began)
    return times


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sockets", type=int, default=1000)
    sys.exit(main(parser.parse_args().sockets))
