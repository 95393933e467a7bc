"""What the kernel says about a process."""

import os
from pathlib import Path


def is_running(process: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def exists(process: int) -> bool:
    return Path(f"/proc/{process}").exists()


def limits_of(process: int) -> dict[str, tuple[str, str]]:
    lines = Path(f"/proc/{process}/limits").read_text().splitlines()[1:]
    return {line[:26].strip(): (line[26:].split()[0], line[26:].split()[1]) for line in lines}


def processor_seconds_used_by(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_memory_of(process: int) -> int:
    """Bytes of address space at its largest, which is what RLIMIT_AS counts."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    (peak,) = [line for line in lines if line.startswith("VmPeak:")]
    return int(peak.split()[1]) * 1024
