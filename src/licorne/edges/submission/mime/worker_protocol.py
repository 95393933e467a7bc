"""What goes over the socket between the mail server and the process that reads mail.

There: 8 bytes of length, then the raw message. Back: 4 bytes of length, a msgpack `Read` or
`Refused`, then the bytes of each attachment one after the other, whose sizes stand in `Read`: the
receiver can put each straight into its own place. Both ends are of the same release.
"""

import struct
from datetime import datetime

import msgspec

from licorne.domain.message.attachment import Attachment
from licorne.domain.message.content import Content
from licorne.edges.submission.mime.parsed_submission import (
    ParsedSubmission,
    Remark,
    SubmissionHeaders,
)
from licorne.edges.submission.mime.refusals import RefusalReason

REQUEST_LENGTH = struct.Struct("!Q")
REPLY_LENGTH = struct.Struct("!I")
MAX_REPLY_BYTES = 32 * 1024 * 1024  # the texts at four bytes a character


class AttachedFile(msgspec.Struct, frozen=True):
    """An attachment without its bytes."""

    filename: str
    content_type: str
    size: int
    inline: bool
    content_id: str | None


class Read(msgspec.Struct, frozen=True, tag=True):
    """The message could be read."""

    from_address: str
    to: str | None
    cc: str | None
    header_subject: str | None
    message_id: str | None
    date: datetime | None
    subject: str | None
    text: str
    html: str | None
    files: tuple[AttachedFile, ...]
    remarks: tuple[str, ...]


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The message is refused; the name of a `RefusalReason`.

    `cause` is for the log when our own reading failed: kind of error and line, never content.
    """

    reason: str
    cause: str | None = None


_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Read | Refused] = msgspec.msgpack.Decoder(Read | Refused)


def encode_parsed(parsed: ParsedSubmission) -> bytes:
    """Say everything about a parsed message but its attachments' bytes."""
    headers, content = parsed.headers, parsed.content
    return _encoder.encode(
        Read(
            headers.from_address,
            headers.to,
            headers.cc,
            headers.subject,
            headers.message_id,
            headers.date,
            content.subject,
            content.text,
            content.html,
            tuple(
                AttachedFile(a.filename, a.content_type, len(a.content), a.inline, a.content_id)
                for a in content.attachments
            ),
            tuple(remark.value for remark in parsed.remarks),
        )
    )


def encode_refusal(reason: RefusalReason, cause: str | None = None) -> bytes:
    """Say why a message is refused."""
    return _encoder.encode(Refused(reason.name, cause))


def decode_reply(reply: bytes | bytearray) -> Read | Refused:
    """Read the first part of a reply; raises `msgspec.DecodeError` if it isn't one."""
    return _decoder.decode(reply)


def assemble(read: Read, contents: list[bytes]) -> ParsedSubmission:
    """Put a reply and its attachments' bytes together; all limits are checked once more."""
    return ParsedSubmission(
        SubmissionHeaders(
            read.from_address,
            read.to,
            read.cc,
            read.header_subject,
            read.message_id,
            read.date,
        ),
        Content(
            read.subject,
            read.text,
            read.html,
            tuple(
                Attachment(file.filename, file.content_type, content, file.inline, file.content_id)
                for file, content in zip(read.files, contents, strict=True)
            ),
        ),
        frozenset(Remark(remark) for remark in read.remarks),
    )
