"""9,500 idle live-update connections at once: less than 300 MB, and each is told of a change.

    .venv/bin/python -m tests.release.live_connections
    .venv/bin/python -m tests.release.live_connections --connections 1000

The office's live updates are server-sent events, not web sockets: the same number of those.
"""

import argparse
import asyncio
import sys
import time

import httpx
from tests.release.place import (
    allow_open_files,
    children,
    folder_on_disk,
    resident,
    said,
    verdict,
)
from tests.support.running_demo import RunningDemo, running_demo

from licorne.vault.totp import code_at

ALLOWED = 300 * 1024 * 1024
AT_ONCE = 100
IDLE = 45.0  # seconds: two heartbeats and two looks at the session
MEGABYTE = 1024 * 1024


def main(connections: int) -> int:
    allow_open_files(connections + 1000)
    with folder_on_disk() as folder, running_demo(folder / "home") as demo:
        return asyncio.run(_measure(demo, connections))


async def _measure(demo: RunningDemo, wanted: int) -> int:
    processes = children(demo.process.pid, "licorne:web")
    url, cookie = httpx.URL(demo.facts["office_url"]), await _sign_in(demo)
    before = resident(processes)
    with said(f"{wanted} pages open their live updates"):
        streams = await _opened(url, cookie, wanted)
    at_first = resident(processes)
    with said(f"they are idle for {IDLE:.0f} s"):
        await asyncio.sleep(IDLE)
    grown = resident(processes) - before
    began = time.monotonic()
    status, _ = demo.api("POST", "/messages", {"to": [demo.new_number()], "text": "Hello."})
    told = await asyncio.gather(*(_is_told(reader) for reader, _ in streams))
    took = time.monotonic() - began
    for _, writer in streams:
        writer.close()
    print(
        f"{len(processes)} web processes: {before / MEGABYTE:.0f} MB before,"
        f" {(at_first - before) / MEGABYTE:.0f} MB more with all, {grown / MEGABYTE:.0f} MB more"
        f" when idle, {grown / wanted / 1024:.1f} KB each; all told in {took:.1f} s"
    )
    what = f"{len(streams)} open, {sum(told)} told of a change, {grown / MEGABYTE:.0f} MB"
    holds = status == 201 and sum(told) == wanted and grown < ALLOWED
    return verdict(what, holds=holds)


async def _sign_in(demo: RunningDemo) -> str:
    member = demo.facts["member"]
    form = {
        "email": member["email"],
        "password": member["password"],
        "code": code_at(member["totp_secret"], time.time()),
    }
    async with httpx.AsyncClient() as client:
        url = f"{demo.facts['office_url']}/sign-in"
        answer = await client.post(url, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303, answer.status_code
    return "; ".join(line.partition(";")[0] for line in answer.headers.get_list("set-cookie"))


Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _opened(url: httpx.URL, cookie: str, wanted: int) -> list[Stream]:
    head = f"GET /office/live HTTP/1.1\r\nHost: {url.netloc.decode()}\r\nCookie: {cookie}\r\n\r\n"
    waiting, streams = iter(range(wanted)), []

    async def open_some() -> None:
        for number in waiting:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", url.port, local_addr=(f"127.0.1.{1 + number % 8}", 0), limit=4096
            )
            writer.write(head.encode())
            status = await reader.readline()
            assert b" 200 " in status, status
            await reader.readuntil(b"retry: ")
            streams.append((reader, writer))

    await asyncio.gather(*(open_some() for _ in range(AT_ONCE)))
    return streams


async def _is_told(reader: asyncio.StreamReader) -> bool:
    try:
        async with asyncio.timeout(120):
            while line := await reader.readline():
                if line.startswith(b"event: "):
                    return b"session-over" not in line
    except TimeoutError:
        pass
    return False


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--connections", type=int, default=9500)
    sys.exit(main(parser.parse_args().connections))
