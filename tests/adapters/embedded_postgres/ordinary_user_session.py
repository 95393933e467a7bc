"""What an ordinary user does with a home; run by `test_ordinary_user` under such a user's id.

    python -I ordinary_user_session.py PACKAGES HOME

Standard library only, as the launcher: PACKAGES holds all that is imported besides.
"""

import os
import stat
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from licorne.adapters.embedded_postgres import (
    EmbeddedPostgres,
    start_embedded_postgres_and_wait,
)
from licorne.adapters.embedded_postgres.programs import find_programs


def ask(running: EmbeddedPostgres, url: str, statement: str) -> str:
    client = [find_programs().client("psql"), "--no-psqlrc", "-qAt", "-c", statement, url]
    return subprocess.run(client, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    home = Path(sys.argv[2])
    home.mkdir(mode=0o700)
    for expected in ("0", "1"):
        running = start_embedded_postgres_and_wait(home / "postgres", fsync=False)
        ask(running, running.url(), "CREATE TABLE IF NOT EXISTS kept (n int)")
        assert ask(running, running.socket_url(), "SELECT count(*) FROM kept") == expected
        ask(running, running.url(), "INSERT INTO kept VALUES (1)")
        assert Path(f"/proc/{running.process_id}").stat().st_uid == os.geteuid()
        assert stat.S_IMODE(running.socket_directory.stat().st_mode) == 0o700
        running.stop_and_wait()
        assert not running.socket_directory.exists()
    sys.stdout.write(f"worked as {os.geteuid()}\n")


if __name__ == "__main__":
    main()
