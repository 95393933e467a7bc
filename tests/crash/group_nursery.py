"""Whole installations to be killed: database, mail server and worker, forked with all imported.

    python -m tests.crash.group_nursery HOME

For each line on its standard input it starts the group on the home, in a session of its own, as
`licorne demo` does, and says ``up PID PORT`` when everything answers.
"""

import asyncio
import ctypes
import os
import signal
import sys
from pathlib import Path

from tests.crash.pre_forked import PR_SET_PDEATHSIG, say

from licorne.adapters.demo_authority import demo_certificates, server_context
from licorne.adapters.embedded_postgres import start_embedded_postgres_and_wait
from licorne.wiring.demo import _prepare
from licorne.wiring.installation_facts import Installation
from licorne.wiring.listening import listen, port_of
from licorne.wiring.logging import configure_logging
from licorne.wiring.settings import Home, Settings
from licorne.wiring.up import run_roles

ROLES = ("submission", "worker")


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    home = Home(Path(sys.argv[1]))
    home.path.mkdir(mode=0o700, exist_ok=True)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # groups are killed, and nobody waits for them
    for _ in sys.stdin:
        nursery = os.getpid()
        if os.fork() == 0:
            _live(home, nursery)


def _live(home: Home, nursery: int) -> None:
    os.setsid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != nursery:
        os._exit(1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    configure_logging()  # to standard error: standard output speaks to the test
    database = start_embedded_postgres_and_wait(home.postgres)
    urls, _ = asyncio.run(_prepare(home, database))
    certificates = demo_certificates(home.tls)
    installation = Installation(
        home=home,
        settings=Settings(demo=True),
        urls=urls,
        public_url="http://localhost:1",
        smtp=listen("127.0.0.1", 0, "mail"),
        tls=server_context(certificates.certificate, certificates.key),
    )
    run_roles(
        installation,
        lambda: say(f"up {os.getpid()} {port_of(installation.smtp[0])} {urls.owner}"),
        ROLES,
    )
    database.stop_and_wait()
    os._exit(0)


if __name__ == "__main__":
    main()
