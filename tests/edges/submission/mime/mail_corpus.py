"""Mails that are built to hurt whoever reads them: too deep, too many, too long, too clever.

Made in code, so that nothing dangerous lies in the tree; names say what each is.
"""

import base64
from collections.abc import Callable, Iterator

FROM = b"From: ann@clinic.example\r\n"
MEGABYTE = 1024 * 1024


def _nested(levels: int, *, closed: bool) -> bytes:
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(levels)
    )
    closing = b"".join(b"\r\n--b%d--\r\n" % n for n in reversed(range(levels)))
    return FROM + opening + b"\r\nHello\r\n" + (closing if closed else b"")


def _nested_messages(levels: int) -> bytes:
    return FROM + b"Content-Type: message/rfc822\r\n\r\n" * levels + b"Hello"


def _multipart(inside: bytes, subtype: bytes = b"mixed", boundary: bytes = b"b") -> bytes:
    return FROM + b"Content-Type: multipart/%s; boundary=%s\r\n\r\n" % (subtype, boundary) + inside


def _typed(content_type: bytes, body: bytes, *headers: bytes) -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return FROM + b"Content-Type: " + content_type + b"\r\n" + lines + b"\r\n" + body


def _header(field: bytes, body: bytes = b"Hello") -> bytes:
    return FROM + field + b"\r\n\r\n" + body


BASE64 = b"Content-Transfer-Encoding: base64"
QUOTED = b"Content-Transfer-Encoding: quoted-printable"
UUENCODE = b"Content-Transfer-Encoding: x-uuencode"

