"""A mail as it came in → what the product needs of it. The way in, in order:

1. the header, strictly (`header_fields`, `header_reading`): injection, repetition, From;
2. what MIME says about the body (`entity_header`);
3. a short plain text is read at once; anything else is split into parts (`part_tree`), and what
   is shown is told from what is attached (`content_choice`).

Every step is linear in the message's length and counts what could multiply.
"""

from typing import NamedTuple

from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content, ContentRefused
from licorne.edges.submission.mime.content_choice import ContentChoice
from licorne.edges.submission.mime.entity_header import EntityHeader, read_entity_header
from licorne.edges.submission.mime.header_fields import read_message_header
from licorne.edges.submission.mime.header_reading import read_submission_headers
from licorne.edges.submission.mime.limits import IN_PLACE_BYTES, MAX_MESSAGE_BYTES
from licorne.edges.submission.mime.parsed_submission import (
    ParsedSubmission,
    Remark,
    SubmissionHeaders,
)
from licorne.edges.submission.mime.part_tree import read_parts
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused
from licorne.edges.submission.mime.text_reading import read_text

_CHEAP_ENCODINGS = frozenset({"", "7bit", "8bit", "quoted-printable", "base64"})


class _Opened(NamedTuple):
    headers: SubmissionHeaders
    entity: EntityHeader
    body_start: int


def parse_message(raw: bytes) -> ParsedSubmission:
    """Read a whole message, whatever it is made of.

    Raises `SubmissionRefused` and nothing else. A big or odd message takes time and memory: the
    mail server calls `BoundedMimeWorker.parse`, which comes here in a process of its own.
    """
    opened = _open(raw)
    if _is_short_text(raw, opened.entity):
        return _parse_text(raw, opened)
    choice = ContentChoice(raw, read_parts(raw, opened.entity, opened.body_start))
    return _submission(
        opened.headers,
        choice.body.readable,
        choice.body.formatted,
        tuple(choice.attachments),
        choice.remarks,
    )


def parse_short_text(raw: bytes) -> ParsedSubmission | None:
    """Read a message that is nothing but a short plain text; None if there is more to it.

    For the event loop: a fraction of a millisecond, and a bad header is refused before any worker
    is asked. Raises `SubmissionRefused`.
    """
    opened = _open(raw)
    return _parse_text(raw, opened) if _is_short_text(raw, opened.entity) else None


def _open(raw: bytes) -> _Opened:
    if len(raw) > MAX_MESSAGE_BYTES:
        raise SubmissionRefused.because(RefusalReason.TOO_LARGE)
    fields = read_message_header(raw)
    return _Opened(read_submission_headers(fields), read_entity_header(fields), fields.body_start)


def _is_short_text(raw: bytes, entity: EntityHeader) -> bool:
    return (
        len(raw) <= IN_PLACE_BYTES
        and entity.media_type == "text/plain"
        and entity.disposition != "attachment"
        and entity.transfer_encoding in _CHEAP_ENCODINGS
    )


def _parse_text(raw: bytes, opened: _Opened) -> ParsedSubmission:
    remarks: set[Remark] = set()
    text = read_text(raw, opened.entity, opened.body_start, len(raw), remarks)
    return _submission(opened.headers, text, None, (), remarks)


def _submission(
    headers: SubmissionHeaders,
    text: str,
    html: str | None,
    attachments: tuple[Attachment, ...],
    remarks: set[Remark],
) -> ParsedSubmission:
    try:
        content = Content(headers.subject, text.rstrip(), html, attachments)
    except ContentRefused as refused:
        raise SubmissionRefused.for_content(refused.reason) from None
    return ParsedSubmission(headers, content, frozenset(remarks))
