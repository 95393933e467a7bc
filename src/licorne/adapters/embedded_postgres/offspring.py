"""Starts PostgreSQL's programs so that none of them outlives us or has more rights than it needs.

Each runs through `descend`: in its own session (Ctrl-C at the terminal is for Licorne, which then
stops the database last), under the server's account, with an empty environment, and with a signal
from the kernel if this process dies, however it dies.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from licorne.adapters.embedded_postgres.account import ServerAccount
from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError

# initdb runs its steps through the shell. Nothing else is passed on: a PGDATA or LD_PRELOAD of
# the person at the terminal is not meant for this server.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
_DESCEND = Path(__file__).with_name("descend.py")


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, and the descriptors it gets from us besides its log."""

    program: Path
    arguments: Sequence[str]
    account: ServerAccount
    descriptors: tuple[int, ...]
    death_signal: signal.Signals

    def line(self) -> list[str]:
        return [
            *(sys.executable, "-I", "-S", str(_DESCEND)),
            *(str(self.account.uid), str(self.account.gid)),
            *(str(os.getpid()), str(int(self.death_signal))),
            str(self.program),
            *self.arguments,
        ]


@dataclass(slots=True)
class Offspring:
    """A program of ours while it runs.

    A thread starts it and then waits for its end, because the kernel ties the parent-death signal
    to the thread that forked, not to the process: started from a short-lived thread (an executor,
    a test fixture), the server would die with that thread.
    """

    command: Command
    log: int
    exit_status: int | None = None
    _process: subprocess.Popen[bytes] | None = None
    _failure: OSError | None = None
    _started: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return not self._ended.is_set()

    def start(self) -> None:
        """Return once the program is on its way; raises EmbeddedPostgresError if it can't be."""
        name = f"embedded-postgres-{self.command.program.name}"
        # A daemon, so that an interpreter that ends without having stopped the server does end,
        # and the kernel then stops the server.
        threading.Thread(target=self._run, name=name, daemon=True).start()
        self._started.wait()
        if self._failure is not None:
            raise EmbeddedPostgresError(
                "The database's programs could not be started on this machine.",
                cause=str(self._failure),
            ) from self._failure

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, now or within so many seconds."""
        return self._ended.wait(seconds)

    def send(self, wanted: signal.Signals) -> None:
        if self._process is not None and self.is_running:
            self._process.send_signal(wanted)

    def _run(self) -> None:
        try:
            self._process = subprocess.Popen(
                self.command.line(),
                stdin=subprocess.DEVNULL,
                stdout=self.log,
                stderr=self.log,
                cwd="/",
                env=_ENVIRONMENT,
                pass_fds=self.command.descriptors,
                start_new_session=True,
            )
        except OSError as error:
            self._failure = error
            self._ended.set()
            self._started.set()
            return
        self._started.set()
        self.exit_status = self._process.wait()
        self._ended.set()
