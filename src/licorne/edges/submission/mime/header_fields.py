"""A header block → its fields, in one pass whose cost grows with its length and no faster."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from licorne.edges.submission.mime.encoded_words import decode_header_text
from licorne.edges.submission.mime.limits import (
    MAX_HEADER_BYTES,
    MAX_HEADER_FIELDS,
    MAX_PART_HEADER_BYTES,
)
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused

# RFC 5322 §2.2 and §2.2.3: a name of printable ASCII, a colon, a value, lines that begin with
# white space belong to it. Space before the colon is the obsolete form (§4.5.8).
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*+:((?:[^\n]*+\n[ \t])*[^\n]*+)(?:\n|\Z)")
_LINE_END = re.compile(rb"\r?\n")
# A carriage return that ends no line, or a zero byte: some readers see a line end there.
_HIDDEN_LINE_END = re.compile(rb"\r(?!\n)|\x00")
_LINE_END_DECODED = re.compile("[\r\n\x00]")


@dataclass(frozen=True, slots=True)
class HeaderFields:
    """The fields of one header block: names in lower case, values unfolded and raw, in order."""

    values_by_name: Mapping[bytes, list[bytes]]
    body_start: int

    def first(self, name: bytes) -> bytes | None:
        """The first field of that name."""
        values = self.values_by_name.get(name)
        return values[0] if values else None

    def every(self, name: bytes) -> list[bytes]:
        """All fields of that name, in order."""
        return self.values_by_name.get(name, [])


def read_message_header(raw: bytes) -> HeaderFields:
    """Read the header of a whole message strictly: what isn't a header field is refused."""
    return _read(raw, 0, len(raw), MAX_HEADER_BYTES, strict=True)


def read_part_header(raw: bytes, start: int, end: int) -> HeaderFields:
    """Read the header of a part or of an attached message; the body starts where it stops."""
    return _read(raw, start, end, MAX_PART_HEADER_BYTES, strict=False)


def _read(raw: bytes, start: int, end: int, limit: int, *, strict: bool) -> HeaderFields:
    values_by_name: dict[bytes, list[bytes]] = {}
    position, count = start, 0
    scan_end = min(end, start + limit + 1)
    while position < scan_end:
        field = _FIELD.match(raw, position, scan_end)
        if field is None:
            break
        position = field.end()
        count += 1
        name, value = field.groups()
        values_by_name.setdefault(name.lower(), []).append(_unfolded(value))
    if position - start > limit or count > MAX_HEADER_FIELDS:
        raise SubmissionRefused.because(RefusalReason.HEADER_TOO_LARGE)
    if _HIDDEN_LINE_END.search(raw, start, position):
        raise SubmissionRefused.because(RefusalReason.LINE_BREAK_IN_HEADER)
    blank = _LINE_END.match(raw, position, end)
    if blank is not None:
        position = blank.end()
    elif strict and position < end:
        raise SubmissionRefused.because(RefusalReason.HEADER_UNREADABLE)
    return HeaderFields(values_by_name, position)


def _unfolded(value: bytes) -> bytes:
    """Join the lines of a value; refuse what would become a line of its own once decoded.

    Python's own generator writes the line breaks of encoded words out as they are (CVE-2024-6923),
    and other programs downstream may: so no header of ours ever holds one, decoded or not.
    """
    value = value.strip(b" \t\r")
    if b"\n" in value:
        value = value.replace(b"\r\n", b"").replace(b"\n", b"")
    if b"=?" in value and _LINE_END_DECODED.search(decode_header_text(value)):
        raise SubmissionRefused.because(RefusalReason.LINE_BREAK_IN_HEADER)
    return value
