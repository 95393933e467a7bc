"""Homes that lie deep, homes that are closed, several homes, and homes that won't do."""

import os
import socket
import stat
import tempfile
from pathlib import Path

import pytest
from tests.adapters.embedded_postgres.fixture_types import Sql, Start

from licorne.adapters.embedded_postgres import EmbeddedPostgresError
from licorne.adapters.embedded_postgres.account import ServerAccount


async def test_a_home_deeper_than_a_socket_path_can_be_works(
    directory: Path, start: Start, sql: Sql
):
    deep = directory.parent.joinpath(*["a-folder-with-quite-a-long-name"] * 8, "postgres")
    assert len(os.fsencode(deep)) > 200

    running = start(deep)

    assert await sql(running.socket_url(), "SELECT 1") == 1
    assert await sql(running.url(), "SELECT 1") == 1
    assert len(os.fsencode(running.socket_directory)) < 107 - len("/.s.PGSQL.65535")


async def test_a_home_with_odd_characters_works(directory: Path, start: Start, sql: Sql):
    odd = directory.parent / "Praxis Dr. Müller's (50 %) = “home”" / "postgres"

    assert await sql(start(odd).url(), "SELECT 1") == 1


async def test_a_relative_home_works(
    new_directory: Path, start: Start, sql: Sql, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(new_directory.parent)

    running = start(Path("postgres"))

    monkeypatch.chdir("/")
    assert await sql(running.url(), "SELECT 1") == 1
    assert new_directory.exists()
    running.stop_and_wait()
    assert not running.socket_directory.exists()


async def test_a_home_closed_to_all_but_its_owner_stays_so(directory: Path, start: Start, sql: Sql):
    assert stat.S_IMODE(directory.parent.stat().st_mode) == 0o700

    assert await sql(start(directory).url(), "SELECT 1") == 1

    assert stat.S_IMODE(directory.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


async def test_two_homes_run_side_by_side_and_apart(directory: Path, start: Start, sql: Sql):
    one = start(directory)
    other = start(directory.with_name("other"))
    assert one.port != other.port
    assert one.socket_directory != other.socket_directory
    await sql(one.url(), "CREATE TABLE only_here (n int)", "SELECT 1")

    one.stop_and_wait()

    assert await sql(other.url(), "SELECT to_regclass('only_here')") is None


async def test_a_given_port_is_the_one_it_listens_on(directory: Path, start: Start, sql: Sql):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    running = start(directory, port=port)

    assert running.port == port
    assert f"@127.0.0.1:{port}/" in running.url()
    assert await sql(running.url(), "SHOW port") == str(port)


def test_a_given_port_that_is_taken_is_said_in_a_sentence(directory: Path, start: Start):
    with socket.socket() as other_program:
        other_program.bind(("127.0.0.1", 0))
        other_program.listen()
        port = other_program.getsockname()[1]

        with pytest.raises(EmbeddedPostgresError, match=f"Port {port} .* is taken"):
            start(directory, port=port)


async def test_a_free_port_that_is_taken_meanwhile_is_replaced(
    directory: Path, start: Start, sql: Sql, monkeypatch: pytest.MonkeyPatch
):
    with socket.socket() as quicker:
        quicker.bind(("127.0.0.1", 0))
        quicker.listen()
        choices = iter([quicker.getsockname()[1], _free_port(), _free_port()])
        monkeypatch.setattr(
            "licorne.adapters.embedded_postgres.postmaster._free_port", lambda: next(choices)
        )

        assert await sql(start(directory).url(), "SELECT 1") == 1


def test_settings_that_are_no_settings_are_an_error_with_its_cause(directory: Path, start: Start):
    with pytest.raises(EmbeddedPostgresError, match="did not start") as raised:
        start(directory, extra_settings={"no_such_setting": "on"})

    assert "no_such_setting" in raised.value.cause


async def test_extra_settings_count(directory: Path, start: Start, sql: Sql):
    running = start(directory, extra_settings={"work_mem": "7MB"})

    assert await sql(running.url(), "SHOW work_mem") == "7MB"


async def test_it_is_durable_unless_a_test_says_otherwise(directory: Path, start: Start, sql: Sql):
    durable = start(directory, fsync=True)

    for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
        assert await sql(durable.url(), f"SHOW {setting}") == "on"


async def test_names_and_passwords_with_odd_characters_fit_into_a_url(
    directory: Path, start: Start, sql: Sql
):
    running = start(directory)
    await sql(
        running.url(),
        """CREATE ROLE "o'd@d/:?#" LOGIN PASSWORD 'p@ss/:?# %41'""",
        'CREATE DATABASE "a/b?c"',
        "SELECT 1",
    )

    for way in (running.url, running.socket_url):
        url = way("a/b?c", "o'd@d/:?#", "p@ss/:?# %41")
        assert await sql(url, "SELECT current_user || current_database()") == "o'd@d/:?#a/b?c"


def test_data_of_another_postgresql_version_is_not_touched(new_directory: Path, start: Start):
    data = new_directory / "cluster" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("16\n")
    (new_directory / "password").write_text("from then")

    with pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 16"):
        start(new_directory)


def test_a_lost_password_file_is_said_and_nothing_is_made_up(directory: Path, start: Start):
    start(directory).stop_and_wait()
    (directory / "password").unlink()

    with pytest.raises(EmbeddedPostgresError, match="password of this home's database is missing"):
        start(directory)


def test_a_folder_that_others_can_change_is_refused(new_directory: Path, start: Start):
    new_directory.mkdir()
    new_directory.chmod(0o777)

    with pytest.raises(EmbeddedPostgresError, match="Other users of this machine can change"):
        start(new_directory)


def test_a_folder_that_is_a_link_is_refused(new_directory: Path, start: Start):
    new_directory.with_name("elsewhere").mkdir()
    new_directory.symlink_to("elsewhere")

    with pytest.raises(EmbeddedPostgresError):
        start(new_directory)


def test_a_log_that_is_a_link_to_somewhere_else_is_not_written_to(
    directory: Path, start: Start, tmp_path: Path
):
    elsewhere = tmp_path / "elsewhere"
    (directory / "server.log").unlink()
    (directory / "server.log").symlink_to(elsewhere)

    with pytest.raises(EmbeddedPostgresError, match="can't be used"):
        start(directory)

    assert not elsewhere.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(new_directory: Path, start: Start):
    new_directory.mkdir()
    os.chown(new_directory, 65534, 65534)

    with pytest.raises(EmbeddedPostgresError, match="belongs to another user"):
        start(new_directory)


def test_a_user_without_a_name_gets_a_sentence(
    new_directory: Path, start: Start, monkeypatch: pytest.MonkeyPatch
):
    nameless = ServerAccount(uid=4_000_000, gid=os.getegid())
    assert not nameless.has_a_name
    monkeypatch.setattr(ServerAccount, "has_a_name", False)

    with pytest.raises(EmbeddedPostgresError, match="without a name"):
        start(new_directory)


@pytest.mark.parametrize(
    ("mode_above", "mode", "readable"),
    [(0o755, 0o755, True), (0o700, 0o755, False), (0o711, 0o755, True), (0o755, 0o711, False)],
)
def test_an_account_reads_a_folder_if_all_above_let_it_pass(
    mode_above: int, mode: int, readable: bool
):
    # Below the root of this machine itself, since pytest's own folders are closed to others.
    stranger = ServerAccount(uid=4_000_000, gid=4_000_000)
    with tempfile.TemporaryDirectory(dir="/tmp") as above:
        place = Path(above, "place")
        place.mkdir()
        place.chmod(mode)
        Path(above).chmod(mode_above)

        assert stranger.can_read(place) is readable


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
