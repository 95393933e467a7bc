"""A message's data key, and the three things that come of it: part keys, commitment, locks."""

import hmac

from licorne.domain.identity.ids import MessageId, OrganizationId
from licorne.domain.sealing.contexts import commitment_context, part_context, slot_context
from licorne.domain.sealing.records import CopyClass
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SLOT_BYTES
from licorne.vault.derivation import KEY_BYTES, derive
from licorne.vault.locking import lock, unlock


class DataKey:
    __slots__ = ("_locks", "_secret", "message", "organization")

    def __init__(self, organization: OrganizationId, message: MessageId, secret: bytes) -> None:
        self.organization = organization
        self.message = message
        self._secret = secret
        self._locks: dict[tuple[CopyClass, bytes], bytes] = {}

    @classmethod
    def make(
        cls, organization: OrganizationId, message: MessageId, randomness: Randomness
    ) -> "DataKey":
        return cls(organization, message, randomness.bytes(KEY_BYTES))

    def part_key(self, part: int) -> bytes:
        return derive(self._secret, part_context(self.organization, self.message, part))

    def commitment(self) -> bytes:
        """AES-GCM opens under more than one key if made to; this says which one was meant.

        HKDF-SHA256 is collision resistant, so no two data keys share a commitment.
        """
        return derive(self._secret, commitment_context(self.organization, self.message))

    def matches(self, commitment: bytes) -> bool:
        return hmac.compare_digest(self.commitment(), commitment)

    def locked_by(self, copy: CopyClass, slot_secret: bytes, randomness: Randomness) -> bytes:
        """Lock by a copy's slot: when the slot is destroyed, so is this way to the key.

        Made once for all grants of a copy; each wraps it for its own reader.
        """
        locked = self._locks.get((copy, slot_secret))
        if locked is None:
            key = _slot_key(self.organization, self.message, copy, slot_secret)
            locked = self._locks[copy, slot_secret] = lock(key, self._secret, randomness)
        return locked

    @classmethod
    def unlocked_by(
        cls,
        organization: OrganizationId,
        message: MessageId,
        copy: CopyClass,
        slot_secret: bytes,
        locked: bytes,
    ) -> "DataKey":
        """Open a lock. Raises `SealBroken` for another slot, copy or message."""
        key = _slot_key(organization, message, copy, slot_secret)
        return cls(organization, message, unlock(key, locked))


def _slot_key(
    organization: OrganizationId, message: MessageId, copy: CopyClass, slot_secret: bytes
) -> bytes:
    if len(slot_secret) != SLOT_BYTES:
        raise ValueError(f"a shred slot has {SLOT_BYTES} bytes")
    return derive(slot_secret, slot_context(organization, message, copy))
