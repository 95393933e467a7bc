"""Through what an act was done, and the register of incidents."""

from pathlib import Path

from alembic import op
from sqlalchemy import Connection

revision = "0012"
down_revision = "0011"

SQL = Path(__file__).parent.parent / "sql" / "0012"


def upgrade() -> None:
    for file in sorted(SQL.glob("*.sql")):
        run(op.get_bind(), file.read_text(encoding="utf-8"))


def run(connection: Connection, script: str) -> None:
    """Run several statements at once, which the driver's prepared statements can't."""
    connection.connection.run_async(lambda driver: driver.execute(script))
