"""The OpenAPI 3.1 document, made from the table of operations and from the types themselves."""

from functools import cache
from typing import Any

import msgspec

from licorne import __version__
from licorne.domain.identity.api_token import Scope
from licorne.domain.message.content import MAX_ATTACHMENTS
from licorne.edges.api.batch_answers import BatchAnswer
from licorne.edges.api.contact_answers import (
    ContactAnswer,
    ContactChanges,
    ContactPageAnswer,
    NewContact,
)
from licorne.edges.api.event_answers import EventPageAnswer
from licorne.edges.api.member_routes import MemberPageAnswer
from licorne.edges.api.message_answers import MessageAnswer, MessagePage
from licorne.edges.api.new_batch import NewBatch
from licorne.edges.api.new_message import NewMessage
from licorne.edges.api.operation import PREFIX, RATE_LIMIT, Answer, Operation, Parameter
from licorne.edges.api.operations import OPERATIONS
from licorne.edges.api.thread_answers import ThreadAnswer, ThreadPageAnswer
from licorne.edges.api.uploaded_message import FILE_PART, MESSAGE_PART
from licorne.edges.api.webhook_answers import (
    AddedWebhookAnswer,
    NewWebhook,
    WebhookAnswer,
    WebhookListAnswer,
)
from licorne.edges.web.error_responses import PROBLEM, Problem

_JSON, _PARTS = "application/json", "multipart/form-data"
_TOKEN = "token"  # noqa: S105 - the security scheme's name
_DESCRIPTION = """\
Send secure texts to any phone number, and see what became of them. A token can send; it can't read.

Every request carries `Authorization: Bearer …` with a token that the practice's owner made
(`licorne token add`). Errors are problems (RFC 9457): `type` is for your program, `detail` for a
person, `errors` names each field at fault.
"""


@cache
def openapi_document(public_url: str) -> bytes:
    """Give the document as JSON; ``public_url`` is the installation's address without a path."""
    return msgspec.json.format(msgspec.json.encode(_document(public_url)), indent=2)


def _document(public_url: str) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Licorne",
            "version": __version__,
            "summary": "Secure texts by program",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url.rstrip("/") + PREFIX}],
        "externalDocs": {
            "description": "The guide, with examples",
            "url": public_url.rstrip("/") + PREFIX + "/docs",
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {_TOKEN: _security_scheme()},
        },
    }


def _schemas() -> dict[str, Any]:
    types = [
        NewMessage,
        NewBatch,
        MessageAnswer,
        MessagePage,
        BatchAnswer,
        NewContact,
        ContactChanges,
        ContactAnswer,
        ContactPageAnswer,
        ThreadAnswer,
        ThreadPageAnswer,
        MemberPageAnswer,
        EventPageAnswer,
        NewWebhook,
        WebhookAnswer,
        AddedWebhookAnswer,
        WebhookListAnswer,
        Problem,
    ]
    _references, components = msgspec.json.schema_components(
        types, ref_template="#/components/schemas/{name}"
    )
    return dict(components)


def _security_scheme() -> dict[str, Any]:
    scopes = "\n".join(f"- `{scope.value}`: {scope.sentence}" for scope in Scope)
    return {
        "type": "http",
        "scheme": "bearer",
        "description": f"An API token. What it may do, its scopes say:\n\n{scopes}",
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [_parameter(one) for one in operation.parameters],
        "responses": {
            str(one.status): _answer(one, counted=operation.scope is not None and one.status != 401)
            for one in _in_order(operation)
        },
        "security": [{_TOKEN: [operation.scope.value]}] if operation.scope else [],
    }
    if operation.body is not None:
        content: dict[str, Any] = {_JSON: {"schema": _reference(operation.body)}}
        if operation.with_files:
            content[_PARTS] = _with_files(operation.body)
        described["requestBody"] = {"required": True, "content": content}
    return described


def _with_files(body: str) -> dict[str, Any]:
    file = {"type": "string", "format": "binary"}
    return {
        "schema": {
            "type": "object",
            "properties": {
                MESSAGE_PART: _reference(body),
                FILE_PART: {"type": "array", "items": file, "maxItems": MAX_ATTACHMENTS},
            },
            "required": [MESSAGE_PART],
            "additionalProperties": False,
        },
        "encoding": {MESSAGE_PART: {"contentType": _JSON}},
    }


def _in_order(operation: Operation) -> list[Answer]:
    return sorted(operation.answers, key=lambda answer: answer.status)


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "required": parameter.required,
        "schema": dict(parameter.schema),
    }


def _answer(answer: Answer, *, counted: bool) -> dict[str, Any]:
    """Describe an answer; ``counted`` ones tell where the token stands with its limit."""
    described: dict[str, Any] = {"description": answer.description}
    headers = (*answer.headers, *(RATE_LIMIT if counted else ()))
    if headers:
        described["headers"] = {
            name: {"description": words, "schema": {"type": "string"}} for name, words in headers
        }
    if answer.schema is not None:
        kind = PROBLEM if answer.status >= 400 else _JSON
        described["content"] = {kind: {"schema": _reference(answer.schema)}}
    return described


def _reference(schema: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema}"}
