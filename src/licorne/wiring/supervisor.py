"""Runs the roles as processes of their own, forked from one parent that has everything imported.

A role that dies is started again, sooner the first time and later each time; a role tells by a
byte on a pipe that it answers. The parent runs no event loop and holds no connection; when it is
killed, the kernel kills its children (PR_SET_PDEATHSIG), so that nothing is left running.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from licorne.wiring.memory_privacy import keep_memory_private

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_PR_SET_NAME = 15
_FIRST_WAIT = 0.1  # seconds before a role that died is started again
_LONGEST_WAIT = 5.0
_STEADY = 10.0  # a role that lived so long starts over with the first wait
_GRACE = 15.0  # seconds to finish in before SIGKILL

Ready = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Role:
    """One process to run. ``run`` blocks until SIGTERM, and calls its argument once it answers."""

    name: str
    run: Callable[[Ready], None]


@dataclass(slots=True)
class _Child:
    role: Role
    pid: int = 0
    ready_pipe: int = -1
    ready: bool = False
    started: float = 0.0
    wait: float = _FIRST_WAIT
    start_at: float = 0.0


@dataclass(slots=True)
class Supervisor:
    roles: Sequence[Role]
    log: Callable[[str, str], None]  # event, role
    _children: list[_Child] = field(default_factory=list)
    _stopping: bool = False
    _wakeup: tuple[int, int] = (-1, -1)

    def run(self, when_ready: Callable[[], None] | None = None) -> int:
        """Start all roles, keep them running, and return 0 after SIGTERM or SIGINT."""
        keep_memory_private()  # before the first fork, so that it holds in every role
        self._children = [_Child(role) for role in self.roles]
        self._wakeup = os.pipe()
        os.set_blocking(self._wakeup[1], False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: self._wake())
        try:
            while not self._stopping:
                self._start_due()
                self._wait()
                self._reap()
                if when_ready is not None and all(child.ready for child in self._children):
                    when_ready()
                    when_ready = None
        finally:
            self._stop_all()
        return 0

    def _asked_to_stop(self, *_: object) -> None:
        self._stopping = True
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it will wake anyway
            os.write(self._wakeup[1], b"w")

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.pid == 0 and child.start_at <= now:
                self._start(child)

    def _start(self, child: _Child) -> None:
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _run_in_child(child.role, parent, writing)
        os.close(writing)
        child.pid, child.ready_pipe, child.ready = pid, reading, False
        child.started = time.monotonic()

    def _wait(self) -> None:
        due = [child.start_at for child in self._children if child.pid == 0]
        timeout = max(0.0, min(due) - time.monotonic()) if due else None
        pipes = [c.ready_pipe for c in self._children if c.ready_pipe >= 0]
        readable, _, _ = select.select([self._wakeup[0], *pipes], [], [], timeout)
        for descriptor in readable:
            if descriptor == self._wakeup[0]:
                os.read(descriptor, 4096)
                continue
            child = next(c for c in self._children if c.ready_pipe == descriptor)
            child.ready = os.read(descriptor, 1) == b"r"
            os.close(descriptor)
            child.ready_pipe = -1

    def _reap(self) -> None:
        for child in self._children:
            if child.pid == 0:
                continue
            pid, _status = os.waitpid(child.pid, os.WNOHANG)
            if pid == 0:
                continue
            self.log("role_died", child.role.name)
            lived = time.monotonic() - child.started
            child.wait = _FIRST_WAIT if lived > _STEADY else min(child.wait * 2, _LONGEST_WAIT)
            child.pid, child.start_at = 0, time.monotonic() + child.wait
            if child.ready_pipe >= 0:
                os.close(child.ready_pipe)
                child.ready_pipe = -1

    def _stop_all(self) -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        running = [child for child in self._children if child.pid]
        for child in running:
            _kill(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE
        while running and time.monotonic() < deadline:
            running = [c for c in running if os.waitpid(c.pid, os.WNOHANG)[0] == 0]
            time.sleep(0.02)
        for child in running:
            self.log("role_killed", child.role.name)
            _kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)


def _run_in_child(role: Role, parent: int, ready_pipe: int) -> None:
    """Become the role; never returns."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent passes a stop on, once
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NAME, f"licorne:{role.name}"[:15].encode())  # what ps and top show
    if os.getppid() != parent:  # it died before the kernel was told
        os._exit(1)

    def ready() -> None:
        os.write(ready_pipe, b"r")
        os.close(ready_pipe)

    status = 1
    try:
        role.run(ready)
        status = 0
    except BaseException:  # noqa: BLE001 - the last line before the process ends
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _kill(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
