"""A client that says exactly what a test wants it to say, byte by byte."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

DEADLINE = 15.0


@dataclass(frozen=True)
class Answer:
    code: int
    lines: tuple[str, ...]  # without the code

    @property
    def text(self) -> str:
        return self.lines[-1]

    @property
    def enhanced(self) -> str:
        return self.text.partition(" ")[0]


class HungUp(Exception):
    """The server closed the connection."""


class SmtpClient:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    @asynccontextmanager
    async def connected(
        cls, port: int, tls: ssl.SSLContext | None = None
    ) -> AsyncIterator["SmtpClient"]:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=tls, server_hostname="localhost" if tls else None
        )
        try:
            yield cls(reader, writer)
        finally:
            writer.close()
            with suppress(OSError, ssl.SSLError):
                await writer.wait_closed()

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    async def reply(self) -> Answer:
        """The next reply. Raises `HungUp`."""
        lines = []
        while True:
            try:
                # Not wait_for: it can swallow a cancellation.
                async with asyncio.timeout(DEADLINE):
                    line = await self.reader.readline()
            except OSError as problem:
                raise HungUp from problem
            if not line:
                raise HungUp
            assert line.endswith(b"\r\n"), line
            text = line[:-2].decode("ascii")
            lines.append(text[4:])
            if text[3:4] != "-":
                return Answer(int(text[:3]), tuple(lines))

    async def ask(self, command: str | bytes) -> Answer:
        line = command.encode() if isinstance(command, str) else command
        self.write(line + b"\r\n")
        return await self.reply()

    async def hung_up(self) -> bool:
        """Whether the server closes the connection, and says nothing more before."""
        try:
            async with asyncio.timeout(DEADLINE):
                return not await self.reader.read(1)
        except OSError:
            return True

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """STARTTLS and its handshake; EHLO is the caller's again."""
        assert (await self.ask("STARTTLS")).code == 220
        await self.writer.start_tls(context, server_hostname="localhost")

    async def sign_in(self, address: str, password: str) -> Answer:
        return await self.ask("AUTH PLAIN " + plain(address, password))

    async def envelope(self, sender: str, *recipients: str) -> Answer:
        """MAIL and RCPTs up to the 354 of DATA."""
        assert (await self.ask(f"MAIL FROM:<{sender}>")).code == 250
        for recipient in recipients:
            answer = await self.ask(f"RCPT TO:<{recipient}>")
            assert answer.code == 250, answer
        return await self.ask("DATA")

    async def send(self, sender: str, recipient: str, message: bytes) -> Answer:
        """A whole message, given with its CR LFs and without the final dot."""
        assert (await self.envelope(sender, recipient)).code == 354
        self.write(message + b"\r\n.\r\n")
        return await self.reply()


def plain(address: str, password: str, identity: str = "") -> str:
    return base64.b64encode(f"{identity}\0{address}\0{password}".encode()).decode()


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def letter(sender: str, text: str = "Your results are in.", *fields: str) -> bytes:
    """A short plain message with its CR LFs."""
    header = [f"From: {sender}", "To: 2125550123@secure.text", "Subject: Results", *fields]
    return "\r\n".join([*header, "", text]).encode()
