"""The doctor on room: a full disk refuses new messages (452, 507)."""

from pathlib import Path

from licorne.adapters.diagnosis.machine import Room, room_at
from licorne.wiring.doctor.finding import Finding, ok, problem, warning

_GIGABYTE = 1024**3
_LEAST = 1 * _GIGABYTE
_LITTLE = 5 * _GIGABYTE
_LITTLE_SHARE = 0.1


def look_at_disk(path: Path) -> Finding:
    return judge_room(path, room_at(path))


def judge_room(path: Path, room: Room) -> Finding:
    free = f"{room.free / _GIGABYTE:.1f} GB"
    if room.free < _LEAST:
        return problem("disk", f"Only {free} are free at {path}. Make room now.")
    if room.free < _LITTLE or room.free < room.total * _LITTLE_SHARE:
        return warning("disk", f"{free} are free at {path}. Make room soon.")
    if room.free_files < _LITTLE_SHARE:
        return warning("disk", f"The disk at {path} can hold few more files (inodes).")
    return ok("disk", f"{free} are free at {path}.")
