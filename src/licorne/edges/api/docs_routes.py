"""The guide that people read and the document that programs read, both without a token."""

import re
from dataclasses import dataclass

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from licorne.domain.identity.api_token import Scope
from licorne.edges.api.contact_answers import ContactChanges, NewContact
from licorne.edges.api.field_tables import Field, fields_of
from licorne.edges.api.new_batch import BatchedMessage, NewBatch
from licorne.edges.api.new_message import NewAttachment, NewChallenge, NewMessage
from licorne.edges.api.openapi import openapi_document
from licorne.edges.api.operation import PREFIX, Operation
from licorne.edges.api.operations import OPERATIONS
from licorne.edges.api.webhook_answers import NewWebhook
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.pages import Pages

_BODIES: dict[str, type[msgspec.Struct]] = {
    "NewMessage": NewMessage,
    "NewBatch": NewBatch,
    "NewContact": NewContact,
    "ContactChanges": ContactChanges,
    "NewWebhook": NewWebhook,
}
_PARTS: dict[str, tuple[tuple[str, type[msgspec.Struct]], ...]] = {
    "NewMessage": (("attachments", NewAttachment), ("challenge", NewChallenge)),
    "NewBatch": (("messages", BatchedMessage),),
}


@dataclass(frozen=True, slots=True)
class ShownOperation:
    operation: Operation
    command: str | None
    fields: tuple[Field, ...]
    parts: tuple[tuple[str, tuple[Field, ...]], ...] = ()  # the types within its body


@dataclass(frozen=True, slots=True)
class Guide:
    api_url: str
    operations: tuple[ShownOperation, ...]
    scopes: tuple[Scope, ...] = tuple(Scope)


def docs_routes() -> list[HTTPRouteHandler]:
    pages = Pages()

    @get(f"{PREFIX}/openapi.json")
    async def openapi(request: WebRequest) -> Response[bytes]:
        document = openapi_document(web_context(request).settings.public_url)
        return Response(document, media_type="application/json")

    @get([f"{PREFIX}/docs", "/api/docs"])
    async def docs(request: WebRequest) -> Response[bytes]:
        guide = _guide(web_context(request).settings.public_url.rstrip("/") + PREFIX)
        return pages.render(request, "api/docs.html", guide)

    return [openapi, docs]


def _guide(api_url: str) -> Guide:
    return Guide(
        api_url=api_url,
        operations=tuple(
            ShownOperation(
                operation,
                _command(operation, api_url),
                fields_of(_BODIES[operation.body]) if operation.body else (),
                tuple(
                    (name, fields_of(part)) for name, part in _PARTS.get(operation.body or "", ())
                ),
            )
            for operation in OPERATIONS
        ),
    )


def _command(operation: Operation, api_url: str) -> str | None:
    """Give a curl command that works when $TOKEN holds a token."""
    if operation.example is None:
        return None
    path = re.sub(r"\{(\w+)\}", lambda found: f"${found[1].upper()}", operation.path)
    method = "" if operation.method == "get" else f"-X {operation.method.upper()} "
    command = f'curl {method}"{api_url}{path}" \\\n  -H "Authorization: Bearer $TOKEN"'
    return f"{command} \\\n  {operation.example}" if operation.example else command
