"""The one way in which fields become bytes that are signed, hashed or bound to a key.

``licorne/1/<label>`` and a zero byte; how many fields follow (one byte), the length of each (four
bytes, big-endian), and then all of them. Two different lists of fields never give the same bytes,
and two different labels never meet. An absent optional field is empty.
"""

import struct
import uuid
from collections.abc import Sequence
from functools import lru_cache

FORMAT_VERSION = 1


class EncodingBroken(ValueError):
    """The bytes aren't an encoding of that label."""


def encode(label: str, fields: Sequence[bytes]) -> bytes:
    """Encode at most 255 fields. Runs a dozen times per message, hence in so few steps."""
    lengths = struct.pack(f">B{len(fields)}I", len(fields), *map(len, fields))
    return b"".join((_start(label), lengths, *fields))


def decode(label: str, encoded: bytes) -> list[bytes]:
    """Give the fields back. Raises `EncodingBroken` on anything that `encode` would not make."""
    start = _start(label)
    if not encoded.startswith(start) or len(encoded) == len(start):
        raise EncodingBroken(f"not a {label}")
    layout = struct.Struct(f">B{encoded[len(start)]}I")
    position = len(start) + layout.size
    if len(encoded) < position:
        raise EncodingBroken(f"a {label} is cut off")
    _, *lengths = layout.unpack_from(encoded, len(start))
    if len(encoded) != position + sum(lengths):
        raise EncodingBroken(f"a {label} has another size")
    fields = []
    for length in lengths:
        fields.append(encoded[position : position + length])
        position += length
    return fields


@lru_cache(maxsize=64)
def _start(label: str) -> bytes:
    return b"licorne/%d/%s\0" % (FORMAT_VERSION, label.encode("ascii"))


def number(value: int) -> bytes:
    """Eight bytes, big-endian: versions, counts, sizes."""
    return value.to_bytes(8)


def optional_id(value: uuid.UUID | None) -> bytes:
    return b"" if value is None else value.bytes
