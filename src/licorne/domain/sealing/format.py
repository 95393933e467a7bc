"""The sealed format, version 1: what is signed and hashed, byte for byte.

A promise: what version 1 wrote is read for ever. Fields are only ever added by a new version
under a new number; the golden files in tests/vault/golden/ are opened by every later release.

Every layout is `encoding.encode` under its own label. Signatures are Ed25519 by the installation's
signing key, preceded by that key's version (two bytes). Hashes are SHA-256.

| signed or hashed | label | binds |
|---|---|---|
| content header | content-header | organization, message, author, versions, root, commitment |
| content root | content-root | number, size and digest of every sealed part, in order |
| grant | grant | the header, every field of the grant, the granter |
| grant act | grant-act | the header, the granter, the hashes of all grants of one act |
| directory key | directory-key | reader, version, suite, public key |
| current key | current-key | which key of a reader is sealed to now |
| intake key | intake-key | its reader's key and its wrap |
"""

import enum
import hashlib
import uuid
from collections.abc import Sequence

from licorne.domain.identity.ids import MessageId, OrganizationId
from licorne.domain.sealing.encoding import (
    FORMAT_VERSION,
    EncodingBroken,
    decode,
    encode,
    number,
    optional_id,
)
from licorne.domain.sealing.records import (
    ContentHeader,
    CurrentKey,
    DirectoryKey,
    Grant,
    GrantAct,
    IntakeKey,
    SealedPart,
)

HASH_BYTES = 32
COMMITMENT_BYTES = 32


class Suite(enum.IntEnum):
    """Which algorithms made a key or a message. Numbers are never used again."""

    HYBRID = 1  # HPKE MLKEM768_X25519 (X-Wing), HKDF-SHA256, AES-256-GCM
    APPROVED = 2  # reserved: MLKEM1024_P384, PBKDF2-HMAC-SHA256 600,000; not built yet


def encode_header(header: ContentHeader) -> bytes:
    return encode(
        "content-header",
        (
            number(header.version),
            number(header.suite),
            header.organization.bytes,
            header.message.bytes,
            header.author.bytes,
            header.content_root,
            header.commitment,
        ),
    )


def decode_header(encoded: bytes) -> ContentHeader:
    """Read a header back. Raises `EncodingBroken`, also for a version or suite we don't know."""
    fields = decode("content-header", encoded)
    if [len(field) for field in fields] != [8, 8, 16, 16, 16, HASH_BYTES, COMMITMENT_BYTES]:
        raise EncodingBroken("content header has other fields")
    version, suite = int.from_bytes(fields[0]), int.from_bytes(fields[1])
    if version != FORMAT_VERSION or suite != Suite.HYBRID:
        raise EncodingBroken(f"content header of version {version}, suite {suite}")
    return ContentHeader(
        organization=OrganizationId(uuid.UUID(bytes=fields[2])),
        message=MessageId(uuid.UUID(bytes=fields[3])),
        author=uuid.UUID(bytes=fields[4]),
        version=version,
        suite=suite,
        content_root=fields[5],
        commitment=fields[6],
    )


def is_header_of(encoded_header: bytes, organization: OrganizationId, message: MessageId) -> bool:
    """Say whether a header is this message's, without reading the rest of it."""
    fields = decode("content-header", encoded_header)
    return fields[2:4] == [organization.bytes, message.bytes]


def header_hash(encoded_header: bytes) -> bytes:
    return hashlib.sha256(encoded_header).digest()


def content_root(parts: Sequence[SealedPart]) -> bytes:
    """Chain every sealed part, whose numbers must be 0, 1, 2 … in this order.

    Raises `EncodingBroken` when one is missing, twice or out of place. Where a part lies (row or
    blob, and under which name) isn't bound: storage may move, bytes may not change. A line of the
    root is number (8 bytes), sealed size (8), digest (32).
    """
    if not parts or [part.number for part in parts] != list(range(len(parts))):
        raise EncodingBroken("the parts of a message must be numbered 0, 1, 2 …")
    lines = (number(part.number) + number(part.sealed_size) + part.digest for part in parts)
    return hashlib.sha256(encode("content-root", (b"".join(lines),))).digest()


def grant_hash(grant: Grant, header: bytes, granter: uuid.UUID) -> bytes:
    """Hash one grant whole; ``header`` is its message's `header_hash`."""
    return hashlib.sha256(
        encode(
            "grant",
            (
                header,
                granter.bytes,
                grant.act.bytes,
                grant.organization.bytes,
                grant.id.bytes,
                grant.message.bytes,
                optional_id(grant.delivery),
                grant.copy.encode(),
                grant.reader_kind.encode(),
                grant.reader_key.bytes,
                grant.method.encode(),
                optional_id(grant.intake_key),
                grant.challenge or b"",
                grant.wrapped,
            ),
        )
    ).digest()


def encode_act(act: GrantAct, header: bytes) -> bytes:
    """What an act's signature is over; ``header`` is its message's `header_hash`."""
    return encode(
        "grant-act",
        (
            header,
            act.organization.bytes,
            act.id.bytes,
            act.message.bytes,
            act.granter.bytes,
            act.grant_hashes,
        ),
    )


def encode_directory_key(key: DirectoryKey) -> bytes:
    return encode(
        "directory-key",
        (
            key.organization.bytes,
            key.id.bytes,
            key.kind.encode(),
            key.owner.bytes,
            number(key.version),
            number(key.suite),
            key.public_key,
        ),
    )


def encode_current_key(pointer: CurrentKey) -> bytes:
    return encode(
        "current-key",
        (
            pointer.organization.bytes,
            pointer.kind.encode(),
            pointer.owner.bytes,
            pointer.key.bytes,
            number(pointer.version),
        ),
    )


def encode_intake_key(key: IntakeKey) -> bytes:
    return encode(
        "intake-key",
        (key.organization.bytes, key.id.bytes, key.reader_key.bytes, key.wrapped),
    )
