"""What can be asked of the API: each call described once, and sent by either client."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from licorne.client import answers

Answer = TypeVar("Answer")
IDEMPOTENCY_KEY = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: its bytes, or a file that was opened for reading them."""

    name: str
    content: bytes | BinaryIO
    type: str = "application/octet-stream"


class Outgoing(msgspec.Struct, frozen=True, omit_defaults=True):
    """A secure text for a batch. Without a key it gets one when the batch is sent."""

    to: Sequence[str]
    text: str
    html: str | None = None
    subject: str | None = None
    expires_in: str | None = None
    challenge: dict[str, str] | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class Call(Generic[Answer]):
    """``repeatable``: asked again it does no harm, also when the first answer got lost."""

    method: str
    path: str
    answer: type[Answer]
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    files: Sequence[File] = ()
    repeatable: bool = True


def send(
    to: Sequence[str], text: str, key: str | None, files: Sequence[File], fields: dict[str, Any]
) -> Call[answers.Message]:
    body = {"to": list(to), "text": text, **fields}
    headers = {IDEMPOTENCY_KEY: key or str(uuid.uuid4())}
    return Call("POST", "/messages", answers.Message, body, headers=headers, files=files)


def send_batch(messages: Sequence[Outgoing]) -> Call[answers.Batch]:
    keyed = [
        msgspec.structs.replace(one, idempotency_key=one.idempotency_key or str(uuid.uuid4()))
        for one in messages
    ]
    body = {"messages": msgspec.to_builtins(keyed)}
    return Call("POST", "/messages/batch", answers.Batch, body)


def messages(cursor: str | None, limit: int) -> Call[answers.MessagePage]:
    return Call("GET", "/messages", answers.MessagePage, query=_page(cursor, limit))


def message(message: uuid.UUID) -> Call[answers.Message]:
    return Call("GET", f"/messages/{message}", answers.Message)


def recall(message: uuid.UUID) -> Call[answers.Message]:
    return Call("POST", f"/messages/{message}/recall", answers.Message)


def contacts(cursor: str | None, limit: int) -> Call[answers.ContactPage]:
    return Call("GET", "/contacts", answers.ContactPage, query=_page(cursor, limit))


def contact(contact: uuid.UUID) -> Call[answers.Contact]:
    return Call("GET", f"/contacts/{contact}", answers.Contact)


def add_contact(number: str, name: str | None, language: str | None) -> Call[answers.Contact]:
    known = {"number": number, "name": name, "language": language}
    body = {field: value for field, value in known.items() if value is not None}
    return Call("POST", "/contacts", answers.Contact, body)


def change_contact(
    contact: uuid.UUID,
    name: str | UnsetType | None,
    language: str | UnsetType | None,
    texting: bool | UnsetType,
) -> Call[answers.Contact]:
    changes = {"name": name, "language": language, "texting": texting}
    body = {field: value for field, value in changes.items() if value is not UNSET}
    return Call("PATCH", f"/contacts/{contact}", answers.Contact, body)


def remove_contact(contact: uuid.UUID) -> Call[None]:
    return Call("DELETE", f"/contacts/{contact}", type(None))


def threads(cursor: str | None, limit: int) -> Call[answers.ThreadPage]:
    return Call("GET", "/threads", answers.ThreadPage, query=_page(cursor, limit))


def thread(thread: uuid.UUID) -> Call[answers.Thread]:
    return Call("GET", f"/threads/{thread}", answers.Thread)


def members(cursor: str | None, limit: int) -> Call[answers.MemberPage]:
    return Call("GET", "/members", answers.MemberPage, query=_page(cursor, limit))


def events(after: str | None, limit: int) -> Call[answers.EventPage]:
    query = {"limit": str(limit)} | ({} if after is None else {"after": after})
    return Call("GET", "/events", answers.EventPage, query=query)


def webhooks() -> Call[answers.WebhookList]:
    return Call("GET", "/webhooks", answers.WebhookList)


def webhook(webhook: uuid.UUID) -> Call[answers.Webhook]:
    return Call("GET", f"/webhooks/{webhook}", answers.Webhook)


def add_webhook(url: str, types: Sequence[str]) -> Call[answers.AddedWebhook]:
    body = {"url": url, "types": list(types)}
    return Call("POST", "/webhooks", answers.AddedWebhook, body, repeatable=False)


def rotate_webhook(webhook: uuid.UUID) -> Call[answers.AddedWebhook]:
    path = f"/webhooks/{webhook}/rotate"
    return Call("POST", path, answers.AddedWebhook, repeatable=False)


def enable_webhook(webhook: uuid.UUID) -> Call[answers.Webhook]:
    return Call("POST", f"/webhooks/{webhook}/enable", answers.Webhook)


def remove_webhook(webhook: uuid.UUID) -> Call[None]:
    return Call("DELETE", f"/webhooks/{webhook}", type(None))


def _page(cursor: str | None, limit: int) -> dict[str, str]:
    return {"limit": str(limit)} | ({} if cursor is None else {"cursor": cursor})
