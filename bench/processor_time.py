"""Processor seconds from /proc: of a process with its descendants, by program, and of the machine.

Rates alone don't say where the time goes when generator, server and database share the cores.
"""

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class ProgramTime:
    """What all processes of one program have used, user and system together."""

    program: str
    seconds: float


@dataclass(frozen=True, slots=True)
class MachineTime:
    """What all cores together have spent since boot."""

    busy_s: float
    total_s: float

    def since(self, earlier: "MachineTime") -> "MachineTime":
        """Return the difference."""
        return MachineTime(self.busy_s - earlier.busy_s, self.total_s - earlier.total_s)


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    parent: int
    program: str
    seconds: float


def machine_time() -> MachineTime:
    """Read the machine's own account (proc(5), /proc/stat: user nice system idle iowait …)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    total = sum(fields)
    idle = fields[3] + fields[4]
    return MachineTime((total - idle) / _TICKS_PER_S, total / _TICKS_PER_S)


def processes_of(root: int, program: str) -> list[int]:
    """List the processes of one program below ``root``."""
    return [
        process.pid
        for process in _all_processes()
        if process.parent == root and process.program.startswith(program)
    ]


def time_by_program(roots: Iterable[int]) -> tuple[ProgramTime, ...]:
    """Add up the process trees under ``roots``, largest first.

    Children that have ended and been waited for are in their parent's account; one that ended
    unseen is missing, which a run of some seconds can bear.
    """
    processes = list(_all_processes())
    children: dict[int, list[_Process]] = defaultdict(list)
    for process in processes:
        children[process.parent].append(process)
    wanted = set(roots)
    waiting = [process for process in processes if process.pid in wanted]
    found: list[_Process] = []
    seen: set[int] = set()
    while waiting:
        process = waiting.pop()
        if process.pid in seen:
            continue
        seen.add(process.pid)
        found.append(process)
        waiting += children[process.pid]
    return add_up(ProgramTime(process.program, process.seconds) for process in found)


def add_up(times: Iterable[ProgramTime]) -> tuple[ProgramTime, ...]:
    """Add what belongs to one program, largest first."""
    seconds: dict[str, float] = defaultdict(float)
    for each in times:
        seconds[each.program] += each.seconds
    return tuple(
        ProgramTime(program, spent)
        for program, spent in sorted(seconds.items(), key=lambda item: -item[1])
    )


def spent_between(
    before: tuple[ProgramTime, ...], after: tuple[ProgramTime, ...]
) -> tuple[ProgramTime, ...]:
    """Return what each program used between two readings, largest first."""
    earlier = {each.program: each.seconds for each in before}
    return add_up(
        ProgramTime(each.program, each.seconds - earlier.get(each.program, 0.0)) for each in after
    )


def _all_processes() -> Iterable[_Process]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text()
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it ended while we looked
            continue
        # The name stands in parentheses and may itself hold spaces and parentheses (proc(5)).
        name = stat[stat.index("(") + 1 : stat.rindex(")")]
        fields = stat[stat.rindex(")") + 2 :].split()
        ticks = sum(int(field) for field in fields[11:15])  # utime stime cutime cstime
        yield _Process(
            pid=int(folder.name),
            parent=int(fields[1]),
            program=_program(name, words),
            seconds=ticks / _TICKS_PER_S,
        )


def _program(name: str, words: list[bytes]) -> str:
    """Name a process so that a reader knows it; PostgreSQL's title tells which of
    its parts it is.
    """
    title = words[0].decode("utf-8", "replace")
    if title.startswith("postgres:"):
        parts = title.split()
        kind = " ".join(parts[1:3]) if parts[1] in {"walwriter", "background", "autovacuum"} else ""
        return f"postgres ({kind or 'sessions and others'})"
    return name
