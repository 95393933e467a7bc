"""The bytes of one SMTP connection: lines, message data and TLS, with limits and deadlines.

Line ends are CR LF and nothing else. A message ends with CR LF . CR LF and nothing else; a message
that holds a bare CR, a bare LF or a zero byte is read to its true end and then refused, so that no
other way to write an end can smuggle a second message past us (RFC 5321 §2.3.8, §4.1.1.4).
"""

import asyncio
import ssl
from typing import cast

from licorne.edges.submission.limits import SubmissionLimits

_END = b"\r\n.\r\n"
_PAUSE_ABOVE = 256 * 1024  # bytes read ahead of what was asked for


class Gone(Exception):
    """The other side hung up."""


class TooSlow(Exception):
    """A deadline passed."""


class LineTooLong(Exception):
    """A command line over its limit; the rest of it was dropped."""


class BareLineEnd(Exception):
    """A command line that doesn't end with CR LF."""


class DataTooLarge(Exception):
    """The message is over the limit; it was read to its end and dropped."""


class NoRoomInFlight(Exception):
    """Too many bytes are being received at once; the message was read to its end and dropped."""


class InFlight:
    """Counts the bytes of all messages that this process is receiving."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._now = 0

    def take(self, count: int) -> bool:
        if self._now + count > self._most:
            return False
        self._now += count
        return True

    def give_back(self, count: int) -> None:
        self._now -= count


class Wire(asyncio.Protocol):
    """Reads what came, in the order in which it came; one reader at a time."""

    def __init__(self, limits: SubmissionLimits, in_flight: InFlight) -> None:
        self._limits = limits
        self._in_flight = in_flight
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None
        self._arrived: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._closed = False
        self._paused = False
        self._held = 0  # of the bytes in flight

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) > _PAUSE_ABOVE and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        self._closed = True
        self._wake()
        return False

    def connection_lost(self, _problem: Exception | None) -> None:
        self._closed = True
        self._wake()
        self.resume_writing()

    def pause_writing(self) -> None:
        self._drained = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained = None

    # What the conversation calls.

    @property
    def peer(self) -> str:
        name = self._transport.get_extra_info("peername") if self._transport else None
        return str(name[0]) if name else ""

    @property
    def encrypted(self) -> bool:
        return bool(self._transport and self._transport.get_extra_info("ssl_object"))

    async def send(self, data: bytes) -> None:
        """Send, waiting for one that reads slowly. Raises `Gone`, also for one that reads not."""
        if self._transport is None or self._transport.is_closing():
            raise Gone
        self._transport.write(data)
        if self._drained is not None:
            try:
                async with asyncio.timeout(self._limits.send_deadline):
                    await asyncio.shield(self._drained)
            except TimeoutError:
                self._transport.abort()
                raise Gone from None

    def close(self) -> None:
        """Hang up once what was sent is through, and at once if the other side won't read it."""
        if self._transport is None or self._transport.is_closing():
            return
        transport = self._transport
        unread = transport.get_write_buffer_size() > 0
        transport.close()
        if unread:
            asyncio.get_running_loop().call_later(self._limits.send_deadline, transport.abort)

    async def read_line(self, limit: int, deadline: float) -> bytes:
        """Give one line without its end. ``deadline`` is the event loop's time.

        Raises `LineTooLong` and `BareLineEnd`, after which the next line can be read, `TooSlow`
        and `Gone`.
        """
        searched = 0
        dropping = False
        while True:
            end = self._buffer.find(b"\n", searched)
            if end >= 0:
                line = bytes(self._buffer[:end])
                self._consume(end + 1)
                if dropping or len(line) > limit:
                    raise LineTooLong
                if not line.endswith(b"\r"):
                    raise BareLineEnd
                return line[:-1]
            if len(self._buffer) > limit:
                dropping = True
                self._consume(len(self._buffer))
            searched = len(self._buffer)
            await self._more(deadline)

    async def read_data(self, deadline: float) -> bytes:
        """Give a message after DATA, dots unstuffed (RFC 5321 §4.5.2).

        Raises `DataTooLarge`, `NoRoomInFlight`, `TooSlow` and `Gone`.
        """
        collected = bytearray(b"\r\n")  # so that a first line of one dot ends it, too
        problem: Exception | None = None
        idle = self._limits.data_idle_deadline
        while True:
            start = max(0, len(collected) - len(_END) + 1)
            fresh = len(self._buffer)
            collected += self._buffer
            self._consume(fresh)
            end = collected.find(_END, start)
            if end >= 0:
                self._buffer[:0] = collected[end + len(_END) :]
                del collected[end + 2 :]
            if problem is None:
                problem = self._over_limit(len(collected), fresh)
            if end >= 0:
                break
            if problem is not None:  # keep only what an end could begin with
                self.release()
                del collected[: -len(_END)]
            now = asyncio.get_running_loop().time()
            await self._more(min(deadline, now + idle))
        if problem is not None:
            raise problem
        return bytes(collected.replace(b"\r\n.", b"\r\n")[2:])

    def release(self) -> None:
        """Say that the message last read is dealt with and its memory free."""
        self._in_flight.give_back(self._held)
        self._held = 0

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Encrypt from here on; what came before it in the clear is dropped (RFC 3207 §4.2).

        Nothing in the clear can come between the two: the event loop hands the connection to TLS
        before it waits. What comes with the handshake's end came encrypted, and is kept.
        """
        if self._transport is None:
            raise Gone
        self._buffer.clear()
        self._resume()
        loop = asyncio.get_running_loop()
        upgraded = await loop.start_tls(
            self._transport,
            self,
            context,
            server_side=True,
            ssl_handshake_timeout=self._limits.handshake_deadline,
        )
        if upgraded is None:
            raise Gone
        self._transport = upgraded

    def _over_limit(self, size: int, fresh: int) -> Exception | None:
        if size > self._limits.message + 2:
            return DataTooLarge()
        if not self._in_flight.take(fresh):
            return NoRoomInFlight()
        self._held += fresh
        return None

    def _consume(self, count: int) -> None:
        del self._buffer[:count]
        self._resume()

    def _resume(self) -> None:
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()

    async def _more(self, deadline: float) -> None:
        """Wait until something came. Raises `Gone` and `TooSlow`."""
        if self._closed:
            raise Gone
        loop = asyncio.get_running_loop()
        self._arrived = loop.create_future()
        timer = loop.call_at(deadline, self._give_up)
        try:
            await self._arrived
        finally:
            timer.cancel()
            self._arrived = None
        if self._closed and not self._buffer:
            raise Gone

    def _wake(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_result(None)

    def _give_up(self) -> None:
        if self._arrived is not None and not self._arrived.done():
            self._arrived.set_exception(TooSlow())


def has_broken_line_ends(message: bytes) -> bool:
    """Say whether a message holds a bare CR, a bare LF or a zero byte."""
    pairs = message.count(b"\r\n")
    return message.count(b"\n") != pairs or message.count(b"\r") != pairs or b"\0" in message
