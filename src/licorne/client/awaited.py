"""The client for a program that runs an event loop: the same calls."""

import asyncio
import uuid
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from msgspec import UNSET, UnsetType

from licorne.client import calls, exchange
from licorne.client.answers import (
    AddedWebhook,
    Batch,
    Contact,
    ContactPage,
    EventPage,
    MemberPage,
    Message,
    MessagePage,
    Thread,
    ThreadPage,
    Webhook,
    WebhookList,
)
from licorne.client.calls import Call, File, Outgoing

Answer = TypeVar("Answer")


class AsyncLicorne:
    """Calls to await. Raises `ApiProblem` for a refusal, `httpx.HTTPError` without an answer."""

    def __init__(self, url: str, token: str, *, tries: int = 4) -> None:
        self._tries = tries
        self._client = httpx.AsyncClient(**exchange.settings(url, token))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def send(
        self,
        to: Sequence[str],
        text: str,
        *,
        key: str | None = None,
        files: Sequence[File] = (),
        **fields: Any,
    ) -> Message:
        """Send a secure text; ``fields`` are the API's other ones, such as ``subject``."""
        return await self._call(calls.send(to, text, key, files, fields))

    async def send_batch(self, messages: Sequence[Outgoing]) -> Batch:
        """Send up to 1,000 secure texts; each is taken or refused by itself."""
        return await self._call(calls.send_batch(messages))

    async def messages(self, cursor: str | None = None, limit: int = 50) -> MessagePage:
        return await self._call(calls.messages(cursor, limit))

    async def message(self, message: uuid.UUID) -> Message:
        return await self._call(calls.message(message))

    async def recall(self, message: uuid.UUID) -> Message:
        return await self._call(calls.recall(message))

    async def contacts(self, cursor: str | None = None, limit: int = 50) -> ContactPage:
        return await self._call(calls.contacts(cursor, limit))

    async def contact(self, contact: uuid.UUID) -> Contact:
        return await self._call(calls.contact(contact))

    async def add_contact(
        self, number: str, name: str | None = None, language: str | None = None
    ) -> Contact:
        return await self._call(calls.add_contact(number, name, language))

    async def change_contact(
        self,
        contact: uuid.UUID,
        *,
        name: str | UnsetType | None = UNSET,
        language: str | UnsetType | None = UNSET,
        texting: bool | UnsetType = UNSET,
    ) -> Contact:
        """Change what is given; a name or language of None takes it away."""
        return await self._call(calls.change_contact(contact, name, language, texting))

    async def remove_contact(self, contact: uuid.UUID) -> None:
        await self._call(calls.remove_contact(contact))

    async def threads(self, cursor: str | None = None, limit: int = 50) -> ThreadPage:
        return await self._call(calls.threads(cursor, limit))

    async def thread(self, thread: uuid.UUID) -> Thread:
        return await self._call(calls.thread(thread))

    async def members(self, cursor: str | None = None, limit: int = 50) -> MemberPage:
        return await self._call(calls.members(cursor, limit))

    async def events(self, after: str | None = None, limit: int = 50) -> EventPage:
        return await self._call(calls.events(after, limit))

    async def webhooks(self) -> WebhookList:
        return await self._call(calls.webhooks())

    async def webhook(self, webhook: uuid.UUID) -> Webhook:
        return await self._call(calls.webhook(webhook))

    async def add_webhook(self, url: str, types: Sequence[str] = ()) -> AddedWebhook:
        return await self._call(calls.add_webhook(url, types))

    async def rotate_webhook(self, webhook: uuid.UUID) -> AddedWebhook:
        return await self._call(calls.rotate_webhook(webhook))

    async def enable_webhook(self, webhook: uuid.UUID) -> Webhook:
        return await self._call(calls.enable_webhook(webhook))

    async def remove_webhook(self, webhook: uuid.UUID) -> None:
        await self._call(calls.remove_webhook(webhook))

    async def _call(self, call: Call[Answer]) -> Answer:
        tries = 0
        while True:
            tries += 1
            answer: httpx.Response | None = None
            try:
                answer = await self._client.request(**exchange.request_for(call))
            except httpx.TransportError:
                wait = exchange.wait_before(tries, self._tries, call, None)
                if wait is None:
                    raise
            else:
                wait = exchange.wait_before(tries, self._tries, call, answer)
                if wait is None:
                    return exchange.read(call, answer)
            await asyncio.sleep(wait)
