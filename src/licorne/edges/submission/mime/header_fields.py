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

# RFC 5322 §2.2 and §2.2.3: a name of printable ASCII, a colon, a value; lines that begin with
# white space belong to it. Space before the colon is the obsolete form (§4.5.8).
_NAME = rb"[!-9;-~]{1,200}+[ \t]*+"
_VALUE = rb"(?:[^\n]*+\n[ \t])*+[^\n]*+"
_BLOCK = re.compile(rb"(?:%b:%b(?:\n|\Z)){0,%d}+" % (_NAME, _VALUE, MAX_HEADER_FIELDS))
_FIELD = re.compile(rb"(%b):(%b)(?:\n|\Z)" % (_NAME, _VALUE))
# What is looked at of a header; the others are only checked.
_READ_FIELD = re.compile(
    rb"(?mi)^(from|sender|to|cc|subject|date|message-id|mime-version|content-(?:type|disposition|"
    rb"transfer-encoding|id))[ \t]*+:(%b)" % _VALUE
)
_LINE_END = re.compile(rb"\r?\n")
# Encoded words that could hold a line end: in the usual sets only "=0D" and the like can.
_HIDING_PLACES = (b"?b?", b"=0d", b"=0a", b"=00")
_UNUSUAL_SET = re.compile(rb"=\?(?!(?:utf-8|us-ascii|iso-8859-\d+|windows-125\d)\?q)")
_LINE_END_DECODED = re.compile("[\r\n\x00]")


@dataclass(frozen=True, slots=True)
class HeaderFields:
    """The fields that we read of one header block: raw values, unfolded, by lower-case name."""

    values_by_name: Mapping[bytes, list[bytes]]
    repeated: frozenset[bytes]
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
    scan_end = min(end, start + limit + 1)
    block = _BLOCK.match(raw, start, scan_end)
    fields_end = block.end() if block else start
    if fields_end - start > limit or (
        fields_end < end and _FIELD.match(raw, fields_end, scan_end) is not None
    ):
        raise SubmissionRefused.because(RefusalReason.HEADER_TOO_LARGE)
    blank = _LINE_END.match(raw, fields_end, end)
    if blank is None and strict and fields_end < end:
        raise SubmissionRefused.because(RefusalReason.HEADER_UNREADABLE)
    _refuse_hidden_line_ends(raw, start, fields_end)
    values_by_name: dict[bytes, list[bytes]] = {}
    repeated = set()
    for field in _READ_FIELD.finditer(raw, start, fields_end):
        name = field[1].lower()
        if name in values_by_name:
            repeated.add(name)
        values_by_name.setdefault(name, []).append(_unfolded(field[2]))
    body_start = blank.end() if blank else fields_end
    return HeaderFields(values_by_name, frozenset(repeated), body_start)


def _unfolded(value: bytes) -> bytes:
    value = value.strip(b" \t\r")
    return value.replace(b"\r\n", b"").replace(b"\n", b"") if b"\n" in value else value


def _refuse_hidden_line_ends(raw: bytes, start: int, end: int) -> None:
    """Refuse what would become a line of its own once decoded.

    Python's own generator writes the line breaks of encoded words out as they are (CVE-2024-6923),
    and other programs downstream may: so no header of ours ever holds one, decoded or not.
    """
    block = raw[start:end].lower()
    # A carriage return that ends no line, or a zero byte: some readers see a line end there.
    hidden = block.count(b"\r") != block.count(b"\r\n") or b"\x00" in block
    if (
        b"=?" in block
        and not hidden
        and (any(place in block for place in _HIDING_PLACES) or _UNUSUAL_SET.search(block))
    ):
        hidden = any(
            b"=?" in value and _LINE_END_DECODED.search(decode_header_text(_unfolded(value)))
            for _, value in _FIELD.findall(raw, start, end)
        )
    if hidden:
        raise SubmissionRefused.because(RefusalReason.LINE_BREAK_IN_HEADER)
