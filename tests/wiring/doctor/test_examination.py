"""`licorne doctor` on a real installation: what is right, and each thing put wrong."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from tests.support.installation import Installed

from licorne.adapters.audit_heads.files import HeadFiles
from licorne.adapters.diagnosis.machine import Room, room_at
from licorne.adapters.diagnosis.names import Names
from licorne.adapters.embedded_postgres import EmbeddedPostgres
from licorne.adapters.system import SystemClock
from licorne.application.keeping.sequence_audit import SequenceAudit
from licorne.store.database import open_database
from licorne.store.schema_versions import known_versions
from licorne.store.server_facts import ServerFacts, fetch_server
from licorne.wiring.doctor.backups import judge_backups
from licorne.wiring.doctor.database import look_at_clock, look_at_schema, look_at_server
from licorne.wiring.doctor.disk import judge_room
from licorne.wiring.doctor.examination import examine
from licorne.wiring.doctor.finding import Finding, Level
from licorne.wiring.private_files import write_private
from licorne.wiring.settings import Backup, Settings


async def findings(installation: Installed, settings: Settings | None = None) -> dict[str, Finding]:
    write_private(installation.home.database_url, installation.urls.owner)
    found = await examine(installation.home, settings or installation.settings, Names())
    order = list(Level)
    worst_last = sorted(found, key=lambda one: order.index(one.level))
    return {one.subject: one for one in worst_last}


async def link_audit(installation: Installed) -> None:
    """Do what a worker does twice a second: the installation may be as old as the whole run."""
    worker = await open_database(installation.urls.worker, size=2)
    try:
        async with installation.core() as core:
            heads = HeadFiles(installation.home.audit_heads)
            await SequenceAudit(worker, core.keyring, heads, SystemClock())()
    finally:
        await worker.close()


async def test_an_installation_in_good_order_has_no_problem_but_the_tests_own(
    installation: Installed,
):
    await link_audit(installation)
    found = await findings(installation)
    problems = {subject for subject, one in found.items() if one.level is Level.PROBLEM}
    assert problems == {"database_durability"}  # the tests' cluster doesn't wait for its disk
    assert "is off: a power cut" in found["database_durability"].sentence
    for subject in ("database_roles", "schema", "unseal_key", "files", "disk", "audit_sequencer"):
        assert found[subject].level in {Level.OK, Level.WARNING}, found[subject]


async def test_threat_12_a_role_that_can_bypass_row_security_is_a_problem(
    installation: Installed, cluster: EmbeddedPostgres
):
    async with superuser(cluster) as connection:
        await connection.execute("CREATE ROLE sees_all BYPASSRLS")
        await connection.execute("GRANT sees_all TO licorne_app")
        try:
            found = await findings(installation)
        finally:
            await connection.execute("DROP ROLE sees_all")
    assert found["database_roles"].level is Level.PROBLEM
    assert "licorne_app can see every practice's rows" in found["database_roles"].sentence


async def test_keys_that_others_can_read_or_that_are_away_are_problems(installation: Installed):
    key = installation.home.unseal_key
    key.chmod(0o644)
    found = await findings(installation)
    assert f"chmod go= {key}" in found["files"].sentence
    assert found["unseal_key"].level is Level.PROBLEM
    key.unlink()
    found = await findings(installation)
    assert str(key) in found["files"].sentence
    assert "not there" in found["unseal_key"].sentence


async def test_a_database_that_is_away_is_told_and_the_rest_is_still_looked_at(
    installation: Installed,
):
    write_private(installation.home.database_url, "postgresql://nobody:x@127.0.0.1:1/none")
    found = await examine(installation.home, installation.settings, Names())
    by_subject = {one.subject: one for one in found}
    assert by_subject["database"].level is Level.PROBLEM
    assert by_subject["disk"].level is not Level.PROBLEM


async def test_an_audit_trail_that_is_not_linked_is_a_problem(installation: Installed):
    async with installation.as_owner() as connection:
        await connection.execute(
            "INSERT INTO audit_event (id, organization_id, at, tag, actor_kind, outcome)"
            " VALUES (gen_random_uuid(), $1, now() - interval '5 minutes',"
            " 'member:inbox:seen', 'member', 'done')",
            installation.organization,
        )
    found = await findings(installation)
    assert found["audit_sequencer"].level is Level.PROBLEM
    assert "role worker" in found["audit_sequencer"].sentence


async def test_a_real_installation_without_carriers_and_tls_hears_of_it(installation: Installed):
    found = await findings(installation, Settings(public_url="http://127.0.0.1:1"))
    assert found["settings"].level is Level.PROBLEM
    assert found["carriers"].level is Level.PROBLEM
    assert found["mail_certificate"].level is Level.WARNING
    assert found["backup"].level is Level.PROBLEM


@asynccontextmanager
async def superuser(cluster: EmbeddedPostgres) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(cluster.socket_url())
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture
async def server(cluster: EmbeddedPostgres) -> ServerFacts:
    async with superuser(cluster) as connection:
        return await fetch_server(connection)


async def test_a_database_over_the_network_needs_tls(server: ServerFacts):
    far = replace(server, remote=True)
    assert "without TLS" in sentence(look_at_server(far), "database_tls")
    near = sentence(look_at_server(replace(far, encrypted=True)), "database_tls")
    assert near == "The database is reached over TLS."


async def test_clocks_that_differ_are_a_problem(server: ServerFacts):
    off = look_at_clock(server, server.now + timedelta(minutes=2), synchronised=True)
    assert (off.level, "differ by 120 seconds" in off.sentence) == (Level.PROBLEM, True)
    assert look_at_clock(server, server.now, synchronised=False).level is Level.WARNING
    assert look_at_clock(server, server.now, synchronised=True).level is Level.OK


def test_a_schema_that_is_older_or_newer_than_the_code_is_a_problem():
    known = ("0001", "0002")
    assert look_at_schema("0002", known).level is Level.OK
    assert "licorne upgrade" in look_at_schema("0001", known).sentence
    assert "newer Licorne" in look_at_schema("0003", known).sentence
    assert "licorne init" in look_at_schema(None, known).sentence
    assert known_versions()[0] == "0001"


def test_a_backup_that_is_old_or_not_there_is_a_problem_and_so_are_slots_kept_too_long():
    now = datetime.now(UTC)
    backup = Backup(to="/backup", slot_copies_kept_days=7, alarm_after_hours=26)

    def judged(newest: float | None, slots: float = 1) -> list[tuple[str, Level]]:
        at = None if newest is None else now - timedelta(hours=newest)
        found = judge_backups(backup, at, now - timedelta(days=slots), now)
        return [(one.subject, one.level) for one in found]

    assert judged(25) == [("backup", Level.OK)]
    assert judged(27) == [("backup", Level.PROBLEM)]
    assert judged(None) == [("backup", Level.PROBLEM)]
    assert judged(25, slots=9) == [("slot_copies", Level.WARNING)]


def test_a_full_disk_is_told_before_it_is_full(tmp_path: Path):
    gigabyte = 1024**3
    assert judge_room(tmp_path, Room(gigabyte // 2, 100 * gigabyte, 1)).level is Level.PROBLEM
    assert judge_room(tmp_path, Room(8 * gigabyte, 100 * gigabyte, 1)).level is Level.WARNING
    assert judge_room(tmp_path, Room(50 * gigabyte, 100 * gigabyte, 0.01)).level is Level.WARNING
    assert judge_room(tmp_path, Room(50 * gigabyte, 100 * gigabyte, 1)).level is Level.OK
    assert room_at(tmp_path).total > 0


def test_the_command_answers_json_and_tells_by_its_status(tmp_path: Path):
    licorne = Path(sys.executable).parent / "licorne"
    (tmp_path / "licorne.toml").write_text('public_url = "ftp://example.org"\n')
    run = subprocess.run(
        [licorne, "doctor", "--home", tmp_path, "--json"],
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )
    answer = json.loads(run.stdout)
    assert (run.returncode, answer["worst"]) == (1, "problem")
    assert "public_url must look like" in answer["findings"][0]["sentence"]


def sentence(found: list[Finding], subject: str) -> str:
    return next(one.sentence for one in found if one.subject == subject)
