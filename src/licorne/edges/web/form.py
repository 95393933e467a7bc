"""Forms, read whole into memory within limits and checked for cross-site forgery.

The framework's own reader keeps uploads above 1 MB in temporary files: patients' papers would lie
unsealed on the disk. Here they stay in memory: the route's ``request_max_body_size`` bounds one,
and `BytesInFlight` all that are there at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from litestar.exceptions import ClientException
from multipart import (
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from licorne.edges.web.bytes_in_flight import Taken
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.cookies import SessionCookie
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "x-csrf-token"
MOST_PARTS = 200
LONGEST_PART_HEADERS = 8192
MOST_OF_A_STRANGER = 4 * 1024 * 1024  # bytes: the longest text, written in any script


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as the browser sent it; the name and type are claims, not facts."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What a form holds, in order; names may repeat."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, UploadedFile], ...] = ()

    def text(self, name: str) -> str:
        """Give the first value of a field; empty when it wasn't sent."""
        return next((value for key, value in self.fields if key == name), "")

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.fields if key == name)

    def uploads(self, name: str) -> tuple[UploadedFile, ...]:
        """Give the files of a field; an empty file control sends one without a name: left out."""
        return tuple(file for key, file in self.files if key == name and file.filename)


async def read_form(
    request: WebRequest, cookie: SessionCookie | None, *, of_stranger: bool = False
) -> Form:
    """Read a form and check that it belongs to the caller's session.

    Pass the role's ``cookie`` wherever a session is needed; ``None`` only for forms before
    log-in, which ``refuse_cross_site`` alone protects. ``of_stranger`` keeps no files: where a
    route takes large ones, nobody without a session may fill the memory with them.
    """
    form = await _parse(request, _Keep(web_context(request).taken, of_stranger))
    if cookie is not None:
        token = request.headers.get(CSRF_HEADER) or form.text(CSRF_FIELD)
        if not cookie.csrf_token_matches(request, token):
            raise Refusal(
                403,
                "stale-form",
                _("This page was open too long. Go back, reload the page, and try again."),
                title=_("Please try again"),
                cause="CSRF token missing or of another session",
            )
    return form


@dataclass(slots=True)
class _Keep:
    """Counts what is kept of a form, and says what is too much."""

    taken: Taken
    of_stranger: bool
    size: int = field(default=0, init=False)

    def count(self, piece: bytes | bytearray) -> None:
        self.size += len(piece)
        if self.of_stranger and self.size > MOST_OF_A_STRANGER:
            raise Refusal(413, "too-large", _("Sign in before you send something so large."))
        self.taken.grow_to(self.size)


async def _parse(request: WebRequest, keep: _Keep) -> Form:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    try:
        if kind == "application/x-www-form-urlencoded":
            text = (await _whole(request, keep)).decode()
            return Form(tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARTS)))
        if kind == "multipart/form-data":
            return await _parse_multipart(request, options.get("boundary", ""), keep)
    except (MultipartError, ValueError) as error:
        raise ClientException("malformed form") from error
    if not await _whole(request, keep):
        return Form(())  # a button of htmx without fields
    raise Refusal(415, "not-a-form", _("This page expects a form."))


async def _whole(request: WebRequest, keep: _Keep) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        keep.count(chunk)
        body += chunk
    return bytes(body)


async def _parse_multipart(request: WebRequest, boundary: str, keep: _Keep) -> Form:
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, UploadedFile]] = []
    segment: MultipartSegment | None = None
    content = bytearray()
    with PushMultipartParser(
        boundary, max_segment_count=MOST_PARTS, max_header_size=LONGEST_PART_HEADERS
    ) as parser:
        async for chunk in request.stream():
            for piece in _pieces(parser, chunk):
                if isinstance(piece, MultipartSegment):
                    segment, content = piece, bytearray()
                elif piece and not (keep.of_stranger and segment and segment.filename is not None):
                    keep.count(piece)
                    content += piece
                elif piece is None and segment is not None:
                    _keep(segment, content, fields, files)
    return Form(tuple(fields), tuple(files))


def _pieces(
    parser: PushMultipartParser, chunk: bytes
) -> Iterator[MultipartSegment | bytearray | None]:
    if chunk:  # an empty chunk would mean the end to the parser
        yield from parser.parse(chunk)


def _keep(
    segment: MultipartSegment,
    content: bytearray,
    fields: list[tuple[str, str]],
    files: list[tuple[str, UploadedFile]],
) -> None:
    if segment.filename is None:
        fields.append((segment.name, content.decode()))
        return
    kind = segment.content_type or "application/octet-stream"
    files.append((segment.name, UploadedFile(segment.filename, kind, bytes(content))))
