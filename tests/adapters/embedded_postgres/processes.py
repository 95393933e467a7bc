"""Processes, looked at from outside."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from licorne.adapters.embedded_postgres.account import ServerAccount

_DEADLINE = 20.0  # seconds


def eventually(condition: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + _DEADLINE
    while not condition():
        assert time.monotonic() < deadline, complaint
        time.sleep(0.01)


def is_alive(process: int) -> bool:
    """Running: not gone, and no zombie that waits for whoever inherited it."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def program_name(process: int) -> str:
    return Path(f"/proc/{process}/comm").read_text().strip()


@dataclass(frozen=True, slots=True)
class AnotherLauncher:
    """A launcher in a process (and group) of its own, as `licorne demo` is."""

    process: subprocess.Popen[str]
    postmaster: int
    url: str
    socket_directory: Path

    def kill_whole_group(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def clear_away(self) -> None:
        """Whatever the test left: also a server that outlived its launcher, wrongly."""
        if self.process.poll() is None:
            self.kill_whole_group()
        with contextlib.suppress(OSError):
            if program_name(self.postmaster) == "postgres":
                os.kill(self.postmaster, signal.SIGKILL)
        shutil.rmtree(self.socket_directory, ignore_errors=True)


def as_account(account: ServerAccount) -> dict[str, Any]:
    """subprocess's options to run something under the server's account."""
    if not account.is_another_user:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}
