"""Submission processes to be killed, forked from one that has everything imported.

    python -m tests.crash.pre_forked '{"home": …, "owner_url": …, "processes": 2}'

Says ``port N`` and then ``ready PID`` for each that answers; one that dies is replaced at once
(the product's own supervisor waits ever longer, which is right for it and too long for 270 rounds).
"""

import ctypes
import json
import os
import signal
import sys
from functools import partial
from pathlib import Path

from tests.crash.sabotage import acknowledge_before_commit

from licorne.adapters.demo_authority import demo_certificates, server_context
from licorne.wiring.installation import role_urls
from licorne.wiring.installation_facts import Installation
from licorne.wiring.listening import listen, port_of
from licorne.wiring.roles import run_submission
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
    role = Role("submission", partial(_run, installation))
    for _ in range(wanted["processes"]):
        _fork(role)
    while True:
        _, status = os.wait()
        if not os.WIFSIGNALED(status):
            sys.exit("a mail server ended by itself")
        _fork(role)


def say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


def _fork(role: Role) -> None:
    parent = os.getpid()
    if os.fork() == 0:
        _run_in_child(role, parent, os.open(os.devnull, os.O_WRONLY))


def _run(installation: Installation, _ready: Ready) -> None:
    run_submission(installation, lambda: say(f"ready {os.getpid()}"))


if __name__ == "__main__":
    main()
