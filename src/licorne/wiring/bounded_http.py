"""The HTTP server with an end to how long and how slow a request's head may be.

Uvicorn's parser has neither: it joins a header of 200 MB piece by piece, which stops the process
for minutes, and waits for ever for the rest of one. A reverse proxy in front bounds them too, but
whoever reaches the port must not be able to stop it (RFC 9110 §5.4 leaves the limit to us).
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 64 * 1024  # bytes: request line and header fields
HEAD_SECONDS = 20.0  # from a connection's beginning, or a request's, to the end of its head
_PIECE = 16 * 1024


class BoundedHttp(HttpToolsProtocol):
    """One connection."""

    head_seconds = HEAD_SECONDS
    _in_head = True
    _head_size = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Give the parser a head in pieces, so that it is stopped soon behind the limit."""
        while data and self._in_head and not self._is_closing():
            piece, data = data[:_PIECE], data[_PIECE:]
            self._head_size += len(piece)
            super().data_received(piece)
            if self._in_head and self._head_size > LONGEST_HEAD:
                self.send_400_response("The head of this request is too long.")
                return
        if data and not self._is_closing():
            super().data_received(data)

    def on_message_begin(self) -> None:
        self._begin_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def _begin_head(self) -> None:
        self._in_head, self._head_size = True, 0
        self._stop_timer()
        self._head_timer = self.loop.call_later(self.head_seconds, self._too_slow)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        if not self._is_closing():
            self.send_400_response("The head of this request took too long.")

    def _is_closing(self) -> bool:
        return cast("Any", self.transport).is_closing()  # type: ignore[no-any-return]
