"""`licorne demo`: a whole practice on one machine, with an embedded database and a simulated phone.

A stand-in for real life, and it says so at every start: the phone is a page, the certificate is
its own authority's, the keys lie beside the data.
"""

import asyncio
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from licorne.adapters.demo_authority import demo_certificates, server_context
from licorne.adapters.embedded_postgres import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
    start_embedded_postgres_and_wait,
)
from licorne.wiring.demo_practice import DemoPractice, demo_practice
from licorne.wiring.demo_words import explain
from licorne.wiring.installation import RoleUrls, prepare, role_urls
from licorne.wiring.installation_facts import Installation
from licorne.wiring.listening import listen, port_of
from licorne.wiring.private_files import make_private_folder, write_private
from licorne.wiring.settings import Home, Settings, SettingsWrong, load_settings
from licorne.wiring.up import run_roles

DATABASE = "licorne"
_NO_LIMIT = 1_000_000_000  # requests of one token in a minute


@dataclass(frozen=True, slots=True)
class DemoOptions:
    home: Path
    http_port: int
    smtp_port: int
    smtps_port: int
    json: bool


def run_demo(options: DemoOptions) -> int:
    """Run until Ctrl-C or SIGTERM. The data stays in the home for the next start."""
    # From here to the supervisor's own handlers, a stop must still stop the database.
    signal.signal(signal.SIGTERM, _interrupt)
    home = Home(options.home.absolute())
    try:
        make_private_folder(home.path)
        _say(options, f"Starting the demo in {home.path} …")
        settings = Settings(
            demo=True, api_requests_per_minute=_NO_LIMIT, relay=load_settings(home).relay
        )
        processes = settings.submission_processes
        sockets = [
            listen("127.0.0.1", options.http_port, "pages and API", settings.web_processes),
            listen("127.0.0.1", options.smtp_port, "mail (STARTTLS)", processes),
            listen("127.0.0.1", options.smtps_port, "mail (TLS)", processes),
        ]
        database = start_embedded_postgres_and_wait(home.postgres)
    except (SettingsWrong, EmbeddedPostgresError) as problem:
        sys.stderr.write(f"{getattr(problem, 'sentence', problem)}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    try:
        http, smtp, smtps = sockets
        urls, practice = asyncio.run(_prepare(home, database))
        certificates = demo_certificates(home.tls)
        installation = Installation(
            home=home,
            settings=settings,
            urls=urls,
            public_url=f"http://localhost:{port_of(http[0])}",
            http=http,
            smtp=smtp,
            smtps=smtps,
            tls=server_context(certificates.certificate, certificates.key),
        )
        facts = _facts(installation, practice, certificates.authority, database.url(DATABASE))

        def tell() -> None:
            sys.stdout.write(
                (json.dumps(facts) if options.json else explain(facts, home.path)) + "\n"
            )
            sys.stdout.flush()

        return run_roles(installation, tell)
    except KeyboardInterrupt:
        return 0
    finally:
        _say(options, "Stopping the database …")
        database.stop_and_wait()
        _say(options, "Stopped. Everything is kept in the home; start again to go on.")


async def _prepare(home: Home, database: EmbeddedPostgres) -> tuple[RoleUrls, DemoPractice]:
    await _make_database(database)
    owner_url = database.socket_url(DATABASE)
    await prepare(home, owner_url)
    write_private(home.database_url, owner_url + "\n")  # for commands, while the demo runs
    return role_urls(home, owner_url), await demo_practice(home, owner_url)


async def _make_database(database: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(database.socket_url())
    try:
        there = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE)
        if there is None:
            await connection.execute(f'CREATE DATABASE "{DATABASE}"')
    finally:
        await connection.close()


def _facts(
    installation: Installation, practice: DemoPractice, authority: Path, database_url: str
) -> dict[str, object]:
    base = installation.public_url
    host = urlsplit(base).hostname
    return {
        "office_url": f"{base}/office",
        "pickup_url": installation.pickup_url,
        "api_url": f"{base}/api/v1",
        "phone_url": f"{base}/phone",
        "openapi_url": f"{base}/api/v1/openapi.json",
        "smtp": {"host": host, "port": port_of(installation.smtp[0]), "starttls": True},
        "smtps": {"host": host, "port": port_of(installation.smtps[0])},
        "ca_file": str(authority),
        "organization": practice.organization,
        "member": {
            "email": practice.email,
            "password": practice.password,
            "totp_secret": practice.totp_secret,
            "app_password": practice.app_password,
        },
        "api_token": practice.api_token,
        "reply_mails": {"to": practice.email, "relay": installation.settings.relay.host},
        "database_url": database_url,
    }


def _say(options: DemoOptions, text: str) -> None:
    stream = sys.stderr if options.json else sys.stdout
    stream.write(text + "\n")
    stream.flush()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
