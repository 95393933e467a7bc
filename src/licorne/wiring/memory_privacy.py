"""Keeps other processes out of this one's memory, where keys and plain text are (threat 36)."""

import ctypes
import os
import resource

_PR_SET_DUMPABLE = 4  # linux/prctl.h


class MemoryNotPrivate(OSError):
    """The kernel refused; nothing with keys in it should run then."""


def keep_memory_private() -> None:
    """Write no core dump, and let no process of the same user read or trace this one (prctl(2)).

    Processes that are forked afterwards are the same; a program that one of them starts has to do
    it again. The superuser of the machine is not kept out by anything.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise MemoryNotPrivate(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
