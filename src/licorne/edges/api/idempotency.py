"""The Idempotency-Key header: a repeated request is the same message, and one SMS (threat 34)."""

import hashlib
from collections.abc import Sequence

import msgspec

from licorne.domain.message.draft import Repeatable
from licorne.edges.api.new_message import NewAttachment, NewMessage
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


def repeatable_of(
    request: WebRequest, message: NewMessage, uploaded: Sequence[NewAttachment] = ()
) -> Repeatable | None:
    """Read the key from the request's header."""
    key = request.headers.get(HEADER.lower())
    return None if key is None else repeatable_by(key, message, HEADER, uploaded)


def repeatable_by(
    key: str, message: NewMessage, field: str, uploaded: Sequence[NewAttachment] = ()
) -> Repeatable:
    """Take a key; the request counts as what it says, whatever its spaces and order of fields.

    ``field`` is where the key stood; ``uploaded`` are files that came beside the message, with
    their SHA-256 for content. A message in a batch is the same request as sent alone, and one with
    files the same in either form.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        words = _("An idempotency key has 1 to 255 letters, digits and signs.")
        raise Refusal(
            422, "invalid-request", words, faults=(FieldFault(field, words, "wrong_value"),)
        )
    said = {name: getattr(message, name) for name in NewMessage.__struct_fields__}
    said["attachments"] = [*(_digested(one) for one in message.attachments), *uploaded]
    return Repeatable(
        hashlib.sha256(key.encode()).digest(),
        hashlib.sha256(msgspec.json.encode(NewMessage(**said))).digest(),
    )


def _digested(file: NewAttachment) -> NewAttachment:
    return msgspec.structs.replace(file, content=hashlib.sha256(file.content).digest())


def used_otherwise(field: str = HEADER) -> Refusal:
    """Refuse a key that came before with another request."""
    return Refusal(
        422,
        "idempotency-key-used",
        _("This idempotency key came before with another message. Use a new key for each message."),
        title=_("The message was not sent"),
        faults=(FieldFault(field, _("This key was used for another message."), "used_otherwise"),),
    )
