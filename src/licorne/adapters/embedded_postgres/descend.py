"""Puts on the server's account and becomes the server. A program of its own, not imported.

    python -I -S descend.py UID GID PARENT DEATH_SIGNAL PROGRAM [ARGUMENT...]

Why a program and not subprocess's `preexec_fn`: Python code between fork and exec can deadlock in
a process with threads. Why not subprocess's `user=`: the parent-death signal has to be asked for
after the change of user, which clears it (prctl(2), PR_SET_PDEATHSIG). Why not setpriv(1): it is
not on every Linux.

It needs the standard library only, and all of it is loaded before the change of user, after which
the interpreter may be out of reach.
"""

import ctypes
import os
import resource
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


def main() -> None:
    uid, gid, parent, death_signal = (int(argument) for argument in sys.argv[1:5])
    program = sys.argv[5:]
    libc = ctypes.CDLL(None, use_errno=True)

    # A core dump would hold what the database holds.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    if os.geteuid() != uid:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    for option, value in ((_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_PDEATHSIG, death_signal)):
        if libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl({option})")
    # The parent may have died before it could be asked for: nobody would end the server then.
    if os.getppid() != parent:
        sys.exit("the launcher is gone")
    os.execv(program[0], program)  # noqa: S606  (no shell is the point)


if __name__ == "__main__":
    main()
