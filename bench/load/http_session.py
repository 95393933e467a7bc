"""One keep-alive HTTP/1.1 connection of the load generator: a request, its answer, the next.

Requests are ready-made bytes; of the answer only the status and the length are read (RFC 9112 §6).
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

from bench.load.closed_loop import ANSWER_DEADLINE_S, LoadRefusedError

_READ_SIZE = 262_144
_LAST_CHUNK = b"\r\n0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class HttpServer:
    """Where to ask, and the status that counts as success (so a redirect to a
    log-in page doesn't).
    """

    host: str
    port: int
    success_status: int


class HttpSession:
    """A connection that sends one request per unit of work."""

    def __init__(self, server: HttpServer, requests: Iterator[bytes]) -> None:
        """Connect, blocking: it is outside the timing."""
        self._requests = requests
        self._success = b"HTTP/1.1 %d " % server.success_status
        self._socket = socket.create_connection((server.host, server.port), ANSWER_DEADLINE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setblocking(False)
        self._received = b""

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def begin(self) -> None:
        """Send the next request."""
        self._socket.send(next(self._requests))

    def advance(self) -> bool:
        """Read what has come; true when the answer is whole."""
        part = self._socket.recv(_READ_SIZE)
        if not part:
            raise LoadRefusedError("the server closed the connection")
        self._received = answer = self._received + part if self._received else part
        if not answer_is_whole(answer):
            return False
        self._received = b""
        if not answer.startswith(self._success):
            raise LoadRefusedError(answer[:2000].decode("utf-8", "replace"))
        return True

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def answer_is_whole(answer: bytes) -> bool:
    """Tell whether head and body have arrived, by Content-Length or by the last chunk."""
    head_ends = answer.find(b"\r\n\r\n")
    if head_ends < 0:
        return False
    head = answer[:head_ends].lower()
    field = head.find(b"\r\ncontent-length:")
    if field >= 0:
        value_at = field + len(b"\r\ncontent-length:")
        value_ends = head.find(b"\r\n", value_at)
        length = int(head[value_at:] if value_ends < 0 else head[value_at:value_ends])
        return len(answer) >= head_ends + 4 + length
    if b"\r\ntransfer-encoding: chunked" in head:
        return answer.endswith(_LAST_CHUNK)
    raise LoadRefusedError(f"an answer without a length: {head[:500]!r}")
