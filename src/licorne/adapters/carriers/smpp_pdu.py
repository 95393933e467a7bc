"""The few packets of SMPP 3.4 that a sender of texts needs, as bytes; nothing is sent here.

Source: SMPP Protocol Specification v3.4 (12-Oct-1999), sections in the comments.
"""

import enum
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from licorne.domain.notice.segments import Encoding

HEADER = struct.Struct(">IIII")  # length, command, status, sequence (§3.2)
LARGEST = 70_000  # bytes: a message_payload holds 64 KiB
RESPONSE = 0x80000000
_VERSION = 0x34
_INTERNATIONAL, _ISDN, _ALPHANUMERIC = 1, 1, 5  # TON, NPI (§5.2.5, §5.2.6)
_UDH = 0x40  # esm_class: the text begins with a header (§5.2.12)
_RECEIPT = 0x04
_WANT_RECEIPT = 0x01  # §5.2.17
_UCS2 = 0x08  # §5.2.19
_PAYLOAD, _RECEIPTED_ID, _STATE = 0x0424, 0x001E, 0x0427  # §5.3.2
# 3GPP TS 23.038 §6.2.1 in its order; an octet each, as in SMPP's default alphabet.
_GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = MappingProxyType(
    {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]",
     0x40: "|", 0x65: "€"}
)  # fmt: skip
_TO_GSM: Mapping[str, bytes] = MappingProxyType(
    {letter: bytes([code]) for code, letter in enumerate(_GSM)}
    | {letter: bytes([0x1B, code]) for code, letter in _GSM_EXTENSION.items()}
)
_RECEIPT_ID = re.compile(r"\bid:\s*([^\s]+)", re.IGNORECASE)
_RECEIPT_STATE = re.compile(r"\bstat:\s*([A-Z]+)", re.IGNORECASE)


class Command(enum.IntEnum):
    """§5.1.2.1; a response has `RESPONSE` added."""

    GENERIC_NACK = 0x80000000
    BIND_TRANSCEIVER = 0x09
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    ENQUIRE_LINK = 0x15


@dataclass(frozen=True, slots=True, repr=False)
class Packet:
    command: int
    status: int
    sequence: int
    body: bytes = b""

    def __bytes__(self) -> bytes:
        length = HEADER.size + len(self.body)
        return HEADER.pack(length, self.command, self.status, self.sequence) + self.body


@dataclass(frozen=True, slots=True, repr=False)
class Delivered:
    """What a deliver_sm holds: a text, or a receipt where ``receipted`` names one."""

    sender: str
    text: str
    is_receipt: bool
    receipted: str | None = None
    state: str | None = None  # such as DELIVRD


def bind_body(system_id: str, password: str, system_type: str) -> bytes:
    """§4.1.5."""
    fields = b"".join(_string(one) for one in (system_id, password, system_type))
    return fields + bytes([_VERSION, 0, 0]) + b"\0"


def submit_bodies(
    sender: str, to_digits: str, encoding: Encoding, parts: tuple[str, ...], join: int
) -> list[bytes]:
    """Give the bodies of a text's submit_sm (§4.4.1), one for each part; the last asks for receipt.

    ``join`` (one octet) names the text that its parts belong to (3GPP TS 23.040 §9.2.3.24.1).
    """
    bodies = []
    for number, part in enumerate(parts, 1):
        words = _encoded(part, encoding)
        is_alone = len(parts) == 1
        if not is_alone:
            words = bytes([5, 0, 3, join, len(parts), number]) + words
        is_number = sender.lstrip("+").isdigit()
        kind = bytes([_INTERNATIONAL, _ISDN]) if is_number else bytes([_ALPHANUMERIC, 0])
        bodies.append(
            b"\0"  # service_type
            + kind + _string(sender.lstrip("+"))
            + bytes([_INTERNATIONAL, _ISDN]) + _string(to_digits)
            + bytes([0 if is_alone else _UDH, 0, 0])  # esm_class, protocol, priority
            + b"\0\0"  # at once, as long as the SMSC likes
            + bytes([_WANT_RECEIPT if number == len(parts) else 0, 0])
            + bytes([0 if encoding is Encoding.GSM7 else _UCS2, 0, len(words)])
            + words
        )  # fmt: skip
    return bodies


def message_id_of(body: bytes) -> str:
    """Read a submit_sm_resp (§4.4.2)."""
    return body.partition(b"\0")[0].decode("latin-1")


def read_delivery(body: bytes) -> Delivered:
    """Read a deliver_sm (§4.6.1). Raises ValueError for one that is cut off."""
    try:
        return _read_delivery(body)
    except (IndexError, struct.error):
        raise ValueError("a deliver_sm that is cut off") from None


def _read_delivery(body: bytes) -> Delivered:
    _service, rest = _take(body)
    sender, rest = _take(rest[2:])
    _to, rest = _take(rest[2:])
    esm_class = rest[0]
    _schedule, rest = _take(rest[3:])
    _validity, rest = _take(rest)
    coding, length = rest[2], rest[4]
    words, rest = rest[5 : 5 + length], rest[5 + length :]
    options = _options(rest)
    words = options.get(_PAYLOAD, words)
    if esm_class & _UDH and words:
        words = words[1 + words[0] :]
    text = _decoded(words, coding)
    is_receipt = (esm_class & 0x3C) == _RECEIPT
    if not is_receipt:
        return Delivered(sender, text, is_receipt=False)
    named, stated = _RECEIPT_ID.search(text), _RECEIPT_STATE.search(text)
    receipted = options.get(_RECEIPTED_ID, b"").partition(b"\0")[0].decode("latin-1")
    state = _STATES.get(options.get(_STATE, b"\0")[0])
    return Delivered(
        sender,
        text,
        is_receipt=True,
        receipted=receipted or (named[1] if named else None),
        state=state or (stated[1].upper() if stated else None),
    )


_STATES = MappingProxyType(
    {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD",
     8: "REJECTD"}
)  # fmt: skip  # §5.2.28


def _string(text: str) -> bytes:
    return text.encode("latin-1", "replace").replace(b"\0", b"") + b"\0"


def _take(body: bytes) -> tuple[str, bytes]:
    end = body.find(b"\0")
    if end < 0:
        raise IndexError
    return body[:end].decode("latin-1"), body[end + 1 :]


def _options(rest: bytes) -> dict[int, bytes]:
    options: dict[int, bytes] = {}
    while len(rest) >= 4:
        tag, length = struct.unpack(">HH", rest[:4])
        options[tag], rest = rest[4 : 4 + length], rest[4 + length :]
    return options


def _encoded(part: str, encoding: Encoding) -> bytes:
    if encoding is Encoding.UCS2:
        return part.encode("utf-16-be")
    return b"".join(_TO_GSM[letter] for letter in part)


def _decoded(words: bytes, coding: int) -> str:
    if coding == _UCS2:
        return words.decode("utf-16-be", "replace")
    if coding in {1, 3}:
        return words.decode("latin-1")
    text, escaped = "", False
    for code in words:
        if code == 0x1B:
            escaped = True
            continue
        text += _GSM_EXTENSION.get(code, " ") if escaped else _GSM[code & 0x7F]
        escaped = False
    return text
