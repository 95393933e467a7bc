"""A message whose files come as parts of multipart/form-data (RFC 7578), sealed as they come.

The first part, ``message``, is the JSON that is posted else; each further one, ``files``, is a
file. None of these lies in memory whole, nor anywhere unsealed.
"""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.sending.outcome import Sent
from licorne.application.sending.upload import Upload
from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import MAX_ATTACHMENTS, MAX_CONTENT_BYTES, ContentRefusal
from licorne.edges.api import new_message
from licorne.edges.api.idempotency import repeatable_of
from licorne.edges.api.json_body import decoded, faulty
from licorne.edges.api.new_message import NewAttachment, NewMessage, ParsedMessage, parse_message
from licorne.edges.api.send_draft import no_room_told
from licorne.edges.api.send_parsed import send_parsed
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

MESSAGE_PART, FILE_PART = "message", "files"
_LARGEST_MESSAGE = 24 * 1024 * 1024  # the longest texts, in any script
_LONGEST_PART_HEADERS = 8192
_KIND = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class _Uploaded:
    attachment: Attachment
    named: NewAttachment  # its digest for content: what makes a repeated request the same


def has_parts(request: WebRequest) -> bool:
    kind, _options = parse_options_header(request.headers.get("content-type", ""))
    return bool(kind.lower() == _KIND)


async def send_with_files(
    use_cases: ApiUseCases, request: WebRequest, caller: ApiCaller
) -> tuple[Sent, ParsedMessage]:
    """Read, seal and send. Raises `Refusal`; what was sealed until then is deleted."""
    parts = _Parts(request)
    try:
        message = await _message(request, parts)
        parse_message(message, caller)  # its faults are told before any file is taken
        with no_room_told():
            async with use_cases.upload(caller.organization, caller.actor.id) as upload:
                within = [await _add(upload, one) for one in message.attachments]
                beside = [one async for one in _files(upload, parts)]
                repeatable = repeatable_of(request, message, [one.named for one in beside])
                files = (*within, *(one.attachment for one in beside))
                texts = msgspec.structs.replace(message, attachments=[])
                parsed = parse_message(texts, caller, repeatable, files)
                return await send_parsed(use_cases, parsed, upload=upload), parsed
    except MultipartError as problem:
        raise Refusal(
            400, "not-multipart", _("The body isn’t multipart/form-data, or it breaks off.")
        ) from problem


async def _message(request: WebRequest, parts: "_Parts") -> NewMessage:
    first = await parts.next()
    if first is None or first.name != MESSAGE_PART:
        words = _("The first part has the name “message” and is the message as JSON.")
        raise faulty(FieldFault(f"/{MESSAGE_PART}", words, "missing"))
    taken, text = web_context(request).taken, bytearray()
    async for piece in parts.content():
        text += piece
        if len(text) > _LARGEST_MESSAGE:
            words = _("The message is too long.")
            raise faulty(FieldFault(f"/{MESSAGE_PART}", words, "too_large"))
        taken.grow_to(len(text))
    return decoded(bytes(text), new_message.decoder)


async def _add(upload: Upload, file: NewAttachment) -> Attachment:
    async def whole() -> AsyncIterator[bytes]:
        yield file.content

    return await upload.add(file.filename, file.content_type, whole())


async def _files(upload: Upload, parts: "_Parts") -> AsyncIterator[_Uploaded]:
    left, number = MAX_CONTENT_BYTES, 0
    while (segment := await parts.next()) is not None:
        if segment.name != FILE_PART or segment.filename is None:
            words = _("After the message, each part has the name “files” and is a file.")
            raise faulty(FieldFault(f"/{segment.name}", words, "unknown"))
        number += 1
        if number > MAX_ATTACHMENTS:
            raise _too_much(ContentRefusal.TOO_MANY_ATTACHMENTS)
        digest = hashlib.sha256()
        kind = segment.content_type or "application/octet-stream"
        pieces = _digested(parts.content(), digest, left)
        attachment = await upload.add(segment.filename, kind, pieces)
        left -= attachment.size
        yield _Uploaded(attachment, NewAttachment(segment.filename, kind, digest.digest()))


async def _digested(
    pieces: AsyncIterator[bytes], digest: "hashlib._Hash", most: int
) -> AsyncIterator[bytes]:
    size = 0
    async for piece in pieces:
        size += len(piece)
        if size > most:
            raise _too_much(ContentRefusal.TOO_LARGE)
        digest.update(piece)
        yield piece


def _too_much(refused: ContentRefusal) -> Refusal:
    return faulty(FieldFault("/attachments", _(refused.value), refused.name.lower()))


class _Parts:
    """The parts of a body, one after the other, each read to its end before the next."""

    def __init__(self, request: WebRequest) -> None:
        _kind, options = parse_options_header(request.headers.get("content-type", ""))
        self._tokens = _tokens(request, options.get("boundary", ""))

    async def next(self) -> MultipartSegment | None:
        async for token in self._tokens:
            if isinstance(token, MultipartSegment):
                return token
        return None

    async def content(self) -> AsyncIterator[bytes]:
        async for token in self._tokens:
            if token is None or isinstance(token, MultipartSegment):
                return
            yield bytes(token)


async def _tokens(
    request: WebRequest, boundary: str
) -> AsyncIterator[MultipartSegment | bytearray | None]:
    """Give what the parser finds: a part's head, its bytes as they come, None at its end."""
    with PushMultipartParser(
        boundary,
        max_segment_count=MAX_ATTACHMENTS + 2,
        max_header_size=_LONGEST_PART_HEADERS,
    ) as parser:
        async for chunk in request.stream():
            if chunk:  # an empty one would mean the end to the parser
                for token in parser.parse(chunk):
                    yield token
