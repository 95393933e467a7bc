"""The mail server on free ports, with everything behind it real."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from tests.support.installation import Installed, attachment_bytes, close_sockets
from tests.support.smtp_client import SmtpClient

from licorne.application.receiving.open_sealed import OpenedContent
from licorne.domain.identity.ids import MessageId
from licorne.edges.submission.limits import SubmissionLimits
from licorne.edges.submission.mime.bounded_worker import BoundedMimeWorker
from licorne.edges.submission.server import SubmissionServer
from licorne.edges.submission.take_message import TakeMessage
from licorne.wiring.core import Core
from licorne.wiring.listening import port_of
from licorne.wiring.roles import compose_submission


@dataclass
class MailServer:
    installed: Installed
    core: Core
    server: SubmissionServer
    port: int
    tls_port: int

    @property
    def address(self) -> str:
        return self.installed.practice.email

    @property
    def app_password(self) -> str:
        return self.installed.practice.app_password

    @property
    def authority(self) -> str:
        return str(self.installed.certificates.authority)

    def client_tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)

    @asynccontextmanager
    async def plain(self) -> AsyncIterator[SmtpClient]:
        """A connection to the port with STARTTLS, greeting read."""
        async with SmtpClient.connected(self.port) as client:
            assert (await client.reply()).code == 220
            yield client

    @asynccontextmanager
    async def encrypted(self) -> AsyncIterator[SmtpClient]:
        """A connection to the port with implicit TLS, greeted."""
        async with SmtpClient.connected(self.tls_port, self.client_tls()) as client:
            assert (await client.reply()).code == 220
            assert (await client.ask("EHLO client.example")).code == 250
            yield client

    @asynccontextmanager
    async def signed_in(self) -> AsyncIterator[SmtpClient]:
        async with self.encrypted() as client:
            assert (await client.sign_in(self.address, self.app_password)).code == 235
            yield client

    async def count(self, table: str = "message") -> int:
        async with self.installed.as_owner() as connection:
            return await connection.fetchval(f"SELECT count(*) FROM {table}")

    async def audit_tags(self) -> list[str]:
        """Refusals as ``tag (detail)``, what was done as the tag alone."""
        async with self.installed.as_owner() as connection:
            rows = await connection.fetch(
                "SELECT tag, outcome, detail FROM audit_event ORDER BY at, id"
            )
        return [
            row["tag"] if row["outcome"] == "done" else f"{row['tag']} ({row['detail']})"
            for row in rows
        ]

    async def opened(self) -> list["Opened"]:
        """Every message there is, opened with the member's key, oldest first."""
        key = await self.installed.member_key(self.core)
        async with self.installed.as_owner() as connection:
            rows = await connection.fetch("SELECT id FROM message ORDER BY created_at, id")
        messages = []
        for row in rows:
            content = await self.installed.open(self.core, MessageId(row["id"]), key)
            files = [
                OpenedFile(
                    entry.filename,
                    entry.content_type,
                    entry.inline,
                    entry.content_id,
                    await attachment_bytes(self.core, content, entry.part),
                )
                for entry in content.body.attachments
            ]
            messages.append(Opened(content, files))
        return messages


@dataclass(frozen=True)
class OpenedFile:
    filename: str
    content_type: str
    inline: bool
    content_id: str | None
    content: bytes


@dataclass(frozen=True)
class Opened:
    content: OpenedContent
    files: list[OpenedFile]

    @property
    def subject(self) -> str | None:
        return self.content.body.subject

    @property
    def text(self) -> str:
        return self.content.body.text

    @property
    def html(self) -> str | None:
        return self.content.body.html


@asynccontextmanager
async def mail_server(
    installed: Installed, limits: SubmissionLimits | None = None
) -> AsyncIterator[MailServer]:
    roles = installed.roles()
    mime = BoundedMimeWorker()  # started by the first message that needs it
    assert roles.tls is not None
    async with installed.core() as core:
        server = SubmissionServer(
            TakeMessage(compose_submission(core), mime),
            roles.tls,
            "localhost",
            # Nothing here takes long, so that a stop needn't wait.
            replace(limits or SubmissionLimits(), finish_deadline=2.0),
        )
        await server.start(roles.smtp, roles.smtps)
        try:
            yield MailServer(
                installed, core, server, port_of(roles.smtp[0]), port_of(roles.smtps[0])
            )
        finally:
            await server.stop()
            await mime.close()
            close_sockets(roles)


async def run_client(*command: str, given: bytes = b"") -> tuple[int, str]:
    """Run an email program; gives its exit status and all that it said."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(given), 30)
    return process.returncode or 0, output.decode("utf-8", "replace")
