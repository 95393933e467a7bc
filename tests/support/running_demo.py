"""`licorne demo` as a process of its own, as its user would start it; one serves many journeys.

Journeys keep out of each other's way by texting different numbers (`RunningDemo.new_number`).
"""

import asyncio
import itertools
import json
import os
import re
import signal
import smtplib
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest

START_SECONDS = 90
STOP_SECONDS = 30
_LINK = re.compile(r"https?://\S+")


class DemoNotStarted(Exception):
    """The demo ended before it was ready; the text is the end of its log."""


@dataclass
class RunningDemo:
    """A demo that answers. ``facts`` is the line of JSON that it printed."""

    home: Path
    facts: dict[str, Any]
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(100))

    def new_number(self) -> str:
        """Give a number that nobody has texted yet; no phone company gives it out."""
        return f"+1212555{next(self._numbers):04d}"

    def mail(self) -> smtplib.SMTP:
        """Sign an email program in, over STARTTLS."""
        smtp, member = self.facts["smtp"], self.facts["member"]
        program = smtplib.SMTP(smtp["host"], smtp["port"], timeout=30)
        program.starttls(context=ssl.create_default_context(cafile=self.facts["ca_file"]))
        program.login(member["email"], member["app_password"])
        return program

    def send_mail(self, number: str, text: str, subject: str = "Your visit") -> None:
        """Write to a number as any email program does."""
        message = EmailMessage()
        message["From"] = self.facts["member"]["email"]
        message["To"] = f"{number}@secure.text"
        message["Subject"] = subject
        message.set_content(text)
        self.send(message)

    def send(self, message: EmailMessage) -> None:
        with self.mail() as program:
            program.send_message(message)

    def texts(self, number: str) -> list[dict[str, str]]:
        """Read what is on a phone."""
        with urllib.request.urlopen(
            f"{self.facts['phone_url']}/messages.json?number={quote(number)}", timeout=10
        ) as answer:
            texts: list[dict[str, str]] = json.load(answer)
        return texts

    async def next_link(self, number: str, after: int = 0, seconds: float = 15) -> str:
        """Wait for the text that comes after the first ``after`` ones; give its link."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            texts = await asyncio.to_thread(self.texts, number)
            if len(texts) > after:
                link = _LINK.search(texts[after]["text"])
                assert link is not None, "a notice without a link"
                return link.group()
            await asyncio.sleep(0.05)
        raise AssertionError("no text came to the phone")

    def api(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Call the API with the demo's token."""
        request = urllib.request.Request(
            self.facts["api_url"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.facts['api_token']}",
                "Content-Type": "application/json",
                **headers,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    async def execute(self, statement: str, *values: object) -> None:
        """Change a row as the schema's owner, for what a test can't wait for."""
        connection = await asyncpg.connect(self.facts["database_url"])
        try:
            await connection.execute(statement, *values)
        finally:
            await connection.close()

    def log(self) -> str:
        return (self.home.parent / f"{self.home.name}.log").read_text("utf-8", "replace")


@contextmanager
def running_demo(home: Path, *options: str) -> Iterator[RunningDemo]:
    """Start a demo on free ports and stop it as Ctrl-C does when the block ends."""
    command = [str(Path(sys.executable).parent / "licorne"), "demo", "--json", "--home", str(home)]
    command += ["--http-port", "0", "--smtp-port", "0", "--smtps-port", "0", *options]
    log = home.parent / f"{home.name}.log"
    with (
        log.open("ab") as stderr,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, start_new_session=True
        ) as process,
    ):
        try:
            line = process.stdout.readline() if process.stdout else b""
            if not line:
                raise DemoNotStarted(log.read_text("utf-8", "replace")[-2000:])
            yield RunningDemo(home, json.loads(line), process)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def demo() -> Iterator[RunningDemo]:
    """One demo for all journeys of a run."""
    with (
        tempfile.TemporaryDirectory(prefix="licorne-demo-") as folder,
        running_demo(Path(folder) / "home") as started,
    ):
        yield started
