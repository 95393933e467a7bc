"""The process that looks into one archive, its input: `python -m … MEMORY PROCESSOR`.

It prints one word, the fault or ``ok``. It can't use more memory or processor time than it was
given, can't open a file or a socket once it has begun, writes no core and has no environment.
"""

import codecs
import os
import resource
import signal
import sys

from licorne.adapters.archives.reading import fault_of
from licorne.ports.archive_inspector import ArchiveFault


def main() -> None:
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    codecs.lookup("cp437")  # of names in a zip: it is loaded from a file
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(limit, (most, most))
    try:
        fault = fault_of(sys.stdin.buffer.read())
    except MemoryError:
        fault = ArchiveFault.TOO_COMPLEX
    os.write(1, (fault or "ok").encode())
    os._exit(0)


if __name__ == "__main__":
    main()
