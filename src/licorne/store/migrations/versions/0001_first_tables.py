"""The first tables: everything that a secure text needs, from submission to pickup.

Forward only. Until 0.1.0 is released its SQL may still change; afterwards it never does.
"""

from pathlib import Path

from alembic import op
from pgqueuer.adapters.persistence.schema_ddl import render_install
from pgqueuer.domain.settings import DBSettings
from sqlalchemy import Connection

revision = "0001"
down_revision = None

SQL = Path(__file__).parent.parent / "sql" / "0001"


def upgrade() -> None:
    connection = op.get_bind()
    for file in sorted(SQL.glob("*.sql")):
        if file.name.startswith("08_"):
            run(connection, render_install(DBSettings(db_schema="jobs")))
        run(connection, file.read_text(encoding="utf-8"))


def run(connection: Connection, script: str) -> None:
    """Run several statements at once, which the driver's prepared statements can't."""
    connection.connection.run_async(lambda driver: driver.execute(script))
