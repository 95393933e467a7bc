"""The one way in which fields become bytes that are signed, hashed or bound to a key.

``licorne/1/<label>`` and a zero byte, then each field as four bytes of length (big-endian) and
its bytes. Two different lists of fields never give the same bytes, and two different labels never
meet. An absent optional field is empty.
"""

import uuid
from collections.abc import Iterable

FORMAT_VERSION = 1


class EncodingBroken(ValueError):
    """The bytes aren't an encoding of that label."""


def encode(label: str, fields: Iterable[bytes]) -> bytes:
    encoded = [b"licorne/%d/%s\0" % (FORMAT_VERSION, label.encode("ascii"))]
    for field in fields:
        encoded.append(len(field).to_bytes(4))
        encoded.append(field)
    return b"".join(encoded)


def decode(label: str, encoded: bytes) -> list[bytes]:
    """Give the fields back. Raises `EncodingBroken` on anything that `encode` would not make."""
    start = encode(label, ())
    if not encoded.startswith(start):
        raise EncodingBroken(f"not a {label}")
    fields: list[bytes] = []
    position = len(start)
    while position < len(encoded):
        size_end = position + 4
        field_end = size_end + int.from_bytes(encoded[position:size_end])
        if field_end > len(encoded) or size_end > len(encoded):
            raise EncodingBroken(f"{label} is cut off")
        fields.append(encoded[size_end:field_end])
        position = field_end
    return fields


def number(value: int) -> bytes:
    """Eight bytes, big-endian: versions, counts, sizes."""
    return value.to_bytes(8)


def optional_id(value: uuid.UUID | None) -> bytes:
    return b"" if value is None else value.bytes
