"""Makes sure that the programs which the tests drive are there: `python -m tests.support.system_packages`.

As root on Debian or Ubuntu it installs what is missing; otherwise it says what to type and fails,
so that no test is ever left out in silence.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.node_packages import NodePackagesMissing, install_node_packages

# Not on the path of every user.
_PATH = os.environ.get("PATH", "") + ":/usr/sbin"


@dataclass(frozen=True, slots=True)
class Program:
    command: str  # a name on the path, or a path
    package: str  # of Debian and Ubuntu
    purpose: str
    probe: tuple[str, ...] = ()  # what must succeed, where to be on the path isn't enough

    @property
    def is_there(self) -> bool:
        if shutil.which(self.command, path=_PATH) is None:
            return False
        if not self.probe:
            return True
        return subprocess.run(self.probe, check=False, capture_output=True).returncode == 0


PROGRAMS = (
    Program(os.environ.get("LICORNE_CHROMIUM", "/usr/bin/chromium"), "chromium", "a real browser"),
    Program("swaks", "swaks", "an email program"),
    Program(
        "perl",
        "libnet-ssleay-perl",
        "TLS for swaks",
        ("perl", "-MNet::SSLeay", "-e", "1"),
    ),
    Program("msmtp", "msmtp", "an email program"),
    Program("node", "nodejs", "runs the email program nodemailer"),
    Program("npm", "npm", "fetches the email program nodemailer"),
    Program("nginx", "nginx-light", "reads and runs the example of a reverse proxy"),
    Program("caddy", "caddy", "reads the example of a reverse proxy"),
    Program("systemd-analyze", "systemd", "reads the units of the service"),
    Program("gammu-smsd", "gammu-smsd", "sends and gets texts by a modem, here a simulated one"),
    Program("gammu", "gammu", "lets a text arrive at the simulated modem"),
    Program("clamd", "clamav-daemon", "the virus scanner"),
    Program("strace", "strace", "shows in which order the mail server writes and answers"),
)


def main() -> int:
    missing = [program for program in PROGRAMS if not program.is_there]
    if missing:
        for program in missing:
            print(f"The tests need {program.package}: {program.purpose}.", flush=True)
        packages = sorted({program.package for program in missing})
        if not _install(packages):
            return 1
        missing = [program for program in PROGRAMS if not program.is_there]
        if missing:
            names = ", ".join(program.package for program in missing)
            print(f"Still missing after the installation: {names}.", file=sys.stderr)
            return 1
    try:
        install_node_packages()
    except NodePackagesMissing as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _install(packages: Sequence[str]) -> bool:
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(
            f"Install them, then run this again. On Debian and Ubuntu:\n  sudo {' '.join(command)}",
            file=sys.stderr,
        )
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = [command[0], "--quiet", *command[1:]]
    if subprocess.run(quiet, env=environment, check=False).returncode == 0:
        return True
    subprocess.run(["apt-get", "--quiet", "update"], env=environment, check=False)
    return subprocess.run(quiet, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
