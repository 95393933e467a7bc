"""What files need to survive a power cut: whole writes, and an fsync of the directory too."""

import os
from pathlib import Path

_PRIVATE = 0o700


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable (a file's own fsync doesn't)."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write all of it (``os.write`` may write a part). Raises ``OSError``, also for no room."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def make_private_directory(directory: Path) -> None:
    """Make a directory, and durable, unless it is there; its parent must be."""
    try:
        directory.mkdir(mode=_PRIVATE)
    except FileExistsError:
        return
    sync_directory(directory.parent)
