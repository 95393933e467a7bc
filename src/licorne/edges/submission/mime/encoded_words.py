"""RFC 2047 encoded words in headers, as programs write them and not only as the RFC has them.

Read also when they stand inside quotes, hold raw spaces or are longer than 75 characters; words
that split one character between them are joined before decoding. Linear in the header's length.
"""

import binascii
import re
from collections.abc import Iterator

from licorne.edges.submission.mime.charsets import decode_text

# Lenient about "?" inside the text, but only for so many that openings without an end stay cheap.
_ENCODED_WORD = re.compile(
    r"=\?([!->@-~]{1,60})\?([bBqQ])\?([^?]{0,4000}+(?:\?(?!=)[^?]{0,4000}+){0,20}+)\?=", re.ASCII
)
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]+", re.ASCII)


def read_raw_text(value: bytes) -> str:
    """Read the bytes of a header as they stand: UTF-8 (RFC 6532), else Windows-1252."""
    return value.decode("ascii") if value.isascii() else decode_text(value, "utf-8").text


def decode_header_text(value: bytes) -> str:
    """Read an unfolded header value and the encoded words in it.

    Line breaks that were hidden in encoded words come out as line breaks: the caller looks.
    """
    text = read_raw_text(value)
    return decode_encoded_words(text) if "=?" in text else text


def decode_encoded_words(text: str) -> str:
    """Replace every encoded word in a text by what it means."""
    return "".join(_pieces(text))


def _pieces(text: str) -> Iterator[str]:
    position = 0
    pending = b""
    pending_charset = ""
    for word in _ENCODED_WORD.finditer(text):
        between = text[position : word.start()]
        charset = word[1].partition("*")[0].lower()  # RFC 2231 §5: charset*language
        # RFC 2047 §6.2: white space between two encoded words is not shown.
        joined = position > 0 and not between.strip()
        if pending and not (joined and charset == pending_charset):
            yield decode_text(pending, pending_charset).text
            pending = b""
        if not joined:
            yield between
        pending += _decoded_bytes(word[2], word[3])
        pending_charset = charset
        position = word.end()
    if pending:
        yield decode_text(pending, pending_charset).text
    yield text[position:]


def _decoded_bytes(encoding: str, payload: str) -> bytes:
    if encoding in "qQ":
        return binascii.a2b_qp(payload.encode(), header=True)
    bare = _NOT_BASE64.sub("", payload)
    bare = bare[: len(bare) - 1] if len(bare) % 4 == 1 else bare
    return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))
