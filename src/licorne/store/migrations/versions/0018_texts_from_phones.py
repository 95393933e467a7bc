"""What people text back: each text once, and numbers that are held until somebody has looked."""

from pathlib import Path

from alembic import op
from sqlalchemy import Connection

revision = "0018"
down_revision = "0016"

SQL = Path(__file__).parent.parent / "sql" / "0018"


def upgrade() -> None:
    for file in sorted(SQL.glob("*.sql")):
        run(op.get_bind(), file.read_text(encoding="utf-8"))


def run(connection: Connection, script: str) -> None:
    """Run several statements at once, which the driver's prepared statements can't."""
    connection.connection.run_async(lambda driver: driver.execute(script))
