"""The largest message there is, in and out of real web processes: what it costs them in memory."""

import base64
import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.support.contact_client import contact_client
from tests.support.running_demo import RunningDemo

from licorne.domain.message.content import MAX_CONTENT_BYTES

LARGE = os.urandom(1024 * 1024) * (MAX_CONTENT_BYTES // 1024 // 1024 - 1)
CONSTANT = 24 * 1024 * 1024  # bytes: pieces under way, of which there is a bounded number
LARGEST = 4 * MAX_CONTENT_BYTES
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Grown:
    """Bytes that the web processes together had more than at the beginning, at most."""

    bytes: int = 0


def web_processes(demo: RunningDemo) -> list[int]:
    children = Path(f"/proc/{demo.process.pid}/task/{demo.process.pid}/children").read_text()
    return [
        int(pid)
        for pid in children.split()
        if Path(f"/proc/{pid}/comm").read_text().startswith("licorne:web")
    ]


def resident(processes: list[int]) -> int:
    """Read how much memory the processes have in use (statm of proc(5), second field)."""
    pages = [Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in processes]
    return sum(map(int, pages)) * PAGE


@contextmanager
def watched(processes: list[int]) -> Iterator[Grown]:
    grown, before, done = Grown(), resident(processes), threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            grown.bytes = max(grown.bytes, resident(processes) - before)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield grown
    finally:
        done.set()
        watching.join()


async def test_fifty_megabytes_go_in_and_out_in_constant_memory(demo: RunningDemo):
    """And as JSON, where they have to be in memory, in four times as much at most."""
    processes, number = web_processes(demo), demo.new_number()
    assert processes
    api, headers = demo.facts["api_url"], {"Authorization": f"Bearer {demo.facts['api_token']}"}
    said = {"to": [number], "text": "Your pictures."}
    async with httpx.AsyncClient(timeout=120) as http:
        files = {
            "message": (None, json.dumps(said), "application/json"),
            "files": ("pictures.zip", LARGE, "application/octet-stream"),
        }
        with watched(processes) as grown:
            answer = await http.post(f"{api}/messages", headers=headers, files=files)
        assert answer.status_code == 201, answer.text
        assert grown.bytes < CONSTANT

    link = httpx.URL(await demo.next_link(number))
    async with contact_client(str(link.join("/"))) as contact:
        shown = await contact.claim(str(link))
        (address,) = re.findall(r'href="([^"]+/file/\d+)"', shown.text)
        digest = hashlib.sha256()
        with watched(processes) as grown:
            async with contact.stream(address) as answer:
                assert answer.status_code == 200, address
                async for piece in answer.aiter_bytes():
                    digest.update(piece)
        assert digest.digest() == hashlib.sha256(LARGE).digest()
        assert grown.bytes < CONSTANT

    attachment = {
        "filename": "pictures.zip",
        "content_type": "application/octet-stream",
        "content": base64.b64encode(LARGE).decode(),
    }
    body = json.dumps({**said, "attachments": [attachment]}).encode()
    async with httpx.AsyncClient(timeout=120) as http:
        with watched(processes) as grown:
            answer = await http.post(
                f"{api}/messages",
                headers={**headers, "Content-Type": "application/json"},
                content=body,
            )
        assert answer.status_code == 201, answer.text
        assert grown.bytes < LARGEST
    print(f"as JSON: {grown.bytes / len(LARGE):.1f} times its size")
