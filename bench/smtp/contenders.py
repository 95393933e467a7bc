"""Licorne and Postfix as the intake scenario sees them: run a load, then prove that all of it is
kept.
"""

import contextlib
from dataclasses import dataclass

from bench.load.closed_loop import Load
from bench.load.smtp_session import LogIn, SmtpServer, certificate_of
from bench.observation import Observed, observe
from bench.product import Demo, held_worker
from bench.product_store import count_messages, wait_for_the_jobs
from bench.smtp.intake import measure_intake
from bench.smtp.letters import letters
from bench.yardsticks.postfix import Postfix

DOMAIN = "secure.text"
# A practice's patients: every number is met once before the clock starts, then written to again.
RECIPIENTS = tuple(f"211436{number:04d}@{DOMAIN}" for number in range(200))


class LostMessageError(Exception):
    """Fewer messages are stored than were acknowledged: no figure makes up for that."""


@dataclass(frozen=True, slots=True)
class PostfixIntake:
    """The yardstick."""

    postfix: Postfix
    name: str = "Postfix"

    def measure(self, load: Load) -> Observed:
        """Submit, and count the queue files afterwards."""
        self.postfix.empty_the_queue()
        envelopes = letters("dr.bench@practice.example", RECIPIENTS)
        observed = observe(
            lambda: measure_intake(self.postfix.server, envelopes, load),
            [self.postfix.master_pid],
        )
        _check(self.name, self.postfix.queued_messages(), observed)
        return observed


@dataclass(frozen=True, slots=True)
class LicorneIntake:
    """The product; with ``announces``, its worker sends notices out while mail comes in."""

    demo: Demo
    announces: bool = False

    @property
    def name(self) -> str:
        return "Licorne, announcing meanwhile" if self.announces else "Licorne"

    @property
    def server(self) -> SmtpServer:
        """Return where and as whom to submit."""
        addresses = self.demo.addresses
        log_in = LogIn(addresses.member.email, addresses.member.app_password)
        return SmtpServer(addresses.smtp.host, addresses.smtp.port, addresses.ca_file, log_in)

    def measure(self, load: Load) -> Observed:
        """Submit, count the rows, and wait until the jobs that follow from them are done."""
        database_url = self.demo.addresses.database_url
        before = count_messages(database_url)
        envelopes = letters(self.demo.addresses.member.email, RECIPIENTS)
        with contextlib.nullcontext() if self.announces else held_worker(self.demo):
            observed = observe(
                lambda: measure_intake(self.server, envelopes, load), [self.demo.pid]
            )
        after = count_messages(database_url)
        _check(self.name, after - before, observed)
        wait_for_the_jobs(database_url)
        return observed

    def certificate(self) -> bytes:
        """Fetch the certificate that the submission server shows, as DER."""
        return certificate_of(self.server)


def _check(name: str, stored: int, observed: Observed) -> None:
    acknowledged = observed.throughput.acknowledged
    if stored != acknowledged:
        raise LostMessageError(f"{name} acknowledged {acknowledged} messages and keeps {stored}")
