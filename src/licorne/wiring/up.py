"""Runs an installation's roles: all of them in the demo and on one machine, or the ones named."""

import asyncio
import contextlib
import os
import socket
import ssl
import sys
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

import asyncpg

from licorne.adapters.demo_authority import server_context
from licorne.wiring.counting.folder import counting_folder
from licorne.wiring.custody import bring_passphrase
from licorne.wiring.installation import database_url, insist_on_schema, role_urls
from licorne.wiring.installation_facts import Installation
from licorne.wiring.listening import listen, port_of
from licorne.wiring.logging import log_event
from licorne.wiring.roles import run_submission, run_web, run_worker_role
from licorne.wiring.settings import Home, Settings, SettingsWrong, load_settings
from licorne.wiring.supervisor import Role, Supervisor

ROLES = ("web", "submission", "worker")


def run_roles(
    installation: Installation,
    when_ready: Callable[[], None] | None = None,
    wanted: Collection[str] = ROLES,
) -> int:
    """Run the wanted roles until SIGTERM or Ctrl-C; gives the exit status."""
    settings = installation.settings
    kinds = {
        "web": (run_web, settings.web_processes),
        "submission": (run_submission, settings.submission_processes),
        "worker": (run_worker_role, settings.worker_processes),
    }
    roles = [
        Role(
            name if count == 1 else f"{name}-{number + 1}",
            partial(run, installation.of_process(number, count)),
        )
        for name, (run, count) in kinds.items()
        if name in wanted
        for number in range(count)
    ]
    if not installation.metrics:
        return Supervisor(roles, log_event).run(when_ready)
    with counting_folder():
        from licorne.wiring.metrics.role import run_metrics

        roles.append(Role("metrics", partial(run_metrics, installation)))
        return Supervisor(roles, log_event).run(when_ready)


def run_up(home_path: Path, wanted: Collection[str]) -> int:
    """Start the wanted roles of an installation that ``init`` made; gives the exit status."""
    home = Home(home_path.absolute())
    try:
        settings = load_settings(home)
        asyncio.run(bring_passphrase(home, settings))  # before the roles are forked
        installation = _installation(home, settings, wanted)
    except SettingsWrong as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    for line in _where(installation):
        sys.stderr.write(f"{line}\n")
    return run_roles(installation, wanted=wanted)


def _installation(home: Home, settings: Settings, wanted: Collection[str]) -> Installation:
    owner_url = database_url(
        home, os.environ.get("LICORNE_DATABASE_URL"), settings.database_url_file
    )
    if not settings.public_url:
        raise SettingsWrong(
            "public_url is not set: the address that people open, such as"
            " https://text.example.org. Links in texts begin with it."
        )
    # A database that is away for a moment is waited for by the roles themselves.
    with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError):
        asyncio.run(insist_on_schema(owner_url))
    http: tuple[socket.socket, ...] = ()
    smtp: tuple[socket.socket, ...] = ()
    smtps: tuple[socket.socket, ...] = ()
    tls = None
    if "submission" in wanted:
        tls = _tls(home, settings)
        host, processes = settings.smtp_host, settings.submission_processes
        smtp = listen(host, settings.smtp_port, "mail (STARTTLS)", processes)
        smtps = listen(host, settings.smtps_port, "mail (TLS)", processes)
    if "web" in wanted:
        processes = settings.web_processes
        http = listen(settings.http_host, settings.http_port, "pages and API", processes)
    metrics: tuple[socket.socket, ...] = ()
    if settings.metrics_port is not None:
        metrics = listen("127.0.0.1", settings.metrics_port, "metrics")
    return Installation(
        home=home,
        settings=settings,
        urls=role_urls(home, owner_url),
        public_url=settings.public_url.rstrip("/"),
        http=http,
        smtp=smtp,
        smtps=smtps,
        metrics=metrics,
        tls=tls,
    )


def _tls(home: Home, settings: Settings) -> ssl.SSLContext:
    if not settings.tls_certificate:
        raise SettingsWrong(
            "The mail server needs a certificate: set tls_certificate and tls_key to PEM files,"
            " or start without it: --role web --role worker."
        )
    try:
        return server_context(home.path / settings.tls_certificate, home.path / settings.tls_key)
    except (OSError, ssl.SSLError) as problem:
        raise SettingsWrong(
            "The certificate of the mail server can't be used. Check that tls_certificate and"
            " tls_key are PEM files that belong together and that this user may read."
        ) from problem


def _where(installation: Installation) -> list[str]:
    lines = ["Licorne is starting. This release is not for real patients yet."]
    if installation.http:
        lines.append(f"  pages and API on port {port_of(installation.http[0])}")
    if installation.smtp:
        lines.append(f"  mail on port {port_of(installation.smtp[0])} (STARTTLS)")
        lines.append(f"  mail on port {port_of(installation.smtps[0])} (TLS)")
    if installation.metrics:
        lines.append(f"  metrics on 127.0.0.1, port {port_of(installation.metrics[0])}")
    return lines
