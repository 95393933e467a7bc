"""From a folder to a database that answers: the recipe. Read `_start_in` first."""

import asyncio
import os
import sys
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from licorne.adapters.embedded_postgres.account import choose_account
from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError
from licorne.adapters.embedded_postgres.files import open_directory, open_log
from licorne.adapters.embedded_postgres.leftovers import (
    clear_stale_pid_file,
    end_former_server,
    name_cluster,
)
from licorne.adapters.embedded_postgres.locks import open_lock, take_lock
from licorne.adapters.embedded_postgres.new_cluster import (
    SUPERUSER,
    ensure_cluster,
    obtain_password,
    open_cluster,
)
from licorne.adapters.embedded_postgres.postmaster import (
    Launch,
    end_postmaster,
    start_postmaster,
)
from licorne.adapters.embedded_postgres.programs import find_programs
from licorne.adapters.embedded_postgres.reachable_programs import programs_within_reach
from licorne.adapters.embedded_postgres.socket_directory import (
    make_socket_directory,
    remove_former_socket_directory,
    remove_socket_directory,
)

_LAUNCHER_WAIT = 3.0  # seconds: a launcher that was killed just now needs a moment to be gone
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """A running cluster. It ends with `stop`, or with this process, however that ends."""

    host: str
    port: int
    socket_directory: Path
    superuser: str
    password: str = field(repr=False)
    process_id: int
    log: Path
    _resources: ExitStack = field(repr=False, compare=False)

    def url(
        self, database: str = "postgres", user: str | None = None, password: str | None = None
    ) -> str:
        """Over TCP on loopback: works for every program, given the password in it."""
        return (
            f"postgresql://{self._credentials(user, password)}@{self.host}:{self.port}"
            f"/{quote(database, safe='')}"
        )

    def socket_url(
        self, database: str = "postgres", user: str | None = None, password: str | None = None
    ) -> str:
        """Over the private socket: for root and the user who started it; faster than TCP."""
        return (
            f"postgresql://{self._credentials(user, password)}@/{quote(database, safe='')}"
            f"?host={quote(str(self.socket_directory), safe='')}&port={self.port}"
        )

    async def stop(self) -> None:
        """Return when the server has written all it has and is gone. Once is enough."""
        await asyncio.to_thread(self.stop_and_wait)

    def stop_and_wait(self) -> None:
        """As `stop`, for callers without an event loop."""
        self._resources.close()

    def _credentials(self, user: str | None, password: str | None) -> str:
        secret = self.password if password is None else password
        return f"{quote(user or self.superuser, safe='')}:{quote(secret, safe='')}"


async def start_embedded_postgres(
    directory: Path,
    *,
    port: int = 0,
    fsync: bool = True,
    extra_settings: Mapping[str, str] = _NO_SETTINGS,
) -> EmbeddedPostgres:
    """A server on the data below `directory`, made at the first start, recovered after a crash.

    It listens on 127.0.0.1 (`port`, or any free one for 0) and on a private socket, with SCRAM on
    both. As root it runs under another account. `fsync=False` is for tests.

    Errors: EmbeddedPostgresError, with a sentence for the person and the cause for the log.
    """
    abandoned = threading.Event()
    launching = asyncio.ensure_future(
        asyncio.to_thread(_launch, directory, port, fsync, extra_settings, abandoned)
    )
    try:
        return await asyncio.shield(launching)
    except asyncio.CancelledError:
        # The thread can't be cancelled, and its server must not be left to itself.
        abandoned.set()
        for outcome in await asyncio.gather(launching, return_exceptions=True):
            if isinstance(outcome, EmbeddedPostgres):
                await outcome.stop()
        raise


def start_embedded_postgres_and_wait(
    directory: Path,
    *,
    port: int = 0,
    fsync: bool = True,
    extra_settings: Mapping[str, str] = _NO_SETTINGS,
) -> EmbeddedPostgres:
    """As `start_embedded_postgres`, for callers without an event loop."""
    return _launch(directory, port, fsync, extra_settings, threading.Event())


def _launch(
    directory: Path,
    port: int,
    fsync: bool,
    extra_settings: Mapping[str, str],
    abandoned: threading.Event,
) -> EmbeddedPostgres:
    if sys.platform != "linux":
        raise EmbeddedPostgresError(
            "The demo's own database runs on Linux only. Start a PostgreSQL server and give "
            "Licorne its address instead.",
            cause=f"platform {sys.platform}",
        )
    try:
        return _start_in(directory, port, fsync, extra_settings, abandoned)
    except OSError as error:
        raise EmbeddedPostgresError(
            f"The database's folder {directory} can't be used. "
            "Is there room left on the disk, and may you write there?",
            cause=str(error),
        ) from error


def _start_in(
    directory: Path,
    port: int,
    fsync: bool,
    extra_settings: Mapping[str, str],
    abandoned: threading.Event,
) -> EmbeddedPostgres:
    with ExitStack() as resources:
        files = open_directory(directory)
        account = choose_account(files.cluster)
        programs = programs_within_reach(find_programs(), account)

        # Alone on this home; nothing left from before.
        launcher_lock = open_lock(files.launcher_lock)
        resources.callback(os.close, launcher_lock)
        if not take_lock(launcher_lock, seconds=_LAUNCHER_WAIT):
            raise EmbeddedPostgresError(
                "A demo with this home is running already. Stop it first, or choose another home "
                "with --home.",
                cause=f"{files.launcher_lock} is held",
            )
        cluster = open_cluster(files, account)
        resources.callback(os.close, cluster)
        cluster_name = name_cluster(files.cluster)
        server_lock = open_lock(files.server_lock)
        resources.callback(os.close, server_lock)
        end_former_server(server_lock, files, account, cluster_name)
        clear_stale_pid_file(files, account)
        remove_former_socket_directory(files)

        log = open_log(files)
        resources.callback(os.close, log)
        password = obtain_password(files)
        ensure_cluster(files, cluster, programs, account, password=password, log=log, fsync=fsync)

        socket_directory = make_socket_directory(files, account)
        resources.callback(remove_socket_directory, files, socket_directory)
        launch = Launch(
            files=files,
            programs=programs,
            account=account,
            cluster=cluster,
            server_lock=server_lock,
            log=log,
            socket_directory=socket_directory,
            cluster_name=cluster_name,
            fsync=fsync,
            extra_settings=extra_settings,
            abandoned=abandoned,
        )
        postmaster = start_postmaster(launch, port)
        resources.callback(end_postmaster, postmaster)
        return EmbeddedPostgres(
            host="127.0.0.1",
            port=postmaster.port,
            socket_directory=socket_directory,
            superuser=SUPERUSER,
            password=password,
            process_id=postmaster.process.pid,
            log=files.log,
            _resources=resources.pop_all(),
        )
