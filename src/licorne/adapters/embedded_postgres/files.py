"""The folder that holds a cluster, and the few files in it.

    postgres/                   ours, 0700
        password                the superuser's, 0600
        server.log              0600
        launcher.lock           held by a launcher while it lives
        server.lock             held by every process of a server while one is left
        socket-directory        where the last server's socket was, to tidy up after a crash
        cluster/                the server account's, 0700, handed over by descriptor
            data/               PGDATA

Files in a folder that others might have prepared are opened without following links.
"""

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError

_LOG_LIMIT = 8 * 1024 * 1024  # bytes; then the log starts afresh and the former one is kept


@dataclass(frozen=True, slots=True)
class ClusterFiles:
    directory: Path

    @property
    def password(self) -> Path:
        return self.directory / "password"

    @property
    def log(self) -> Path:
        return self.directory / "server.log"

    @property
    def launcher_lock(self) -> Path:
        return self.directory / "launcher.lock"

    @property
    def server_lock(self) -> Path:
        return self.directory / "server.lock"

    @property
    def socket_note(self) -> Path:
        return self.directory / "socket-directory"

    @property
    def cluster(self) -> Path:
        return self.directory / "cluster"

    @property
    def data(self) -> Path:
        return self.cluster / "data"


def open_directory(directory: Path) -> ClusterFiles:
    """The folder, made if need be; one that exists keeps its mode.

    Errors: EmbeddedPostgresError when it can't be made, or isn't ours alone.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = directory.lstat()
    except OSError as error:
        raise EmbeddedPostgresError(
            f"The folder {directory} for the database could not be made. "
            "Choose a home with --home that you can write to.",
            cause=str(error),
        ) from error
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise EmbeddedPostgresError(
            f"The folder {directory} belongs to another user of this machine. "
            "Start the demo as that user, or choose another home with --home.",
            cause=f"mode {status.st_mode:o}, owner {status.st_uid}",
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise EmbeddedPostgresError(
            f"Other users of this machine can change what is in {directory}. "
            "Make it private (chmod 700), or choose another home with --home.",
            cause=f"mode {status.st_mode:o}",
        )
    return ClusterFiles(directory.absolute())


def open_log(files: ClusterFiles) -> int:
    """A descriptor that appends to the server's log; the caller closes it."""
    if files.log.is_file() and files.log.stat().st_size > _LOG_LIMIT:
        files.log.replace(files.log.with_suffix(".log.1"))
    return os.open(
        files.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600
    )


def write_note(path: Path, text: str) -> None:
    """Durable, private, whole or not at all."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    make_durable(path.parent)


def read_note(path: Path) -> str | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, errors="replace") as file:
        return file.read()


def make_durable(directory: Path) -> None:
    """What was renamed or made in it survives a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
