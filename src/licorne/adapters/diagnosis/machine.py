"""What the machine says of itself: room on its disks, and whether its clock is kept right."""

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path

_TIME_ERROR = 5  # adjtimex(2): the clock isn't synchronised
_LARGER_THAN_TIMEX = 512  # bytes


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that this user may still write, and the share of files that may still be made."""

    free: int
    total: int
    free_files: float  # 0 to 1


def room_at(path: Path) -> Room:
    """Say how much room there is where ``path`` lies."""
    status = os.statvfs(path)
    free_files = status.f_favail / status.f_files if status.f_files else 1.0
    return Room(status.f_bavail * status.f_frsize, status.f_blocks * status.f_frsize, free_files)


def clock_is_synchronised() -> bool:
    """Ask the kernel whether something keeps its clock right (NTP)."""
    libc = ctypes.CDLL(None, use_errno=True)
    sets_nothing = ctypes.create_string_buffer(_LARGER_THAN_TIMEX)
    state: int = libc.adjtimex(sets_nothing)
    return state != _TIME_ERROR
