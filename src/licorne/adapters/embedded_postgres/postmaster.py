"""Starts the postmaster on a cluster that is there, and ends it."""

import contextlib
import errno
import signal
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from licorne.adapters.embedded_postgres.account import ServerAccount
from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError
from licorne.adapters.embedded_postgres.files import ClusterFiles, read_note
from licorne.adapters.embedded_postgres.log_excerpt import LogExcerpt
from licorne.adapters.embedded_postgres.offspring import Command, Offspring
from licorne.adapters.embedded_postgres.programs import PostgresPrograms
from licorne.adapters.embedded_postgres.settings import server_arguments

_READY_DEADLINE = 180.0  # seconds: after a crash it replays its log first
_PAUSE = 0.01
_PORT_TRIES = 5
_LOOPBACK = "127.0.0.1"
# Fast shutdown first: open transactions end, a checkpoint is written. See pg_ctl(1), "stop".
# Not for long: PostgreSQL 18.4 can hang for good when asked for it while it replays its log.
# An immediate shutdown loses nothing either; the next start replays the log.
_FAST = ((signal.SIGINT, 10.0),)
_IMMEDIATE = ((signal.SIGQUIT, 6.0), (signal.SIGKILL, 6.0))


@dataclass(frozen=True, slots=True)
class Launch:
    """All that a start needs to know."""

    files: ClusterFiles
    programs: PostgresPrograms
    account: ServerAccount
    cluster: int
    server_lock: int
    log: int
    socket_directory: Path
    cluster_name: str
    fsync: bool
    extra_settings: Mapping[str, str]
    abandoned: threading.Event


@dataclass(frozen=True, slots=True)
class Postmaster:
    process: Offspring
    port: int


def start_postmaster(launch: Launch, port: int) -> Postmaster:
    """A postmaster that takes connections on `port`, or on a free one if it is 0.

    Errors: EmbeddedPostgresError when the port is taken or the server doesn't come up.
    """
    if port != 0:
        _check_free(port)
        return _start_on(launch, port)
    for _ in range(_PORT_TRIES - 1):
        with contextlib.suppress(_PortTakenError):
            return _start_on(launch, _free_port())
    return _start_on(launch, _free_port())


def end_postmaster(postmaster: Postmaster) -> None:
    """Return when it is gone. Errors: EmbeddedPostgresError when it won't go."""
    _end(postmaster, (*_FAST, *_IMMEDIATE))


def _end(postmaster: Postmaster, steps: Sequence[tuple[signal.Signals, float]]) -> None:
    for wanted, seconds in steps:
        postmaster.process.send(wanted)
        if postmaster.process.wait(seconds):
            return
    raise EmbeddedPostgresError(
        "The demo's database does not stop. It will be cleared away at the next start.",
        cause=f"process {postmaster.process.pid} survived SIGKILL",
    )


class _PortTakenError(EmbeddedPostgresError):
    pass


def _start_on(launch: Launch, port: int) -> Postmaster:
    excerpt = LogExcerpt(launch.files.log)
    process = Offspring(
        Command(
            launch.programs.postgres,
            server_arguments(
                data=f"/proc/self/fd/{launch.cluster}/{launch.files.data.name}",
                port=port,
                socket_directory=launch.socket_directory,
                cluster_name=launch.cluster_name,
                fsync=launch.fsync,
                extra_settings=launch.extra_settings,
            ),
            launch.account,
            (launch.cluster, launch.server_lock),
            # Immediate shutdown: with us gone there is nobody to wait for an orderly one, and
            # nothing committed is lost.
            signal.SIGQUIT,
        ),
        launch.log,
    )
    process.start()
    postmaster = Postmaster(process, port)
    try:
        _await_readiness(launch, postmaster, excerpt)
    except BaseException:
        _end(postmaster, _IMMEDIATE)
        raise
    return postmaster


def _await_readiness(launch: Launch, postmaster: Postmaster, excerpt: LogExcerpt) -> None:
    """By the postmaster's own word in its pid file, as pg_ctl does: no driver, no password."""
    deadline = time.monotonic() + _READY_DEADLINE
    while not _says_ready(launch.files, postmaster.process.pid):
        if launch.abandoned.is_set():
            raise EmbeddedPostgresError("The start of the database was called off.")
        if postmaster.process.wait(_PAUSE):
            raise _reason_of_early_end(launch, postmaster, excerpt)
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(
                f"The demo's database did not get ready in time. Its log is {launch.files.log}.",
                cause=excerpt.text(),
            )


def _says_ready(files: ClusterFiles, process: int) -> bool:
    # Lines: process, data directory, start, port, socket, address, memory key, state.
    lines = (read_note(files.data / "postmaster.pid") or "").splitlines()
    return len(lines) >= 8 and lines[0] == str(process) and lines[7].strip() == "ready"


def _reason_of_early_end(
    launch: Launch, postmaster: Postmaster, excerpt: LogExcerpt
) -> EmbeddedPostgresError:
    log = excerpt.text()
    if "Address already in use" in log:
        return _port_taken(postmaster.port, log)
    return EmbeddedPostgresError(
        f"The demo's database did not start. Its log is {launch.files.log}.",
        cause=f"postgres: status {postmaster.process.exit_status}; {log}",
    )


def _port_taken(port: int, cause: str) -> _PortTakenError:
    return _PortTakenError(
        f"Port {port} on this machine is taken by another program. "
        "Stop that program, or choose another port for the database (0 takes any free one).",
        cause=cause,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as PostgreSQL does
        try:
            probe.bind((_LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise _port_taken(port, str(error)) from error
            raise EmbeddedPostgresError(
                f"Port {port} can't be used for the database. Choose one above 1023, or 0 for "
                "any free one.",
                cause=str(error),
            ) from error
