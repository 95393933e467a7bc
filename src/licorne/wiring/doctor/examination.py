"""`licorne doctor`: looks at everything an installation stands on, and changes nothing."""

import asyncio
import os
import sys
from pathlib import Path

import asyncpg
import msgspec

from licorne.adapters.diagnosis.machine import clock_is_synchronised
from licorne.adapters.diagnosis.names import Names
from licorne.adapters.system import SystemClock
from licorne.ports.key_custody import KeyUnavailable
from licorne.store.database import open_database
from licorne.store.schema_versions import known_versions, present_version
from licorne.store.server_facts import InstallationFacts, fetch_installation, fetch_server
from licorne.wiring.custody import bring_passphrase
from licorne.wiring.doctor.backups import look_at_backups
from licorne.wiring.doctor.carriers import ask_carriers
from licorne.wiring.doctor.configuration import (
    look_at_carriers,
    look_at_files,
    look_at_settings,
)
from licorne.wiring.doctor.database import (
    look_at_audit,
    look_at_clock,
    look_at_schema,
    look_at_server,
)
from licorne.wiring.doctor.disk import look_at_disk
from licorne.wiring.doctor.finding import Finding, Level, ok, problem, worst
from licorne.wiring.doctor.network import (
    look_at_mail_certificate,
    look_at_names,
    look_at_pages,
)
from licorne.wiring.doctor.relay import look_at_relay
from licorne.wiring.doctor.scanner import look_at_scanner
from licorne.wiring.installation import database_url, open_installation
from licorne.wiring.settings import Home, Settings, SettingsWrong, load_settings

STATUS = {Level.OK: 0, Level.WARNING: 0, Level.PROBLEM: 1}
_PATIENCE = 10.0  # seconds for the database to answer
_NO_FACTS = InstallationFacts((), (), 0, None)


def run_doctor(home_path: Path, *, as_json: bool) -> int:
    """Examine, tell, and give the exit status: 0 unless there is a problem."""
    home = Home(home_path.absolute())
    try:
        settings = load_settings(home)
    except SettingsWrong as error:
        findings = [problem("settings", str(error))]
    else:
        findings = asyncio.run(examine(home, settings, Names()))
    tell(findings, as_json=as_json)
    return STATUS[worst(findings)]


async def examine(home: Home, settings: Settings, names: Names) -> list[Finding]:
    """Look at everything. What can't be looked at is a finding too, never an exception."""
    now = SystemClock().now()
    findings = look_at_settings(settings)
    if not home.path.is_dir():
        missing = f"{home.path} is not there. Name the home with --home, or run licorne init."
        return [*findings, problem("files", missing)]
    findings += look_at_files(home, settings)
    findings.append(look_at_disk(home.path))
    from_database, facts = await _database(home, settings)
    findings += from_database
    findings += look_at_carriers(settings, facts)
    if not settings.demo:
        findings += await ask_carriers(settings)
        findings += await look_at_backups(home, settings, now)
        findings += await look_at_relay(home, settings)
        findings.append(await look_at_scanner(settings))
        findings += look_at_mail_certificate(home, settings, now)
        findings += await asyncio.to_thread(look_at_pages, settings, now)
        findings += await asyncio.to_thread(look_at_names, settings, facts, names)
    return findings


async def _database(home: Home, settings: Settings) -> tuple[list[Finding], InstallationFacts]:
    """Look at the server and, where it is set up, at what is in it."""
    try:
        url = database_url(home, os.environ.get("LICORNE_DATABASE_URL"), settings.database_url_file)
        connection = await asyncpg.connect(url, timeout=_PATIENCE)
    except SettingsWrong as error:
        return [problem("database", str(error))], _NO_FACTS
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError) as error:
        sentence = (
            f"The database doesn't answer ({type(error).__name__}). Is the server running, and is"
            " the URL in secrets/database-url right?"
        )
        return [problem("database", sentence)], _NO_FACTS
    try:
        server = await fetch_server(connection)
        findings = look_at_server(server)
        findings.append(
            look_at_clock(server, SystemClock().now(), synchronised=clock_is_synchronised())
        )
        schema = look_at_schema(await present_version(url), known_versions())
        findings.append(schema)
        if schema.level is not Level.OK:
            return findings, _NO_FACTS
        facts = await fetch_installation(connection)
        findings.append(look_at_audit(facts, server.now))
        findings.append(await _custody(home, settings, url))
        return findings, facts
    finally:
        await connection.close()


async def _custody(home: Home, settings: Settings, url: str) -> Finding:
    database = await open_database(url, size=1)
    try:
        await bring_passphrase(home, settings)
        await open_installation(home, database, settings)
    except KeyUnavailable as error:
        return problem("unseal_key", error.sentence)
    finally:
        await database.close()
    return ok(
        "unseal_key", f"The unseal key opens this installation (custody: {settings.custody.kind})."
    )


def tell(findings: list[Finding], *, as_json: bool) -> None:
    """Write the findings to standard output, the worst last, where the eye is."""
    if as_json:
        answer = {"worst": worst(findings).value, "findings": findings}
        sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
        return
    order = list(Level)
    for finding in sorted(findings, key=lambda one: order.index(one.level)):
        sys.stdout.write(f"{finding.level.value:8}{finding.subject}: {finding.sentence}\n")
