"""The mail relay over SMTP (RFC 5321), with STARTTLS (RFC 3207) or implicit TLS (RFC 8314) only.

The standard library's client in a thread. The certificate must hold and be for the host's name; who
isn't who they should be gets neither the password nor a mail.
"""

import asyncio
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path

from licorne.domain.identity.email_address import EmailAddress
from licorne.ports.clock import Clock
from licorne.ports.mail_relay import (
    MailInDoubt,
    MailNotTaken,
    MailTaken,
    OutgoingMail,
    RelayReason,
)

PATIENCE = 15.0  # seconds for each answer
DEADLINE = 60.0  # seconds for all of it
_AT_ONCE = 4
_DOT_AT_A_LINES_START = re.compile(rb"(?m)^\.")  # RFC 5321 §4.5.2


@dataclass(frozen=True, slots=True)
class RelayAccess:
    """Where the relay is and who we are there."""

    host: str
    port: int
    implicit_tls: bool
    sender: EmailAddress
    own_name: str  # in EHLO
    user: str = ""  # empty: the relay knows us by our address
    password_file: Path | None = None
    authority: Path | None = None  # PEM: whom to trust instead of the machine's list


class _Failed(Exception):
    def __init__(self, reason: RelayReason, detail: str = "") -> None:
        super().__init__(reason.value)
        self.answer = MailNotTaken(reason, detail)


class _HandedOver(Exception):
    """The mail's last line was sent and no answer came."""


class _ForStartTls(smtplib.SMTP):
    def __init__(self, access: RelayAccess, patience: float) -> None:
        super().__init__(local_hostname=access.own_name, timeout=patience)
        self._host = access.host  # whom the certificate must name; ``connect`` leaves it unset


class _ForImplicitTls(smtplib.SMTP_SSL):
    def __init__(self, access: RelayAccess, patience: float, context: ssl.SSLContext) -> None:
        super().__init__(local_hostname=access.own_name, timeout=patience, context=context)
        self._host = access.host


class SmtpRelay:
    def __init__(
        self,
        access: RelayAccess,
        clock: Clock,
        *,
        patience: float = PATIENCE,
        deadline: float = DEADLINE,
    ) -> None:
        self._access = access
        self._clock = clock
        self._patience = patience
        self._deadline = deadline
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def send(self, mail: OutgoingMail) -> MailTaken | MailNotTaken | MailInDoubt:
        if not mail.to.text.isascii():
            return MailNotTaken(RelayReason.REFUSED, "SMTPUTF8")  # RFC 6531: few relays take it
        written = self._write(mail)

        def deliver(smtp: smtplib.SMTP) -> None:
            _expect(smtp.mail(self._access.sender.text), 250, RelayReason.NOT_SET_UP)
            _expect(smtp.rcpt(mail.to.text), 250, RelayReason.REFUSED)
            _expect(smtp.docmd("DATA"), 354, RelayReason.REFUSED)
            try:
                smtp.send(written)
                answer = smtp.getreply()
            except (OSError, smtplib.SMTPException) as problem:
                raise _HandedOver from problem
            _expect(answer, 250, RelayReason.REFUSED)

        try:
            await self._within_deadline(deliver)
        except _Failed as failed:
            return failed.answer
        except _HandedOver:
            return MailInDoubt()
        return MailTaken()

    async def check(self) -> MailNotTaken | None:
        try:
            await self._within_deadline(lambda _smtp: None)
        except _Failed as failed:
            return failed.answer
        return None

    async def _within_deadline(self, work: Callable[[smtplib.SMTP], None]) -> None:
        """Talk in a thread; at the deadline the line is cut, which ends the talk wherever it is."""
        async with self._room:
            smtp = self._client()
            cut = asyncio.get_running_loop().call_later(self._deadline, _cut, smtp)
            try:
                await asyncio.to_thread(self._talk, smtp, work)
            finally:
                cut.cancel()

    def _client(self) -> smtplib.SMTP:
        if self._access.implicit_tls:
            return _ForImplicitTls(self._access, self._patience, self._context())
        return _ForStartTls(self._access, self._patience)

    def _talk(self, smtp: smtplib.SMTP, work: Callable[[smtplib.SMTP], None]) -> None:
        try:
            self._greet(smtp)
            work(smtp)
        except ssl.SSLCertVerificationError as problem:
            raise _Failed(RelayReason.BAD_CERTIFICATE, problem.verify_message) from problem
        except (ssl.SSLError, smtplib.SMTPNotSupportedError) as problem:
            raise _Failed(RelayReason.NO_TLS) from problem
        except smtplib.SMTPResponseException as problem:
            raise _failure(problem.smtp_code, RelayReason.NOT_SET_UP) from problem
        except (OSError, smtplib.SMTPException) as problem:
            raise _Failed(RelayReason.UNREACHABLE) from problem
        finally:
            with suppress(OSError, smtplib.SMTPException):
                smtp.docmd("QUIT")
            smtp.close()

    def _greet(self, smtp: smtplib.SMTP) -> None:
        """Connect, encrypt, and say who we are: in this order."""
        access = self._access
        _expect(smtp.connect(access.host, access.port), 220, RelayReason.NOT_SET_UP)
        smtp.ehlo_or_helo_if_needed()
        if not access.implicit_tls:
            _expect(smtp.starttls(context=self._context()), 220, RelayReason.NO_TLS)
            smtp.ehlo_or_helo_if_needed()
        if access.user:
            if not smtp.has_extn("auth"):
                raise _Failed(RelayReason.NOT_SET_UP, "no AUTH")
            try:
                smtp.login(access.user, self._password())
            except smtplib.SMTPAuthenticationError as refused:
                raise _failure(refused.smtp_code, RelayReason.SIGN_IN_REFUSED) from refused

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._access.authority)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _password(self) -> str:
        file = self._access.password_file
        try:
            return "" if file is None else file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            raise _Failed(RelayReason.NOT_SET_UP, "password_file") from problem

    def _write(self, mail: OutgoingMail) -> bytes:
        """Give the mail as it goes over the line: 7 bits, dots doubled, ended."""
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = self._access.sender.text
        message["To"] = mail.to.text
        message["Subject"] = mail.subject
        message["Date"] = self._clock.now()
        message["Message-ID"] = f"<{mail.id}@{self._access.sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
        message.set_content(mail.text, cte="quoted-printable")  # takes Content-* fields away
        message["Content-Language"] = mail.language
        text = message.as_bytes(policy=SMTP_POLICY.clone(cte_type="7bit"))
        return _DOT_AT_A_LINES_START.sub(b"..", text).rstrip(b"\r\n") + b"\r\n.\r\n"


def _cut(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        with suppress(OSError):
            # Past TLS, whose state belongs to the thread that talks.
            socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)


def _expect(answer: tuple[int, bytes], wanted: int, otherwise: RelayReason) -> None:
    if answer[0] != wanted:
        raise _failure(answer[0], otherwise)


def _failure(code: int, reason: RelayReason) -> _Failed:
    """Tell a refusal from a plea for patience (RFC 5321 §4.2.1)."""
    if code < 0:
        return _Failed(RelayReason.UNREACHABLE)
    return _Failed(reason if 500 <= code < 600 else RelayReason.LATER, str(code))
