"""A header block → its fields, in one pass whose cost grows with its length and no faster."""

import re
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
_FORBIDDEN = re.compile(rb"[\r\n\x00]")
_FORBIDDEN_DECODED = re.compile("[\r\n\x00]")


@dataclass(frozen=True, slots=True)
class HeaderFields:
    """The fields of one header block in order, names in lower case, values unfolded and raw."""

    fields: tuple[tuple[str, bytes], ...]
    body_start: int

    def first(self, name: str) -> bytes | None:
        """The first field of that name."""
        for field_name, value in self.fields:
            if field_name == name:
                return value
        return None

    def every(self, name: str) -> list[bytes]:
        """All fields of that name, in order."""
        return [value for field_name, value in self.fields if field_name == name]


def read_message_header(raw: bytes) -> HeaderFields:
    """Read the header of a whole message strictly: what isn't a header field is refused."""
    return _read(raw, 0, len(raw), MAX_HEADER_BYTES, strict=True)


def read_part_header(raw: bytes, start: int, end: int) -> HeaderFields:
    """Read the header of a part or of an attached message; the body starts where it stops."""
    return _read(raw, start, end, MAX_PART_HEADER_BYTES, strict=False)


def _read(raw: bytes, start: int, end: int, limit: int, *, strict: bool) -> HeaderFields:
    fields: list[tuple[str, bytes]] = []
    position = start
    scan_end = min(end, start + limit + 1)
    while position < scan_end:
        blank = _LINE_END.match(raw, position, scan_end)
        if blank is not None:
            position = blank.end()
            break
        field = _FIELD.match(raw, position, scan_end)
        if field is None:
            if strict:
                raise SubmissionRefused.because(RefusalReason.HEADER_UNREADABLE)
            break
        position = field.end()
        fields.append((field[1].decode("ascii").lower(), _unfolded(field[2])))
    if position - start > limit or len(fields) > MAX_HEADER_FIELDS:
        raise SubmissionRefused.because(RefusalReason.HEADER_TOO_LARGE)
    return HeaderFields(tuple(fields), position)


def _unfolded(value: bytes) -> bytes:
    """Join the lines of a value; refuse what would become a line of its own once decoded.

    Python's own generator writes the line breaks of encoded words out as they are (CVE-2024-6923),
    and other programs downstream may: so no header of ours ever holds one, decoded or not.
    """
    if b"\n" in value:
        value = value.replace(b"\r\n", b"").replace(b"\n", b"")
    value = value.strip(b" \t\r") if value.endswith(b"\r") else value.strip(b" \t")
    if _FORBIDDEN.search(value) or (
        b"=?" in value and _FORBIDDEN_DECODED.search(decode_header_text(value))
    ):
        raise SubmissionRefused.because(RefusalReason.LINE_BREAK_IN_HEADER)
    return value
