"""The client that waits."""

import time
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


class Licorne:
    """Calls that wait. Raises `ApiProblem` for a refusal, `httpx.HTTPError` without an answer."""

    def __init__(self, url: str, token: str, *, tries: int = 4) -> None:
        self._tries = tries
        self._client = httpx.Client(**exchange.settings(url, token))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._client.close()

    def send(
        self,
        to: Sequence[str],
        text: str,
        *,
        key: str | None = None,
        files: Sequence[File] = (),
        **fields: Any,
    ) -> Message:
        """Send a secure text; ``fields`` are the API's other ones, such as ``subject``."""
        return self._call(calls.send(to, text, key, files, fields))

    def send_batch(self, messages: Sequence[Outgoing]) -> Batch:
        """Send up to 1,000 secure texts; each is taken or refused by itself."""
        return self._call(calls.send_batch(messages))

    def messages(self, cursor: str | None = None, limit: int = 50) -> MessagePage:
        return self._call(calls.messages(cursor, limit))

    def message(self, message: uuid.UUID) -> Message:
        return self._call(calls.message(message))

    def recall(self, message: uuid.UUID) -> Message:
        return self._call(calls.recall(message))

    def contacts(self, cursor: str | None = None, limit: int = 50) -> ContactPage:
        return self._call(calls.contacts(cursor, limit))

    def contact(self, contact: uuid.UUID) -> Contact:
        return self._call(calls.contact(contact))

    def add_contact(
        self, number: str, name: str | None = None, language: str | None = None
    ) -> Contact:
        return self._call(calls.add_contact(number, name, language))

    def change_contact(
        self,
        contact: uuid.UUID,
        *,
        name: str | UnsetType | None = UNSET,
        language: str | UnsetType | None = UNSET,
        texting: bool | UnsetType = UNSET,
    ) -> Contact:
        """Change what is given; a name or language of None takes it away."""
        return self._call(calls.change_contact(contact, name, language, texting))

    def remove_contact(self, contact: uuid.UUID) -> None:
        self._call(calls.remove_contact(contact))

    def threads(self, cursor: str | None = None, limit: int = 50) -> ThreadPage:
        return self._call(calls.threads(cursor, limit))

    def thread(self, thread: uuid.UUID) -> Thread:
        return self._call(calls.thread(thread))

    def members(self, cursor: str | None = None, limit: int = 50) -> MemberPage:
        return self._call(calls.members(cursor, limit))

    def events(self, after: str | None = None, limit: int = 50) -> EventPage:
        return self._call(calls.events(after, limit))

    def webhooks(self) -> WebhookList:
        return self._call(calls.webhooks())

    def webhook(self, webhook: uuid.UUID) -> Webhook:
        return self._call(calls.webhook(webhook))

    def add_webhook(self, url: str, types: Sequence[str] = ()) -> AddedWebhook:
        return self._call(calls.add_webhook(url, types))

    def rotate_webhook(self, webhook: uuid.UUID) -> AddedWebhook:
        return self._call(calls.rotate_webhook(webhook))

    def enable_webhook(self, webhook: uuid.UUID) -> Webhook:
        return self._call(calls.enable_webhook(webhook))

    def remove_webhook(self, webhook: uuid.UUID) -> None:
        self._call(calls.remove_webhook(webhook))

    def _call(self, call: Call[Answer]) -> Answer:
        tries = 0
        while True:
            tries += 1
            answer: httpx.Response | None = None
            try:
                answer = self._client.request(**exchange.request_for(call))
            except httpx.TransportError:
                wait = exchange.wait_before(tries, self._tries, call, None)
                if wait is None:
                    raise
            else:
                wait = exchange.wait_before(tries, self._tries, call, answer)
                if wait is None:
                    return exchange.read(call, answer)
            time.sleep(wait)
