"""Turning the injected sampler on for a while, and reading what it has noted."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_INJECTED = Path(__file__).parent / "injected"
_WRITE_DEADLINE_S = 5.0
_QUIET_S = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """A function, by its file and qualified name."""

    file: str
    function: str


@dataclass(frozen=True, slots=True)
class Stack:
    """One call stack from the outside in, and how often the sampler met it."""

    samples: int
    places: tuple[Place, ...]


def sampling_environment(folder: Path) -> tuple[tuple[str, str], ...]:
    """Return the variables that make a Python process carry the sampler, asleep."""
    paths = [str(_INJECTED), os.environ.get("PYTHONPATH", "")]
    return (
        ("BENCH_SAMPLES", str(folder)),
        ("PYTHONPATH", os.pathsep.join(path for path in paths if path)),
    )


@contextmanager
def recording(folder: Path) -> Iterator[None]:
    """Let every process that carries the sampler note its stacks until the block ends."""
    for old in folder.glob("*.samples"):
        old.unlink()
    record = folder / "record"
    record.touch()
    try:
        yield
    finally:
        record.unlink()


def read_stacks(folder: Path) -> tuple[Stack, ...]:
    """Wait until the processes have written, and return all stacks of all of them."""
    deadline = time.monotonic() + _WRITE_DEADLINE_S
    seen, unchanged_since = -1, time.monotonic()
    while time.monotonic() < deadline:
        files = len(list(folder.glob("*.samples")))
        if files != seen:
            seen, unchanged_since = files, time.monotonic()
        elif files and time.monotonic() - unchanged_since > _QUIET_S:
            break
        time.sleep(0.05)
    return tuple(
        _parse(line)
        for path in sorted(folder.glob("*.samples"))
        for line in path.read_text("utf-8").splitlines()
    )


def _parse(line: str) -> Stack:
    count, *places = line.split("\t")
    return Stack(int(count), tuple(Place(*place.rsplit(":", 1)) for place in places))
