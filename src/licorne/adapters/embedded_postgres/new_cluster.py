"""Makes the data directory, once per home."""

import os
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from licorne.adapters.embedded_postgres.account import ServerAccount
from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError
from licorne.adapters.embedded_postgres.files import (
    ClusterFiles,
    make_durable,
    read_note,
    write_note,
)
from licorne.adapters.embedded_postgres.log_excerpt import LogExcerpt
from licorne.adapters.embedded_postgres.offspring import Command, Offspring
from licorne.adapters.embedded_postgres.programs import MAJOR_VERSION, PostgresPrograms

SUPERUSER = "postgres"

_DEADLINE = 120.0  # seconds; it takes 0.6 on a laptop
_DRAFT = "initialising-"


def open_cluster(files: ClusterFiles, account: ServerAccount) -> int:
    """A descriptor of the folder that is handed over to `account`; the caller closes it.

    Through it the account reaches its data below a home that is closed to it.
    """
    files.cluster.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(files.cluster, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    if os.fstat(descriptor).st_uid != account.uid:
        os.fchown(descriptor, account.uid, account.gid)
    return descriptor


def obtain_password(files: ClusterFiles) -> str:
    """The superuser's, made with the cluster.

    Errors: EmbeddedPostgresError when the cluster is there and its password isn't.
    """
    password = (read_note(files.password) or "").strip()
    if password:
        return password
    if files.data.exists():
        raise EmbeddedPostgresError(
            f"The password of this home's database is missing from {files.password}. "
            "Put that file back from a copy, or start afresh with another --home.",
            cause="password file missing or empty",
        )
    password = secrets.token_urlsafe(32)
    write_note(files.password, password)
    return password


def ensure_cluster(
    files: ClusterFiles,
    cluster: int,
    programs: PostgresPrograms,
    account: ServerAccount,
    *,
    password: str,
    log: int,
    fsync: bool,
) -> None:
    """Data of our version is there, made if need be; half-made ones of a killed start are gone.

    Errors: EmbeddedPostgresError when it can't be made or is of another version.
    """
    for half_made in files.cluster.glob(f"{_DRAFT}*"):
        shutil.rmtree(half_made, ignore_errors=True)
    if files.data.exists():
        _check_version(files.data)
        return
    if not account.has_a_name:
        raise EmbeddedPostgresError(
            f"PostgreSQL can't set up a database for a user without a name (number {account.uid}). "
            "Give that number a name on this machine, or start the demo as another user.",
            cause=f"no passwd entry for uid {account.uid}; initdb(1) looks it up",
        )
    draft = f"{_DRAFT}{secrets.token_hex(4)}"
    place = f"/proc/self/fd/{cluster}"
    with _password_file(cluster, account, password) as password_file:
        _run_initdb(
            Command(
                programs.initdb,
                [
                    f"--pgdata={place}/{draft}",
                    f"--pwfile={place}/{password_file}",
                    f"--username={SUPERUSER}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    # The built-in provider sorts alike on every machine, whatever its libc.
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    "--no-instructions",
                    *([] if fsync else ["--no-sync"]),
                ],
                account,
                (cluster,),
                signal.SIGKILL,
            ),
            LogExcerpt(files.log),
            log,
        )
    (files.cluster / draft).rename(files.data)
    if fsync:
        make_durable(files.cluster)


def _check_version(data: Path) -> None:
    version = (read_note(data / "PG_VERSION") or "").strip()
    if version != str(MAJOR_VERSION):
        raise EmbeddedPostgresError(
            f"This home's data was written by PostgreSQL {version or 'of unknown version'}, and "
            f"this Licorne brings PostgreSQL {MAJOR_VERSION}. Start afresh with another --home, "
            "or use the Licorne that made it.",
            cause=f"PG_VERSION is {version!r}",
        )


def _run_initdb(command: Command, excerpt: LogExcerpt, log: int) -> None:
    initdb = Offspring(command, log)
    initdb.start()
    ended = initdb.wait(_DEADLINE)
    if not ended:
        initdb.send(signal.SIGKILL)
    if not ended or initdb.exit_status != 0:
        raise EmbeddedPostgresError(
            "The demo's database could not be set up. Is there room left on the disk?",
            cause=f"initdb: status {initdb.exit_status}; {excerpt.text()}",
        )


@contextmanager
def _password_file(cluster: int, account: ServerAccount, password: str) -> Iterator[str]:
    """The way to give initdb a password without showing it in the list of processes."""
    name = f"{_DRAFT}password-{secrets.token_hex(4)}"
    descriptor = os.open(
        name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=cluster
    )
    try:
        with os.fdopen(descriptor, "w") as file:
            os.fchown(file.fileno(), account.uid, account.gid)
            file.write(password)
        yield name
    finally:
        os.unlink(name, dir_fd=cluster)