BUILDERS: dict[str, Callable[[], bytes]] = {
    # what the standard library's parser needs seconds for, or fails on
    "a subject of 280 KB": lambda: _header(b"Subject: " + b"a " * 140_000),
    "a folded subject of 280 KB": lambda: _header(b"Subject: " + b"a\r\n " * 70_000),
    "200,000 parts": lambda: _multipart(b"--b\r\n\r\n" * 200_000 + b"--b--"),
    "1,000 levels": lambda: _nested(1_000, closed=True),
    "1,000 levels never closed": lambda: _nested(1_000, closed=False),
    "13 levels are one too many": lambda: _nested(13, closed=True),
    "a thousand mails in each other": lambda: _nested_messages(1_000),
    # counts
    "300 parts": lambda: _multipart(b"--b\r\n\r\nx\r\n" * 300 + b"--b--"),
    "60 files": lambda: _multipart(
        b"--b\r\nContent-Disposition: attachment\r\n\r\nx\r\n" * 60 + b"--b--"
    ),
    "2,000 header fields": lambda: FROM + b"X: y\r\n" * 2_000 + b"\r\n",
    "60,000 short header lines": lambda: FROM + b"X:\r\n" * 60_000 + b"\r\n",
    "a megabyte of header": lambda: FROM + b"X: " + b"y" * MEGABYTE + b"\r\n\r\n",
    "part headers of a megabyte": lambda: _multipart(b"--b\r\nX: " + b"y" * MEGABYTE + b"\r\n\r\n\r\n--b--"),
    "10,000 parameters": lambda: _typed(b"text/html" + b"; a=b" * 10_000, b"x"),
    "10,000 continuations": lambda: _typed(
        b"text/html" + b"".join(b"; name*%d=a" % n for n in range(5_000)), b"x"
    ),
    # boundaries
    "lines that look like boundaries": lambda: _multipart(b"\r\n--bx" * 2_000_000),
    "boundaries and nothing else": lambda: _multipart(b"--b\r\n" * 2_000_000),
    "the same boundary at every level": lambda: _multipart(
        b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 100_000
    ),
    "a boundary of one space": lambda: _multipart(b"--\r\n" * 1_000_000, boundary=b'" "'),
    "a boundary of dashes": lambda: _multipart(b"-" * 20 * MEGABYTE, boundary=b"-" * 70),
    "line feeds for 40 MB": lambda: _multipart(b"\n" * 40 * MEGABYTE),
    "12 levels over 40 MB": lambda: (
        _nested(12, closed=False)[: -len(b"\r\nHello\r\n")] + b"\r\n" + b"\n--b" * 10 * MEGABYTE
    ),
    # size
    "49 MB in base64": lambda: _typed(
        b"application/pdf", base64.encodebytes(bytes(49 * MEGABYTE)), BASE64
    ),
    "60 MB of a file": lambda: _typed(b"application/pdf", bytes(60 * MEGABYTE)),
    "80 MB": lambda: _typed(b"application/pdf", bytes(80 * MEGABYTE)),
    "40 MB of text": lambda: _typed(b"text/plain", b"word " * 8 * MEGABYTE),
    "40 MB of html": lambda: _typed(b"text/html", b"<p>word" * 6 * MEGABYTE),
    "200 texts of 100 KB": lambda: _multipart((b"--b\r\n\r\n" + b"x" * 100_000 + b"\r\n") * 200),
    "a text of four-byte characters": lambda: _typed(
        b"text/plain; charset=utf-8", "😀".encode() * 1_500_000
    ),
    "one line of 30 MB": lambda: _typed(b"application/x-odd", b"x" * 30 * MEGABYTE, QUOTED),
    # encodings
    "base64 of nothing but padding": lambda: _typed(b"image/png", b"=" * 40 * MEGABYTE, BASE64),
    "base64 in a million blocks": lambda: _typed(b"image/png", b"QQ==" * 10 * MEGABYTE, BASE64),
    "base64 of junk": lambda: _typed(b"image/png", b"!\xff\x00" * 10 * MEGABYTE, BASE64),
    "quoted-printable of equals signs": lambda: _typed(b"image/png", b"=" * 40 * MEGABYTE, QUOTED),
    "quoted-printable soft breaks": lambda: _typed(b"image/png", b"=\r\n" * 12 * MEGABYTE, QUOTED),
    "uuencode of nothing": lambda: _typed(b"image/png", b"begin 644 x\n" + b"`x\n" * 9 * MEGABYTE, UUENCODE),
    "utf-7 and friends": lambda: _typed(b"text/html; charset=utf-7", b"+ADw-script+AD4-" * 10_000),
    "iso-2022-kr escapes": lambda: _typed(b"text/html; charset=iso-2022-kr", b"\x1b$)C\x0e" * 900_000),
    "hz escapes": lambda: _typed(b"text/html; charset=hz-gb-2312", b"~{~}" * 1_000_000),
    # html
    "unclosed comments": lambda: _typed(b"text/html", b"<!--" * 1_000_000),
    "half-closed comments": lambda: _typed(b"text/html", b"<!--" + b"--!" * 1_300_000),
    "unclosed tags": lambda: _typed(b"text/html", b"<a " * 1_300_000),
    "unclosed quotes": lambda: _typed(b"text/html", b"<a b='" * 650_001),
    "unclosed scripts": lambda: _typed(b"text/html", b"<script>" * 500_000),
    "almost closed scripts": lambda: _typed(b"text/html", b"<script>" + b"</scrip" * 500_000),
    "a million brackets": lambda: _typed(b"text/html", b"<" * 3_900_000),
    "a million references": lambda: _typed(b"text/html", b"&amp;" * 780_000),
    "references without an end": lambda: _typed(b"text/html", b"&" * 3_900_000),
    "a reference of a million digits": lambda: _typed(b"text/html", b"&#" + b"9" * 3_000_000 + b";"),
    "a million links": lambda: _typed(b"text/html", b"<a href=https://x.example>x</a>" * 120_000),
    "a link that is never closed": lambda: _typed(b"text/html", b"<a href=https://x.example>" * 140_000),
    "a tag of a million attributes": lambda: _typed(b"text/html", b"<a" + b" b=c" * 900_000 + b">"),
    "50,000 nested blocks": lambda: _typed(b"text/html", b"<div>" * 50_000),
    # flowed text
    "a million flowed lines": lambda: _typed(b"text/plain; format=flowed", b"a \r\n" * 240_000),
    "a million quote marks": lambda: _typed(b"text/plain; format=flowed", b">" * 990_000),
    "deeper and deeper quotes": lambda: _typed(
        b"text/plain; format=flowed", b"".join(b">" * n + b" a \r\n" for n in range(1_350))
    ),
    # odd trees
    "multipart with a transfer encoding": lambda: FROM
    + b"Content-Type: multipart/mixed; boundary=b\r\n" + BASE64 + b"\r\n\r\n--b\r\n\r\nx\r\n--b--",
    "related to nothing": lambda: _multipart(b"--b--", b"related"),
    "signed by nobody": lambda: _multipart(b"--b\r\n--b--", b"signed"),
    "encrypted for nobody": lambda: _multipart(b"--b\r\n--b--", b"encrypted"),
    "alternatives of alternatives": lambda: _nested(12, closed=True).replace(b"mixed", b"alternative"),
    "a digest of digests": lambda: _nested(12, closed=True).replace(b"mixed", b"digest"),
    "nothing at all": lambda: b"",
    "zero bytes": lambda: bytes(1_000),
    "every byte": lambda: _typed(b"text/html; charset=utf-8", bytes(range(256)) * 100),
}  # fmt: skip


def corpus() -> Iterator[tuple[str, bytes]]:
    """Build one after the other: together they are larger than a test machine likes."""
    for name, build in BUILDERS.items():
        yield name, build()
