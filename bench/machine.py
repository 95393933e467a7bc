"""What the figures were taken on: machine, disk, versions. A figure without these says nothing."""

import importlib.metadata
import os
import platform
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_FSYNC_ROUNDS = 200
_LIBRARIES = ("asyncpg", "cryptography", "litestar", "starlette", "uvicorn", "uvloop")


@dataclass(frozen=True, slots=True)
class Machine:
    """The parts of a machine that decide these figures."""

    processor: str
    cores: int
    memory_gib: float
    kernel: str
    file_system: str
    fsync_ms: float

    def __str__(self) -> str:
        """Write one line of prose."""
        return (
            f"{self.cores} cores of {self.processor}, {self.memory_gib:.0f} GiB, "
            f"Linux {self.kernel}, {self.file_system}, "
            f"write + fsync of 2 KB in {self.fsync_ms:.2f} ms"
        )


def describe_machine(working_folder: Path) -> Machine:
    """Look at the machine, and at the disk under ``working_folder``, where database and queue will
    lie.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        processor=_processor_name(),
        cores=len(os.sched_getaffinity(0)),
        memory_gib=memory / 2**30,
        kernel=platform.release(),
        file_system=_file_system(working_folder),
        fsync_ms=_fsync_ms(working_folder),
    )


def describe_versions() -> str:
    """Name the versions that matter, and the commit that was measured."""
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES)
    return f"Licorne {_commit()}, Python {platform.python_version()}, {libraries}"


def _commit() -> str:
    answer = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=Path(__file__).parent,
        check=False,
        capture_output=True,
        text=True,
    )
    return answer.stdout.strip() or f"v{importlib.metadata.version('licorne')}"


def _processor_name() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _file_system(folder: Path) -> str:
    """Find the mount with the longest matching path (proc(5), /proc/self/mounts)."""
    best, kind = Path("/"), "unknown file system"
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, mounted_on, this_kind, *_ = line.split()
        place = Path(mounted_on)
        if folder.resolve().is_relative_to(place) and len(place.parts) >= len(best.parts):
            best, kind = place, this_kind
    return kind


def _fsync_ms(folder: Path) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        started = time.perf_counter()
        for _ in range(_FSYNC_ROUNDS):
            os.write(file.fileno(), b"x" * 2048)
            os.fsync(file.fileno())
        return (time.perf_counter() - started) / _FSYNC_ROUNDS * 1000
