"""PostgreSQL for the demo and the tests, from a wheel, with nothing to install or set up.

For real patients an operator brings a PostgreSQL server with TLS and backups. This one is private
to the machine: loopback and a private socket, a password on both, an account without rights.
"""

from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError
from licorne.adapters.embedded_postgres.launcher import (
    EmbeddedPostgres,
    start_embedded_postgres,
    start_embedded_postgres_and_wait,
)

__all__ = [
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "start_embedded_postgres",
    "start_embedded_postgres_and_wait",
]
