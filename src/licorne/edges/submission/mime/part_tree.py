"""A message → its tree of parts, as ranges of the bytes that came in: nothing is copied.

Our own splitter, because the standard library's parser is quadratic in parts and recursive in
depth: this one reads each byte once per level of nesting, and levels, parts and lines that look
like boundaries are counted.
"""

import re
from dataclasses import dataclass

from licorne.edges.submission.mime.entity_header import EntityHeader, read_entity_header
from licorne.edges.submission.mime.header_fields import read_part_header
from licorne.edges.submission.mime.limits import (
    MAX_BOUNDARY_CHARACTERS,
    MAX_BOUNDARY_LINES,
    MAX_NESTING,
    MAX_PARTS,
)
from licorne.edges.submission.mime.refusals import RefusalReason, SubmissionRefused

# RFC 2046 §5.1.1: after the boundary "--" if it is the last, then white space, then the line's end.
_REST_OF_BOUNDARY_LINE = re.compile(rb"(--)?[ \t]*+(?:\r?\n|\r?\Z)")


@dataclass(frozen=True, slots=True)
class Part:
    """One entity: its header, where its body lies in the message, and the parts inside it."""

    header: EntityHeader
    start: int
    end: int
    children: tuple["Part", ...] = ()
    damaged: bool = False


class _Counters:
    """What was met so far in the whole message; refuses when it gets too much."""

    def __init__(self) -> None:
        self._parts = 0
        self._boundary_lines = 0

    def count_part(self) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise SubmissionRefused.because(RefusalReason.TOO_COMPLEX)

    def count_boundary_line(self) -> None:
        self._boundary_lines += 1
        if self._boundary_lines > MAX_BOUNDARY_LINES:
            raise SubmissionRefused.because(RefusalReason.TOO_COMPLEX)


def read_parts(raw: bytes, header: EntityHeader, body_start: int) -> Part:
    """Read the tree below a message's own header.

    Raises `SubmissionRefused` for too many levels, parts or boundaries.
    """
    return _read_entity(raw, header, body_start, len(raw), _Counters(), level=0)


def _read_entity(
    raw: bytes, header: EntityHeader, start: int, end: int, counters: _Counters, level: int
) -> Part:
    counters.count_part()
    if not header.is_multipart:
        return Part(header, start, end)
    if level >= MAX_NESTING:
        raise SubmissionRefused.because(RefusalReason.TOO_COMPLEX)
    boundary = (header.boundary or "").rstrip()
    if not boundary or len(boundary) > MAX_BOUNDARY_CHARACTERS:
        return Part(header, start, end, damaged=True)
    default_type = "message/rfc822" if header.media_type == "multipart/digest" else "text/plain"
    ranges, closed = _split(raw, start, end, b"--" + boundary.encode(), counters)
    children = []
    for part_start, part_end in ranges:
        fields = read_part_header(raw, part_start, part_end)
        body_start = min(fields.body_start, part_end)
        child = read_entity_header(fields, default_type)
        children.append(_read_entity(raw, child, body_start, part_end, counters, level + 1))
    return Part(header, start, end, tuple(children), damaged=not (closed and children))


def _split(
    raw: bytes, start: int, end: int, delimiter: bytes, counters: _Counters
) -> tuple[list[tuple[int, int]], bool]:
    """Ranges between the boundary lines, and whether the last of them was there.

    The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1). Without the closing
    line the last part goes on to the end: mail that was cut off is still shown.
    """
    ranges: list[tuple[int, int]] = []
    part_start: int | None = None
    line_start = (
        start if raw.startswith(delimiter, start, end) else _next(raw, start, end, delimiter)
    )
    while line_start >= 0:
        counters.count_boundary_line()
        rest = _REST_OF_BOUNDARY_LINE.match(raw, line_start + len(delimiter), end)
        if rest is not None:
            if part_start is not None:
                ranges.append((part_start, _without_line_end(raw, part_start, line_start)))
            if rest[1]:
                return ranges, True
            part_start = rest.end()
            # The next boundary may follow at once: begin the search at this line's end.
            line_start = _next(raw, max(part_start - 1, start), end, delimiter)
        else:
            line_start = _next(raw, line_start, end, delimiter)
    if part_start is not None:
        ranges.append((part_start, end))
    return ranges, False


def _next(raw: bytes, position: int, end: int, delimiter: bytes) -> int:
    found = raw.find(b"\n" + delimiter, position, end)
    return found + 1 if found >= 0 else -1


def _without_line_end(raw: bytes, part_start: int, line_start: int) -> int:
    part_end = line_start - 1  # the line feed before the boundary
    if part_end > part_start and raw[part_end - 1 : part_end] == b"\r":
        part_end -= 1
    return max(part_end, part_start)
