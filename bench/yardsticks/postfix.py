"""A private Postfix that takes mail in durably and does nothing more with it.

Every message is put on hold (``static:HOLD``): smtpd and cleanup do all that comes before the 250,
queue file and fsync included, and no delivery competes with the next intake. Where Postfix has a
choice we choose in its favour: no log-in at all, no log, no DNS, no connection limits, no flow
control, and processes that live on (``max_use``) instead of being forked anew each 100 messages.
"""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.certificates import ServerCertificate
from bench.load.smtp_session import SmtpServer

_START_DEADLINE_S = 20.0
_QUEUES = ("maildrop", "incoming", "active", "deferred", "hold", "corrupt")

_MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
mail_owner = postfix
setgid_group = postdrop
myhostname = localhost
mydestination =
relay_domains = {domain}
relay_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = {key} {chain}
smtpd_tls_loglevel = 0
smtpd_tls_received_header = no
smtpd_sasl_auth_enable = no
smtpd_client_restrictions = static:HOLD
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_message_rate_limit = 0
disable_dns_lookups = yes
in_flow_delay = 0
max_use = 1000000
default_process_limit = 200
message_size_limit = 52428800
biff = no
"""

_MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
proxymap  unix - - n - - proxymap
relay     unix - - n - - smtp
error     unix - - n - - error
retry     unix - - n - - error
anvil     unix - - n - 1 anvil
"""


class PostfixUnavailableError(Exception):
    """There is no Postfix to compare with; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Postfix:
    """The running instance: where to submit to it, and where its queue lies."""

    server: SmtpServer
    queue: Path
    master_pid: int

    def queued_messages(self) -> int:
        """Count the queue files: what Postfix has really taken in and still has."""
        return sum(1 for _ in self._queue_files())

    def empty_the_queue(self) -> None:
        """Remove the queue files of the round before."""
        for path in self._queue_files():
            path.unlink()

    def _queue_files(self) -> Iterator[Path]:
        for name in _QUEUES:
            for folder, _, files in os.walk(self.queue / name):
                yield from (Path(folder, file) for file in files)


def require_postfix() -> str:
    """Return the version of the installed Postfix.

    Raises:
        PostfixUnavailableError: it isn't installed, or we may not start it.
    """
    postconf = shutil.which("postconf", path=_search_path())
    if not postconf:
        raise PostfixUnavailableError(
            "Postfix isn't installed. On Debian and Ubuntu: apt-get install --yes postfix"
        )
    if os.geteuid() != 0:
        raise PostfixUnavailableError(
            "Postfix lets only root start it: run `make bench` as root to compare SMTP intake"
        )
    answer = subprocess.run(
        [postconf, "-dh", "mail_version"], check=True, capture_output=True, text=True
    )
    return answer.stdout.strip()


@contextmanager
def private_postfix(folder: Path, certificate: ServerCertificate, domain: str) -> Iterator[Postfix]:
    """Run a Postfix whose configuration, queue and data all lie in ``folder``.

    ``folder`` has to be on the file system that holds the database it is compared with, or the two
    wouldn't fsync to the same disk. The system's own Postfix, running or not, is left alone.
    """
    require_postfix()
    configuration, queue, data = folder / "etc", folder / "queue", folder / "data"
    for made in (configuration, queue, data):
        made.mkdir(parents=True)
    owner = pwd.getpwnam("postfix")
    os.chown(data, owner.pw_uid, owner.pw_gid)
    port = _free_port()
    (configuration / "master.cf").write_text(_MASTER_CF.format(port=port))
    (configuration / "main.cf").write_text(
        _MAIN_CF.format(
            queue=queue,
            data=data,
            domain=domain,
            key=certificate.key,
            chain=certificate.chain,
        )
    )
    _postfix(configuration, "start")
    try:
        _wait_for_banner(port)
        yield Postfix(
            SmtpServer("127.0.0.1", port, str(certificate.authority), log_in=None),
            queue,
            master_pid=int((queue / "pid" / "master.pid").read_text()),
        )
    finally:
        _postfix(configuration, "stop")


def _postfix(configuration: Path, verb: str) -> None:
    command = [
        shutil.which("postfix", path=_search_path()) or "postfix",
        "-c",
        str(configuration),
        verb,
    ]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    if answer.returncode != 0:
        raise PostfixUnavailableError(f"`postfix {verb}` failed: {answer.stderr.strip()}")


def _wait_for_banner(port: int) -> None:
    deadline = time.monotonic() + _START_DEADLINE_S
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                if probe.recv(100).startswith(b"220"):
                    return
        except OSError:
            time.sleep(0.05)
    raise PostfixUnavailableError("Postfix didn't greet within 20 s; its log has gone to syslog")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _search_path() -> str:
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
