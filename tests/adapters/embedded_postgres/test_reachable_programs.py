"""A copy of the server's programs for an account that can't read those of the wheel."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.adapters.embedded_postgres.fixture_types import Sql, Start

from licorne.adapters.embedded_postgres import EmbeddedPostgresError, launcher, programs
from licorne.adapters.embedded_postgres.account import ServerAccount, choose_account
from licorne.adapters.embedded_postgres.programs import (
    NEEDED_TO_SERVE,
    PostgresPrograms,
    find_programs,
)
from licorne.adapters.embedded_postgres.reachable_programs import programs_within_reach

STRANGER = ServerAccount(uid=4_000_000, gid=4_000_000)


@pytest.fixture(scope="module")
def closed_wheel() -> Iterator[PostgresPrograms]:
    """As in a virtual environment below a closed home: complete, and out of others' reach."""
    with tempfile.TemporaryDirectory(prefix="licorne-closed-") as closed:
        for needed in NEEDED_TO_SERVE:
            source = find_programs().root / needed
            place = Path(closed, needed)
            place.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, place)
            else:
                shutil.copy2(source, place)
        yield PostgresPrograms(Path(closed))


@pytest.fixture
def cache() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="licorne-cache-") as place:
        Path(place).chmod(0o755)
        yield Path(place, "licorne")


def test_programs_that_the_account_can_read_are_used_where_they_are(cache: Path) -> None:
    ourselves = ServerAccount(os.geteuid(), os.getegid())

    assert programs_within_reach(find_programs(), ourselves, cache=cache) == find_programs()
    assert not cache.exists()


def test_programs_out_of_reach_are_copied_where_the_account_can_read_them(
    closed_wheel: PostgresPrograms, cache: Path
) -> None:
    umask = os.umask(0o077)
    try:
        copy = programs_within_reach(closed_wheel, STRANGER, cache=cache)
    finally:
        os.umask(umask)

    assert copy.root.parent == cache
    for place in (cache, *cache.rglob("*")):
        assert STRANGER.can_read(place)
        assert not place.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    version = subprocess.run([copy.postgres, "-V"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("postgres (PostgreSQL) 18")


def test_the_wheel_itself_stays_closed(closed_wheel: PostgresPrograms, cache: Path) -> None:
    programs_within_reach(closed_wheel, STRANGER, cache=cache)

    assert stat.S_IMODE(closed_wheel.root.stat().st_mode) == 0o700


def test_the_copy_is_made_once(closed_wheel: PostgresPrograms, cache: Path) -> None:
    first = programs_within_reach(closed_wheel, STRANGER, cache=cache)
    made = first.postgres.stat().st_ctime_ns

    assert programs_within_reach(closed_wheel, STRANGER, cache=cache) == first
    assert first.postgres.stat().st_ctime_ns == made
    assert [place.name for place in cache.iterdir()] == [first.root.name]


def test_a_damaged_copy_is_made_anew(closed_wheel: PostgresPrograms, cache: Path) -> None:
    first = programs_within_reach(closed_wheel, STRANGER, cache=cache)
    with first.postgres.open("r+b") as program:
        program.truncate(1000)

    again = programs_within_reach(closed_wheel, STRANGER, cache=cache)

    assert again.postgres.stat().st_size == closed_wheel.postgres.stat().st_size


def test_a_cache_that_others_can_change_is_refused(
    closed_wheel: PostgresPrograms, cache: Path
) -> None:
    cache.mkdir()
    cache.chmod(0o777)

    with pytest.raises(EmbeddedPostgresError, match="could not be copied"):
        programs_within_reach(closed_wheel, STRANGER, cache=cache)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to copy")
async def test_a_server_runs_from_the_copy(
    closed_wheel: PostgresPrograms,
    cache: Path,
    new_directory: Path,
    start: Start,
    sql: Sql,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launcher, "find_programs", lambda: closed_wheel)
    monkeypatch.setattr(
        launcher, "programs_within_reach", partial(programs_within_reach, cache=cache)
    )
    account = choose_account(new_directory / "cluster")
    assert not account.can_read(closed_wheel.postgres)

    running = start(new_directory)

    assert await sql(running.url(), "SELECT 1") == 1
    program = Path(f"/proc/{running.process_id}/cmdline").read_text().partition("\0")[0]
    assert Path(program).is_relative_to(cache)


def test_a_missing_wheel_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_WHEEL", "no_such_package")

    with pytest.raises(EmbeddedPostgresError, match="is not installed"):
        find_programs()
