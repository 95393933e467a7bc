"""Servers that a killed launcher left behind, and what they left in the data directory.

The parent-death signal normally ends a server with its launcher; this is for the moments before
it has, for servers whose postmaster was killed alone, and for kernels that didn't deliver it.
"""

import contextlib
import os
import re
import signal
from pathlib import Path

from licorne.adapters.embedded_postgres.account import ServerAccount
from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError
from licorne.adapters.embedded_postgres.files import ClusterFiles, read_note
from licorne.adapters.embedded_postgres.locks import take_lock

_PROCESSES = Path("/proc")
_NAME = re.compile(rb"licorne-[0-9a-f]+-[0-9a-f]+")

# Seconds to let it end by itself; then what it is sent, and how long that may take. An immediate
# shutdown (SIGQUIT) loses nothing that was committed: the next start replays the log.
_FIRST_WAIT = 1.0
_STEPS = ((signal.SIGQUIT, 6.0), (signal.SIGKILL, 6.0))


def name_cluster(cluster: Path) -> str:
    """The name that all processes of this cluster's server carry, readable for anyone.

    Made of the folder's identity on this machine, so a copy of a home has another name. Command
    lines are used since root in a container may not look into processes of other users any closer.
    """
    status = cluster.stat()
    return f"licorne-{status.st_dev:x}-{status.st_ino:x}"


def end_former_server(
    server_lock: int, files: ClusterFiles, account: ServerAccount, cluster_name: str
) -> None:
    """Return with the lock taken, hence with no server left on this data.

    Errors: EmbeddedPostgresError when one is left that can't be ended.
    """
    if take_lock(server_lock, seconds=_FIRST_WAIT):
        return
    for wanted, seconds in _STEPS:
        for process in _processes_of(account, cluster_name):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, wanted)
        if take_lock(server_lock, seconds=seconds):
            return
    raise EmbeddedPostgresError(
        "A database server from an earlier start still uses this home and does not end. "
        "Restart the machine, or choose another home with --home.",
        cause=f"{files.server_lock} is held by processes named {cluster_name}",
    )


def clear_stale_pid_file(files: ClusterFiles, account: ServerAccount) -> None:
    """Remove the former postmaster's pid file, which PostgreSQL would believe.

    It takes any live process of the same user with that number for a running server. We hold the
    lock, so none of ours runs; a server that someone started by hand on this data is left alone.

    Errors: EmbeddedPostgresError when there seems to be such a server.
    """
    pid_file = files.data / "postmaster.pid"
    written = read_note(pid_file)
    if written is None:
        return
    first_line = written.partition("\n")[0].strip()
    if first_line.isdigit() and _is_foreign_server(int(first_line), account):
        raise EmbeddedPostgresError(
            "Another PostgreSQL server, started by hand, seems to use this home's data. "
            "Stop it, then start the demo again.",
            cause=f"{pid_file} names process {first_line}, a postgres that isn't ours",
        )
    pid_file.unlink(missing_ok=True)


def _processes_of(account: ServerAccount, cluster_name: str) -> list[int]:
    wanted = cluster_name.encode()
    return [
        int(entry.name)
        for entry in _PROCESSES.iterdir()
        if entry.name.isdigit()
        and wanted in _NAME.findall(_command_line(entry))
        and _user_of(entry) == account.uid
    ]


def _is_foreign_server(process: int, account: ServerAccount) -> bool:
    entry = _PROCESSES / str(process)
    return (
        (read_note(entry / "comm") or "").strip() == "postgres"
        and _user_of(entry) == account.uid
        # A dead one that nobody waited for (a container without an init) has no command line.
        and _command_line(entry) != b""
        and not _NAME.search(_command_line(entry))
    )


def _command_line(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


def _user_of(entry: Path) -> int | None:
    status = read_note(entry / "status") or ""
    found = re.search(r"^Uid:\s+\d+\s+(\d+)", status, re.MULTILINE)
    return int(found[1]) if found else None
