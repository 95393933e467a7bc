"""Mail servers (and workers) to be killed, forked from one that has everything imported.

    python -m tests.crash.pre_forked '{"home": …, "owner_url": …, "processes": 2, "workers": 0}'

Says ``port N`` and then ``ready PID`` for each that answers; one that dies is replaced at once
(the product's own supervisor waits ever longer, which is right for it and too long for 270 rounds).
"""

import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.crash.sabotage import acknowledge_before_commit

from licorne.adapters.demo_authority import demo_certificates, server_context
from licorne.wiring.installation import role_urls
from licorne.wiring.installation_facts import Installation
from licorne.wiring.listening import listen, port_of
from licorne.wiring.roles import run_submission, run_worker_role
from licorne.wiring.settings import Home, Settings
from licorne.wiring.supervisor import Ready, Role, _run_in_child

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    # A test that is killed leaves nothing behind. (Behind strace that one is our parent.)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    wanted = json.loads(sys.argv[1])
    if wanted.get("sabotaged"):
        acknowledge_before_commit()
    home = Home(Path(wanted["home"]))
    certificates = demo_certificates(home.tls)
    installation = Installation(
        home=home,
        settings=Settings(demo=True),
        urls=role_urls(home, wanted["owner_url"]),
        public_url="http://localhost:1",
        smtp=listen("127.0.0.1", 0, "mail"),
        tls=server_context(certificates.certificate, certificates.key),
    )
    say(f"port {port_of(installation.smtp[0])}")
    submission = Role("submission", partial(_run, run_submission, installation))
    worker = Role("worker", partial(_run, run_worker_role, installation))
    roles = [submission] * wanted["processes"] + [worker] * wanted["workers"]
    running = {_fork(role): role for role in roles}
    while True:
        ended, status = os.wait()
        if not os.WIFSIGNALED(status):
            sys.exit("a role ended by itself")
        role = running.pop(ended)
        running[_fork(role)] = role


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def _fork(role: Role) -> int:
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _run_in_child(role, parent, os.open(os.devnull, os.O_WRONLY))
    return child


def _run(
    run: Callable[[Installation, Ready], None], installation: Installation, _ready: Ready
) -> None:
    run(installation, lambda: say(f"ready {os.getpid()}"))


if __name__ == "__main__":
    main()
