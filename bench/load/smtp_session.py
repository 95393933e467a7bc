"""One SMTP submission session of the load generator: STARTTLS, log-in, then many messages.

Lockstep, as a desktop mail program does it: MAIL, RCPT, DATA, the text, each after the answer to
the one before (no PIPELINING, no CHUNKING), on both servers alike. RFC 5321 §4.1.1, RFC 3207, RFC
4954.
"""

import base64
import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from bench.load.closed_loop import ANSWER_DEADLINE_S, LoadRefusedError

_READ_SIZE = 16_384


@dataclass(frozen=True, slots=True)
class LogIn:
    """A member's address and app password, sent as AUTH PLAIN inside TLS."""

    email: str
    app_password: str


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where to submit, which authority to trust, and who logs in (no one, where it isn't asked)."""

    host: str
    port: int
    certificate_authority: str
    log_in: LogIn | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message, ready for the wire."""

    mail: bytes
    rcpt: bytes
    data: bytes


class SmtpSession:
    """A logged-in session that submits one envelope per unit of work."""

    def __init__(self, server: SmtpServer, envelopes: Iterator[Envelope]) -> None:
        """Connect, upgrade to TLS and log in, blocking: all of it is outside the timing."""
        self._envelopes = envelopes
        self._tls = _connect(server)
        self._tls.setblocking(False)
        self._to_say: list[bytes] = []
        self._received = b""

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._tls.fileno()

    def begin(self) -> None:
        """Send MAIL of the next envelope."""
        envelope = next(self._envelopes)
        self._to_say = [envelope.data, b"DATA\r\n", envelope.rcpt]
        self._tls.send(envelope.mail)

    def advance(self) -> bool:
        """Take one reply and say the next line; true at the 250 after the text."""
        try:
            self._received += self._tls.recv(_READ_SIZE)
        except ssl.SSLWantReadError:  # a TLS record that carries no reply, such as a session ticket
            return False
        reply = self._received
        if not reply_is_whole(reply):
            if not reply:
                raise LoadRefusedError("the server closed the session")
            return False
        self._received = b""
        if reply[:1] not in b"23":
            raise LoadRefusedError(reply.decode("utf-8", "replace").strip())
        if not self._to_say:
            return True
        self._tls.send(self._to_say.pop())
        return False

    def close(self) -> None:
        """Say QUIT and hang up, without waiting for the answer."""
        with contextlib.suppress(OSError):
            self._tls.send(b"QUIT\r\n")
        self._tls.close()


def certificate_of(server: SmtpServer) -> bytes:
    """Return the certificate that the server shows, as DER."""
    with _connect(server) as tls:
        return tls.getpeercert(binary_form=True) or b""


def _connect(server: SmtpServer) -> ssl.SSLSocket:
    plain = socket.create_connection((server.host, server.port), timeout=ANSWER_DEADLINE_S)
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    _expect(plain, b"220")
    _say(plain, b"EHLO bench.localhost", b"250")
    _say(plain, b"STARTTLS", b"220")
    context = ssl.create_default_context(cafile=server.certificate_authority)
    tls = context.wrap_socket(plain, server_hostname=server.host)
    _say(tls, b"EHLO bench.localhost", b"250")
    if server.log_in:
        secret = f"\0{server.log_in.email}\0{server.log_in.app_password}".encode()
        _say(tls, b"AUTH PLAIN " + base64.b64encode(secret), b"235")
    return tls


def _say(sock: socket.socket, line: bytes, code: bytes) -> None:
    sock.sendall(line + b"\r\n")
    _expect(sock, code)


def _expect(sock: socket.socket, code: bytes) -> None:
    reply = b""
    while not reply_is_whole(reply):
        part = sock.recv(_READ_SIZE)
        if not part:
            raise LoadRefusedError("the server closed the session before it was ready")
        reply += part
    if not reply.startswith(code):
        raise LoadRefusedError(reply.decode("utf-8", "replace").strip())


def reply_is_whole(reply: bytes) -> bool:
    """Tell whether the reply's last line is there (its code is followed by a
    space, not a hyphen).
    """
    if not reply.endswith(b"\r\n"):
        return False
    last = reply.rfind(b"\r\n", 0, -2) + 2 if reply.count(b"\r\n") > 1 else 0
    return reply[last + 3 : last + 4] == b" " or len(reply) - last == len(b"250\r\n")
