"""Locks that tell who is alive: the kernel drops them with the last process that holds them.

No process number is written down and believed later: numbers are used again.
"""

import fcntl
import os
import time
from pathlib import Path

_PAUSE = 0.01  # seconds between two tries


def open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def take_lock(descriptor: int, *, seconds: float) -> bool:
    """Whether the lock became ours within so many seconds.

    It stays ours until we and all programs that were handed the descriptor have closed it.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        else:
            return True
