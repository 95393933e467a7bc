"""The mail server: listens with STARTTLS and with implicit TLS, and bounds what it takes on."""

import asyncio
import contextlib
import socket
import ssl
from collections import Counter
from collections.abc import Sequence

from licorne.edges.submission import replies
from licorne.edges.submission.conversation import Conversation
from licorne.edges.submission.limits import SubmissionLimits
from licorne.edges.submission.take_message import TakeMessage
from licorne.edges.submission.wire import Gone, InFlight, Wire


class SubmissionServer:
    """RFC 6409 submission on sockets that were bound before; one conversation per connection."""

    def __init__(
        self,
        take: TakeMessage,
        tls: ssl.SSLContext,
        name: str,
        limits: SubmissionLimits | None = None,
    ) -> None:
        self._take = take
        self._tls = tls
        self._name = name
        self._limits = limits or SubmissionLimits()
        self._in_flight = InFlight(self._limits.bytes_in_flight)
        self._conversations: dict[asyncio.Task[None], Conversation] = {}
        self._turned_away: set[asyncio.Task[None]] = set()
        self._per_address: Counter[str] = Counter()
        self._servers: list[asyncio.Server] = []

    async def start(
        self, starttls: Sequence[socket.socket], implicit_tls: Sequence[socket.socket]
    ) -> None:
        """Listen on sockets with STARTTLS, and on those that speak TLS from the first byte."""
        loop = asyncio.get_running_loop()
        for one in starttls:
            self._servers.append(await loop.create_server(self._connection, sock=one))
        for one in implicit_tls:
            self._servers.append(
                await loop.create_server(
                    self._connection,
                    sock=one,
                    ssl=self._tls,
                    ssl_handshake_timeout=self._limits.handshake_deadline,
                )
            )

    async def stop(self) -> None:
        """Stop listening, let messages under way finish, and say goodbye to the rest."""
        for server in self._servers:
            server.close()
        await asyncio.gather(*(one.shut_down() for one in self._conversations.values()))
        tasks = [*self._conversations, *self._turned_away]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._limits.finish_deadline)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _connection(self) -> Wire:
        return _Accepting(self._limits, self._in_flight, self)

    def accept(self, wire: Wire) -> None:
        """Begin a conversation on a fresh connection, or turn it away when there are too many."""
        peer = wire.peer
        crowded = (
            len(self._conversations) >= self._limits.connections
            or self._per_address[peer] >= self._limits.connections_per_address
        )
        if crowded:
            task = asyncio.ensure_future(_turn_away(wire))
            self._turned_away.add(task)
            task.add_done_callback(self._turned_away.discard)
            return
        conversation = Conversation(wire, self._take, self._limits, self._tls, self._name)
        talking = asyncio.ensure_future(conversation.run())
        self._conversations[talking] = conversation
        self._per_address[peer] += 1

        def ended(task: asyncio.Task[None]) -> None:
            del self._conversations[task]
            self._per_address[peer] -= 1
            if self._per_address[peer] == 0:
                del self._per_address[peer]
            if not task.cancelled() and task.exception() is not None:
                raise task.exception() or AssertionError

        talking.add_done_callback(ended)


class _Accepting(Wire):
    """A wire that starts its conversation once, when the connection stands."""

    def __init__(
        self, limits: SubmissionLimits, in_flight: InFlight, server: SubmissionServer
    ) -> None:
        super().__init__(limits, in_flight)
        self._server: SubmissionServer | None = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._server is not None:  # not again after STARTTLS
            server, self._server = self._server, None
            server.accept(self)


async def _turn_away(wire: Wire) -> None:
    with contextlib.suppress(Gone):
        await wire.send(replies.BUSY_CONNECTION.encode())
    wire.close()
