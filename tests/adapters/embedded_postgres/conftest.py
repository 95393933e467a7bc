import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from licorne.adapters.embedded_postgres import EmbeddedPostgres, start_embedded_postgres_and_wait
from licorne.adapters.embedded_postgres.account import choose_account


@pytest.fixture
def directory() -> Iterator[Path]:
    """The `postgres/` folder of a home that is closed to everyone else."""
    with tempfile.TemporaryDirectory(prefix="licorne-home-") as home:
        yield Path(home, "postgres")


@pytest.fixture
def start() -> Iterator[Callable[..., EmbeddedPostgres]]:
    """Starts clusters as a program would, and ends them after the test."""
    running: list[EmbeddedPostgres] = []

    def start_one(directory: Path, **options: object) -> EmbeddedPostgres:
        cluster = start_embedded_postgres_and_wait(directory, **{"fsync": False, **options})
        running.append(cluster)
        return cluster

    yield start_one
    for cluster in running:
        cluster.stop_and_wait()


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


@pytest.fixture
def launch_elsewhere() -> Iterator[Callable[[Path], AnotherLauncher]]:
    processes: list[subprocess.Popen[str]] = []

    def launch(directory: Path) -> AnotherLauncher:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("launch_and_wait.py")), str(directory)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        assert process.stdout is not None
        report = json.loads(process.stdout.readline())
        return AnotherLauncher(
            process, report["process_id"], report["url"], Path(report["socket_directory"])
        )

    yield launch
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture
def bystander(directory: Path) -> Iterator[Callable[[str], int]]:
    """A process of the server's account that has nothing to do with it."""
    processes: list[subprocess.Popen[bytes]] = []

    def run(program: str) -> int:
        account = choose_account(directory / "cluster")
        processes.append(
            subprocess.Popen(
                [program, "600"],
                **(
                    {"user": account.uid, "group": account.gid, "extra_groups": []}
                    if account.is_another_user
                    else {}
                ),
            )
        )
        return processes[-1].pid

    yield run
    for process in processes:
        process.kill()
        process.wait()


async def run_sql(url: str, *statements: str) -> object:
    """What the last statement gives."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


@pytest.fixture
def sql() -> Callable[..., object]:
    return run_sql


@pytest.fixture
def stand_in_called_postgres() -> Iterator[Path]:
    """`sleep`, under the name of the server and where every user can run it."""
    sleep = shutil.which("sleep")
    assert sleep is not None
    with tempfile.TemporaryDirectory(prefix="licorne-stand-in-") as place:
        Path(place).chmod(0o755)
        copy = Path(place, "postgres")
        shutil.copy(Path(sleep).resolve(), copy)
        yield copy
