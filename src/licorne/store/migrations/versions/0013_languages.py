"""The language of a contact; a practice's own words are in one language."""

from pathlib import Path

from alembic import op
from sqlalchemy import Connection

revision = "0013"
down_revision = "0012"

SQL = Path(__file__).parent.parent / "sql" / "0013"


def upgrade() -> None:
    for file in sorted(SQL.glob("*.sql")):
        run(op.get_bind(), file.read_text(encoding="utf-8"))


def run(connection: Connection, script: str) -> None:
    """Run several statements at once, which the driver's prepared statements can't."""
    connection.connection.run_async(lambda driver: driver.execute(script))
