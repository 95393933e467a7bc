"""What a file is, by what it begins with. Its name and what its sender calls it don't count.

Short on purpose: what can do harm when it is opened (refused), what holds other files (looked
into), and what most files are (told to the reader's browser). Sources: the formats' own
specifications; WHATWG MIME Sniffing §7.1 for web pages.
"""

import enum

HEAD_BYTES = 1024  # as many as are looked at; a tar says what it is at 257


class FileKind(enum.StrEnum):
    """The value is a code for the trail."""

    PROGRAM = "program"
    SCRIPT = "script"
    SHORTCUT = "shortcut"  # to a program, of Windows
    WEB_PAGE = "web_page"
    ZIP = "zip"  # office documents are, too
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    TAR = "tar"
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"


ACTIVE = frozenset({FileKind.PROGRAM, FileKind.SCRIPT, FileKind.SHORTCUT, FileKind.WEB_PAGE})
ARCHIVES = frozenset({FileKind.ZIP, FileKind.GZIP, FileKind.BZIP2, FileKind.XZ, FileKind.TAR})

MEDIA_TYPES = {
    FileKind.GZIP: "application/gzip",
    FileKind.BZIP2: "application/x-bzip2",
    FileKind.XZ: "application/x-xz",
    FileKind.TAR: "application/x-tar",
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.GIF: "image/gif",
}

_BEGINNINGS = (
    (b"%PDF-", FileKind.PDF),
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"GIF87a", FileKind.GIF),
    (b"GIF89a", FileKind.GIF),
    (b"PK\x03\x04", FileKind.ZIP),
    (b"PK\x05\x06", FileKind.ZIP),  # an empty one
    (b"\x1f\x8b", FileKind.GZIP),
    (b"BZh", FileKind.BZIP2),
    (b"\xfd7zXZ\x00", FileKind.XZ),
    (b"MZ", FileKind.PROGRAM),  # DOS and Windows
    (b"\x7fELF", FileKind.PROGRAM),
    (b"\xfe\xed\xfa\xce", FileKind.PROGRAM),  # Mach-O, in its four forms
    (b"\xfe\xed\xfa\xcf", FileKind.PROGRAM),
    (b"\xce\xfa\xed\xfe", FileKind.PROGRAM),
    (b"\xcf\xfa\xed\xfe", FileKind.PROGRAM),
    (b"\xca\xfe\xba\xbe", FileKind.PROGRAM),  # Java, and Mach-O for several processors
    (b"dex\n", FileKind.PROGRAM),  # Android
    (b"\x00asm", FileKind.PROGRAM),  # WebAssembly
    (b"!<arch>\ndebian-binary", FileKind.PROGRAM),
    (b"\xed\xab\xee\xdb", FileKind.PROGRAM),  # RPM
    (b"MSCF", FileKind.PROGRAM),  # a cabinet, from which Windows installs
    (b"#!", FileKind.SCRIPT),
    (b"L\x00\x00\x00\x01\x14\x02\x00", FileKind.SHORTCUT),
)
_TAR_AT = 257
_BOMS = (b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")
_PAGES = (
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<body",
    b"<script",
    b"<iframe",
    b"<style",
    b"<meta",
    b"<hta:",
)


def kind_of(head: bytes) -> FileKind | None:
    """Say what a file is that begins like this; none for what isn't in the list."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[_TAR_AT : _TAR_AT + 5] == b"ustar":
        return FileKind.TAR
    return FileKind.WEB_PAGE if _is_page(head) else None


def _is_page(head: bytes) -> bool:
    text = head
    for bom in _BOMS:
        text = text.removeprefix(bom)
    text = text.replace(b"\x00", b"").lstrip().lower()  # UTF-16 is as good as ASCII here
    while text.startswith(b"<!--"):
        text = text.partition(b"-->")[2].lstrip()
    return text.startswith(_PAGES)
