"""A real clamd whose only signature is the EICAR test file's: it starts at once, without freshclam.

with running_clamd(folder) as clamd:
    clamd.address  # unix:…
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# In two halves, so that no scanner finds this file itself.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
_PATIENCE = 60.0  # seconds


@dataclass
class RunningClamd:
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def path(self) -> Path:
        return self.folder / "clamd.sock"

    @property
    def address(self) -> str:
        return f"unix:{self.path}"


@contextmanager
def running_clamd(*settings: str) -> Iterator[RunningClamd]:
    """Start one in a folder of its own, whose path is short enough for a socket's."""
    folder = Path(tempfile.mkdtemp(prefix="licorne-clamd-"))
    program = shutil.which("clamd", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    assert program is not None, "python -m tests.support.system_packages installs clamav-daemon"
    database = folder / "signatures"
    database.mkdir()
    (database / "test.ndb").write_text(f"Eicar-Test:0:*:{EICAR.hex()}\n")
    configuration = folder / "clamd.conf"
    configuration.write_text(
        "\n".join(
            (
                f"LocalSocket {folder / 'clamd.sock'}",
                f"DatabaseDirectory {database}",
                f"TemporaryDirectory {folder}",
                "Foreground yes",
                "MaxThreads 2",
                *settings,
                "",
            )
        )
    )
    process = subprocess.Popen(
        [program, "-c", str(configuration)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    running = RunningClamd(folder, process)
    try:
        until = time.monotonic() + _PATIENCE
        while not running.path.exists():
            assert process.poll() is None, "clamd ended"
            assert time.monotonic() < until, "clamd didn't start"
            time.sleep(0.05)
        yield running
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)
