"""A real mail relay on loopback (aiosmtpd), with whatever TLS and answers a test wants.

async with mail_relay(tmp_path) as post:
    relay = post.relay()
    ...
    assert post.mails[0].to == "ada@example.org"
"""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from tests.support.manual_clock import ManualClock

from licorne.adapters.demo_authority import DemoCertificates, demo_certificates, server_context
from licorne.adapters.relays.smtp import RelayAccess, SmtpRelay
from licorne.domain.identity.email_address import parse_email_address

USER, PASSWORD = "licorne@practice.example", "a password of the relay"


@dataclass(frozen=True)
class Arrived:
    """A mail as the relay got it. ``raw`` is every byte of it."""

    sender: str
    to: str
    encrypted: bool
    user: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        return cast("EmailMessage", message_from_bytes(self.raw, policy=default))

    @property
    def text(self) -> str:
        return cast("str", self.message.get_content())


@dataclass
class Post:
    """The relay's own side. ``answers`` are given to the next mails in place of 250."""

    certificates: DemoCertificates
    access: RelayAccess
    mails: list[Arrived] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    attempts: list[str] = field(default_factory=list)  # of signing in
    hangs_up: bool = False  # after a mail's last line, saying nothing

    def relay(self, *, deadline: float = 20, **changed: Any) -> SmtpRelay:
        return SmtpRelay(
            replace(self.access, **changed), ManualClock(), patience=deadline, deadline=deadline
        )

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.mails.append(
            Arrived(
                sender=str(envelope.mail_from),
                to=envelope.rcpt_tos[0],
                encrypted=session.ssl is not None or self.access.implicit_tls,
                user=str(session.auth_data or ""),
                raw=cast("bytes", envelope.original_content),
            )
        )
        if self.hangs_up:
            server.transport.abort()
        return "250 OK"

    def sign_in(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, data: LoginPassword
    ) -> AuthResult:
        self.attempts.append(how)
        known = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=known, handled=False, auth_data=data.login.decode())


@asynccontextmanager
async def mail_relay(
    folder: Path,
    *,
    implicit: bool = False,
    plain: bool = False,
    context: ssl.SSLContext | None = None,
) -> AsyncIterator[Post]:
    """Serve one: with STARTTLS, with TLS from the first byte, or with none at all."""
    certificates = demo_certificates(folder / "relay-tls")
    password_file = folder / "relay-password"
    password_file.write_text(PASSWORD + "\n")
    access = RelayAccess(
        host="localhost",
        port=0,
        implicit_tls=implicit,
        sender=parse_email_address("licorne@practice.example"),
        own_name="text.practice.example",
        user=USER,
        password_file=password_file,
        authority=certificates.authority,
    )
    post = Post(certificates, access)
    own = context or server_context(certificates.certificate, certificates.key)

    def protocol() -> SMTP:
        with warnings.catch_warnings():  # it doesn't know that TLS is around it already
            warnings.simplefilter("ignore", UserWarning)
            return made()

    def made() -> SMTP:
        return SMTP(
            post,
            hostname="localhost",
            ident="a relay of the tests",
            tls_context=None if implicit or plain else own,
            require_starttls=not (implicit or plain),
            authenticator=post.sign_in,
            auth_required=True,
            auth_require_tls=not (implicit or plain),
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(
        protocol, "0.0.0.0", 0, ssl=own if implicit else None
    )
    port = server.sockets[0].getsockname()[1]
    post.access = replace(access, host="localhost", port=port)
    try:
        yield post
    finally:
        server.close()
        await server.wait_closed()
