"""How the embedded server is set up.

Settings go on the command line, so that a home made by an earlier Licorne gets today's, and so
that nothing in the home can loosen them.
"""

from collections.abc import Mapping
from pathlib import Path

_PRIVACY = {
    # A log must not hold what people write. Errors of statements quote values ("invalid input
    # syntax …", "Key (email)=(…)"): they go to the client that caused them and nowhere else.
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_statement": "none",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_autovacuum_min_duration": "-1",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
}

_SERVING = {
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    # Tables that fill within a minute are planned for as they are, not as they were.
    "autovacuum_naptime": "5s",
}


def server_arguments(
    *,
    data: str,
    port: int,
    socket_directory: Path,
    cluster_name: str,
    fsync: bool,
    extra_settings: Mapping[str, str],
) -> list[str]:
    """The postmaster's command line; `extra_settings` win over ours but can't move the server."""
    place = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(socket_directory),
        "unix_socket_permissions": "0700",
        "cluster_name": cluster_name,
    }
    durability = {"fsync": "on" if fsync else "off"}
    settings = {**_PRIVACY, **_SERVING, **durability, **extra_settings, **place}
    arguments = ["-D", data]
    for name, value in settings.items():
        arguments += ["-c", f"{name}={value}"]
    return arguments
