"""Responses that hold what other people wrote: attachments and formatted messages (threat 26)."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from litestar import Response
from litestar.response import Stream

SANDBOX = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Shown by the browser itself these run nothing; everything else is only ever saved.
HARMLESS_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def formatted_document(html: str) -> Response[bytes]:
    """Answer with a cleaned HTML message as a page of its own that can run and fetch nothing.

    It is a top-level page: a sandboxed frame would get no cookie, inherit the nonce policy and
    could not size itself without script.
    """
    return Response(
        html.encode(),
        media_type="text/html; charset=utf-8",
        headers={"Content-Security-Policy": SANDBOX},
    )


def attachment(
    content: bytes | AsyncIterator[bytes], filename: str, content_type: str, *, size: int
) -> Response[bytes] | Stream:
    """Answer with a file to be saved, never shown as a page of ours."""
    headers = {
        "Content-Disposition": content_disposition(filename),
        "Content-Security-Policy": SANDBOX,
    }
    media_type = content_type if content_type in HARMLESS_TYPES else "application/octet-stream"
    if isinstance(content, bytes):
        return Response(content, media_type=media_type, headers=headers)
    headers["Content-Length"] = str(size)
    return Stream(content, media_type=media_type, headers=headers)


def content_disposition(filename: str) -> str:
    """Name the file for saving (RFC 6266 §4.3): an ASCII form, and the real one encoded."""
    plain = "".join(letter if _is_plain(letter) else "_" for letter in filename) or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _is_plain(letter: str) -> bool:
    return letter.isascii() and letter.isprintable() and letter not in '"\\%/'
