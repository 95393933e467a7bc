"""The calls themselves, sync and async: each is described once and sent by either.

A call that got no answer, or 429 or 503, is repeated after a wait. Sending is safe to repeat, since
each message has an idempotency key, made here where the caller gives none.
"""

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import httpx
import msgspec

from licorne.client.answers import EventPage, Message, MessagePage
from licorne.client.problem import problem_of

Answer = TypeVar("Answer")

_REPEATED = frozenset({429, 503})
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    method: str
    path: str
    answer: type[Answer]
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def send_call(
    to: Sequence[str], text: str, key: str | None, fields: dict[str, Any]
) -> Call[Message]:
    body = {"to": list(to), "text": text, **fields}
    key = key or str(uuid.uuid4())
    return Call("POST", "/messages", Message, body, headers={"Idempotency-Key": key})


def message_call(message: uuid.UUID) -> Call[Message]:
    return Call("GET", f"/messages/{message}", Message)


def recall_call(message: uuid.UUID) -> Call[Message]:
    return Call("POST", f"/messages/{message}/recall", Message)


def messages_call(cursor: str | None, limit: int) -> Call[MessagePage]:
    query = {"limit": str(limit)} | ({} if cursor is None else {"cursor": cursor})
    return Call("GET", "/messages", MessagePage, query=query)


def events_call(after: str | None, limit: int) -> Call[EventPage]:
    query = {"limit": str(limit)} | ({} if after is None else {"after": after})
    return Call("GET", "/events", EventPage, query=query)


class _Caller:
    def __init__(self, url: str, token: str, tries: int) -> None:
        self._about: dict[str, Any] = {
            "base_url": url.rstrip("/") + "/api/v1",
            "headers": {"Authorization": f"Bearer {token}"},
            "timeout": 30.0,
        }
        self._tries = tries

    def _request(self, call: Call[Any]) -> dict[str, Any]:
        return {
            "method": call.method,
            "url": call.path,
            "json": call.body,
            "params": call.query,
            "headers": call.headers,
        }

    def _wait(self, tries: int, answer: httpx.Response | None) -> float | None:
        """Say how long to wait before the next try; None when this answer is the last word."""
        if tries >= self._tries or (answer is not None and answer.status_code not in _REPEATED):
            return None
        told = "" if answer is None else answer.headers.get("retry-after", "")
        if told.isdecimal() and float(told) > _LONGEST_WAIT:
            return None  # the day's quota: nobody waits for that here
        return float(told) if told.isdecimal() else 0.5 * 2**tries


def _read(call: Call[Answer], answer: httpx.Response) -> Answer:
    if answer.is_success:
        return msgspec.json.decode(answer.content, type=call.answer)
    raise problem_of(answer.status_code, answer.content)


class Licorne(_Caller):
    """Calls that wait. Raises `ApiProblem` for a refusal, `httpx.HTTPError` without an answer."""

    def __init__(self, url: str, token: str, *, tries: int = 4) -> None:
        super().__init__(url, token, tries)
        self._client = httpx.Client(**self._about)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._client.close()

    def send(
        self, to: Sequence[str], text: str, *, key: str | None = None, **fields: Any
    ) -> Message:
        """Send a secure text; ``fields`` are the API's other ones, such as ``subject``."""
        return self._call(send_call(to, text, key, fields))

    def message(self, message: uuid.UUID) -> Message:
        return self._call(message_call(message))

    def recall(self, message: uuid.UUID) -> Message:
        return self._call(recall_call(message))

    def messages(self, cursor: str | None = None, limit: int = 50) -> MessagePage:
        return self._call(messages_call(cursor, limit))

    def events(self, after: str | None = None, limit: int = 50) -> EventPage:
        return self._call(events_call(after, limit))

    def _call(self, call: Call[Answer]) -> Answer:
        tries = 0
        while True:
            tries += 1
            answer: httpx.Response | None = None
            try:
                answer = self._client.request(**self._request(call))
            except httpx.TransportError:
                if self._wait(tries, None) is None:
                    raise
            wait = self._wait(tries, answer)
            if answer is not None and wait is None:
                return _read(call, answer)
            time.sleep(wait or 0)


class AsyncLicorne(_Caller):
    """The same calls for a program that runs an event loop."""

    def __init__(self, url: str, token: str, *, tries: int = 4) -> None:
        super().__init__(url, token, tries)
        self._client = httpx.AsyncClient(**self._about)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def send(
        self, to: Sequence[str], text: str, *, key: str | None = None, **fields: Any
    ) -> Message:
        """Send a secure text; ``fields`` are the API's other ones, such as ``subject``."""
        return await self._call(send_call(to, text, key, fields))

    async def message(self, message: uuid.UUID) -> Message:
        return await self._call(message_call(message))

    async def recall(self, message: uuid.UUID) -> Message:
        return await self._call(recall_call(message))

    async def messages(self, cursor: str | None = None, limit: int = 50) -> MessagePage:
        return await self._call(messages_call(cursor, limit))

    async def events(self, after: str | None = None, limit: int = 50) -> EventPage:
        return await self._call(events_call(after, limit))

    async def _call(self, call: Call[Answer]) -> Answer:
        tries = 0
        while True:
            tries += 1
            answer: httpx.Response | None = None
            try:
                answer = await self._client.request(**self._request(call))
            except httpx.TransportError:
                if self._wait(tries, None) is None:
                    raise
            wait = self._wait(tries, answer)
            if answer is not None and wait is None:
                return _read(call, answer)
            await asyncio.sleep(wait or 0)
