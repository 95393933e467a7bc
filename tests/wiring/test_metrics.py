"""Metrics and logs of running roles: what happened, and nothing about anybody (threat 38)."""

import asyncio
import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.installation import Installed

from licorne.application.sending.outcome import Sent
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Draft, Source
from licorne.wiring.core import compose_sending
from licorne.wiring.private_files import write_private

LICORNE = Path(sys.executable).parent / "licorne"
CANARY = "Zebrafish"
NUMBER = "+12125550141"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Running:
    def __init__(self, installation: Installed, log: Path) -> None:
        self.pages, self.metrics, self.log = free_port(), free_port(), log
        write_private(installation.home.database_url, installation.urls.owner + "\n")
        lines = 'public_url = "http://localhost:1"\nweb_processes = 2\n'
        lines += f"http_port = {self.pages}\nmetrics_port = {self.metrics}\n"
        write_private(installation.home.settings_file, lines)
        roles = ("--role", "web", "--role", "worker")
        with log.open("wb") as written:
            self.process = subprocess.Popen(
                [LICORNE, "up", "--home", installation.home.path, *roles],
                stderr=written,
            )

    def get(self, path: str, port: int | None = None, method: str = "GET") -> tuple[int, str]:
        url = f"http://127.0.0.1:{port or self.pages}{path}"
        try:
            asked = urllib.request.Request(url, method=method)
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def told(self) -> str:
        return self.get("/metrics", self.metrics)[1]

    def wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if self.get("/readyz")[0] == 200 and "licorne_database_up 1.0" in self.told():
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())


@pytest.fixture
def running(installation: Installed, tmp_path: Path) -> Iterator[Running]:
    started = Running(installation, tmp_path / "log")
    try:
        started.wait()
        yield started
    finally:
        started.process.terminate()
        started.process.wait()


def value(told: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", told, re.MULTILINE)
    assert found, told
    return float(found[1])


async def test_threat_38_metrics_and_logs_tell_what_happened_and_nothing_about_anybody(
    installation: Installed, running: Running
):
    for _ in range(8):  # over both processes
        await asyncio.to_thread(running.get, "/healthz")
    await asyncio.to_thread(running.get, f"/{CANARY}?name={CANARY}")
    await asyncio.to_thread(running.get, f"/m/{CANARY}")
    await asyncio.to_thread(running.get, "/healthz", None, CANARY.upper())
    async with installation.core() as core:
        sent = await compose_sending(core).send(
            Draft(
                organization=installation.organization,
                author=Actor(ActorKind.MEMBER, installation.member),
                source=Source.API,
                recipients=(PhoneNumber.from_e164(NUMBER),),
                content=Content(CANARY, f"{CANARY} was here"),
            )
        )
        assert isinstance(sent, Sent)
    told = await asyncio.to_thread(running.told)
    assert value(told, 'licorne_requests_total{method="GET",route="/healthz",status="200"}') == 8
    assert value(told, 'licorne_request_seconds_count{route="/healthz"}') >= 8
    assert value(told, "licorne_backup_alarm") == 1
    assert value(told, "licorne_audit_lag_seconds") < 60
    assert "licorne_messages_total" in told
    log = running.log.read_text()
    events = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert {"request"} <= {event["event"] for event in events}
    for secret in (CANARY.lower(), NUMBER.removeprefix("+"), "127.0.0.1:", "riverbend"):
        assert secret not in told.lower()
        assert secret not in "\n".join(map(str, events)).lower()


async def test_metrics_have_a_port_of_their_own_and_answer_nothing_else(running: Running):
    assert (await asyncio.to_thread(running.get, "/metrics"))[0] == 404  # the public port
    assert (await asyncio.to_thread(running.get, "/healthz", running.metrics))[0] == 404
    listening = Path("/proc/net/tcp").read_text()
    everywhere = f"00000000:{running.metrics:04X}"
    assert everywhere not in listening
    assert f"0100007F:{running.metrics:04X}" in listening
