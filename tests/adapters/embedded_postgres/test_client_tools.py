"""The clients in the virtual environment's bin folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.adapters.embedded_postgres.fixture_types import Sql, Start

BIN = Path(sys.executable).parent
AS_INSTALLED = "from licorne.adapters.embedded_postgres.client_tools import {0}; {0}()"


async def test_pg_dump_of_the_virtual_environment_dumps_what_the_url_names(
    directory: Path, start: Start, sql: Sql
) -> None:
    url = start(directory).url()
    await sql(
        url, "CREATE TABLE kept (text text)", "INSERT INTO kept VALUES ('a word')", "SELECT 1"
    )

    dump = subprocess.run([BIN / "pg_dump", url], capture_output=True, text=True, check=True)

    assert "CREATE TABLE public.kept" in dump.stdout
    assert "a word" in dump.stdout


@pytest.mark.parametrize("name", ["pg_dump", "pg_restore", "psql"])
def test_the_clients_are_of_the_servers_version(name: str) -> None:
    version = subprocess.run([BIN / name, "--version"], capture_output=True, text=True, check=True)

    assert version.stdout.startswith(f"{name} (PostgreSQL) 18.")


def test_the_exit_status_is_the_clients_own() -> None:
    asked = subprocess.run([BIN / "psql", "--no-such-option"], capture_output=True, check=False)

    assert asked.returncode == 1


def test_without_the_wheel_they_step_aside_for_the_machines_own(tmp_path: Path) -> None:
    own = tmp_path / "pg_dump"
    own.write_text('#!/bin/sh\necho "the machine\'s own: $1"\n')
    own.chmod(0o755)

    asked = _without_the_wheel("pg_dump", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    assert asked.stdout == "the machine's own: --version\n"


def test_without_any_client_there_is_a_sentence(tmp_path: Path) -> None:
    asked = _without_the_wheel("pg_dump", str(tmp_path))

    assert asked.returncode == 1
    assert "is not installed" in asked.stderr


def _without_the_wheel(name: str, path: str) -> subprocess.CompletedProcess[str]:
    hide = (
        "from licorne.adapters.embedded_postgres import programs; "
        "programs._WHEEL = 'no_such_package'; "
    )
    return subprocess.run(
        [sys.executable, "-c", hide + AS_INSTALLED.format(name), "--version"],
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
