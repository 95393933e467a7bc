"""What each derived key and each wrap is bound to: HKDF's and HPKE's ``info``.

Whoever opens rebuilds the same bytes from the row's fields; a row with one field changed or
swapped therefore derives another key, and opening fails. Part of the sealed format, version 1.
"""

from licorne.domain.identity.ids import DeliveryId, MessageId, OrganizationId
from licorne.domain.sealing.encoding import encode, number, optional_id
from licorne.domain.sealing.records import (
    CopyClass,
    DirectoryKey,
    Grant,
    IntakeKey,
    PrivateKeyWrap,
)


def part_context(organization: OrganizationId, message: MessageId, part: int) -> bytes:
    """Data key → the key of one part."""
    return encode("part", (organization.bytes, message.bytes, number(part)))


def commitment_context(organization: OrganizationId, message: MessageId) -> bytes:
    """Data key → the 32 bytes in the header that no second data key can give."""
    return encode("commitment", (organization.bytes, message.bytes))


def slot_context(organization: OrganizationId, message: MessageId, copy: CopyClass) -> bytes:
    """Shred slot → the key that locks the data key of one copy.

    The grant isn't in it: a waiting grant with an unproved challenge is carried over to the
    claimed mailbox with this lock unopened (its grant is bound by `grant_context`).
    """
    return encode("slot", (organization.bytes, message.bytes, copy.encode()))


def challenge_context(
    organization: OrganizationId, message: MessageId, delivery: DeliveryId, parameters: bytes
) -> bytes:
    """Passphrase → the key of the inner layer in one delivery's grants."""
    return encode("challenge", (organization.bytes, message.bytes, delivery.bytes, parameters))


def grant_context(grant: Grant) -> bytes:
    """Reader key or intake key → one grant's wrap. Every field but the wrap itself."""
    return encode(
        "grant-wrap",
        (
            grant.organization.bytes,
            grant.message.bytes,
            grant.copy.encode(),
            grant.reader_kind.encode(),
            grant.reader_key.bytes,
            grant.id.bytes,
            optional_id(grant.delivery),
            grant.method.encode(),
            optional_id(grant.intake_key),
            grant.challenge or b"",
        ),
    )


def intake_context(key: IntakeKey) -> bytes:
    """Reader key → the wrap of an intake key."""
    return encode("intake", (key.organization.bytes, key.id.bytes, key.reader_key.bytes))


def private_key_context(key: DirectoryKey, wrap: PrivateKeyWrap) -> bytes:
    """Password, cookie, K_enrol, another reader … → the wrap of a private key half.

    The wrap's own id isn't bound, so that a session's row can keep it without one.
    """
    return encode(
        "private-key",
        (
            key.organization.bytes,
            key.id.bytes,
            key.kind.encode(),
            key.owner.bytes,
            number(key.suite),
            wrap.method.encode(),
            optional_id(wrap.wrapper),
            b"" if wrap.slot is None else str(wrap.slot).encode("ascii"),
            wrap.parameters,
        ),
    )


def pair_context(key: DirectoryKey, wrap: PrivateKeyWrap, layer: str) -> bytes:
    """Two readers' keys → the layers of a wrap that takes both; ``layer``: inner or outer."""
    return encode(
        "private-key-pair",
        (private_key_context(key, wrap), optional_id(wrap.second), layer.encode()),
    )
