"""`pg_dump`, `pg_restore` and `psql` in the virtual environment's bin folder.

A client refuses a server newer than itself, and what the machine brings is often older than the
embedded server. So these names run the wheel's programs; in an installation without the wheel,
which has an operator's server, they step aside for the machine's own.
"""

import os
import shutil
import sys
from pathlib import Path

from licorne.adapters.embedded_postgres.failure import EmbeddedPostgresError
from licorne.adapters.embedded_postgres.programs import find_programs


def pg_dump() -> None:
    _become("pg_dump")


def pg_restore() -> None:
    _become("pg_restore")


def psql() -> None:
    _become("psql")


def _become(name: str) -> None:
    try:
        program = find_programs().client(name)
    except EmbeddedPostgresError as error:
        elsewhere = _on_this_machine(name)
        if elsewhere is None:
            sys.exit(error.sentence)
        program = elsewhere
    os.execv(program, [name, *sys.argv[1:]])  # noqa: S606  (no shell is the point)


def _on_this_machine(name: str) -> Path | None:
    ours = Path(sys.argv[0]).resolve().parent
    others = [folder for folder in os.get_exec_path() if folder and Path(folder).resolve() != ours]
    found = shutil.which(name, path=os.pathsep.join(others))
    return Path(found) if found else None
