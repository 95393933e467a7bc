"""Content-Transfer-Encoding (RFC 2045 §6) → bytes, tolerant of junk, linear, with bounds in mind.

Reads a range of the message in place: a 50 MB attachment is not copied before it is decoded.
"""

import binascii
from typing import NamedTuple

_BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64_ALPHABET))
_IDENTITY = frozenset({"", "7bit", "8bit", "binary"})
_MOST_BASE64_BLOCKS = 1_000
_MOST_UUENCODED_LINES = 1_200_000  # 50 MB in the usual lines of 45 bytes


class DecodedBytes(NamedTuple):
    """The bytes, and whether something in them wasn't as it should be."""

    content: bytes
    damaged: bool


def decode_transfer(raw: bytes, start: int, end: int, encoding: str) -> DecodedBytes:
    """Decode `raw[start:end]`; an encoding that isn't known leaves the bytes as they are."""
    if encoding in _IDENTITY:
        return DecodedBytes(raw[start:end], damaged=False)
    if encoding == "quoted-printable":
        return DecodedBytes(binascii.a2b_qp(memoryview(raw)[start:end]), damaged=False)
    if encoding == "base64":
        return _decode_base64(raw, start, end)
    if encoding in {"x-uuencode", "uuencode", "x-uue"}:
        return _decode_uuencode(raw[start:end])
    return DecodedBytes(raw[start:end], damaged=True)


def _decode_base64(raw: bytes, start: int, end: int) -> DecodedBytes:
    padding = raw.find(b"=", start, end)
    if padding < 0 or not raw[padding:end].strip(b"=\r\n \t"):
        try:
            return DecodedBytes(binascii.a2b_base64(memoryview(raw)[start:end]), damaged=False)
        except binascii.Error:
            pass  # cut off or with a character too many: decoded block by block below
    # Blocks that were encoded one by one and put behind each other, each with its own padding;
    # the C decoder would stop at the first and lose the rest.
    bare = raw[start:end].translate(None, _NOT_BASE64)
    blocks = bare.split(b"=", _MOST_BASE64_BLOCKS)
    content = b"".join(_decode_base64_block(block) for block in blocks if block)
    return DecodedBytes(content, damaged=True)


def _decode_base64_block(block: bytes) -> bytes:
    if len(block) % 4 == 1:
        block = block[:-1]  # six bits make no byte
    return binascii.a2b_base64(block + b"=" * (-len(block) % 4))


def _decode_uuencode(content: bytes) -> DecodedBytes:
    """RFC 2045 lists it as a private encoding; old scanners and copiers still send it."""
    if content.count(b"\n") > _MOST_UUENCODED_LINES:
        return DecodedBytes(content, damaged=True)
    decoded, begun, damaged = [], False, False
    for line in content.splitlines():
        if not begun:
            begun = line.startswith(b"begin ")
        elif line.strip() in {b"end", b"`"}:
            break
        else:
            try:
                decoded.append(binascii.a2b_uu(line))
            except binascii.Error:
                damaged = True
    if not begun:
        return DecodedBytes(content, damaged=True)
    return DecodedBytes(b"".join(decoded), damaged)
