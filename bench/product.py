"""Licorne itself, started as a user starts it: ``licorne demo --json`` on a home of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.processor_time import processes_of

_STOP_DEADLINE_S = 30


class ProductNotReadyError(Exception):
    """The demo ended, or said something else than its one line of JSON."""


class SmtpPlace(msgspec.Struct, frozen=True):
    """Where the submission server with STARTTLS listens."""

    host: str
    port: int


class DemoMember(msgspec.Struct, frozen=True):
    """The demo's member, as far as a mail program needs to know."""

    email: str
    app_password: str


class DemoAddresses(msgspec.Struct, frozen=True):
    """The part of the demo's JSON line that the bench uses."""

    pickup_url: str
    api_url: str
    phone_url: str
    smtp: SmtpPlace
    ca_file: str
    member: DemoMember
    api_token: str
    database_url: str


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo."""

    addresses: DemoAddresses
    pid: int
    home: Path


@contextmanager
def held_worker(demo: Demo) -> Iterator[None]:
    """Let no notice leave while the block runs; the jobs stand in the database meanwhile."""
    workers = processes_of(demo.pid, "licorne:worker")
    if not workers:
        raise ProductNotReadyError("the demo has no worker to hold")
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)


@contextmanager
def running_demo(home: Path, environment: tuple[tuple[str, str], ...] = ()) -> Iterator[Demo]:
    """Start the demo, wait for its line, and stop it as Ctrl-C does when the block ends.

    Raises:
        ProductNotReadyError: it ended before it was ready; its log is in ``<home>.log``.
    """
    command = [str(Path(sys.executable).parent / "licorne"), "demo", "--json", "--home", str(home)]
    command += ["--http-port", "0", "--smtp-port", "0", "--smtps-port", "0"]
    log_path = home.with_suffix(".log")
    with (
        log_path.open("ab") as log,
        subprocess.Popen(
            command,
            env={**os.environ, **dict(environment)},
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            line = process.stdout.readline() if process.stdout else b""
            yield Demo(_parse(line, log_path), process.pid, home)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_STOP_DEADLINE_S)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _parse(line: bytes, log_path: Path) -> DemoAddresses:
    try:
        return msgspec.json.decode(line, type=DemoAddresses)
    except msgspec.DecodeError as error:
        tail = log_path.read_text("utf-8", "replace")[-2000:]
        raise ProductNotReadyError(
            f"no line of JSON from the demo; its log ends:\n{tail}"
        ) from error
