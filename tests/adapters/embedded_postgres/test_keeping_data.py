"""What was committed is there at the next start, however the last one ended."""

import asyncio
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from tests.adapters.embedded_postgres.fixture_types import Bystander, LaunchElsewhere, Sql, Start
from tests.adapters.embedded_postgres.processes import eventually, is_alive, program_name

from licorne.adapters.embedded_postgres import (
    EmbeddedPostgresError,
    leftovers,
    start_embedded_postgres,
)

KEEP = ("CREATE TABLE kept (text text)", "INSERT INTO kept VALUES ('a word')")
READ = "SELECT text FROM kept"


async def test_a_second_start_finds_what_the_first_one_stored(directory: Path, sql: Sql):
    first = await start_embedded_postgres(directory, fsync=False)
    await sql(first.url(), *KEEP, READ)
    await first.stop()

    second = await start_embedded_postgres(directory, fsync=False)
    try:
        assert await sql(second.url(), READ) == "a word"
        assert second.password == first.password
    finally:
        await second.stop()


async def test_stopping_leaves_no_process_no_socket_and_no_pid_file(directory: Path, start: Start):
    running = start(directory)
    assert is_alive(running.process_id)

    running.stop_and_wait()

    assert not is_alive(running.process_id)
    assert not running.socket_directory.exists()
    assert not (directory / "cluster" / "data" / "postmaster.pid").exists()


async def test_stopping_twice_is_stopping_once(directory: Path, start: Start):
    running = start(directory)
    await running.stop()
    await running.stop()


async def test_a_killed_postmaster_is_recovered_from_at_the_next_start(
    directory: Path, start: Start, sql: Sql
):
    first = start(directory)
    await sql(first.url(), *KEEP, READ)
    os.kill(first.process_id, signal.SIGKILL)
    eventually(lambda: not is_alive(first.process_id), "the postmaster survived")
    first.stop_and_wait()

    assert await sql(start(directory).url(), READ) == "a word"


async def test_the_server_dies_with_its_launcher(
    directory: Path, launch_elsewhere: LaunchElsewhere
):
    launcher = launch_elsewhere(directory)
    assert is_alive(launcher.postmaster)

    launcher.kill_whole_group()

    eventually(lambda: not is_alive(launcher.postmaster), "the server outlived its launcher")


async def test_a_start_right_after_the_whole_group_was_killed_recovers(
    directory: Path, launch_elsewhere: LaunchElsewhere, start: Start, sql: Sql
):
    for round_number in range(3):
        launcher = launch_elsewhere(directory)
        if round_number == 0:
            await sql(launcher.url, *KEEP, READ)
        launcher.kill_whole_group()

    assert await sql(start(directory).url(), READ) == "a word"
    assert not launcher.socket_directory.exists()


async def test_a_server_that_outlived_its_launcher_is_ended_first(
    directory: Path,
    launch_elsewhere: LaunchElsewhere,
    start: Start,
    sql: Sql,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(leftovers, "_FIRST_WAIT", 0.2)
    monkeypatch.setattr(leftovers, "_STEPS", ((signal.SIGQUIT, 0.5), (signal.SIGKILL, 10.0)))
    launcher = launch_elsewhere(directory)
    await sql(launcher.url, *KEEP, READ)
    os.kill(launcher.postmaster, signal.SIGSTOP)  # deaf to the parent-death signal
    launcher.kill_whole_group()
    assert is_alive(launcher.postmaster)

    assert await sql(start(directory).url(), READ) == "a word"
    assert not is_alive(launcher.postmaster)


async def test_a_stale_pid_file_does_not_block_although_its_number_is_in_use(
    directory: Path, start: Start, sql: Sql, bystander: Bystander
):
    first = start(directory)
    await sql(first.url(), *KEEP, READ)
    pid_file = directory / "cluster" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    os.kill(first.process_id, signal.SIGKILL)
    first.stop_and_wait()
    innocent = bystander("sleep")
    pid_file.write_text("\n".join([str(innocent), *lines[1:]]) + "\n")

    assert await sql(start(directory).url(), READ) == "a word"
    assert is_alive(innocent)


async def test_a_stale_pid_file_that_names_another_demo_does_not_block_and_does_not_end_it(
    directory: Path, tmp_path: Path, start: Start, sql: Sql
):
    start(directory).stop_and_wait()
    other = start(tmp_path / "postgres")
    pid_file = directory / "cluster" / "data" / "postmaster.pid"
    pid_file.write_text(f"{other.process_id}\n")

    running = start(directory)

    assert await sql(running.url(), "SELECT 1") == 1
    assert await sql(other.url(), "SELECT 1") == 1


async def test_a_server_that_someone_started_by_hand_is_left_alone(
    directory: Path, start: Start, bystander: Bystander, stand_in_called_postgres: Path
):
    start(directory).stop_and_wait()
    by_hand = bystander(str(stand_in_called_postgres))
    eventually(lambda: program_name(by_hand) == "postgres", "the stand-in did not start")
    pid_file = directory / "cluster" / "data" / "postmaster.pid"
    pid_file.write_text(f"{by_hand}\n")

    with pytest.raises(EmbeddedPostgresError, match="started by hand"):
        start(directory)

    assert is_alive(by_hand)
    assert pid_file.exists()


async def test_a_set_up_that_was_cut_short_is_begun_again(
    new_directory: Path, start: Start, sql: Sql
):
    half_made = new_directory / "cluster" / "initialising-cut-short"
    (half_made / "base").mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    new_directory.chmod(0o700)

    assert await sql(start(new_directory).url(), "SELECT 1") == 1
    assert not half_made.exists()


async def test_a_second_launcher_on_the_same_home_is_refused(
    directory: Path, start: Start, sql: Sql, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("licorne.adapters.embedded_postgres.launcher._LAUNCHER_WAIT", 0.1)
    first = start(directory)

    with pytest.raises(EmbeddedPostgresError, match="running already"):
        start(directory)

    assert await sql(first.url(), "SELECT 1") == 1


async def test_a_server_outlives_the_thread_that_asked_for_it(
    directory: Path, start: Start, sql: Sql
):
    started = []
    asking = threading.Thread(target=lambda: started.append(start(directory)))
    asking.start()
    asking.join()
    (running,) = started

    # The kernel sends the parent-death signal as the thread goes; give it time to be noticed.
    deadline = time.monotonic() + 0.3
    while time.monotonic() < deadline:
        assert await sql(running.url(), "SELECT 1") == 1


async def test_a_start_that_is_called_off_leaves_nothing_running(new_directory: Path, start: Start):
    starting = asyncio.create_task(start_embedded_postgres(new_directory, fsync=False))
    eventually_set_up = new_directory / "cluster"
    while not eventually_set_up.exists():
        await asyncio.sleep(0.01)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    start(new_directory)  # would be refused if a launcher or a server were left
