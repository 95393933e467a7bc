"""Who gets in, what the log tells, and under whom the server runs."""

import asyncio
import os
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from tests.adapters.embedded_postgres.fixture_types import Sql, Start
from tests.adapters.embedded_postgres.processes import as_account, eventually
from tests.support.postgres import quickest_place

from licorne.adapters.embedded_postgres import (
    EmbeddedPostgres,
    settings,
    start_embedded_postgres_and_wait,
)
from licorne.adapters.embedded_postgres.account import choose_account
from licorne.adapters.embedded_postgres.programs import find_programs

CANARY = "canary-7f3a"


@pytest.fixture(scope="module")
def running() -> Iterator[EmbeddedPostgres]:
    """One server on a new home, for the tests that only look at it."""
    with tempfile.TemporaryDirectory(prefix="licorne-home-", dir=quickest_place()) as home:
        server = start_embedded_postgres_and_wait(Path(home, "postgres"), fsync=False)
        yield server
        server.stop_and_wait()


@pytest.mark.parametrize("way", ["url", "socket_url"])
async def test_a_wrong_password_is_refused_on_both_ways_in(
    running: EmbeddedPostgres, sql: Sql, way: str
):
    assert await sql(getattr(running, way)(), "SELECT 1") == 1

    with pytest.raises(asyncpg.InvalidPasswordError):
        await sql(getattr(running, way)(password="wrong"), "SELECT 1")


@pytest.mark.parametrize("place", ["127.0.0.1", "socket"])
def test_nobody_gets_in_without_a_password(running: EmbeddedPostgres, place: str):
    host = str(running.socket_directory) if place == "socket" else place

    asked = subprocess.run(
        [
            *(find_programs().client("psql"), "--no-password", "--no-psqlrc"),
            *("-h", host, "-p", str(running.port), "-U", running.superuser, "-c", "SELECT 1"),
            "postgres",
        ],
        env={"PGPASSFILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.returncode == 2
    assert "no password supplied" in asked.stderr


async def test_every_way_in_asks_for_scram(running: EmbeddedPostgres, sql: Sql):
    url = running.url()

    assert await sql(url, "SELECT array_agg(DISTINCT auth_method) FROM pg_hba_file_rules") == [
        "scram-sha-256"
    ]
    assert await sql(
        url, "SELECT bool_and(rolpassword LIKE 'SCRAM-SHA-256$%') FROM pg_authid WHERE rolcanlogin"
    )


def test_it_listens_on_loopback_and_in_a_folder_closed_to_others(running: EmbeddedPostgres):
    folder = running.socket_directory.stat()

    assert stat.S_IMODE(folder.st_mode) == 0o700
    assert folder.st_uid == _user_of(running.process_id)
    listening = {
        bytes.fromhex(line.split()[1].partition(":")[0])[::-1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{running.port:04X}") and line.split()[3] == "0A"
    }
    assert listening == {bytes([127, 0, 0, 1])}


def test_the_password_is_in_a_private_file_and_in_no_command_line_or_repr(
    running: EmbeddedPostgres,
):
    password = running.log.with_name("password")

    assert password.read_text() == running.password
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert running.password not in repr(running)
    assert running.password.encode() not in Path(f"/proc/{running.process_id}/cmdline").read_bytes()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take on another account")
def test_started_by_root_it_runs_under_an_account_without_rights(running: EmbeddedPostgres):
    status = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{running.process_id}/status").read_text().splitlines()
    )

    assert 0 not in {int(uid) for uid in status["Uid"].split()}
    assert 0 not in {int(gid) for gid in status["Gid"].split()}
    assert status["Groups"].strip() == ""
    assert {int(status[kind], 16) for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}
    assert status["NoNewPrivs"] == "1"
    assert running.log.with_name("cluster").stat().st_uid == int(status["Uid"].split()[0])


def test_the_environment_of_the_person_at_the_terminal_stays_out(
    directory: Path, start: Start, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("LICORNE_SOMETHING_SECRET", CANARY)
    running = start(directory)

    # Under the server's own account: root in a container may not look.
    environment = subprocess.run(
        ["cat", f"/proc/{running.process_id}/environ"],
        capture_output=True,
        check=True,
        **as_account(choose_account(directory / "cluster")),
    ).stdout
    assert b"LC_ALL=C" in environment
    assert CANARY.encode() not in environment


async def test_nothing_but_what_we_made_changes_its_mode_or_its_owner(
    new_directory: Path, start: Start, sql: Sql
):
    watched = _modes(new_directory)

    running = start(new_directory)
    await sql(running.url(), "SELECT 1")
    during = _modes(new_directory)
    running.stop_and_wait()

    assert during == watched
    assert _modes(new_directory) == watched
    assert stat.S_IMODE(new_directory.parent.stat().st_mode) == 0o700


async def test_the_log_tells_nothing_of_what_people_wrote(directory: Path, start: Start, sql: Sql):
    running = start(directory)
    url = running.url()
    await sql(url, "CREATE TABLE people (name text PRIMARY KEY)", f"SELECT '{CANARY}'")
    await sql(url, f"INSERT INTO people VALUES ('{CANARY}') RETURNING name")
    for mistake in (
        f"INSERT INTO people VALUES ('{CANARY}')",  # DETAIL would tell the key
        f"SELECT '{CANARY}'::uuid",  # the message itself quotes the value
        f"SELECT '{CANARY}' FROM",  # the statement would be told
        f"DO $$ BEGIN RAISE WARNING '{CANARY}'; END $$; SELECT 1/0",
    ):
        with pytest.raises(asyncpg.PostgresError):
            await sql(url, mistake)
    await _crash_while_it_runs(url, f"SELECT pg_sleep(600), '{CANARY}'")

    eventually(
        lambda: "ready to accept" in running.log.read_text().partition("by signal 9")[2],
        "no crash, or no recovery from it, in the log",
    )
    assert CANARY not in running.log.read_text()
    assert stat.S_IMODE(running.log.stat().st_mode) == 0o600


async def test_without_our_settings_the_log_would_tell(
    directory: Path, start: Start, sql: Sql, monkeypatch: pytest.MonkeyPatch
):
    """The test above can fail: PostgreSQL's own defaults write statements down."""
    monkeypatch.setattr(settings, "_PRIVACY", {})
    running = start(directory)

    with pytest.raises(asyncpg.PostgresError):
        await sql(running.url(), f"SELECT '{CANARY}'::uuid")

    eventually(lambda: CANARY in running.log.read_text(), "not told")


def _user_of(process: int) -> int:
    return Path(f"/proc/{process}").stat().st_uid


def _modes(directory: Path) -> dict[Path, tuple[int, int, int]]:
    programs = find_programs()
    places = {*directory.parents, *programs.postgres.parents, programs.postgres, programs.initdb}
    places |= {Path("/run"), Path("/tmp"), Path("/var/cache"), Path.home()}
    return {
        place: (status.st_mode, status.st_uid, status.st_gid)
        for place in places
        for status in [place.lstat()]
    }


async def _crash_while_it_runs(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    process = await connection.fetchval("SELECT pg_backend_pid()")
    task = asyncio.ensure_future(connection.execute(statement))
    watcher = await asyncpg.connect(url)
    while not await watcher.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", process
    ):
        await asyncio.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    with pytest.raises((asyncpg.PostgresError, ConnectionError)):
        await task
    watcher.terminate()
    connection.terminate()
