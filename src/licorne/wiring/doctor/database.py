"""The doctor on the database: is it one that keeps what it was given, and keeps tenants apart?"""

from datetime import datetime, timedelta

from licorne.store.server_facts import InstallationFacts, ServerFacts, clock_difference
from licorne.wiring.doctor.finding import Finding, ok, problem, warning

_OLDEST = 150000
_STALLED = timedelta(minutes=1)  # the sequencer links within a second
_FEW_CONNECTIONS = 100


def look_at_server(server: ServerFacts) -> list[Finding]:
    return [
        *_version(server),
        *_encryption(server),
        *_durability(server),
        *_roles(server),
        *_connections(server),
    ]


def _version(server: ServerFacts) -> list[Finding]:
    if server.version < _OLDEST:
        return [
            problem(
                "database_version",
                f"PostgreSQL {server.version_name} is too old: Licorne needs 15 or newer.",
            )
        ]
    return [ok("database_version", f"PostgreSQL {server.version_name} serves.")]


def _encryption(server: ServerFacts) -> list[Finding]:
    if server.remote and not server.encrypted:
        return [
            problem(
                "database_tls",
                "The database is reached over a network without TLS. Set ssl=on in the server and"
                " sslmode=verify-full in the database's URL.",
            )
        ]
    where = "over TLS" if server.encrypted else "on this machine"
    return [ok("database_tls", f"The database is reached {where}.")]


def _durability(server: ServerFacts) -> list[Finding]:
    findings = [
        problem(
            "database_durability",
            f"{name} is off: a power cut can lose acknowledged messages. Set {name} = on in"
            " postgresql.conf.",
        )
        for name in ("fsync", "full_page_writes")
        if server.settings.get(name) == "off"
    ]
    if server.settings.get("synchronous_commit") == "off":
        findings.append(
            warning(
                "database_durability",
                "synchronous_commit is off by default. Licorne sets it for what it acknowledges;"
                " set it to on in postgresql.conf, so that nothing depends on that.",
            )
        )
    return findings or [ok("database_durability", "What is committed is on the disk.")]


def _roles(server: ServerFacts) -> list[Finding]:
    findings = []
    for role in server.roles:
        if not role.there:
            findings.append(
                problem("database_roles", f"The role {role.name} is missing: run licorne upgrade.")
            )
        elif role.bypasses:
            findings.append(
                problem(
                    "database_roles",
                    f"{role.name} can see every practice's rows. Run: ALTER ROLE {role.name}"
                    " NOSUPERUSER NOBYPASSRLS, and take it out of roles that can.",
                )
            )
        elif role.owns:
            findings.append(
                problem(
                    "database_roles",
                    f"{role.name} owns tables, so row-level security doesn't hold for it. Give"
                    " them to the schema's owner (REASSIGN OWNED).",
                )
            )
    return findings or [ok("database_roles", "The runtime roles are held by row-level security.")]


def _connections(server: ServerFacts) -> list[Finding]:
    allowed = int(server.settings.get("max_connections", "0"))
    if allowed < _FEW_CONNECTIONS:
        return [
            warning(
                "database_connections",
                f"max_connections is {allowed}. Each process takes up to 16: set it to"
                f" {_FEW_CONNECTIONS} or more.",
            )
        ]
    return [ok("database_connections", f"{allowed} connections are allowed.")]


def look_at_schema(present: str | None, known: tuple[str, ...]) -> Finding:
    """Compare the database's schema with this code's; ``known`` ends with the newest."""
    if present == known[-1]:
        return ok("schema", "The database's schema is this release's.")
    if present is None:
        return problem("schema", "The database was not set up yet: run licorne init.")
    if present in known:
        return problem("schema", "The database's schema is older: run licorne upgrade.")
    return problem(
        "schema",
        "A newer Licorne has changed this database. Install that release or a newer one again;"
        " older code must not write to newer data.",
    )


def look_at_audit(facts: InstallationFacts, now: datetime) -> Finding:
    since = facts.audit_waiting_since
    if since is not None and now - since > _STALLED:
        return problem(
            "audit_sequencer",
            f"{facts.audit_pending} entries of the audit trail wait to be linked since"
            f" {since:%Y-%m-%d %H:%M} UTC. Is the role worker running?",
        )
    return ok("audit_sequencer", "The audit trail is linked up to now.")


def look_at_clock(server: ServerFacts, here: datetime, *, synchronised: bool) -> Finding:
    difference = clock_difference(server, here)
    if difference > timedelta(seconds=30):
        return problem(
            "clock",
            f"This machine's clock and the database's differ by {difference.total_seconds():.0f}"
            " seconds. Set both right: one-time codes and ends of messages depend on them.",
        )
    if not synchronised:
        return warning("clock", "Nothing keeps this machine's clock right. Turn NTP on (chrony).")
    return ok("clock", "The clock is kept right and agrees with the database's.")
