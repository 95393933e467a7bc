"""What the server wrote since we looked last: the cause of a failure, for our own log."""

import os
from pathlib import Path

_LONGEST = 2000  # bytes: enough for PostgreSQL's reason and its context


class LogExcerpt:
    """Remembers where the log ends now; `text` is what came after."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._start = log.stat().st_size if log.exists() else 0

    def text(self) -> str:
        try:
            with self._log.open("rb") as file:
                end = file.seek(0, os.SEEK_END)
                file.seek(max(self._start, end - _LONGEST))
                return file.read().decode(errors="replace").strip()
        except OSError:
            return ""
