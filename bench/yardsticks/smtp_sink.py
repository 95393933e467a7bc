"""A server that says yes to everything and keeps nothing: what the generator could reach at best.

If the generator drives this sink several times faster than it drives Postfix or Licorne, it isn't
the generator that is measured. Run as ``python -m bench.yardsticks.smtp_sink CHAIN KEY``; prints
its port.
"""

import asyncio
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import uvloop

from bench.certificates import ServerCertificate
from bench.load.smtp_session import SmtpServer

_END_OF_TEXT = b"\r\n.\r\n"
_GREETING = b"220 localhost ESMTP sink\r\n"
_OK = b"250 2.0.0 Ok\r\n"


class SinkProtocol(asyncio.Protocol):
    """The least that looks like a submission server with STARTTLS."""

    def __init__(self, context: ssl.SSLContext) -> None:
        """``context`` is for the upgrade."""
        self._context = context
        self._transport: asyncio.Transport
        self._upgrade: asyncio.Task[None] | None = None
        self._in_text = False
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, but only before TLS."""
        self._transport = cast("asyncio.Transport", transport)
        if transport.get_extra_info("ssl_object") is None and self._upgrade is None:
            self._transport.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        """Answer one line, or skip over text up to its lone dot."""
        if self._in_text:
            self._tail = (self._tail + data)[-len(_END_OF_TEXT) :]
            if self._tail == _END_OF_TEXT:
                self._in_text, self._tail = False, b""
                self._transport.write(_OK)
            return
        verb = data[:4].upper()
        if verb == b"DATA":
            self._in_text = True
            self._transport.write(b"354 Go on\r\n")
        elif verb == b"STAR":
            self._transport.write(b"220 2.0.0 Ready\r\n")
            self._upgrade = asyncio.get_running_loop().create_task(self._start_tls())
        elif verb == b"EHLO":
            self._transport.write(b"250-localhost\r\n250 STARTTLS\r\n")
        elif verb == b"QUIT":
            self._transport.close()
        else:
            self._transport.write(_OK)

    async def _start_tls(self) -> None:
        upgraded = await asyncio.get_running_loop().start_tls(
            self._transport, self, self._context, server_side=True
        )
        self._transport = cast("asyncio.Transport", upgraded)


@contextmanager
def running_sink(certificate: ServerCertificate) -> Iterator[SmtpServer]:
    """Run the sink in a process of its own, as the servers under test are."""
    command = [sys.executable, "-m", __name__, str(certificate.chain), str(certificate.key)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = int(process.stdout.readline()) if process.stdout else 0
            yield SmtpServer("127.0.0.1", port, str(certificate.authority), log_in=None)
        finally:
            process.terminate()


async def _serve(chain: str, key: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SinkProtocol(context), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], sys.argv[2]))
