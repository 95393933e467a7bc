"""Threat 36: a process of the same user reads no keys out of ours, and no crash writes them down."""

import ctypes
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from licorne.wiring.supervisor import Role, Supervisor

NOBODY = 65534
PR_SET_DUMPABLE = 4


def be_ordinary() -> None:
    """Be a user whom the kernel may keep out: root may read everything."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1)  # the change of user took it away


@contextmanager
def forked(work: Callable[[int], None]) -> Iterator[tuple[int, str]]:
    """Run ``work`` as an ordinary user in a process of its own; gives its id and its first line."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        status = 1
        try:
            be_ordinary()
            work(writing)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield process, told.readline().strip()
    finally:
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)


def tell_and_wait(writing: int) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    limit = Path("/proc/self/limits").read_text().split("Max core file size")[1].split()[:2]
    os.write(writing, f"{os.getpid()} {' '.join(limit)}\n".encode())
    signal.pause()


def supervise_one(writing: int) -> None:
    role = Role("waiting", lambda _ready: tell_and_wait(writing))
    Supervisor([role], lambda _event, _role: None).run()


def may_be_read(victim: int) -> bool:
    def look(writing: int) -> None:
        try:
            Path(f"/proc/{victim}/mem").open("rb").close()
            os.write(writing, b"readable\n")
        except OSError:
            os.write(writing, b"kept out\n")
        signal.pause()

    with forked(look) as (_, told):
        return told == "readable"


def test_another_process_of_the_same_user_can_not_read_the_memory_of_ours() -> None:
    with forked(tell_and_wait) as (plain, _):
        assert may_be_read(plain), "the probe shows nothing here"
    with forked(supervise_one) as (supervisor, told):
        role = int(told.split()[0])
        assert role != supervisor
        assert not may_be_read(role)
        assert not may_be_read(supervisor)


def test_no_role_leaves_a_core_dump() -> None:
    with forked(supervise_one) as (_, told):
        assert told.split()[1:] == ["0", "0"]
