import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.adapters.embedded_postgres.fixture_types import Bystander, LaunchElsewhere, Sql, Start
from tests.adapters.embedded_postgres.processes import AnotherLauncher, as_account
from tests.support.postgres import quickest_place

from licorne.adapters.embedded_postgres import EmbeddedPostgres, start_embedded_postgres_and_wait
from licorne.adapters.embedded_postgres.account import choose_account


@pytest.fixture
def new_directory() -> Iterator[Path]:
    """Where a home that is closed to everyone else will have its `postgres/` folder."""
    with tempfile.TemporaryDirectory(prefix="licorne-home-", dir=quickest_place()) as home:
        yield Path(home, "postgres")


@pytest.fixture(scope="session")
def pattern() -> Iterator[Path]:
    """A `postgres/` folder that was set up: to be copied, since setting up takes a second."""
    with tempfile.TemporaryDirectory(prefix="licorne-home-", dir=quickest_place()) as home:
        start_embedded_postgres_and_wait(Path(home, "postgres"), fsync=False).stop_and_wait()
        yield Path(home, "postgres")


@pytest.fixture
def directory(new_directory: Path, pattern: Path) -> Path:
    """The same, set up by an earlier start."""
    # Not cp -a: it makes the file system write everything down first, which takes half a second.
    shutil.copytree(pattern, new_directory, symlinks=True)
    for original in (pattern, *pattern.rglob("*")):
        owner = original.lstat()
        copy = new_directory / original.relative_to(pattern)
        os.chown(copy, owner.st_uid, owner.st_gid, follow_symlinks=False)
    return new_directory


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts clusters as a program would, and ends them after the test."""
    running: list[EmbeddedPostgres] = []

    def start_one(directory: Path, **options: Any) -> EmbeddedPostgres:
        cluster = start_embedded_postgres_and_wait(directory, **{"fsync": False, **options})
        running.append(cluster)
        return cluster

    yield start_one
    for cluster in running:
        cluster.stop_and_wait()


@pytest.fixture
def launch_elsewhere() -> Iterator[LaunchElsewhere]:
    launchers: list[AnotherLauncher] = []

    def launch(directory: Path) -> AnotherLauncher:
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("launch_and_wait.py")), str(directory)],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        report = json.loads(process.stdout.readline())
        process.stdout.close()
        launchers.append(
            AnotherLauncher(
                process, report["process_id"], report["url"], Path(report["socket_directory"])
            )
        )
        return launchers[-1]

    yield launch
    for launcher in launchers:
        launcher.clear_away()


@pytest.fixture
def bystander(new_directory: Path) -> Iterator[Bystander]:
    """A process of the server's account that has nothing to do with it."""
    processes: list[subprocess.Popen[bytes]] = []

    def run(program: str) -> int:
        account = choose_account(new_directory / "cluster")
        processes.append(subprocess.Popen([program, "600"], **as_account(account)))
        return processes[-1].pid

    yield run
    for process in processes:
        process.kill()
        process.wait()


async def run_sql(url: str, *statements: str) -> Any:
    """What the last statement gives."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


@pytest.fixture
def sql() -> Sql:
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
