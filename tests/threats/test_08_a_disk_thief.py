"""Threat 8: without the unseal key nothing is served, and the answers say "try again"."""

import asyncio
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.support.installation import Installed

PATHS = (
    "/",
    "/m",
    f"/{'0' * 22}",
    "/office",
    "/office/sign-in",
    "/api/v1/messages",
    "/api/v1/openapi.json",
    "/static/web/licorne.css",
)


@dataclass(frozen=True)
class Served:
    http_port: int
    smtp_port: int
    smtps_port: int
    log: Path

    async def get(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.http_port}") as client:
            return await client.get(path, timeout=10)

    async def greeting(self) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.smtp_port)
        try:
            return (await asyncio.wait_for(reader.readline(), 10)).decode()
        finally:
            writer.close()

    async def until(self, path: str, status: int, seconds: float = 60) -> httpx.Response:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                answer = await self.get(path)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == status:
                return answer
            await asyncio.sleep(0.1)
        raise AssertionError(f"no {status}: {self.log.read_text('utf-8', 'replace')[-2000:]}")


@asynccontextmanager
async def up(installed: Installed, folder: Path) -> AsyncIterator[Served]:
    """Start an installation as its operator does, with all roles in one command."""
    ports = free_ports(3)
    served = Served(*ports, folder / "up.log")
    environment = {
        **os.environ,
        "LICORNE_DATABASE_URL": installed.urls.owner,
        "LICORNE_PUBLIC_URL": f"http://localhost:{served.http_port}",
        "LICORNE_HTTP_PORT": str(served.http_port),
        "LICORNE_SMTP_PORT": str(served.smtp_port),
        "LICORNE_SMTPS_PORT": str(served.smtps_port),
        "LICORNE_TLS_CERTIFICATE": str(installed.certificates.certificate),
        "LICORNE_TLS_KEY": str(installed.certificates.key),
    }
    with served.log.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).parent / "licorne"),
            *("up", "--home", str(installed.home.path)),
            env=environment,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield served
        finally:
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), 30)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


async def test_started_without_the_key_it_serves_nothing_until_the_key_is_brought(
    installation: Installed, tmp_path: Path
):
    key = installation.home.unseal_key
    away = tmp_path / "in the operator's pocket"
    shutil.move(key, away)
    async with up(installation, tmp_path) as served:
        await served.until("/", 503)
        for path in PATHS:
            answer = await served.get(path)
            assert answer.status_code == 503, path
            assert answer.headers["cache-control"] == "no-store"
            assert int(answer.headers["retry-after"]) > 0
            assert "Not open yet" in answer.text
            assert installation.practice.organization not in answer.text
        assert (await served.greeting()).startswith("421 4.3.2")
        assert "sealed" in served.log.read_text()
        shutil.move(away, key)
        await served.until("/office/sign-in", 200)
        for path in PATHS:
            assert (await served.get(path)).status_code != 503, path
        deadline = time.monotonic() + 30
        while not (greeting := await served.greeting()).startswith("220"):
            assert time.monotonic() < deadline, greeting
            await asyncio.sleep(0.1)


async def test_another_installations_key_opens_nothing_either(
    installation: Installed, tmp_path: Path
):
    key = installation.home.unseal_key
    genuine = key.read_bytes()
    key.write_bytes(bytes(reversed(genuine.strip())) + b"\n")
    async with up(installation, tmp_path) as served:
        await served.until("/office/sign-in", 503)
        assert (await served.greeting()).startswith("421 ")


if os.geteuid() != 0:  # for root no permission is missing

    @pytest.mark.parametrize("mode", [0o000])
    async def test_a_key_that_may_not_be_read_is_as_good_as_none(
        installation: Installed, tmp_path: Path, mode: int
    ):
        installation.home.unseal_key.chmod(mode)
        async with up(installation, tmp_path) as served:
            await served.until("/office/sign-in", 503)
            installation.home.unseal_key.chmod(0o600)
            await served.until("/office/sign-in", 200)
