"""Style sheets, scripts and icons: named by their content, cached for ever, compressed once.

Every edge may have a ``static/`` folder beside its code; ``static_url("office/office.css")`` is
how a template names a file in it. Only these files are compressed: a page that holds a secret and
repeats what was sent would tell the secret by its length (BREACH).
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from licorne.edges.web.context import WebRequest
from licorne.edges.web.headers import STATIC_PREFIX
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal

EDGES_FOLDER = Path(__file__).parent.parent
MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
DIGEST_LENGTH = 12
ONE_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file, ready to be sent; ``compressed`` is ``None`` where gzip gains nothing."""

    url: str
    media_type: str
    content: bytes
    compressed: bytes | None


@cache
def static_files() -> dict[str, StaticFile]:
    """Read every edge's static files once; by name, such as ``web/licorne.css``."""
    found: dict[str, StaticFile] = {}
    for folder in sorted(EDGES_FOLDER.glob("*/static")):
        for path in sorted(folder.rglob("*")):
            if path.suffix in MEDIA_TYPES and path.is_file():
                name = f"{folder.parent.name}/{path.relative_to(folder).as_posix()}"
                found[name] = _prepared(name, path.read_bytes())
    return found


def static_url(name: str) -> str:
    """Give the address of a file; an unknown name is a mistake in a template and raises."""
    return static_files()[name].url


def _prepared(name: str, content: bytes) -> StaticFile:
    digest = hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]
    stem, dot, suffix = name.rpartition(".")
    compressed = gzip.compress(content, 9, mtime=0)
    return StaticFile(
        f"{STATIC_PREFIX}{stem}.{digest}{dot}{suffix}",
        MEDIA_TYPES[dot + suffix],
        content,
        compressed if len(compressed) < len(content) else None,
    )


@cache
def _by_url() -> dict[str, StaticFile]:
    return {file.url: file for file in static_files().values()}


def static_route() -> HTTPRouteHandler:
    @get(STATIC_PREFIX + "{name:path}", include_in_schema=False, sync_to_thread=False)
    def serve_static_file(request: WebRequest) -> Response[Any]:
        file = _by_url().get(request.scope["path"])
        if file is None:
            raise Refusal(404, "not-found", _("There is no such file."))
        headers = {"Cache-Control": ONE_YEAR, "Vary": "Accept-Encoding"}
        content = file.content
        if file.compressed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            content = file.compressed
        return Response(content, headers=headers, media_type=file.media_type)

    return serve_static_file
