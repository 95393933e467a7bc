"""Email programs that send without pause, note what was acknowledged, and put up with anything."""

import asyncio
import hashlib
import itertools
import random
import ssl
import uuid
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

from tests.support.smtp_client import HungUp, SmtpClient

from licorne.domain.identity.ids import MessageId

_PHONES = 40  # so that some are met for the first time while processes die
_EVERY = 9  # one message in so many has a file that goes to the blob store
_FILE_BYTES = 150_000
_REFERENCE = "sealed as "


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the mail server answered 250 to."""

    id: MessageId
    text: str
    recipients: int
    file_sha256: bytes | None


@dataclass(slots=True)
class Senders:
    """``port`` may change between two rounds; ``run`` goes on until it is cancelled."""

    address: str
    app_password: str
    tls: ssl.SSLContext
    port: int = 0
    acknowledged: list[Acknowledged] = field(default_factory=list)
    interrupted: int = 0  # messages whose answer never came
    answers: Counter[int] = field(default_factory=Counter)
    _number: itertools.count = field(default_factory=itertools.count)

    async def run(self, connections: int) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(self._one_program())

    async def meet_everybody(self) -> None:
        """One message to everybody who may be written to."""
        async with SmtpClient.connected(self.port) as client:
            await self._sign_in(client)
            for phone in range(_PHONES):
                await self._send(client, [phone], None)

    async def send_file(self) -> None:
        """One message with a file, on a connection of its own."""
        async with SmtpClient.connected(self.port) as client:
            await self._sign_in(client)
            await self._send(client, [0], random.randbytes(_FILE_BYTES))

    async def _one_program(self) -> None:
        while True:
            try:
                async with SmtpClient.connected(self.port) as client:
                    await self._sign_in(client)
                    while True:
                        await self._send_one(client)
            except (HungUp, OSError, ssl.SSLError, _Refused):
                await asyncio.sleep(0.01)

    async def _sign_in(self, client: SmtpClient) -> None:
        for expected, command in ((220, None), (250, "EHLO senders.example")):
            _expect(expected, await (client.reply() if command is None else client.ask(command)))
        _expect(220, await client.ask("STARTTLS"))
        await client.writer.start_tls(self.tls, server_hostname="localhost")
        _expect(250, await client.ask("EHLO senders.example"))
        _expect(235, await client.sign_in(self.address, self.app_password))

    async def _send_one(self, client: SmtpClient) -> None:
        number = next(self._number)
        attached = random.randbytes(_FILE_BYTES) if number % _EVERY == 0 else None
        await self._send(client, random.sample(range(_PHONES), 1 + (number % 7 == 0)), attached)

    async def _send(
        self, client: SmtpClient, recipients: list[int], attached: bytes | None
    ) -> None:
        text = f"Message {uuid.uuid4()}"
        phones = [f"212555{100 + phone:04}@secure.text" for phone in recipients]
        _expect(250, await client.ask(f"MAIL FROM:<{self.address}>"))
        for phone in phones:
            _expect(250, await client.ask(f"RCPT TO:<{phone}>"))
        _expect(354, await client.ask("DATA"))
        client.write(self._message(text, phones, attached) + b"\r\n.\r\n")
        self.interrupted += 1
        answer = await client.reply()
        self.interrupted -= 1
        self.answers[answer.code] += 1
        _expect(250, answer)
        reference = answer.text.partition(_REFERENCE)[2]
        digest = None if attached is None else hashlib.sha256(attached).digest()
        self.acknowledged.append(
            Acknowledged(MessageId(uuid.UUID(reference)), text, len(phones), digest)
        )

    def _message(self, text: str, phones: list[str], attached: bytes | None) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = self.address
        message["To"] = ", ".join(phones)
        message["Subject"] = "Your visit"
        message.set_content(text)
        if attached is not None:
            message.add_attachment(attached, maintype="image", subtype="jpeg", filename="scan.jpg")
        return message.as_bytes().rstrip(b"\r\n")


class _Refused(Exception):
    """Another answer than the one that goes on; the program connects anew."""


def _expect(code: int, answer: object) -> None:
    if answer.code != code:  # type: ignore[attr-defined]
        raise _Refused
